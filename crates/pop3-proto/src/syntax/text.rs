use alloc::borrow::Cow;
use core::fmt;

use super::{LONGEST_STATUS_LINE, ResponseCode};

/// The text for people behind a status (RFC 2449, section 3): printable ASCII and blanks, on one line.
///
/// It does not begin with `[`, not even behind blanks, because such a text would be read as a [`ResponseCode`].
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Text<'a>(Cow<'a, str>);

/// This cannot stand behind a status. The caller's mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a text is at most {} octets of printable ASCII and does not begin with \"[\"", Text::LONGEST)]
pub struct InvalidText;

impl Text<'_> {
    /// The longest text, in octets: what a status line of 512 octets has left behind the longest response code.
    pub const LONGEST: usize = LONGEST_STATUS_LINE - "-ERR [".len() - ResponseCode::LONGEST - "] \r\n".len();
}

impl<'a> Text<'a> {
    /// Checks a text.
    ///
    /// # Errors
    ///
    /// [`InvalidText`] if it is too long, begins with `[`, or has an octet that is not printable ASCII.
    pub fn new(text: impl Into<Cow<'a, str>>) -> Result<Self, InvalidText> {
        let text = text.into();
        let printable = text.bytes().all(|octet| matches!(octet, b' '..=b'~'));
        if !printable || text.trim_start_matches(' ').starts_with('[') || text.len() > Text::LONGEST {
            return Err(InvalidText);
        }
        Ok(Self(text))
    }

    /// A text of this crate's own.
    pub(crate) const fn fixed(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a server says behind `+OK` or `-ERR`: a code for the client's program, if there is one, and a text for its
/// user. It cannot be built so that it would not be one line.
///
/// ```
/// use pop3_proto::{Reply, ResponseCode, Text};
///
/// let reply = Reply::new(Text::new("Another session has the maildrop")?).with_code(ResponseCode::InUse);
/// assert_eq!(reply.to_string(), "[IN-USE] Another session has the maildrop");
/// # Ok::<_, pop3_proto::InvalidText>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply<'a> {
    code: Option<ResponseCode<'a>>,
    text: Text<'a>,
}

impl Reply<'static> {
    /// `[AUTH]`: the name or the password is wrong (RFC 3206, section 5).
    pub const AUTHENTICATION_FAILED: Self = Self::fixed(ResponseCode::Auth, "Authentication failed");
    /// `[IN-USE]`: the password is right, but another session holds the maildrop (RFC 2449, section 8.1.2).
    pub const MAILDROP_IN_USE: Self = Self::fixed(ResponseCode::InUse, "The maildrop is in use");
    /// `[LOGIN-DELAY]`: the last login was too short a time ago (RFC 2449, section 8.1.1).
    pub const TOO_SOON: Self = Self::fixed(ResponseCode::LoginDelay, "Too soon after the last login");
    /// `[SYS/TEMP]`: something is wrong here that may be right soon (RFC 3206, section 4).
    pub const TRY_LATER: Self = Self::fixed(ResponseCode::SysTemp, "Temporary failure, try later");
    /// `[SYS/PERM]`: something is wrong here that a person must put right (RFC 3206, section 4).
    pub const SYSTEM_FAILURE: Self = Self::fixed(ResponseCode::SysPerm, "Permanent failure, ask for help");
    /// There is no message of that number, or no longer.
    pub const NO_SUCH_MESSAGE: Self = Self { code: None, text: Text::fixed("No such message") };

    const fn fixed(code: ResponseCode<'static>, text: &'static str) -> Self {
        Self { code: Some(code), text: Text::fixed(text) }
    }
}

impl<'a> Reply<'a> {
    /// A reply without a code.
    pub const fn new(text: Text<'a>) -> Self {
        Self { code: None, text }
    }

    /// The same with a code.
    #[must_use]
    pub fn with_code(mut self, code: ResponseCode<'a>) -> Self {
        self.code = Some(code);
        self
    }

    /// The code.
    pub const fn code(&self) -> Option<ResponseCode<'a>> {
        self.code
    }

    /// The text.
    pub const fn text(&self) -> &Text<'a> {
        &self.text
    }
}

impl fmt::Display for Reply<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, self.text.as_str()) {
            (Some(code), "") => write!(f, "[{code}]"),
            (Some(code), text) => write!(f, "[{code}] {text}"),
            (None, text) => f.write_str(text),
        }
    }
}
