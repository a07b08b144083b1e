//! RFC 3464 appendix E: every example, read, built again by the report writer, and read again as the same.

use rfc5322_message::{
    DefectKind, Message,
    build::{self, MessageBuilder, Options, Part, report as writer},
    report::{Action, DeliveryStatus, ReportKind, Returned},
    value::AddrSpec,
};

fn message(text: &str) -> Message<'static> {
    Message::parse_owned(text.replace('\n', "\r\n").into_bytes())
}

/// What a report says, for comparison.
fn told(message: &Message<'_>) -> Vec<String> {
    let (kind, part) = ReportKind::find(message).unwrap();
    assert_eq!(kind, ReportKind::DeliveryStatus);
    let status = DeliveryStatus::of(&part).unwrap();
    let mut told = vec![
        message.subject().unwrap().into_owned(),
        format!("{:?} {:?}", message.from().next(), message.to().next()),
        format!("{:?} {:?}", message.date(), message.message_id()),
        message.parts().nth(1).unwrap().text().unwrap().into_owned(),
        format!("{:?} {:?} {:?}", status.reporting_mta(), status.original_envelope_id(), status.arrival_date()),
    ];
    told.extend(status.recipients().map(|recipient| {
        format!(
            "{:?} {:?} {:?} {:?} {:?} {:?} {:?}",
            recipient.original_recipient(),
            recipient.final_recipient(),
            recipient.action(),
            recipient.status(),
            recipient.remote_mta(),
            recipient.diagnostic_code(),
            recipient.last_attempt_date(),
        )
    }));
    told.push(match Returned::find(message) {
        Some(Returned::Message(part)) => String::from_utf8_lossy(part.body()).into_owned(),
        None => "nothing".into(),
        other => panic!("{other:?}"),
    });
    told
}

/// The same report from the writer.
fn rebuilt(message: &Message<'_>) -> Message<'static> {
    let (_, part) = ReportKind::find(message).unwrap();
    let status = DeliveryStatus::of(&part).unwrap();
    let mta = status.reporting_mta().unwrap();
    let mut report = match &*mta.kind {
        "dns" => writer::DeliveryReport::new(&mta.value).unwrap(),
        kind => writer::DeliveryReport::of_gateway(kind, &mta.value).unwrap(),
    };
    for recipient in status.recipients() {
        let action = match recipient.action().unwrap() {
            Action::Failed => writer::Action::Failed,
            Action::Delayed => writer::Action::Delayed,
            other => panic!("{other:?}"),
        };
        let (class, subject, detail) = recipient.status().unwrap();
        let code = writer::Status::new(class, subject, detail).unwrap();
        let address = recipient.final_recipient().unwrap();
        let mut written = match address.address() {
            Some(address) => writer::RecipientStatus::new(address, action, code).unwrap(),
            None => writer::RecipientStatus::foreign(&address.kind, &address.value, action, code).unwrap(),
        };
        if let Some(original) = recipient.original_recipient() {
            written = written.original_recipient(&original.address().unwrap()).unwrap();
        }
        if let Some(mta) = recipient.remote_mta() {
            written = written.remote_mta(&mta.value).unwrap();
        }
        if let Some(diagnostic) = recipient.diagnostic_code() {
            written = written.diagnostic(&diagnostic.kind, &diagnostic.value).unwrap();
        }
        if let Some(date) = recipient.last_attempt_date() {
            written = written.last_attempt(date);
        }
        report = report.recipient(written);
    }
    let explanation = Part::text(message.parts().nth(1).unwrap().text().unwrap());
    let returned = match Returned::find(message) {
        Some(Returned::Message(part)) => writer::Returned::Message(part.body().into()),
        _ => writer::Returned::Nothing,
    };
    let mut built = MessageBuilder::new()
        .date(message.date().unwrap())
        .from(message.from())
        .to(message.to())
        .reverse_path(AddrSpec::null())
        .subject(message.subject().unwrap())
        .body(report.into_part(explanation, returned).unwrap());
    if let Some(id) = message.message_id() {
        built = built.message_id(id);
    }
    let built = built.finish(&Options::new([7; 16])).unwrap();
    assert!(built.envelope().reverse_path().is_null());
    Message::parse_owned(built.to_vec().unwrap())
}

fn there_and_back(text: &str) -> Message<'static> {
    let message = message(text);
    // The placeholder for the original message begins with no field; nothing else is wrong.
    let only_the_placeholder =
        |message: &Message<'_>| message.defects().iter().all(|defect| defect.kind() == DefectKind::MissingEmptyLine);
    let rebuilt = rebuilt(&message);
    assert!(only_the_placeholder(&message) && only_the_placeholder(&rebuilt));
    let mut told_before = told(&message);
    if message.message_id().is_none() {
        // The builder always writes one.
        told_before[2] = format!("{:?} {:?}", message.date(), rebuilt.message_id());
    }
    assert_eq!(told(&rebuilt), told_before);
    message
}

#[test]
fn e_1_simple_dsn() {
    let message = there_and_back(
        "Date: Thu, 7 Jul 1994 17:16:05 -0400
From: Mail Delivery Subsystem <MAILER-DAEMON@CS.UTK.EDU>
Message-Id: <199407072116.RAA14128@CS.UTK.EDU>
Subject: Returned mail: Cannot send message for 5 days
To: <owner-info-mime@cs.utk.edu>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
      boundary=\"RAA14128.773615765/CS.UTK.EDU\"

--RAA14128.773615765/CS.UTK.EDU

The original message was received at Sat, 2 Jul 1994 17:10:28 -0400
from root@localhost

    ----- The following addresses had delivery problems -----
<louisl@larry.slip.umd.edu>  (unrecoverable error)

----- Transcript of session follows -----
<louisl@larry.slip.umd.edu>... Deferred: Connection timed out
            with larry.slip.umd.edu.
Message could not be delivered for 5 days
Message will be deleted from queue

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
",
    );
    let part = ReportKind::find(&message).unwrap().1;
    let status = DeliveryStatus::of(&part).unwrap();
    assert_eq!(status.reporting_mta().unwrap().value, "cs.utk.edu");
    let recipients: Vec<_> = status.recipients().collect();
    let [recipient] = recipients.as_slice() else { panic!("{recipients:?}") };
    assert_eq!(recipient.action(), Some(Action::Failed));
    assert_eq!(recipient.status(), Some((4, 0, 0)));
    assert_eq!(recipient.original_recipient().unwrap().address().unwrap().to_string(), "louisl@larry.slip.umd.edu");
    assert_eq!(recipient.diagnostic_code().unwrap().value, "426 connection timed out");
    assert_eq!(recipient.last_attempt_date().unwrap().to_string(), "Thu, 7 Jul 1994 17:15:49 -0400");
}

#[test]
fn e_2_multi_recipient_dsn() {
    let message = there_and_back(
        "Date: Fri, 8 Jul 1994 09:21:47 -0400
From: Mail Delivery Subsystem <MAILER-DAEMON@CS.UTK.EDU>
Subject: Returned mail: User unknown
To: <owner-ups-mib@CS.UTK.EDU>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
      boundary=\"JAA13167.773673707/CS.UTK.EDU\"

--JAA13167.773673707/CS.UTK.EDU
content-type: text/plain; charset=us-ascii

      ----- The following addresses had delivery problems -----
<arathib@vnet.ibm.com> (unrecoverable error)
<wsnell@sdcc13.ucsd.edu> (unrecoverable error)

--JAA13167.773673707/CS.UTK.EDU
content-type: message/delivery-status

Reporting-MTA: dns; cs.utk.edu

Original-Recipient: rfc822;arathib@vnet.ibm.com
Final-Recipient: rfc822;arathib@vnet.ibm.com
Action: failed
Status: 5.0.0 (permanent failure)
Diagnostic-Code: smtp;  550 'arathib@vnet.IBM.COM' is not a
 registered gateway user
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

--JAA13167.773673707/CS.UTK.EDU
content-type: message/rfc822

[original message goes here]

--JAA13167.773673707/CS.UTK.EDU--
",
    );
    let part = ReportKind::find(&message).unwrap().1;
    let status = DeliveryStatus::of(&part).unwrap();
    let fates: Vec<_> = status.recipients().map(|r| (r.action().unwrap(), r.status().unwrap())).collect();
    assert_eq!(fates, [(Action::Failed, (5, 0, 0)), (Action::Delayed, (4, 0, 0)), (Action::Failed, (5, 0, 0))]);
    let first = status.recipients().next().unwrap();
    assert_eq!(first.diagnostic_code().unwrap().value, "550 'arathib@vnet.IBM.COM' is not a registered gateway user");
    assert_eq!(first.remote_mta().unwrap().value, "vnet.ibm.com");
}

#[test]
fn e_3_dsn_from_a_gateway_to_a_foreign_system() {
    let message = there_and_back(
        "Disclose-recipients: prohibited
Date: Fri, 08 Jul 1994 09:21:25 -0400 (EDT)
From: Message Router Submission Agent <AMMGR@corp.timeplex.com>
Subject: Status of: Re: Battery current sense
To: owner-ups-mib@CS.UTK.EDU
Message-id: <01HEGJ0WNBY28Y95LN@mr.timeplex.com>
MIME-version: 1.0
content-type: multipart/report;
    report-type=delivery-status;
    boundary=\"84229080704991.122306.SYS30\"

--84229080704991.122306.SYS30
content-type: text/plain

Invalid address - nair_s
%DIR-E-NODIRMTCH, No matching Directory Entry
Entry found

--84229080704991.122306.SYS30
content-type: message/delivery-status

Reporting-MTA: mailbus; SYS30

Final-Recipient: unknown; nair_s
Status: 5.0.0 (unknown permanent failure)
Action: failed

--84229080704991.122306.SYS30--
",
    );
    let part = ReportKind::find(&message).unwrap().1;
    let status = DeliveryStatus::of(&part).unwrap();
    assert_eq!(status.reporting_mta().unwrap().kind, "mailbus");
    let recipient = status.recipients().next().unwrap();
    assert_eq!(recipient.final_recipient().unwrap().value, "nair_s");
    // What is of a foreign type is no address of ours.
    assert_eq!(recipient.final_recipient().unwrap().address(), None);
}

#[test]
fn e_4_delayed_dsn() {
    let message = there_and_back(
        "MIME-Version: 1.0
From: <postmaster@nsfnet-relay.ac.uk>
Message-Id: <199407092338.TAA23293@CS.UTK.EDU>
Received: from nsfnet-relay.ac.uk by sun2.nsfnet-relay.ac.uk
        id <g.12954-0@sun2.nsfnet-relay.ac.uk>;
        Sun, 10 Jul 1994 00:36:51 +0100
To: owner-info-mime@cs.utk.edu
Date: Sun, 10 Jul 1994 00:36:51 +0100
Subject: WARNING: message delayed at \"nsfnet-relay.ac.uk\"
content-type: multipart/report; report-type=delivery-status;
       boundary=foobar

--foobar
content-type: text/plain

The following message:

UA-ID: Reliable PC (...
Q-ID: sun2.nsf:77/msg.11820-0

has not been delivered to the intended recipient:

    thomas@de-montfort.ac.uk

despite repeated delivery attempts over the past 24 hours.

The usual cause of this problem is that the remote system is
temporarily unavailable.

Delivery will continue to be attempted up to a total elapsed time of
168 hours, i.e., 7 days.

You will be informed if delivery proves to be impossible within this
time.

Please quote the Q-ID in any queries regarding this mail.

--foobar
content-type: message/delivery-status

Reporting-MTA: dns; sun2.nsfnet-relay.ac.uk

Final-Recipient: rfc822;thomas@de-montfort.ac.uk
Status: 4.0.0 (unknown temporary failure)
Action: delayed

--foobar--
",
    );
    assert!(Returned::find(&message).is_none());
    let received = message.field("Received").unwrap().received();
    assert_eq!(received.by.as_deref(), Some("sun2.nsfnet-relay.ac.uk"));
}

#[test]
fn nothing_enters_a_report_of_a_gateway() {
    let status = writer::Status::new(5, 0, 0).unwrap();
    let foreign = |kind: &str, address: &str| {
        writer::RecipientStatus::foreign(kind, address, writer::Action::Failed, status).is_err()
    };
    assert!(foreign("x400", "a\r\nStatus: 2.0.0") && foreign("x; y", "a") && foreign("", "a") && foreign("x", " "));
    assert!(writer::DeliveryReport::of_gateway("x\r\n", "y").is_err());
    assert_eq!(writer::DeliveryReport::of_gateway("x y", "z").map(drop), Err(build::BuildError::ParameterName));
}
