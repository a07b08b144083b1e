//! RFC 4954: authentication. The mechanism is the application's; its messages travel in base64, and unseen.

use smtp_proto::Mechanism;
use smtp_proto::client::{Client, Config, Event, InitialResponsePolicy, Misuse, Verb};

use crate::sender::{Todo, greeted, play, play_with, session_with};

fn plain(client: &mut Client) {
    client.auth(Mechanism::parse("PLAIN").unwrap(), Some(b"\0ann\0secret")).unwrap();
}

fn login(client: &mut Client) {
    client.auth(Mechanism::parse("LOGIN").unwrap(), None).unwrap();
}

#[test]
fn an_initial_response_goes_along() {
    let seen = play(
        "S: 220 mx.example
         C: EHLO client.example
         S: 250-mx.example
         S: 250 AUTH PLAIN
         C: AUTH PLAIN AGFubgBzZWNyZXQ=
         S: 235 2.7.0 welcome
         C: QUIT
         S: 221 bye",
        &[Todo::Auth(plain, vec![])],
    );
    assert_eq!(seen[2], "Reply { command: Auth, reply: ReplyRef(235 2.7.0 welcome) }");
}

#[test]
fn or_answers_the_first_challenge_by_policy() {
    let never = || {
        let mut config = Config::default();
        config.initial_response = InitialResponsePolicy::Never;
        config
    };
    let seen = play_with(
        never,
        Verb::Ehlo,
        "S: 220 mx.example
         C: EHLO client.example
         S: 250-mx.example
         S: 250 AUTH PLAIN
         C: AUTH PLAIN
         S: 334
         C: AGFubgBzZWNyZXQ=
         S: 535 5.7.8 no
         C: QUIT
         S: 221 bye",
        &[Todo::Auth(plain, vec![])],
    );
    assert_eq!(seen[2], "Reply { command: Auth, reply: ReplyRef(535 5.7.8 no) }");
}

#[test]
fn challenges_and_responses() {
    let seen = play(
        "S: 220 mx.example
         C: EHLO client.example
         S: 250-mx.example
         S: 250 AUTH LOGIN
         C: AUTH LOGIN
         S: 334 VXNlcm5hbWU6
         C: YW5u
         S: 334 UGFzc3dvcmQ6
         C:
         S: 535 no
         C: QUIT
         S: 221 bye",
        &[Todo::Auth(login, vec![Some(b"ann"), Some(b"")])],
    );
    assert_eq!(seen[2..4], ["Challenge(Username:)", "Challenge(Password:)"]);
}

#[test]
fn cancelling() {
    let seen = play(
        "S: 220 mx.example
         C: EHLO client.example
         S: 250-mx.example
         S: 250 AUTH LOGIN
         C: AUTH LOGIN
         S: 334 VXNlcm5hbWU6
         C: *
         S: 501 5.7.0 cancelled
         C: QUIT
         S: 221 bye",
        &[Todo::Auth(login, vec![None])],
    );
    assert_eq!(seen[3], "Reply { command: Auth, reply: ReplyRef(501 5.7.0 cancelled) }");
}

#[test]
fn a_challenge_that_is_not_base64_is_cancelled() {
    for challenge in ["334 what is your name?", "334 =", "334 VXNlcm5hbWU6*", "334-VXNl\r\n334 cm5h"] {
        let mut session = greeted(&["AUTH LOGIN"], &[Todo::Auth(login, vec![]), Todo::Rest]);
        session.output();
        session.feed(format!("{challenge}\r\n").as_bytes());
        assert_eq!(session.output_text(), "*\r\n", "{challenge}");
        session.feed(b"501 cancelled\r\n");
        assert!(session.machine.is_idle());
    }
}

/// Section 4: 12288 octets, whatever replies may have.
#[test]
fn a_long_challenge() {
    let mut config = Config::default();
    (config.longest_reply_line, config.longest_reply) = (512, 512);
    let mut session = session_with(config, Verb::Ehlo, &[Todo::Auth(login, vec![Some(b"ann")])]);
    session.feed(b"220 mx\r\n");
    session.feed(b"250-mx\r\n250 AUTH LOGIN\r\n");
    let challenge = format!("334 {}\r\n", "QUFB".repeat(3070));
    assert_eq!(challenge.len(), 12286);
    session.feed(challenge.as_bytes());
    assert!(session.trace.saw(&format!("Challenge({})", "A".repeat(9210))));
    session.feed(&challenge.as_bytes()[..12000]);
    assert!(!session.machine.is_closed());
    session.feed(&[b'Q'; 300]);
    assert!(session.trace.saw("Closed(BadReply { defect: TooLong, safe_to_retry: true })"));

    // The end of it is a reply like any other.
    let mut config = Config::default();
    config.longest_reply_line = 512;
    let mut session =
        session_with(config, Verb::Ehlo, &[Todo::Auth(login, vec![]), Todo::Call(|client| client.noop().unwrap())]);
    session.feed(b"220 mx\r\n");
    session.feed(b"250-mx\r\n250 AUTH LOGIN\r\n");
    session.feed(b"535 no\r\n");
    session.feed(format!("250 {}\r\n", "x".repeat(600)).as_bytes());
    assert!(session.trace.saw("Closed(BadReply { defect: TooLong, safe_to_retry: true })"));
}

#[test]
fn a_challenge_after_a_cancellation_closes_the_session() {
    let mut session = greeted(&["AUTH LOGIN"], &[Todo::Auth(login, vec![None])]);
    session.feed(b"334 VXNlcm5hbWU6\r\n");
    session.feed(b"334 VXNlcm5hbWU6\r\n");
    assert!(session.trace.saw("Closed(ImpossibleReply { command: Auth, code: 334 })"));
}

#[test]
fn a_response_too_long_for_a_command_waits_for_the_challenge() {
    let mut session = greeted(&["AUTH X"], &[Todo::Rest]);
    session.output();
    let mechanism = || Mechanism::parse("X").unwrap();
    // 504 octets of base64, `AUTH X ` and CRLF are 513.
    session.act(|client, _| client.auth(mechanism(), Some(&[b'x'; 376]))).unwrap();
    assert_eq!(session.output_text(), "AUTH X\r\n");
    session.feed(b"334 \r\n");
    assert_eq!(session.output_text().len(), 504 + 2);
    session.feed(b"535 no\r\n");
    session.act(|client, _| client.auth(mechanism(), Some(&[b'x'; 375]))).unwrap();
    assert_eq!(session.output_text().len(), 7 + 500 + 2);
    session.feed(b"535 no\r\n");
    let refused = session.machine.auth(mechanism(), Some(&[b'x'; 12288]));
    assert_eq!(refused, Err(Misuse::TooLong));

    let mut config = Config::default();
    config.initial_response = InitialResponsePolicy::Always;
    let mut session = session_with(config, Verb::Ehlo, &[Todo::Rest]);
    session.feed(b"220 mx\r\n");
    session.feed(b"250-mx\r\n250 AUTH X\r\n");
    session.output();
    session.act(|client, _| client.auth(mechanism(), Some(&[b'x'; 376]))).unwrap();
    assert_eq!(session.output_text().len(), 513);
}

#[test]
fn an_empty_initial_response_is_an_equals_sign() {
    let mut session = greeted(&["AUTH EXTERNAL"], &[Todo::Rest]);
    session.output();
    session.act(|client, _| client.auth(Mechanism::parse("EXTERNAL").unwrap(), Some(b""))).unwrap();
    assert_eq!(session.output_text(), "AUTH EXTERNAL =\r\n");
}

#[test]
fn nothing_else_can_be_said_meanwhile() {
    let mut session = greeted(&["AUTH LOGIN", "PIPELINING"], &[Todo::Rest]);
    assert_eq!(session.machine.auth_response(b"x"), Err(Misuse::OutOfOrder));
    login(&mut session.machine);
    assert_eq!(session.machine.noop(), Err(Misuse::Busy));
    assert_eq!(session.machine.auth_response(b"x"), Err(Misuse::OutOfOrder));
    session.machine.handle_input(session.now, b"334 VXNlcm5hbWU6\r\n");
    assert!(matches!(session.machine.poll_event(), Some(Event::Challenge(_))));
    assert_eq!(session.machine.noop(), Err(Misuse::Busy));
    assert_eq!(session.machine.quit(), Err(Misuse::Busy));
    assert_eq!(session.machine.auth_response(&[b'x'; 12288]), Err(Misuse::TooLong));
    assert_eq!(session.machine.auth_cancel(), Ok(()));
}

#[test]
fn no_secret_is_shown() {
    // As text, in base64, and as the numbers that octets are.
    let hidden = |shown: String| {
        assert!(!["secret", "AGFubgBzZWNyZXQ", "115, 101, 99"].iter().any(|secret| shown.contains(secret)), "{shown}");
    };
    let mut config = Config::default();
    config.initial_response = InitialResponsePolicy::Never;
    let mut session = session_with(config, Verb::Ehlo, &[Todo::Rest]);
    session.feed(b"220 mx\r\n");
    session.feed(b"250-mx\r\n250 AUTH PLAIN LOGIN\r\n");
    plain(&mut session.machine);
    hidden(format!("{:?}", session.machine));
    session.feed(b"334 \r\n");
    session.feed(b"535 no\r\n");
    login(&mut session.machine);
    session.machine.handle_input(session.now, b"334 c2VjcmV0\r\n");
    hidden(format!("{:?}", session.machine));
    hidden(format!("{:?}", session.machine.poll_event().unwrap()));
    session.machine.auth_response(b"secret").unwrap();
    hidden(format!("{:?}", session.machine));
}
