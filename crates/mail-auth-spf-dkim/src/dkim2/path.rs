use alloc::string::String;
use core::cmp::Ordering;

use crate::dns::Name;

/// A reverse-path or forward-path, with the angle brackets that the draft demands (section 10.5).
///
/// ```
/// use mail_auth_spf_dkim::dkim2::Path;
///
/// let path = Path::parse("<Ann@Example.COM>").unwrap();
/// assert!(path.is_same(&Path::parse("<Ann@example.com>").unwrap()));
/// assert!(!path.is_same(&Path::parse("<ann@example.com>").unwrap()));
/// assert!(Path::parse("<>").unwrap().is_null());
/// assert_eq!(Path::parse("ann@example.com"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path(String);

impl Path {
    /// Reads a path. `None` if the brackets are missing, brackets or control characters are in it, white space stands anywhere
    /// but between quotes in front of the at sign, or a quote is not closed.
    pub fn parse(text: &str) -> Option<Self> {
        let address = text.strip_prefix('<')?.strip_suffix('>')?;
        let valid = !address.contains(|c: char| c.is_control() || matches!(c, '<' | '>'));
        let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
        let whole = address.is_empty() || !local.is_empty();
        let spaced = has_stray_space(local) || domain.contains(char::is_whitespace);
        (valid && whole && !spaced).then(|| Self(String::from(address)))
    }

    /// What is between the brackets.
    pub fn address(&self) -> &str {
        &self.0
    }

    /// Whether it is `<>`.
    pub fn is_null(&self) -> bool {
        self.0.is_empty()
    }

    /// Its domain; `None` if there is none, or no name.
    pub fn domain(&self) -> Option<Name> {
        Name::parse(self.0.rsplit_once('@')?.1).ok()
    }

    /// Whether both are the same: case counts in front of the at sign only (section 14.4).
    pub fn is_same(&self, other: &Self) -> bool {
        self.compare(other) == Ordering::Equal
    }

    /// An order in which those that are the same are equal.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (self.0.rsplit_once('@'), other.0.rsplit_once('@')) {
            (Some((local, domain)), Some((other_local, other_domain))) => local.cmp(other_local).then_with(|| {
                let domain = domain.bytes().map(|octet| octet.to_ascii_lowercase());
                domain.cmp(other_domain.bytes().map(|octet| octet.to_ascii_lowercase()))
            }),
            (None, None) => self.0.cmp(&other.0),
            (one, other) => one.is_some().cmp(&other.is_some()),
        }
    }
}

/// Whether white space stands outside of quotes (RFC 5321 section 4.1.2), or a quote is not closed.
fn has_stray_space(local_part: &str) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    for character in local_part.chars() {
        if !quoted && character.is_whitespace() {
            return true;
        }
        quoted ^= character == '"' && !escaped;
        escaped = quoted && character == '\\' && !escaped;
    }
    quoted
}
