//! Reading a record (RFC 7208 section 4.6.1 and 12).

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::str::FromStr;

use super::{
    Directive, DomainSpec, MacroString, Mechanism, Modifier, NoPolicy, PrefixLengths, Qualifier, Record, SyntaxError,
    SyntaxFault, address,
};
use crate::dns::Records;

impl Record {
    /// Reads a record: the joined character-strings of one TXT record.
    ///
    /// # Errors
    /// [`SyntaxError`] with the position of the first fault.
    pub fn parse(text: &[u8]) -> Result<Self, SyntaxError> {
        if !is_spf(text) {
            return Err(SyntaxError { position: 0, fault: SyntaxFault::Version });
        }
        Self::read(text).map_err(|error| character_fault(text).unwrap_or(error))
    }

    fn read(text: &[u8]) -> Result<Self, SyntaxError> {
        let spaces = memchr::memchr_iter(b' ', text).count();
        let mut terms = Terms { directives: Vec::with_capacity(spaces.min(64)), ..Terms::default() };
        let mut rest = text.get(VERSION.len()..).unwrap_or_default();
        // A term ends in front of a space, or at the end.
        while let [_, behind @ ..] = rest {
            rest = if ends_term(behind) { behind } else { terms.leading_term(behind, text.len() - behind.len())? };
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

/// Whether a text begins as a policy does.
pub(super) fn is_spf(text: &[u8]) -> bool {
    text.get(..VERSION.len()).is_some_and(|version| version.eq_ignore_ascii_case(VERSION))
        && text.get(VERSION.len()).is_none_or(|next| *next == b' ')
}

/// The first octet that no record can have: whatever else is wrong with it, that is worth telling. A record that can be
/// read has none.
#[cold]
fn character_fault(text: &[u8]) -> Option<SyntaxError> {
    let position = text.iter().position(|octet| !matches!(octet, b' '..=b'~'))?;
    Some(SyntaxError { position, fault: SyntaxFault::Character })
}

#[derive(Default)]
struct Terms {
    directives: Vec<Directive>,
    redirect: Option<DomainSpec>,
    explanation: Option<DomainSpec>,
    unknown: Vec<Modifier>,
}

impl Terms {
    /// Reads the term that `text` starts with, and gives what is behind it (RFC 7208 section 4.6.1).
    #[inline(always)]
    fn leading_term<'a>(&mut self, text: &'a [u8], position: usize) -> Result<&'a [u8], SyntaxError> {
        let (qualifier, unsigned) = match text {
            [b'+', unsigned @ ..] => (Qualifier::Pass, unsigned),
            [b'-', unsigned @ ..] => (Qualifier::Fail, unsigned),
            [b'~', unsigned @ ..] => (Qualifier::SoftFail, unsigned),
            [b'?', unsigned @ ..] => (Qualifier::Neutral, unsigned),
            _ => (Qualifier::Pass, text),
        };
        // Most terms are networks, and mostly the last one is `all`. Each has a reader of its own, with a function to itself
        // so that all it works with is in registers. A reader does not tell why it cannot read a term: that is rare.
        let rest = match unsigned {
            [i, p, b'4', b':', network @ ..] if is_ip(*i, *p) => self.leading_ip4(qualifier, network),
            [i, p, b'6', b':', network @ ..] if is_ip(*i, *p) => self.leading_ip6(qualifier, network),
            [b'a' | b'A', b'l' | b'L', b'l' | b'L', rest @ ..] if ends_term(rest) => {
                self.add(|| Directive { qualifier, mechanism: Mechanism::All });
                Some(rest)
            }
            _ => None,
        };
        match rest {
            Some(rest) => Ok(rest),
            None => self.other_term(text, unsigned, qualifier, position),
        }
    }

    #[inline(never)]
    fn leading_ip4<'a>(&mut self, qualifier: Qualifier, text: &'a [u8]) -> Option<&'a [u8]> {
        let (address, rest) = address::leading_ip4(text)?;
        let (prefix_length, rest) = leading_prefix_length(rest, 32)?;
        self.add(|| Directive { qualifier, mechanism: Mechanism::Ip4 { address, prefix_length } });
        Some(rest)
    }

    #[inline(never)]
    fn leading_ip6<'a>(&mut self, qualifier: Qualifier, text: &'a [u8]) -> Option<&'a [u8]> {
        let (address, rest) = address::leading_ip6(text)?;
        let (prefix_length, rest) = leading_prefix_length(rest, 128)?;
        self.add(|| Directive { qualifier, mechanism: Mechanism::Ip6 { address, prefix_length } });
        Some(rest)
    }

    /// Makes a directive in its place. To push it would be to make it elsewhere and to copy it as soon as it is written,
    /// for which a processor has to wait.
    #[inline(always)]
    fn add(&mut self, directive: impl FnOnce() -> Directive) {
        self.directives.extend(core::iter::once_with(directive));
    }

    /// Reads a term in the general way, which also tells what is wrong with it.
    fn other_term<'a>(
        &mut self,
        text: &'a [u8],
        unsigned: &'a [u8],
        qualifier: Qualifier,
        position: usize,
    ) -> Result<&'a [u8], SyntaxError> {
        let (term, rest) = text.split_at(memchr::memchr(b' ', text).unwrap_or(text.len()));
        let name_at = position + text.len() - unsigned.len();
        let (word, argument) = leading_word(&unsigned[..unsigned.len() - rest.len()]);
        let argument_at = position + term.len() - argument.len();
        match argument {
            // A modifier has no sign: here it would be a part of its name.
            [b'=', value @ ..] => self.modifier(&term[..argument_at - position], value, position)?,
            _ => {
                let mechanism = mechanism(word, argument, name_at, argument_at)?;
                self.directives.push(Directive { qualifier, mechanism });
            }
        }
        Ok(rest)
    }

    /// RFC 7208 section 6.
    fn modifier(&mut self, name: &[u8], value: &[u8], position: usize) -> Result<(), SyntaxError> {
        let value_at = position + name.len() + 1;
        let known = match word(name) {
            REDIRECT => &mut self.redirect,
            EXP => &mut self.explanation,
            _ => {
                let (name, value) = (text(name, position)?, text(value, value_at)?);
                if !is_modifier_name(name) {
                    return Err(SyntaxError { position, fault: SyntaxFault::ModifierName });
                }
                let value = MacroString::parse_term(value, value_at)?;
                self.unknown.push(Modifier { name: Box::from(name), value });
                return Ok(());
            }
        };
        if known.is_some() {
            return Err(SyntaxError { position, fault: SyntaxFault::DuplicateModifier });
        }
        *known = Some(domain_spec(value, value_at)?);
        Ok(())
    }
}

/// The name of a mechanism or modifier, in a form that is quick to compare.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Word {
    length: usize,
    /// The last eight octets, in lower case. Longer names have no meaning.
    octets: u64,
}

/// The name that a term starts with, up to its colon, slash or equals sign, and what is behind it.
#[inline]
const fn leading_word(term: &[u8]) -> (Word, &[u8]) {
    let (mut octets, mut rest) = (0, term);
    while let [octet, behind @ ..] = rest
        && !matches!(octet, b':' | b'/' | b'=')
    {
        octets = octets << 8 | octet.to_ascii_lowercase() as u64;
        rest = behind;
    }
    (Word { length: term.len() - rest.len(), octets }, rest)
}

const fn word(name: &[u8]) -> Word {
    leading_word(name).0
}

const ALL: Word = word(b"all");
const INCLUDE: Word = word(b"include");
const A: Word = word(b"a");
const MX: Word = word(b"mx");
const PTR: Word = word(b"ptr");
const IP4: Word = word(b"ip4");
const IP6: Word = word(b"ip6");
const EXISTS: Word = word(b"exists");
const REDIRECT: Word = word(b"redirect");
const EXP: Word = word(b"exp");

/// The letters that `ip4` and `ip6` start with.
#[inline(always)]
const fn is_ip(one: u8, other: u8) -> bool {
    u16::from_be_bytes([one, other]) | 0x2020 == u16::from_be_bytes(*b"ip")
}

#[inline(always)]
const fn ends_term(rest: &[u8]) -> bool {
    matches!(rest, [] | [b' ', ..])
}

/// The prefix length behind a slash, or `most` if there is no slash, where a term ends.
#[inline(always)]
fn leading_prefix_length(text: &[u8], most: u8) -> Option<(u8, &[u8])> {
    let (length, rest) = match text {
        [b'/', digits @ ..] => address::leading_number(digits)?,
        _ => (most, text),
    };
    (length <= most && ends_term(rest)).then_some((length, rest))
}

/// RFC 7208 section 5: `argument` starts with its colon or slash, or is empty.
fn mechanism(word: Word, argument: &[u8], name_at: usize, argument_at: usize) -> Result<Mechanism, SyntaxError> {
    let fault = |fault| SyntaxError { position: argument_at, fault };
    let missing = fault(SyntaxFault::MissingDomain);
    Ok(match word {
        ALL if argument.is_empty() => Mechanism::All,
        ALL => return Err(fault(SyntaxFault::Argument)),
        INCLUDE => Mechanism::Include(domain(argument, argument_at)?.ok_or(missing)?),
        EXISTS => Mechanism::Exists(domain(argument, argument_at)?.ok_or(missing)?),
        PTR => Mechanism::Ptr(domain(argument, argument_at)?),
        A | MX => {
            let (argument, prefix) = dual_prefix_length(argument, argument_at)?;
            let domain = domain(argument, argument_at)?;
            if word == A { Mechanism::A { domain, prefix } } else { Mechanism::Mx { domain, prefix } }
        }
        IP4 => {
            let (address, prefix_length) = network(argument, 32).map_err(fault)?;
            Mechanism::Ip4 { address, prefix_length }
        }
        IP6 => {
            let (address, prefix_length) = network(argument, 128).map_err(fault)?;
            Mechanism::Ip6 { address, prefix_length }
        }
        _ => return Err(SyntaxError { position: name_at, fault: SyntaxFault::UnknownMechanism }),
    })
}

/// `:address/length` as it is rarely written, or what is wrong with it.
#[cold]
fn network<A: FromStr>(argument: &[u8], most: u8) -> Result<(A, u8), SyntaxFault> {
    let argument = core::str::from_utf8(argument).ok().and_then(|argument| argument.strip_prefix(':'));
    let argument = argument.ok_or(SyntaxFault::Address)?;
    let (address, digits) =
        argument.split_once('/').map_or((argument, None), |(address, digits)| (address, Some(digits)));
    let address = address.parse().map_err(|_| SyntaxFault::Address)?;
    let length = digits.map_or(Some(most), |digits| prefix_length(digits.as_bytes(), most));
    Ok((address, length.ok_or(SyntaxFault::PrefixLength)?))
}

/// `:domain-spec`, if there is an argument.
fn domain(argument: &[u8], position: usize) -> Result<Option<DomainSpec>, SyntaxError> {
    match argument {
        [] => Ok(None),
        [b':', domain @ ..] => domain_spec(domain, position + 1).map(Some),
        _ => Err(SyntaxError { position, fault: SyntaxFault::Argument }),
    }
}

fn domain_spec(domain: &[u8], position: usize) -> Result<DomainSpec, SyntaxError> {
    DomainSpec::parse_at(text(domain, position)?, position)
}

fn text(octets: &[u8], position: usize) -> Result<&str, SyntaxError> {
    core::str::from_utf8(octets).map_err(|_| SyntaxError { position, fault: SyntaxFault::Character })
}

fn is_modifier_name(name: &str) -> bool {
    let mut octets = name.bytes();
    octets.next().is_some_and(|octet| octet.is_ascii_alphabetic())
        && octets.all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_' | b'.'))
}

/// Cuts `/24`, `//64` or `/24//64` from the end. A slash may also stand in the domain, so this reads from the right.
fn dual_prefix_length(argument: &[u8], position: usize) -> Result<(&[u8], PrefixLengths), SyntaxError> {
    let mut prefix = PrefixLengths::HOST;
    let mut rest = argument;
    let fault = |at: usize| SyntaxError { position: position + at, fault: SyntaxFault::PrefixLength };
    if let Some((front, digits)) = trailing_digits(rest)
        && let Some(front) = front.strip_suffix(b"//")
    {
        prefix.ip6 = prefix_length(digits, 128).ok_or_else(|| fault(front.len()))?;
        rest = front;
    }
    if let Some((front, digits)) = trailing_digits(rest)
        && let Some(front) = front.strip_suffix(b"/")
    {
        prefix.ip4 = prefix_length(digits, 32).ok_or_else(|| fault(front.len()))?;
        rest = front;
    }
    Ok((rest, prefix))
}

/// The digits at the end of a text, and what is in front of them, if that ends in a slash.
fn trailing_digits(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let slash = text.iter().rposition(|octet| !octet.is_ascii_digit())?;
    let (front, digits) = text.split_at(slash + 1);
    (!digits.is_empty() && front.ends_with(b"/")).then_some((front, digits))
}

fn prefix_length(digits: &[u8], most: u8) -> Option<u8> {
    match address::leading_number(digits)? {
        (length, []) if length <= most => Some(length),
        _ => None,
    }
}
