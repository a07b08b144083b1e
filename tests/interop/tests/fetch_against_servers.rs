//! The `fetch` command line against Dovecot, and against our own office.

use std::process::Command;

use interop::peers::Peer;
use interop::{MESSAGE, Office, PASSWORD, Place, Run, USER, example, run};

const SECOND: &[u8] = b"Subject: second\r\n\r\nFrom the beginning of a line\r\n>From a quoted one\r\n";

fn fetch(port: u16, more: &[&str]) -> Run {
    let mut fetch = Command::new(example("fetch"));
    fetch.env("MAIL_PASSWORD", PASSWORD).args(["--server", &format!("localhost:{port}"), "--user", USER]);
    run(fetch.args(more))
}

/// All that `fetch` can do. Afterwards the maildrop is empty.
fn exchange(pop3: u16, pop3s: u16, ca: &str) {
    let place = Place::new("fetched");
    let (stls, implicit) = (["--tls", "starttls", "--ca", ca], ["--tls", "implicit", "--ca", ca]);

    let kept = place.text("kept");
    fetch(pop3, &[&stls[..], &["--keep", "--maildir", &kept]].concat()).expect(0);
    let mut messages = place.messages("kept");
    messages.sort();
    assert_eq!(messages, [MESSAGE.as_bytes(), SECOND]);

    let mbox = place.text("mbox");
    fetch(pop3s, &[&implicit[..], &["--keep", "--mbox", &mbox]].concat()).expect(0);
    let text = std::fs::read_to_string(&mbox).unwrap();
    assert!(text.contains("\n>From the beginning of a line\n>>From a quoted one\n"), "{text}");

    let taken = place.text("taken");
    fetch(pop3s, &[&implicit[..], &["--maildir", &taken]].concat()).expect(0);
    assert_eq!(place.messages("taken").len(), 2);
    let nothing = fetch(pop3, &[&stls[..], &["--maildir", &taken]].concat()).expect(0);
    assert!(nothing.said.contains("0 fetched"), "{}", nothing.said);
}

#[test]
fn dovecot() {
    if let Some(peer) = Peer::dovecot() {
        peer.put("1.first", MESSAGE.as_bytes());
        peer.put("2.second", SECOND);
        exchange(peer.pop3, peer.pop3s, &peer.place.text("cert.pem"));
    }
}

#[test]
fn our_own_office_and_what_fetch_says_of_failures() {
    let office = Office::open();
    office.put("1.first", MESSAGE.as_bytes());
    office.put("2.second", SECOND);
    let ca = office.place.text("cert.pem");

    let place = Place::new("failed");
    let maildir = place.text("mail");
    // Without TLS the office does not even listen to a password.
    fetch(office.pop3, &["--tls", "none", "--maildir", &maildir]).expect(2);
    let untrusted = fetch(office.pop3, &["--tls", "starttls", "--maildir", &maildir]).expect(2);
    assert!(untrusted.said.contains("--ca"), "{}", untrusted.said);
    // A disk that cannot be written keeps the mail on the server.
    fetch(office.pop3s, &["--tls", "implicit", "--ca", &ca, "--maildir", "/proc/no-such-place"]).expect(2);
    assert_eq!(office.delivered().len(), 2);

    exchange(office.pop3, office.pop3s, &ca);
    assert_eq!(office.delivered().len(), 0);
}
