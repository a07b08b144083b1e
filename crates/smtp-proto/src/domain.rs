use alloc::borrow::Cow;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

use crate::syntax::{NAME, Parsed, SyntaxError, fail, span, whole};

/// A domain name, as `EHLO` and the right side of a mailbox have it (RFC 5321, section 2.3.5).
///
/// Labels are letters, digits and inner hyphens; the underscore is taken too, since hosts do have such names.
/// Domains are equal whatever their case.
///
/// ```
/// use smtp_proto::Domain;
///
/// assert_eq!(Domain::parse("MX.example")?, Domain::parse("mx.example")?);
/// assert!(Domain::parse("mx..example").is_err());
/// # Ok::<(), smtp_proto::SyntaxError>(())
/// ```
#[derive(Clone)]
pub struct Domain<'a>(Cow<'a, str>);

impl<'a> Domain<'a> {
    /// The longest domain, in octets (RFC 5321, section 4.5.3.1.2).
    pub const LONGEST: usize = 255;

    /// Checks a domain.
    ///
    /// # Errors
    ///
    /// [`SyntaxError::Domain`].
    pub fn parse(text: &'a str) -> Result<Self, SyntaxError> {
        match domain_length(text.as_bytes()) {
            Some(length) if length == text.len() => Ok(Self(Cow::Borrowed(text))),
            _ => Err(SyntaxError::Domain),
        }
    }

    /// The text, as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same, independent of what it was parsed from.
    pub fn into_owned(self) -> Domain<'static> {
        Domain(Cow::Owned(self.0.into_owned()))
    }

    /// A domain that has been checked already.
    pub(crate) fn checked(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

pub(crate) fn domain(input: &str) -> Parsed<'_, Domain<'_>> {
    let Some(length) = domain_length(input.as_bytes()) else { return fail(SyntaxError::Domain) };
    let (name, rest) = input.split_at(length);
    Ok((rest, Domain(Cow::Borrowed(name))))
}

/// How long the domain at the beginning of a text is, if there is one.
#[inline]
pub(crate) fn domain_length(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes;
    loop {
        rest = rest.get(label_length(rest)?..)?;
        match rest.first() {
            Some(b'.') => rest = &rest[1..],
            _ => break,
        }
    }
    let length = bytes.len() - rest.len();
    (length <= Domain::LONGEST).then_some(length)
}

/// How long the label at the beginning is: it begins and ends with a letter or digit, hyphens only within.
#[inline]
fn label_length(bytes: &[u8]) -> Option<usize> {
    let mut length = span(bytes, NAME);
    if length == 0 {
        return None;
    }
    while bytes.get(length) == Some(&b'-') {
        let hyphens = bytes[length..].iter().take_while(|byte| **byte == b'-').count();
        let more = span(&bytes[length + hyphens..], NAME);
        if more == 0 {
            return None;
        }
        length += hyphens + more;
    }
    (length <= 63).then_some(length)
}

impl PartialEq for Domain<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Domain<'_> {}

impl Hash for Domain<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for byte in self.0.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
        state.write_u8(0xff);
    }
}

impl fmt::Display for Domain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Domain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Domain({})", self.0)
    }
}

impl FromStr for Domain<'static> {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        Domain::parse(text).map(Domain::into_owned)
    }
}

/// A host that has an address instead of a name: `[192.0.2.1]`, `[IPv6:2001:db8::1]` (RFC 5321, section 4.1.3).
///
/// Other tags than `IPv6` have never been registered and are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AddressLiteral(pub IpAddr);

impl AddressLiteral {
    /// Reads a literal with its brackets.
    ///
    /// # Errors
    ///
    /// [`SyntaxError::AddressLiteral`].
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        whole(address_literal, text, SyntaxError::AddressLiteral)
    }
}

pub(crate) fn address_literal(input: &str) -> Parsed<'_, AddressLiteral> {
    let inner = input.strip_prefix('[').and_then(|inner| inner.split_once(']'));
    let Some((address, rest)) = inner else { return fail(SyntaxError::AddressLiteral) };
    let parsed = match address.split_at_checked(5) {
        Some((tag, address)) if tag.eq_ignore_ascii_case("IPv6:") => address.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        _ => ipv4_address(address).map(IpAddr::V4),
    };
    match parsed {
        Some(address) => Ok((rest, AddressLiteral(address))),
        None => fail(SyntaxError::AddressLiteral),
    }
}

/// Four numbers of up to three digits, decimal whatever zeros they begin with: `192.168.001.010` is `192.168.1.10`.
fn ipv4_address(text: &str) -> Option<Ipv4Addr> {
    let mut numbers = text.split('.');
    let mut octets = [0; 4];
    for octet in &mut octets {
        let digits = numbers.next().filter(|digits| digits.len() <= 3 && digits.bytes().all(|c| c.is_ascii_digit()))?;
        *octet = digits.parse().ok()?;
    }
    numbers.next().is_none().then_some(octets.into())
}

impl fmt::Display for AddressLiteral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => write!(f, "[{address}]"),
            IpAddr::V6(address) => write!(f, "[IPv6:{address}]"),
        }
    }
}

/// Who somebody says to be in `EHLO`, and where a mailbox is: a domain or an address literal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Host<'a> {
    /// A name.
    Domain(Domain<'a>),
    /// An address.
    Literal(AddressLiteral),
}

impl<'a> Host<'a> {
    /// Reads either form.
    ///
    /// # Errors
    ///
    /// [`SyntaxError::Domain`] or [`SyntaxError::AddressLiteral`].
    pub fn parse(text: &'a str) -> Result<Self, SyntaxError> {
        if text.starts_with('[') {
            AddressLiteral::parse(text).map(Self::Literal)
        } else {
            Domain::parse(text).map(Self::Domain)
        }
    }

    /// The domain, if it is one.
    pub fn domain(&self) -> Option<&Domain<'a>> {
        match self {
            Self::Domain(domain) => Some(domain),
            Self::Literal(_) => None,
        }
    }

    /// The same, independent of what it was parsed from.
    pub fn into_owned(self) -> Host<'static> {
        match self {
            Self::Domain(domain) => Host::Domain(domain.into_owned()),
            Self::Literal(literal) => Host::Literal(literal),
        }
    }
}

impl<'a> From<Domain<'a>> for Host<'a> {
    fn from(domain: Domain<'a>) -> Self {
        Self::Domain(domain)
    }
}

impl From<AddressLiteral> for Host<'_> {
    fn from(literal: AddressLiteral) -> Self {
        Self::Literal(literal)
    }
}

impl From<IpAddr> for Host<'_> {
    fn from(address: IpAddr) -> Self {
        Self::Literal(AddressLiteral(address))
    }
}

impl FromStr for Host<'static> {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        Host::parse(text).map(Host::into_owned)
    }
}

impl fmt::Display for Host<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Domain(domain) => domain.fmt(f),
            Self::Literal(literal) => literal.fmt(f),
        }
    }
}
