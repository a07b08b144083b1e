//! Whole messages: structure, encodings, boundaries, the envelope, and what has to be there.

use proptest::prelude::*;
use rfc5322_message::Message;
use rfc5322_message::build::{
    Bcc, BuildError, Envelope, Field, MessageBuilder, Options, Outgoing, Part, Resent, SourceId, Step, WriteError,
};
use rfc5322_message::encode::{Capabilities, TransferEncoding};
use rfc5322_message::value::{AddrSpec, Address, DateTime, Group, Mailbox, MessageId, Zone};

fn address(text: &str) -> AddrSpec<'static> {
    text.parse().unwrap()
}

fn date() -> DateTime {
    DateTime::new((2026, 11, 23), (16, 55, 0), Zone::Offset(60)).unwrap()
}

fn letter() -> MessageBuilder<'static> {
    MessageBuilder::new().date(date()).from([address("jo@example.org")]).to([address("ann@example.net")])
}

fn options() -> Options {
    Options::new([0xa5; 16])
}

fn text(message: &Outgoing<'_>) -> String {
    String::from_utf8(message.to_vec().unwrap()).unwrap()
}

#[test]
fn the_simplest_message_whole() {
    let message = letter().subject("Hello").text("Hi Ann,\nhere I am.\n").finish(&options()).unwrap();
    assert_eq!(
        text(&message),
        "Date: Mon, 23 Nov 2026 16:55:00 +0100\r\n\
         From: jo@example.org\r\n\
         To: ann@example.net\r\n\
         Message-ID: <a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5@example.org>\r\n\
         Subject: Hello\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 7bit\r\n\
         \r\n\
         Hi Ann,\r\nhere I am.\r\n"
    );
    assert_eq!(message.needs(), Capabilities::NONE);
}

#[test]
fn the_usual_tree() {
    let logo = MessageId::new("logo@example.org").unwrap();
    let message = letter()
        .text("Hello")
        .html("<img src='cid:logo@example.org'>")
        .inline(Part::bytes("image/png", b"\x89PNG").content_id(logo))
        .attach(Part::bytes("application/zip", b"PK").filename("a b.zip"))
        .finish(&options())
        .unwrap();
    let seed = "a5".repeat(16);
    let boundary = |number: usize| format!("=_{number}_{seed}");
    let expected = format!(
        "MIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"{b0}\"\r\n\
         Content-Transfer-Encoding: 7bit\r\n\r\n\
         --{b0}\r\n\
         Content-Type: multipart/alternative;\r\n boundary=\"{b1}\"\r\n\
         Content-Transfer-Encoding: 7bit\r\n\r\n\
         --{b1}\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 7bit\r\n\r\n\
         Hello\r\n\
         --{b1}\r\n\
         Content-Type: multipart/related; type=\"text/html\";\r\n boundary=\"{b2}\"\r\n\
         Content-Transfer-Encoding: 7bit\r\n\r\n\
         --{b2}\r\n\
         Content-Type: text/html; charset=utf-8\r\n\
         Content-Transfer-Encoding: 7bit\r\n\r\n\
         <img src='cid:logo@example.org'>\r\n\
         --{b2}\r\n\
         Content-Type: image/png\r\n\
         Content-Transfer-Encoding: base64\r\n\
         Content-Disposition: inline\r\n\
         Content-ID: <logo@example.org>\r\n\r\n\
         iVBORw==\r\n\
         --{b2}--\r\n\
         --{b1}--\r\n\
         --{b0}\r\n\
         Content-Type: application/zip\r\n\
         Content-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"a b.zip\"\r\n\r\n\
         UEs=\r\n\
         --{b0}--\r\n",
        b0 = boundary(0),
        b1 = boundary(1),
        b2 = boundary(2),
    );
    let text = text(&message);
    assert_eq!(&text[text.find("MIME-Version").unwrap()..], expected);
}

#[test]
fn a_boundary_is_never_in_its_parts() {
    let seed = "a5".repeat(16);
    let hostile = format!("--=_0_{seed}\r\n--=_1_{seed}--\r\n=_3_{seed} and =_{} and =_4_a5\r\n", u64::MAX);
    let message = letter()
        .text(hostile.clone())
        .attach(Part::mixed([Part::message(format!("Subject: x\r\n\r\n{hostile}").into_bytes())]))
        .finish(&options())
        .unwrap();
    let text = text(&message);
    for number in [2, 4] {
        assert!(text.contains(&format!("boundary=\"=_{number}_{seed}\"")), "{text}");
    }
    // A message made with the same randomness, inside another: all its boundaries are avoided.
    let inner = letter().text("a").html("b").finish(&options()).unwrap().to_vec().unwrap();
    let outer = letter().text("c").attach(Part::message(inner)).finish(&options()).unwrap();
    let outer = String::from_utf8(outer.to_vec().unwrap()).unwrap();
    assert!(outer.contains(&format!("boundary=\"=_0_{seed}\"")) && outer.contains(&format!("boundary=\"=_1_{seed}\"")));
}

#[test]
fn blind_copies_are_in_the_envelope_only() {
    let group =
        Group::new("Team", vec![Mailbox::new(address("c@example.org")), Mailbox::new(address("d@EXAMPLE.org"))]);
    let builder = letter().cc([Address::from(group.unwrap())]).bcc([
        address("secret@example.org"),
        address("d@example.ORG"),
        address("ann@example.net"),
    ]);
    let message = builder.clone().finish(&options()).unwrap();
    let recipients: Vec<String> = message.envelope().recipients().iter().map(ToString::to_string).collect();
    assert_eq!(recipients, ["ann@example.net", "c@example.org", "d@EXAMPLE.org", "secret@example.org"]);
    assert_eq!(message.envelope().reverse_path().to_string(), "jo@example.org");
    assert!(!text(&message).contains("Bcc") && !text(&message).contains("secret"));
    let kept = builder.finish(&options().with_bcc(Bcc::Keep)).unwrap();
    assert!(text(&kept).contains("Bcc: secret@example.org"));
}

/// The header of the outermost part is the message's, whether it has parts inside or not.
#[test]
fn fields_of_the_outermost_part_are_those_of_the_message() {
    let secret = || Field::addresses("Bcc", [address("secret@example.org")]).unwrap();
    let subject = || Field::text("Subject", "x").unwrap();
    for body in [Part::text("x"), Part::mixed([Part::text("x")])] {
        let builder = letter().body(body.clone().field(secret()).field(subject()));
        let message = builder.clone().finish(&options()).unwrap();
        assert_eq!(message.envelope().recipients(), [address("ann@example.net"), address("secret@example.org")]);
        assert!(!text(&message).contains("Bcc") && text(&message).contains("\r\nSubject: x\r\n"));
        let kept = builder.clone().finish(&options().with_bcc(Bcc::Keep)).unwrap();
        assert!(text(&kept).contains("Bcc: secret@example.org\r\n"));
        let twice = builder.subject("y").finish(&options());
        assert_eq!(twice.unwrap_err(), BuildError::Duplicate { field: "Subject".into() });
        let id = Field::identifiers("Message-ID", [MessageId::new("own@example.org").unwrap()]).unwrap();
        let message = letter().body(body.field(id)).finish(&options()).unwrap();
        assert_eq!(text(&message).matches("Message-ID").count(), 1);
    }
    // Inside, it is nobody's; and still a secret.
    let message = letter().attach(Part::text("x").field(secret())).finish(&options()).unwrap();
    assert!(!text(&message).contains("secret"));
}

#[test]
fn a_resent_message_goes_where_the_latest_block_says() {
    let older = Resent::new(date(), [address("old@example.org")]).unwrap().to([address("x@example.org")]).unwrap();
    let newer = Resent::new(date(), [address("ann@example.net")])
        .unwrap()
        .to([address("bob@example.com")])
        .unwrap()
        .bcc([address("eve@example.com")])
        .unwrap();
    let message = letter().resent(older).resent(newer).text("x").finish(&options()).unwrap();
    let envelope = message.envelope();
    assert_eq!(envelope.reverse_path().to_string(), "ann@example.net");
    assert_eq!(envelope.recipients(), [address("bob@example.com"), address("eve@example.com")]);
    assert!(text(&message).starts_with("Resent-Date:") && !text(&message).contains("eve@"));
    assert!(Envelope::of(&[]).recipients().is_empty());
}

#[test]
fn what_has_to_be_there() {
    let finish = |builder: MessageBuilder<'_>| builder.finish(&options()).map(drop);
    assert_eq!(finish(MessageBuilder::new().from([address("a@b.c")])), Err(BuildError::Missing { field: "Date" }));
    assert_eq!(finish(MessageBuilder::new().date(date())), Err(BuildError::Missing { field: "From" }));
    assert_eq!(finish(letter().subject("a").subject("b")), Err(BuildError::Duplicate { field: "Subject".into() }));
    let two = MessageBuilder::new().date(date()).from([address("a@b.c"), address("d@e.f")]);
    assert_eq!(finish(two.clone()), Err(BuildError::SenderRequired));
    assert_eq!(finish(two.sender(address("a@b.c"))), Ok(()));
    assert_eq!(finish(letter().body(Part::mixed([]))), Err(BuildError::Empty("a multipart")));
    assert_eq!(finish(letter().to::<AddrSpec<'_>>([])), Err(BuildError::AddressCount { field: "To".into() }));
}

#[test]
fn no_value_of_a_part_ends_a_field() {
    let bad = "a\r\nBcc: b@evil.org";
    for part in [
        Part::text("x").filename(bad),
        Part::text("x").description(bad),
        Part::text("x").parameter("name", bad),
        Part::text("x").parameter(bad, "name"),
        Part::bytes(bad, b"x"),
        Part::multipart(bad, [Part::text("x")]),
        Part::mixed([Part::text("x").filename("\0")]),
        Part::mixed([Part::text("x")]).parameter("boundary", "mine"),
        Part::bytes("multipart/mixed", b"x"),
    ] {
        assert!(letter().attach(part).finish(&options()).is_err());
    }
}

#[test]
fn the_server_decides_what_stays_as_it_is() {
    let builder = || letter().text("Grüße an alle, die das lesen\n").attach(Part::bytes("image/png", vec![0; 100]));
    let seven = text(&builder().finish(&options()).unwrap());
    assert!(seven.is_ascii() && seven.contains("quoted-printable") && seven.contains("base64"));

    let all = builder().finish(&options().with_capabilities(Capabilities::ALL)).unwrap();
    assert!(all.needs().binary_mime && !all.needs().smtp_utf8);
    let all = text(&all);
    assert!(all.contains("Grüße an alle") && all.contains("Content-Transfer-Encoding: binary"));

    let mut eight = Capabilities::NONE;
    eight.eight_bit_mime = true;
    let message = builder().finish(&options().with_capabilities(eight)).unwrap();
    assert!(message.needs().eight_bit_mime);
    assert!(text(&message).contains("Content-Transfer-Encoding: 8bit\r\n\r\n--"), "the multipart says so too");
}

#[test]
fn an_embedded_message_stays_as_it_is_or_is_refused() {
    let embedded = || letter().attach(Part::message("Subject: ü\r\n\r\nx\r\n".as_bytes()));
    assert_eq!(embedded().finish(&options()).map(drop), Err(BuildError::EmbeddedMessage));
    assert!(embedded().finish(&options().with_capabilities(Capabilities::ALL)).is_ok());
    let asked = letter().attach(Part::message(b"Subject: x\r\n\r\n").encoding(TransferEncoding::Base64));
    assert_eq!(asked.finish(&options()).map(drop), Err(BuildError::Encoding));
}

#[test]
fn addresses_in_utf8_need_a_server_that_takes_them() {
    let builder = || letter().cc([AddrSpec::new("jørn", "example.org").unwrap()]).subject("Grüße");
    assert_eq!(builder().finish(&options()).map(drop), Err(BuildError::NeedsSmtpUtf8 { field: "Cc".into() }));
    let message = builder().finish(&options().with_capabilities(Capabilities::ALL)).unwrap();
    assert!(message.needs().smtp_utf8);
    assert!(text(&message).contains("Cc: jørn@example.org"));
}

#[test]
fn file_names_of_every_kind() {
    let written = |name: &str| {
        let message = letter().body(Part::mixed([Part::bytes("a/b", b"x").filename(name.to_owned())]));
        let text = text(&message.finish(&options()).unwrap());
        let start = text.find("Content-Disposition: ").unwrap();
        text[start..start + text[start..].find("\r\n\r\n").unwrap()].replace("\r\n", "\n")
    };
    assert_eq!(written("a.txt"), "Content-Disposition: attachment; filename=a.txt");
    assert_eq!(written("a \"b\\c"), "Content-Disposition: attachment; filename=\"a \\\"b\\\\c\"");
    assert_eq!(written("ä.txt"), "Content-Disposition: attachment; filename*=utf-8''%C3%A4.txt");
    assert_eq!(written(""), "Content-Disposition: attachment; filename=\"\"");
    let x = |count| "x".repeat(count);
    assert_eq!(
        written(&x(130)),
        format!(
            "Content-Disposition: attachment;\n filename*0=\"{}\";\n filename*1=\"{}\";\n filename*2=\"{}\"",
            x(63),
            x(63),
            x(4)
        )
    );
    let long = written(&"語".repeat(40));
    assert!(long.contains(" filename*0*=utf-8''%E8%AA%9E") && long.contains(" filename*1*=%E8%AA%9E"));
    assert!(long.lines().all(|line| line.len() <= 78));
}

fn written_by_pieces(message: &Outgoing<'_>, source: &[u8], size: usize) -> Vec<u8> {
    let mut rest = source;
    let mut out = Vec::new();
    let mut writer = message.writer();
    loop {
        match writer.step().unwrap() {
            Step::Write(bytes) => {
                assert!(!bytes.is_empty());
                out.extend_from_slice(bytes);
            }
            Step::Read(id) => {
                assert_eq!(id, SourceId(7));
                let (now, later) = rest.split_at(rest.len().min(size));
                rest = later;
                if now.is_empty() { writer.source_end().unwrap() } else { writer.source_bytes(now).unwrap() }
            }
            Step::Done => return out,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Pieces of any size make what one piece makes, and as many bytes as was said.
    #[test]
    fn a_source_is_written_like_bytes(bytes in prop::collection::vec(any::<u8>(), 0..2000), size in 1..300_usize) {
        let with = |part: Part<'static>| letter().text("Grüße").attach(part.filename("x")).finish(&options()).unwrap();
        let held = with(Part::bytes("a/b", bytes.clone()));
        let read = with(Part::source("a/b", SourceId(7), Some(bytes.len() as u64)));
        let whole = held.to_vec().unwrap();
        prop_assert_eq!(&written_by_pieces(&read, &bytes, size), &whole);
        prop_assert_eq!(&written_by_pieces(&held, &[], size), &whole);
        prop_assert_eq!(held.encoded_len(), Some(whole.len() as u64));
        prop_assert_eq!(read.encoded_len(), Some(whole.len() as u64));
    }

    /// Whatever goes in, the lines that come out are short, and none is broken by a stray CR or LF.
    #[test]
    fn lines_are_never_too_long(subject in "\\PC{0,200}", body in "(\\PC|\n|\r){0,300}", name in "\\PC{0,120}") {
        let builder = letter().subject(subject).text(body.clone()).html(body).attach(Part::bytes("a/b", b"x").filename(name));
        if let Ok(message) = builder.finish(&options()) {
            let text = text(&message);
            for line in text.split("\r\n") {
                prop_assert!(line.len() <= 998 && !line.contains(['\r', '\n', '\0']) && line.is_ascii());
            }
            prop_assert!(text.ends_with("\r\n"));
        }
    }
}

#[test]
fn a_source_has_to_keep_its_word() {
    let message = letter().attach(Part::source("a/b", SourceId(7), Some(3))).finish(&options()).unwrap();
    assert_eq!(message.to_vec(), Err(WriteError::HasSources));
    let mut writer = message.writer();
    assert_eq!(writer.source_bytes(b"x"), Err(WriteError::NotAsked));
    while let Step::Write(_) = writer.step().unwrap() {}
    assert_eq!(writer.source_bytes(b"four"), Err(WriteError::SourceLength));
    assert_eq!(writer.source_bytes(b"tw"), Ok(()));
    assert_eq!(writer.source_end(), Err(WriteError::SourceLength));
    let sevenbit = letter().attach(Part::source("a/b", SourceId(7), None).encoding(TransferEncoding::SevenBit));
    assert_eq!(sevenbit.finish(&options()).map(drop), Err(BuildError::Encoding));
}

#[test]
fn a_tree_of_any_depth_is_written_and_dropped_on_a_small_stack() {
    let work = || {
        let mut part = Part::text("x");
        for _ in 0..20_000 {
            part = Part::mixed([part]);
        }
        let copy = part.clone();
        let message = letter().body(part).finish(&options()).unwrap();
        drop(copy);
        message.to_vec().unwrap().len()
    };
    let length = std::thread::Builder::new().stack_size(256 * 1024).spawn(work).unwrap().join().unwrap();
    assert!(length > 20_000 * 100);
}

#[test]
fn text_keeps_its_end_and_flows() {
    let message = letter().flowed(&"word ".repeat(40)).finish(&options()).unwrap();
    assert!(text(&message).contains("Content-Type: text/plain; charset=utf-8; format=flowed\r\n"));
    assert!(text(&message).split("\r\n").all(|line| line.len() <= 78));
    assert!(text(&letter().text("no end").finish(&options()).unwrap()).ends_with("\r\n\r\nno end\r\n"));
    let bytes = letter().body(Part::bytes("text/x-log", b"no end")).finish(&options()).unwrap();
    assert!(text(&bytes).ends_with("quoted-printable\r\n\r\nno end=\r\n"), "bytes get no line end of their own");
}

#[test]
fn other_fields_stand_where_they_were_given() {
    let auto = Field::tokens("Auto-Submitted", "auto-replied").unwrap();
    let ids = ["a@b.org", "c@d.org"].map(|id| MessageId::new(id).unwrap());
    let message = letter().field(auto).references(ids).message_id(MessageId::new("own@e.org").unwrap());
    let text = text(&message.finish(&options()).unwrap());
    assert!(
        text.contains("Auto-Submitted: auto-replied\r\nReferences: <a@b.org> <c@d.org>\r\nMessage-ID: <own@e.org>\r\n")
    );
}

/// A defect of readers that builders must live with: an apostrophe in an unquoted value is taken for the charset-marked
/// form of RFC 2231.
#[test]
fn apostrophes_and_per_cent_signs_are_quoted() {
    for name in ["it's.txt", "'x", "100%", "a*b"] {
        let message = MessageBuilder::new()
            .date(DateTime::from_unix(1_795_449_300, Zone::Offset(0)).unwrap())
            .from(["jo@example.org".parse::<AddrSpec<'_>>().unwrap()])
            .attach(Part::bytes("application/octet-stream", b"x").filename(name))
            .finish(&Options::new([7; 16]))
            .unwrap();
        let text = String::from_utf8(message.to_vec().unwrap()).unwrap();
        assert!(text.contains(&format!("filename=\"{name}\"")), "{text}");
    }
}

#[test]
fn a_message_of_one_encoded_part_ends_as_its_content_does() {
    for content in ["a\0b", "a\0b\r\n", "a\0b\r\n\r\n", "a\0b=", "\0"] {
        let parts = [Part::text(content), Part::bytes("text/x-any", content.as_bytes())];
        for part in parts {
            let built = MessageBuilder::new()
                .date(DateTime::from_unix(1_795_449_300, Zone::Offset(60)).unwrap())
                .from([AddrSpec::new("jo", "example.org").unwrap()])
                .body(part)
                .finish(&Options::new([7; 16]))
                .unwrap();
            let bytes = built.to_vec().unwrap();
            assert!(bytes.ends_with(b"\r\n"));
            assert_eq!(built.encoded_len(), Some(bytes.len() as u64));
            assert_eq!(Message::parse(&bytes).root().decoded().bytes, content.as_bytes());
        }
    }
}
