use core::fmt;

use super::{AuthenticationResults, FIELD_NAME, MethodResult, Property};
use crate::quoting::{Comment, LONGEST, Quoted};

impl fmt::Display for AuthenticationResults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{FIELD_NAME}: {}", self.body())
    }
}

/// What stands behind the name of the field.
struct Body<'a>(&'a AuthenticationResults);

impl AuthenticationResults {
    /// What stands behind the name of the field, line end included: other fields carry it too, as that of ARC.
    pub fn body(&self) -> impl fmt::Display {
        Body(self)
    }
}

impl fmt::Display for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", ServerId(&self.0.authserv_id))?;
        if let Some(version) = self.0.version {
            write!(f, " {version}")?;
        }
        if self.0.results.is_empty() {
            f.write_str("; none")?;
        }
        for result in &self.0.results {
            write!(f, ";\r\n\t{result}")?;
        }
        f.write_str("\r\n")
    }
}

impl fmt::Display for MethodResult {
    /// The result as it stands in the field, perhaps on several lines.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.method)?;
        if let Some(version) = self.version {
            write!(f, "/{version}")?;
        }
        write!(f, "={}", self.result)?;
        if let Some(comment) = &self.comment {
            write!(f, " ({})", Comment(comment))?;
        }
        if let Some(reason) = &self.reason {
            write!(f, "\r\n\t reason={}", Quoted(reason))?;
        }
        for (index, property) in self.properties.iter().enumerate() {
            let separator = if index == 0 && self.comment.is_none() && self.reason.is_none() { " " } else { "\r\n\t " };
            write!(f, "{separator}{property}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}={}", self.kind, self.name, Value(&self.value))
    }
}

/// The authserv-id: as it is if it is a token. Unlike other values it is no address, nor half of one.
struct ServerId<'a>(&'a str);

impl fmt::Display for ServerId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.len() < LONGEST && is_token(self.0) { f.write_str(self.0) } else { Quoted(self.0).fmt(f) }
    }
}

/// A value: as it is if it is a token, or an address or domain that needs no quotes but those it has. What may have been cut
/// short or had an octet replaced is quoted, so that it is written the same after it was read.
struct Value<'a>(&'a str);

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.0.len() < LONGEST
            && match self.0.rsplit_once('@') {
                Some((local_part, domain)) => (is_plain(local_part) || is_quoted(local_part)) && is_token(domain),
                None => is_token(self.0),
            };
        if plain { f.write_str(self.0) } else { Quoted(self.0).fmt(f) }
    }
}

/// A token of RFC 2045 section 5.1.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_octet)
}

pub(super) const fn is_token_octet(octet: u8) -> bool {
    octet.is_ascii_graphic()
        && !matches!(
            octet,
            b'(' | b')' | b'<' | b'>' | b'@' | b',' | b';' | b':' | b'\\' | b'"' | b'/' | b'[' | b']' | b'?' | b'='
        )
}

/// A dot-atom, as the local-part of an address is if it needs no quotes; nothing at all is in place before `@`. Not with
/// `?`, which also stands for what cannot be written.
fn is_plain(local_part: &str) -> bool {
    let atext = |o: u8| o.is_ascii_alphanumeric() || b"!#$%&'*+-/=^_`{|}~".contains(&o);
    local_part.is_empty() || local_part.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(atext))
}

/// A quoted string of printable ASCII, as a local-part may be.
fn is_quoted(local_part: &str) -> bool {
    let Some(inner) = local_part.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return false };
    let mut octets = inner.bytes();
    while let Some(octet) = octets.next() {
        let held = if octet == b'\\' { octets.next() } else { Some(octet).filter(|octet| *octet != b'"') };
        if !held.is_some_and(|octet| matches!(octet, b' '..=b'~')) {
            return false;
        }
    }
    true
}
