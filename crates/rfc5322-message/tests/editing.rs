//! Edits change what they name and nothing else.

use proptest::prelude::*;
use rfc5322_message::{
    Message,
    edit::{Edit, EditError, NewField},
};

const INPUT: &[u8] = b"Received: x\r\n\ty\r\nSubject : old\r\nDKIM-Signature: v=1;\r\n  b=abc\r\nContent-Type: multipart/signed; boundary=B\r\n\r\n\
    pre \r\n--B\r\nContent-Type: text/plain\r\n\r\none\r\n--B\r\n\r\ntwo\r\n--B--\r\nepi";

#[test]
fn serialising_gives_the_same_bytes() {
    assert_eq!(Message::parse(INPUT).as_bytes(), INPUT);
    assert_eq!(Edit::new(&Message::parse(INPUT)).finish().unwrap(), INPUT);
}

#[test]
fn one_field_at_a_time() {
    let message = Message::parse(INPUT);
    let new = NewField::new("X-New", "1").unwrap();
    let text = |edit: Edit<'_>| String::from_utf8(edit.finish().unwrap()).unwrap();
    let original = std::str::from_utf8(INPUT).unwrap();

    let mut edit = Edit::new(&message);
    edit.prepend(&new);
    assert_eq!(text(edit), format!("X-New: 1\r\n{original}"));

    let mut edit = Edit::new(&message);
    edit.append(&new);
    assert_eq!(text(edit), original.replace("boundary=B\r\n", "boundary=B\r\nX-New: 1\r\n"));

    let mut edit = Edit::new(&message);
    edit.remove(&message.field("received").unwrap());
    assert_eq!(text(edit), original.replace("Received: x\r\n\ty\r\n", ""));

    let mut edit = Edit::new(&message);
    edit.replace(&message.field("subject").unwrap(), &new).replace_body(&message.part(2).unwrap(), &b"2"[..]);
    assert_eq!(text(edit), original.replace("Subject : old", "X-New: 1").replace("two", "2"));
}

#[test]
fn a_header_without_its_last_line_end() {
    let message = Message::parse(b"A: 1");
    let mut edit = Edit::new(&message);
    edit.append(&NewField::new("B", "2").unwrap());
    assert_eq!(edit.finish().unwrap(), b"A: 1\r\nB: 2\r\n");
}

#[test]
fn line_ends_are_those_of_the_message() {
    let message = Message::parse(b"A: 1\n\nx");
    let mut edit = Edit::new(&message);
    edit.prepend(&NewField::new("B", "2").unwrap());
    assert_eq!(edit.finish().unwrap(), b"B: 2\nA: 1\n\nx");
}

#[test]
fn nothing_is_smuggled_in() {
    for bad in ["a\r\nBcc: x", "a\n", "\r", "\0", "a\u{7f}"] {
        assert_eq!(NewField::new("X", bad), Err(EditError::Control));
        assert_eq!(NewField::new(bad, "x"), Err(EditError::Name));
    }
    assert_eq!(NewField::new("X:", "x"), Err(EditError::Name));
    assert_eq!(NewField::new("X", "a".repeat(1000)), Err(EditError::TooLong));
    let message = Message::parse(INPUT);
    let mut edit = Edit::new(&message);
    edit.replace_body(&message.part(2).unwrap(), &b"x\r\n--B--\r\n"[..]);
    assert_eq!(edit.finish(), Err(EditError::Boundary));
    let mut edit = Edit::new(&message);
    let subject = message.field("subject").unwrap();
    edit.remove(&subject).remove(&subject);
    assert_eq!(edit.finish(), Err(EditError::Overlap));
}

proptest! {
    #[test]
    fn a_long_value_is_folded_and_read_back(value in "[a-z]{1,30}( [a-z]{1,90}){0,30}") {
        let message = Message::parse(INPUT);
        let mut edit = Edit::new(&message);
        edit.prepend(&NewField::new("X-New", value.as_str()).unwrap());
        let edited = edit.finish().unwrap();
        let edited = Message::parse(&edited);
        prop_assert_eq!(edited.field("x-new").unwrap().text(), value);
        for line in edited.field("x-new").unwrap().raw().split(|byte| *byte == b'\n') {
            prop_assert!(line.len() <= 99);
        }
    }
}
