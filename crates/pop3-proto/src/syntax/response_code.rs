use core::fmt;

/// The code in brackets that may stand behind a status, for programs to read (RFC 2449, section 8; RFC 3206).
///
/// Codes have levels, parted by `/`. A level that is not known below one that is known is detail, to be ignored:
/// `[AUTH/EXPIRED]` reads as [`Auth`](Self::Auth). A code that is not known at all is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponseCode<'a> {
    /// `[AUTH]`: the credentials are at fault (RFC 3206, section 5).
    Auth,
    /// `[IN-USE]`: the credentials are right, but the maildrop is in use (RFC 2449, section 8.1.2).
    InUse,
    /// `[LOGIN-DELAY]`: the user has logged in too recently (RFC 2449, section 8.1.1).
    LoginDelay,
    /// `[SYS/TEMP]`: the system is at fault, for now (RFC 3206, section 4).
    SysTemp,
    /// `[SYS/PERM]`: the system is at fault until somebody sees to it (RFC 3206, section 4).
    SysPerm,
    /// Any other.
    Other(OtherCode<'a>),
}

/// A response code that this crate gives no meaning to.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OtherCode<'a>(&'a str);

impl<'a> OtherCode<'a> {
    /// The code of these levels, written without the brackets: `UTF8`, `REFERRAL/pop.example`. `None` if it is
    /// empty, longer than [`ResponseCode::LONGEST`], or has a character that a code may not have.
    pub fn new(code: &'a str) -> Option<Self> {
        let levels = code.split('/').all(|level| !level.is_empty() && level.bytes().all(is_level_octet));
        (levels && code.len() <= ResponseCode::LONGEST).then_some(Self(code))
    }

    /// The code, without the brackets.
    pub const fn as_str(self) -> &'a str {
        self.0
    }
}

/// `rchar` of RFC 2449, section 3, without DEL.
fn is_level_octet(octet: u8) -> bool {
    octet.is_ascii_graphic() && !matches!(octet, b'/' | b']')
}

impl fmt::Debug for OtherCode<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseCode<'_> {
    /// The longest code that is read or written, in octets, without the brackets. The standards set no limit; a
    /// longer one is taken for text.
    pub const LONGEST: usize = 64;
}

impl<'a> ResponseCode<'a> {
    /// The code that `text` begins with, brackets and all, and the text behind it.
    pub(super) fn leading(text: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let inside = text.strip_prefix(b"[")?;
        let end = inside.iter().take(ResponseCode::LONGEST + 1).position(|octet| *octet == b']')?;
        let code = str::from_utf8(inside.get(..end)?).ok().and_then(OtherCode::new)?;
        let rest = inside.get(end + 1..).unwrap_or_default();
        Some((Self::of_levels(code), super::status::trim_blanks(rest)))
    }

    fn of_levels(code: OtherCode<'a>) -> Self {
        let mut levels = code.as_str().split('/');
        let (first, second) = (levels.next().unwrap_or_default(), levels.next().unwrap_or_default());
        let is = |level: &str, name: &str| level.eq_ignore_ascii_case(name);
        match first {
            _ if is(first, "AUTH") => Self::Auth,
            _ if is(first, "IN-USE") => Self::InUse,
            _ if is(first, "LOGIN-DELAY") => Self::LoginDelay,
            _ if is(first, "SYS") && is(second, "TEMP") => Self::SysTemp,
            _ if is(first, "SYS") && is(second, "PERM") => Self::SysPerm,
            _ => Self::Other(code),
        }
    }

    /// The code as it stands between the brackets.
    pub const fn as_str(self) -> &'a str {
        match self {
            Self::Auth => "AUTH",
            Self::InUse => "IN-USE",
            Self::LoginDelay => "LOGIN-DELAY",
            Self::SysTemp => "SYS/TEMP",
            Self::SysPerm => "SYS/PERM",
            Self::Other(code) => code.as_str(),
        }
    }
}

impl fmt::Display for ResponseCode<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
