//! Fields: unfolding undoes folding, lines keep their length, and no value ends a field.

use proptest::prelude::*;
use rfc5322_message::Message;
use rfc5322_message::build::{BuildError, Field, ListHeaders, ListUri, MediaType, Part};
use rfc5322_message::fields::{Fields, unfold};
use rfc5322_message::value::{AddrSpec, Address, Group, InvalidValue, Mailbox, MessageId};

/// The one field in `bytes`, unfolded, without the blank after the colon.
fn unfolded(bytes: &[u8]) -> String {
    let mut fields = Fields::new(bytes);
    let field = fields.next().expect("a field");
    assert_eq!(field.raw(), bytes, "more than one field");
    assert!(fields.next().is_none());
    let body: Vec<u8> = unfold(field.body()).flatten().copied().collect();
    String::from_utf8(body).unwrap().strip_prefix(' ').unwrap().to_owned()
}

/// Every line has at most 998 characters, and more than 78 only if it could not have been broken.
fn check_lines(bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.ends_with("\r\n"));
    for (index, line) in text[..text.len() - 2].split("\r\n").enumerate() {
        assert!(line.len() <= 998, "{} characters: {line}", line.len());
        assert!(!line.contains(['\r', '\n', '\0']));
        assert!(!line.trim().is_empty(), "a line of blanks");
        if line.len() > 78 {
            assert!(!line.trim().contains(' '), "could be broken: {line}");
        }
        assert_eq!(index > 0, line.starts_with(' '));
    }
}

fn mailbox(name: &str, address: &str) -> Mailbox<'static> {
    Mailbox::named(name.to_owned(), address.parse::<AddrSpec<'static>>().unwrap()).unwrap()
}

proptest! {
    #[test]
    fn unfolding_undoes_folding(text in "[a-zA-Z0-9,.]{1,90}( {1,3}[a-zA-Z0-9,.]{1,90}){0,12}") {
        let bytes = Field::text("Subject", text.as_str()).unwrap().to_vec();
        check_lines(&bytes);
        prop_assert_eq!(unfolded(&bytes), text);
    }

    #[test]
    fn any_text_keeps_its_lines(text in "[ -~äöü語😀\t]{0,300}") {
        let bytes = Field::text("X-Text", text.as_str()).unwrap().to_vec();
        let lines = std::str::from_utf8(&bytes).unwrap().split("\r\n").collect::<Vec<_>>();
        for line in &lines {
            prop_assert!(line.is_ascii() && line.len() <= 998);
            if line.contains("=?utf-8?") && text.len() > 1 {
                prop_assert!(line.len() <= 76 || !text.is_ascii() || text.contains("=?"));
            }
        }
        prop_assert_eq!(Fields::new(&bytes).count(), 1);
    }

    #[test]
    fn identifiers_are_never_broken_or_encoded(ids in prop::collection::vec("[a-z0-9]{1,300}@[a-z0-9]{1,300}", 1..12)) {
        let field = Field::identifiers("References", ids.iter().map(|id| MessageId::new(id.as_str()).unwrap())).unwrap();
        let bytes = field.to_vec();
        check_lines(&bytes);
        let wanted: Vec<String> = ids.iter().map(|id| format!("<{id}>")).collect();
        prop_assert_eq!(unfolded(&bytes), wanted.join(" "));
    }

    #[test]
    fn uris_are_never_broken_or_encoded(uris in prop::collection::vec("https://[a-z0-9=?&/%]{1,400}", 1..5)) {
        let list = ListHeaders::new().unsubscribe(uris.iter().map(|uri| ListUri::new(uri.as_str()).unwrap()));
        let bytes = list.fields()[0].to_vec();
        check_lines(&bytes);
        let wanted: Vec<String> = uris.iter().map(|uri| format!("<{uri}>")).collect();
        prop_assert_eq!(unfolded(&bytes), wanted.join(", "));
    }

    #[test]
    fn addresses_keep_their_lines(names in prop::collection::vec("[ -~]{0,40}|[a-z ä語]{0,60}", 1..12)) {
        let list: Vec<Address<'_>> = names.iter().map(|name| mailbox(name, "somebody@example.org").into()).collect();
        let bytes = Field::addresses("To", list).unwrap().to_vec();
        check_lines(&bytes);
        prop_assert_eq!(unfolded(&bytes).matches("somebody@example.org").count(), names.len());
    }
}

/// RFC 2047 section 2: 76 characters for a line with an encoded-word, whatever stands behind it.
#[test]
fn the_end_of_a_group_fits_on_the_line_of_its_last_member() {
    for members in 0..3 {
        for length in 1..80 {
            let group = |name: &str| {
                let member = mailbox(&format!("ö{}", "x".repeat(length)), "jo@b.org");
                Address::from(Group::new(name.to_owned(), vec![member; members]).unwrap())
            };
            let name = format!("ä{}", "x".repeat(length));
            let field = Field::addresses("To", [group(&name), group("b"), group(&name)]).unwrap().to_vec();
            check_lines(&field);
            for line in std::str::from_utf8(&field).unwrap().split("\r\n").filter(|line| line.contains("=?")) {
                assert!(line.len() <= 76, "{} characters: {line}", line.len());
            }
            let read = Message::parse(&field).field("To").unwrap().addresses().len();
            assert_eq!(read, 3);
        }
    }
}

/// RFC 5322 section 2.1.1: blanks count as well, and no line is broken among them.
#[test]
fn blanks_do_not_make_a_line_too_long() {
    let blanks = |count| " ".repeat(count);
    for (count, fits) in [(1, true), (989, true), (990, false), (2000, false)] {
        for text in [format!("a{}b", blanks(count)), format!("{}b", blanks(count))] {
            let field = Field::tokens("X-A", text);
            assert_eq!(field.is_ok(), fits, "{count}");
            for line in field.map(|field| field.to_vec()).unwrap_or_default().split(|byte| *byte == b'\n') {
                assert!(line.len() <= 999);
            }
        }
        assert!(Field::tokens("X-A", format!("b{}", blanks(count))).is_ok());
        assert!(Field::text("X-A", format!("a{}b", blanks(count))).is_ok());
    }
}

#[test]
fn display_names_are_atoms_quoted_or_encoded() {
    let written = |name| unfolded(&Field::addresses("To", [mailbox(name, "a@b.org")]).unwrap().to_vec());
    assert_eq!(written("Ann Lee"), "Ann Lee <a@b.org>");
    assert_eq!(written("Lee, Ann"), "\"Lee, Ann\" <a@b.org>");
    assert_eq!(written("a \"b\" \\c"), "\"a \\\"b\\\" \\\\c\" <a@b.org>");
    assert_eq!(written("Jørn"), "=?utf-8?B?SsO4cm4=?= <a@b.org>");
    assert_eq!(written("=?utf-8?q?x?="), "=?utf-8?B?PT91dGYtOD9xP3g/PQ==?= <a@b.org>");
    assert_eq!(written(""), "a@b.org");
}

#[test]
fn groups() {
    let group = Group::new("A Group", vec![mailbox("Ed", "ed@a.org"), mailbox("", "jo@b.org")]).unwrap();
    let empty = Group::new("Undisclosed recipients", vec![]).unwrap();
    let field = Field::addresses("To", [Address::from(group), Address::from(empty)]).unwrap();
    assert_eq!(unfolded(&field.to_vec()), "A Group: Ed <ed@a.org>, jo@b.org;, Undisclosed recipients:;");
}

#[test]
fn only_the_words_that_need_it_are_encoded() {
    let written = |text| unfolded(&Field::text("Subject", text).unwrap().to_vec());
    assert_eq!(written("Re: Grüße an alle"), "Re: =?utf-8?B?R3LDvMOfZQ==?= an alle");
    assert_eq!(written("see =?x?= there"), "see =?utf-8?B?PT94Pz0=?= there");
    assert_eq!(written(" padded "), "=?utf-8?Q?_padded_?=");
    assert_eq!(written("a\tb"), "=?utf-8?B?YQli?=");
    assert_eq!(written("plain  text"), "plain  text");
}

#[test]
fn text_without_a_break_is_encoded_before_it_passes_998() {
    let text = "x".repeat(5000);
    let bytes = Field::text("Subject", text.as_str()).unwrap().to_vec();
    assert!(bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 77));
}

// Published vulnerabilities of this class: CVE-2024-21742 and GHSA-g7hc-96xr-gvvx.
#[test]
fn no_value_ends_a_field() {
    for bad in ["\r\nBcc: b@evil.org", "\n x", "\r", "\0", "\u{7f}", "\u{2028}"] {
        let text = format!("a{bad}");
        assert!(Field::text("Subject", text.as_str()).is_err(), "{bad:?}");
        assert!(Field::tokens("Auto-Submitted", text.as_str()).is_err());
        assert!(Field::text(text.as_str(), "x").is_err());
        assert!(ListUri::new(format!("https://e.org/{bad}")).is_err());
        assert!(ListHeaders::new().id(text.as_str(), "a.b").is_err());
        assert!(ListHeaders::new().id("a", text.as_str()).is_err());
        assert!(MediaType::new(text.as_str()).is_err());
        assert!(MediaType::new("text/plain").unwrap().with("name", text.as_str()).is_err());
        assert!(MediaType::new("text/plain").unwrap().with(text.as_str(), "x").is_err());
        assert!(Mailbox::named(text.clone(), AddrSpec::null()).is_err());
        assert!(AddrSpec::new(text.clone(), "b.org").is_err());
        assert!(AddrSpec::new("a", text.clone()).is_err());
        assert!(MessageId::new(format!("{text}@b")).is_err());
        assert!(Group::new(text.clone(), vec![]).is_err());
    }
    let _ = Part::text("parts are tried whole, in build_messages.rs");
}

#[test]
fn an_address_is_not_drawn_out_of_its_brackets() {
    assert!("victim@example.com>Bcc: injected@evil.test".parse::<AddrSpec<'_>>().is_err());
    assert!(AddrSpec::new("victim", "example.com>Bcc:injected").is_err());
    assert!(AddrSpec::new("a>b", "example.com").unwrap().to_string().starts_with('"'));
}

#[test]
fn a_field_is_made_of_what_it_is_made_of() {
    assert_eq!(Field::text("From", "x"), Err(BuildError::FieldKind { field: "From".into() }));
    assert_eq!(Field::text("resent-to", "x"), Err(BuildError::FieldKind { field: "resent-to".into() }));
    assert_eq!(Field::text("Content-Type", "x"), Err(BuildError::Reserved { field: "Content-Type".into() }));
    assert_eq!(Field::tokens("Message-ID", "<x>"), Err(BuildError::FieldKind { field: "Message-ID".into() }));
    assert_eq!(Field::text("a:b", "x"), Err(BuildError::FieldName));
    assert_eq!(Field::text("", "x"), Err(BuildError::FieldName));
    let control = BuildError::Value { field: "Subject".into(), error: InvalidValue::Control };
    assert_eq!(Field::text("Subject", "a\r\nb"), Err(control));
    assert!(Field::text("X-Mine", "anything").is_ok());
}

#[test]
fn list_fields() {
    let list = ListHeaders::new()
        .id("Die Leser, groß", "leser.example.org")
        .unwrap()
        .help([ListUri::new("mailto:leser-help@example.org").unwrap()])
        .unsubscribe_one_click([
            ListUri::new("mailto:leser-off@example.org").unwrap(),
            ListUri::new("https://example.org/off?u=1").unwrap(),
        ])
        .unwrap()
        .no_post();
    let text: Vec<u8> = list.fields().iter().flat_map(Field::to_vec).collect();
    assert_eq!(
        String::from_utf8(text).unwrap(),
        "List-ID: =?utf-8?Q?Die_Leser=2C_gro=C3=9F?= <leser.example.org>\r\n\
         List-Help: <mailto:leser-help@example.org>\r\n\
         List-Unsubscribe: <mailto:leser-off@example.org>,\r\n <https://example.org/off?u=1>\r\n\
         List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\
         List-Post: NO\r\n"
    );
    let mailto = ListUri::new("mailto:off@example.org").unwrap();
    assert_eq!(ListHeaders::new().unsubscribe_one_click([mailto]), Err(BuildError::OneClick));
}

#[test]
fn controls_of_unicode_are_refused_as_those_of_ascii_are() {
    for control in ['\u{80}', '\u{85}', '\u{8d}', '\u{9b}', '\u{9f}', '\u{2028}', '\u{2029}'] {
        let text = format!("a{control}b");
        assert!(Field::text("Subject", text.as_str()).is_err(), "{control:?}");
        assert!(Mailbox::named(text.as_str(), AddrSpec::new("jo", "example.org").unwrap()).is_err(), "{control:?}");
        assert!(AddrSpec::new(text.as_str(), "example.org").is_err(), "{control:?}");
    }
}

#[test]
fn a_parameter_has_no_tabs() {
    assert!(MediaType::new("text/plain").unwrap().with("name", "a\tb").is_err());
}
