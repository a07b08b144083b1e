//! RFC 8460 (TLS) and RFC 7489 (DMARC): the attachments that aggregate reports come in are recognised.

use rfc5322_message::{Message, report::ReportKind};

fn message(text: &str) -> Message<'static> {
    Message::parse_owned(text.replace('\n', "\r\n").into_bytes())
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
