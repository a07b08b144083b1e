//! RFC 1939, section 6: messages are deleted at QUIT after login, and at no other time.

use std::time::Duration;

use mail_testkit::{Role, Session, Trace, Transcript};
use mail_wire::Instant;
use pop3_proto::server::{Event, Misuse, Request};

use crate::post_office::PostOffice;

const LOGIN_AND_DELE: &str = "S: +OK POP3 server ready
         C: USER mrose
         C: PASS secret
         C: DELE 1
         S: +OK Password, please
         S: +OK 2 messages (320 octets)
         S: +OK Message 1 will be deleted
         ";

fn play(rest: &str, refuses: &'static str) -> Trace {
    Transcript::parse(&format!("{LOGIN_AND_DELE}{rest}")).play(Role::Server, || {
        let (server, mut office) = PostOffice::with_two_messages();
        office.refuses = refuses;
        (server, office)
    })
}

#[test]
fn quit_deletes() {
    let trace = play("C: QUIT\nS: +OK Bye", "");
    assert!(trace.saw("deletions: [1]") && trace.saw("Closed(Updated)"), "{trace:?}");
}

#[test]
fn a_failed_update_is_told() {
    let trace = play("C: QUIT\nS: -ERR [SYS/TEMP] Temporary failure, try later", "Request(Update");
    assert!(trace.saw("Closed(NotUpdated)"), "{trace:?}");
}

#[test]
fn rset_takes_it_back() {
    let trace = play("C: RSET\nC: QUIT\nS: +OK 2 messages\nS: +OK Bye", "");
    assert!(trace.saw("deletions: []"), "{trace:?}");
}

/// Class: a connection that breaks commits what was marked.
#[test]
fn eof_deletes_nothing() {
    for rest in ["*** eof", "C: QUI\\\n*** eof", "C: QUIT\\\n*** eof", "C: NOOP\nS: +OK\n*** eof"] {
        let trace = play(rest, "");
        assert!(trace.saw("Closed(Eof)") && !trace.saw("Update"), "{trace:?}");
    }
}

/// A client that says QUIT and closes its half has still said it.
#[test]
fn quit_then_eof_deletes() {
    let (server, office) = PostOffice::with_two_messages();
    let mut session = Session::new(server, office);
    session.feed(b"USER mrose\r\nPASS secret\r\nDELE 2\r\nQUIT\r\n");
    session.eof();
    assert!(session.trace.saw("Closed(Updated)"), "{:?}", session.trace);
}

#[test]
fn shutting_down_deletes_nothing() {
    let (server, office) = PostOffice::with_two_messages();
    let mut session = Session::new(server, office);
    session.feed(b"USER mrose\r\nPASS secret\r\nDELE 2\r\n");
    session.act(|server, _| server.abort());
    session.feed(b"QUIT\r\n");
    assert!(session.trace.saw("Closed(Application)") && !session.trace.saw("Update"), "{:?}", session.trace);
}

/// Every request is answered once, and `Closed` comes once and last.
#[test]
fn once() {
    let (mut server, _) = PostOffice::with_two_messages();
    let now = Instant::EPOCH;
    assert_eq!(server.accept(), Err(Misuse::NoRequest), "the request has not been seen");
    assert!(matches!(server.poll_event(), Some(Event::Request(Request::Connect))));
    assert_eq!(server.accept_login(Default::default()), Err(Misuse::WrongAnswer));
    assert_eq!(server.challenge(b""), Err(Misuse::WrongAnswer));
    assert_eq!(server.send_body(b""), Err(Misuse::NoBody));
    assert_eq!(server.finish_body(), Err(Misuse::NoBody));
    server.accept().unwrap();
    assert_eq!(server.accept(), Err(Misuse::NoRequest));
    server.handle_input(now, b"USER a\r\nPASS b\r\nQUIT\r\n");
    assert!(matches!(server.poll_event(), Some(Event::Request(Request::Login { .. }))));
    assert!(server.poll_event().is_none());
    assert_eq!(server.accept(), Err(Misuse::WrongAnswer));
    server.accept_login(Default::default()).unwrap();
    assert!(matches!(server.poll_event(), Some(Event::Request(Request::Update { .. }))));
    server.accept().unwrap();
    assert!(server.is_closed() && server.poll_event().is_none(), "the last words are not written");
    server.handle_transmitted(now, 1 << 20);
    assert!(matches!(server.poll_event(), Some(Event::Closed(_))));
    assert!(server.poll_event().is_none() && server.poll_timeout().is_none());
    assert_eq!(server.handle_input(now, b"USER a\r\n"), 8);
    server.handle_eof(now);
    server.handle_timeout(now + Duration::from_secs(1 << 20));
    server.handle_tls(now, Default::default());
    server.abort();
    assert!(!server.has_event() && server.poll_transmit().is_none());
}
