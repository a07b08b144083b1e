//! RFC 3464, RFC 8098 and RFC 5965: their examples, read.

use rfc5322_message::{
    Message,
    report::{Action, DeliveryStatus, DispositionNotification, FeedbackReport, ReportKind},
};

fn message(text: &str) -> Message<'static> {
    Message::parse_owned(text.replace('\n', "\r\n").into_bytes())
}

/// RFC 3464 appendix E.1, shortened where it is but text.
const DSN: &str = "From: Mail Delivery Subsystem <MAILER-DAEMON@cs.utk.edu>
Subject: Returned mail: Cannot send message for 5 days
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
      boundary=\"RAA14128.773615765/CS.UTK.EDU\"

--RAA14128.773615765/CS.UTK.EDU

The original message was received at Sat, 2 Jul 1994 17:10:28 -0400

--RAA14128.773615765/CS.UTK.EDU
content-type: message/delivery-status

Reporting-MTA: dns; cs.utk.edu

Original-Recipient: rfc822;louisl@larry.slip.umd.edu
Final-Recipient: rfc822;louisl@larry.slip.umd.edu
Action: failed
Status: 4.0.0
Diagnostic-Code: smtp; 426 connection timed out
Last-Attempt-Date: Thu, 7 Jul 1994 17:15:49 -0400

--RAA14128.773615765/CS.UTK.EDU
content-type: message/rfc822

[original message goes here]

--RAA14128.773615765/CS.UTK.EDU--
";

#[test]
fn rfc3464_e_1_a_simple_report() {
    let message = message(DSN);
    let (kind, part) = ReportKind::find(&message).unwrap();
    assert_eq!(kind, ReportKind::DeliveryStatus);
    let status = DeliveryStatus::of(&part).unwrap();
    assert_eq!(status.reporting_mta().unwrap().value, "cs.utk.edu");
    assert_eq!(status.reporting_mta().unwrap().kind, "dns");
    let recipients: Vec<_> = status.recipients().collect();
    let [recipient] = recipients.as_slice() else { panic!("{recipients:?}") };
    assert_eq!(recipient.action(), Some(Action::Failed));
    assert_eq!(recipient.status(), Some((4, 0, 0)));
    assert_eq!(recipient.original_recipient().unwrap().value, "louisl@larry.slip.umd.edu");
    assert_eq!(recipient.diagnostic_code().unwrap().value, "426 connection timed out");
    assert_eq!(recipient.last_attempt_date().unwrap().to_string(), "Thu, 7 Jul 1994 17:15:49 -0400");
}

#[test]
fn rfc3464_e_2_several_recipients() {
    let message = message(
        "Content-Type: message/delivery-status

Reporting-MTA: dns; cs.utk.edu

Original-Recipient: rfc822;arathib@vnet.ibm.com
Final-Recipient: rfc822;arathib@vnet.ibm.com
Action: failed
Status: 5.0.0 (permanent failure)
Diagnostic-Code: smtp;
 550 'arathib@vnet.IBM.COM' is not a registered gateway user
Remote-MTA: dns; vnet.ibm.com

Original-Recipient: rfc822;johnh@hpnjld.njd.hp.com
Final-Recipient: rfc822;johnh@hpnjld.njd.hp.com
Action: delayed
Status: 4.0.0 (hpnjld.njd.jp.com: host name lookup failure)

Original-Recipient: rfc822;wsnell@sdcc13.ucsd.edu
Final-Recipient: rfc822;wsnell@sdcc13.ucsd.edu
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 user unknown
Remote-MTA: dns; sdcc13.ucsd.edu
",
    );
    let status = DeliveryStatus::of(&message.root()).unwrap();
    let actions: Vec<_> = status.recipients().map(|r| (r.action().unwrap(), r.status().unwrap())).collect();
    assert_eq!(actions, [(Action::Failed, (5, 0, 0)), (Action::Delayed, (4, 0, 0)), (Action::Failed, (5, 0, 0))]);
    let first = status.recipients().next().unwrap();
    assert_eq!(first.diagnostic_code().unwrap().value, "550 'arathib@vnet.IBM.COM' is not a registered gateway user");
    assert_eq!(first.remote_mta().unwrap().value, "vnet.ibm.com");
}

#[test]
fn rfc8098_s9_a_disposition_notification() {
    let message = message(
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=\"RAA14128.773615765/example.com\"

--RAA14128.773615765/example.com

The message sent on 1995 Sep 19 at 13:30:00 (EDT) -0400 has been displayed.

--RAA14128.773615765/example.com
Content-type: message/disposition-notification

Reporting-UA: joes-pc.cs.example.com; Foomail 97.1
Original-Recipient: rfc822;Joe_Recipient@example.com
Final-Recipient: rfc822;Joe_Recipient@example.com
Original-Message-ID: <199509192301.23456@example.org>
Disposition: manual-action/MDN-sent-manually; displayed

--RAA14128.773615765/example.com
Content-type: message/rfc822

[original message optionally goes here]

--RAA14128.773615765/example.com--
",
    );
    let (kind, part) = ReportKind::find(&message).unwrap();
    assert_eq!(kind, ReportKind::DispositionNotification);
    let notification = DispositionNotification::of(&part).unwrap();
    assert_eq!(notification.reporting_ua().unwrap(), "joes-pc.cs.example.com; Foomail 97.1");
    assert_eq!(notification.final_recipient().unwrap().value, "Joe_Recipient@example.com");
    assert_eq!(notification.original_message_id().unwrap().as_str(), "199509192301.23456@example.org");
    let disposition = notification.disposition().unwrap();
    assert_eq!(
        (disposition.action_mode.as_str(), disposition.sending_mode.as_str()),
        ("manual-action", "mdn-sent-manually")
    );
    assert_eq!((disposition.kind.as_str(), disposition.modifiers.len()), ("displayed", 0));
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
}
