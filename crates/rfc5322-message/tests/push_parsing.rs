//! A message by pieces is the message as a whole, wherever it is cut.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rfc5322_message::{
    Limits, Message, Parser,
    push::{Event, PushParser},
};

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.depth = 4;
    limits.parts = 9;
    limits.fields = 12;
    limits.field_bytes = 60;
    limits.header_bytes = 300;
    limits
}

type Bodies = BTreeMap<usize, Vec<u8>>;

fn collect(event: Event<'_>, bodies: &mut Bodies, ends: &mut Vec<(usize, bool)>) {
    match event {
        Event::Body { part, bytes } => bodies.entry(part).or_default().extend_from_slice(bytes),
        Event::End { part, forgiven } => ends.push((part, forgiven.is_clean())),
        _ => {}
    }
}

/// A parser that has read a message before, which ended in the middle of everything, and has its memory back.
fn used_parser(limits: Limits) -> PushParser {
    let most = limits.parts;
    let mut parser = PushParser::new(limits);
    parser.push(&NESTED[..NESTED.len() - 40], |_| {});
    let message = parser.finish(|_| {});
    assert!(message.parts().count() > 1 || most == 1);
    parser.recycle(message);
    assert_eq!(parser.held(), 0);
    parser
}

fn pushed(pieces: &[&[u8]], limits: Limits) -> (Message<'static>, Bodies, Vec<(usize, bool)>) {
    let (mut bodies, mut ends) = (Bodies::new(), Vec::new());
    let mut parser = used_parser(limits);
    for piece in pieces {
        parser.push(piece, |event| collect(event, &mut bodies, &mut ends));
    }
    let message = parser.finish(|event| collect(event, &mut bodies, &mut ends));
    (message, bodies, ends)
}

/// Everything of the structure that does not need the bodies.
fn outline(message: &Message<'_>) -> String {
    let mut text = format!("{} {:?}\n", message.len(), message.defects());
    for part in message.parts() {
        let fields: Vec<_> = part.fields().map(|f| (f.range(), f.known_name(), f.raw().to_vec())).collect();
        text += &format!(
            "{} {} {:?} {:?} {} {} {:?} {fields:?}\n",
            part.index(),
            part.depth(),
            part.header_range(),
            part.body_range(),
            part.is_leaf(),
            part.content_type(),
            part.path(),
        );
    }
    text
}

fn check(input: &[u8], cuts: &[usize], limits: Limits) {
    let whole = Parser::new(limits.clone()).parse(input);
    let mut pieces = Vec::new();
    let mut rest = input;
    for cut in cuts {
        let (piece, after) = rest.split_at((*cut).min(rest.len()));
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    let (message, bodies, _) = pushed(&pieces, limits);
    assert_eq!(outline(&message), outline(&whole), "cuts {cuts:?} of {}", input.escape_ascii());
    for part in whole.parts().filter(|part| part.is_leaf()) {
        let expected = part.decoded().bytes;
        let found = bodies.get(&part.index()).map_or(&[][..], Vec::as_slice);
        assert_eq!(found, expected.as_ref(), "part {} of {}, cuts {cuts:?}", part.index(), input.escape_ascii());
    }
}

const NESTED: &[u8] = b"From x\r\nSubject: a\r\n b\r\nContent-Type: multipart/mixed; boundary=A\r\n\r\npre\r\n--A\r\n\
    Content-Type: multipart/digest; boundary=\"B:\"\r\n\r\n--B:\r\n\r\nSubject: in\r\n\r\none\r\n\r\n--B:\r\nX: y\r\n--B:--\r\nepi\r\n--A \t\r\n\
    Content-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n\r\n--A\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=\r\nb=20 \t\r\n=3D\r\n--A--\r\nend";

#[test]
fn every_split_of_a_nested_message() {
    for first in 0..NESTED.len() {
        check(NESTED, &[first], Limits::default());
        check(NESTED, &[first, 1], Limits::default());
    }
    check(NESTED, &vec![1; NESTED.len()], Limits::default());
}

/// What looks like a delimiter and is text of a leaf is told as such.
#[test]
fn every_split_of_a_multipart_without_parts() {
    let closed = b"Content-Type: multipart/mixed; boundary=B\r\n\r\nHello\r\n--B--\r\nepilogue\r\n";
    let inside =
        b"Content-Type: multipart/mixed; boundary=A\r\n\r\n--A\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n\
        --B--\r\n--B\r\n\r\nx\r\n--A--\r\nepilogue";
    let beside =
        b"Content-Type: multipart/mixed; boundary=A\r\n\r\n--A\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n\
        --B--\r\n--A\r\nContent-Type: multipart/mixed; boundary=C\r\n\r\n--C\r\n--A--\r\n";
    for parts in 1..5 {
        let mut limits = Limits::default();
        limits.parts = parts;
        for input in [&closed[..], inside, beside, NESTED] {
            check(input, &vec![1; input.len()], limits.clone());
            for cut in 0..input.len() {
                check(input, &[cut], limits.clone());
            }
        }
    }
}

#[test]
fn memory_that_comes_back_late_is_not_taken() {
    let mut parser = PushParser::new(Limits::default());
    parser.push(b"Subject: one\r\n\r\n", |_| {});
    let first = parser.finish(|_| {});
    parser.push(b"Subject: two\r\nX: y", |_| {});
    parser.recycle(first);
    let second = parser.finish(|_| {});
    assert_eq!(outline(&second), outline(&Message::parse(b"Subject: two\r\nX: y")));
}

#[test]
fn bodies_are_not_held() {
    let mut parser = PushParser::new(Limits::default());
    parser.push(b"Content-Type: multipart/mixed; boundary=A\r\n\r\n--A\r\n\r\n", |_| {});
    let header = parser.held();
    for _ in 0..1000 {
        parser.push(&[b'-'; 4096], |_| {});
        parser.push(b"\r\n--", |_| {});
        assert!(parser.held() < header + 2048);
    }
}

#[test]
fn an_endless_header_is_not_held() {
    let mut parser = PushParser::new(limits());
    for _ in 0..1000 {
        parser.push(b"Subject: x\r\n y\r\n", |_| {});
        assert!(parser.held() < 2000);
    }
    let mut parser = PushParser::new(limits());
    for _ in 0..1000 {
        parser.push(&[b'a'; 100], |_| {});
        assert!(parser.held() < 2000);
    }
}

fn message_like() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "Content-Type: multipart/mixed; boundary=A\r\n",
        "Content-Type: multipart/digest; boundary=B\n",
        "Content-Type: message/rfc822\r\n",
        "Content-Transfer-Encoding: base64\r\n",
        "Content-Transfer-Encoding: quoted-printable\r\n",
        "Subject: x\r\n",
        "From ",
        ": ",
        "X",
        " folded\r\n",
        "\r\n",
        "\r\n\r\n",
        "\n",
        "\r",
        "--A\r\n",
        "--B",
        "--A--\r\n",
        "--B--\n",
        "-",
        "--",
        " ",
        "aGVs",
        "bG8=",
        "=3D",
        "=\r\n",
        "=",
        "text",
        "\t",
        "--A  \t\r\n",
        "\0",
        "\u{e9}",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_pieces(input in message_like(), cuts in prop::collection::vec(0usize..30, 0..20)) {
        check(&input, &cuts, Limits::default());
        check(&input, &cuts, limits());
        check(&input, &vec![1; input.len()], limits());
    }
}
