//! RFC 6532: headers in UTF-8, message/global, and what the builder makes of text that is not ASCII.

use proptest::prelude::*;
use rfc5322_message::{
    Message,
    build::{BuildError, Field, MessageBuilder, Options, Part},
    encode::Capabilities,
    value::{AddrSpec, DateTime, Group, Mailbox, MessageId, Zone},
};

/// Section 3.2: UTF-8 in atoms, quoted strings, domains and unstructured text.
#[test]
fn s3_2_utf8_everywhere_in_a_header() {
    let message = Message::parse(
        "From: Jörg Müller <jörg@exämple.org>\r\n\
         To: \"Ünal, Ş.\" <\"ş ünal\"@пример.рф>, Φίλοι: άννα@example.gr (Άννα);\r\n\
         Subject: Grüße 😀\r\n\
         Message-ID: <ä.1@exämple.org>\r\n\
         X-日本語なし: no\r\n\r\n"
            .as_bytes(),
    );
    let from = message.from().next().unwrap();
    assert_eq!((from.name(), from.address().to_string().as_str()), (Some("Jörg Müller"), "jörg@exämple.org"));
    let to: Vec<_> = message.to().map(|m| (m.name().map(str::to_owned), m.address().to_string())).collect();
    assert_eq!(to[0], (Some("Ünal, Ş.".into()), "\"ş ünal\"@пример.рф".into()));
    assert_eq!(to[1], (Some("Άννα".into()), "άννα@example.gr".into()));
    assert_eq!(message.subject().unwrap(), "Grüße 😀");
    // Section 3.3: identifiers too, though it is advised against.
    assert_eq!(message.message_id().unwrap().as_str(), "ä.1@exämple.org");
    // A field name stays ASCII (section 3.2): the line is no field.
    assert_eq!(message.fields().count(), 4);
}

/// The control characters and line ends of Unicode are blanks, raw as well as encoded.
#[test]
fn no_control_character_comes_out_of_raw_text() {
    for odd in ['\u{80}', '\u{85}', '\u{9f}', '\u{2028}', '\u{2029}'] {
        let input = format!(
            "Subject: é{odd}x\ty\r\nFrom: é{odd}x <a@b>, \"é{odd}x\" <a@b>, é \"é{odd}x\" <a@b>, a@b (é{odd}x)\r\n\
             List-ID: é{odd}x <a.b>\r\nReceived: from é{odd}x\r\n\
             Content-Type: a/b; n=é{odd}x; m=\"é{odd}x\"; o*=utf-8''é{odd}x; p*0=é; p*1={odd}x\r\n\r\n"
        );
        let message = Message::parse(input.as_bytes());
        let field = |name: &str| message.field(name).unwrap();
        assert_eq!(message.subject().unwrap(), "é x\ty");
        let names: Vec<_> = message.from().map(|from| from.name().unwrap().to_owned()).collect();
        assert_eq!(names, ["é x", "é x", "é é x", "é x"]);
        assert_eq!(field("List-ID").list_id().unwrap().name.unwrap(), "é x");
        assert_eq!(field("Received").received().from.unwrap(), "é x");
        let values: Vec<_> = message.root().content_type().parameters().map(|(_, value)| value.into_owned()).collect();
        assert_eq!(values, ["é x", "é x", "é x", "é x"]);
    }
}

/// Section 3.7: message/global is entered as message/rfc822 is, and may be encoded.
#[test]
fn s3_7_message_global() {
    let message = Message::parse(
        "Content-Type: message/global\r\nContent-Transfer-Encoding: 8bit\r\n\r\nSubject: Grüße\r\n\r\nHallo\r\n"
            .as_bytes(),
    );
    assert_eq!(message.root().children().next().unwrap().field("Subject").unwrap().text(), "Grüße");
    let encoded = Message::parse(
        b"Content-Type: message/global\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogR3LDvMOfZQ0KDQpIYWxsbw0K\r\n",
    );
    assert_eq!(encoded.defects(), []);
    let inner = encoded.root().encoded_message().unwrap();
    assert_eq!((inner.subject().unwrap().as_ref(), inner.root().body()), ("Grüße", &b"Hallo\r\n"[..]));
}

fn letter<'a>() -> MessageBuilder<'a> {
    MessageBuilder::new().date(DateTime::from_unix(1_795_449_300, Zone::Unknown).unwrap()).text("Hallo\n")
}

fn utf8() -> Options {
    Options::new([7; 16]).with_capabilities(Capabilities::ALL)
}

/// An address in UTF-8 needs SMTPUTF8, and nothing else does: names and subjects become encoded-words.
#[test]
fn addresses_in_utf8_ask_for_smtputf8() {
    let jo = AddrSpec::new("jörg", "exämple.org").unwrap();
    let plain = || letter().from(["jo@example.org".parse::<AddrSpec<'_>>().unwrap()]).subject("Grüße");
    let refused = plain().to([jo.clone()]).finish(&Options::new([7; 16]));
    assert!(matches!(refused, Err(BuildError::NeedsSmtpUtf8 { .. })));
    let built = plain().to([Mailbox::named("Jörg", jo.clone()).unwrap()]).finish(&utf8()).unwrap();
    assert!(built.needs().smtp_utf8);
    let bytes = built.to_vec().unwrap();
    let message = Message::parse(&bytes);
    assert_eq!(message.to().next().unwrap(), Mailbox::named("Jörg", jo).unwrap());
    let ascii = plain().to(["a@example.org".parse::<AddrSpec<'_>>().unwrap()]).finish(&utf8()).unwrap();
    assert!(!ascii.needs().smtp_utf8 && ascii.to_vec().unwrap().is_ascii());
}

/// So does one in the header of a part, and in the envelope (RFC 6531 section 3.4).
#[test]
fn identifiers_of_parts_and_the_reverse_path_ask_for_it_too() {
    let id = || MessageId::new("ü@example.org").unwrap();
    let plain = || letter().from(["jo@example.org".parse::<AddrSpec<'_>>().unwrap()]);
    let bounce: AddrSpec<'_> = "bounce-ü@example.org".parse().unwrap();
    for (asking, message) in [
        ("Content-ID", plain().attach(Part::text("x").content_id(id()))),
        ("Content-ID", plain().attach(Part::mixed([Part::text("x").content_id(id())]))),
        ("Content-ID", plain().body(Part::text("x").content_id(id()))),
        ("reverse-path", plain().reverse_path(bounce)),
    ] {
        let refused = message.clone().finish(&Options::new([7; 16]));
        assert!(matches!(refused, Err(BuildError::NeedsSmtpUtf8 { field }) if field == asking), "{asking}");
        assert!(message.finish(&utf8()).unwrap().needs().smtp_utf8);
    }
}

/// A message in UTF-8 inside another: encoded where the server takes only ASCII, and read back.
#[test]
fn s3_7_message_global_is_built() {
    let inner = "Subject: Grüße\r\nFrom: jörg@exämple.org\r\n\r\nHallo\r\n".as_bytes();
    let built = letter()
        .from(["jo@example.org".parse::<AddrSpec<'_>>().unwrap()])
        .to(["a@example.org".parse::<AddrSpec<'_>>().unwrap()])
        .attach(Part::bytes("message/global", inner))
        .finish(&Options::new([7; 16]))
        .unwrap()
        .to_vec()
        .unwrap();
    assert!(built.is_ascii());
    let message = Message::parse(&built);
    let part = message.parts().find(|part| part.content_type().is("message", "global")).unwrap();
    assert_eq!(part.encoded_message().unwrap().as_bytes(), inner);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn addresses_in_utf8_come_back(local in "[^\\p{C}\\p{Z}]{1,16}", domain in "[a-zäжλ]{1,9}(\\.[a-zé]{1,9}){0,2}", name in "[^\\p{C}\\p{Zl}\\p{Zp}]{1,30}") {
        let address = AddrSpec::new(local, domain).unwrap();
        let group = Group::new(name, vec![Mailbox::new(address)]).unwrap();
        let field = Field::addresses("To", [group.clone()]).unwrap().to_vec();
        let message = Message::parse(&field);
        let read = message.field("To").unwrap().addresses();
        let read = read.first().unwrap();
        prop_assert_eq!(read.mailboxes(), group.members());
    }
}
