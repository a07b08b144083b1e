//! RFC 5321, section 4.5.3.2: patience. Deadlines are set when the state changes, not when a byte arrives.

use std::time::Duration;

use crate::policy::{HELLO, Policy, config, play, session};

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn five_minutes_for_a_command() {
    let trace = play(
        r"
        S: 220 mx.example ESMTP
        *** wait 299s
        C: NOOP
        S: 250 2.0.0 ok
        *** wait 299s
        C: NOOP
        S: 250 2.0.0 ok
        *** wait 301s
        S: 421 4.4.2 timed out, closing the connection
        ",
    );
    assert_eq!(trace.events().collect::<Vec<_>>(), ["Connect", "Closed(TimedOut)"]);
}

#[test]
fn three_minutes_for_a_message_that_does_not_come() {
    let trace = play(&format!(
        r"{HELLO}
        C: MAIL FROM:<>
        S: 250 2.1.0 sender ok
        C: RCPT TO:<bob@mx.example>
        S: 250 2.1.5 recipient ok
        C: DATA
        S: 354 start mail input; end with <CRLF>.<CRLF>
        C: hello
        *** wait 181s
        S: 421 4.4.2 timed out, closing the connection
        "
    ));
    assert!(trace.saw("MessageAborted(TimedOut)"));
    assert_eq!(trace.events().last(), Some("Closed(TimedOut)"));
}

#[test]
fn one_byte_a_minute_stretches_nothing() {
    let mut session = session(config(), Policy::default());
    for _ in 0..4 {
        session.feed(b"X");
        session.wait(MINUTE);
        assert!(!session.machine.is_closed());
    }
    session.feed(b"X");
    session.wait(MINUTE + Duration::from_secs(1));
    assert_eq!(session.trace.events().last(), Some("Closed(TimedOut)"));
}

#[test]
fn one_byte_of_a_message_a_minute_stretches_nothing() {
    let mut session = session(config(), Policy::default());
    session.feed(b"HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n");
    for _ in 0..2 {
        session.feed(b"X");
        session.wait(MINUTE);
        assert!(!session.machine.is_closed());
    }
    session.feed(b"X");
    session.wait(MINUTE + Duration::from_secs(1));
    assert!(session.trace.saw("MessageAborted(TimedOut)"));
}

#[test]
fn a_large_message_may_take_its_time() {
    let mut config = config();
    config.largest_message = 10_000_000;
    let mut session = session(config, Policy::default());
    session.feed(b"HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n");
    for _ in 0..100 {
        session.feed(&[b'x'; 16 * 1024]);
        session.wait(2 * MINUTE);
        assert!(!session.machine.is_closed());
    }
    session.feed(b"\r\n.\r\n");
    assert!(session.output_text().ends_with("250 2.6.0 message accepted\r\n"));
}

/// While the application thinks, the client is not to blame; its time begins with the answer.
#[test]
fn the_application_may_take_its_time() {
    let mut session =
        session(config(), |server: &mut smtp_proto::server::Server, _, trace: &mut mail_testkit::Trace| {
            while let Some(event) = server.poll_event() {
                trace.debug(event);
            }
        });
    session.wait(60 * MINUTE);
    assert!(!session.machine.is_closed());
    session.act(|server, _| server.accept()).unwrap();
    session.wait(4 * MINUTE);
    assert!(!session.machine.is_closed());
    session.wait(MINUTE);
    assert!(session.machine.is_closed());
}

#[test]
fn a_client_that_never_reads_is_left_behind() {
    let mut session = session(config(), Policy::default());
    let now = session.now;
    let mut most = 0;
    for _ in 0..10_000 {
        session.machine.handle_input(now, &b"NOOP\r\n".repeat(1000));
        most = most.max(session.machine.allocated());
    }
    assert!(!session.machine.wants_input());
    assert!(most < 256 * 1024, "{most}");
    while !session.machine.is_closed() {
        let due = session.machine.poll_timeout().unwrap();
        session.machine.handle_timeout(due);
    }
    // Told nothing more, since it would not read that either.
    assert_eq!(session.machine.poll_transmit(), None);
    assert!(matches!(session.machine.poll_event(), Some(smtp_proto::server::Event::Closed(_))));
}

#[test]
fn a_last_reply_that_is_not_read_does_not_hold_the_session() {
    let mut session = session(config(), Policy::default());
    let now = session.now;
    session.machine.handle_input(now, b"QUIT\r\n");
    assert!(!session.machine.has_event());
    let due = session.machine.poll_timeout().unwrap();
    session.machine.handle_timeout(due);
    assert!(matches!(
        session.machine.poll_event(),
        Some(smtp_proto::server::Event::Closed(smtp_proto::server::Closed::Quit))
    ));
    assert_eq!(session.machine.poll_timeout(), None);
}

#[test]
fn a_handshake_that_never_comes() {
    let mut config = config();
    config.starttls = true;
    let mut session = session(config, Policy::default());
    session.feed(b"STARTTLS\r\n");
    session.output();
    session.wait(5 * MINUTE);
    // No plaintext where a handshake belongs.
    assert_eq!(session.output_text(), "");
    assert_eq!(session.trace.events().last(), Some("Closed(TimedOut)"));
}

/// How long a session lasts whose client sends these octets one by one, each before a driver would look at the clock.
fn trickled(before: &[u8], octet: &[u8]) -> (Duration, mail_testkit::Trace) {
    let mut session = session(config(), Policy::default());
    session.feed(before);
    let begin = session.now;
    while !session.machine.is_closed() {
        assert!(session.now.duration_since(begin) < 60 * MINUTE, "for ever");
        session.now += Duration::from_millis(900);
        session.feed(octet);
    }
    (session.now.duration_since(begin), session.trace)
}

#[test]
fn trickling_octets_end_the_session_without_a_look_at_the_clock() {
    const SECOND: Duration = Duration::from_secs(1);
    let (lasted, trace) = trickled(b"", b"x");
    assert!((5 * MINUTE..5 * MINUTE + SECOND).contains(&lasted), "{lasted:?}");
    assert_eq!(trace.events().last(), Some("Closed(TimedOut)"));
    let (lasted, trace) = trickled(b"HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n", b"x");
    assert!((3 * MINUTE..3 * MINUTE + SECOND).contains(&lasted), "{lasted:?}");
    assert!(trace.saw("MessageAborted(TimedOut)"));
    assert_eq!(trace.events().last(), Some("Closed(TimedOut)"));
}

#[test]
fn reading_octet_by_octet_stretches_nothing() {
    let mut session = session(config(), Policy::default());
    session.output();
    let (mut now, server) = (session.now, &mut session.machine);
    server.handle_input(now, &b"NOOP\r\n".repeat(1000));
    while !server.is_closed() {
        now += Duration::from_secs(1);
        assert!(now.duration_since(session.now) <= 5 * MINUTE, "for ever");
        server.handle_transmitted(now, 1);
    }
    assert_eq!(server.poll_transmit(), None);
}

/// What is complete is served, whoever was late: a driver that was busy reads it late.
#[test]
fn a_command_that_came_is_served_though_it_is_read_late() {
    let mut session = session(config(), Policy::default());
    session.output();
    session.now += 60 * MINUTE;
    session.feed(b"NOOP\r\n");
    assert_eq!(session.output_text(), "250 2.0.0 ok\r\n");
    session.wait(4 * MINUTE);
    assert!(!session.machine.is_closed());
}

/// The time that the application takes with a part of a message is not the client's.
#[test]
fn the_application_may_take_its_time_with_a_part_of_a_message() {
    let mut config = config();
    config.largest_message = 10_000_000;
    let mut session = session(config, Policy::default());
    session.feed(b"HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n");
    let (mut now, server) = (session.now, &mut session.machine);
    for _ in 0..10 {
        server.handle_input(now, &[b'x'; 16 * 1024]);
        now += 60 * MINUTE;
        while server.poll_event().is_some() {}
        server.handle_input(now, b"x");
        while server.poll_event().is_some() {}
        assert!(!server.is_closed());
    }
}
