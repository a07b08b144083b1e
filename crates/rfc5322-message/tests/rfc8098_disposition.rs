//! RFC 8098 section 9: the example, read, built again by the report writer, and read again as the same.

use rfc5322_message::{
    DefectKind, Message,
    build::{MessageBuilder, Options, Part, report as writer},
    report::{DispositionNotification, ReportKind, Returned},
    value::AddrSpec,
};

const EXAMPLE: &str = "Date: Wed, 20 Sep 1995 00:19:00 (EDT) -0400
From: Joe Recipient <Joe_Recipient@example.com>
Message-Id: <199509200019.12345@example.com>
Subject: Disposition notification
To: Jane Sender <Jane_Sender@example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification;
   boundary=\"RAA14128.773615765/example.com\"

--RAA14128.773615765/example.com

The message sent on 1995 Sep 19 at 13:30:00 (EDT) -0400 to Joe
Recipient <Joe_Recipient@example.com> with subject \"First draft of
report\" has been displayed.
This is no guarantee that the message has been read or understood.

--RAA14128.773615765/example.com
Content-Type: message/disposition-notification

Reporting-UA: joes-pc.cs.example.com; Foomail 97.1
Original-Recipient: rfc822;Joe_Recipient@example.com
Final-Recipient: rfc822;Joe_Recipient@example.com
Original-Message-ID: <199509192301.23456@example.org>
Disposition: manual-action/MDN-sent-manually; displayed

--RAA14128.773615765/example.com
Content-Type: message/rfc822

[original message optionally goes here]

--RAA14128.773615765/example.com--
";

fn told(message: &Message<'_>) -> [String; 5] {
    let (kind, part) = ReportKind::find(message).unwrap();
    assert_eq!(kind, ReportKind::DispositionNotification);
    let notification = DispositionNotification::of(&part).unwrap();
    let Some(Returned::Message(returned)) = Returned::find(message) else { panic!() };
    [
        format!("{:?} {:?} {:?}", message.date(), message.from().next(), message.to().next()),
        format!("{:?} {:?}", message.message_id(), message.subject()),
        message.parts().nth(1).unwrap().text().unwrap().into_owned(),
        format!(
            "{:?} {:?} {:?} {:?} {:?}",
            notification.reporting_ua(),
            notification.original_recipient(),
            notification.final_recipient(),
            notification.original_message_id(),
            notification.disposition()
        ),
        String::from_utf8_lossy(returned.body()).into_owned(),
    ]
}

#[test]
fn s9_read() {
    let message = Message::parse_owned(EXAMPLE.replace('\n', "\r\n").into_bytes());
    // The placeholder for the original message begins with no field; nothing else is wrong.
    assert!(matches!(message.defects(), [defect] if defect.kind() == DefectKind::MissingEmptyLine));
    assert_eq!(message.date().unwrap().to_string(), "Wed, 20 Sep 1995 00:19:00 -0400");
    let part = ReportKind::find(&message).unwrap().1;
    let notification = DispositionNotification::of(&part).unwrap();
    assert_eq!(notification.reporting_ua().unwrap(), "joes-pc.cs.example.com; Foomail 97.1");
    assert_eq!(notification.final_recipient().unwrap().value, "Joe_Recipient@example.com");
    assert_eq!(notification.original_message_id().unwrap().as_str(), "199509192301.23456@example.org");
    let disposition = notification.disposition().unwrap();
    let modes = (disposition.action_mode.as_str(), disposition.sending_mode.as_str());
    assert_eq!(modes, ("manual-action", "mdn-sent-manually"));
    assert_eq!((disposition.kind.as_str(), disposition.modifiers.len()), ("displayed", 0));
}

#[test]
fn s9_built_again() {
    let message = Message::parse_owned(EXAMPLE.replace('\n', "\r\n").into_bytes());
    let part = ReportKind::find(&message).unwrap().1;
    let notification = DispositionNotification::of(&part).unwrap();
    let disposition = writer::Disposition {
        action: writer::ActionMode::Manual,
        sending: writer::SendingMode::Manual,
        kind: writer::DispositionKind::Displayed,
        error: false,
    };
    let agent = notification.reporting_ua().unwrap();
    let (host, product) = agent.split_once("; ").unwrap();
    let report =
        writer::DispositionReport::new(&notification.final_recipient().unwrap().address().unwrap(), disposition)
            .unwrap()
            .reporting_agent(host, product)
            .unwrap()
            .original_recipient(&notification.original_recipient().unwrap().address().unwrap())
            .unwrap()
            .original_message_id(&notification.original_message_id().unwrap())
            .unwrap();
    let Some(Returned::Message(returned)) = Returned::find(&message) else { panic!() };
    let built = MessageBuilder::new()
        .date(message.date().unwrap())
        .from(message.from())
        .to(message.to())
        .reverse_path(AddrSpec::null())
        .message_id(message.message_id().unwrap())
        .subject(message.subject().unwrap())
        .body(report.into_part(
            Part::text(message.parts().nth(1).unwrap().text().unwrap()),
            writer::Returned::Message(returned.body().into()),
        ))
        .finish(&Options::new([7; 16]))
        .unwrap();
    assert!(built.envelope().reverse_path().is_null());
    let rebuilt = Message::parse_owned(built.to_vec().unwrap());
    assert_eq!(rebuilt.defects().len(), message.defects().len());
    assert_eq!(told(&rebuilt), told(&message));
}
