//! LOGIN, as it is spoken.

use mail_sasl::login::{Client, Server};
use mail_sasl::{
    ClientError, ClientMechanism, Credentials, InvalidCredentials, Mechanism, ServerError, ServerMechanism, ServerStep,
};
use proptest::prelude::*;

fn challenge(step: ServerStep) -> Vec<u8> {
    match step {
        ServerStep::Challenge(challenge) => challenge.into_owned(),
        other => panic!("expected a challenge, got {other:?}"),
    }
}

#[test]
fn the_server_asks_twice() {
    let mut server = Server::new();
    assert_eq!(challenge(server.step(None).unwrap()), b"Username:");
    assert_eq!(challenge(server.step(Some(b"tim")).unwrap()), b"Password:");
    let ServerStep::Verify(credentials) = server.step(Some(b"tanstaaf")).unwrap() else { panic!("not done") };
    assert_eq!(credentials.authentication_id(), "tim");
    assert!(credentials.password().is("tanstaaf"));
    assert_eq!(server.step(Some(b"more")).unwrap_err(), ServerError::OutOfOrder);
}

#[test]
fn the_name_may_come_with_the_command() {
    let mut server = Server::new();
    assert_eq!(challenge(server.step(Some(b"tim")).unwrap()), b"Password:");
    assert!(matches!(server.step(Some(b"tanstaaf")), Ok(ServerStep::Verify(_))));
}

#[test]
fn a_client_answers_whatever_the_challenges_say() {
    for (first, second) in [(&b"Username:"[..], &b"Password:"[..]), (b"User Name\0", b"Password\0"), (b"", b"")] {
        let mut client = Client::new(Credentials::new("tim", "tanstaaf").unwrap()).unwrap();
        assert!(client.initial_response().is_none());
        assert_eq!(*client.step(first).unwrap(), b"tim"[..]);
        assert_eq!(*client.step(second).unwrap(), b"tanstaaf"[..]);
        assert_eq!(client.step(b"Password:").unwrap_err(), ClientError::UnexpectedChallenge);
    }
}

#[test]
fn responses_that_are_none() {
    for (name, password, error) in [
        (&b""[..], &b"secret"[..], InvalidCredentials::EmptyIdentity.into()),
        (b"tim", b"", InvalidCredentials::EmptyPassword.into()),
        (b"t\0m", b"secret", InvalidCredentials::ControlCharacter.into()),
        (b"t\nm", b"secret", InvalidCredentials::ControlCharacter.into()),
        (b"tim", b"sec\0ret", InvalidCredentials::NulInPassword.into()),
        (b"t\xffm", b"secret", ServerError::NotUtf8),
        (b"tim", b"\xff", ServerError::NotUtf8),
    ] {
        let mut server = Server::new();
        server.step(None).unwrap();
        let failed = server.step(Some(name)).and_then(|_| server.step(Some(password)));
        assert_eq!(failed.unwrap_err(), error, "{name:?} {password:?}");
        assert_eq!(server.step(Some(b"tim")).unwrap_err(), ServerError::OutOfOrder);
    }
}

#[test]
fn nobody_acts_as_somebody_else() {
    let credentials = Credentials::new("root", "secret").unwrap().acting_as("tim").unwrap();
    assert!(Client::new(credentials.clone()).is_err());
    assert!(Mechanism::Login.client(credentials).is_err());
}

proptest! {
    #[test]
    fn what_the_client_says_the_server_hears(name in "[^\\p{Cc}]{1,40}", password in "[^\\x00]{1,40}") {
        let mut server = Server::new();
        let mut client = Client::new(Credentials::new(&name, &password).unwrap()).unwrap();
        let first = challenge(server.step(None).unwrap());
        let second = challenge(server.step(Some(&client.step(&first).unwrap())).unwrap());
        let Ok(ServerStep::Verify(heard)) = server.step(Some(&client.step(&second).unwrap())) else {
            return Err(TestCaseError::fail("not done"));
        };
        prop_assert_eq!(heard.authentication_id(), &name);
        prop_assert!(heard.password().is(&password));
    }
}
