//! RFC 1939, section 3: lines, keywords, statuses, and what a server does with lines that are none of its commands.

use std::time::Duration;

use mail_testkit::{Role, Session, Transcript};
use mail_wire::Instant;
use pop3_proto::server::{Config, Event};

use crate::post_office::PostOffice;

fn play(transcript: &str) -> mail_testkit::Trace {
    Transcript::parse(transcript).play(Role::Server, PostOffice::with_two_messages)
}

#[test]
fn keywords_are_case_insensitive() {
    play(
        "S: +OK POP3 server ready
         C: uSeR mrose
         S: +OK Password, please
         C: pass secret
         S: +OK 2 messages (320 octets)
         C: stat
         S: +OK 2 320
         C: Quit
         S: +OK Bye",
    );
}

#[test]
fn what_is_no_command_is_refused_and_the_session_goes_on() {
    play(
        "S: +OK POP3 server ready
         C: XTND XMIT
         S: -ERR Unknown command
         C:
         S: -ERR Unknown command
         C: GET / HTTP/1.1
         S: -ERR Unknown command
         C: US\\xC9R x
         S: -ERR Unknown command
         C: STAT x
         S: -ERR Too many arguments
         C: USER
         S: -ERR An argument is missing
         C: USER \\xFF
         S: -ERR Not a name or password
         C: QUIT
         S: +OK Bye",
    );
}

#[test]
fn a_blank_at_the_end_of_a_line_is_forgiven() {
    play(
        "S: +OK POP3 server ready
         C: USER mrose
         S: +OK Password, please
         C: PASS secret
         S: +OK 2 messages (320 octets)
         C: LIST\\x20
         S: +OK 2 messages (320 octets)
         S: 1 120
         S: 2 200
         S: .
         C: LIST  2\\x20
         S: +OK 2 200",
    );
}

/// Section 3, and RFC 2449, section 4: 255 octets with the CRLF are a command, one more is not.
#[test]
fn a_line_over_the_limit_is_refused() {
    let name = "x".repeat(255 - "USER \r\n".len());
    play(&format!(
        "S: +OK POP3 server ready
         C: USER {name}
         S: +OK Password, please
         C: USER {name}x
         S: -ERR Line too long
         C: {name}{name}{name}
         S: -ERR Line too long
         C: QUIT
         S: +OK Bye"
    ));
}

#[test]
fn a_line_without_end_takes_no_memory_and_a_minute_at_a_time_no_patience() {
    let (server, office) = PostOffice::with_two_messages();
    let mut session = Session::new(server, office);
    for _ in 0..1000 {
        session.feed(&[b'x'; 8192]);
        assert!(session.machine.allocated() < 64 * 1024);
    }
    session.feed(b"\r\n");
    assert_eq!(session.output_text(), "+OK POP3 server ready\r\n-ERR Line too long\r\n");
    for _ in 0..20 {
        session.wait(Duration::from_secs(60));
        session.feed(b"x");
    }
    assert!(session.trace.saw("Closed(Timeout)"), "{:?}", session.trace);
}

/// A bare CR, a bare LF or a NUL cannot hide a second command.
#[test]
fn only_crlf_ends_a_line() {
    let trace = play(
        "S: +OK POP3 server ready
         C: USER mrose\\nPASS secret
         S: -ERR Lines end in CRLF
         C: USER mrose\\rPASS secret
         S: -ERR Lines end in CRLF
         C: USER mro\\0se
         S: -ERR NUL in a line
         C: USER a\\rb
         S: -ERR Lines end in CRLF",
    );
    assert!(!trace.saw("Login"), "{trace:?}");
}

#[test]
fn ten_thousand_unknown_commands_end_the_session() {
    let (server, office) = PostOffice::with_two_messages();
    let mut session = Session::new(server, office);
    session.feed("XXXX\r\n".repeat(10_000).as_bytes());
    let output = session.output_text();
    assert!(output.ends_with("-ERR Too many bad commands\r\n"), "{output}");
    assert_eq!(output.lines().count(), 1 + 21);
    assert!(session.trace.saw("Closed(TooManyBadCommands)"), "{:?}", session.trace);
}

/// Ten minutes without a command end the session: nothing is said, and nothing is removed.
#[test]
fn autologout() {
    let trace = play(
        "S: +OK POP3 server ready
         C: USER mrose
         S: +OK Password, please
         C: PASS secret
         S: +OK 2 messages (320 octets)
         C: DELE 1
         S: +OK Message 1 will be deleted
         *** wait 599s
         C: NOOP
         S: +OK
         *** wait 599s
         C: NOOP
         S: +OK
         *** wait 601s",
    );
    assert!(trace.saw("Closed(Timeout)"), "{trace:?}");
    assert!(!trace.saw("Update"), "{trace:?}");
}

/// The time that the application takes to find a message's next octets is not the client's.
#[test]
fn the_client_has_its_time_when_a_body_goes_on() {
    let (server, office) = PostOffice::with_two_messages();
    let mut session = Session::new(server, office);
    session.feed(b"USER mrose\r\nPASS secret\r\n");
    let server = &mut session.machine;
    let at = |seconds| Instant::EPOCH + Duration::from_secs(seconds);
    server.handle_input(at(0), b"RETR 1\r\n");
    assert!(matches!(server.poll_event(), Some(Event::Request(_))));
    server.accept().unwrap();
    server.handle_transmitted(at(0), 100);
    assert!(matches!(server.poll_event(), Some(Event::WantsBody { .. })));
    assert!(server.poll_timeout().is_none_or(|quiet| quiet == at(10)));
    server.send_body(b"late").unwrap();
    server.handle_timeout(at(1000));
    server.handle_timeout(at(1599));
    assert!(!server.is_closed());
    server.handle_timeout(at(1600));
    assert!(server.is_closed());
}

/// Commands that are no login do not keep a stranger's session alive for ever.
#[test]
fn a_session_must_log_in_in_time() {
    let (server, office) = PostOffice::with_two_messages();
    let mut session = Session::new(server, office);
    for _ in 0..3 {
        session.wait(Duration::from_secs(250));
        session.feed(b"CAPA\r\n");
    }
    assert!(session.trace.saw("Closed(Timeout)"), "{:?}", session.trace);
}

/// Each octet comes before a driver would look at the clock.
#[test]
fn a_client_that_trickles_is_given_up() {
    for before in ["", "USER mrose\r\nPASS secret\r\n"] {
        let (server, office) = PostOffice::with_two_messages();
        let mut session = Session::new(server, office);
        session.feed(before.as_bytes());
        while !session.machine.is_closed() {
            session.now += Duration::from_millis(900);
            assert!(session.now.elapsed_since_epoch() < Duration::from_secs(601), "for ever");
            session.feed(b"x");
        }
        assert!(session.trace.saw("Closed(Timeout)"), "{:?}", session.trace);
    }
}

#[test]
fn a_client_that_reads_octet_by_octet_is_given_up() {
    let (server, office) = PostOffice::with_two_messages();
    let mut session = Session::new(server, office);
    session.feed(b"USER mrose\r\nPASS secret\r\n");
    let (mut now, server) = (session.now, &mut session.machine);
    server.handle_input(now, &b"LIST\r\n".repeat(100));
    while !server.is_closed() {
        now += Duration::from_secs(1);
        assert!(now.elapsed_since_epoch() <= Duration::from_secs(600), "for ever");
        server.handle_transmitted(now, 1);
    }
    assert!(matches!(server.poll_event(), Some(Event::Closed(pop3_proto::server::Closed::Timeout))));
}

/// A driver that was busy reads late what came in time.
#[test]
fn a_command_that_came_is_served_though_it_is_read_late() {
    let (server, office) = PostOffice::with_two_messages();
    let mut session = Session::new(server, office);
    session.feed(b"USER mrose\r\nPASS secret\r\n");
    session.output();
    session.now += Duration::from_secs(6000);
    session.feed(b"NOOP\r\n");
    assert_eq!(session.output_text(), "+OK\r\n");
    session.wait(Duration::from_secs(599));
    assert!(!session.machine.is_closed());
}

/// A client that never reads gets no more than fits, and is given up in time.
#[test]
fn a_client_that_never_reads_is_given_up() {
    let (mut server, mut office) = PostOffice::with(Config::default());
    let mut trace = mail_testkit::Trace::default();
    let mut now = mail_wire::Instant::EPOCH;
    let mut decide = |server: &mut _, now| mail_testkit::Application::decide(&mut office, server, now, &mut trace);
    decide(&mut server, now);
    for _ in 0..10_000 {
        server.handle_input(now, b"USER mrose\r\nPASS secret\r\n");
        server.handle_input(now, &b"LIST\r\n".repeat(100));
        decide(&mut server, now);
        assert!(server.allocated() < 256 * 1024, "{}", server.allocated());
    }
    assert!(!server.wants_input() && !server.is_closed());
    while let Some(due) = server.poll_timeout() {
        now = due;
        server.handle_timeout(now);
        decide(&mut server, now);
    }
    assert!(trace.saw("Closed(Timeout)"), "{trace:?}");
    assert!(now.elapsed_since_epoch() <= Duration::from_secs(601));
}
