//! RFC 2920: commands in batches, replies in batches.

use crate::policy::{HELLO, Policy, config, play, session};
use smtp_proto::server::Server;

#[test]
fn replies_of_one_batch_leave_in_one_piece() {
    let now = mail_wire::Instant::EPOCH;
    let mut session = session(config(), Policy::default());
    session.feed(b"EHLO client.example\r\n");
    session.output();
    session.machine.handle_input(
        now,
        b"MAIL FROM:<>\r\nRCPT TO:<a@mx.example>\r\nRCPT TO:<nobody@mx.example>\r\nRCPT TO:<b@mx.example>\r\nDATA\r\n",
    );
    while session.machine.has_event() {
        assert!(session.machine.poll_event().is_some());
        // Every request is answered before anything is written.
        if session.machine.accept().is_err() {
            break;
        }
    }
    let said = String::from_utf8(session.machine.poll_transmit().unwrap().to_vec()).unwrap();
    assert_eq!(said.lines().count(), 5);
    assert!(said.ends_with("354 start mail input; end with <CRLF>.<CRLF>\r\n"));
}

/// Section 3.1: a client that pipelines sends DATA before it knows that all recipients were refused. There must be
/// no 354, or its next commands would be taken for the message.
#[test]
fn no_message_without_a_recipient() {
    let trace = play(&format!(
        r"{HELLO}
        C: MAIL FROM:<ann@client.example>
        C: RCPT TO:<nobody@mx.example>
        C: RCPT TO:<nobody@elsewhere.example>
        C: DATA
        C: RSET
        C: QUIT
        S: 250 2.1.0 sender ok
        S: 550 5.1.1 no such user here
        S: 550 5.1.1 no such user here
        S: 554 5.5.1 no valid recipients
        S: 250 2.0.0 ok
        S: 221 2.0.0 closing the connection
        "
    ));
    assert!(!trace.saw("Data"));
}

/// The same where the sender is refused: everything behind it is out of sequence, and nothing is a message.
#[test]
fn no_message_without_a_sender() {
    play(&format!(
        r"{HELLO}
        C: MAIL FROM:<ann@client.example> SIZE=1001
        C: RCPT TO:<bob@mx.example>
        C: DATA
        C: NOOP
        S: 552 5.3.4 message too big
        S: 503 5.5.1 bad sequence of commands
        S: 503 5.5.1 bad sequence of commands
        S: 250 2.0.0 ok
        "
    ));
}

/// What follows a sender that is refused, for whatever reason, is no mistake of its own: however many recipients were
/// pipelined, the session goes on, and the client learns that the message is refused.
#[test]
fn a_refused_sender_costs_no_more_than_itself() {
    for (mail, refusal) in [
        ("MAIL FROM:<ann@client.example> SIZE=999999999", "552 5.3.4 message too big"),
        ("MAIL FROM:<nobody@client.example>", "550 5.7.1 refused by policy"),
        ("MAIL FROM:<ann@client.example> NOTIFY=NEVER", "555 5.5.4 parameters not recognized"),
        ("mail from:<ann@>", "501 5.1.7 bad sender address syntax"),
    ] {
        let mut session = session(config(), Policy::default());
        session.feed(b"EHLO client.example\r\n");
        for opening in ["", "RSET\r\n"] {
            session.output();
            let recipients = "RCPT TO:<bob@mx.example>\r\n".repeat(100);
            session.feed(format!("{opening}{mail}\r\n{recipients}DATA\r\nNOOP\r\n").as_bytes());
            let said = session.output_text();
            assert_eq!(said.matches(refusal).count(), 1, "{said}");
            assert_eq!(said.matches("503 5.5.1").count(), 101, "{said}");
            assert!(said.ends_with("250 2.0.0 ok\r\n"), "{said}");
        }
    }
}

/// Nor is DATA behind recipients that the server itself has refused.
#[test]
fn data_behind_a_recipient_that_cannot_be_taken_is_no_mistake() {
    let mut session = session(config(), Policy::default());
    session.feed(b"EHLO client.example\r\n");
    for _ in 0..20 {
        session.output();
        session.feed(b"MAIL FROM:<>\r\nRCPT TO:<bob@mx.example> NOTIFY=NEVER\r\nDATA\r\nRSET\r\n");
        let said = session.output_text();
        assert!(said.contains("555 5.5.4") && said.contains("554 5.5.1") && !said.contains("421"), "{said}");
    }
}

/// Commands that follow no sender are mistakes: before MAIL, and again behind RSET, EHLO, DATA and the end of a message.
#[test]
fn recipients_without_a_sender_are_errors() {
    let refused = "MAIL FROM:<nobody@client.example>\r\n";
    let message = "MAIL FROM:<>\r\nRCPT TO:<bob@mx.example>\r\nDATA\r\n.\r\n";
    for opening in [
        String::new(),
        format!("{refused}RSET\r\n"),
        format!("{refused}DATA\r\n"),
        format!("{refused}EHLO client.example\r\n"),
        format!("{refused}{message}"),
        format!("{message}MAILER\r\n"),
    ] {
        let mut session = session(config(), Policy::default());
        session.feed(b"EHLO client.example\r\n");
        session.feed(opening.as_bytes());
        session.feed("RCPT TO:<bob@mx.example>\r\n".repeat(21).as_bytes());
        assert!(session.output_text().ends_with("421 4.7.0 too many errors, closing the connection\r\n"), "{opening}");
    }
}

/// One request waits for its answer; what stands behind it waits with it.
#[test]
fn nothing_is_parsed_behind_an_unanswered_request() {
    let now = mail_wire::Instant::EPOCH;
    let mut server = Server::new(now, config().into());
    server.poll_event();
    server.accept().unwrap();
    server.handle_transmitted(now, 1000);
    server.handle_input(now, b"VRFY a\r\nVRFY b\r\nQUIT\r\n");
    assert!(server.poll_event().is_some());
    assert!(!server.has_event());
    assert!(server.poll_event().is_none());
    assert_eq!(server.poll_transmit(), None);
    server.accept().unwrap();
    assert!(server.has_event());
}

/// A message and the next transaction in one segment.
#[test]
fn commands_behind_the_message() {
    let trace = play(&format!(
        r"{HELLO}
        C: MAIL FROM:<>
        C: RCPT TO:<bob@mx.example>
        C: DATA
        S: 250 2.1.0 sender ok
        S: 250 2.1.5 recipient ok
        S: 354 start mail input; end with <CRLF>.<CRLF>
        C: one
        C: .
        C: MAIL FROM:<>
        C: RCPT TO:<bob@mx.example>
        C: DATA
        S: 250 2.6.0 message accepted
        S: 250 2.1.0 sender ok
        S: 250 2.1.5 recipient ok
        S: 354 start mail input; end with <CRLF>.<CRLF>
        C: two
        C: .
        C: QUIT
        S: 250 2.6.0 message accepted
        S: 221 2.0.0 closing the connection
        "
    ));
    assert_eq!(trace.bodies().collect::<Vec<_>>(), [b"one\r\n", b"two\r\n"]);
}
