//! RFC 5034: AUTH, in both roles.

use mail_testkit::{Role, Transcript};
use pop3_proto::client::{Config, InitialResponsePolicy, Misuse};
use pop3_proto::{Command, Mechanism, Password, UserName};

use crate::post_office::PostOffice;
use crate::reader::Reader;

fn play(transcript: &str) -> mail_testkit::Trace {
    Transcript::parse(transcript).play(Role::Server, || PostOffice::with(PostOffice::sasl()))
}

/// Section 6: an initial response, none, and one that is wrong.
#[test]
fn s6_the_examples() {
    play(
        "S: +OK POP3 server ready
         C: AUTH PLAIN AG1yb3NlAHNlY3JldA==
         S: +OK 2 messages (320 octets)",
    );
    play(
        "S: +OK POP3 server ready
         C: AUTH plain
         S: +\\x20
         C: AG1yb3NlAHNlY3JldA==
         S: +OK 2 messages (320 octets)",
    );
    play(
        "S: +OK POP3 server ready
         C: AUTH PLAIN AG1yb3NlAHdyb25n
         S: -ERR [AUTH] Authentication failed
         C: QUIT
         S: +OK Bye",
    );
}

/// Section 4: `*` cancels, and the session goes on.
#[test]
fn s4_a_star_cancels() {
    let trace = play(
        "S: +OK POP3 server ready
         C: AUTH PLAIN
         S: +\\x20
         C: *
         S: -ERR Authentication cancelled
         C: AUTH LOGIN
         S: + VXNlcjo=
         C: bXJvc2U=
         S: + UGFzc3dvcmQ6
         C: c2VjcmV0
         S: +OK 2 messages (320 octets)
         C: QUIT
         S: +OK Bye",
    );
    assert!(trace.saw("AuthAborted"), "{trace:?}");
}

/// Section 4: an empty initial response is `=`, and is not the same as none.
#[test]
fn s4_an_equals_sign_is_an_empty_response() {
    let trace = play(
        "S: +OK POP3 server ready
         C: AUTH LOGIN =
         S: + VXNlcjo=
         C: !!
         S: -ERR Not base64
         C: AUTH LOGIN !!
         S: -ERR Not a mechanism, or not base64
         C: AUTH LOGIN abc
         S: -ERR Not base64
         C: AUTH NONE
         S: -ERR No such mechanism
         C: AUTH
         S: +OK Mechanisms follow
         S: PLAIN
         S: LOGIN
         S: .",
    );
    assert!(trace.saw("initial: Some(Secret(0 bytes))"), "{trace:?}");
}

/// A session of the client with these responses to challenges.
fn client(config: &Config, commands: &str, responses: &[&'static str], transcript: &str) -> mail_testkit::Trace {
    Transcript::parse(transcript).play(Role::Client, || {
        let (client, mut reader) = Reader::with(config.clone(), commands);
        reader.responses = responses.iter().copied().collect();
        (client, reader)
    })
}

/// Section 4: the initial response travels with the command, if the line does not become longer than 255 octets.
/// Class: long tokens on the command's line, which servers refuse.
#[test]
fn s4_the_initial_response_in_the_client() {
    let mut config = Config::default();
    let trace = client(
        &config,
        "auth PLAIN ~mrose~secret",
        &[],
        "S: +OK
         C: AUTH PLAIN AG1yb3NlAHNlY3JldA==
         S: +OK",
    );
    assert!(trace.saw("LoggedIn"), "{trace:?}");
    let token = "x".repeat(300);
    let encoded = "eHh4".repeat(100);
    let trace = client(
        &config,
        &format!("auth XOAUTH2 {token}"),
        &[],
        &format!(
            "S: +OK
             C: AUTH XOAUTH2
             S: +
             C: {encoded}
             S: +OK"
        ),
    );
    assert!(trace.saw("LoggedIn") && !trace.saw("Challenge"), "{trace:?}");
    config.initial_response = InitialResponsePolicy::Always;
    client(
        &config,
        &format!("auth XOAUTH2 {token}"),
        &[],
        &format!(
            "S: +OK
             C: AUTH XOAUTH2 {encoded}
             S: +OK"
        ),
    );
    client(&config, "auth EXTERNAL =", &[], "S: +OK\nC: AUTH EXTERNAL =\nS: +OK");
    config.initial_response = InitialResponsePolicy::Never;
    client(
        &config,
        "auth PLAIN ~mrose~secret",
        &[],
        "S: +OK
         C: AUTH PLAIN
         S: + go ahead
         C: AG1yb3NlAHNlY3JldA==
         S: -ERR [AUTH] no",
    );
}

/// Lines of 255 octets carry the response, lines of 256 do not.
#[test]
fn s4_the_limit_is_exact() {
    // "AUTH X " and CRLF leave 246 octets, and base64 comes in fours.
    for (octets, at_once) in [(183, true), (184, false)] {
        let (mut machine, _) = Reader::asking("");
        machine.handle_input(mail_wire::Instant::EPOCH, b"+OK\r\n");
        machine.poll_event();
        machine.auth(Mechanism::new("X").unwrap(), Some(&vec![0; octets])).unwrap();
        let line = machine.poll_transmit().unwrap();
        assert!(line.len() <= 255);
        assert_eq!(line.len() > "AUTH X\r\n".len(), at_once, "{octets}");
    }
}

/// Challenges and responses of any length; `*` cancels; `+` may stand without its blank.
#[test]
fn s4_challenges_in_the_client() {
    let trace = client(
        &Config::default(),
        "auth LOGIN",
        &["mrose", "secret"],
        "S: +OK
         C: AUTH LOGIN
         S: + VXNlcjo=
         C: bXJvc2U=
         S: +
         C: c2VjcmV0
         S: -ERR [AUTH] wrong",
    );
    assert!(trace.saw("Challenge(Secret(5 bytes))") && trace.saw("Challenge(Secret(0 bytes))"), "{trace:?}");
}

#[test]
fn s4_cancelling_in_the_client() {
    let trace = client(
        &Config::default(),
        "auth LOGIN | noop",
        &["*"],
        "S: +OK
         C: AUTH LOGIN
         S: + VXNlcjo=
         C: *
         S: -ERR cancelled
         C: NOOP
         S: +OK",
    );
    assert!(trace.saw("Refused { asked: Auth, reply: -ERR cancelled }") && trace.saw("Done"), "{trace:?}");
    let trace = client(&Config::default(), "auth LOGIN", &[], "S: +OK\nC: AUTH LOGIN\nS: + !!!");
    assert!(trace.saw("reason: BadChallenge"), "{trace:?}");
}

/// Class: replies are laid out in advance for lines that have not been sent.
#[test]
fn s4_replies_that_come_before_the_response() {
    let mut config = Config::default();
    config.initial_response = InitialResponsePolicy::Never;
    for (commands, early) in [
        ("auth PLAIN ~mrose~secret", "+ \r\n+OK\r\n"),
        ("auth PLAIN ~mrose~secret", "+ \r\n+"),
        ("auth PLAIN", "+ \r\n+OK\r\n"),
    ] {
        let (client, reader) = Reader::with(config.clone(), commands);
        let mut session = mail_testkit::Session::new(client, reader);
        session.feed(b"+OK\r\n");
        session.output();
        // The application would answer the challenge only now.
        session.machine.handle_input(session.now, early.as_bytes());
        while let Some(event) = session.machine.poll_event() {
            session.trace.debug(&event);
        }
        assert!(session.trace.saw("reason: Unsolicited") && !session.trace.saw("LoggedIn"), "{:?}", session.trace);
        assert_eq!(session.machine.auth_response(b"secret"), Err(Misuse::NoChallenge));
        session.settle();
        assert_eq!(session.output_text(), "", "the credentials have left");
    }
}

/// A greeting is no challenge, even if AUTH has been asked for and waits for the greeting.
#[test]
fn s4_a_greeting_is_no_challenge() {
    let (mut client, reader) = Reader::asking("");
    client.auth(Mechanism::new("PLAIN").unwrap(), Some(&[b'x'; 300])).unwrap();
    let mut session = mail_testkit::Session::new(client, reader);
    session.feed(b"+ \r\n");
    assert!(session.trace.saw("reason: NotAReply(Greeting)"), "{:?}", session.trace);
    assert_eq!(session.output_text(), "", "the credentials have left");
}

/// Class: a server that does not hear that it is over keeps the client busy for ever.
#[test]
fn s4_a_challenge_after_a_cancellation_ends_the_session() {
    let trace = client(
        &Config::default(),
        "auth LOGIN",
        &["*"],
        "S: +OK
         C: AUTH LOGIN
         S: + VXNlcjo=
         C: *
         S: + VXNlcjo=",
    );
    assert!(trace.saw("reason: NotAReply(Reply(Auth))"), "{trace:?}");
    assert_eq!(trace.events().filter(|event| event.starts_with("Challenge")).count(), 1);
}

/// A long token on AUTH's own line is taken, as some clients send it, and so is a long response.
#[test]
fn s4_long_tokens_in_the_server() {
    let encoded = "QUFB".repeat(400);
    let trace = play(&format!(
        "S: +OK POP3 server ready
         C: AUTH PLAIN {encoded}
         S: -ERR [AUTH] Authentication failed
         C: AUTH PLAIN
         S: +\\x20
         C: {encoded}
         S: -ERR [AUTH] Authentication failed"
    ));
    assert!(trace.saw("initial: Some(Secret(1200 bytes))"), "{trace:?}");
    assert!(trace.saw("response: Secret(1200 bytes)"), "{trace:?}");
    let (server, office) = PostOffice::with(PostOffice::sasl());
    let mut session = mail_testkit::Session::new(server, office);
    session.feed(b"AUTH PLAIN\r\n");
    session.feed(&[b'A'; 20_000]);
    session.feed(b"\r\nQUIT\r\n");
    assert!(session.output_text().ends_with("-ERR Line too long\r\n+OK Bye\r\n"));
    assert!(session.trace.saw("AuthAborted"), "{:?}", session.trace);
}

/// A challenge that no line could hold is the application's mistake.
#[test]
fn s4_a_challenge_has_a_limit() {
    let (mut server, _) = PostOffice::with(PostOffice::sasl());
    server.poll_event();
    server.accept().unwrap();
    server.handle_input(mail_wire::Instant::EPOCH, b"AUTH PLAIN\r\n");
    server.poll_event();
    assert_eq!(server.challenge(&[0; 10_000]), Err(pop3_proto::server::Misuse::ChallengeTooLong));
    assert!(server.challenge(&[0; 9_000]).is_ok());
}

/// No secret appears in what logs print.
#[test]
fn secrets_are_not_shown() {
    let (server, office) = PostOffice::with(PostOffice::sasl());
    let mut session = mail_testkit::Session::new(server, office);
    session.feed(b"USER mrose\r\nPASS letmein\r\nAUTH PLAIN bGV0bWVpbg==\r\n");
    let (mut machine, _) = Reader::asking("");
    machine.user_pass(UserName::new("mrose").unwrap(), Password::new(b"letmein").unwrap()).unwrap();
    let command = Command::parse(b"PASS letmein").unwrap();
    let auth = Command::parse(b"AUTH PLAIN bGV0bWVpbg==").unwrap();
    let shown = format!("{:?} {:?} {machine:?} {command:?} {command} {auth:?} {auth}", session.trace, session.machine);
    assert!(!shown.contains("letmein") && !shown.contains("bGV0bWVpbg"), "{shown}");
}
