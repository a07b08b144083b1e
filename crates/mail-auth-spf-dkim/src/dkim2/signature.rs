use alloc::string::String;
use alloc::vec::Vec;
use core::str::FromStr;

use super::outcome::FieldError;
use super::path::Path;
use crate::UnixTime;
use crate::crypto::SignatureAlgorithm;
use crate::dkim::tags::{BASE64, TagList};
use crate::dns::Name;
use base64::Engine as _;

/// The longest nonce (section 10.3).
const LONGEST_NONCE: usize = 64;
/// The most signatures of one field: a limit of ours, for each is a question to the DNS.
const MOST_ENTRIES: usize = 8;

/// A `DKIM2-Signature` (section 10): what one hop signs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signature {
    /// `i=`: the number of the hop, from 1.
    pub hop: u32,
    /// `m=`: the last [`MessageInstance`](super::MessageInstance) that it covers.
    pub instance: u32,
    /// `t=`: when it was made.
    pub timestamp: UnixTime,
    /// `d=`: who signs.
    pub domain: Name,
    /// `mf=` and `rt=`, or `nd=`: to whom the message goes next.
    pub custody: Custody,
    /// `n=`: whatever the signer wants to find again.
    pub nonce: Option<String>,
    /// `f=`: flags, which nothing here depends on.
    pub flags: Vec<String>,
    /// `s=`: groups, of which one must hold; a group holds if all of it does.
    pub groups: Vec<Vec<Entry>>,
}

/// To whom a hop gives a message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Custody {
    /// The envelope with which it leaves: `mf=` and `rt=`.
    Envelope {
        /// The reverse-path.
        mail_from: Path,
        /// The recipients.
        rcpt_to: Vec<Path>,
    },
    /// `nd=`: the domain that signs next.
    NextDomain(Name),
}

/// One signature of `s=` (section 10.9).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Which key of the domain.
    pub selector: Name,
    /// The algorithm; `None` if it is not known here.
    pub algorithm: Option<SignatureAlgorithm>,
    /// The signature itself.
    pub value: Vec<u8>,
}

impl Signature {
    /// Reads the body of a field.
    ///
    /// # Errors
    /// [`FieldError`], which is the fault of the hop that has written it.
    pub fn parse(body: &[u8]) -> Result<Self, FieldError> {
        let tags = TagList::parse_long(body)?;
        tags.check_text(&["d", "f", "i", "m", "mf", "n", "nd", "rt", "s", "t"])?;
        let hop = number(&tags, "i")?;
        let instance = number(&tags, "m")?;
        let seconds = digits(&tags, "t")?;
        let custody = custody(&tags)?;
        let printable = |nonce: &str| nonce.bytes().all(|octet| (33..127).contains(&octet));
        let nonce = tags.compact("n").map(String::from);
        if nonce.as_ref().is_some_and(|nonce| nonce.len() > LONGEST_NONCE || !printable(nonce)) {
            return Err(FieldError::Value("n"));
        }
        let flags = tags.compact("f").map(|flags| flags.split(',').map(String::from).collect()).unwrap_or_default();
        let groups = required(&tags, "s")?.split('|').map(group).collect::<Result<Vec<Vec<Entry>>, _>>()?;
        let entries: Vec<&Entry> = groups.iter().flatten().collect();
        if entries.len() > MOST_ENTRIES {
            return Err(FieldError::TooManyEntries);
        }
        for (index, entry) in entries.iter().enumerate() {
            if entries.iter().take(index).any(|other| other.selector == entry.selector) {
                return Err(FieldError::DuplicateSelector);
            }
        }
        let timestamp = UnixTime::new(seconds);
        let domain = name(&tags, "d")?;
        Ok(Self { hop, instance, timestamp, domain, custody, nonce, flags, groups })
    }
}

pub(super) fn required(tags: &TagList<'_>, tag: &'static str) -> Result<String, FieldError> {
    tags.compact(tag).map(String::from).ok_or(FieldError::Missing(tag))
}

/// A number of a field: from 1.
pub(super) fn number(tags: &TagList<'_>, tag: &'static str) -> Result<u32, FieldError> {
    digits(tags, tag).and_then(|number| if number > 0 { Ok(number) } else { Err(FieldError::Value(tag)) })
}

/// A number without a sign.
fn digits<T: FromStr>(tags: &TagList<'_>, tag: &'static str) -> Result<T, FieldError> {
    let text = required(tags, tag)?;
    let digits = text.bytes().all(|octet| octet.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or(FieldError::Value(tag))
}

/// Base64 that stands for something.
pub(super) fn base64(text: &str, tag: &'static str) -> Result<Vec<u8>, FieldError> {
    BASE64.decode(text).ok().filter(|octets| !octets.is_empty()).ok_or(FieldError::Value(tag))
}

fn name(tags: &TagList<'_>, tag: &'static str) -> Result<Name, FieldError> {
    let text = required(tags, tag)?;
    Name::parse(&text).ok().filter(|name| !name.is_root()).ok_or(FieldError::Value(tag))
}

fn custody(tags: &TagList<'_>) -> Result<Custody, FieldError> {
    if tags.get("nd").is_some() {
        let both = ["mf", "rt"].into_iter().find(|tag| tags.get(tag).is_some());
        return both.map_or_else(|| name(tags, "nd").map(Custody::NextDomain), |tag| Err(FieldError::Unexpected(tag)));
    }
    let path = |text: &str, tag| {
        let text = String::from_utf8(base64(text, tag)?).map_err(|_| FieldError::Value(tag))?;
        Path::parse(&text).ok_or(FieldError::Value(tag))
    };
    let mail_from = path(&required(tags, "mf")?, "mf")?;
    let rcpt_to = required(tags, "rt")?.split(',').map(|text| path(text, "rt")).collect::<Result<_, _>>()?;
    Ok(Custody::Envelope { mail_from, rcpt_to })
}

fn group(text: &str) -> Result<Vec<Entry>, FieldError> {
    text.split(',').map(entry).collect()
}

fn entry(text: &str) -> Result<Entry, FieldError> {
    let mut parts = text.splitn(3, ':');
    let (Some(selector), Some(algorithm), Some(value)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(FieldError::Value("s"));
    };
    let known = [SignatureAlgorithm::RsaSha256, SignatureAlgorithm::Ed25519Sha256];
    Ok(Entry {
        selector: Name::parse(selector).ok().filter(|name| !name.is_root()).ok_or(FieldError::Value("s"))?,
        algorithm: known.into_iter().find(|known| known.as_str() == algorithm),
        value: base64(value, "s")?,
    })
}
