//! RFC 2449: CAPA, capabilities and response codes, in both roles.

use mail_testkit::{Role, Transcript};
use pop3_proto::client::{Config as ClientConfig, Pipelining, Support};
use pop3_proto::server::{Config, Stls};
use pop3_proto::{Capability, Expire, Mechanism, OtherCode, ResponseCode, Status, StatusLine, Text};
use proptest::prelude::*;

use crate::post_office::PostOffice;
use crate::reader::Reader;

/// Section 5: in either state; STLS and logins are named only where they would be taken.
#[test]
fn s5_capa_in_the_server() {
    let mut config = PostOffice::sasl();
    config.stls = Stls::Required;
    config.expire = Some(Expire::Never);
    config.login_delay = Some(60);
    config.implementation = Some(Text::new("Test 1").unwrap());
    Transcript::parse(
        "S: +OK POP3 server ready
         C: CAPA
         S: +OK Capability list follows
         S: TOP
         S: UIDL
         S: RESP-CODES
         S: AUTH-RESP-CODE
         S: PIPELINING
         S: STLS
         S: EXPIRE NEVER
         S: LOGIN-DELAY 60
         S: IMPLEMENTATION Test 1
         S: .
         C: STLS
         S: +OK Begin TLS
         *** tls
         C: CAPA
         S: +OK Capability list follows
         S: TOP
         S: UIDL
         S: RESP-CODES
         S: AUTH-RESP-CODE
         S: PIPELINING
         S: USER
         S: SASL PLAIN LOGIN
         S: EXPIRE NEVER
         S: LOGIN-DELAY 60
         S: IMPLEMENTATION Test 1
         S: .
         C: AUTH PLAIN AG1yb3NlAHNlY3JldA==
         S: +OK 2 messages (320 octets)
         C: CAPA x
         S: -ERR Too many arguments",
    )
    .play(Role::Server, || PostOffice::with(config.clone()));
}

fn play(config: &ClientConfig, commands: &str, transcript: &str) -> mail_testkit::Trace {
    Transcript::parse(transcript).play(Role::Client, || Reader::with(config.clone(), commands))
}

/// Class: a list with an unknown mechanism, a suffix, a lower-case tag or an odd character fails as a whole, and
/// the next reply is read as its rest.
#[test]
fn s5_what_is_unknown_is_kept() {
    let trace = play(
        &ClientConfig::default(),
        "capa, noop",
        "S: +OK ready
         C: CAPA
         S: +OK
         S: top
         S: SASL PLAIN X-ZIMBRA SCRAM-SHA-1-PLUS
         S: EXPIRE 31 USER
         S: LOGIN-DELAY 900 USER
         S: LOGIN-DELAY soon
         S: EXPIRENEVER
         S: UTF8 USER
         S: X_odd~tag  with  blanks\\x20
         S: \\xFF\\xFE
         S: ..foo
         S: .foo
         S:
         S: CAPA
         S: IMPLEMENTATION Shlemazle-Plotz-v302
         S: .
         C: NOOP
         S: +OK",
    );
    let seen: Vec<&str> = trace.events().collect();
    assert_eq!(
        seen[1],
        "Capabilities([Top, Sasl([\"PLAIN\", \"X-ZIMBRA\", \"SCRAM-SHA-1-PLUS\"]), \
         Expire { after: Days(31), per_user: true }, LoginDelay { seconds: 900, per_user: true }, \
         Other(\"LOGIN-DELAY soon\"), Other(\"EXPIRENEVER\"), Other(\"UTF8 USER\"), Other(\"X_odd~tag  with  blanks\"), \
         Other(\".foo\"), Other(\"foo\"), Other(\"CAPA\"), Implementation(\"Shlemazle-Plotz-v302\")])"
    );
    assert!(trace.saw("Done { asked: Noop"), "{trace:?}");
}

/// Section 5: -ERR to CAPA is no error. Class: the client refuses to go on without CAPA.
#[test]
fn s5_a_server_without_capa() {
    let trace = play(
        &ClientConfig::default(),
        "capa, uidl",
        "S: +OK
         C: CAPA
         S: -ERR
         C: UIDL
         S: +OK
         S: 1 a
         S: .",
    );
    assert!(trace.saw("Refused { asked: Capa, reply: -ERR }") && trace.saw("Identified"), "{trace:?}");
}

#[test]
fn support_is_yes_no_or_unknown() {
    let (mut client, _) = Reader::asking("");
    let now = mail_wire::Instant::EPOCH;
    assert_eq!(client.supports("UIDL"), Support::Unknown);
    client.handle_input(now, b"+OK\r\n");
    client.capa().unwrap();
    while client.poll_event().is_some() {}
    client.handle_input(now, b"+OK\r\nuidl\r\n.\r\n");
    assert_eq!((client.supports("UIDL"), client.supports("TOP")), (Support::Yes, Support::No));
    client.handle_tls(now, Default::default());
    assert_eq!(client.supports("UIDL"), Support::Unknown);
}

/// An event shows its own answer, though the next one, which came with it, is known already.
#[test]
fn s5_two_answers_that_come_together() {
    let next = "+OK\r\nUIDL\r\n.\r\n";
    for (next, shown) in [("-ERR\r\n", "Refused { asked: Capa, reply: -ERR }"), (next, "Capabilities([Uidl])")] {
        let mut config = ClientConfig::default();
        config.pipelining = Pipelining::Always;
        let (client, reader) = Reader::with(config, "capa, capa");
        let mut session = mail_testkit::Session::new(client, reader);
        session.feed(b"+OK\r\n");
        session.feed(format!("+OK\r\nTOP\r\n.\r\n{next}").as_bytes());
        assert_eq!(session.trace.events().skip(1).collect::<Vec<_>>(), ["Capabilities([Top])", shown]);
        assert_eq!(session.machine.capabilities().is_some(), next.starts_with('+'));
        assert_ne!(session.machine.supports("TOP"), Support::Yes);
    }
}

/// A list without end is read to no end, in bounded memory.
#[test]
fn s5_an_endless_list_is_cut_off() {
    let (mut client, _) = Reader::asking("");
    let now = mail_wire::Instant::EPOCH;
    client.handle_input(now, b"+OK\r\n");
    while client.poll_event().is_some() {}
    client.capa().unwrap();
    client.handle_input(now, b"+OK\r\n");
    for _ in 0..10_000 {
        client.handle_input(now, b"X-AGAIN and again and again and again and again\r\n");
    }
    client.handle_input(now, b".\r\n");
    assert!(client.poll_event().is_some());
    let kept: usize = client.capabilities().unwrap().iter().map(|capability| capability.to_string().len()).sum();
    assert!(kept < pop3_proto::client::Capabilities::MOST && kept > 4096);
}

/// Section 6.6: commands leave at once when the server has said that they may.
#[test]
fn s6_6_pipelining_when_offered() {
    let together = "S: +OK ready
         C: CAPA
         S: +OK
         S: PIPELINING
         S: .
         C: NOOP
         C: STAT
         C: LIST 1
         S: +OK
         S: +OK 1 2
         S: -ERR
         C: QUIT
         S: +OK";
    let apart = "S: +OK ready
         C: CAPA
         S: +OK
         S: PIPELINING
         S: .
         C: NOOP
         S: +OK
         C: STAT
         S: +OK 1 2
         C: LIST 1
         S: -ERR
         C: QUIT
         S: +OK";
    let mut config = ClientConfig::default();
    let commands = "capa | noop, stat, list 1, quit";
    let whole = play(&config, commands, together);
    assert!(whole.saw("Refused { asked: List(Some(1))") && whole.saw("Committed"), "{whole:?}");
    // Class: a server that announces what it cannot.
    config.pipelining = Pipelining::Never;
    assert_eq!(play(&config, commands, apart), whole);
}

/// Class: all commands are queued before any reply is read, until both sides wait for the other.
#[test]
fn s6_6_the_window_is_bounded() {
    let mut config = ClientConfig::default();
    config.pipelining = Pipelining::Always;
    let (mut client, _) = Reader::with(config, "");
    let now = mail_wire::Instant::EPOCH;
    client.handle_input(now, b"+OK\r\n");
    while client.poll_event().is_some() {}
    for _ in 0..1000 {
        client.noop().unwrap();
    }
    assert_eq!(client.poll_transmit().unwrap().len(), 100 * "NOOP\r\n".len());
    client.handle_transmitted(now, 600);
    assert!(client.poll_transmit().is_none());
    client.handle_input(now, &b"+OK\r\n".repeat(10));
    for _ in 0..10 {
        assert!(client.poll_event().is_some());
    }
    assert_eq!(client.poll_transmit().unwrap().len(), 60);
    assert_eq!(client.unanswered().count(), 990);
}

/// Section 8: the code stands directly behind the status, in any case; unknown detail is ignored, unknown codes kept.
#[test]
fn s8_response_codes() {
    let other = |code| Some(ResponseCode::Other(OtherCode::new(code).unwrap()));
    for (line, code, text) in [
        ("-ERR [IN-USE] Do you have another session?", Some(ResponseCode::InUse), "Do you have another session?"),
        ("-ERR [auth] no", Some(ResponseCode::Auth), "no"),
        ("-ERR [AUTH]", Some(ResponseCode::Auth), ""),
        ("-ERR [AUTH/EXPIRED/LONG-AGO] no", Some(ResponseCode::Auth), "no"),
        ("-ERR [SYS/TEMP] later", Some(ResponseCode::SysTemp), "later"),
        ("-ERR [SYS/PERM] never", Some(ResponseCode::SysPerm), "never"),
        ("-ERR [SYS/ODD] ?", other("SYS/ODD"), "?"),
        ("-ERR [LOGIN-DELAY] wait", Some(ResponseCode::LoginDelay), "wait"),
        ("+OK [XCLIENT] ready", other("XCLIENT"), "ready"),
        ("+OK[X]ready", other("X"), "ready"),
        ("+OK ready [VABUAD==]", None, "ready [VABUAD==]"),
        ("+OK [two words] x", None, "[two words] x"),
        ("+OK [] x", None, "[] x"),
        ("+OK [a//b] x", None, "[a//b] x"),
        ("+OK [open", None, "[open"),
        ("+ok", None, ""),
        ("-ERR", None, ""),
    ] {
        let read = StatusLine::parse(line.as_bytes()).unwrap();
        assert_eq!((read.code, read.text), (code, text.as_bytes()), "{line}");
    }
    assert_eq!(StatusLine::parse(b"-ERR \xFF\xFE").unwrap().to_string(), "-ERR \u{fffd}\u{fffd}");
    for line in ["", "OK", "+OKAY", "-ERROR", "+ OK", "* OK", "250 ok", "+O", " +OK"] {
        assert!(StatusLine::parse(line.as_bytes()).is_err(), "{line}");
    }
    assert_eq!(StatusLine::parse(b"-ERR").unwrap().status, Status::Err);
}

proptest! {
    /// What a server says of its capabilities, a client reads.
    #[test]
    fn capabilities_are_what_they_were(line in "[!-~]{1,12}( [!-~]{1,9}){0,3}") {
        let capability = Capability::parse(&line).unwrap();
        let line = capability.to_string();
        prop_assert_eq!(Capability::parse(&line), Some(capability.clone()));
    }

    #[test]
    fn typed_capabilities_are_what_they_were(seconds: u64, per_user: bool) {
        for capability in [
            Capability::LoginDelay { seconds, per_user },
            Capability::Expire { after: Expire::Days(seconds), per_user },
            Capability::Expire { after: Expire::Never, per_user },
        ] {
            let line = capability.to_string();
        prop_assert_eq!(Capability::parse(&line), Some(capability.clone()));
        }
    }

    /// Whatever a text or a code is built from, it stays one line.
    #[test]
    fn nothing_breaks_a_line(text in "(?s).{0,20}", name in "(?s).{0,12}") {
        if let Ok(text) = Text::new(text.as_str()) {
            let line = format!("+OK {text}");
            let read = StatusLine::parse(line.as_bytes()).unwrap();
            prop_assert_eq!(read.code, None);
            prop_assert!(!line.contains(['\r', '\n', '\0']));
        }
        if let Some(code) = OtherCode::new(&name) {
            let line = format!("-ERR [{}]", code.as_str());
            let read = StatusLine::parse(line.as_bytes()).unwrap();
            prop_assert!(read.code.is_some() && read.text.is_empty());
        }
        if let Ok(mechanism) = Mechanism::new(&name) {
            prop_assert!(mechanism.as_str().bytes().all(|octet| octet.is_ascii_graphic()));
        }
    }
}

/// A login delay is the server's to announce, in one line.
#[test]
fn s6_5_login_delay() {
    let mut config = Config::default();
    config.login_delay = Some(900);
    let (server, office) = PostOffice::with(config);
    let mut session = mail_testkit::Session::new(server, office);
    session.feed(b"CAPA\r\n");
    assert!(session.output_text().contains("\r\nLOGIN-DELAY 900\r\n"));
}
