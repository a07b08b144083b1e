//! Every limit: what is beyond it stays in the message as it is, and a defect says where it begins.

use rfc5322_message::{DefectKind, Limits, Message, Parser, push::PushParser};

fn limited(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

/// Parses at once and byte by byte, and gives the one defect, with its offset.
#[track_caller]
fn the_defect<'m>(input: &'m str, limits: &Limits) -> (Message<'m>, (DefectKind, usize)) {
    let message = Parser::new(limits.clone()).parse(input.as_bytes());
    let mut parser = PushParser::new(limits.clone());
    for piece in input.as_bytes().chunks(1) {
        parser.push(piece, |_| {});
    }
    assert_eq!(parser.finish(|_| {}).defects(), message.defects());
    assert_eq!(message.as_bytes(), input.as_bytes());
    let [defect] = message.defects() else { panic!("{:?}", message.defects()) };
    let told = (defect.kind(), defect.offset());
    (message, told)
}

#[test]
fn depth() {
    let input = "Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\n";
    let (message, told) = the_defect(input, &limited(|limits| limits.depth = 1));
    assert_eq!(told, (DefectKind::TooDeep, 32));
    assert_eq!((message.parts().count(), message.part(1).unwrap().body()), (2, &b"Subject: x\r\n\r\n"[..]));
}

#[test]
fn parts() {
    let input = "Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\none\r\n--B\r\n\r\ntwo\r\n--B--\r\n";
    let (message, told) = the_defect(input, &limited(|limits| limits.parts = 2));
    assert_eq!(told, (DefectKind::TooManyParts, input.find("\r\ntwo").unwrap()));
    assert_eq!((message.parts().count(), message.part(1).unwrap().body()), (2, &b"one"[..]));
    assert_eq!(message.root().body_range().end, input.len());
}

#[test]
fn fields() {
    let (message, told) = the_defect("A: 1\r\nB: 2\r\nC: 3\r\n\r\nbody", &limited(|limits| limits.fields = 2));
    assert_eq!(told, (DefectKind::TooManyFields, 12));
    assert_eq!((message.fields().count(), message.root().body()), (2, &b"C: 3\r\n\r\nbody"[..]));
}

#[test]
fn the_size_of_a_field() {
    let input = "A: 1\r\nB: 2\r\n 3\r\nC: 4\r\n\r\nbody";
    let (message, told) = the_defect(input, &limited(|limits| limits.field_bytes = 9));
    assert_eq!(told, (DefectKind::FieldTooLong, 6));
    assert_eq!((message.fields().count(), message.root().body()), (1, &b"B: 2\r\n 3\r\nC: 4\r\n\r\nbody"[..]));
    assert_eq!(Parser::new(limited(|limits| limits.field_bytes = 10)).parse(input.as_bytes()).fields().count(), 3);
}

#[test]
fn the_size_of_all_headers() {
    let input = "A: 1\r\nB: 2\r\n\r\nbody";
    let (message, told) = the_defect(input, &limited(|limits| limits.header_bytes = 11));
    assert_eq!(told, (DefectKind::HeaderTooLong, 6));
    assert_eq!((message.fields().count(), message.root().body()), (1, &b"B: 2\r\n\r\nbody"[..]));
}

#[test]
fn defects() {
    let input = b"To: a\r\nTo: b\r\nTo: c\r\n\r\n";
    assert_eq!(Message::parse(input).defects().len(), 2);
    assert_eq!(Parser::new(limited(|limits| limits.defects = 1)).parse(input).defects().len(), 1);
}
