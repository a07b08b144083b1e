//! RFC 2049 appendix A: the complex multipart example, read and built again.

use rfc5322_message::{
    Message,
    build::{MediaType, MessageBuilder, Options, Part},
    content::TransferEncoding,
};

const EXAMPLE: &str = "MIME-Version: 1.0
From: Nathaniel Borenstein <nsb@nsb.fv.com>
To: Ned Freed <ned@innosoft.com>
Date: Fri, 07 Oct 1994 16:15:05 -0700 (PDT)
Subject: A multipart example
Content-Type: multipart/mixed;
              boundary=unique-boundary-1

This is the preamble area of a multipart message.
Mail readers that understand multipart format
should ignore this preamble.

If you are reading this text, you might want to
consider changing to a mail reader that understands
how to properly display multipart messages.

--unique-boundary-1

  ... Some text appears here ...

[Note that the blank between the boundary and the start
 of the text in this part means no header fields were
 given and this is text in the US-ASCII character set.
 It could have been done with explicit typing as in the
 next part.]

--unique-boundary-1
Content-type: text/plain; charset=US-ASCII

This could have been part of the previous part, but
illustrates explicit versus implicit typing of body
parts.

--unique-boundary-1
Content-Type: multipart/parallel; boundary=unique-boundary-2

--unique-boundary-2
Content-Type: audio/basic
Content-Transfer-Encoding: base64

  ... base64-encoded 8000 Hz single-channel
      mu-law-format audio data goes here ...

--unique-boundary-2
Content-Type: image/jpeg
Content-Transfer-Encoding: base64

  ... base64-encoded image data goes here ...

--unique-boundary-2--

--unique-boundary-1
Content-type: text/enriched

This is <bold><italic>enriched.</italic></bold>
<smaller>as defined in RFC 1896</smaller>

Isn't it
<bigger><bigger>cool?</bigger></bigger>

--unique-boundary-1
Content-Type: message/rfc822

From: (mailbox in US-ASCII)
To: (address in US-ASCII)
Subject: (subject in US-ASCII)
Content-Type: Text/plain; charset=ISO-8859-1
Content-Transfer-Encoding: Quoted-printable

  ... Additional text in ISO-8859-1 goes here ...

--unique-boundary-1--
";

fn example() -> Message<'static> {
    Message::parse_owned(EXAMPLE.replace('\n', "\r\n").into_bytes())
}

/// Level and type of every part.
fn tree(message: &Message<'_>) -> Vec<(usize, String)> {
    message.parts().map(|part| (part.depth(), part.content_type().to_string())).collect()
}

const TREE: [(usize, &str); 9] = [
    (0, "multipart/mixed"),
    (1, "text/plain"),
    (1, "text/plain"),
    (1, "multipart/parallel"),
    (2, "audio/basic"),
    (2, "image/jpeg"),
    (1, "text/enriched"),
    (1, "message/rfc822"),
    (2, "text/plain"),
];

#[test]
fn read() {
    let message = example();
    assert!(message.defects().is_empty(), "{:?}", message.defects());
    assert_eq!(message.as_bytes(), EXAMPLE.replace('\n', "\r\n").as_bytes());
    assert_eq!(tree(&message), TREE.map(|(depth, name)| (depth, name.to_owned())));
    assert_eq!(message.date().unwrap().to_string(), "Fri, 7 Oct 1994 16:15:05 -0700");
    assert_eq!(message.from().next().unwrap().name(), Some("Nathaniel Borenstein"));
    let parts: Vec<_> = message.parts().collect();
    assert!(parts[0].body().starts_with(b"This is the preamble area of a multipart message.\r\n"));
    assert_eq!(parts[1].fields().count(), 0);
    assert!(parts[1].text().unwrap().starts_with("  ... Some text appears here ...\r\n"));
    assert!(parts[1].text().unwrap().ends_with(" next part.]\r\n"));
    assert_eq!(parts[2].charset().as_deref(), Some("US-ASCII"));
    assert_eq!(parts[4].encoding(), TransferEncoding::Base64);
    assert_eq!((parts[3].boundary(), parts[5].path()), (&b"unique-boundary-2"[..], vec![3, 2]));
    let inner = parts[8];
    assert!(inner.is_message());
    assert_eq!(inner.field("Subject").unwrap().text(), "(subject in US-ASCII)");
    assert_eq!(inner.field("From").unwrap().mailboxes().count(), 0);
    assert_eq!(inner.encoding(), TransferEncoding::QuotedPrintable);
    assert_eq!(inner.text().unwrap(), "  ... Additional text in ISO-8859-1 goes here ...\r\n");
}

#[test]
fn built_again() {
    let message = example();
    let parts: Vec<_> = message.parts().collect();
    let text = |index: usize| parts[index].text().unwrap();
    let bytes = |index: usize| parts[index].decoded().bytes;
    let enriched = MediaType::new("text/enriched").unwrap();
    let body = Part::mixed([
        Part::text(text(1)),
        Part::text(text(2)),
        Part::multipart("parallel", [Part::bytes("audio/basic", bytes(4)), Part::bytes("image/jpeg", bytes(5))]),
        Part::text_of(enriched, text(6)),
        Part::message(parts[8].raw()),
    ]);
    let built = MessageBuilder::new()
        .date(message.date().unwrap())
        .from(message.from())
        .to(message.to())
        .subject(message.subject().unwrap())
        .body(body)
        .finish(&Options::new([7; 16]))
        .unwrap()
        .to_vec()
        .unwrap();
    let rebuilt = Message::parse(&built);
    assert!(rebuilt.defects().is_empty(), "{:?}", rebuilt.defects());
    assert_eq!(tree(&rebuilt), tree(&message));
    assert_eq!((rebuilt.subject(), rebuilt.date()), (message.subject(), message.date()));
    assert!(rebuilt.from().eq(message.from()) && rebuilt.to().eq(message.to()));
    for (new, old) in rebuilt.parts().zip(message.parts()).filter(|(_, old)| old.is_leaf()) {
        assert_eq!(new.decoded().bytes, old.decoded().bytes, "{:?}", old.path());
        assert_eq!(new.path(), old.path());
    }
}
