//! RFC 5965: abuse reports, read. `build_reports.rs` builds the example of appendix B.2.

use rfc5322_message::{Message, report::FeedbackReport};

fn message(text: &str) -> Message<'static> {
    Message::parse_owned(text.replace('\n', "\r\n").into_bytes())
}

#[test]
fn appendix_b_1_a_simple_report() {
    let message = message(
        "Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <somespammer@example.net>
Original-Rcpt-To: <user@example.com>
Received-Date: Thu, 8 Mar 2005 14:00:00 EDT
Source-IP: 192.0.2.2
Reported-Domain: example.net
",
    );
    let report = FeedbackReport::of(&message.root()).unwrap();
    assert_eq!(report.feedback_type().as_deref(), Some("abuse"));
    assert_eq!(report.source_ip().unwrap().to_string(), "192.0.2.2");
    assert_eq!(report.original_mail_from().unwrap(), "<somespammer@example.net>");
    assert_eq!(report.arrival_date().unwrap().offset_minutes(), -240);
    assert_eq!((report.incidents(), report.block().text("version").as_deref()), (1, Some("1")));
}
