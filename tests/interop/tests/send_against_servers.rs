//! The `send` command line against Postfix, Exim, OpenSMTPD, aiosmtpd and Dovecot's LMTP, and against our own office.

use std::process::Command;

use interop::peers::Peer;
use interop::{MESSAGE, Office, PASSWORD, Run, USER, body_of, example, run_with_input};

const TO: &str = "alice@interop.test";

/// Runs `send` with MESSAGE on its standard input.
fn send(address: u16, more: &[&str], to: &[&str]) -> Run {
    let mut send = Command::new(example("send"));
    send.env("MAIL_PASSWORD", PASSWORD).args(["--from", "sender@client.test", "--helo", "client.test"]);
    send.args(["--server", &format!("localhost:{address}")]).args(more);
    for to in to {
        send.args(["--to", to]);
    }
    run_with_input(&mut send, MESSAGE.as_bytes())
}

/// What `send` does in the clear: one recipient, one of two refused, all refused. Two messages are delivered.
fn in_the_clear(peer: &Peer) {
    let none = ["--tls", "none"];
    send(peer.smtp, &none, &[TO]).expect(0);
    let one_refused = send(peer.smtp, &none, &["nobody@interop.test", TO]).expect(1);
    assert!(one_refused.said.contains("refused"), "{}", one_refused.said);
    let all_refused = send(peer.smtp, &none, &["nobody@interop.test", "no-one@interop.test"]).expect(2);
    assert!(all_refused.said.contains("refused"), "{}", all_refused.said);
}

/// The same and more inside TLS, by STARTTLS and from the beginning, with a login. Four messages are delivered.
fn inside_tls(peer: &Peer) {
    let ca = peer.place.text("cert.pem");
    let (starttls, implicit) = (["--tls", "starttls", "--ca", &ca], ["--tls", "implicit", "--ca", &ca]);
    let login = ["--auth", USER];
    send(peer.smtp, &starttls, &[TO]).expect(0);
    send(peer.smtp, &[&starttls[..], &login].concat(), &[TO]).expect(0);
    send(peer.smtps, &[&implicit[..], &login].concat(), &[TO]).expect(0);
    send(peer.smtp, &starttls, &["nobody@interop.test", TO]).expect(1);
}

fn exchange(peer: &Peer) {
    in_the_clear(peer);
    inside_tls(peer);
    for message in peer.place.wait_for_messages(&peer.maildir(), 6) {
        arrived(&message);
    }
}

#[track_caller]
fn arrived(message: &[u8]) {
    // Servers store lines as their system has them.
    let message = String::from_utf8_lossy(message).replace("\r\n", "\n").replace('\n', "\r\n");
    let body = String::from_utf8_lossy(body_of(message.as_bytes())).into_owned();
    assert_eq!(body, String::from_utf8_lossy(body_of(MESSAGE.as_bytes())));
}

#[test]
fn postfix() {
    if let Some(peer) = Peer::postfix() {
        exchange(&peer);
    }
}

#[test]
fn exim() {
    if let Some(peer) = Peer::exim() {
        exchange(&peer);
    }
}

#[test]
fn opensmtpd() {
    // The TLS of Debian 12's build ends every handshake with an internal error, also those of OpenSSL's own client.
    if let Some(peer) = Peer::opensmtpd() {
        in_the_clear(&peer);
        for message in peer.place.wait_for_messages(&peer.maildir(), 2) {
            arrived(&message);
        }
    }
}

#[test]
fn aiosmtpd() {
    if let Some(peer) = Peer::aiosmtpd() {
        exchange(&peer);
        send(peer.lmtp, &["--lmtp", "--tls", "none"], &[TO, "nobody@interop.test"]).expect(1);
        peer.place.wait_for_messages(&peer.maildir(), 7);
    }
}

#[test]
fn dovecot_lmtp() {
    if let Some(peer) = Peer::dovecot() {
        send(peer.lmtp, &["--lmtp", "--tls", "none"], &[TO]).expect(0);
        for message in peer.place.wait_for_messages(&peer.maildir(), 1) {
            arrived(&message);
        }
    }
}

#[test]
fn our_own_office_and_what_send_says_of_failures() {
    let office = Office::open();
    let ca = office.place.text("cert.pem");
    send(office.smtp, &["--tls", "starttls", "--ca", &ca], &[TO]).expect(0);
    let json = send(office.smtp, &["--json"], &[TO, "nobody@interop.test"]).expect(1).said;
    assert!(json.contains("\"accepted\":true") && json.contains("\"accepted\":false"), "{json}");

    // A certificate that nobody vouches for, a wrong password, and nobody there.
    let untrusted = send(office.smtp, &["--tls", "starttls"], &[TO]).expect(2);
    assert!(untrusted.said.contains("--ca"), "{}", untrusted.said);
    let mut send_wrong = Command::new(example("send"));
    send_wrong.env("MAIL_PASSWORD", "wrong").args(["--from", "a@b.example", "--to", TO, "--auth", USER]);
    send_wrong.args(["--server", &format!("localhost:{}", office.smtp), "--tls", "starttls", "--ca", &ca]);
    let wrong = run_with_input(&mut send_wrong, b"Subject: x\n\nx\n").expect(2);
    assert!(wrong.said.contains("535"), "{}", wrong.said);
    send(interop::free_port(), &[], &[TO]).expect(2);
    assert_eq!(office.delivered().len(), 2);
}
