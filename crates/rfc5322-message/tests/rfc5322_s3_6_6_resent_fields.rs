//! RFC 5322 section 3.6.6: each resending is a block of its own.

use rfc5322_message::{Message, fields::FieldName};

/// The authors and recipients of each block.
fn blocks(header: &str) -> Vec<(String, String)> {
    let message = Message::parse(header.as_bytes());
    let text = |mailboxes: rfc5322_message::Mailboxes<'_>| {
        mailboxes.map(|mailbox| mailbox.address().to_string()).collect::<Vec<_>>().join(" ")
    };
    message.resent().map(|block| (text(block.from()), text(block.mailboxes(FieldName::ResentTo)))).collect()
}

#[test]
fn the_latest_is_first() {
    let header = "Received: x\r\nResent-Date: Mon, 24 Nov 1997 14:22:01 -0800\r\nResent-From: c@x\r\nResent-To: d@x\r\n\
        Resent-Message-ID: <2@x>\r\nReceived: y\r\nResent-To: c@x\r\nresent-from: b@x\r\nFrom: a@x\r\nTo: b@x\r\n\r\n";
    assert_eq!(blocks(header), [("c@x".into(), "d@x".into()), ("b@x".into(), "c@x".into())]);
    let message = Message::parse(header.as_bytes());
    let latest = message.resent().next().unwrap();
    assert_eq!(latest.date().unwrap().to_string(), "Mon, 24 Nov 1997 14:22:01 -0800");
    assert_eq!(latest.message_id().unwrap().as_str(), "2@x");
    assert_eq!(latest.fields().count(), 4);
}

#[test]
fn a_field_that_would_be_there_twice_begins_another_block() {
    let header = "Resent-From: c@x\r\nResent-To: d@x\r\nResent-To: c@x\r\nResent-From: b@x\r\n\r\n";
    assert_eq!(blocks(header), [("c@x".into(), "d@x".into()), ("b@x".into(), "c@x".into())]);
    let many = "Resent-To: a@x\r\n".repeat(3) + "\r\n";
    assert_eq!(blocks(&many).len(), 3);
}

#[test]
fn without_resent_fields_there_is_no_block() {
    assert!(blocks("From: a@x\r\n\r\nResent-From: b@x\r\n").is_empty());
    assert!(blocks("").is_empty());
}
