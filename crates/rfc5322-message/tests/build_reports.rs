//! Reports: RFC 3464, RFC 8098 and RFC 5965, in a multipart/report (RFC 6522).

use rfc5322_message::build::report::{
    Action, ActionMode, DeliveryReport, Disposition, DispositionKind, DispositionReport, FeedbackKind, FeedbackReport,
    RecipientStatus, Returned, SendingMode, Status,
};
use rfc5322_message::build::{BuildError, ListUri, MessageBuilder, Options, Part};
use rfc5322_message::value::{AddrSpec, DateTime, MessageId, Zone};

fn address(text: &str) -> AddrSpec<'static> {
    text.parse().unwrap()
}

fn date() -> DateTime {
    DateTime::new((1994, 7, 7), (17, 15, 49), Zone::Offset(-240)).unwrap()
}

fn written(part: Part<'_>) -> String {
    let message = MessageBuilder::new()
        .date(date())
        .from([address("postmaster@example.org")])
        .to([address("louisl@larry.slip.umd.edu")])
        .reverse_path(AddrSpec::null())
        .body(part)
        .finish(&Options::new([0; 16]))
        .unwrap();
    assert!(message.envelope().reverse_path().is_null());
    String::from_utf8(message.to_vec().unwrap()).unwrap()
}

/// The values of RFC 3464 appendix E.2.
#[test]
fn rfc3464_appendix_e2_several_recipients() {
    let failed =
        RecipientStatus::new(address("louisl@larry.slip.umd.edu"), Action::Failed, Status::new(4, 0, 0).unwrap())
            .unwrap()
            .original_recipient(&address("louisl@larry.slip.umd.edu"))
            .unwrap()
            .diagnostic("smtp", "426 connection timed out")
            .unwrap()
            .last_attempt(date());
    let delayed = RecipientStatus::new(address("dave@example.com"), Action::Delayed, Status::new(4, 4, 1).unwrap())
        .unwrap()
        .remote_mta("mx.example.com")
        .unwrap()
        .will_retry_until(date());
    let part = DeliveryReport::new("cs.utk.edu")
        .unwrap()
        .original_envelope_id("QQ314159")
        .unwrap()
        .arrival(date())
        .recipient(failed)
        .recipient(delayed)
        .into_part(Part::text("Sorry.\n"), Returned::Message(b"Subject: x\r\n\r\nbody\r\n".into()))
        .unwrap();
    let text = written(part);
    assert!(text.contains("Content-Type: multipart/report; report-type=delivery-status;\r\n boundary="), "{text}");
    assert!(
        text.contains(
            "Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: 7bit\r\n\r\n\
         Reporting-MTA: dns; cs.utk.edu\r\n\
         Original-Envelope-Id: QQ314159\r\n\
         Arrival-Date: Thu, 7 Jul 1994 17:15:49 -0400\r\n\
         \r\n\
         Original-Recipient: rfc822; louisl@larry.slip.umd.edu\r\n\
         Final-Recipient: rfc822; louisl@larry.slip.umd.edu\r\n\
         Action: failed\r\n\
         Status: 4.0.0\r\n\
         Diagnostic-Code: smtp; 426 connection timed out\r\n\
         Last-Attempt-Date: Thu, 7 Jul 1994 17:15:49 -0400\r\n\
         \r\n\
         Final-Recipient: rfc822; dave@example.com\r\n\
         Action: delayed\r\n\
         Status: 4.4.1\r\n\
         Remote-MTA: dns; mx.example.com\r\n\
         Will-Retry-Until: Thu, 7 Jul 1994 17:15:49 -0400\r\n\
         \r\n--"
        ),
        "{text}"
    );
    assert!(text.contains("Content-Type: message/rfc822\r\n"));
}

/// The values of RFC 8098 section 9.
#[test]
fn rfc8098_s9_displayed() {
    let disposition = Disposition {
        action: ActionMode::Manual,
        sending: SendingMode::Manual,
        kind: DispositionKind::Displayed,
        error: false,
    };
    let part = DispositionReport::new(&address("Joe_Recipient@example.com"), disposition)
        .unwrap()
        .original_message_id(&MessageId::new("199509192301.23456@example.org").unwrap())
        .unwrap()
        .original_recipient(&address("Joe_Recipient@example.com"))
        .unwrap()
        .reporting_agent("joes-pc.cs.example.com", "Foomail 97.1")
        .unwrap()
        .into_part(Part::text("It was displayed.\n"), Returned::Nothing);
    let text = written(part);
    assert!(text.contains("report-type=disposition-notification"));
    assert!(
        text.contains(
            "Reporting-UA: joes-pc.cs.example.com; Foomail 97.1\r\n\
         Original-Recipient: rfc822; Joe_Recipient@example.com\r\n\
         Final-Recipient: rfc822; Joe_Recipient@example.com\r\n\
         Original-Message-ID: <199509192301.23456@example.org>\r\n\
         Disposition: manual-action/MDN-sent-manually; displayed\r\n"
        ),
        "{text}"
    );
}

/// The values of RFC 5965 appendix B.2.
#[test]
fn rfc5965_appendix_b2_full() {
    let part = FeedbackReport::new(FeedbackKind::Abuse, "SomeGenerator/1.0")
        .unwrap()
        .original_mail_from(&address("somespammer@example.net"))
        .unwrap()
        .original_rcpt_to(&address("user@example.com"))
        .unwrap()
        .arrival(date())
        .reporting_mta("mail.example.com")
        .unwrap()
        .source_ip("192.0.2.1".parse().unwrap())
        .authentication_results("mail.example.com; spf=fail smtp.mail=somespammer@example.com")
        .unwrap()
        .reported_domain("example.net")
        .unwrap()
        .reported_uri(&ListUri::new("http://example.net/earn_money.html").unwrap())
        .unwrap()
        .into_part(Part::text("Abuse.\n"), Returned::Headers(b"From: <somespammer@example.net>\r\n".into()))
        .unwrap();
    let text = written(part);
    assert!(
        text.contains(
            "Content-Type: message/feedback-report\r\nContent-Transfer-Encoding: 7bit\r\n\r\n\
         Feedback-Type: abuse\r\n\
         User-Agent: SomeGenerator/1.0\r\n\
         Version: 1\r\n\
         Original-Mail-From: <somespammer@example.net>\r\n\
         Original-Rcpt-To: <user@example.com>\r\n\
         Arrival-Date: Thu, 7 Jul 1994 17:15:49 -0400\r\n\
         Reporting-MTA: dns; mail.example.com\r\n\
         Source-IP: 192.0.2.1\r\n\
         Authentication-Results: mail.example.com; spf=fail\r\n smtp.mail=somespammer@example.com\r\n\
         Reported-Domain: example.net\r\n\
         Reported-URI: http://example.net/earn_money.html\r\n"
        ),
        "{text}"
    );
    assert!(text.contains("Content-Type: text/rfc822-headers\r\n"));
}

#[test]
fn nothing_enters_a_report_through_a_value() {
    let status = Status::new(5, 1, 1).unwrap();
    let recipient = || RecipientStatus::new(address("a@b.org"), Action::Failed, status).unwrap();
    assert!(recipient().diagnostic("smtp", "550 no\r\nStatus: 2.0.0").is_err());
    assert!(recipient().diagnostic("smtp; x", "550").is_err());
    assert!(recipient().remote_mta("a\nb").is_err());
    assert!(DeliveryReport::new("mx\r\n\r\nAction: delivered").is_err());
    assert!(DeliveryReport::new("").is_err());
    assert!(FeedbackReport::new(FeedbackKind::Abuse, "x\r\ny").is_err());
    assert!(Status::new(3, 0, 0).is_err() && Status::new(5, 1000, 0).is_err());
    let empty = DeliveryReport::new("mx.org").unwrap().into_part(Part::text(""), Returned::Nothing);
    assert_eq!(empty.map(drop), Err(BuildError::Empty("a delivery report")));
}
