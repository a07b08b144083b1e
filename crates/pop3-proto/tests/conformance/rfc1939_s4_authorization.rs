//! RFC 1939, section 4, and USER and PASS of section 7.

use mail_testkit::{Role, Transcript};
use pop3_proto::server::Config;

use crate::post_office::PostOffice;

fn play(transcript: &str) -> mail_testkit::Trace {
    Transcript::parse(transcript).play(Role::Server, PostOffice::with_two_messages)
}

#[test]
fn a_command_of_another_state_is_refused() {
    play(
        "S: +OK POP3 server ready
         C: STAT
         S: -ERR Log in first
         C: RETR 1
         S: -ERR Log in first
         C: NOOP
         S: -ERR Log in first
         C: USER mrose
         S: +OK Password, please
         C: PASS secret
         S: +OK 2 messages (320 octets)
         C: USER mrose
         S: -ERR Already logged in
         C: PASS secret
         S: -ERR Already logged in
         C: AUTH
         S: -ERR Already logged in
         C: STLS
         S: -ERR Not after login",
    );
}

/// PASS is taken only directly behind a USER.
#[test]
fn pass_follows_user_at_once() {
    let trace = play(
        "S: +OK POP3 server ready
         C: PASS secret
         S: -ERR USER first
         C: USER mrose
         S: +OK Password, please
         C: NOOP
         S: -ERR Log in first
         C: PASS secret
         S: -ERR USER first
         C: USER mrose
         S: +OK Password, please
         C: PASS wrong
         S: -ERR [AUTH] Authentication failed
         C: PASS secret
         S: -ERR USER first
         C: USER mrose
         S: +OK Password, please
         C: PASS secret
         S: +OK 2 messages (320 octets)",
    );
    assert_eq!(trace.events().filter(|event| event.contains("Login")).count(), 2);
}

/// Class: a password with blanks is cut, or refused as too many arguments. It is the rest of the line.
#[test]
fn a_password_may_contain_blanks() {
    let trace = play(
        "S: +OK POP3 server ready
         C: USER m rose
         S: +OK Password, please
         C: PASS  two  words\\x20
         S: -ERR [AUTH] Authentication failed
         C: USER m\\xC3\\xBCller
         S: +OK Password, please
         C: PASS \\xFC
         S: -ERR [AUTH] Authentication failed",
    );
    assert!(trace.saw("Login { user: \"m rose\", password: Secret(12 bytes) }"), "{trace:?}");
    assert!(trace.saw("Login { user: \"müller\", password: Secret(1 bytes) }"), "{trace:?}");
}

/// Class: an empty password, which directories take for an anonymous login, reaches the password check.
#[test]
fn an_empty_password_is_not_asked_about() {
    let trace = play(
        "S: +OK POP3 server ready
         C: USER mrose
         S: +OK Password, please
         C: PASS
         S: -ERR An argument is missing
         C: USER mrose
         S: +OK Password, please
         C: PASS\\x20
         S: -ERR Not a name or password",
    );
    assert!(!trace.saw("Login"), "{trace:?}");
}

#[test]
fn too_many_failed_logins_end_the_session() {
    let mut config = Config::default();
    config.most_failed_logins = 2;
    let trace = Transcript::parse(
        "S: +OK POP3 server ready
         C: USER mrose
         S: +OK Password, please
         C: PASS wrong
         S: -ERR [AUTH] Authentication failed
         C: USER mrose
         S: +OK Password, please
         C: PASS wrong
         S: -ERR [AUTH] Authentication failed",
    )
    .play(Role::Server, || PostOffice::with(config.clone()));
    assert!(trace.saw("Closed(TooManyFailedLogins)"), "{trace:?}");
}

#[test]
fn quit_before_login_updates_nothing() {
    let trace = play(
        "S: +OK POP3 server ready
         C: QUIT
         S: +OK Bye",
    );
    assert!(trace.saw("Closed(Quit)") && !trace.saw("Update"), "{trace:?}");
}

#[test]
fn a_client_may_be_refused_at_the_door() {
    let trace = Transcript::parse("S: -ERR [SYS/TEMP] Temporary failure, try later").play(Role::Server, || {
        let (server, mut office) = PostOffice::with_two_messages();
        office.refuses = "Request(Connect";
        (server, office)
    });
    assert!(trace.saw("Closed(Refused)"), "{trace:?}");
}

/// Commands that come before they are asked for are answered in their order (RFC 2449, section 6.6).
#[test]
fn a_whole_session_in_one_piece() {
    let trace = play(
        "S: +OK POP3 server ready
         C: USER mrose
         C: PASS secret
         C: STAT
         C: RETR 2
         C: DELE 2
         C: QUIT
         S: +OK Password, please
         S: +OK 2 messages (320 octets)
         S: +OK 2 320
         S: +OK 200 octets
         S: Subject: two
         S: .
         S: +OK Message 2 will be deleted
         S: +OK Bye",
    );
    assert!(trace.saw("deletions: [2]"), "{trace:?}");
}
