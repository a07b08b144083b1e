use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{Directive, DomainSpec, MacroString, Mechanism, Modifier, PrefixLengths, Qualifier, Record, address};
use crate::dns::Records;

/// What is wrong with a record, and where. The fault is of the domain that published it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("at octet {position}: {fault}")]
pub struct SyntaxError {
    /// The octet at which the faulty part starts, counted from 0.
    pub position: usize,
    /// What is wrong.
    pub fault: SyntaxFault,
}

/// The ways in which a record can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum SyntaxFault {
    /// The text does not start with `v=spf1` and a space: it is no SPF record at all.
    #[error("this is no SPF record")]
    Version,
    /// Neither printable ASCII nor a space.
    #[error("this character is not allowed")]
    Character,
    /// A mechanism that RFC 7208 does not define.
    #[error("there is no such mechanism")]
    UnknownMechanism,
    /// A mechanism that takes no argument has one, or a mechanism has an empty one.
    #[error("the mechanism cannot have this argument")]
    Argument,
    /// A domain is needed.
    #[error("a domain is missing")]
    MissingDomain,
    /// The domain does not end in a top-level label or a macro.
    #[error("the domain does not end as a domain name does")]
    TopLabel,
    /// Not an address of the mechanism's family.
    #[error("this is no such address")]
    Address,
    /// Not a number of bits that the address family has, or written with a leading zero.
    #[error("this is no prefix length")]
    PrefixLength,
    /// A percent sign that does not start a macro, or a malformed one.
    #[error("this is no macro")]
    Macro,
    /// A macro letter that only explanations may use.
    #[error("this macro letter is for explanations only")]
    MacroLetter,
    /// `redirect` or `exp` stands there for the second time.
    #[error("this modifier is there twice")]
    DuplicateModifier,
    /// A modifier's name is not a name.
    #[error("this is no modifier name")]
    ModifierName,
}

/// Why the TXT records of a domain hold no usable SPF policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum NoPolicy {
    /// None of them is an SPF record.
    #[error("there is no SPF record")]
    None,
    /// More than one is.
    #[error("there are several SPF records")]
    Several,
    /// The record is longer than [`Limits::record_octets`](super::Limits::record_octets).
    #[error("the SPF record is too long")]
    TooLong,
    /// The record is malformed.
    #[error("the SPF record is malformed {0}")]
    Syntax(#[from] SyntaxError),
}

impl Record {
    /// Reads a record: the joined character-strings of one TXT record.
    ///
    /// # Errors
    /// [`SyntaxError`] with the position of the first fault.
    pub fn parse(text: &[u8]) -> Result<Self, SyntaxError> {
        let fault = |position, fault| SyntaxError { position, fault };
        if !is_spf(text) {
            return Err(fault(0, SyntaxFault::Version));
        }
        let printable = |octet: &u8| matches!(octet, b' '..=b'~');
        // Looked at as a whole first: that is quicker than to look for the place of a fault that is hardly ever there.
        let (mut all_printable, mut spaces) = (true, 0);
        for octets in text.chunks(usize::from(u8::MAX)) {
            let (these_printable, these_spaces) = octets.iter().fold((true, 0_u8), |(so_far, spaces), octet| {
                (so_far & printable(octet), spaces + u8::from(*octet == b' '))
            });
            all_printable &= these_printable;
            spaces += usize::from(these_spaces);
        }
        if !all_printable {
            let position = text.iter().position(|octet| !printable(octet)).unwrap_or(0);
            return Err(fault(position, SyntaxFault::Character));
        }
        let mut terms = Terms { directives: Vec::with_capacity(spaces.min(64)), ..Terms::default() };
        let mut position = VERSION.len() + 1;
        while let Some(rest) = text.get(position..).filter(|rest| !rest.is_empty()) {
            if let Some(length) = terms.leading_network(rest) {
                position += length + 1;
                continue;
            }
            let length = memchr::memchr(b' ', rest).unwrap_or(rest.len());
            if length > 0 {
                let term = core::str::from_utf8(&rest[..length]);
                terms.term(term.map_err(|_| fault(position, SyntaxFault::Character))?, position)?;
            }
            position += length + 1;
        }
        Ok(Self {
            directives: terms.directives.into_boxed_slice(),
            redirect: terms.redirect,
            explanation: terms.explanation,
            unknown: terms.unknown.into_boxed_slice(),
        })
    }

    /// Finds and reads the one SPF record among a domain's TXT records (RFC 7208 section 4.5).
    ///
    /// # Errors
    /// [`NoPolicy`] says why there is none to use.
    pub fn select(records: &Records) -> Result<Self, NoPolicy> {
        Self::select_up_to(records, usize::MAX)
    }

    pub(super) fn select_up_to(records: &Records, longest: usize) -> Result<Self, NoPolicy> {
        let mut found = records.texts().filter(|text| is_spf(text));
        let record = found.next().ok_or(NoPolicy::None)?;
        if found.next().is_some() {
            return Err(NoPolicy::Several);
        }
        if record.len() > longest {
            return Err(NoPolicy::TooLong);
        }
        Ok(Self::parse(record)?)
    }
}

const VERSION: &[u8] = b"v=spf1";

fn is_spf(text: &[u8]) -> bool {
    text.get(..VERSION.len()).is_some_and(|version| version.eq_ignore_ascii_case(VERSION))
        && text.get(VERSION.len()).is_none_or(|next| *next == b' ')
}

#[derive(Default)]
struct Terms {
    directives: Vec<Directive>,
    redirect: Option<DomainSpec>,
    explanation: Option<DomainSpec>,
    unknown: Vec<Modifier>,
}

impl Terms {
    /// Reads the `ip4` or `ip6` that a text starts with, and tells its length: most terms are of this kind. What is not
    /// as it should be is left to the general way, which can tell what is wrong.
    #[inline]
    fn leading_network(&mut self, text: &[u8]) -> Option<usize> {
        let (qualifier, sign) = qualifier(text);
        // Pushed where its parts are known, so that they are written once.
        let rest = match text.get(sign..)? {
            [b'i' | b'I', b'p' | b'P', b'4', b':', rest @ ..] => {
                let (address, rest) = address::leading_ip4(rest)?;
                let (prefix_length, rest) = leading_prefix_length(rest, 32)?;
                self.directives.push(Directive { qualifier, mechanism: Mechanism::Ip4 { address, prefix_length } });
                rest
            }
            [b'i' | b'I', b'p' | b'P', b'6', b':', rest @ ..] => {
                let (address, rest) = address::leading_ip6(rest)?;
                let (prefix_length, rest) = leading_prefix_length(rest, 128)?;
                self.directives.push(Directive { qualifier, mechanism: Mechanism::Ip6 { address, prefix_length } });
                rest
            }
            _ => return None,
        };
        Some(text.len() - rest.len())
    }

    fn term(&mut self, term: &str, position: usize) -> Result<(), SyntaxError> {
        let name_end = term.bytes().position(|octet| matches!(octet, b':' | b'/' | b'=')).unwrap_or(term.len());
        if term.as_bytes().get(name_end) == Some(&b'=') {
            return self.modifier(&term[..name_end], &term[name_end + 1..], position);
        }
        let (qualifier, sign) = qualifier(term.as_bytes());
        let name = term.get(sign..name_end).unwrap_or_default();
        let mechanism = mechanism(name, &term[name_end..], position + sign, position + name_end)?;
        self.directives.push(Directive { qualifier, mechanism });
        Ok(())
    }

    /// RFC 7208 section 6.
    fn modifier(&mut self, name: &str, value: &str, position: usize) -> Result<(), SyntaxError> {
        let value_position = position + name.len() + 1;
        let known = if name.eq_ignore_ascii_case("redirect") {
            &mut self.redirect
        } else if name.eq_ignore_ascii_case("exp") {
            &mut self.explanation
        } else {
            let mut octets = name.bytes();
            let starts = octets.next().is_some_and(|o| o.is_ascii_alphabetic());
            if !starts || !octets.all(|o| o.is_ascii_alphanumeric() || matches!(o, b'-' | b'_' | b'.')) {
                return Err(SyntaxError { position, fault: SyntaxFault::ModifierName });
            }
            let value = MacroString::parse_term(value, value_position)?;
            self.unknown.push(Modifier { name: Box::from(name), value });
            return Ok(());
        };
        if known.is_some() {
            return Err(SyntaxError { position, fault: SyntaxFault::DuplicateModifier });
        }
        *known = Some(DomainSpec::parse_at(value, value_position)?);
        Ok(())
    }
}

/// The qualifier of a directive, and the length of its sign.
#[inline]
fn qualifier(term: &[u8]) -> (Qualifier, usize) {
    match term.first() {
        Some(b'+') => (Qualifier::Pass, 1),
        Some(b'-') => (Qualifier::Fail, 1),
        Some(b'~') => (Qualifier::SoftFail, 1),
        Some(b'?') => (Qualifier::Neutral, 1),
        _ => (Qualifier::Pass, 0),
    }
}

/// The prefix length behind a slash, or `most` if there is no slash, where a term ends.
#[inline]
fn leading_prefix_length(text: &[u8], most: u8) -> Option<(u8, &[u8])> {
    let (length, rest) = match text.strip_prefix(b"/") {
        Some(digits) => address::leading_number(digits)?,
        None => (most, text),
    };
    (length <= most && matches!(rest, [] | [b' ', ..])).then_some((length, rest))
}

/// RFC 7208 section 5: `argument` starts with its colon or slash, or is empty.
fn mechanism(name: &str, argument: &str, name_at: usize, argument_at: usize) -> Result<Mechanism, SyntaxError> {
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    let fault = |fault| SyntaxError { position: argument_at, fault };
    let required = |domain: Option<DomainSpec>| domain.ok_or_else(|| fault(SyntaxFault::MissingDomain));
    match name.len() {
        3 if is("ip4") => {
            let (address, digits) = network(argument).ok_or_else(|| fault(SyntaxFault::Address))?;
            let address = address.parse().map_err(|_| fault(SyntaxFault::Address))?;
            let prefix_length = prefix_length(digits, 32).ok_or_else(|| fault(SyntaxFault::PrefixLength))?;
            Ok(Mechanism::Ip4 { address, prefix_length })
        }
        3 if is("ip6") => {
            let (address, digits) = network(argument).ok_or_else(|| fault(SyntaxFault::Address))?;
            let address = address.parse().map_err(|_| fault(SyntaxFault::Address))?;
            let prefix_length = prefix_length(digits, 128).ok_or_else(|| fault(SyntaxFault::PrefixLength))?;
            Ok(Mechanism::Ip6 { address, prefix_length })
        }
        3 if is("all") && argument.is_empty() => Ok(Mechanism::All),
        3 if is("all") => Err(fault(SyntaxFault::Argument)),
        3 if is("ptr") => Ok(Mechanism::Ptr(domain(argument, argument_at)?)),
        7 if is("include") => Ok(Mechanism::Include(required(domain(argument, argument_at)?)?)),
        6 if is("exists") => Ok(Mechanism::Exists(required(domain(argument, argument_at)?)?)),
        1 | 2 if is("a") || is("mx") => {
            let (argument, prefix) = dual_prefix_length(argument, argument_at)?;
            let domain = domain(argument, argument_at)?;
            Ok(if is("a") { Mechanism::A { domain, prefix } } else { Mechanism::Mx { domain, prefix } })
        }
        _ => Err(SyntaxError { position: name_at, fault: SyntaxFault::UnknownMechanism }),
    }
}

/// Parts `:address/prefix`.
fn network(argument: &str) -> Option<(&str, Option<&str>)> {
    let argument = argument.strip_prefix(':')?;
    Some(match argument.bytes().position(|octet| octet == b'/') {
        Some(slash) => (&argument[..slash], Some(&argument[slash + 1..])),
        None => (argument, None),
    })
}

fn domain(argument: &str, position: usize) -> Result<Option<DomainSpec>, SyntaxError> {
    if argument.is_empty() {
        return Ok(None);
    }
    let text = argument.strip_prefix(':').ok_or(SyntaxError { position, fault: SyntaxFault::Argument })?;
    DomainSpec::parse_at(text, position + 1).map(Some)
}

/// Cuts `/24`, `//64` or `/24//64` from the end. A slash may also stand in the domain, so this reads from the right.
fn dual_prefix_length(argument: &str, position: usize) -> Result<(&str, PrefixLengths), SyntaxError> {
    let mut prefix = PrefixLengths::HOST;
    let mut rest = argument;
    let fault = |at: usize| SyntaxError { position: position + at, fault: SyntaxFault::PrefixLength };
    if let Some((front, digits)) = trailing_digits(rest)
        && let Some(front) = front.strip_suffix("//")
    {
        prefix.ip6 = prefix_length(Some(digits), 128).ok_or_else(|| fault(front.len()))?;
        rest = front;
    }
    if let Some((front, digits)) = trailing_digits(rest)
        && let Some(front) = front.strip_suffix('/')
    {
        prefix.ip4 = prefix_length(Some(digits), 32).ok_or_else(|| fault(front.len()))?;
        rest = front;
    }
    Ok((rest, prefix))
}

fn trailing_digits(text: &str) -> Option<(&str, &str)> {
    let front = text.trim_end_matches(|c: char| c.is_ascii_digit());
    (front.len() < text.len() && front.ends_with('/')).then(|| (front, &text[front.len()..]))
}

fn prefix_length(digits: Option<&str>, most: u8) -> Option<u8> {
    let Some(digits) = digits else { return Some(most) };
    match address::leading_number(digits.as_bytes())? {
        (length, []) if length <= most => Some(length),
        _ => None,
    }
}
