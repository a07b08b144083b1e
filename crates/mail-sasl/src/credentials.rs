use alloc::boxed::Box;

use crate::Password;
use crate::prepare::{identity, password};

/// Who somebody is, as whom they want to act, and the password that proves it.
///
/// An application that checks these looks the [authentication identity](Self::authentication_id) up, compares the
/// password, and then, if there is an [authorization identity](Self::authorization_id), decides whether the one may
/// act as the other. To ignore the latter is a mistake: refuse it instead.
#[derive(Clone, Debug)]
pub struct Credentials {
    authorization: Option<Box<str>>,
    authentication: Box<str>,
    password: Password,
}

/// Why text cannot be credentials. On a client it is the caller's mistake; on a server, where it is inside a
/// [`ServerError`](crate::ServerError), the client's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidCredentials {
    /// No identity was given.
    #[error("the authentication identity is empty")]
    EmptyIdentity,
    /// No password was given. RFC 4616 knows no empty password, and there are directories to which it means that
    /// nothing needs to be checked (RFC 4513, section 5.1.2).
    #[error("the password is empty")]
    EmptyPassword,
    /// An identity has a control character: NUL divides PLAIN's message, and the others have no business in a name
    /// that will be logged (RFC 4013, section 2.3).
    #[error("an identity has a control character")]
    ControlCharacter,
    /// The password has a NUL.
    #[error("the password has a NUL")]
    NulInPassword,
}

impl Credentials {
    /// Somebody who acts as nobody but themselves.
    ///
    /// # Errors
    ///
    /// [`InvalidCredentials`], the caller's mistake.
    pub fn new(authentication_id: &str, password: &str) -> Result<Self, InvalidCredentials> {
        Ok(Self {
            authorization: None,
            authentication: identity(authentication_id)?.into(),
            password: self::password(password)?,
        })
    }

    /// The same, acting as somebody else: an administrator in a user's name.
    ///
    /// # Errors
    ///
    /// [`InvalidCredentials`], the caller's mistake.
    pub fn acting_as(mut self, authorization_id: &str) -> Result<Self, InvalidCredentials> {
        self.authorization = Some(identity(authorization_id)?.into());
        Ok(self)
    }

    /// As whom to act, if not as oneself.
    pub fn authorization_id(&self) -> Option<&str> {
        self.authorization.as_deref()
    }

    /// Whose password it is.
    pub fn authentication_id(&self) -> &str {
        &self.authentication
    }

    /// The password.
    pub fn password(&self) -> &Password {
        &self.password
    }
}
