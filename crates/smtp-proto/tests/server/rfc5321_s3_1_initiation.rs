//! RFC 5321, section 3.1: the greeting, or none.

use smtp_proto::reply::Reply;
use smtp_proto::server::{Event, Misuse, Request, Server};

use crate::policy::{Policy, config, play_with, session};

#[test]
fn a_client_that_is_refused_may_only_quit() {
    let policy = Policy { connect: Some(Reply::TRANSACTION_FAILED), ..Policy::default() };
    let trace = play_with(
        config(),
        policy,
        r"
        S: 554 5.0.0 transaction failed
        C: EHLO client.example
        S: 503 5.5.1 bad sequence of commands
        C: NOOP
        S: 503 5.5.1 bad sequence of commands
        C: QUIT
        S: 221 2.0.0 closing the connection
        ",
    );
    assert_eq!(trace.events().collect::<Vec<_>>(), ["Connect", "Closed(Quit)"]);
}

#[test]
fn a_client_that_comes_at_a_bad_time() {
    let policy = Policy { connect: Some(Reply::NOT_AVAILABLE), ..Policy::default() };
    let mut session = session(config(), policy);
    assert_eq!(session.output_text(), "421 4.3.2 service not available, closing the connection\r\n");
    assert_eq!(session.trace.events().collect::<Vec<_>>(), ["Connect", "Closed(ByApplication)"]);
}

#[test]
fn nothing_is_parsed_before_the_client_was_greeted() {
    let now = mail_wire::Instant::EPOCH;
    let mut server = Server::new(now, config().into());
    // The request has not even been polled: nothing is taken.
    assert_eq!(server.handle_input(now, b"NOOP\r\n"), 0);
    assert!(!server.wants_input());
    assert_eq!(server.accept(), Err(Misuse::NothingAsked));
    assert!(matches!(server.poll_event(), Some(Event::Request(Request::Connect))));
    assert_eq!(server.handle_input(now, b"NOOP\r\n"), 6);
    assert_eq!(server.poll_transmit(), None);
    server.accept().unwrap();
    assert_eq!(server.poll_transmit(), Some(&b"220 mx.example ESMTP\r\n250 2.0.0 ok\r\n"[..]));
    assert_eq!(server.accept(), Err(Misuse::NothingAsked));
}
