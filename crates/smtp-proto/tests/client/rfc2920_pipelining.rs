//! RFC 2920: batches of commands.

use smtp_proto::client::{Client, Config, Envelope, Misuse, Verb};
use smtp_proto::{ForwardPath, Parameters, ReversePath};

use crate::sender::{Todo, envelope, greeted, play, session_with};

fn many() -> Envelope {
    let recipients: Vec<_> = (0..500).map(|n| format!("user{n:04}@example.net")).collect();
    envelope(&recipients.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn a_batch_is_bounded_by_the_octets_in_flight() {
    let mut config = Config::default();
    config.most_in_flight = 1000;
    let mut session = session_with(config, Verb::Ehlo, &[Todo::Send(many(), b"hi\r\n")]);
    session.feed(b"220 mx\r\n");
    session.output();
    session.feed(b"250-mx\r\n250 PIPELINING\r\n");
    let (mut unanswered, mut recipients) = (session.output_text(), 0);
    assert!(unanswered.starts_with("MAIL FROM:"));
    while !unanswered.ends_with("DATA\r\n") {
        let in_flight: usize = unanswered.len();
        assert!(in_flight < 1000 + "RCPT TO:<user0000@example.net>\r\n".len());
        let line = unanswered.find("\r\n").unwrap() + 2;
        recipients += usize::from(unanswered.starts_with("RCPT"));
        unanswered.drain(..line);
        session.feed(b"250 ok\r\n");
        unanswered += &session.output_text();
    }
    recipients += unanswered.matches("RCPT").count();
    assert_eq!(recipients, 500);
}

#[test]
fn the_replies_to_a_batch_may_come_in_one_read() {
    let mut session = greeted(&["PIPELINING"], &[Todo::Send(many(), b"hi\r\n")]);
    assert!(session.output_text().ends_with("RCPT TO:<user0499@example.net>\r\nDATA\r\n"));
    let mut replies = b"250 ok\r\n".repeat(400);
    session.feed(&replies);
    replies.truncate(101 * 8);
    session.feed(&replies);
    session.feed(b"354 go\r\n");
    assert!(session.output_text().ends_with("hi\r\n.\r\n"));
    assert_eq!(session.trace.events().filter(|event| event.starts_with("Recipient")).count(), 500);
}

#[test]
fn no_pipelining_without_the_offer_or_against_the_configuration() {
    let mut session = greeted(&[], &[Todo::Send(many(), b"hi\r\n")]);
    assert!(session.output_text().ends_with("MAIL FROM:<ann@example.org>\r\n"));
    let mut config = Config::default();
    config.pipelining = false;
    let mut session = session_with(config, Verb::Ehlo, &[Todo::Send(many(), b"hi\r\n")]);
    session.feed(b"220 mx\r\n");
    session.feed(b"250-mx\r\n250 PIPELINING\r\n");
    assert!(session.output_text().ends_with("MAIL FROM:<ann@example.org>\r\n"));
}

/// Section 3.1: a 354 although no recipient was accepted is answered with an empty message.
#[test]
fn a_354_for_nobody_is_ended_at_once() {
    let seen = play(
        "S: 220 mx.example
         C: EHLO client.example
         S: 250-mx.example
         S: 250 PIPELINING
         C: MAIL FROM:<ann@example.org>
         C: RCPT TO:<bob@example.net>
         C: DATA
         S: 250 ok
         S: 550 no
         S: 354 go
         C: .
         S: 554 no valid recipients
         C: QUIT
         S: 221 bye",
        &[Todo::Send(envelope(&["bob@example.net"]), b"secret\r\n")],
    );
    assert!(seen.contains(&"Sent(RecipientsRefused)".to_owned()));
}

#[test]
fn a_refused_sender_with_a_354_sends_nothing_to_anybody() {
    let plan = [Todo::Send(envelope(&["bob@example.net"]), b"secret\r\n")];
    let mut session = greeted(&["PIPELINING"], &plan);
    session.output();
    session.feed(b"550 no\r\n503 no\r\n354 go\r\n");
    assert_eq!(session.output_text(), ".\r\n");
    session.feed(b"503 no\r\n");
    assert!(session.trace.saw("Sent(SenderRefused)"));
    // A server that refused the sender, took a recipient and wants the message is beyond understanding.
    let mut session = greeted(&["PIPELINING"], &plan);
    session.output();
    session.feed(b"550 no\r\n250 ok\r\n354 go\r\n");
    assert_eq!(session.output_text(), "");
    assert!(session.trace.saw("Closed(ImpossibleReply { command: Data, code: 354 })"));
}

#[test]
fn all_replies_are_read_when_the_sender_is_refused() {
    let mut session = greeted(&["PIPELINING"], &[Todo::Send(envelope(&["a@b.example", "c@d.example"]), b"hi\r\n")]);
    session.output();
    session.feed(b"550 no\r\n503 no\r\n503 no\r\n");
    assert!(!session.trace.saw("Sent"));
    session.feed(b"503 no\r\n");
    assert!(session.trace.saw("Sent(SenderRefused)"));
    assert_eq!(session.output_text(), "QUIT\r\n");
}

#[test]
fn nothing_of_a_transaction_follows_its_reset() {
    let mut session = greeted(&["PIPELINING"], &[Todo::Rest]);
    let client = &mut session.machine;
    client.mail(ReversePath::Null, Parameters::new()).unwrap();
    client.rcpt(ForwardPath::Postmaster, Parameters::new()).unwrap();
    client.rset().unwrap();
    assert_eq!(client.rcpt(ForwardPath::Postmaster, Parameters::new()), Err(Misuse::OutOfOrder));
    assert_eq!(client.data(), Err(Misuse::OutOfOrder));
    session.feed(b"250 ok\r\n250 ok\r\n250 ok\r\n");
    assert!(session.trace.saw("Recipient { index: 0"));
    assert_eq!(session.machine.mail(ReversePath::Null, Parameters::new()), Ok(()));
}

type Command = fn(&mut Client) -> Result<(), Misuse>;

fn mail(client: &mut Client) -> Result<(), Misuse> {
    client.mail(ReversePath::Null, Parameters::new())
}

fn rcpt(client: &mut Client) -> Result<(), Misuse> {
    client.rcpt(ForwardPath::Postmaster, Parameters::new())
}

/// RFC 5321, section 4.1.4: one transaction at a time. RSET ends what came before it, and nothing that came behind.
#[test]
fn a_transaction_behind_a_reset_is_not_forgotten_with_it() {
    let commands: [Command; 4] = [Client::rset, mail, rcpt, Client::data];
    let replies = b"250 reset\r\n250 sender ok\r\n250 recipient ok\r\n";
    // So many commands are said at once, and the rest when all of these are answered.
    for batch in 2..=commands.len() {
        for split in 0..=replies.len() {
            let mut session = greeted(&["PIPELINING"], &[Todo::Rest]);
            session.output();
            for command in &commands[..batch] {
                command(&mut session.machine).unwrap();
            }
            let (answered, rest) = replies.split_at(10 + 15 + if batch > 2 { 18 } else { 0 });
            let (first, second) = answered.split_at(split.min(answered.len()));
            session.feed(first);
            session.feed(second);
            assert!(session.machine.send(envelope(&["bob@example.net"])).is_err());
            for command in &commands[batch..] {
                command(&mut session.machine).unwrap();
            }
            session.feed(rest);
            assert_eq!(session.output_text(), "RSET\r\nMAIL FROM:<>\r\nRCPT TO:<Postmaster>\r\nDATA\r\n");
            session.application.piece = 0;
            session.feed(b"354 go\r\n");
            assert!(!session.machine.is_closed());
            assert_eq!(session.machine.send_body(b"hi\r\n"), Ok(4));
        }
    }
}

#[test]
fn a_reset_behind_a_transaction_ends_it() {
    let replies = b"250 sender ok\r\n250 recipient ok\r\n250 reset\r\n";
    for split in 0..=replies.len() {
        let mut session = greeted(&["PIPELINING"], &[Todo::Rest]);
        session.output();
        mail(&mut session.machine).unwrap();
        rcpt(&mut session.machine).unwrap();
        session.machine.rset().unwrap();
        assert_eq!(mail(&mut session.machine), Err(Misuse::OutOfOrder));
        session.feed(&replies[..split]);
        session.feed(&replies[split..]);
        assert_eq!(rcpt(&mut session.machine), Err(Misuse::OutOfOrder));
        session.output();
        session.machine.send(envelope(&["bob@example.net"])).unwrap();
        session.settle();
        assert!(session.output_text().starts_with("MAIL FROM:<ann@example.org>\r\nRCPT"));
    }
}

#[test]
fn a_second_reset_ends_the_transaction_between() {
    let mut session = greeted(&["PIPELINING"], &[Todo::Rest]);
    session.machine.rset().unwrap();
    mail(&mut session.machine).unwrap();
    session.machine.rset().unwrap();
    assert_eq!(rcpt(&mut session.machine), Err(Misuse::OutOfOrder));
    session.feed(b"250 reset\r\n250 sender ok\r\n250 reset\r\n");
    assert_eq!(mail(&mut session.machine), Ok(()));
}
