//! RFC 5321, section 3.8: how sessions end, each exactly once.

use crate::policy::{HELLO, Policy, config, play, session};
use smtp_proto::reply::Reply;
use smtp_proto::server::Event;

#[test]
fn quit() {
    let trace = play(
        r"
        S: 220 mx.example ESMTP
        C: QUIT
        S: 221 2.0.0 closing the connection
        ",
    );
    assert_eq!(trace.events().collect::<Vec<_>>(), ["Connect", "Closed(Quit)"]);
}

#[test]
fn what_follows_quit_is_not_obeyed() {
    let mut session = session(config(), Policy::default());
    session.feed(b"QUIT\r\nVRFY bob\r\n");
    session.feed(b"VRFY bob\r\n");
    session.eof();
    assert_eq!(session.output_text(), "220 mx.example ESMTP\r\n221 2.0.0 closing the connection\r\n");
    assert_eq!(session.trace.events().collect::<Vec<_>>(), ["Connect", "Closed(Quit)"]);
}

#[test]
fn the_last_reply_is_written_before_the_end_is_told() {
    let now = mail_wire::Instant::EPOCH;
    let mut session = session(config(), Policy::default());
    session.machine.handle_input(now, b"QUIT\r\n");
    assert!(session.machine.is_closed());
    assert!(!session.machine.has_event());
    let left = session.machine.poll_transmit().unwrap().len();
    session.machine.handle_transmitted(now, left);
    assert!(matches!(session.machine.poll_event(), Some(Event::Closed(_))));
    assert_eq!(session.machine.poll_timeout(), None);
}

/// A client that closes its half behind its commands is served nevertheless.
#[test]
fn commands_before_the_end_of_input_are_served() {
    let mut session = session(config(), Policy::default());
    session.machine.handle_input(session.now, b"EHLO client.example\r\nVRFY bob\r\n");
    session.eof();
    assert!(session.output_text().ends_with("252 2.5.0 cannot verify the user, but will try the message\r\n"));
    assert_eq!(session.trace.events().last(), Some("Closed(Disconnected)"));
}

/// Whatever was said so far, the end of input ends the session once and delivers nothing that is not complete.
#[test]
fn the_end_of_input_anywhere() {
    let dialogue =
        b"EHLO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<bob@mx.example>\r\nDATA\r\nhello\r\n..\r\n.\r\nQUIT\r\n";
    let end_of_data = dialogue.len() - b"QUIT\r\n".len();
    for length in 0..=dialogue.len() {
        let mut session = session(config(), Policy::default());
        session.feed(&dialogue[..length]);
        session.eof();
        session.eof();
        assert!(session.machine.is_closed());
        assert_eq!(session.trace.events().filter(|event| event.contains("Closed")).count(), 1, "{length}");
        assert!(session.trace.events().last().unwrap().contains("Closed"));
        assert_eq!(session.trace.saw("EndOfData"), length >= end_of_data, "{length}");
        let in_body = length >= dialogue.windows(7).position(|window| window == b"\nDATA\r\n").unwrap() + 7;
        assert_eq!(session.trace.saw("MessageAborted(Disconnected)"), in_body && length < end_of_data, "{length}");
    }
}

#[test]
fn the_application_may_close_by_421() {
    let policy = Policy { end_of_data: Some(Reply::NOT_AVAILABLE), ..Policy::default() };
    let mut session = session(config(), policy);
    session.feed(b"HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n.\r\nVRFY bob\r\n");
    assert!(session.output_text().ends_with("421 4.3.2 service not available, closing the connection\r\n"));
    assert_eq!(session.trace.events().last(), Some("Closed(ByApplication)"));
    assert!(!session.trace.saw("Verify"));
}

#[test]
fn shutdown_lets_a_message_come_to_its_end() {
    let mut session = session(config(), Policy::default());
    session.feed(b"HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\nhel");
    session.act(|server, _| server.shutdown());
    session.feed(b"lo\r\n.\r\n");
    assert!(
        session
            .output_text()
            .ends_with("250 2.6.0 message accepted\r\n421 4.3.2 service not available, closing the connection\r\n")
    );
    assert_eq!(session.trace.events().last(), Some("Closed(ByApplication)"));
}

#[test]
fn shutdown_of_an_idle_session() {
    let mut session = session(config(), Policy::default());
    session.output();
    session.act(|server, _| server.shutdown());
    assert_eq!(session.output_text(), "421 4.3.2 service not available, closing the connection\r\n");
    assert_eq!(session.trace.events().last(), Some("Closed(ByApplication)"));
    let _ = play(HELLO);
}
