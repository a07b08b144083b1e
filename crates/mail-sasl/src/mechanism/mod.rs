//! The mechanisms, a file each. A new one gets a variant here, at its place in the order of preference.

pub mod login;
pub mod plain;

use alloc::boxed::Box;
use core::fmt;

use crate::{ClientMechanism, Credentials, ServerMechanism};

/// A mechanism that this crate has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mechanism {
    /// PLAIN (RFC 4616): the password in one message.
    Plain,
    /// LOGIN: the password in two, for servers that have nothing better.
    Login,
}

/// The mechanism cannot say what the credentials say: LOGIN has no authorization identity. The caller's mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} cannot act as somebody else")]
pub struct Unsupported(pub(crate) Mechanism);

impl Mechanism {
    /// All of them, the best first.
    pub const ALL: &'static [Self] = &[Self::Plain, Self::Login];

    /// The name, as the protocols say it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
        }
    }

    /// The mechanism of that name, in any case (RFC 4422, section 3.1), if it is known here.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|mechanism| mechanism.name().eq_ignore_ascii_case(name))
    }

    /// Whether whoever listens learns the password, unless there is TLS.
    pub const fn is_plaintext(self) -> bool {
        match self {
            Self::Plain | Self::Login => true,
        }
    }

    /// The client's side.
    ///
    /// # Errors
    ///
    /// [`Unsupported`] if the credentials have an authorization identity and the mechanism has no place for it.
    pub fn client(self, credentials: Credentials) -> Result<Box<dyn ClientMechanism + Send + Sync>, Unsupported> {
        Ok(match self {
            Self::Plain => Box::new(plain::Client::new(credentials)),
            Self::Login => Box::new(login::Client::new(credentials)?),
        })
    }

    /// The server's side.
    pub fn server(self) -> Box<dyn ServerMechanism + Send + Sync> {
        match self {
            Self::Plain => Box::new(plain::Server::new()),
            Self::Login => Box::new(login::Server::new()),
        }
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
