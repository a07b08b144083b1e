//! RFC 5321, section 3.8: sessions that end otherwise than by QUIT, and whether a message is then in doubt.

use smtp_proto::client::Misuse;

use crate::sender::{Todo, envelope, greeted, play, session};

fn sending() -> [Todo; 1] {
    [Todo::Send(envelope(&["bob@example.net"]), b"hi\r\n")]
}

#[test]
fn an_unsolicited_421_has_its_own_end_and_is_safe_to_retry() {
    let seen = play(
        "S: 220 mx.example
         C: EHLO client.example
         S: 250 mx.example
         S: 421 4.4.2 idle for too long",
        &[Todo::Rest],
    );
    assert_eq!(
        seen[2..],
        ["Unsolicited(ReplyRef(421 4.4.2 idle for too long))", "Closed(Unavailable { safe_to_retry: true })"]
    );
}

#[test]
fn a_421_to_a_command_is_its_reply_and_then_the_end() {
    let mut session = greeted(&["PIPELINING"], &sending());
    session.feed(b"250 ok\r\n421 shutting down\r\n");
    assert!(session.trace.saw("Recipient { index: 0, reply: ReplyRef(421 shutting down) }"));
    assert!(session.trace.saw("Closed(Unavailable { safe_to_retry: true })"));
    assert!(!session.trace.saw("Sent"));
}

#[test]
fn a_421_to_the_end_of_the_data_is_a_refusal_and_leaves_no_doubt() {
    let mut session = greeted(&["PIPELINING"], &sending());
    session.feed(b"250 ok\r\n250 ok\r\n354 go\r\n");
    session.feed(b"421 no space\r\n");
    assert!(session.trace.saw("Reply { command: EndOfData, reply: ReplyRef(421 no space) }"));
    assert!(session.trace.saw("Sent(MessageRefused)"));
    assert!(session.trace.saw("Closed(Unavailable { safe_to_retry: true })"));
}

#[test]
fn an_end_while_idle_is_safe_to_retry() {
    let mut session = greeted(&[], &[Todo::Rest]);
    session.eof();
    assert!(session.trace.saw("Closed(ConnectionLost { safe_to_retry: true })"));
    assert_eq!(session.machine.noop(), Err(Misuse::Closed));
}

#[test]
fn an_end_behind_the_final_dot_is_not() {
    let mut session = greeted(&["PIPELINING"], &sending());
    session.feed(b"250 ok\r\n250 ok\r\n354 go\r\n");
    session.eof();
    assert!(session.trace.saw("Closed(ConnectionLost { safe_to_retry: false })"));
    assert!(!session.trace.saw("Sent"));
}

#[test]
fn replies_that_came_before_the_end_are_heard() {
    let mut session = greeted(&["PIPELINING"], &sending());
    session.feed(b"250 ok\r\n250 ok\r\n354 go\r\n");
    assert_eq!(session.machine.handle_input(session.now, b"250 queued\r\n"), 12);
    session.machine.handle_eof(session.now);
    session.settle();
    assert!(session.trace.saw("Sent(Accepted)"));
    assert!(session.trace.saw("Closed(ConnectionLost { safe_to_retry: true })"));
}

#[test]
fn an_end_instead_of_221_is_no_error() {
    let mut session = session(&[]);
    session.feed(b"220 mx\r\n");
    session.feed(b"250 mx\r\n");
    session.eof();
    assert!(session.trace.saw("Closed(Quit)"));
}

#[test]
fn a_reply_within_the_body_ends_the_session_and_never_the_body() {
    for (early, why) in [
        ("552 too big\r\n", "Closed(UnexpectedReply { code: 552 })"),
        ("421 bye\r\n", "Closed(Unavailable { safe_to_retry: true })"),
    ] {
        let mut session = greeted(&["PIPELINING"], &[Todo::Rest]);
        session.application.piece = 0;
        session.act(|client, _| client.send(envelope(&["bob@example.net"]))).unwrap();
        session.feed(b"250 ok\r\n250 ok\r\n354 go\r\n");
        session.output();
        session.act(|client, _| client.send_body(b"half a mess")).unwrap();
        session.feed(early.as_bytes());
        assert!(session.trace.saw(why), "{:?}", session.trace);
        assert!(!session.output_text().contains("\r\n.\r\n"));
        assert_eq!(session.machine.finish_body(), Err(Misuse::Closed));
    }
}

#[test]
fn closed_comes_once_and_last() {
    let mut session = greeted(&[], &[Todo::Rest]);
    session.eof();
    session.eof();
    session.feed(b"250 ok\r\n");
    session.act(|client, _| client.abort());
    assert_eq!(session.trace.events().filter(|event| event.starts_with("Closed")).count(), 1);
    assert!(session.trace.events().last().unwrap().starts_with("Closed"));
}
