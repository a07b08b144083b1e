//! What a server offers: the keywords of its answer to EHLO (RFC 5321, section 4.1.1.1).
//!
//! A server writes each [`Capability`] by its `Display`; a client reads them off the reply with
//! [`ReplyRef::capabilities`], or asks the [`Capabilities`] that its machine keeps. Keywords are compared without
//! regard to case, and one that is not known here is kept as it came.
//!
//! ```
//! use smtp_proto::capabilities::{Capabilities, Capability};
//! use smtp_proto::reply::ReplyParser;
//!
//! let received = b"250-mx.example at your service\r\n250-size 1000000\r\n250-AUTH PLAIN LOGIN\r\n250 X-HELLO a b\r\n";
//! let reply = ReplyParser::default().parse(received)?.unwrap();
//! assert_eq!(reply.capabilities().next(), Some(Capability::Size(Some(1_000_000))));
//!
//! let offered = Capabilities::of(reply);
//! assert_eq!(offered.largest_message(), Some(1_000_000));
//! assert!(offered.offers_mechanism("plain"));
//! assert!(offered.offers("x-hello"));
//! assert!(!offered.pipelining());
//! # Ok::<(), smtp_proto::reply::ReplyDefect>(())
//! ```

use alloc::vec::Vec;
use core::fmt;

use memchr::{memchr, memchr_iter};

use crate::reply::{RawLines, ReplyRef};

/// One service extension, as a line of the answer to EHLO announces it. `Display` writes the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Capability<'a> {
    /// `8BITMIME`: MAIL takes `BODY=` (RFC 6152).
    EightBitMime,
    /// `AUTH` and the mechanisms (RFC 4954); the form `AUTH=` of before the standard reads the same.
    Auth(Mechanisms<'a>),
    /// `BINARYMIME`: BDAT carries lines of any form (RFC 3030).
    BinaryMime,
    /// `CHUNKING`: BDAT (RFC 3030).
    Chunking,
    /// `DSN`: delivery status notifications (RFC 3461).
    Dsn,
    /// `ENHANCEDSTATUSCODES`: replies begin with one (RFC 2034).
    EnhancedStatusCodes,
    /// `EXPN` is served (RFC 5321).
    Expn,
    /// `HELP` is served (RFC 5321).
    Help,
    /// `PIPELINING`: commands may be sent in batches (RFC 2920).
    Pipelining,
    /// `REQUIRETLS` (RFC 8689).
    RequireTls,
    /// `SIZE`, and the largest message in octets if the server says it; zero is no fixed limit (RFC 1870).
    Size(Option<u64>),
    /// `SMTPUTF8`: internationalized addresses (RFC 6531).
    SmtpUtf8,
    /// `STARTTLS` (RFC 3207).
    StartTls,
    /// `VRFY` is served.
    Vrfy,
    /// A keyword that is not known here.
    Other(Extension<'a>),
}

/// The keyword without parameters that a text begins with, and its length, if it is known here.
#[inline]
fn known_keyword(text: &[u8]) -> Option<(&'static Capability<'static>, usize)> {
    const HELP: u32 = head(*b"HELP");
    const VRFY: u32 = head(*b"VRFY");
    const EXPN: u32 = head(*b"EXPN");
    const STAR: u32 = head(*b"STAR");
    const CHUN: u32 = head(*b"CHUN");
    const SMTP: u32 = head(*b"SMTP");
    const PIPE: u32 = head(*b"PIPE");
    const BINA: u32 = head(*b"BINA");
    const REQU: u32 = head(*b"REQU");
    const ENHA: u32 = head(*b"ENHA");
    const EIGHT_BIT: u32 = head(*b"8BIT");
    let head = text.first_chunk().map(|first| head(*first));
    match head.unwrap_or_default() {
        HELP => begins(text, b"HELP", &Capability::Help),
        VRFY => begins(text, b"VRFY", &Capability::Vrfy),
        EXPN => begins(text, b"EXPN", &Capability::Expn),
        STAR => begins(text, b"STARTTLS", &Capability::StartTls),
        EIGHT_BIT => begins(text, b"8BITMIME", &Capability::EightBitMime),
        CHUN => begins(text, b"CHUNKING", &Capability::Chunking),
        SMTP => begins(text, b"SMTPUTF8", &Capability::SmtpUtf8),
        PIPE => begins(text, b"PIPELINING", &Capability::Pipelining),
        BINA => begins(text, b"BINARYMIME", &Capability::BinaryMime),
        REQU => begins(text, b"REQUIRETLS", &Capability::RequireTls),
        ENHA => begins(text, b"ENHANCEDSTATUSCODES", &Capability::EnhancedStatusCodes),
        _ => begins(text, b"DSN", &Capability::Dsn),
    }
}

/// The first four octets of a keyword as one number, without the case of letters: enough to tell which it can be.
const fn head(first: [u8; 4]) -> u32 {
    u32::from_be_bytes(first) & 0xDFDF_DFDF
}

/// The capability and the length of its keyword, if the text begins with it.
#[inline]
fn begins<const LENGTH: usize>(
    text: &[u8],
    keyword: &[u8; LENGTH],
    capability: &'static Capability<'static>,
) -> Option<(&'static Capability<'static>, usize)> {
    equals_ignoring_case(text.first_chunk()?, keyword).then_some((capability, LENGTH))
}

/// The text, if all of it is printable ASCII, without the blanks at its end.
#[inline]
fn printable(text: &[u8]) -> Option<&str> {
    // Without a branch for each octet: the text is short, and nearly always good.
    let bad = text.iter().fold(false, |bad, octet| bad | !matches!(octet, b' '..=b'~'));
    if bad { None } else { core::str::from_utf8(text.trim_ascii_end()).ok() }
}

/// Whether two texts are the same but for the case of letters. The second is of letters in upper case and digits.
#[inline]
fn equals_ignoring_case<const LENGTH: usize>(text: &[u8; LENGTH], keyword: &[u8; LENGTH]) -> bool {
    // Eight octets at once. Letters alone have bit 6 set, and of those alone bit 5 is the case.
    let differs = |text: [u8; 8], keyword: [u8; 8]| {
        let (text, keyword) = (u64::from_ne_bytes(text), u64::from_ne_bytes(keyword));
        let case = (keyword & 0x4040_4040_4040_4040) >> 1;
        (text & !case) ^ keyword
    };
    match (text.last_chunk(), keyword.last_chunk()) {
        (Some(last), Some(last_of_keyword)) => {
            let words = text.as_chunks().0.iter().zip(keyword.as_chunks().0);
            words.fold(differs(*last, *last_of_keyword), |bits, (a, b)| bits | differs(*a, *b)) == 0
        }
        // Shorter than that, and short enough.
        _ => text.iter().zip(keyword).fold(0, |bits, (a, b)| bits | (a.to_ascii_uppercase() ^ b)) == 0,
    }
}

/// The names of SASL mechanisms behind `AUTH`, divided by blanks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Mechanisms<'a>(&'a str);

/// A keyword that is not known here, and its parameters, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension<'a> {
    keyword: &'a str,
    parameters: &'a str,
}

/// Why a [`Mechanisms`] or an [`Extension`] was not built. The caller's mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a keyword and parameters as EHLO may announce them")]
pub struct InvalidCapability;

impl<'a> Capability<'a> {
    /// Reads a line of an answer to EHLO, without its code. Nothing can be read from a line that is empty or has
    /// octets other than printable ASCII.
    pub fn parse(line: &'a [u8]) -> Option<Self> {
        match known_keyword(line) {
            Some((known, length)) if matches!(line.get(length), None | Some(b' ')) => Some(*known),
            _ => Self::parse_size(line).or_else(|| Self::parse_auth(line)).or_else(|| Self::parse_other(line)),
        }
    }

    /// `SIZE`, perhaps with a number. With anything else it is none that is known.
    fn parse_size(line: &[u8]) -> Option<Self> {
        let (keyword, parameters) = line.split_first_chunk()?;
        if !equals_ignoring_case(keyword, b"SIZE") {
            return None;
        }
        match parameters.trim_ascii_end() {
            [] => Some(Self::Size(None)),
            [b' ', digits @ ..] if !digits.is_empty() => {
                let limit = digits.iter().try_fold(0_u64, |limit, digit| match digit {
                    b'0'..=b'9' => limit.checked_mul(10)?.checked_add(u64::from(digit - b'0')),
                    _ => None,
                });
                limit.map(|limit| Self::Size(Some(limit)))
            }
            _ => None,
        }
    }

    /// `AUTH` and names, or `AUTH=` and names.
    fn parse_auth(line: &'a [u8]) -> Option<Self> {
        let (keyword, names) = line.split_first_chunk()?;
        if !equals_ignoring_case(keyword, b"AUTH") {
            return None;
        }
        match names {
            [] => Some(Self::Auth(Mechanisms(""))),
            [b' ' | b'=', names @ ..] => printable(names).map(|names| Self::Auth(Mechanisms(names))),
            _ => None,
        }
    }

    fn parse_other(line: &'a [u8]) -> Option<Self> {
        let line = printable(line)?;
        let (keyword, parameters) = line.split_once(' ').unwrap_or((line, ""));
        (!keyword.is_empty()).then_some(Self::Other(Extension { keyword, parameters }))
    }

    /// The keyword, in upper case if it is known here.
    pub fn keyword(&self) -> &'a str {
        match self {
            Self::EightBitMime => "8BITMIME",
            Self::Auth(_) => "AUTH",
            Self::BinaryMime => "BINARYMIME",
            Self::Chunking => "CHUNKING",
            Self::Dsn => "DSN",
            Self::EnhancedStatusCodes => "ENHANCEDSTATUSCODES",
            Self::Expn => "EXPN",
            Self::Help => "HELP",
            Self::Pipelining => "PIPELINING",
            Self::RequireTls => "REQUIRETLS",
            Self::Size(_) => "SIZE",
            Self::SmtpUtf8 => "SMTPUTF8",
            Self::StartTls => "STARTTLS",
            Self::Vrfy => "VRFY",
            Self::Other(extension) => extension.keyword,
        }
    }
}

impl fmt::Display for Capability<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.keyword())?;
        match self {
            Self::Size(Some(limit)) => write!(f, " {limit}"),
            Self::Auth(Mechanisms(parameters)) | Self::Other(Extension { parameters, .. })
                if !parameters.is_empty() =>
            {
                write!(f, " {parameters}")
            }
            _ => Ok(()),
        }
    }
}

impl<'a> Mechanisms<'a> {
    /// The mechanisms of a list with a blank between each two names, as in `PLAIN LOGIN`.
    ///
    /// # Errors
    ///
    /// [`InvalidCapability`] if a name is not one of 1 to 20 letters, digits, hyphens and underscores (RFC 4422,
    /// section 3.1).
    pub fn new(names: &'a str) -> Result<Self, InvalidCapability> {
        names.split(' ').all(is_mechanism_name).then_some(Self(names)).ok_or(InvalidCapability)
    }

    /// The names, as they were given.
    pub fn names(self) -> impl Iterator<Item = &'a str> {
        self.0.split(' ').filter(|name| !name.is_empty())
    }

    /// Whether a mechanism is among them.
    pub fn contains(self, name: &str) -> bool {
        self.names().any(|offered| offered.eq_ignore_ascii_case(name))
    }
}

impl fmt::Debug for Mechanisms<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// Whether `name` can be the name of a SASL mechanism (RFC 4422, section 3.1; case is not regarded).
pub(crate) fn is_mechanism_name(name: &str) -> bool {
    (1..=20).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

impl<'a> Extension<'a> {
    /// An extension to announce. Parameters are divided by single blanks.
    ///
    /// # Errors
    ///
    /// [`InvalidCapability`] if the keyword is not of letters, digits and inner hyphens, or the parameters are not
    /// printable ASCII (RFC 5321, section 4.1.1.1).
    pub fn new(keyword: &'a str, parameters: &'a str) -> Result<Self, InvalidCapability> {
        let keyword_is_good = keyword.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && keyword.bytes().next().is_some_and(|first| first != b'-');
        let parameters_are_good = parameters.is_empty()
            || parameters.split(' ').all(|one| !one.is_empty() && one.bytes().all(|byte| byte.is_ascii_graphic()));
        (keyword_is_good && parameters_are_good).then_some(Self { keyword, parameters }).ok_or(InvalidCapability)
    }

    /// The keyword, as it was given.
    pub const fn keyword(&self) -> &'a str {
        self.keyword
    }

    /// The parameters, as they were given.
    pub const fn parameters(&self) -> &'a str {
        self.parameters
    }
}

impl<'a> ReplyRef<'a> {
    /// The capabilities that the reply announces, if it is the answer to EHLO: one for each line behind the first.
    pub fn capabilities(&self) -> AnnouncedCapabilities<'a> {
        let mut lines = self.raw_lines();
        lines.next();
        AnnouncedCapabilities { lines }
    }
}

/// The capabilities that a reply announces. See [`ReplyRef::capabilities`].
#[derive(Clone, Debug)]
pub struct AnnouncedCapabilities<'a> {
    lines: RawLines<'a>,
}

impl<'a> Iterator for AnnouncedCapabilities<'a> {
    type Item = Capability<'a>;

    fn next(&mut self) -> Option<Capability<'a>> {
        // Most keywords are known and end the line, so that its end need not be searched.
        let known = known_keyword(self.lines.text());
        if let Some((known, length)) = known
            && self.lines.skip_line_of(length)
        {
            return Some(*known);
        }
        self.lines.find_map(Capability::parse)
    }
}

/// All that a server offers, kept. Without an answer to EHLO, that is nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// The lines behind the first, each with an LF.
    lines: Vec<u8>,
}

impl Capabilities {
    /// What an answer to EHLO announces.
    pub fn of(answer: ReplyRef<'_>) -> Self {
        let mut lines = Vec::new();
        lines.reserve_exact(answer.raw_lines().skip(1).map(|line| line.len() + 1).sum());
        for line in answer.raw_lines().skip(1) {
            lines.extend_from_slice(line);
            lines.push(b'\n');
        }
        Self { lines }
    }

    /// Each capability, in the order in which they were announced.
    pub fn iter(&self) -> impl Iterator<Item = Capability<'_>> {
        let mut start = 0;
        memchr_iter(b'\n', &self.lines).filter_map(move |lf| {
            let line = self.lines.get(start..lf)?;
            start = lf + 1;
            Capability::parse(line)
        })
    }

    /// Whether a keyword was announced, known here or not.
    pub fn offers(&self, keyword: &str) -> bool {
        self.iter().any(|offered| offered.keyword().eq_ignore_ascii_case(keyword))
    }

    /// Whether commands may be sent in batches.
    pub fn pipelining(&self) -> bool {
        self.iter().any(|offered| offered == Capability::Pipelining)
    }

    /// Whether STARTTLS can be sent.
    pub fn starttls(&self) -> bool {
        self.iter().any(|offered| offered == Capability::StartTls)
    }

    /// Whether MAIL takes `BODY=8BITMIME`.
    pub fn eight_bit_mime(&self) -> bool {
        self.iter().any(|offered| offered == Capability::EightBitMime)
    }

    /// Whether MAIL takes `SIZE=`.
    pub fn size(&self) -> bool {
        self.iter().any(|offered| matches!(offered, Capability::Size(_)))
    }

    /// The largest message that the server takes, in octets, if it has a fixed limit and says it.
    pub fn largest_message(&self) -> Option<u64> {
        self.iter().find_map(|offered| match offered {
            Capability::Size(limit) => limit.filter(|limit| *limit > 0),
            _ => None,
        })
    }

    /// The SASL mechanisms, of every line that announces some.
    pub fn mechanisms(&self) -> impl Iterator<Item = &str> {
        self.iter()
            .filter_map(|offered| match offered {
                Capability::Auth(mechanisms) => Some(mechanisms.names()),
                _ => None,
            })
            .flatten()
    }

    /// Whether a SASL mechanism was announced.
    pub fn offers_mechanism(&self, name: &str) -> bool {
        self.mechanisms().any(|offered| offered.eq_ignore_ascii_case(name))
    }

    pub(crate) fn allocated(&self) -> usize {
        self.lines.capacity()
    }

    /// Whether nothing is offered, or nothing is known of it.
    pub fn is_empty(&self) -> bool {
        memchr(b'\n', &self.lines).is_none()
    }
}

impl fmt::Debug for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
