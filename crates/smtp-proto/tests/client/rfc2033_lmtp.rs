//! RFC 2033: LMTP, which answers for each recipient after the message.

use smtp_proto::Parameters;
use smtp_proto::client::{Config, Verb};

use crate::sender::{Todo, envelope, play_with, session_with};

#[test]
fn one_reply_for_each_accepted_recipient() {
    let seen = play_with(
        Config::default,
        Verb::Lhlo,
        "S: 220 lmtp.example
         C: LHLO client.example
         S: 250-lmtp.example
         S: 250 PIPELINING
         C: MAIL FROM:<ann@example.org>
         C: RCPT TO:<a@example.net>
         C: RCPT TO:<b@example.net>
         C: RCPT TO:<c@example.net>
         C: DATA
         S: 250 ok
         S: 250 ok
         S: 550 no
         S: 250 ok
         S: 354 go
         C: hi
         C: .
         S: 250 delivered
         S: 452 full
         C: QUIT
         S: 221 bye",
        &[Todo::Send(envelope(&["a@example.net", "b@example.net", "c@example.net"]), b"hi\r\n")],
    );
    assert_eq!(
        seen[6..9],
        [
            "Delivery { index: 0, reply: ReplyRef(250 delivered) }",
            "Delivery { index: 2, reply: ReplyRef(452 full) }",
            "Sent(Accepted)"
        ]
    );
}

#[test]
fn a_message_that_is_delivered_to_nobody_is_refused() {
    let mut session =
        session_with(Config::default(), Verb::Lhlo, &[Todo::Send(envelope(&["a@example.net"]), b"hi\r\n")]);
    session.feed(b"220 lmtp\r\n");
    session.feed(b"250-lmtp\r\n250 PIPELINING\r\n");
    session.feed(b"250 ok\r\n250 ok\r\n354 go\r\n");
    session.feed(b"552 too big\r\n");
    assert!(session.trace.saw("Sent(MessageRefused)"));
}

#[test]
fn a_session_lost_between_two_deliveries_leaves_the_rest_in_doubt() {
    let plan = [Todo::Send(envelope(&["a@example.net", "b@example.net"]), b"hi\r\n")];
    let mut session = session_with(Config::default(), Verb::Lhlo, &plan);
    session.feed(b"220 lmtp\r\n");
    session.feed(b"250-lmtp\r\n250 PIPELINING\r\n");
    session.feed(b"250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n");
    session.feed(b"250 delivered\r\n");
    session.eof();
    assert!(session.trace.saw("Closed(ConnectionLost { safe_to_retry: false })"));
}

#[test]
fn a_421_for_the_last_recipient_refuses_that_one_and_is_not_safe_to_retry() {
    let plan = [Todo::Send(envelope(&["a@example.net", "b@example.net"]), b"hi\r\n")];
    let mut session = session_with(Config::default(), Verb::Lhlo, &plan);
    session.feed(b"220 lmtp\r\n");
    session.feed(b"250-lmtp\r\n250 PIPELINING\r\n");
    session.feed(b"250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n");
    session.feed(b"250 delivered\r\n421 shutting down\r\n");
    let seen: Vec<_> = session.trace.events().skip(5).collect();
    assert_eq!(
        seen,
        [
            "Delivery { index: 0, reply: ReplyRef(250 delivered) }",
            "Delivery { index: 1, reply: ReplyRef(421 shutting down) }",
            "Sent(Accepted)",
            "Closed(Unavailable { safe_to_retry: false })"
        ]
    );
}

#[test]
fn a_421_for_any_other_recipient_leaves_the_rest_in_doubt() {
    let plan = [Todo::Send(envelope(&["a@example.net", "b@example.net"]), b"hi\r\n")];
    let mut session = session_with(Config::default(), Verb::Lhlo, &plan);
    session.feed(b"220 lmtp\r\n");
    session.feed(b"250-lmtp\r\n250 PIPELINING\r\n");
    session.feed(b"250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n");
    session.feed(b"421 shutting down\r\n");
    assert!(session.trace.saw("Closed(Unavailable { safe_to_retry: false })"));
    assert!(!session.trace.saw("Sent"));
}

#[test]
fn the_same_goes_for_a_transaction_of_single_commands() {
    let mut session = session_with(Config::default(), Verb::Lhlo, &[Todo::Rest]);
    session.feed(b"220 lmtp\r\n");
    session.feed(b"250-lmtp\r\n250 PIPELINING\r\n");
    session.application.piece = 0;
    let to = envelope(&["a@example.net", "b@example.net"]);
    session.act(|client, _| client.mail(to.sender, Parameters::new())).unwrap();
    for recipient in to.recipients {
        session.act(|client, _| client.rcpt(recipient.path, Parameters::new())).unwrap();
    }
    session.act(|client, _| client.data()).unwrap();
    session.feed(b"250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n");
    session.act(|client, _| client.finish_body()).unwrap();
    session.feed(b"250 delivered\r\n421 shutting down\r\n");
    assert!(session.trace.saw("Closed(Unavailable { safe_to_retry: false })"));
}

#[test]
fn there_is_no_helo_in_lmtp() {
    let mut session = session_with(Config::default(), Verb::Lhlo, &[Todo::Rest]);
    session.feed(b"220 smtp\r\n");
    session.output();
    session.feed(b"500 what?\r\n");
    assert_eq!(session.output_text(), "QUIT\r\n");
}
