//! PLAIN (RFC 4616): `[authzid] NUL authcid NUL passwd`, in one message from the client.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::{ClientError, ClientMechanism, Credentials, Mechanism, Response, ServerError, ServerMechanism, ServerStep};

/// The client's side of PLAIN.
#[derive(Debug)]
pub struct Client {
    /// Until they have been said.
    credentials: Option<Credentials>,
}

impl Client {
    /// A client with these credentials.
    pub fn new(credentials: Credentials) -> Self {
        Self { credentials: Some(credentials) }
    }
}

impl ClientMechanism for Client {
    fn name(&self) -> &'static str {
        Mechanism::Plain.name()
    }

    fn initial_response(&mut self) -> Option<Response> {
        self.credentials.take().map(|credentials| message(&credentials))
    }

    /// A server that does not take initial responses asks by an empty challenge.
    fn step(&mut self, challenge: &[u8]) -> Result<Response, ClientError> {
        if !challenge.is_empty() {
            return Err(ClientError::UnexpectedChallenge);
        }
        self.initial_response().ok_or(ClientError::UnexpectedChallenge)
    }
}

/// The server's side of PLAIN.
#[derive(Debug, Default)]
pub struct Server {
    asked: bool,
    over: bool,
}

impl Server {
    /// A server that waits for the client's message.
    pub fn new() -> Self {
        Self::default()
    }
}

impl ServerMechanism for Server {
    fn name(&self) -> &'static str {
        Mechanism::Plain.name()
    }

    fn step(&mut self, response: Option<&[u8]>) -> Result<ServerStep, ServerError> {
        match response {
            _ if self.over => Err(ServerError::OutOfOrder),
            None if self.asked => Err(ServerError::OutOfOrder),
            None => {
                self.asked = true;
                Ok(ServerStep::Challenge(Cow::Borrowed(b"")))
            }
            Some(message) => {
                self.over = true;
                parse(message).map(ServerStep::Verify)
            }
        }
    }
}

/// The message that carries these credentials.
pub fn message(credentials: &Credentials) -> Response {
    let authorization = credentials.authorization_id().unwrap_or_default();
    let authentication = credentials.authentication_id();
    let password = credentials.password().expose();
    // Of the exact size, so that growing leaves no copy of the password behind.
    let mut message = Vec::with_capacity(authorization.len() + authentication.len() + password.len() + 2);
    message.extend_from_slice(authorization.as_bytes());
    message.push(0);
    message.extend_from_slice(authentication.as_bytes());
    message.push(0);
    message.extend_from_slice(password.as_bytes());
    Response::new(message)
}

/// The credentials that a message carries.
///
/// # Errors
///
/// [`ServerError`], the fault of whoever wrote the message.
pub fn parse(message: &[u8]) -> Result<Credentials, ServerError> {
    let text = core::str::from_utf8(message).map_err(|_| ServerError::NotUtf8)?;
    let mut parts = text.split('\0');
    let (Some(authorization), Some(authentication), Some(password), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(ServerError::Malformed);
    };
    let credentials = Credentials::new(authentication, password)?;
    Ok(match authorization {
        "" => credentials,
        other => credentials.acting_as(other)?,
    })
}
