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
    for bad in ["a\r\nBcc: x", "a\n", "\r", "\0", "a\u{7f}", "a\u{85}", "a\u{2028}b", "\u{2029}"] {
        assert_eq!(NewField::new("X", bad), Err(EditError::Control));
        assert_eq!(NewField::new(bad, "x"), Err(EditError::Name));
    }
    assert_eq!(NewField::new("X:", "x"), Err(EditError::Name));
    assert_eq!(NewField::new("--B", "x"), Err(EditError::Name));
    assert_eq!(NewField::new("X", "a".repeat(1000)), Err(EditError::TooLong));
    let blanks = |count| format!(" a{}\tb ", " ".repeat(count));
    assert_eq!(NewField::new("X", blanks(1000)), Err(EditError::TooLong));
    assert!(NewField::new("X", blanks(980)).is_ok() && NewField::new("X", " ".repeat(1000)).is_ok());
    let message = Message::parse(INPUT);
    let mut edit = Edit::new(&message);
    edit.replace_body(&message.part(2).unwrap(), &b"x\r\n--B--\r\n"[..]);
    assert_eq!(edit.finish(), Err(EditError::Boundary));
    let mut edit = Edit::new(&message);
    let subject = message.field("subject").unwrap();
    edit.remove(&subject).remove(&subject);
    assert_eq!(edit.finish(), Err(EditError::Overlap));
}

#[test]
fn content_is_encoded_as_its_part_says() {
    let input = "Content-Type: multipart/mixed; boundary=B\r\n\r\n\
        --B\r\nContent-Transfer-Encoding: base64\r\n\r\nb25l\r\n\
        --B\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nt=77o\r\n\
        --B\r\n\r\nthree\r\n\
        --B\r\nContent-Transfer-Encoding: x-odd\r\n\r\nfour\r\n\
        --B\r\nContent-Type: message/rfc822\r\n\r\nSubject: five\r\n\r\n\r\n--B--\r\n";
    let message = Message::parse(input.as_bytes());
    let with = |part: usize, content: &[u8]| {
        let mut edit = Edit::new(&message);
        edit.replace_content(&message.part(part).unwrap(), content);
        edit.finish().map(|edited| String::from_utf8(edited).unwrap())
    };
    assert_eq!(with(1, b"uno").unwrap(), input.replace("b25l", "dW5v\r\n"));
    assert_eq!(with(2, b"d=s").unwrap(), input.replace("t=77o", "d=3Ds"));
    assert_eq!(with(3, b"tres").unwrap(), input.replace("three", "tres"));
    let encoded = "--B\r\nContent-Transfer-Encoding: base64\r\n\r\n/wA=\r\n\r\n--B\r\nContent-Transfer-Encoding: x";
    assert_eq!(
        with(3, b"\xff\0").unwrap(),
        input.replace("--B\r\n\r\nthree\r\n--B\r\nContent-Transfer-Encoding: x", encoded)
    );
    assert_eq!(with(4, b"cuatro").unwrap(), input.replace("x-odd\r\n\r\nfour", "7bit\r\n\r\ncuatro"));
    // What would end the multipart is encoded instead of refused.
    let edited = with(3, b"--B--\r\n").unwrap();
    assert_eq!(Message::parse(edited.as_bytes()).part(3).unwrap().decoded().bytes, &b"--B--\r\n"[..]);
    assert_eq!(with(5, b"Subject: \xff\r\n\r\n"), Err(EditError::Composite));
    assert_eq!(with(5, b"--B\r\n"), Err(EditError::Boundary));
}

#[test]
fn content_of_a_message_with_bare_line_ends() {
    let message = Message::parse(b"Subject: x\n\nold\n");
    let mut edit = Edit::new(&message);
    edit.replace_content(&message.root(), "caf\u{e9} au lait, et du pain\nII\n".as_bytes());
    assert_eq!(
        edit.finish().unwrap(),
        b"Subject: x\nContent-Transfer-Encoding: quoted-printable\n\ncaf=C3=A9 au lait, et du pain\nII\n"
    );
    let message = Message::parse(b"Subject: x\nold: no, a body\nold");
    let mut edit = Edit::new(&message);
    edit.replace_content(&message.root(), b"A: b\n");
    assert_eq!(Message::parse(&edit.finish().unwrap()).root().body(), b"A: b\n");
}

/// The line end before a delimiter belongs to it; without a body it is the header's last one.
#[test]
fn a_new_body_does_not_join_the_delimiter_after_it() {
    let outer = "Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n";
    let rest = "--B\r\n\r\ntwo\r\n--B--\r\n";
    for (header, written) in [
        ("Content-Type: text/plain\r\n\r\n", "Content-Type: text/plain\r\n\r\n"),
        ("Content-Type: text/plain\r\n", "Content-Type: text/plain\r\n\r\n"),
        ("\r\n", "\r\n"),
        ("", "\r\n"),
    ] {
        for (part, header, written) in [
            (1, header.to_owned(), written.to_owned()),
            (
                2,
                format!("Content-Type: message/rfc822\r\n\r\n{header}"),
                format!("Content-Type: message/rfc822\r\n\r\n{written}"),
            ),
        ] {
            for line_end in ["\r\n", "\n"] {
                let input = format!("{outer}{header}{rest}").replace("\r\n", line_end);
                let message = Message::parse(input.as_bytes());
                let part = message.part(part).unwrap();
                for new in ["new", "new\r\n", "new\r\n\r\n"] {
                    let new = new.replace("\r\n", line_end);
                    let mut edit = Edit::new(&message);
                    edit.replace_body(&part, new.as_bytes());
                    let edited = String::from_utf8(edit.finish().unwrap()).unwrap();
                    assert_eq!(edited, format!("{outer}{written}{new}\r\n{rest}").replace("\r\n", line_end));
                    let mut edit = Edit::new(&message);
                    edit.replace_content(&part, new.as_bytes());
                    assert_eq!(edit.finish().unwrap(), edited.as_bytes());
                }
                let mut edit = Edit::new(&message);
                edit.replace_body(&part, &b""[..]);
                assert_eq!(edit.finish().unwrap(), input.as_bytes());
            }
        }
    }
}

proptest! {
    #[test]
    fn content_is_read_back(
        content in prop_oneof!["[ -~]{0,90}(\r\n[ -~]{0,40}){0,9}", "\\PC{0,60}"],
        bytes: Vec<u8>,
        binary: bool,
        part in 1usize..3,
        encoding in prop_oneof!["8bit", "binary", "quoted-printable", "base64"],
        input in 0usize..3,
    ) {
        let content = if binary { bytes } else { content.into_bytes() };
        let field = format!("plain\r\nContent-Transfer-Encoding: {encoding}\r\n");
        let input = [
            String::from_utf8_lossy(INPUT).into_owned(),
            String::from_utf8_lossy(INPUT).replace("\r\n\r\none\r\n", "\r\n\r\n").replace("two\r\n", ""),
            String::from_utf8_lossy(INPUT).replace("plain\r\n\r\none\r\n", &field),
        ][input].clone();
        let message = Message::parse(input.as_bytes());
        let mut edit = Edit::new(&message);
        edit.replace_content(&message.part(part).unwrap(), &content);
        let edited = edit.finish().unwrap();
        let edited = Message::parse(&edited);
        prop_assert_eq!(edited.part(part).unwrap().decoded().bytes, content);
        prop_assert_eq!(edited.parts().count(), message.parts().count());
    }

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

#[test]
fn a_body_without_a_header_does_not_continue_the_field_before_it() {
    let message = Message::parse(b"\tno header\r\n");
    let field = |name| NewField::new(name, "x").unwrap();
    let mut edit = Edit::new(&message);
    edit.prepend(&field("A")).prepend(&field("B"));
    assert_eq!(edit.finish().unwrap(), b"A: x\r\nB: x\r\n\r\n\tno header\r\n");
    let mut edit = Edit::new(&message);
    edit.prepend(&field("A")).replace_body(&message.root(), &b" new\r\n"[..]);
    assert_eq!(edit.finish().unwrap(), b"A: x\r\n\r\n new\r\n");
}

#[test]
fn a_new_body_does_not_continue_a_header_without_an_end() {
    for input in [&b"A: b\r\n"[..], b"A: b"] {
        let message = Message::parse(input);
        let mut edit = Edit::new(&message);
        edit.replace_body(&message.root(), &b"C: d\r\n"[..]);
        assert_eq!(edit.finish().unwrap(), b"A: b\r\n\r\nC: d\r\n");
        let mut edit = Edit::new(&message);
        edit.replace_content(&message.root(), b"\xff").append(&NewField::new("E", "f").unwrap());
        let edited = edit.finish().unwrap();
        assert_eq!(edited, b"A: b\r\nContent-Transfer-Encoding: base64\r\nE: f\r\n\r\n/w==\r\n");
        let mut edit = Edit::new(&message);
        edit.append(&NewField::new("C", "d").unwrap()).append(&NewField::new("E", "f").unwrap());
        assert_eq!(edit.finish().unwrap(), b"A: b\r\nC: d\r\nE: f\r\n");
    }
}
