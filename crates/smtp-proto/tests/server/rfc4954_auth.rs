//! RFC 4954: AUTH.

use smtp_proto::Mechanism;
use smtp_proto::server::{Config, Misuse, Server};

use crate::policy::{Policy, config, play_with, session};

fn with_mechanisms() -> Config {
    let mut config = config();
    config.mechanisms = ["PLAIN", "LOGIN"].map(|name| Mechanism::parse(name).unwrap()).into();
    config.auth_without_tls = true;
    config
}

const HELLO_WITH_AUTH: &str = r"
S: 220 mx.example ESMTP
C: EHLO client.example
S: 250-mx.example
S: 250-PIPELINING
S: 250-SIZE 1000
S: 250-8BITMIME
S: 250-AUTH PLAIN LOGIN
S: 250-HELP
S: 250 ENHANCEDSTATUSCODES
";

#[test]
fn an_initial_response() {
    let trace = play_with(
        with_mechanisms(),
        Policy::default(),
        &format!(
            r"{HELLO_WITH_AUTH}
            C: AUTH plain AGFubgBzZXNhbWU=
            S: 235 2.7.0 authentication succeeded
            # Once in a session.
            C: AUTH PLAIN AGFubgBzZXNhbWU=
            S: 503 5.5.1 bad sequence of commands
            C: AUTH PLAIN *
            S: 503 5.5.1 bad sequence of commands
            C: AUTH
            S: 503 5.5.1 bad sequence of commands
            C: MAIL FROM:<> AUTH=ann+2B@client.example
            S: 250 2.1.0 sender ok
            "
        ),
    );
    assert!(trace.saw("initial_response: Some(Secret(11 bytes))"));
    // No secret in anything that is shown.
    assert!(!trace.saw("sesame"));
    assert!(!trace.saw("AGFub"));
}

#[test]
fn a_challenge_and_a_response() {
    let policy = Policy { challenges: vec![b"Username:", b""], ..Policy::default() };
    let trace = play_with(
        with_mechanisms(),
        policy,
        &format!(
            r"{HELLO_WITH_AUTH}
            C: AUTH LOGIN
            S: 334 VXNlcm5hbWU6
            C: YW5u
            S: 334 
            # An empty response is an empty line.
            C:
            S: 235 2.7.0 authentication succeeded
            "
        ),
    );
    assert!(trace.saw("initial_response: None"));
    assert!(trace.saw("AuthResponse(Secret(3 bytes))"));
    assert!(trace.saw("AuthResponse(Secret(0 bytes))"));
}

#[test]
fn an_empty_initial_response_is_not_none() {
    let trace = play_with(
        with_mechanisms(),
        Policy::default(),
        &format!(
            r"{HELLO_WITH_AUTH}
            C: AUTH PLAIN =
            S: 235 2.7.0 authentication succeeded
            "
        ),
    );
    assert!(trace.saw("initial_response: Some(Secret(0 bytes))"));
}

#[test]
fn the_client_cancels() {
    let policy = Policy { challenges: vec![b"Username:"], ..Policy::default() };
    let trace = play_with(
        with_mechanisms(),
        policy,
        &format!(
            r"{HELLO_WITH_AUTH}
            C: AUTH LOGIN
            S: 334 VXNlcm5hbWU6
            C: *
            S: 501 5.7.0 authentication cancelled
            C: NOOP
            S: 250 2.0.0 ok
            "
        ),
    );
    assert!(trace.saw("AuthCancelled"));
}

#[test]
fn what_is_not_base64() {
    for (line, length) in [("====", 0), ("=", 0), ("YW5", 0), ("Y W5u", 0), ("\\xff", 0), ("YW5u=", 0), ("YWR-", 0)] {
        let policy = Policy { challenges: vec![b"Username:"], ..Policy::default() };
        let trace = play_with(
            with_mechanisms(),
            policy,
            &format!(
                r"{HELLO_WITH_AUTH}
                C: AUTH LOGIN
                S: 334 VXNlcm5hbWU6
                C: {line}
                S: 501 5.5.2 cannot decode base64
                C: AUTH PLAIN YW5
                S: 501 5.5.2 cannot decode base64
                C: AUTH PLAIN *
                S: 501 5.5.2 cannot decode base64
                C: AUTH PLAIN \xff
                S: 501 5.5.2 cannot decode base64
                C: AUTH PLAIN YW-5
                S: 501 5.5.2 cannot decode base64
                "
            ),
        );
        assert_eq!(trace.events().filter(|event| *event == "AuthCancelled").count(), 1, "{line}");
        assert_eq!(trace.events().filter(|event| event.contains("AuthResponse")).count(), length, "{line}");
    }
}

#[test]
fn a_response_over_the_limit() {
    let policy = Policy { challenges: vec![b"Username:"], ..Policy::default() };
    let mut session = session(with_mechanisms(), policy);
    session.feed(b"EHLO client.example\r\nAUTH LOGIN\r\n");
    session.output();
    session.feed(&b"A".repeat(20_000));
    session.feed(b"\r\nNOOP\r\n");
    assert_eq!(session.output_text(), "500 5.5.6 authentication exchange line is too long\r\n250 2.0.0 ok\r\n");
    assert_eq!(session.trace.events().last(), Some("AuthCancelled"));
}

/// Responses may have 12288 octets with their CRLF, whatever commands may have.
#[test]
fn a_long_response() {
    let policy = Policy { challenges: vec![b"Username:"], ..Policy::default() };
    let mut session = session(with_mechanisms(), policy);
    session.feed(b"EHLO client.example\r\nAUTH LOGIN\r\n");
    session.feed(&b"AAAA".repeat(3071));
    session.feed(b"\r\n");
    assert!(session.trace.saw("AuthResponse(Secret(9213 bytes))"));
    let mut session = crate::policy::session(with_mechanisms(), Policy::default());
    session.feed(b"EHLO client.example\r\nAUTH PLAIN ");
    session.feed(&b"AAAA".repeat(3000));
    session.feed(b"\r\n");
    assert!(session.trace.saw("Some(Secret(9000 bytes))"));
}

/// So may challenges; a longer one is the application's mistake, and its request is still to be answered.
#[test]
fn a_long_challenge() {
    let now = mail_wire::Instant::EPOCH;
    let mut server = Server::new(now, with_mechanisms().into());
    server.poll_event();
    server.accept().unwrap();
    server.handle_input(now, b"EHLO client.example\r\n");
    server.poll_event();
    server.accept().unwrap();
    server.handle_input(now, b"AUTH LOGIN\r\n");
    server.poll_event();
    server.handle_transmitted(now, 1000);
    // 12280 octets of base64, `334 ` and CRLF are 12286.
    assert_eq!(server.challenge(&[b'x'; 9211]), Err(Misuse::TooLong));
    assert_eq!(server.poll_transmit(), None);
    assert_eq!(server.challenge(&[b'x'; 9210]), Ok(()));
    assert_eq!(server.poll_transmit().unwrap().len(), 12286);
}

#[test]
fn a_mechanism_that_is_not_offered() {
    let trace = play_with(
        with_mechanisms(),
        Policy::default(),
        &format!(
            r"{HELLO_WITH_AUTH}
            C: AUTH CRAM-MD5
            S: 504 5.5.4 argument not implemented
            C: AUTH X.Y
            S: 501 5.5.4 syntax error in the arguments
            C: AUTH
            S: 501 5.5.4 syntax error in the arguments
            "
        ),
    );
    assert!(!trace.saw("Auth"));
}

#[test]
fn only_under_tls_by_default() {
    let mut config = with_mechanisms();
    config.auth_without_tls = false;
    let trace = play_with(
        config,
        Policy::default(),
        r"
        S: 220 mx.example ESMTP
        C: EHLO client.example
        S: 250-mx.example
        S: 250-PIPELINING
        S: 250-SIZE 1000
        S: 250-8BITMIME
        S: 250-HELP
        S: 250 ENHANCEDSTATUSCODES
        C: AUTH PLAIN AGFubgBzZXNhbWU=
        S: 538 5.7.11 encryption required for authentication
        ",
    );
    assert!(!trace.saw("Auth"));
}

#[test]
fn not_in_a_transaction_and_not_where_there_is_none() {
    play_with(
        with_mechanisms(),
        Policy::default(),
        &format!(
            r"{HELLO_WITH_AUTH}
            C: MAIL FROM:<>
            S: 250 2.1.0 sender ok
            C: AUTH PLAIN =
            S: 503 5.5.1 bad sequence of commands
            C: AUTH PLAIN *
            S: 503 5.5.1 bad sequence of commands
            "
        ),
    );
    // Nor where there is no TLS: that it would be refused outside of the transaction as well is another matter.
    let mut in_the_clear = with_mechanisms();
    in_the_clear.auth_without_tls = false;
    play_with(
        in_the_clear,
        Policy::default(),
        r"
        S: 220 mx.example ESMTP
        C: HELO client.example
        S: 250 mx.example
        C: MAIL FROM:<>
        S: 250 2.1.0 sender ok
        C: AUTH PLAIN =
        S: 503 5.5.1 bad sequence of commands
        ",
    );
    play_with(
        config(),
        Policy::default(),
        r"
        S: 220 mx.example ESMTP
        C: AUTH PLAIN =
        S: 502 5.5.1 command not implemented
        C: HELO client.example
        S: 250 mx.example
        C: MAIL FROM:<> AUTH=<>
        S: 555 5.5.4 parameters not recognized
        ",
    );
}

#[test]
fn guessing_ends_the_session() {
    let mut config = with_mechanisms();
    config.most_errors = 3;
    let mut session = session(config, Policy::default());
    session.feed(b"EHLO client.example\r\n");
    session.output();
    for _ in 0..10 {
        session.feed(b"AUTH PLAIN AGFubgB3cm9uZw==\r\n");
    }
    let said = session.output_text();
    assert_eq!(said.matches("535 5.7.8").count(), 4);
    assert!(said.ends_with("421 4.7.0 too many errors, closing the connection\r\n"));
    assert_eq!(session.trace.events().last(), Some("Closed(TooManyErrors)"));
}

/// Commands that were pipelined behind AUTH are neither responses nor lost.
#[test]
fn pipelining_behind_an_authentication() {
    let mut session = session(with_mechanisms(), Policy::default());
    session.feed(b"EHLO client.example\r\nAUTH PLAIN AGFubgBzZXNhbWU=\r\nMAIL FROM:<>\r\n");
    assert!(session.machine.is_authenticated());
    assert!(session.output_text().ends_with("235 2.7.0 authentication succeeded\r\n250 2.1.0 sender ok\r\n"));
}
