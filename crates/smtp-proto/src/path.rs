use core::fmt;
use core::str::FromStr;

use nom::Parser;
use nom::bytes::tag_no_case;
use nom::character::char;
use nom::combinator::{map, value};
use nom::multi::many0_count;
use nom::sequence::preceded;

use crate::Mailbox;
use crate::domain::domain;
use crate::mailbox::mailbox;
use crate::syntax::{Parsed, SyntaxError, fail, whole};

/// Where a message comes from, and where notifications about it go: the argument of `MAIL FROM:`.
///
/// ```
/// use smtp_proto::ReversePath;
///
/// assert_eq!(ReversePath::parse("<>")?, ReversePath::Null);
/// let from = ReversePath::parse("<@relay.example:ann@example.org>")?;
/// assert_eq!(from.to_string(), "<ann@example.org>");
/// # Ok::<(), smtp_proto::SyntaxError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ReversePath<'a> {
    /// `<>`: the sender of notifications, to whom nothing is ever sent (RFC 5321, section 4.5.5).
    Null,
    /// A mailbox.
    Mailbox(Mailbox<'a>),
}

impl<'a> ReversePath<'a> {
    /// Reads a path with its angle brackets. A source route is dropped (RFC 5321, appendix C).
    ///
    /// # Errors
    ///
    /// A [`SyntaxError`] that says which part is malformed.
    pub fn parse(text: &'a str) -> Result<Self, SyntaxError> {
        whole(reverse_path, text, SyntaxError::Path)
    }

    /// The mailbox, unless the path is null.
    pub fn mailbox(&self) -> Option<&Mailbox<'a>> {
        match self {
            Self::Null => None,
            Self::Mailbox(mailbox) => Some(mailbox),
        }
    }

    /// The same, independent of what it was parsed from.
    pub fn into_owned(self) -> ReversePath<'static> {
        match self {
            Self::Null => ReversePath::Null,
            Self::Mailbox(mailbox) => ReversePath::Mailbox(mailbox.into_owned()),
        }
    }
}

/// Where a message goes: the argument of `RCPT TO:`.
///
/// ```
/// use smtp_proto::ForwardPath;
///
/// assert_eq!(ForwardPath::parse("<postmaster>")?, ForwardPath::Postmaster);
/// assert!(ForwardPath::parse("<>").is_err());
/// # Ok::<(), smtp_proto::SyntaxError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ForwardPath<'a> {
    /// `<Postmaster>`, without a domain: whoever looks after this server, who must be reachable (RFC 5321,
    /// section 4.5.1).
    Postmaster,
    /// A mailbox.
    Mailbox(Mailbox<'a>),
}

impl<'a> ForwardPath<'a> {
    /// Reads a path with its angle brackets. A source route is dropped (RFC 5321, appendix C).
    ///
    /// # Errors
    ///
    /// A [`SyntaxError`] that says which part is malformed.
    pub fn parse(text: &'a str) -> Result<Self, SyntaxError> {
        whole(forward_path, text, SyntaxError::Path)
    }

    /// The mailbox, unless it is the postmaster without a domain.
    pub fn mailbox(&self) -> Option<&Mailbox<'a>> {
        match self {
            Self::Postmaster => None,
            Self::Mailbox(mailbox) => Some(mailbox),
        }
    }

    /// The same, independent of what it was parsed from.
    pub fn into_owned(self) -> ForwardPath<'static> {
        match self {
            Self::Postmaster => ForwardPath::Postmaster,
            Self::Mailbox(mailbox) => ForwardPath::Mailbox(mailbox.into_owned()),
        }
    }
}

/// `"<>" / Path`
#[inline]
pub(crate) fn reverse_path(input: &str) -> Parsed<'_, ReversePath<'_>> {
    if let Some(rest) = input.strip_prefix("<>") {
        return Ok((rest, ReversePath::Null));
    }
    map(path, ReversePath::Mailbox).parse(input)
}

/// `"<Postmaster>" / Path`
#[inline]
pub(crate) fn forward_path(input: &str) -> Parsed<'_, ForwardPath<'_>> {
    match path(input) {
        Ok((rest, mailbox)) => Ok((rest, ForwardPath::Mailbox(mailbox))),
        Err(error) => postmaster(input).map_err(|_| error),
    }
}

#[cold]
fn postmaster(input: &str) -> Parsed<'_, ForwardPath<'_>> {
    value(ForwardPath::Postmaster, tag_no_case("<Postmaster>")).parse(input)
}

/// `Path = "<" [ A-d-l ":" ] Mailbox ">"`
#[inline]
fn path(input: &str) -> Parsed<'_, Mailbox<'_>> {
    let Some(inner) = input.strip_prefix('<') else { return fail(SyntaxError::Path) };
    let inner = if inner.starts_with('@') { source_route(inner)?.0 } else { inner };
    let (rest, mailbox) = mailbox(inner)?;
    match rest.strip_prefix('>') {
        Some(rest) => Ok((rest, mailbox)),
        None => fail(SyntaxError::Path),
    }
}

/// `A-d-l = At-domain *( "," At-domain )`, with the colon behind it: parsed and dropped
fn source_route(input: &str) -> Parsed<'_, ()> {
    let hop = || preceded(char('@'), domain);
    value((), (hop(), many0_count(preceded(char(','), hop())), char(':'))).parse(input)
}

impl fmt::Display for ReversePath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("<>"),
            Self::Mailbox(mailbox) => write!(f, "<{mailbox}>"),
        }
    }
}

impl fmt::Display for ForwardPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Postmaster => f.write_str("<Postmaster>"),
            Self::Mailbox(mailbox) => write!(f, "<{mailbox}>"),
        }
    }
}

impl<'a> From<Mailbox<'a>> for ReversePath<'a> {
    fn from(mailbox: Mailbox<'a>) -> Self {
        Self::Mailbox(mailbox)
    }
}

impl<'a> From<Mailbox<'a>> for ForwardPath<'a> {
    fn from(mailbox: Mailbox<'a>) -> Self {
        Self::Mailbox(mailbox)
    }
}

impl FromStr for ReversePath<'static> {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        ReversePath::parse(text).map(ReversePath::into_owned)
    }
}

impl FromStr for ForwardPath<'static> {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        ForwardPath::parse(text).map(ForwardPath::into_owned)
    }
}
