//! Every setter that takes text, tried with everything that ends a line for somebody: an error, or a message with no more
//! header than was asked for.

use rfc5322_message::{
    Message,
    build::{
        BuildError, Field, ListHeaders, ListUri, MediaType, MessageBuilder, Options, Part, Resent,
        report::{
            Action, ActionMode, DeliveryReport, Disposition, DispositionKind, DispositionReport, FeedbackKind,
            FeedbackReport, RecipientStatus, Returned, SendingMode, Status,
        },
    },
    edit::NewField,
    value::{AddrSpec, DateTime, Group, Mailbox, MessageId, Zone},
};

const ENDS: [&str; 9] = ["\r", "\n", "\r\n", "\0", "\u{b}", "\u{7f}", "\u{85}", "\u{2028}", "\u{2029}"];

fn date() -> DateTime {
    DateTime::from_unix(1_795_449_300, Zone::Unknown).unwrap()
}

fn jo() -> AddrSpec<'static> {
    "jo@example.org".parse().unwrap()
}

fn letter() -> MessageBuilder<'static> {
    MessageBuilder::new().date(date()).from([jo()]).to([jo()]).subject("x").text("x")
}

fn built(builder: MessageBuilder<'_>) -> Result<Vec<u8>, BuildError> {
    Ok(builder.finish(&Options::new([7; 16]))?.to_vec().unwrap())
}

fn recipient() -> RecipientStatus {
    RecipientStatus::new(jo(), Action::Failed, Status::new(5, 1, 1).unwrap()).unwrap()
}

fn delivery() -> DeliveryReport {
    DeliveryReport::new("mx.example.org").unwrap()
}

fn feedback() -> FeedbackReport {
    FeedbackReport::new(FeedbackKind::Abuse, "Agent/1.0").unwrap()
}

fn disposition() -> DispositionReport {
    let displayed = Disposition {
        action: ActionMode::Manual,
        sending: SendingMode::Manual,
        kind: DispositionKind::Displayed,
        error: false,
    };
    DispositionReport::new(&jo(), displayed).unwrap()
}

/// True if each way of entering `text` is refused.
fn all_refused(text: &str) -> bool {
    let owned = || text.to_owned();
    let part = || Part::text("x");
    let values = [
        AddrSpec::new(owned(), "example.org").is_err(),
        AddrSpec::new("jo", owned()).is_err(),
        format!("\"{text}\"@example.org").parse::<AddrSpec<'_>>().is_err(),
        format!("jo@[{text}]").parse::<AddrSpec<'_>>().is_err(),
        Mailbox::named(owned(), jo()).is_err(),
        Group::new(owned(), vec![]).is_err(),
        MessageId::new(format!("{text}@example.org")).is_err(),
        MessageId::new(format!("x@{text}")).is_err(),
        MessageId::new(format!("x@[{text}]")).is_err(),
        NewField::new("X", owned()).is_err(),
        NewField::new(owned(), "x").is_err(),
    ];
    let fields = [
        Field::text("Subject", owned()).is_err(),
        Field::text(owned(), "x").is_err(),
        Field::tokens("Auto-Submitted", owned()).is_err(),
        Field::tokens(owned(), "x").is_err(),
        Field::addresses(owned(), [jo()]).is_err(),
        Field::date(owned(), date()).is_err(),
        Field::identifiers(owned(), [MessageId::new("x@y").unwrap()]).is_err(),
        ListHeaders::new().id(owned(), "list.example.org").is_err(),
        ListHeaders::new().id("x", owned()).is_err(),
        ListUri::new(format!("https://example.org/{text}")).is_err(),
        ListUri::new(format!("{text}https:x")).is_err(),
        MediaType::new(owned()).is_err(),
        MediaType::new(format!("text/{text}")).is_err(),
        MediaType::new("text/plain").unwrap().with("name", owned()).is_err(),
        MediaType::new("text/plain").unwrap().with(owned(), "x").is_err(),
    ];
    let parts = [
        part().filename(owned()),
        part().description(owned()),
        part().parameter("name", owned()),
        part().parameter(owned(), "x"),
        Part::text_of(text, "x"),
        Part::bytes(text, b"x"),
        Part::source(text, rfc5322_message::build::SourceId(0), None),
        Part::multipart(text, [part()]),
        Part::related(part().parameter("name", owned()), []),
    ];
    let reports = [
        RecipientStatus::foreign(text, "x", Action::Failed, Status::new(5, 1, 1).unwrap()).is_err(),
        RecipientStatus::foreign("x", text, Action::Failed, Status::new(5, 1, 1).unwrap()).is_err(),
        recipient().remote_mta(text).is_err(),
        recipient().diagnostic(text, "x").is_err(),
        recipient().diagnostic("smtp", text).is_err(),
        DeliveryReport::new(text).is_err(),
        DeliveryReport::of_gateway(text, "x").is_err(),
        DeliveryReport::of_gateway("x", text).is_err(),
        delivery().original_envelope_id(text).is_err(),
        delivery().received_from(text).is_err(),
        disposition().reporting_agent(text, "x").is_err(),
        disposition().reporting_agent("x", text).is_err(),
        disposition().error(text).is_err(),
        FeedbackReport::new(FeedbackKind::Abuse, text).is_err(),
        feedback().reporting_mta(text).is_err(),
        feedback().reported_domain(text).is_err(),
        feedback().authentication_results(text).is_err(),
    ];
    values.into_iter().chain(fields).chain(reports).all(|refused| refused)
        && built(letter().subject(owned())).is_err()
        && parts.into_iter().all(|part| {
            let inside = Part::mixed([part.clone()]);
            built(letter().attach(part)).is_err() && built(letter().body(inside)).is_err()
        })
}

#[test]
fn nothing_that_ends_a_line_enters() {
    for end in ENDS {
        for text in [format!("a{end}b"), format!("a{end}"), format!("{end}a"), format!("a{end}Bcc: b@evil.example")] {
            assert!(all_refused(&text), "{text:?}");
        }
    }
}

/// A value that was parsed may be odder than one that was made; it is written all the same, and stays one field.
#[test]
fn what_was_parsed_from_anything_is_one_field_when_it_is_written() {
    for end in ENDS {
        for body in [
            format!("\"a{end}b\" <\"c{end}d\"@[e{end}f]>, g{end}h: i@j{end}k;"),
            format!("=?utf-8?Q?a=0D=0ABcc:_x=E2=80=A8{end}?= <a@b{end}>"),
            format!("<a{end}@b> (c{end}d)"),
        ] {
            let input = [b"To: ", body.as_bytes(), b"\r\nMessage-ID: <", body.as_bytes(), b">\r\n\r\n"].concat();
            let message = Message::parse(&input);
            let Some(field) = message.field("To") else { continue };
            let resent = Resent::new(date(), [jo()]).unwrap().to(field.addresses()).unwrap();
            let mut builder = letter().cc(field.addresses()).resent(resent);
            if let Some(id) = message.message_id().filter(|id| Field::identifiers("Message-ID", [id.clone()]).is_ok()) {
                builder = builder.message_id(id);
            }
            let Ok(bytes) = built(builder) else { continue };
            let again = Message::parse(&bytes);
            let names: Vec<_> = again.fields().map(|field| field.name().to_owned()).collect();
            assert!(!names.iter().any(|name| name == "Bcc"), "{body:?}: {names:?}");
            assert_eq!(names.len(), 12, "{body:?}: {names:?}");
            assert!(!bytes.contains(&0) && !String::from_utf8(bytes).unwrap().contains(['\u{85}', '\u{2028}']));
        }
    }
}

/// The text of a message may hold anything, and the file names that people give are no names of fields.
#[test]
fn bodies_hold_anything_and_change_no_header() {
    for end in ENDS {
        let text = format!("a{end}Bcc: b@evil.example{end}{end}--=_0_{}--", "07".repeat(16));
        let explained = delivery()
            .recipient(recipient())
            .into_part(Part::text(text.clone()), Returned::Headers(text.clone().into_bytes().into()));
        for builder in [
            letter().text(text.clone()),
            letter().flowed(&text),
            letter().html(text.clone()).attach(Part::bytes("image/png", text.clone().into_bytes())),
            letter().body(explained.unwrap()),
        ] {
            let bytes = built(builder).unwrap();
            let message = Message::parse(&bytes);
            assert_eq!(message.fields().count(), 8, "{end:?}");
            assert!(message.defects().is_empty() && message.field("Bcc").is_none(), "{end:?}");
        }
    }
}
