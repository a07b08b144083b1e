use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;
use core::str::FromStr;

use super::{SyntaxError, SyntaxFault};
use crate::dns::Name;

/// A text with macros in it, as RFC 7208 section 7 defines them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MacroString {
    text: Box<str>,
    segments: Box<[Segment]>,
}

/// A piece of a macro string.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Segment {
    /// Stands for itself: this part of the text.
    Literal(Range<usize>),
    /// `%%`, `%_` or `%-`.
    Escape(&'static str),
    /// `%{…}`.
    Macro(Macro),
}

/// One macro: its letter and what is done to its value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Macro {
    pub(super) letter: Letter,
    /// The letter is upper case: the value is escaped as in a URL.
    pub(super) url_escape: bool,
    /// How many parts to keep, from the right.
    pub(super) keep: Option<usize>,
    pub(super) reverse: bool,
    /// Where the value is split; empty for the dot.
    pub(super) delimiters: Box<[u8]>,
}

/// The macro letters of RFC 7208 section 7.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Letter {
    Sender,
    LocalPart,
    SenderDomain,
    Domain,
    Address,
    ValidatedName,
    AddressFamily,
    Helo,
    ReadableAddress,
    Receiver,
    Time,
}

/// Where a macro string stands, which decides what it may contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Term,
    Explanation,
}

impl MacroString {
    /// The macro string in `text`, as a modifier has it.
    ///
    /// # Errors
    /// [`SyntaxError`] with the position of what is not allowed there.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        Self::parse_at(text, 0, Place::Term)
    }

    /// The text that an `exp=` modifier points to (RFC 7208 section 6.2): spaces and the letters `c`, `r` and `t` are
    /// allowed too.
    ///
    /// # Errors
    /// [`SyntaxError`] with the position of what is not allowed there.
    pub fn parse_explanation(text: &str) -> Result<Self, SyntaxError> {
        Self::parse_at(text, 0, Place::Explanation)
    }

    pub(super) fn parse_term(text: &str, offset: usize) -> Result<Self, SyntaxError> {
        Self::parse_at(text, offset, Place::Term)
    }

    fn parse_at(text: &str, offset: usize, place: Place) -> Result<Self, SyntaxError> {
        let mut segments = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let at = text.len() - rest.len();
            let (literal, behind) = rest.split_at(rest.find(|c| !is_literal(c, place)).unwrap_or(rest.len()));
            if !literal.is_empty() {
                segments.push(Segment::Literal(at..at + literal.len()));
                rest = behind;
                continue;
            }
            let fault = if rest.starts_with('%') { SyntaxFault::Macro } else { SyntaxFault::Character };
            let (segment, behind) = leading_expansion(rest).ok_or(SyntaxError { position: offset + at, fault })?;
            if let Segment::Macro(found) = &segment
                && found.letter.is_only_for_explanations()
                && place == Place::Term
            {
                return Err(SyntaxError { position: offset + at, fault: SyntaxFault::MacroLetter });
            }
            segments.push(segment);
            rest = behind;
        }
        Ok(Self { text: text.to_owned().into_boxed_str(), segments: segments.into_boxed_slice() })
    }

    /// The text, macros unexpanded.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn segments(&self) -> &[Segment] {
        &self.segments
    }

    pub(super) fn literal(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// Whether the client's name must be known before this can be expanded.
    pub(super) fn uses_validated_name(&self) -> bool {
        self.uses(&[Letter::ValidatedName])
    }

    /// Whether the local-part of the sender becomes part of it.
    fn uses_local_part(&self) -> bool {
        self.uses(&[Letter::Sender, Letter::LocalPart])
    }

    fn uses(&self, letters: &[Letter]) -> bool {
        self.segments.iter().any(|segment| matches!(segment, Segment::Macro(found) if letters.contains(&found.letter)))
    }

    fn ends_as_domain(&self) -> bool {
        match self.segments.last() {
            Some(Segment::Literal(range)) => ends_with_top_label(self.literal(range)),
            Some(_) => true,
            None => false,
        }
    }
}

fn is_literal(character: char, place: Place) -> bool {
    matches!(character, '!'..='$' | '&'..='~') || (place == Place::Explanation && character == ' ')
}

/// `macro-expand` of RFC 7208 section 7.1, and what is behind it.
fn leading_expansion(text: &str) -> Option<(Segment, &str)> {
    let (kind, behind) = text.strip_prefix('%')?.split_at_checked(1)?;
    let segment = match kind {
        "%" => Segment::Escape("%"),
        "_" => Segment::Escape(" "),
        "-" => Segment::Escape("%20"),
        "{" => {
            let (body, behind) = behind.split_once('}')?;
            return Some((Segment::Macro(Macro::parse(body)?), behind));
        }
        _ => return None,
    };
    Some((segment, behind))
}

impl Macro {
    /// What stands between the braces.
    fn parse(body: &str) -> Option<Self> {
        let letter = body.chars().next()?;
        let transformers = body.get(letter.len_utf8()..)?;
        let behind_digits = transformers.trim_start_matches(|c: char| c.is_ascii_digit());
        let keep = match transformers.strip_suffix(behind_digits)? {
            "" => None,
            // More parts than a usize can count are all of them.
            digits => Some(digits.parse().unwrap_or(usize::MAX)),
        };
        let reversed = behind_digits.strip_prefix(['r', 'R']);
        let delimiters = reversed.unwrap_or(behind_digits).as_bytes();
        let are_delimiters = delimiters.iter().all(|octet| b".-+,/_=".contains(octet));
        (keep != Some(0) && are_delimiters).then_some(Self {
            letter: Letter::from_char(letter.to_ascii_lowercase())?,
            url_escape: letter.is_ascii_uppercase(),
            keep,
            reverse: reversed.is_some(),
            delimiters: delimiters.into(),
        })
    }
}

impl Letter {
    const fn from_char(letter: char) -> Option<Self> {
        Some(match letter {
            's' => Self::Sender,
            'l' => Self::LocalPart,
            'o' => Self::SenderDomain,
            'd' => Self::Domain,
            'i' => Self::Address,
            'p' => Self::ValidatedName,
            'v' => Self::AddressFamily,
            'h' => Self::Helo,
            'c' => Self::ReadableAddress,
            'r' => Self::Receiver,
            't' => Self::Time,
            _ => return None,
        })
    }

    const fn is_only_for_explanations(self) -> bool {
        matches!(self, Self::ReadableAddress | Self::Receiver | Self::Time)
    }
}

impl fmt::Display for MacroString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for MacroString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MacroString({:?})", self.text)
    }
}

/// The name that a mechanism or modifier is about: written out, or to be made by macros (`domain-spec`).
///
/// ```
/// use mail_auth_spf_dkim::spf::DomainSpec;
///
/// let spec: DomainSpec = "%{ir}.%{v}._spf.example.com".parse().unwrap();
/// assert_eq!(spec.to_string(), "%{ir}.%{v}._spf.example.com");
/// assert_eq!("example.com:8080".parse::<DomainSpec>().unwrap_err().position, 0);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DomainSpec(pub(super) Spec);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Spec {
    Name(Name),
    Macros(Box<MacroString>),
}

impl DomainSpec {
    pub(super) fn parse_at(text: &str, offset: usize) -> Result<Self, SyntaxError> {
        if text.is_empty() {
            return Err(SyntaxError { position: offset, fault: SyntaxFault::MissingDomain });
        }
        if ends_with_top_label(text)
            && let Ok(name) = Name::parse(text)
        {
            return Ok(Self(Spec::Name(name)));
        }
        let macros = MacroString::parse_at(text, offset, Place::Term)?;
        if !macros.ends_as_domain() {
            return Err(SyntaxError { position: offset, fault: SyntaxFault::TopLabel });
        }
        Ok(Self(Spec::Macros(Box::new(macros))))
    }

    /// The name, if no macro makes it.
    pub(super) fn as_name(&self) -> Option<&Name> {
        match &self.0 {
            Spec::Name(name) => Some(name),
            Spec::Macros(_) => None,
        }
    }

    pub(super) fn uses_validated_name(&self) -> bool {
        match &self.0 {
            Spec::Name(_) => false,
            Spec::Macros(macros) => macros.uses_validated_name(),
        }
    }

    pub(super) fn uses_local_part(&self) -> bool {
        match &self.0 {
            Spec::Name(_) => false,
            Spec::Macros(macros) => macros.uses_local_part(),
        }
    }
}

/// `domain-end` without macros: a dot, a top label with a letter or an inner hyphen, perhaps a dot.
fn ends_with_top_label(text: &str) -> bool {
    let text = text.strip_suffix('.').unwrap_or(text).as_bytes();
    let (mut first, mut is_number) = (b'-', true);
    for octet in text.iter().rev() {
        match octet {
            b'.' => return !is_number && first != b'-' && !text.ends_with(b"-"),
            b'0'..=b'9' => {}
            b'a'..=b'z' | b'A'..=b'Z' | b'-' => is_number = false,
            _ => return false,
        }
        first = *octet;
    }
    false
}

impl FromStr for DomainSpec {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse_at(text, 0)
    }
}

impl fmt::Display for DomainSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Spec::Name(name) => name.fmt(f),
            Spec::Macros(macros) => macros.fmt(f),
        }
    }
}
