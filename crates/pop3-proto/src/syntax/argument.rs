use core::fmt;

use mail_wire::Secret;
use memchr::memchr3;

use super::LONGEST_COMMAND;

/// The longest argument that USER and PASS can have: a command line has 255 octets, and `USER `, or `PASS `, and
/// the CRLF take seven of them.
const LONGEST: usize = LONGEST_COMMAND - 7;

/// This cannot be the argument of a USER or PASS command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidArgument {
    /// There is nothing. An empty password is refused because there are directories that take it for an anonymous,
    /// and so successful, login.
    #[error("the argument is empty")]
    Empty,
    /// It does not fit into a command line of 255 octets.
    #[error("the argument is longer than {LONGEST} octets")]
    TooLong,
    /// A CR, an LF, a NUL or, in a name, another control character or an octet that is not UTF-8.
    #[error("the argument contains a character that no command may carry")]
    Forbidden,
}

fn check(argument: &[u8]) -> Result<(), InvalidArgument> {
    match argument.len() {
        0 => Err(InvalidArgument::Empty),
        _ if memchr3(b'\r', b'\n', 0, argument).is_some() => Err(InvalidArgument::Forbidden),
        length if length > LONGEST => Err(InvalidArgument::TooLong),
        _ => Ok(()),
    }
}

/// The name that USER gives: the name of a mailbox, to be matched as the server likes (RFC 1939, section 7).
///
/// It is the rest of the line, so it may contain blanks. Octets beyond ASCII are UTF-8 (RFC 6856, section 2.2).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct UserName<'a>(&'a str);

impl<'a> UserName<'a> {
    /// Checks a name.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`] if it is empty, too long, or has a control character.
    pub fn new(name: &'a str) -> Result<Self, InvalidArgument> {
        check(name.as_bytes())?;
        if name.bytes().any(|octet| octet.is_ascii_control()) {
            return Err(InvalidArgument::Forbidden);
        }
        Ok(Self(name))
    }

    pub(super) fn parse(name: &'a [u8]) -> Result<Self, InvalidArgument> {
        str::from_utf8(name).map_err(|_| InvalidArgument::Forbidden).and_then(Self::new)
    }

    /// The name.
    pub const fn as_str(self) -> &'a str {
        self.0
    }
}

impl fmt::Debug for UserName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The password that PASS gives: the rest of the line, blanks and all (RFC 1939, section 7). Octets beyond ASCII
/// are let through as they are. `Debug` does not show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Password<'a>(Secret<'a>);

impl<'a> Password<'a> {
    /// Checks a password.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`] if it is empty, too long, or has a CR, an LF or a NUL.
    pub fn new(password: &'a [u8]) -> Result<Self, InvalidArgument> {
        check(password)?;
        Ok(Self(Secret::new(password)))
    }

    /// The password.
    pub const fn secret(self) -> Secret<'a> {
        self.0
    }
}
