//! LOGIN, which was never a standard: the server asks twice, and gets the name and then the password.
//!
//! What the challenges say differs from server to server, so a client answers the first with its name and the
//! second with its password, whatever they say. There are clients that send the name as an initial response.

use alloc::borrow::Cow;
use alloc::string::String;

use super::Unsupported;
use crate::prepare::identity;
use crate::{ClientError, ClientMechanism, Credentials, Mechanism, Response, ServerError, ServerMechanism, ServerStep};

const USERNAME: &[u8] = b"Username:";
const PASSWORD: &[u8] = b"Password:";

/// The client's side of LOGIN.
#[derive(Debug)]
pub struct Client {
    credentials: Credentials,
    answered: u8,
}

impl Client {
    /// A client with these credentials.
    ///
    /// # Errors
    ///
    /// [`Unsupported`] if they have an authorization identity, for which LOGIN has no place.
    pub fn new(credentials: Credentials) -> Result<Self, Unsupported> {
        match credentials.authorization_id() {
            None => Ok(Self { credentials, answered: 0 }),
            Some(_) => Err(Unsupported(Mechanism::Login)),
        }
    }
}

impl ClientMechanism for Client {
    fn name(&self) -> &'static str {
        Mechanism::Login.name()
    }

    /// The server speaks first.
    fn initial_response(&mut self) -> Option<Response> {
        None
    }

    fn step(&mut self, _challenge: &[u8]) -> Result<Response, ClientError> {
        let answer = match self.answered {
            0 => self.credentials.authentication_id(),
            1 => self.credentials.password().expose(),
            _ => return Err(ClientError::UnexpectedChallenge),
        };
        self.answered += 1;
        Ok(Response::new(answer.as_bytes().to_vec()))
    }
}

/// The server's side of LOGIN.
#[derive(Debug, Default)]
pub struct Server {
    state: State,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Start,
    AskedName,
    AskedPassword {
        name: String,
    },
    Over,
}

impl Server {
    /// A server that waits for the client's initial response, or for the lack of one.
    pub fn new() -> Self {
        Self::default()
    }
}

impl ServerMechanism for Server {
    fn name(&self) -> &'static str {
        Mechanism::Login.name()
    }

    fn step(&mut self, response: Option<&[u8]>) -> Result<ServerStep, ServerError> {
        match (core::mem::replace(&mut self.state, State::Over), response) {
            (State::Start, None) => {
                self.state = State::AskedName;
                Ok(ServerStep::Challenge(Cow::Borrowed(USERNAME)))
            }
            (State::Start | State::AskedName, Some(name)) => {
                let name = core::str::from_utf8(name).map_err(|_| ServerError::NotUtf8)?;
                self.state = State::AskedPassword { name: identity(name)?.into() };
                Ok(ServerStep::Challenge(Cow::Borrowed(PASSWORD)))
            }
            (State::AskedPassword { name }, Some(password)) => {
                let password = core::str::from_utf8(password).map_err(|_| ServerError::NotUtf8)?;
                Ok(ServerStep::Verify(Credentials::new(&name, password)?))
            }
            (State::Over, _) | (_, None) => Err(ServerError::OutOfOrder),
        }
    }
}
