//! RFC 4616: the PLAIN mechanism.

use mail_sasl::plain::{self, message, parse};
use mail_sasl::{
    ClientError, ClientMechanism, Credentials, InvalidCredentials, ServerError, ServerMechanism, ServerStep,
};
use proptest::prelude::*;

fn verify(step: ServerStep) -> Credentials {
    match step {
        ServerStep::Verify(credentials) => credentials,
        other => panic!("expected credentials, got {other:?}"),
    }
}

#[test]
fn section_4_first_example() {
    // C: a002 AUTHENTICATE "PLAIN" / S: + "" / C: <NUL>tim<NUL>tanstaaftanstaaf
    let mut server = plain::Server::new();
    let mut client = plain::Client::new(Credentials::new("tim", "tanstaaftanstaaf").unwrap());
    let ServerStep::Challenge(challenge) = server.step(None).unwrap() else { panic!("no challenge") };
    assert_eq!(*challenge, b""[..]);
    let response = client.step(&challenge).unwrap();
    assert_eq!(*response, b"\0tim\0tanstaaftanstaaf"[..]);
    let credentials = verify(server.step(Some(&response)).unwrap());
    assert_eq!(credentials.authorization_id(), None);
    assert_eq!(credentials.authentication_id(), "tim");
    assert_eq!(credentials.password().expose(), "tanstaaftanstaaf");
}

#[test]
fn section_4_second_example_acts_as_somebody_else() {
    let credentials = Credentials::new("Kurt", "xipj3plmq").unwrap().acting_as("Ursel").unwrap();
    let response = plain::Client::new(credentials).initial_response().unwrap();
    assert_eq!(*response, b"Ursel\0Kurt\0xipj3plmq"[..]);
    let credentials = verify(plain::Server::new().step(Some(&response)).unwrap());
    assert_eq!(credentials.authorization_id(), Some("Ursel"));
    assert_eq!(credentials.authentication_id(), "Kurt");
}

#[test]
fn messages_that_are_none() {
    for (message, error) in [
        (&b""[..], ServerError::Malformed),
        (b"tim", ServerError::Malformed),
        (b"\0tim", ServerError::Malformed),
        (b"tim\0secret", ServerError::Malformed),
        (b"\0tim\0secret\0", ServerError::Malformed),
        (b"\0tim\0sec\0ret", ServerError::Malformed),
        (b"\0\0secret", InvalidCredentials::EmptyIdentity.into()),
        (b"\0tim\0", InvalidCredentials::EmptyPassword.into()),
        (b"\0\0", InvalidCredentials::EmptyIdentity.into()),
        (b"\0t\xffm\0secret", ServerError::NotUtf8),
        (b"\0tim\0\xc3", ServerError::NotUtf8),
        (b"\0tim\r\nroot\0secret", InvalidCredentials::ControlCharacter.into()),
        (b"a\nb\0tim\0secret", InvalidCredentials::ControlCharacter.into()),
        (b"\0t\xc2\x85m\0secret", InvalidCredentials::ControlCharacter.into()),
    ] {
        assert_eq!(parse(message).unwrap_err(), error, "{message:?}");
    }
}

#[test]
fn a_password_may_have_anything_but_nul() {
    let credentials = Credentials::new("tim", "line\r\nline\t\u{e9}").unwrap();
    let parsed = parse(&message(&credentials)).unwrap();
    assert!(parsed.password().is("line\r\nline\t\u{e9}"));
    assert_eq!(Credentials::new("tim", "a\0b").unwrap_err(), InvalidCredentials::NulInPassword);
}

#[test]
fn long_identities_and_passwords() {
    // "up to and including 255 octets", section 2, and more.
    for length in [255, 256, 5000] {
        let text = "x".repeat(length);
        let credentials = Credentials::new(&text, &text).unwrap().acting_as(&text).unwrap();
        let parsed = parse(&message(&credentials)).unwrap();
        assert_eq!(parsed.authentication_id(), text);
        assert_eq!(parsed.authorization_id(), Some(&text[..]));
        assert!(parsed.password().is(&text));
    }
}

#[test]
fn a_server_that_asks_again_is_told_nothing() {
    let mut client = plain::Client::new(Credentials::new("tim", "secret").unwrap());
    assert!(client.initial_response().is_some());
    assert!(client.initial_response().is_none());
    assert_eq!(client.step(b"").unwrap_err(), ClientError::UnexpectedChallenge);
}

#[test]
fn a_challenge_that_says_something_is_not_plain() {
    let mut client = plain::Client::new(Credentials::new("tim", "secret").unwrap());
    assert_eq!(client.step(b"<1896.697170952@postoffice.example>").unwrap_err(), ClientError::UnexpectedChallenge);
}

#[test]
fn an_exchange_ends_once() {
    let mut server = plain::Server::new();
    assert!(server.step(Some(b"\0tim\0secret")).is_ok());
    assert_eq!(server.step(Some(b"\0tim\0secret")).unwrap_err(), ServerError::OutOfOrder);
    let mut server = plain::Server::new();
    assert!(server.step(None).is_ok());
    assert_eq!(server.step(None).unwrap_err(), ServerError::OutOfOrder);
    let mut server = plain::Server::new();
    assert_eq!(server.step(Some(b"")).unwrap_err(), ServerError::Malformed);
    assert_eq!(server.step(Some(b"\0tim\0secret")).unwrap_err(), ServerError::OutOfOrder);
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        authorization in proptest::option::of("[^\\p{Cc}]{1,40}"),
        authentication in "[^\\p{Cc}]{1,40}",
        password in "[^\\x00]{1,40}",
    ) {
        let mut credentials = Credentials::new(&authentication, &password).unwrap();
        if let Some(authorization) = &authorization {
            credentials = credentials.acting_as(authorization).unwrap();
        }
        let parsed = parse(&message(&credentials)).unwrap();
        prop_assert_eq!(parsed.authorization_id(), authorization.as_deref());
        prop_assert_eq!(parsed.authentication_id(), &authentication);
        prop_assert!(parsed.password().is(&password));
    }

    #[test]
    fn what_is_read_is_written(bytes in proptest::collection::vec(prop_oneof![Just(0), any::<u8>(), b'a'..=b'c'], 0..30)) {
        if let Ok(credentials) = parse(&bytes) {
            prop_assert_eq!(&*message(&credentials), &bytes[..]);
        }
    }
}
