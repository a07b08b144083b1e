//! RFC 5321, section 4.5.3.2: how long a client waits, and that no peer can stretch it.

use std::time::Duration;

use smtp_proto::client::{Config, Verb};

use crate::sender::{Todo, envelope, greeted, session, session_with};

const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);

fn sending() -> [Todo; 1] {
    [Todo::Send(envelope(&["bob@example.net"]), b"hi\r\n")]
}

#[test]
fn each_phase_has_its_own() {
    let mut config = Config::default();
    config.pipelining = false;
    for (replies, minutes, awaiting) in [
        (0, 5, Verb::Connect),
        (1, 5, Verb::Ehlo),
        (2, 5, Verb::Mail),
        (3, 5, Verb::Rcpt),
        (4, 2, Verb::Data),
        (5, 10, Verb::EndOfData),
        (6, 5, Verb::Quit),
    ] {
        let mut session = session_with(config.clone(), Verb::Ehlo, &sending());
        let script = [&b"220 mx\r\n"[..], b"250 mx\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"250 ok\r\n"];
        for reply in &script[..replies] {
            session.wait(MINUTE);
            session.feed(reply);
        }
        session.wait(minutes * MINUTE - SECOND);
        assert!(!session.machine.is_closed(), "too early for {awaiting}");
        session.wait(2 * SECOND);
        let safe = awaiting != Verb::EndOfData;
        let expected = format!("Closed(TimedOut {{ awaiting: {awaiting:?}, safe_to_retry: {safe} }})");
        assert!(session.trace.saw(&expected), "{expected} {:?}", session.trace);
    }
}

#[test]
fn a_reply_that_trickles_in_does_not_stretch_it() {
    let mut session = session(&[]);
    session.feed(b"220-");
    for _ in 0..4 {
        session.wait(MINUTE);
        session.feed(b"x");
    }
    session.wait(MINUTE + SECOND);
    assert!(session.trace.saw("Closed(TimedOut { awaiting: Connect"));
}

#[test]
fn each_reply_of_a_batch_has_its_own() {
    let mut session = greeted(&["PIPELINING"], &sending());
    session.wait(4 * MINUTE);
    session.feed(b"250 ok\r\n");
    session.wait(4 * MINUTE);
    assert!(!session.machine.is_closed());
    session.wait(2 * MINUTE);
    assert!(session.trace.saw("Closed(TimedOut { awaiting: Rcpt"));
}

#[test]
fn an_idle_session_and_an_application_that_thinks_have_none() {
    let mut session = greeted(&[], &[Todo::Rest]);
    session.wait(600 * MINUTE);
    assert!(!session.machine.is_closed());
    // A wait that begins after an hour of silence begins then, though no command is told the time.
    session.machine.noop().unwrap();
    session.wait(4 * MINUTE);
    assert!(!session.machine.is_closed());
    session.wait(2 * MINUTE);
    assert!(session.trace.saw("Closed(TimedOut { awaiting: Noop"));
}

#[test]
fn a_peer_that_does_not_take_the_body_is_given_up() {
    let mut session = greeted(&["PIPELINING"], &[Todo::Rest]);
    session.application.piece = 0;
    session.act(|client, _| client.send(envelope(&["bob@example.net"]))).unwrap();
    session.feed(b"250 ok\r\n250 ok\r\n354 go\r\n");
    // As long as the message does not come, that is not the peer's fault.
    let mut now = session.now + 30 * MINUTE;
    session.machine.handle_timeout(now);
    assert_eq!(session.machine.poll_timeout(), None);
    while session.machine.send_body(&[b'x'; 4096]).unwrap() > 0 {}
    while session.machine.poll_event().is_some() {}
    session.machine.handle_timeout(now);
    assert_eq!(session.machine.poll_timeout(), Some(now + 3 * MINUTE));
    // An octet a minute is no progress.
    for _ in 0..3 {
        assert!(!session.machine.is_closed());
        now += MINUTE;
        session.machine.handle_transmitted(now, 1);
        session.machine.handle_timeout(now);
    }
    assert!(session.machine.is_closed());
}

#[test]
fn a_spurious_call_does_nothing() {
    let mut session = session(&[Todo::Rest]);
    let due = session.machine.poll_timeout();
    for seconds in 0..100 {
        session.machine.handle_timeout(session.now + Duration::from_secs(seconds));
    }
    assert_eq!(session.machine.poll_timeout(), due);
    assert!(!session.machine.has_event());
}

/// Each octet comes before a driver would look at the clock.
#[test]
fn trickling_octets_end_the_session_without_a_look_at_the_clock() {
    let mut session = session(&[]);
    session.feed(b"220-");
    let begin = session.now;
    while !session.machine.is_closed() {
        assert!(session.now.duration_since(begin) < 60 * MINUTE, "for ever");
        session.now += Duration::from_millis(900);
        session.feed(b"x");
    }
    assert!(session.now.duration_since(begin) < 5 * MINUTE + SECOND);
    assert!(session.trace.saw("Closed(TimedOut { awaiting: Connect"));
}

/// What is complete is a reply, whoever was late: a driver that was busy reads it late.
#[test]
fn a_reply_that_came_counts_though_it_is_read_late() {
    let mut session = greeted(&[], &[Todo::Rest]);
    session.act(|client, _| client.noop()).unwrap();
    session.now += 60 * MINUTE;
    session.feed(b"250 ok\r\n");
    assert!(session.machine.is_idle());
}
