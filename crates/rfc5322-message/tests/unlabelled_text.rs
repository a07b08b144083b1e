//! Bytes over 127 that no charset explains: guessed or not, as the caller chooses.

use rfc5322_message::{Duplicates, Limits, Message, Parser, charset::Unlabelled, push::PushParser};

const INPUT: &[u8] = b"From: Ren\xe9 <ren\xe9@example.org>\r\nSubject: caf\xe9 =?x-none?Q?=E9?= =?iso-8859-1?Q?=E9?=\r\n\
    To: G\xe9: a@b;\r\nMessage-ID: <\xe9@x>\r\nReceived: from \xe9 by x\r\nList-ID: \xe9 <x.y>\r\nList-Post: <x:\xe9>\r\n\
    Content-Type: text/plain; name=\"\xe9\"\r\nContent-Disposition: inline; filename=\xe9\r\n\r\ncaf\xe9\r\n";

fn limits(unlabelled: Unlabelled) -> Limits {
    let mut limits = Limits::default();
    limits.unlabelled = unlabelled;
    limits
}

fn told(message: &Message<'_>) -> Vec<String> {
    let field = |name: &str| message.field(name).unwrap();
    let content_type = field("Content-Type").content_type().unwrap();
    vec![
        message.from().next().unwrap().to_string(),
        message.subject().unwrap().into_owned(),
        field("To").addresses()[0].to_string(),
        message.message_id().unwrap().to_string(),
        field("Received").received().from.unwrap().into_owned(),
        field("List-ID").list_id().unwrap().name.unwrap().into_owned(),
        field("List-Post").list_urls().next().unwrap().into_owned(),
        content_type.parameter("name").unwrap().into_owned(),
        field("Content-Disposition").disposition().parameter("filename").unwrap().into_owned(),
        message.root().text().unwrap_or_default().into_owned(),
    ]
}

/// What is expected, with `?` for each byte that has no charset.
fn expected(unknown: &str) -> Vec<String> {
    ["Ren? <ren?@example.org>", "caf? ?\u{e9}", "G?: a@b;", "<?@x>", "?", "?", "x:?", "?", "?", "caf?\r\n"]
        .map(|text| text.replace('?', unknown))
        .to_vec()
}

#[test]
fn the_default_is_windows_1252_for_what_is_not_utf8() {
    assert_eq!(Limits::default().unlabelled, Unlabelled::Windows1252);
    assert_eq!(told(&Message::parse(INPUT)), expected("\u{e9}"));
    let guessed = Parser::new(limits(Unlabelled::Windows1252)).parse(INPUT);
    assert_eq!(told(&guessed), told(&Message::parse(INPUT)));
}

#[test]
fn nothing_is_guessed_where_that_is_chosen() {
    let message = Parser::new(limits(Unlabelled::Utf8)).parse(INPUT);
    assert_eq!(told(&message), expected("\u{fffd}"));
    // UTF-8 needs no guess (RFC 6532).
    let input = "Subject: caf\u{e9}\r\n\r\ncaf\u{e9}".as_bytes();
    let message = Parser::new(limits(Unlabelled::Utf8)).parse(input);
    assert_eq!((message.subject().unwrap(), message.root().text().unwrap()), ("caf\u{e9}".into(), "caf\u{e9}".into()));
    // The bytes are there all the same.
    assert_eq!(Parser::new(limits(Unlabelled::Utf8)).parse(INPUT).as_bytes(), INPUT);
}

#[test]
fn an_encoded_message_inside_is_read_as_the_one_around_it() {
    let mut limits = Limits::default();
    limits.unlabelled = Unlabelled::Utf8;
    limits.duplicates = Duplicates::Last;
    let input = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
        Subject: one\r\nSubject: caf=E9\r\n\r\n";
    let message = Parser::new(limits).parse(input);
    assert_eq!(message.root().encoded_message().unwrap().subject().unwrap(), "caf\u{fffd}");
    let by_default = Message::parse(input);
    assert_eq!(by_default.root().encoded_message().unwrap().subject().unwrap(), "one");
}

#[test]
fn by_pieces_as_at_once() {
    let mut parser = PushParser::new(limits(Unlabelled::Utf8));
    parser.push(INPUT, |_| {});
    let pushed = parser.finish(|_| {});
    assert_eq!(told(&pushed)[..9], expected("\u{fffd}")[..9]);
}
