//! RFC 5322 sections 2.1, 2.2 and 4.5.8: where fields begin and end.

use proptest::prelude::*;
use rfc5322_message::fields::{Fields, HeadScanner, HeadStatus, HeaderEnd};
use rfc5322_message::{Limits, Message, push::PushParser};

fn names(input: &[u8]) -> (Vec<String>, HeaderEnd, usize) {
    let mut fields = Fields::new(input);
    let names = fields.by_ref().map(|f| String::from_utf8(f.name().to_vec()).unwrap()).collect();
    (names, fields.end().unwrap(), fields.body_start())
}

#[test]
fn empty_line_ends_the_header() {
    assert_eq!(names(b"A: 1\r\nB: 2\r\n\r\nC: 3"), (vec!["A".into(), "B".into()], HeaderEnd::EmptyLine, 14));
    assert_eq!(names(b"\r\nC: 3"), (vec![], HeaderEnd::EmptyLine, 2));
    assert_eq!(names(b"A: 1\n\nC"), (vec!["A".into()], HeaderEnd::EmptyLine, 6));
}

#[test]
fn a_forgotten_empty_line_keeps_the_text() {
    assert_eq!(names(b"A: 1\r\nHello world\r\nB: 2\r\n"), (vec!["A".into()], HeaderEnd::NotAField, 6));
    assert_eq!(names(b" starts folded\r\nB: 2"), (vec![], HeaderEnd::NotAField, 0));
    assert_eq!(names(b": no name\r\n"), (vec![], HeaderEnd::NotAField, 0));
}

#[test]
fn the_input_may_end_anywhere() {
    assert_eq!(names(b""), (vec![], HeaderEnd::EndOfInput, 0));
    assert_eq!(names(b"A:"), (vec!["A".into()], HeaderEnd::EndOfInput, 2));
    assert_eq!(names(b"A: x\r\n"), (vec!["A".into()], HeaderEnd::EndOfInput, 6));
}

#[test]
fn obsolete_blanks_before_the_colon() {
    let field = Fields::new(b"Subject \t : x\r\n").next().unwrap();
    assert_eq!((field.name(), field.body()), (&b"Subject"[..], &b" x"[..]));
}

#[test]
fn folding_and_bare_carriage_returns_stay_in_the_field() {
    let field = Fields::new(b"A: x\ry\r\n \r\n\tz\r\nB:").next().unwrap();
    assert_eq!(field.raw(), b"A: x\ry\r\n \r\n\tz\r\n");
    assert_eq!(field.body(), b" x\ry\r\n \r\n\tz");
    assert_eq!(field.unfolded().flatten().copied().collect::<Vec<_>>(), b" x\ry \tz");
}

#[test]
fn an_mbox_line_is_no_field() {
    let mut fields = Fields::new(b"From a@b Mon Jan  1\r\nA: 1\r\n\r\n");
    let field = fields.next().unwrap();
    assert_eq!(field.range(), 21..27);
    assert_eq!(field.name_range(), 21..22);
    assert_eq!(field.body_range(), 23..25);
}

/// A first line `From :` is a field, an author that others see; the line of an mbox is none, whatever colons it has.
#[test]
fn a_from_with_blanks_before_its_colon_is_no_mbox_line() {
    for from in ["From : a@b\r\n", "From \t : a@b\r\n", "From:a@b\r\n", "FROM : a@b\r\n"] {
        let input = format!("{from}To: c@d\r\n\r\n");
        let message = Message::parse(input.as_bytes());
        assert_eq!(message.from().next().unwrap().address().to_string(), "a@b", "{from:?}");
        assert_eq!(message.fields().count(), 2);
    }
    for line in ["From a@b Mon Nov 23 16:55:00 2026\n", "From  a:b\n", "From x :y\n"] {
        let input = format!("{line}To: c@d\n\n");
        let message = Message::parse(input.as_bytes());
        assert_eq!((message.fields().count(), message.from().count()), (1, 0), "{line:?}");
    }
    // By pieces as at once.
    for input in [&b"From : a@b\r\nTo: c@d\r\n\r\n"[..], b"From a@b 16:55:00\nTo: c@d\n\n"] {
        let names = |message: &Message<'_>| message.fields().map(|field| field.name().to_owned()).collect::<Vec<_>>();
        let mut parser = PushParser::new(Limits::default());
        for byte in input {
            parser.push(&[*byte], |_| {});
        }
        assert_eq!(names(&parser.finish(|_| {})), names(&Message::parse(input)));
    }
}

fn header_like() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(b"aB:- \t\r\r\n\n\n\x00\xff".to_vec()), 0..60)
}

proptest! {
    #[test]
    fn fields_and_body_are_all_of_the_input(input in header_like()) {
        let mut fields = Fields::new(&input);
        let mut position = 0;
        for field in fields.by_ref() {
            prop_assert_eq!(field.offset(), position);
            prop_assert_eq!(&input[field.range()], field.raw());
            prop_assert_eq!(&input[field.body_range()], field.body());
            position = field.range().end;
        }
        prop_assert_eq!(fields.offset(), position);
        prop_assert!(fields.body_start() <= input.len());
    }

    #[test]
    fn the_end_is_found_at_every_split(input in header_like(), cut in 0usize..60) {
        let mut whole = HeadScanner::new();
        let expected = whole.push(&input);
        let (first, second) = input.split_at(cut.min(input.len()));
        let mut pieces = HeadScanner::new();
        let status = match pieces.push(first) {
            HeadStatus::More => match pieces.push(second) {
                HeadStatus::Complete { consumed } => HeadStatus::Complete { consumed: consumed + first.len() },
                status => status,
            },
            status => status,
        };
        prop_assert_eq!(status, expected);
        prop_assert_eq!(whole.header_len(), pieces.header_len());
    }
}
