//! RFC 2595, section 4: STLS, and what must not survive it, in both roles.

use mail_testkit::{Role, Session, Transcript};
use mail_wire::TlsInfo;
use pop3_proto::client::Config as ClientConfig;
use pop3_proto::server::{Config, Stls};

use crate::post_office::PostOffice;
use crate::reader::Reader;

fn stls() -> Config {
    let mut config = Config::default();
    config.stls = Stls::Offered;
    config
}

fn play(transcript: &str) -> mail_testkit::Trace {
    Transcript::parse(transcript).play(Role::Server, || PostOffice::with(stls()))
}

#[test]
fn the_example() {
    play(
        "S: +OK POP3 server ready
         C: STLS
         S: +OK Begin TLS
         *** tls
         C: STLS
         S: -ERR TLS is already up
         C: USER mrose
         S: +OK Password, please
         C: PASS secret
         S: +OK 2 messages (320 octets)
         C: STLS
         S: -ERR Not after login",
    );
}

#[test]
fn it_is_refused_where_it_is_not_offered() {
    Transcript::parse(
        "S: +OK POP3 server ready
         C: STLS
         S: -ERR Not offered here
         C: STLS now
         S: -ERR Too many arguments",
    )
    .play(Role::Server, PostOffice::with_two_messages);
}

/// Class: STLS after login.
#[test]
fn it_is_refused_after_login() {
    play(
        "S: +OK POP3 server ready
         C: USER mrose
         C: PASS secret
         C: STLS
         S: +OK Password, please
         S: +OK 2 messages (320 octets)
         S: -ERR Not after login",
    );
}

#[test]
fn no_password_is_heard_before_tls_where_it_is_required() {
    let mut config = PostOffice::sasl();
    config.stls = Stls::Required;
    let trace = Transcript::parse(
        "S: +OK POP3 server ready
         C: USER mrose
         S: -ERR Use STLS first
         C: PASS secret
         S: -ERR Use STLS first
         C: AUTH PLAIN AG1yb3NlAHNlY3JldA==
         S: -ERR Use STLS first
         C: AUTH
         S: -ERR Use STLS first",
    )
    .play(Role::Server, || PostOffice::with(config.clone()));
    assert!(!trace.saw("Login") && !trace.saw("Auth"), "{trace:?}");
}

/// CVE-2021-33515, and its class: commands in the same packet as STLS are obeyed as if they had come inside TLS.
#[test]
fn cve_2021_33515_commands_behind_stls_are_never_obeyed() {
    for residue in ["USER attacker\r\n", "U", "QUIT\r\nQUIT\r\n", "\r\n", "\0"] {
        let (server, office) = PostOffice::with(stls());
        let mut session = Session::new(server, office);
        session.feed(format!("STLS\r\n{residue}").as_bytes());
        assert!(session.output_text().ends_with("-ERR Nothing may follow STLS before TLS is up\r\n"));
        assert!(session.trace.saw("Closed(TlsResidue)") && !session.trace.saw("UpgradeTls"), "{:?}", session.trace);
        // And in a packet of its own, at each moment before the handshake.
        let (mut server, _) = PostOffice::with(stls());
        let now = mail_wire::Instant::EPOCH;
        server.poll_event();
        server.accept().unwrap();
        server.handle_transmitted(now, 1000);
        server.handle_input(now, b"STLS\r\n");
        let before_reply = residue.len() % 2 == 0;
        if !before_reply {
            server.handle_transmitted(now, 1000);
        }
        assert_eq!(server.handle_input(now, residue.as_bytes()), residue.len());
        assert!(server.is_closed());
    }
}

/// Class: half a command, a name or an authentication survives into TLS.
#[test]
fn nothing_of_the_client_survives_the_handshake() {
    let trace = play(
        "S: +OK POP3 server ready
         C: USER attacker
         S: +OK Password, please
         C: STLS
         S: +OK Begin TLS
         *** tls
         C: PASS secret
         S: -ERR USER first",
    );
    assert!(!trace.saw("Login"), "{trace:?}");
}

/// Plaintext before implicit TLS is residue, too.
#[test]
fn plaintext_before_implicit_tls() {
    let (server, office) = PostOffice::with(stls());
    let mut session = Session::new(server, office);
    session.feed(b"USER attac");
    session.tls(TlsInfo::default());
    session.feed(b"ker\r\n");
    assert!(session.trace.saw("Closed(TlsResidue)"), "{:?}", session.trace);
}

/// CVE-2026-41319, and its class: replies in the same packet as the `+OK` to STLS are read as if they had come inside
/// TLS.
#[test]
fn cve_2026_41319_replies_behind_stls_are_never_read() {
    for residue in ["+OK\r\nSASL PLAIN\r\n.\r\n", "+", "\r\n", "-ERR no\r\n"] {
        let (client, reader) = Reader::asking("stls, capa");
        let mut session = Session::new(client, reader);
        session.feed(b"+OK ready\r\n");
        session.feed(format!("+OK Begin TLS\r\n{residue}").as_bytes());
        assert!(session.trace.saw("reason: TlsResidue"), "{:?}", session.trace);
        assert!(!session.trace.saw("UpgradeTls") && !session.trace.saw("Capabilities"), "{:?}", session.trace);
        assert_eq!(session.output_text(), "STLS\r\n");
        // And in a packet of its own.
        let (client, reader) = Reader::asking("stls, capa");
        let mut session = Session::new(client, reader);
        session.feed(b"+OK ready\r\n");
        session.feed(b"+OK Begin TLS\r\n");
        session.feed(residue.as_bytes());
        session.tls(TlsInfo::default());
        session.feed(b"+OK\r\n.\r\n");
        assert!(session.trace.saw("reason: TlsResidue"), "{:?}", session.trace);
        assert!(!session.trace.saw("Capabilities"), "{:?}", session.trace);
        assert_eq!(session.output_text(), "STLS\r\n");
    }
}

/// Nothing is said between STLS and the handshake, and what the server could before is forgotten.
#[test]
fn the_client_waits_for_the_handshake() {
    let trace = Transcript::parse(
        "S: +OK ready
         C: CAPA
         S: +OK
         S: STLS
         S: PIPELINING
         S: .
         C: NOOP
         S: +OK
         C: STLS
         S: +OK Begin TLS
         *** tls
         C: CAPA
         S: +OK
         S: USER
         S: .
         C: USER mrose
         S: +OK
         C: PASS secret
         S: +OK",
    )
    .play(Role::Client, || Reader::with(ClientConfig::default(), "capa | noop, stls, capa, login"));
    assert!(trace.saw("Capabilities([User])") && trace.saw("LoggedIn"), "{trace:?}");
}

/// A refused STLS is the application's to judge: the session is as it was.
#[test]
fn a_refused_stls() {
    let trace = Transcript::parse(
        "S: +OK ready
         C: STLS
         S: -ERR Command not permitted when TLS active
         C: QUIT
         S: +OK",
    )
    .play(Role::Client, || Reader::asking("stls | quit"));
    assert!(trace.saw("Refused { asked: Stls"), "{trace:?}");
}
