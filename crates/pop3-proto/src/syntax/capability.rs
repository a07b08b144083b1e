use core::fmt;

use super::{Mechanism, Text, decimal};

/// One thing that a server can, as CAPA lists it (RFC 2449, section 6, and the standards since).
///
/// ```
/// use pop3_proto::{Capability, Expire};
///
/// assert_eq!(Capability::parse("EXPIRE 31 USER"), Some(Capability::Expire { after: Expire::Days(31), per_user: true }));
/// let Some(Capability::Other(rico)) = Capability::parse("X-GOOGLE-RICO") else { panic!() };
/// assert_eq!(rico.tag(), "X-GOOGLE-RICO");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Capability<'a> {
    /// TOP works.
    Top,
    /// USER and PASS work.
    User,
    /// UIDL works.
    Uidl,
    /// Commands may be sent before earlier ones are answered.
    Pipelining,
    /// Texts that begin with `[` begin with a response code.
    RespCodes,
    /// `[AUTH]` always means the credentials, and its absence that they are not at fault (RFC 3206, section 6).
    AuthRespCode,
    /// STLS works, in this state (RFC 2595, section 4).
    Stls,
    /// AUTH works, with these mechanisms (RFC 5034, section 3).
    Sasl(MechanismList<'a>),
    /// The time that must pass between logins.
    LoginDelay {
        /// In seconds.
        seconds: u64,
        /// A better value is to be had after login.
        per_user: bool,
    },
    /// How long messages are kept.
    Expire {
        /// The least time that they are.
        after: Expire,
        /// A better value is to be had after login.
        per_user: bool,
    },
    /// What the server's program calls itself.
    Implementation(Text<'a>),
    /// Anything else, and any of the above with arguments that make no sense.
    Other(RawCapability<'a>),
}

/// The argument of EXPIRE (RFC 2449, section 6.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expire {
    /// The server deletes nothing by itself.
    Never,
    /// It keeps messages for at least so many days; with 0, mail cannot be left there.
    Days(u64),
}

/// The arguments of SASL: mechanisms, by blanks apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MechanismList<'a>(&'a str);

impl<'a> MechanismList<'a> {
    /// The mechanisms; words that cannot be one are left out.
    pub fn iter(self) -> impl Iterator<Item = Mechanism<'a>> {
        self.0.split_ascii_whitespace().filter_map(|name| Mechanism::new(name).ok())
    }

    /// Whether the mechanism is among them, in any case.
    pub fn contains(self, name: &str) -> bool {
        self.iter().any(|mechanism| mechanism.as_str().eq_ignore_ascii_case(name))
    }
}

impl fmt::Debug for MechanismList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// A line of CAPA as it came: a tag and its arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RawCapability<'a>(&'a str);

impl<'a> RawCapability<'a> {
    /// A line, given without its CRLF. `None` if it has no tag or a control character.
    pub fn new(line: &'a str) -> Option<Self> {
        let line = line.trim_ascii();
        (!line.is_empty() && !line.bytes().any(|octet| octet.is_ascii_control() && octet != b'\t'))
            .then_some(Self(line))
    }

    /// The tag.
    pub fn tag(self) -> &'a str {
        self.0.split_ascii_whitespace().next().unwrap_or_default()
    }

    /// The arguments.
    pub fn arguments(self) -> impl Iterator<Item = &'a str> {
        self.0.split_ascii_whitespace().skip(1)
    }

    /// The whole line.
    pub const fn as_str(self) -> &'a str {
        self.0
    }
}

impl fmt::Debug for RawCapability<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'a> Capability<'a> {
    /// Reads a line, given without its CRLF and with no dot doubled. Tags may be in any case. `None` if the line is
    /// empty or has a control character.
    pub fn parse(line: &'a str) -> Option<Self> {
        let raw = RawCapability::new(line)?;
        Some(Self::typed(raw).unwrap_or(Self::Other(raw)))
    }

    fn typed(raw: RawCapability<'a>) -> Option<Self> {
        let tag = raw.tag();
        let is = |name: &str| tag.eq_ignore_ascii_case(name);
        let rest = raw.as_str().get(tag.len()..)?.trim_ascii();
        let mut arguments = raw.arguments();
        let bare = match tag {
            _ if is("TOP") => Self::Top,
            _ if is("USER") => Self::User,
            _ if is("UIDL") => Self::Uidl,
            _ if is("PIPELINING") => Self::Pipelining,
            _ if is("RESP-CODES") => Self::RespCodes,
            _ if is("AUTH-RESP-CODE") => Self::AuthRespCode,
            _ if is("STLS") => Self::Stls,
            _ if is("SASL") => return Some(Self::Sasl(MechanismList(rest))),
            _ if is("IMPLEMENTATION") => return Text::new(rest).ok().map(Self::Implementation),
            _ if is("LOGIN-DELAY") => {
                let seconds = decimal::whole(arguments.next()?.as_bytes())?;
                return Some(Self::LoginDelay { seconds, per_user: is_per_user(arguments) });
            }
            _ if is("EXPIRE") => {
                let after = match arguments.next()? {
                    never if never.eq_ignore_ascii_case("NEVER") => Expire::Never,
                    days => Expire::Days(decimal::whole(days.as_bytes())?),
                };
                return Some(Self::Expire { after, per_user: is_per_user(arguments) });
            }
            _ => return None,
        };
        Some(bare)
    }

    /// The tag: TOP, SASL, EXPIRE.
    pub fn tag(&self) -> &str {
        match self {
            Self::Top => "TOP",
            Self::User => "USER",
            Self::Uidl => "UIDL",
            Self::Pipelining => "PIPELINING",
            Self::RespCodes => "RESP-CODES",
            Self::AuthRespCode => "AUTH-RESP-CODE",
            Self::Stls => "STLS",
            Self::Sasl(_) => "SASL",
            Self::LoginDelay { .. } => "LOGIN-DELAY",
            Self::Expire { .. } => "EXPIRE",
            Self::Implementation(_) => "IMPLEMENTATION",
            Self::Other(raw) => raw.tag(),
        }
    }
}

fn is_per_user<'a>(mut arguments: impl Iterator<Item = &'a str>) -> bool {
    arguments.next().is_some_and(|argument| argument.eq_ignore_ascii_case("USER"))
}

impl fmt::Display for Capability<'_> {
    /// The line, without its CRLF.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = |per_user: &bool| if *per_user { " USER" } else { "" };
        match self {
            Self::Sasl(MechanismList("")) => f.write_str("SASL"),
            Self::Sasl(MechanismList(names)) => write!(f, "SASL {names}"),
            Self::LoginDelay { seconds, per_user } => write!(f, "LOGIN-DELAY {seconds}{}", user(per_user)),
            Self::Expire { after: Expire::Never, per_user } => write!(f, "EXPIRE NEVER{}", user(per_user)),
            Self::Expire { after: Expire::Days(days), per_user } => write!(f, "EXPIRE {days}{}", user(per_user)),
            Self::Implementation(text) => write!(f, "IMPLEMENTATION {text}"),
            Self::Other(raw) => f.write_str(raw.as_str()),
            bare => f.write_str(bare.tag()),
        }
    }
}
