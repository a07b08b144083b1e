//! RFC 2046 section 5.2: messages in parts, cut into fragments, and elsewhere.

use proptest::prelude::*;
use rfc5322_message::Message;
use rfc5322_message::content::partial::{Assemblies, Assembly, PartialError, SplitError, split};
use rfc5322_message::content::{Access, ExternalBody, FileProtocol};
use rfc5322_message::value::MessageId;

fn crlf(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

const FIRST: &str = "X-Weird-Header-1: Foo\n\
    From: Bill@host.com\n\
    To: joe@otherhost.com\n\
    Date: Fri, 26 Mar 1993 12:59:38 -0500 (EST)\n\
    Subject: Audio mail (part 1 of 2)\n\
    Message-ID: <id1@host.com>\n\
    MIME-Version: 1.0\n\
    Content-type: message/partial; id=\"ABC@host.com\";\n              number=1; total=2\n\
    \n\
    X-Weird-Header-1: Bar\n\
    X-Weird-Header-2: Hello\n\
    Message-ID: <anotherid@foo.com>\n\
    Subject: Audio mail\n\
    MIME-Version: 1.0\n\
    Content-type: audio/basic\n\
    Content-transfer-encoding: base64\n\
    \n\
    first half\n";

const SECOND: &str = "From: Bill@host.com\n\
    To: joe@otherhost.com\n\
    Date: Fri, 26 Mar 1993 12:59:38 -0500 (EST)\n\
    Subject: Audio mail (part 2 of 2)\n\
    MIME-Version: 1.0\n\
    Message-ID: <id2@host.com>\n\
    Content-type: message/partial;\n              id=\"ABC@host.com\"; number=2; total=2\n\
    \n\
    second half\n";

const WHOLE: &str = "X-Weird-Header-1: Foo\n\
    From: Bill@host.com\n\
    To: joe@otherhost.com\n\
    Date: Fri, 26 Mar 1993 12:59:38 -0500 (EST)\n\
    Message-ID: <anotherid@foo.com>\n\
    Subject: Audio mail\n\
    MIME-Version: 1.0\n\
    Content-type: audio/basic\n\
    Content-transfer-encoding: base64\n\
    \n\
    first half\nsecond half\n";

#[test]
fn s5_2_2_2_the_example_in_both_orders() {
    for order in [[FIRST, SECOND], [SECOND, FIRST]] {
        let mut assembly = Assembly::new(10_000);
        assert_eq!(assembly.add(&crlf(order[0])), Ok(None));
        assert_eq!(assembly.missing().count(), 1);
        assert_eq!(assembly.add(&crlf(order[1])), Ok(Some(crlf(WHOLE))));
    }
}

#[test]
fn what_is_no_fragment_of_the_message_changes_nothing() {
    let mut assembly = Assembly::new(10_000);
    assembly.add(&crlf(FIRST)).unwrap();
    assert_eq!(assembly.add(&crlf(FIRST)), Ok(None));
    let second = |old: &str, new: &str| crlf(&SECOND.replace(old, new));
    assert_eq!(assembly.add(b"Subject: x\r\n\r\n"), Err(PartialError::NotAFragment));
    assert_eq!(assembly.add(&second("number=2; ", "")), Err(PartialError::NotAFragment));
    assert_eq!(assembly.add(&second("number=2", "number=0")), Err(PartialError::NotAFragment));
    assert_eq!(assembly.add(&second("ABC@host.com", "DEF@host.com")), Err(PartialError::OtherMessage));
    assert_eq!(assembly.add(&second("total=2", "total=3")), Err(PartialError::Total));
    assert_eq!(assembly.add(&second("number=2; total=2", "number=3")), Err(PartialError::Total));
    assert_eq!(assembly.add(&second("number=2", "number=1")), Err(PartialError::Conflict(1)));
    assert_eq!(assembly.add(&second("second half", &"x".repeat(10_000))), Err(PartialError::TooLarge));
    assert_eq!(assembly.add(&crlf(SECOND)), Ok(Some(crlf(WHOLE))));
}

#[test]
fn only_the_last_fragment_must_say_the_total() {
    let mut assembly = Assembly::new(10_000);
    assert_eq!(assembly.add(&crlf(&FIRST.replace("; total=2", ""))), Ok(None));
    assert_eq!(assembly.missing().count(), 0);
    assert_eq!(assembly.add(&crlf(SECOND)), Ok(Some(crlf(WHOLE))));
    let mut assembly = Assembly::new(10_000);
    let many = crlf(&FIRST.replace("total=2", "total=1001"));
    assert_eq!(assembly.add(&many), Err(PartialError::TooLarge));
}

#[test]
fn what_is_cut_must_be_7bit() {
    let id = MessageId::new("cut@example.org").unwrap();
    assert_eq!(split("Subject: \u{e4}\r\n\r\n".as_bytes(), &id, 100), Err(SplitError::NotSevenBit));
    let long = [b"Subject: x\r\n\r\n".as_slice(), &b"x\r\n".repeat(2000)].concat();
    assert_eq!(split(&long, &id, 1), Err(SplitError::TooMany));
}

#[test]
fn a_header_without_its_last_line_end_keeps_its_fields_apart() {
    let id = MessageId::new("cut@example.org").unwrap();
    let fragments = split(b"Subject: x\r\nFrom: a@example.org", &id, 100).unwrap();
    let names = |message: &Message<'_>| message.fields().map(|field| field.name().to_owned()).collect::<Vec<_>>();
    assert_eq!(
        names(&Message::parse(&fragments[0])),
        ["From", "Subject", "Message-ID", "MIME-Version", "Content-Type"]
    );
    let whole = Assembly::new(1000).add(&fragments[0]).unwrap().unwrap();
    assert_eq!(whole, b"From: a@example.org\r\nSubject: x\r\n\r\n");

    let mut assembly = Assembly::new(1000);
    let second = b"Content-Type: message/partial; id=a; number=2; total=2\r\n\r\nSubject: x\r\n\r\nHello\r\n";
    assert_eq!(assembly.add(second), Ok(None));
    let whole = assembly.add(b"Content-Type: message/partial; id=a; number=1\r\nFrom: a@example.org").unwrap().unwrap();
    assert_eq!(whole, b"From: a@example.org\r\nSubject: x\r\n\r\nHello\r\n");
}

proptest! {
    #[test]
    fn what_is_cut_comes_together(
        lines in proptest::collection::vec("[ -~]{0,30}", 0..40),
        octets in 1..400usize,
        rotation in 0..40usize,
    ) {
        let head = "From: ann@example.org\r\nX-Outside: yes\r\nMessage-ID: <whole@example.org>\r\nSubject: Greetings\r\n\
            MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n";
        let body: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
        let message = format!("{head}{body}");
        let id = MessageId::new("cut@example.org").unwrap();
        let mut fragments = split(message.as_bytes(), &id, octets).unwrap();
        let count = fragments.len();
        fragments.rotate_left(rotation % count);
        let mut assembly = Assembly::new(1_000_000);
        let mut whole = None;
        for (number, fragment) in fragments.iter().enumerate() {
            prop_assert!(Message::parse(fragment).root().fragment().is_some());
            whole = assembly.add(fragment).unwrap();
            prop_assert_eq!(whole.is_some(), number + 1 == count);
        }
        prop_assert_eq!(whole.unwrap(), message.into_bytes());
    }
}

fn external(parameters: &str, inside: &str) -> Vec<u8> {
    crlf(&format!("Content-type: message/external-body;\n {parameters}\n\n{inside}"))
}

#[test]
fn s5_2_3_a_local_file() {
    let message = external(
        "access-type=local-file;\n name=\"/u/nsb/Me.jpeg\"",
        "Content-type: image/jpeg\nContent-ID: <id42@guppylake.bellcore.com>\nContent-Transfer-Encoding: binary\n\n\
         THIS IS NOT REALLY THE BODY!\n",
    );
    let message = Message::parse(&message);
    let body = ExternalBody::of(&message.root()).unwrap();
    assert_eq!(body.access(), Some(Access::LocalFile { name: "/u/nsb/Me.jpeg".into(), site: None }));
    assert_eq!(body.content_type().to_string(), "image/jpeg");
    assert_eq!(body.content_id().unwrap().as_str(), "id42@guppylake.bellcore.com");
    assert_eq!(body.phantom_body(), b"THIS IS NOT REALLY THE BODY!\r\n");
    assert!(!body.is_writable());
    assert!(message.root().is_leaf());
}

#[test]
fn s5_2_3_7_three_ways_to_one_document() {
    let inside = "Content-type: application/postscript\nContent-ID: <id42@guppylake.bellcore.com>\n\n";
    let expiration = "expiration=\"Fri, 14 Jun 1991 19:13:14 -0400 (EDT)\"";
    let ftp = external(
        &format!(
            "name=\"BodyFormats.ps\"; site=\"thumper.bellcore.com\"; mode=\"image\"; access-type=ANON-FTP;\n \
             directory=\"pub\"; size=1234; permission=Read-Write; {expiration}"
        ),
        inside,
    );
    let message = Message::parse(&ftp);
    let body = ExternalBody::of(&message.root()).unwrap();
    assert_eq!(
        body.access(),
        Some(Access::File {
            protocol: FileProtocol::AnonymousFtp,
            name: "BodyFormats.ps".into(),
            site: "thumper.bellcore.com".into(),
            directory: Some("pub".into()),
            mode: Some("image".into()),
        })
    );
    assert_eq!((body.size(), body.is_writable()), (Some(1234), true));
    assert_eq!(body.expiration().unwrap().to_string(), "Fri, 14 Jun 1991 19:13:14 -0400");

    let server =
        external("access-type=mail-server; server=\"listserv@bogus.bitnet\"", &format!("{inside}get RFC-MIME.DOC\n"));
    let message = Message::parse(&server);
    let body = ExternalBody::of(&message.root()).unwrap();
    assert_eq!(body.access(), Some(Access::MailServer { server: "listserv@bogus.bitnet".into(), subject: None }));
    assert_eq!(body.phantom_body(), b"get RFC-MIME.DOC\r\n");
}

#[test]
fn other_ways() {
    let access = |parameters: &str| {
        let octets = external(parameters, "");
        let message = Message::parse(&octets);
        let access = ExternalBody::of(&message.root()).unwrap().access();
        access.map(|access| format!("{access:?}"))
    };
    assert_eq!(
        access("access-type=URL; url=\"http://www.foo.\n com/file\"").unwrap(),
        "Url(\"http://www.foo.com/file\")"
    );
    assert_eq!(access("access-type=x-new; name=a").unwrap(), "Other(\"x-new\")");
    assert_eq!(access("access-type=ftp; name=a").unwrap(), "Other(\"ftp\")");
    assert_eq!(access("name=a"), None);
    let text = Message::parse(b"Content-Type: text/plain\r\n\r\n");
    assert!(ExternalBody::of(&text.root()).is_none());
}

#[test]
fn fragments_of_several_messages_within_limits() {
    let fragment = |id: &str, number: u32, text: &str| {
        format!("Content-Type: message/partial; id={id}; number={number}; total=2\r\n\r\n{text}\r\n").into_bytes()
    };
    let one = fragment("a", 1, "Subject: a\r\n\r\na");
    let mut assemblies = Assemblies::new(2, 3 * one.len());
    assert_eq!(assemblies.add(&one), Ok(None));
    assert_eq!(assemblies.add(&one), Ok(None));
    assert_eq!(assemblies.add(&fragment("b", 1, "Subject: b\r\n\r\nb")), Ok(None));
    assert_eq!(assemblies.add(&fragment("c", 1, "Subject: c\r\n\r\nc")), Err(PartialError::TooMany));
    assert_eq!(assemblies.add(&fragment("a", 2, &"x".repeat(200))), Err(PartialError::TooLarge));
    assert_eq!(assemblies.add(b"Subject: no fragment\r\n\r\n"), Err(PartialError::NotAFragment));
    // What was refused changed nothing, and what is gone makes room.
    assert_eq!(assemblies.waiting().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(assemblies.assembly("a").unwrap().missing().collect::<Vec<_>>(), [2]);
    assert_eq!(assemblies.add(&fragment("a", 2, "y")).unwrap().unwrap(), b"Subject: a\r\n\r\na\r\ny\r\n");
    assert!(assemblies.forget("b") && !assemblies.forget("b"));
    assert_eq!(assemblies.add(&fragment("c", 1, "Subject: c\r\n\r\nc")), Ok(None));
    assert_eq!(Assemblies::new(0, 1000).add(&one), Err(PartialError::TooMany));
    // A refused first fragment leaves nothing behind.
    let mut small = Assemblies::new(1, 10);
    assert_eq!(small.add(&one), Err(PartialError::TooLarge));
    assert_eq!(small.waiting().count(), 0);
}
