//! The envelope that a header asks for: RFC 5321 section 2.3.1, RFC 5322 sections 3.6.2, 3.6.3 and 3.6.6.

use rfc5322_message::{Message, build::Envelope};

fn read(header: &str) -> (String, String) {
    let message = format!("{header}\nHello\n");
    let message = Message::parse(message.as_bytes());
    let envelope = Envelope::of_message(&message);
    let recipients: Vec<_> = envelope.recipients().iter().map(ToString::to_string).collect();
    (envelope.reverse_path().to_string(), recipients.join(" "))
}

fn told(sender: &str, recipients: &str) -> (String, String) {
    (sender.to_owned(), recipients.to_owned())
}

#[test]
fn to_cc_and_bcc_are_told_once_each() {
    let header = "From: Ann <ann@example.org>\nTo: Team: bob@example.com, Eve <eve@example.com>;\nCc: bob@EXAMPLE.com\n\
                  Bcc: dan@example.net\nBcc: joe@example.net, Joe@example.net\n";
    let recipients = "bob@example.com eve@example.com dan@example.net joe@example.net Joe@example.net";
    assert_eq!(read(header), told("ann@example.org", recipients));
}

#[test]
fn the_sender_speaks_for_several_authors() {
    let authors = "From: ann@example.org, bob@example.org\n";
    assert_eq!(read(&format!("{authors}Sender: jo@example.org\n")), told("jo@example.org", ""));
    assert_eq!(read(authors), told("ann@example.org", ""));
}

#[test]
fn the_latest_resending_counts_and_it_alone() {
    let original = "From: ann@example.org\nTo: bob@example.com\nBcc: x@example.com\n";
    let older = "Resent-From: old@example.org\nResent-Bcc: y@example.com\n";
    let newer = "Resent-From: bob@example.com\nResent-To: eve@example.com\n";
    assert_eq!(read(&format!("{newer}{older}{original}")), told("bob@example.com", "eve@example.com"));
    assert_eq!(read(&format!("{older}{original}")), told("old@example.org", "y@example.com"));
    assert_eq!(read(original), told("ann@example.org", "bob@example.com x@example.com"));
}

#[test]
fn who_names_nobody_sends_to_nobody() {
    assert_eq!(read("Subject: From: a@b.example\n"), told("", ""));
    assert_eq!(read("From: \nTo: undisclosed-recipients:;\n"), told("", ""));
    assert_eq!(
        read("Resent-Date: Fri, 21 Nov 1997 09:55:06 -0600\nFrom: a@b.example\nTo: c@d.example\n"),
        told("", "")
    );
}
