//! RFC 1939, section 3: replies of one line and of many, as the client reads them.

use std::time::Duration;

use mail_testkit::{Role, Session, Trace, Transcript};
use mail_wire::LineEnding;
use pop3_proto::client::{Client, Config, Misuse, Outcome, Pipelining};
use proptest::prelude::*;

use crate::reader::{Reader, ask};

fn play(commands: &str, transcript: &str) -> Trace {
    play_with(&Config::default(), commands, transcript)
}

fn play_with(config: &Config, commands: &str, transcript: &str) -> Trace {
    Transcript::parse(transcript).play(Role::Client, || Reader::with(config.clone(), commands))
}

/// A session that is at the reply to `command`.
fn at_reply(config: Config, command: &str) -> Session<Client, Reader> {
    let (client, reader) = Reader::with(config, command);
    let mut session = Session::new(client, reader);
    session.feed(b"+OK ready\r\n");
    session.output();
    session
}

#[test]
fn the_commands_and_their_replies() {
    let trace = play(
        "login | stat, list, list 2, uidl, uidl 2, retr 1, top 1 0, dele 1, rset, noop, quit",
        "S: +OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>
         C: USER mrose
         S: +OK mrose is a real hoopy frood
         C: PASS secret
         S: +OK mrose's maildrop has 2 messages (320 octets)
         C: STAT
         S: +OK 2 320
         C: LIST
         S: +OK 2 messages (320 octets)
         S: 1 120
         S: 2 200
         S: .
         C: LIST 2
         S: +OK 2 200
         C: UIDL
         S: +OK
         S: 1 whqtswO00WBw418f9t5JxYwZ
         S: 2 QhdPYR:00WBw1Ph7x7
         S: .
         C: UIDL 2
         S: +OK 2 QhdPYR:00WBw1Ph7x7
         C: RETR 1
         S: +OK 120 octets
         S: Subject: x
         S:
         S: ..
         S: .
         C: TOP 1 0
         S: +OK
         S: Subject: x
         S:
         S: .
         C: DELE 1
         S: +OK message 1 deleted
         C: RSET
         S: +OK maildrop has 2 messages (320 octets)
         C: NOOP
         S: +OK
         C: QUIT
         S: +OK dewey POP3 server signing off",
    );
    assert_eq!(
        trace.events().collect::<Vec<_>>(),
        [
            "Greeting(+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>)",
            "LoggedIn(+OK mrose's maildrop has 2 messages (320 octets))",
            "Stat(DropListing { messages: 2, octets: Some(320) })",
            "Listed(ScanListing { message: 1, octets: Some(120) })",
            "Listed(ScanListing { message: 2, octets: Some(200) })",
            "EndOfListing { asked: List(None), messages: 2, malformed: 0 }",
            "Listed(ScanListing { message: 2, octets: Some(200) })",
            "Identified(UniqueIdListing { message: 1, id: whqtswO00WBw418f9t5JxYwZ })",
            "Identified(UniqueIdListing { message: 2, id: QhdPYR:00WBw1Ph7x7 })",
            "EndOfListing { asked: Uidl(None), messages: 2, malformed: 0 }",
            "Identified(UniqueIdListing { message: 2, id: QhdPYR:00WBw1Ph7x7 })",
            "StartOfBody { asked: Retr(1), reply: +OK 120 octets }",
            "EndOfBody { asked: Retr(1), octets: 17, defects: BodyDefects { bare_cr: None, bare_lf: None, \
             undoubled_dots: 0 } }",
            "StartOfBody { asked: Top { message: 1, lines: 0 }, reply: +OK }",
            "EndOfBody { asked: Top { message: 1, lines: 0 }, octets: 14, defects: BodyDefects { bare_cr: None, \
             bare_lf: None, undoubled_dots: 0 } }",
            "Done { asked: Dele(1), reply: +OK message 1 deleted }",
            "Done { asked: Rset, reply: +OK maildrop has 2 messages (320 octets) }",
            "Done { asked: Noop, reply: +OK }",
            "Done { asked: Quit, reply: +OK dewey POP3 server signing off }",
            "Closed(Closed { reason: Quit, outcome: Committed })",
        ]
    );
    assert_eq!(trace.bodies().collect::<Vec<_>>(), [&b"Subject: x\r\n\r\n.\r\n"[..], b"Subject: x\r\n\r\n"]);
}

/// Class: the shape of a reply is guessed from its text.
#[test]
fn the_shape_of_a_reply_is_that_of_its_command() {
    let trace = play(
        "uidl, list, list 1, retr 1, stat",
        "S: +OK
         C: UIDL
         S: +OK 2 messages
         S: 1 a
         S: 2 b
         S: .
         C: LIST
         S: +OK 20 Messages
         S: .
         C: LIST 1
         S: +OK 1 120 octets
         C: RETR 1
         S: +OK 1 120
         S: +OK
         S: -ERR
         S: .
         C: STAT
         S: -ERR [SYS/TEMP] .",
    );
    assert!(trace.saw("EndOfListing { asked: Uidl(None), messages: 2, malformed: 0 }"), "{trace:?}");
    assert!(trace.saw("EndOfListing { asked: List(None), messages: 0, malformed: 0 }"), "{trace:?}");
    assert_eq!(trace.bodies().next(), Some(&b"+OK\r\n-ERR\r\n"[..]));
    assert!(trace.saw("Refused { asked: Stat, reply: -ERR [SYS/TEMP] . }"), "{trace:?}");
}

/// Class: an empty message never ends; a message loses its last CRLF, its folding, its 8-bit octets or long lines.
#[test]
fn a_message_is_every_octet_of_it() {
    let long = "x".repeat(1000);
    let trace = play(
        "retr 1, retr 2, noop",
        &format!(
            "S: +OK
             C: RETR 1
             S: +OK
             S: .
             C: RETR 2
             S: +OK
             S: Subject: folded
             S: \\x20\\x09there
             S: \\xFF\\0{long}
             S: ..
             S: ...
             S: ..x
             S: x.
             S: \\x20.
             S: .
             C: NOOP
             S: +OK"
        ),
    );
    let expected = format!("Subject: folded\r\n \tthere\r\n\u{1}{long}\r\n.\r\n..\r\n.x\r\nx.\r\n .\r\n");
    let expected: Vec<u8> =
        expected.bytes().flat_map(|octet| if octet == 1 { vec![0xFF, 0] } else { vec![octet] }).collect();
    assert_eq!(trace.bodies().collect::<Vec<_>>(), [&expected[..]]);
    assert!(trace.saw("EndOfBody { asked: Retr(1), octets: 0,"), "{trace:?}");
}

/// Class: `LF . LF`, or any other than CRLF . CRLF, ends a message, and its rest is read as replies.
#[test]
fn only_crlf_dot_crlf_ends_a_message() {
    for ending in ["\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r.\r\n", "\r\n.\r", "\r\n.x\r\n"] {
        let mut session = at_reply(Config::default(), "retr 1");
        session.feed(format!("+OK\r\na{ending}-ERR smuggled\r\n").as_bytes());
        assert!(!session.trace.saw("EndOfBody") && !session.trace.saw("smuggled"), "{ending:?}: {:?}", session.trace);
        session.feed(b".\r\n");
        assert!(session.trace.saw("EndOfBody"), "{ending:?}: {:?}", session.trace);
    }
}

/// A server that speaks in LF is understood where it is known to, and only in replies whose status ended so.
#[test]
fn lf_is_a_policy() {
    let mut config = Config::default();
    config.line_ending = LineEnding::CrlfOrLf;
    let trace = play_with(
        &config,
        "list, retr 1, retr 2",
        "S: +OK\\n\\
         C: LIST
         S: +OK\\n\\
         S: 1 3\\n\\
         S: .\\n\\
         C: RETR 1
         S: +OK\\n\\
         S: a\\n\\
         S: ..b\\n\\
         S: .\\n\\
         C: RETR 2
         S: +OK
         S: a\\n.\\n\\
         S: b
         S: .",
    );
    assert_eq!(trace.bodies().collect::<Vec<_>>(), [&b"a\n.b\n"[..], b"a\n.\nb\r\n"]);
    assert!(trace.saw("Listed(ScanListing { message: 1, octets: Some(3) })"), "{trace:?}");
    // Strict, the same is an error.
    let (client, reader) = Reader::asking("");
    let mut session = Session::new(client, reader);
    session.feed(b"+OK\n+OK\r\n");
    assert!(session.trace.saw("reason: BadLine(BareLf)"), "{:?}", session.trace);
}

/// Class: a server that does not double its dots. The standard takes them away; the count shows it, a policy helps.
#[test]
fn undoubled_dots_are_counted() {
    let transcript = "S: +OK
         C: RETR 1
         S: +OK
         S: .hidden
         S: ..both
         S: .";
    let trace = play("retr 1", transcript);
    assert_eq!(trace.bodies().next(), Some(&b"hidden\r\n.both\r\n"[..]));
    assert!(trace.saw("undoubled_dots: 1"), "{trace:?}");
    let mut config = Config::default();
    config.keep_undoubled_dots = true;
    let trace = play_with(&config, "retr 1", transcript);
    assert_eq!(trace.bodies().next(), Some(&b".hidden\r\n.both\r\n"[..]));
}

/// Class: an -ERR to one of many commands throws away the others, or the session.
#[test]
fn a_refusal_is_one_commands() {
    let trace = play(
        "retr 1, retr 2, dele 2, dele 1",
        "S: +OK
         C: RETR 1
         S: -ERR Download exceeded
         C: RETR 2
         S: +OK
         S: x
         S: .
         C: DELE 2
         S: -ERR
         C: DELE 1
         S: +OK",
    );
    assert!(trace.saw("Refused { asked: Retr(1)") && trace.saw("Refused { asked: Dele(2)"), "{trace:?}");
    assert!(trace.saw("Done { asked: Dele(1)"), "{trace:?}");
}

/// Class: a login dies of a listing that a program cannot use: numbers with a sign, gaps, ids with blanks.
#[test]
fn listings_are_read_for_what_they_say() {
    let trace = play(
        "stat, stat, list, uidl, uidl 7, list 7",
        "S: +OK
         C: STAT
         S: +OK 5 -2147483648
         C: STAT
         S: +OK none
         C: LIST
         S: +OK
         S: 2 5368709120
         S: 7   12 and more
         S: 9
         S: 10 -1
         S: 0 1
         S: x
         S: .
         C: UIDL
         S: +OK
         S: 2   a id with blanks\\x20
         S: 7 \\xFF
         S: 8
         S: .
         C: UIDL 7
         S: +OK onlyanid
         C: LIST 7
         S: +OK 8 100",
    );
    let seen: Vec<&str> = trace.events().skip(1).collect();
    assert_eq!(
        seen,
        [
            "Stat(DropListing { messages: 5, octets: None })",
            "Malformed { asked: Stat, reply: +OK none }",
            "Listed(ScanListing { message: 2, octets: Some(5368709120) })",
            "Listed(ScanListing { message: 7, octets: Some(12) })",
            "Listed(ScanListing { message: 9, octets: None })",
            "Listed(ScanListing { message: 10, octets: None })",
            "EndOfListing { asked: List(None), messages: 4, malformed: 2 }",
            "Identified(UniqueIdListing { message: 2, id: a id with blanks })",
            "Identified(UniqueIdListing { message: 7, id: \\xff })",
            "EndOfListing { asked: Uidl(None), messages: 2, malformed: 1 }",
            "Malformed { asked: Uidl(Some(7)), reply: +OK onlyanid }",
            "Malformed { asked: List(Some(7)), reply: +OK 8 100 }",
        ]
    );
}

/// Class: deletions are committed by a lost connection, or believed to be.
#[test]
fn what_became_of_the_deletions_is_known_or_known_to_be_unknown() {
    let start = "S: +OK
         C: DELE 1
         S: +OK
         ";
    for (commands, rest, outcome, reason) in [
        ("dele 1, quit", "C: QUIT\nS: +OK", Outcome::Committed, "Quit"),
        ("dele 1, quit", "C: QUIT\nS: -ERR some not removed", Outcome::NotCommitted, "Quit"),
        ("dele 1, quit", "C: QUIT\n*** eof", Outcome::Unknown, "Eof(Reply(Quit))"),
        ("dele 1, quit", "C: QUIT\n*** wait 6m", Outcome::Unknown, "TimedOut(Reply(Quit))"),
        ("dele 1, quit", "C: QUIT\nS: huh", Outcome::Unknown, "NotAReply(Reply(Quit))"),
        ("dele 1", "*** eof", Outcome::NotCommitted, "Eof(Nothing)"),
        ("dele 1, stat, quit", "C: STAT\n*** eof", Outcome::NotCommitted, "Eof(Reply(Stat))"),
        ("dele 1 | abort", "", Outcome::NotCommitted, "Aborted"),
    ] {
        let trace = play(commands, &format!("{start}{rest}"));
        let closed = format!("Closed(Closed {{ reason: {reason}, outcome: {outcome:?} }})");
        assert_eq!(trace.events().last(), Some(&closed[..]), "{trace:?}");
    }
}

#[test]
fn after_eof_it_is_known_what_was_not_answered() {
    let mut config = Config::default();
    config.pipelining = Pipelining::Always;
    let mut session = at_reply(config, "dele 1, dele 2, retr 3, quit");
    session.feed(b"+OK\r\n");
    session.eof();
    let left: Vec<String> = session.machine.unanswered().map(|asked| asked.to_string()).collect();
    assert_eq!(left, ["DELE 2", "RETR 3", "QUIT"]);
}

/// Class: an end that is not complete hangs without a word.
#[test]
fn a_deadline_says_what_was_waited_for() {
    for (input, waiting) in [
        ("", "Reply(Retr(1))"),
        ("+OK", "Reply(Retr(1))"),
        ("+OK\r\n", "Body(Retr(1))"),
        ("+OK\r\nx\r\n", "Body(Retr(1))"),
        ("+OK\r\nx\r\n.", "EndOfTerminator(Retr(1))"),
        ("+OK\r\nx\r\n.\r", "EndOfTerminator(Retr(1))"),
    ] {
        let mut session = at_reply(Config::default(), "retr 1");
        session.feed(input.as_bytes());
        session.wait(Duration::from_secs(301));
        assert!(session.trace.saw(&format!("TimedOut({waiting})")), "{input:?}: {:?}", session.trace);
    }
    let (client, reader) = Reader::asking("");
    let mut session = Session::new(client, reader);
    session.wait(Duration::from_secs(301));
    assert!(session.trace.saw("TimedOut(Greeting)"), "{:?}", session.trace);
}

/// One byte a minute is not progress.
#[test]
fn a_slow_server_cannot_stretch_the_deadline() {
    let mut session = at_reply(Config::default(), "retr 1");
    session.feed(b"+OK\r\n");
    for _ in 0..10 {
        session.wait(Duration::from_secs(60));
        session.feed(b"x");
    }
    assert!(session.trace.saw("TimedOut(Body(Retr(1)))"), "{:?}", session.trace);
    // But a long message may take as long as it likes.
    let mut session = at_reply(Config::default(), "retr 1");
    session.feed(b"+OK\r\n");
    for _ in 0..10 {
        session.wait(Duration::from_secs(200));
        session.feed(&[b'x'; 16 * 1024]);
    }
    session.feed(b"\r\n.\r\n");
    assert!(session.trace.saw("EndOfBody"), "{:?}", session.trace);
}

/// Lines of a listing that list nothing are no progress, however many they are.
#[test]
fn a_listing_that_lists_nothing_cannot_stretch_the_deadline() {
    for (command, line, goes_on) in
        [("list", "1 100\r\n", true), ("list", "x\r\n", false), ("uidl", "1 a\r\n", true), ("uidl", "1\r\n", false)]
    {
        let mut session = at_reply(Config::default(), command);
        session.feed(b"+OK\r\n");
        for _ in 0..10 {
            session.wait(Duration::from_secs(60));
            session.feed(line.repeat(10_000).as_bytes());
        }
        assert_eq!(session.trace.saw("TimedOut"), !goes_on, "{command}, {line:?}");
    }
}

/// Each octet comes before a driver would look at the clock.
#[test]
fn a_reply_that_trickles_in_ends_the_session() {
    for before in ["", "+OK\r\n1 "] {
        let mut session = at_reply(Config::default(), "list");
        session.feed(before.as_bytes());
        while !session.machine.is_closed() {
            session.now += Duration::from_millis(900);
            assert!(session.now.elapsed_since_epoch() < Duration::from_secs(301), "for ever");
            session.feed(b"1");
        }
        assert!(session.trace.saw("TimedOut"), "{:?}", session.trace);
    }
}

/// A driver that was busy reads late what came in time.
#[test]
fn a_reply_that_came_counts_though_it_is_read_late() {
    let mut session = at_reply(Config::default(), "noop");
    session.now += Duration::from_secs(6000);
    session.feed(b"+OK\r\n");
    assert!(session.trace.saw("Done"), "{:?}", session.trace);
    assert!(!session.machine.is_closed());
}

/// The time that the application takes is not the server's.
#[test]
fn an_event_that_waits_stops_the_clock() {
    let mut session = at_reply(Config::default(), "retr 1");
    session.machine.handle_input(session.now, b"+OK\r\nx\r\n");
    session.now += Duration::from_secs(1000);
    session.settle();
    session.machine.handle_timeout(session.now);
    session.wait(Duration::from_secs(299));
    assert!(!session.machine.is_closed(), "{:?}", session.trace);
    session.wait(Duration::from_secs(1));
    assert!(session.trace.saw("TimedOut(Body(Retr(1)))"), "{:?}", session.trace);
}

#[test]
fn a_reply_to_no_command_ends_the_session() {
    for (early, commands) in [("+OK\r\n+OK\r\n", ""), ("+OK\r\n-ERR idle too long\r\n", "")] {
        let (client, reader) = Reader::asking(commands);
        let mut session = Session::new(client, reader);
        session.feed(early.as_bytes());
        assert!(session.trace.saw("reason: Unsolicited"), "{:?}", session.trace);
    }
}

/// Class: replies are laid out in advance for commands that have not been sent.
#[test]
fn a_reply_that_comes_before_its_command() {
    let mut session = at_reply(Config::default(), "noop, stat");
    session.feed(b"+OK\r\n+OK 1 666\r\n");
    assert!(session.trace.saw("Done { asked: Noop") && !session.trace.saw("Stat"), "{:?}", session.trace);
    assert!(session.trace.saw("reason: Unsolicited"), "{:?}", session.trace);
}

/// The same for PASS, which the machine sends by itself: its answer cannot come with the one to USER.
#[test]
fn a_reply_that_comes_before_the_password() {
    for early in ["+OK\r\n+OK\r\n", "+OK\r\n+", "+OK\r\n-ERR\r\n"] {
        let mut session = at_reply(Config::default(), "login, stat");
        session.feed(early.as_bytes());
        assert!(session.trace.saw("reason: Unsolicited") && !session.trace.saw("LoggedIn"), "{:?}", session.trace);
        assert_eq!(session.output_text(), "", "the password has left");
    }
}

#[test]
fn what_is_no_reply_ends_the_session() {
    for (line, reason) in [
        ("220 smtp.example ESMTP\r\n", "NotAReply(Greeting)"),
        ("\r\n", "NotAReply(Greeting)"),
        ("+OK\0\r\n", "BadLine(Nul)"),
        ("+OK a\rb\r\n", "BadLine(BareCr)"),
        ("+OK a\nb\r\n", "BadLine(BareLf)"),
        ("-ERR go away\r\n", "Refused"),
    ] {
        let (client, reader) = Reader::asking("");
        let mut session = Session::new(client, reader);
        session.feed(line.as_bytes());
        assert!(session.trace.saw(&format!("reason: {reason}")), "{line:?}: {:?}", session.trace);
    }
}

/// Class: a line without end fills the memory.
#[test]
fn an_endless_line_is_cut_off() {
    for command in ["noop", "list", "uidl", "capa", "auth X"] {
        let mut session = at_reply(Config::default(), command);
        session.feed(b"+OK ");
        let mut fed = 0;
        while !session.machine.is_closed() {
            session.feed(&[b'1'; 1000]);
            fed += 1000;
            assert!(fed < 100_000 && session.machine.allocated() < 64 * 1024);
        }
        assert!(session.trace.saw("reason: BadLine(TooLong)"), "{:?}", session.trace);
    }
}

/// Class: an empty line, or blanks, before a status.
#[test]
fn leading_blanks_are_a_policy() {
    let mut config = Config::default();
    config.leading_blanks = true;
    play_with(
        &config,
        "noop, noop",
        "S:
         S: \\x20+OK
         C: NOOP
         S: \\n+OK
         C: NOOP
         S: \\x20
         S:
         S: +OK",
    );
    let (client, reader) = Reader::with(config, "noop");
    let mut session = Session::new(client, reader);
    session.feed(b"\n+OK a\nb\r\n");
    assert!(session.trace.saw("reason: BadLine(BareLf)"), "{:?}", session.trace);
}

/// `Closed` comes once and last, whatever happens then.
#[test]
fn once() {
    let mut session = at_reply(Config::default(), "noop, noop");
    session.act(|client, _| client.abort());
    session.wait(Duration::from_secs(1 << 20));
    session.eof();
    session.tls(Default::default());
    session.feed(b"+OK\r\n");
    session.act(|client, _| client.abort());
    assert_eq!(session.trace.events().filter(|event| event.starts_with("Closed")).count(), 1);
    assert!(session.trace.events().last().unwrap().starts_with("Closed") && !session.machine.has_event());
}

#[test]
fn misuse_changes_nothing() {
    let (mut client, _) = Reader::asking("");
    assert_eq!(client.auth_response(b"x"), Err(Misuse::NoChallenge));
    assert_eq!(client.auth_cancel(), Err(Misuse::NoChallenge));
    ask(&mut client, "login");
    let mechanism = pop3_proto::Mechanism::new("PLAIN").unwrap();
    assert_eq!(client.auth(mechanism, None), Err(Misuse::LoginUnderWay));
    ask(&mut client, "stls");
    assert_eq!(client.stls(), Err(Misuse::Tls));
    ask(&mut client, "quit");
    assert_eq!(client.noop(), Err(Misuse::AfterQuit));
    client.abort();
    assert_eq!(client.noop(), Err(Misuse::Closed));
    assert!(client.poll_transmit().is_none());
    let (mut client, _) = Reader::asking("");
    for _ in 0..65_536 {
        client.noop().unwrap();
    }
    assert_eq!(client.noop(), Err(Misuse::TooMany));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// The same replies, cut anywhere, are the same events; and none of what a server says is a panic.
    #[test]
    fn any_input_at_any_split(input in "(\\+OK|-ERR|\\+| |\r\n|\\.|\n|\r|[0-9]|a|\\[AUTH\\]){0,40}", seed: u64) {
        // All on their way at once: a reply that comes before its command would be another matter.
        let mut config = Config::default();
        config.pipelining = Pipelining::Always;
        let run = |pieces: &mut dyn Iterator<Item = &[u8]>| {
            let (client, reader) = Reader::with(config.clone(), "list, uidl, capa, retr 1, stat, uidl 1");
            let mut session = Session::new(client, reader);
            session.feed(b"+OK\r\n");
            session.feed_in_pieces(pieces);
            session.eof();
            (session.trace.clone(), session.output())
        };
        let mut schedule = mail_testkit::Schedule::seeded(seed, 5);
        let mut rest = input.as_bytes();
        let mut pieces = core::iter::from_fn(|| {
            let (piece, after) = rest.split_at(schedule.step().min(rest.len()));
            rest = after;
            (!piece.is_empty()).then_some(piece)
        });
        prop_assert_eq!(run(&mut [input.as_bytes()].into_iter()), run(&mut pieces));
    }
}
