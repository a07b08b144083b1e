//! Tag-lists (RFC 6376 section 3.2).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memchr;
use rfc5322_message::codec::base64::Decoder;

/// The most tags of a list.
const MOST_TAGS: usize = 64;
/// The longest list, in octets: an RSA key of 16,384 bits fits in several times over.
const LONGEST: usize = 32 * 1024;

/// What is wrong with a list of tags. The fault is of whoever wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TagListError {
    /// Something between two semicolons is no `name=value`. An empty list is such a thing.
    #[error("what stands at octet {0} is no tag")]
    NotATag(usize),
    /// A value holds an octet that is neither printable nor white space.
    #[error("the value at octet {0} is not text")]
    Octet(usize),
    /// Two tags have the same name: the whole list is then invalid.
    #[error("the tag at octet {0} is there twice")]
    Duplicate(usize),
    /// The list has more than 64 tags, or more than 32 KiB.
    #[error("the list is too long")]
    TooLong,
}

/// A parsed list: the tags in order.
#[derive(Debug, Clone)]
pub(crate) struct TagList<'a> {
    tags: Vec<Tag<'a>>,
}

#[derive(Debug, Clone)]
struct Tag<'a> {
    name: &'a [u8],
    /// Without the white space around it.
    value: &'a [u8],
    /// The same, or where it stops to be text.
    text: Result<&'a str, usize>,
    /// Where all that stands between the equals sign and the semicolon is in the list.
    whole_value: Range<usize>,
}

/// Whether a list of so many octets is read.
pub(crate) const fn may_be_so_long(octets: usize) -> bool {
    octets <= LONGEST
}

const fn is_white_space(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\r' | b'\n')
}

impl<'a> TagList<'a> {
    /// Reads a list. A semicolon at the end is allowed.
    pub(crate) fn parse(text: &'a [u8]) -> Result<Self, TagListError> {
        if may_be_so_long(text.len()) { Self::parse_long(text) } else { Err(TagListError::TooLong) }
    }

    /// Reads a list that may be of any length, as those with recipes are.
    pub(crate) fn parse_long(text: &'a [u8]) -> Result<Self, TagListError> {
        let mut list = Self { tags: Vec::with_capacity(12) };
        let mut start = 0;
        loop {
            let rest = text.get(start..).unwrap_or_default();
            let length = memchr(b';', rest);
            let spec = length.and_then(|length| rest.get(..length)).unwrap_or(rest);
            if length.is_some() || list.tags.is_empty() || !trimmed(spec).is_empty() {
                let tag = Tag::parse(spec, start)?;
                if list.tags.len() == MOST_TAGS {
                    return Err(TagListError::TooLong);
                }
                if list.tags.iter().any(|other| other.is(tag.name)) {
                    return Err(TagListError::Duplicate(start + spec.len() - spec.trim_ascii_start().len()));
                }
                list.tags.push(tag);
            }
            match length {
                Some(length) => start += length + 1,
                None => return Ok(list),
            }
        }
    }

    fn find(&self, name: &str) -> Option<&Tag<'a>> {
        self.tags.iter().find(|tag| tag.is(name.as_bytes()))
    }

    /// Makes sure that the tags of these names are text: what they say must not be passed over as if they were not there.
    /// Others, such as notes, need not be.
    pub(crate) fn check_text(&self, names: &[&str]) -> Result<(), TagListError> {
        let known =
            self.tags.iter().filter(|tag| tag.text.is_err() && names.iter().any(|name| tag.is(name.as_bytes())));
        known.filter_map(|tag| tag.text.err()).next().map_or(Ok(()), |position| Err(TagListError::Octet(position)))
    }

    /// The value of a tag, if it is there and text.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.find(name)?.text.ok()
    }

    /// Whether a tag is there, whatever its value.
    #[cfg(feature = "arc")]
    pub(crate) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The value of a tag without the white space in it.
    #[cfg(feature = "unstable-dkim2")]
    pub(crate) fn compact(&self, name: &str) -> Option<Cow<'a, str>> {
        self.get(name).map(without_white_space)
    }

    /// What the base64 of a tag stands for; `None` if it is not base64.
    pub(crate) fn base64(&self, name: &str) -> Option<Option<Vec<u8>>> {
        self.find(name).map(|tag| decoded(tag.value))
    }

    /// Whether the list begins with this tag.
    pub(crate) fn begins_with(&self, name: &str) -> bool {
        self.tags.first().is_some_and(|tag| tag.is(name.as_bytes()))
    }

    /// Where everything between the equals sign and the semicolon of a tag stands.
    pub(crate) fn whole_value(&self, name: &str) -> Option<Range<usize>> {
        self.find(name).map(|tag| tag.whole_value.clone())
    }
}

impl<'a> Tag<'a> {
    /// Reads what stands between two semicolons, at `start` in the list.
    fn parse(spec: &'a [u8], start: usize) -> Result<Self, TagListError> {
        let equals = spec.iter().position(|&octet| octet == b'=').ok_or(TagListError::NotATag(start))?;
        let (name, value) = spec.split_at_checked(equals).ok_or(TagListError::NotATag(start))?;
        let name = trimmed(name);
        let valid = name.first().is_some_and(u8::is_ascii_alphabetic)
            && name.iter().all(|&octet| octet.is_ascii_alphanumeric() || octet == b'_');
        if !valid {
            return Err(TagListError::NotATag(start));
        }
        let whole_value = value.get(1..).unwrap_or_default();
        let text = |octet: u8| octet >= b'!' && octet != 0x7f || is_white_space(octet);
        // Nearly every value is text. To look at all of it without a branch for each octet is faster.
        if !whole_value.iter().fold(true, |all, &octet| all & text(octet))
            && let Some(position) = whole_value.iter().position(|&octet| !text(octet))
        {
            return Err(TagListError::Octet(start + equals + 1 + position));
        }
        let value = trimmed(whole_value);
        let text = core::str::from_utf8(value).map_err(|error| {
            let blanks = whole_value.iter().take_while(|octet| is_white_space(**octet)).count();
            start + equals + 1 + blanks + error.valid_up_to()
        });
        Ok(Self { name, value, text, whole_value: start + equals + 1..start + spec.len() })
    }

    /// Whether it has this name. Case counts.
    fn is(&self, name: &[u8]) -> bool {
        // Most names are one letter, which is compared faster than a slice.
        self.name.first() == name.first() && self.name == name
    }
}

fn trimmed(mut octets: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = octets
        && is_white_space(*first)
    {
        octets = rest;
    }
    while let [rest @ .., last] = octets
        && is_white_space(*last)
    {
        octets = rest;
    }
    octets
}

/// The text without the white space in it.
pub(crate) fn without_white_space(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(is_white_space) {
        return Cow::Borrowed(text);
    }
    let mut compact = Vec::with_capacity(text.len());
    // Octets and not characters: what is left out is ASCII.
    text.as_bytes().split(|&octet| is_white_space(octet)).for_each(|run| compact.extend_from_slice(run));
    String::from_utf8(compact).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The parts of a list with colons, without the white space around them. The value of a tag has no form feeds, which ASCII
/// counts among white space.
pub(crate) fn parts(list: &str) -> impl Iterator<Item = &str> + Clone {
    let mut rest = Some(list);
    core::iter::from_fn(move || {
        let list = rest?;
        let colon = list.bytes().position(|octet| octet == b':');
        let (part, behind) = colon.and_then(|colon| list.split_at_checked(colon)).unwrap_or((list, ""));
        rest = behind.get(1..);
        Some(part.trim_ascii())
    })
}

/// Undoes base64 with white space in it, as signatures and keys have it. Padding is often forgotten.
fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(text.len() / 4 * 3 + 16);
    let mut decoder = Decoder::default();
    decoder.push(text, &mut octets);
    let forgiven = decoder.finish(&mut octets);
    // A group of one character stands for nothing.
    let lonely = || text.iter().filter(|octet| !is_white_space(**octet) && **octet != b'=').count() % 4 == 1;
    let broken = forgiven.stray > 0 || forgiven.after_padding || (forgiven.truncated && lonely());
    (!broken).then_some(octets)
}

/// The same for text that has no white space in it.
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Decodes dkim-quoted-printable (section 2.11): white space does not count. `None` if it is malformed, or stands for
/// something that is not UTF-8.
pub(crate) fn quoted_printable(text: &str) -> Option<String> {
    let compact = without_white_space(text);
    let mut octets = compact.bytes();
    let mut decoded = Vec::with_capacity(compact.len());
    while let Some(octet) = octets.next() {
        decoded.push(match octet {
            b'=' => {
                let mut digit = || char::from(octets.next()?).to_digit(16);
                let (high, low) = (digit()?, digit()?);
                u8::try_from(high * 16 + low).ok()?
            }
            _ => octet,
        });
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use proptest::prelude::*;

    use super::{BASE64, decoded, without_white_space};

    proptest! {
        #[test]
        fn base64_is_the_same_with_white_space_and_without(
            text in "([A-Za-z0-9+/]{0,40}[ \\t\r\n]{0,3}){0,4}[A-Za-z0-9+/]{0,3}[= ]{0,4}[A=*]{0,1}",
        ) {
            let compact = without_white_space(&text);
            prop_assert!(!compact.contains([' ', '\t', '\r', '\n']));
            prop_assert_eq!(decoded(text.as_bytes()), BASE64.decode(compact.as_bytes()).ok());
        }
    }
}
