//! RFC 3207: STARTTLS, in which nothing that came in the clear survives.

use mail_wire::TlsInfo;
use smtp_proto::server::Config;

use crate::policy::{Policy, config, play_with, session};

fn with_starttls() -> Config {
    let mut config = config();
    config.starttls = true;
    config
}

#[test]
fn the_session_begins_anew_inside_tls() {
    let trace = play_with(
        with_starttls(),
        Policy::default(),
        r"
        S: 220 mx.example ESMTP
        C: EHLO client.example
        S: 250-mx.example
        S: 250-PIPELINING
        S: 250-SIZE 1000
        S: 250-8BITMIME
        S: 250-STARTTLS
        S: 250-HELP
        S: 250 ENHANCEDSTATUSCODES
        C: MAIL FROM:<ann@client.example>
        S: 250 2.1.0 sender ok
        C: STARTTLS
        S: 220 2.0.0 ready to start TLS
        *** tls
        # Section 4.2: everything is forgotten, EHLO included.
        C: RCPT TO:<bob@mx.example>
        S: 503 5.5.1 bad sequence of commands
        C: MAIL FROM:<ann@client.example>
        S: 503 5.5.1 bad sequence of commands
        C: EHLO client.example
        S: 250-mx.example
        S: 250-PIPELINING
        S: 250-SIZE 1000
        S: 250-8BITMIME
        S: 250-HELP
        S: 250 ENHANCEDSTATUSCODES
        C: STARTTLS
        S: 503 5.5.1 bad sequence of commands
        *** eof
        ",
    );
    assert!(trace.saw("UpgradeTls"));
    assert_eq!(trace.events().last(), Some("Closed(Disconnected)"));
}

#[test]
fn an_argument_is_refused() {
    play_with(
        with_starttls(),
        Policy::default(),
        r"
        S: 220 mx.example ESMTP
        C: STARTTLS now
        S: 501 5.5.4 syntax error in the arguments
        ",
    );
    play_with(
        config(),
        Policy::default(),
        r"
        S: 220 mx.example ESMTP
        C: STARTTLS
        S: 502 5.5.1 command not implemented
        ",
    );
}

/// CVE-2011-0411 and its kin: commands behind STARTTLS, in the same segment, were carried out inside TLS as if the
/// client had sent them there.
#[test]
fn cve_2011_0411_commands_behind_starttls_in_one_segment() {
    let mut session = session(with_starttls(), Policy::default());
    session.feed(b"EHLO client.example\r\nSTARTTLS\r\nMAIL FROM:<evil@evil.example>\r\nNOOP\r\n");
    assert!(!session.trace.saw("UpgradeTls"));
    assert!(!session.trace.saw("evil"));
    assert_eq!(session.trace.events().last(), Some("Closed(PlaintextAfterStartTls)"));
    assert!(session.output_text().ends_with("220 2.0.0 ready to start TLS\r\n"));
    // Nothing revives it.
    session.tls(TlsInfo::default());
    session.feed(b"NOOP\r\n");
    assert_eq!(session.output_text(), "");
}

/// CVE-2024-34083 and its kin: the same, in a segment of its own before the handshake.
#[test]
fn cve_2024_34083_commands_behind_starttls_in_their_own_segment() {
    let mut session = session(with_starttls(), Policy::default());
    session.feed(b"EHLO client.example\r\nSTARTTLS\r\n");
    assert!(session.trace.saw("UpgradeTls"));
    assert!(!session.machine.wants_input());
    session.feed(b"M");
    assert_eq!(session.trace.events().last(), Some("Closed(PlaintextAfterStartTls)"));
    session.feed(b"AIL FROM:<evil@evil.example>\r\n");
    session.tls(TlsInfo::default());
    session.feed(b"EHLO client.example\r\nNOOP\r\n");
    assert!(!session.trace.saw("evil"));
    assert_eq!(session.trace.events().filter(|event| event.contains("Closed")).count(), 1);
}

#[test]
fn residue_of_any_length_is_never_parsed() {
    let residue = b"EHLO evil.example\r\nMAIL FROM:<evil@evil.example>\r\n";
    for length in 1..=residue.len() {
        let mut input = b"STARTTLS\r\n".to_vec();
        input.extend_from_slice(&residue[..length]);
        let mut session = session(with_starttls(), Policy::default());
        session.feed(&input);
        session.tls(TlsInfo::default());
        assert_eq!(session.trace.events().collect::<Vec<_>>(), ["Connect", "Closed(PlaintextAfterStartTls)"]);
        assert!(session.machine.is_closed());
    }
}

#[test]
fn the_reply_is_written_before_the_handshake_is_asked_for() {
    let mut server = smtp_proto::server::Server::new(mail_wire::Instant::EPOCH, with_starttls().into());
    let now = mail_wire::Instant::EPOCH;
    server.poll_event();
    server.accept().unwrap();
    server.handle_input(now, b"STARTTLS\r\n");
    let said = server.poll_transmit().unwrap().len();
    server.handle_transmitted(now, said - 1);
    assert!(!server.has_event());
    server.handle_transmitted(now, 1);
    assert!(matches!(server.poll_event(), Some(smtp_proto::server::Event::UpgradeTls)));
}

#[test]
fn implicit_tls_offers_no_starttls_and_offers_auth() {
    let mut config = with_starttls();
    config.mechanisms.push(smtp_proto::Mechanism::parse("PLAIN").unwrap());
    play_with(
        config,
        Policy::default(),
        r"
        *** tls
        S: 220 mx.example ESMTP
        C: EHLO client.example
        S: 250-mx.example
        S: 250-PIPELINING
        S: 250-SIZE 1000
        S: 250-8BITMIME
        S: 250-AUTH PLAIN
        S: 250-HELP
        S: 250 ENHANCEDSTATUSCODES
        ",
    );
}
