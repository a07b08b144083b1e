//! RFC 6533: reports about messages and addresses in UTF-8.

use proptest::prelude::*;
use rfc5322_message::{
    Message,
    build::{MessageBuilder, Options, Part, report as writer},
    report::{DeliveryStatus, DispositionNotification, ReportKind, Returned},
    value::{AddrSpec, DateTime, Zone},
};

fn message(text: &str) -> Message<'static> {
    Message::parse_owned(text.replace('\n', "\r\n").into_bytes())
}

#[test]
fn s3_the_three_forms_of_an_address() {
    let address = |field: &str| {
        let message = message(&format!(
            "Content-Type: message/global-delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: {field}\n"
        ));
        let status = DeliveryStatus::of(&message.root()).unwrap();
        let recipient = status.recipients().next().unwrap();
        recipient.final_recipient().unwrap().address().map(|address| address.to_string())
    };
    assert_eq!(address("utf-8; jör@exämple.org").unwrap(), "jör@exämple.org");
    assert_eq!(address("UTF-8;j\\x{F6}r@ex\\x{E4}mple.org").unwrap(), "jör@exämple.org");
    assert_eq!(address("utf-8;\\x{1F600}\\x{2B}ö@example.org").unwrap(), "😀+ö@example.org");
    assert_eq!(address("rfc822;jo@example.org").unwrap(), "jo@example.org");
    // The escapes belong to the type utf-8 alone.
    assert_eq!(address("rfc822;\"a\\x{41}\"@example.org").unwrap(), "ax{41}@example.org");
    for none in ["x400; /C=de/", "utf-8; nobody", "utf-8; a@b, c@d", "utf-8; a\\x{2C}b@c"] {
        assert_eq!(address(none), None, "{none}");
    }
    assert!(!address("utf-8; \"a\\x{0A}b\"@example.org").unwrap().contains('\n'));
}

#[test]
fn s4_1_a_global_delivery_status() {
    let message = message(
        "Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Es gibt niemanden dieses Namens.

--B
Content-Type: message/global-delivery-status
Content-Transfer-Encoding: 8bit

Reporting-MTA: dns; mx.example.org

Original-Recipient: utf-8; jör@exämple.org
Final-Recipient: utf-8; jör@exämple.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 No such mailbox: jör
Localized-Diagnostic: de; 550 Kein solches Postfach: jör
Localized-Diagnostic: el; 550 Δεν υπάρχει

--B
Content-Type: message/global
Content-Transfer-Encoding: 8bit

Subject: Grüße
From: ånn@example.net

Hallo!
--B--
",
    );
    assert!(message.defects().is_empty(), "{:?}", message.defects());
    let (kind, part) = ReportKind::find(&message).unwrap();
    assert_eq!(kind, ReportKind::DeliveryStatus);
    let status = DeliveryStatus::of(&part).unwrap();
    let recipient = status.recipients().next().unwrap();
    assert_eq!(recipient.original_recipient().unwrap().address().unwrap().to_string(), "jör@exämple.org");
    assert_eq!(recipient.diagnostic_code().unwrap().value, "550 No such mailbox: jör");
    let localized: Vec<_> = recipient.localized_diagnostics().map(|text| (text.kind, text.value)).collect();
    assert_eq!(localized.len(), 2);
    assert_eq!(localized[0], ("de".into(), "550 Kein solches Postfach: jör".into()));

    let Some(Returned::Message(returned)) = Returned::find(&message) else { panic!() };
    let inner = returned.children().next().unwrap();
    assert_eq!(inner.field("Subject").unwrap().text(), "Grüße");
    assert_eq!(inner.field("From").unwrap().mailboxes().next().unwrap().address().to_string(), "ånn@example.net");
}

/// Section 4.4: the new types may be encoded, and mixed with the old ones.
#[test]
fn s4_4_encoded_parts() {
    let message = message(
        "Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B

Sorry.
--B
Content-Type: message/global-delivery-status
Content-Transfer-Encoding: quoted-printable

Reporting-MTA: dns; mx.example.org

Final-Recipient: utf-8; j=C3=B6r@example.org
Action: failed
Status: 5.1.1

--B
Content-Type: message/global-headers
Content-Transfer-Encoding: base64

U3ViamVjdDogR3LDvMOfZQ0K
--B--
",
    );
    let part = ReportKind::find(&message).unwrap().1;
    let status = DeliveryStatus::of(&part).unwrap();
    let recipient = status.recipients().next().unwrap();
    assert_eq!(recipient.final_recipient().unwrap().address().unwrap().to_string(), "jör@example.org");
    let Some(Returned::Headers(headers)) = Returned::find(&message) else { panic!() };
    assert_eq!(Message::parse(&headers.decoded().bytes).subject().unwrap(), "Grüße");
}

#[test]
fn s5_a_global_disposition_notification() {
    let message = message(
        "Content-Type: message/global-disposition-notification

Final-Recipient: utf-8; jör@example.org
Disposition: manual-action/MDN-sent-manually; displayed
",
    );
    assert_eq!(ReportKind::of(&message.root()), Some(ReportKind::DispositionNotification));
    let notification = DispositionNotification::of(&message.root()).unwrap();
    assert_eq!(notification.final_recipient().unwrap().address().unwrap().to_string(), "jör@example.org");
}

fn report_about(address: AddrSpec<'_>, returned: writer::Returned<'static>) -> Vec<u8> {
    let status = writer::Status::new(5, 1, 1).unwrap();
    let recipient = writer::RecipientStatus::new(address.clone(), writer::Action::Failed, status)
        .unwrap()
        .original_recipient(&address)
        .unwrap();
    let report = writer::DeliveryReport::new("mx.example.org").unwrap().recipient(recipient);
    MessageBuilder::new()
        .date(DateTime::from_unix(1_795_449_300, Zone::Unknown).unwrap())
        .from(["postmaster@example.org".parse::<AddrSpec<'_>>().unwrap()])
        .to(["jo@example.org".parse::<AddrSpec<'_>>().unwrap()])
        .body(report.into_part(Part::text("Sorry.\n"), returned).unwrap())
        .finish(&Options::new([7; 16]))
        .unwrap()
        .to_vec()
        .unwrap()
}

/// What goes to a server without SMTPUTF8 is ASCII (section 4.5), and says the same.
#[test]
fn s4_5_a_report_for_every_server() {
    let inner = "Subject: Grüße\r\nFrom: ånn@example.net\r\n\r\nHallo!\r\n".as_bytes();
    let address = AddrSpec::new("jör+x", "exämple.org").unwrap();
    let bytes = report_about(address.clone(), writer::Returned::GlobalMessage(inner.into()));
    assert!(bytes.is_ascii());
    let text = std::str::from_utf8(&bytes).unwrap();
    assert!(text.contains("Final-Recipient: utf-8; j\\x{F6}r\\x{2B}x@ex\\x{E4}mple.org\r\n"), "{text}");
    let message = Message::parse(&bytes);
    let part = ReportKind::find(&message).unwrap().1;
    let status = DeliveryStatus::of(&part).unwrap();
    let recipient = status.recipients().next().unwrap();
    assert_eq!(recipient.final_recipient().unwrap().address(), Some(address));
    let Some(Returned::Message(returned)) = Returned::find(&message) else { panic!() };
    assert_eq!(returned.encoded_message().unwrap().as_bytes(), inner);

    let headers = writer::Returned::GlobalHeaders("Subject: Grüße\r\n".as_bytes().into());
    let bytes = report_about(AddrSpec::new("a", "b.org").unwrap(), headers);
    let message = Message::parse(&bytes);
    assert!(bytes.is_ascii() && matches!(Returned::find(&message), Some(Returned::Headers(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_address_comes_back(local in "[^\\p{C}\\p{Z}]{1,20}", domain in "[a-zäöü]{1,9}(\\.[a-zé]{1,9}){0,2}") {
        if let Ok(address) = AddrSpec::new(local, domain) {
            let bytes = report_about(address.clone(), writer::Returned::Nothing);
            prop_assert!(bytes.is_ascii());
            let message = Message::parse(&bytes);
            let part = ReportKind::find(&message).unwrap().1;
            let status = DeliveryStatus::of(&part).unwrap();
            let recipient = status.recipients().next().unwrap();
            prop_assert_eq!(recipient.final_recipient().unwrap().address(), Some(address.clone()));
            prop_assert_eq!(recipient.original_recipient().unwrap().address(), Some(address));
        }
    }
}
