//! RFC 2183: how a part wants to be shown.

use rfc5322_message::{
    Message,
    build::{MessageBuilder, Options, Part},
    content::{Disposition, DispositionKind},
    value::{AddrSpec, DateTime, Zone},
};

/// Section 3.
#[test]
fn the_examples_of_the_rfc() {
    let message = Message::parse(
        b"Content-Type: image/jpeg\r\nContent-Disposition: attachment; filename=genome.jpeg;\r\n  \
          modification-date=\"Wed, 12 Feb 1997 16:29:51 -0500\";\r\nContent-Description: a complete map of the human genome\r\n\r\n",
    );
    let disposition = message.root().disposition().unwrap();
    assert_eq!(disposition.kind(), DispositionKind::Attachment);
    assert_eq!(disposition.parameter("filename").unwrap(), "genome.jpeg");
    assert_eq!(disposition.parameter("modification-date").unwrap(), "Wed, 12 Feb 1997 16:29:51 -0500");
    assert_eq!(disposition.parameters().count(), 2);
    assert!(message.root().is_attachment());

    let inline = Message::parse(b"Content-Disposition: inline\r\n\r\n");
    assert_eq!(inline.root().disposition().unwrap().kind(), DispositionKind::Inline);
    assert!(!inline.root().is_attachment() && Message::parse(b"\r\n").root().disposition().is_none());
}

/// Section 2.8: what is unknown is an attachment; case does not count.
#[test]
fn kinds() {
    let kind = |body: &str| Disposition::parse(body.as_bytes()).kind();
    assert_eq!(kind("INLINE; filename=x"), DispositionKind::Inline);
    assert_eq!(kind("x-unknown"), DispositionKind::Attachment);
    assert_eq!(kind("form-data; name=x"), DispositionKind::Attachment);
    assert_eq!(kind("(comment) inline (comment)"), DispositionKind::Inline);
    assert_eq!(kind(""), DispositionKind::Attachment);
}

/// Section 2.3: a name is no path, and nothing here makes it one; the reader is told what the sender wrote.
#[test]
fn a_file_name_is_what_the_sender_wrote() {
    let message = Message::parse(
        b"Content-Type: text/plain; name=other.txt\r\nContent-Disposition: attachment; filename=\"../../etc/passwd\"\r\n\r\n",
    );
    assert_eq!(message.root().file_name().unwrap(), "../../etc/passwd");
    let by_type =
        Message::parse(b"Content-Type: text/plain; name=other.txt\r\nContent-Disposition: attachment\r\n\r\n");
    assert_eq!(by_type.root().file_name().unwrap(), "other.txt");
}

#[test]
fn built_and_read() {
    let jo = || "jo@example.org".parse::<AddrSpec<'_>>().unwrap();
    let part = |name| Part::bytes("image/png", b"png").filename(name);
    let bytes = MessageBuilder::new()
        .date(DateTime::from_unix(0, Zone::Unknown).unwrap())
        .from([jo()])
        .to([jo()])
        .attach(part("a \"b\".png"))
        .attach(part("x.png").inline())
        .finish(&Options::new([7; 16]))
        .unwrap()
        .to_vec()
        .unwrap();
    let message = Message::parse(&bytes);
    let told: Vec<_> = message
        .parts()
        .filter(|part| part.is_leaf())
        .map(|part| (part.disposition().unwrap().kind(), part.file_name().unwrap().into_owned()))
        .collect();
    assert_eq!(
        told,
        [(DispositionKind::Attachment, "a \"b\".png".to_owned()), (DispositionKind::Inline, "x.png".to_owned())]
    );
}
