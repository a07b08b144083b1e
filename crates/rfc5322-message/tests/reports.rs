//! Reports of other kinds: RFC 5965 (abuse), RFC 8460 (TLS) and DMARC.

use rfc5322_message::{
    Message,
    report::{FeedbackReport, ReportKind},
};

fn message(text: &str) -> Message<'static> {
    Message::parse_owned(text.replace('\n', "\r\n").into_bytes())
}

#[test]
fn rfc5965_b_an_abuse_report() {
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

#[test]
fn aggregate_reports_are_known_by_type_or_name() {
    let tls = message("Content-Type: application/tlsrpt+gzip\n\n");
    assert_eq!(ReportKind::find(&tls).unwrap().0, ReportKind::Tls);
    let dmarc = message("Content-Type: application/gzip; name=\"a.example!b.example!1!2.xml.gz\"\n\n");
    assert_eq!(ReportKind::find(&dmarc).unwrap().0, ReportKind::Dmarc);
    assert!(ReportKind::find(&message("Content-Type: application/gzip; name=x.gz\n\n")).is_none());
    let untyped = |end| {
        message(&format!(
            "Content-Type: application/octet-stream\nContent-Disposition: attachment;\n filename=\"a.example!b.example!1!2.{end}\"\n\n"
        ))
    };
    assert_eq!(ReportKind::find(&untyped("xml.gz")).unwrap().0, ReportKind::Dmarc);
    assert_eq!(ReportKind::find(&untyped("ZIP")).unwrap().0, ReportKind::Dmarc);
    assert!(ReportKind::find(&untyped("exe")).is_none());
}
