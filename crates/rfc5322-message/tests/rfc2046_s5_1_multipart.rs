//! RFC 2046 section 5.1: delimiter lines, nesting, and what happens without them.

use rfc5322_message::{DefectKind, Limits, Message, Parser};

fn kinds(message: &Message<'_>) -> Vec<DefectKind> {
    message.defects().iter().map(|defect| defect.kind()).collect()
}

fn leaves(message: &Message<'_>) -> Vec<String> {
    message.parts().filter(|p| p.is_leaf()).map(|p| String::from_utf8_lossy(p.body()).into_owned()).collect()
}

#[test]
fn the_example_of_the_section() {
    let input = "From: Nathaniel Borenstein <nsb@bellcore.com>\r\nMIME-Version: 1.0\r\nContent-type: multipart/mixed; boundary=\"simple boundary\"\r\n\r\n\
        This is the preamble.\r\n\r\n--simple boundary\r\n\r\nThis is implicitly typed.\r\nIt does NOT end with a linebreak.\r\n--simple boundary\r\n\
        Content-type: text/plain; charset=us-ascii\r\n\r\nThis DOES end with a linebreak.\r\n\r\n--simple boundary--\r\n\r\nThis is the epilogue.\r\n";
    let message = Message::parse(input.as_bytes());
    assert_eq!(kinds(&message), []);
    assert_eq!(
        leaves(&message),
        ["This is implicitly typed.\r\nIt does NOT end with a linebreak.", "This DOES end with a linebreak.\r\n"]
    );
    assert_eq!(message.root().range(), 0..input.len());
    let second = message.part(2).unwrap();
    assert_eq!(second.raw(), b"Content-type: text/plain; charset=us-ascii\r\n\r\nThis DOES end with a linebreak.\r\n");
    assert_eq!(second.path(), [2]);
}

#[test]
fn a_longer_boundary_is_another() {
    let message = Message::parse(
        b"Content-Type: multipart/mixed; boundary=B1\r\n\r\n--B1\r\n\r\na\r\n--B10\r\nx--B1\r\n--B1-\r\n--B1--x\r\nb\r\n--B1-- \t\r\n",
    );
    assert_eq!(leaves(&message), ["a\r\n--B10\r\nx--B1\r\n--B1-\r\n--B1--x\r\nb"]);
}

#[test]
fn the_same_boundary_inside_and_outside() {
    let message = Message::parse(
        b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\nin\r\n--B--\r\n--B\r\n\r\nout\r\n--B--\r\n",
    );
    assert_eq!(leaves(&message), ["in", "out"]);
}

#[test]
fn an_outer_delimiter_ends_what_is_inside() {
    let message = Message::parse(
        b"Content-Type: multipart/mixed; boundary=A\r\n\r\n--A\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\nin\r\n--A\r\n\r\nout\r\n--A--\r\n",
    );
    assert_eq!(leaves(&message), ["in", "out"]);
    assert_eq!(kinds(&message), [DefectKind::MissingClosingDelimiter]);
    assert_eq!(message.part(3).unwrap().depth(), 1);
}

#[test]
fn a_delimiter_that_looks_like_a_field_ends_a_header() {
    let message = Message::parse(
        b"Content-Type: multipart/mixed; boundary=\"a:b\"\r\n\r\n--a:b\r\nX: y\r\n--a:b\r\n\r\nz\r\n--a:b--\r\n",
    );
    assert_eq!(leaves(&message), ["", "z"]);
    assert_eq!(kinds(&message), []);
}

#[test]
fn without_boundary_or_delimiters() {
    let message = Message::parse(b"Content-Type: multipart/mixed\r\n\r\n--B\r\n");
    assert_eq!((leaves(&message), kinds(&message)), (vec!["--B\r\n".into()], vec![DefectKind::MissingBoundary]));
    let message = Message::parse(b"Content-Type: multipart/mixed; boundary=B\r\n\r\ntext\r\n");
    assert_eq!((leaves(&message), kinds(&message)), (vec!["text\r\n".into()], vec![DefectKind::BoundaryNotFound]));
    let message = Message::parse(b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\ntext\r\n");
    assert_eq!(
        (leaves(&message), kinds(&message)),
        (vec!["text\r\n".into()], vec![DefectKind::MissingClosingDelimiter])
    );
}

/// A multipart has at least one part: without any, it is its text.
#[test]
fn a_closing_delimiter_alone_makes_no_multipart() {
    let message = Message::parse(b"Content-Type: multipart/mixed; boundary=B\r\n\r\nHello\r\n--B--\r\nepilogue\r\n");
    assert_eq!((leaves(&message), message.root().is_leaf()), (vec!["Hello\r\n--B--\r\nepilogue\r\n".into()], true));
    assert_eq!((kinds(&message), message.defects()[0].offset()), (vec![DefectKind::BoundaryNotFound], 45));
    let inside = Message::parse(
        b"Content-Type: multipart/mixed; boundary=A\r\n\r\n--A\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n\
          --B--\r\n--B\r\n\r\nx\r\n--A\r\n\r\ny\r\n--A--\r\n",
    );
    assert_eq!(leaves(&inside), ["--B--\r\n--B\r\n\r\nx", "y"]);
    assert_eq!(kinds(&inside), [DefectKind::BoundaryNotFound]);
}

#[test]
fn a_multipart_whose_first_part_is_one_too_many_is_a_leaf() {
    let mut limits = Limits::default();
    limits.parts = 1;
    let input = b"Content-Type: multipart/mixed; boundary=B\r\n\r\npre\r\n--B\r\n\r\nx\r\n--B--\r\n";
    let message = Parser::new(limits).parse(input);
    assert_eq!((leaves(&message), message.root().is_leaf()), (vec!["pre\r\n--B\r\n\r\nx\r\n--B--\r\n".into()], true));
    assert_eq!(kinds(&message), [DefectKind::TooManyParts]);
}

/// RFC 2045 section 5.2: a type that cannot be read is text, in what it is called and in what is found inside.
#[test]
fn a_type_that_cannot_be_read_has_no_parts() {
    for content_type in [&b"multipart; boundary=B"[..], b"multipart/; boundary=B", b"multipart/\xff; boundary=B"] {
        let input = [b"Content-Type: ", content_type, b"\r\n\r\n--B\r\n\r\nx\r\n--B--\r\n"].concat();
        let message = Message::parse(&input);
        assert_eq!(leaves(&message), ["--B\r\n\r\nx\r\n--B--\r\n"]);
        assert_eq!(message.root().content_type().to_string(), "text/plain");
        let defect = message.field("Content-Type").unwrap().value_defect().unwrap();
        assert_eq!(defect.kind(), DefectKind::UnreadableContentType);
    }
}

#[test]
fn a_boundary_parameter_folded_after_its_equals_sign() {
    let message =
        Message::parse(b"Content-Type: multipart/mixed; boundary=\r\n \"B\"\r\n\r\n--B\r\n\r\nx\r\n--B--\r\n");
    assert_eq!(leaves(&message), ["x"]);
}

#[test]
fn digests_hold_messages() {
    let message = Message::parse(
        b"Content-Type: multipart/digest; boundary=B\r\n\r\n--B\r\n\r\nSubject: one\r\n\r\n1\r\n--B\r\nContent-Type: text/plain\r\n\r\n2\r\n--B--\r\n",
    );
    assert_eq!(leaves(&message), ["1", "2"]);
    assert_eq!(message.part(1).unwrap().content_type().to_string(), "message/rfc822");
    assert_eq!(message.part(2).unwrap().field("subject").unwrap().text(), "one");
    assert!(message.part(2).unwrap().is_message());
}

#[test]
fn messages_inside_plain_and_encoded() {
    let message = Message::parse(b"Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nbody");
    let inner = message.root().children().next().unwrap();
    assert_eq!((inner.field("Subject").unwrap().text().as_ref(), inner.body()), ("in", &b"body"[..]));

    let message = Message::parse(
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogaW4NCg0KYm9keQ==\r\n",
    );
    assert_eq!(kinds(&message), [DefectKind::EncodedComposite]);
    let inner = message.root().encoded_message().unwrap();
    assert_eq!((inner.subject().as_deref(), inner.root().body()), (Some("in"), &b"body"[..]));
}

#[test]
fn of_several_content_types_the_first_counts_unless_asked() {
    let input = b"Content-Type: text/html\r\nContent-Type: text/plain\r\n\r\n";
    let message = Message::parse(input);
    assert_eq!(message.root().content_type().to_string(), "text/html");
    assert_eq!(kinds(&message), [DefectKind::DuplicateField]);
    assert_eq!(message.defects()[0].offset(), 25);
    let mut limits = Limits::default();
    limits.duplicates = rfc5322_message::Duplicates::Last;
    assert_eq!(Parser::new(limits).parse(input).root().content_type().to_string(), "text/plain");
}

#[test]
fn paths_count_the_parts_before() {
    let part = |part: &str| format!("--B\r\n{part}\r\n");
    let inner: String = ["\r\none", "\r\ntwo", "\r\nthree"].map(|part| format!("--C\r\n{part}\r\n")).concat();
    let inner = format!("Content-Type: multipart/mixed; boundary=C\r\n\r\n{inner}--C--");
    let forwarded = "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nbody";
    let parts: String = [part("\r\nfirst"), part(&inner), part(forwarded), part("\r\nlast")].concat();
    let input = format!("Content-Type: multipart/mixed; boundary=B\r\n\r\n{parts}--B--\r\n");
    let message = Message::parse(input.as_bytes());
    let paths: Vec<_> = message.parts().map(|part| part.path()).collect();
    let expected: [&[usize]; 9] = [&[], &[1], &[2], &[2, 1], &[2, 2], &[2, 3], &[3], &[3, 1], &[4]];
    assert_eq!(paths, expected);
}
