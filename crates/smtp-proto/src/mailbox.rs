use alloc::borrow::Cow;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

use crate::domain::{address_literal, domain_length};
use crate::syntax::{ATEXT, Parsed, SyntaxError, fail, span, whole};
use crate::{Domain, Host};

/// A mailbox: `local-part@domain` (RFC 5321, section 4.1.2).
///
/// A quoted local part stays quoted: `"a b"@example.org` and `"a@evil.example"@example.org` are what they are, and
/// what is sent on is what came. Mailboxes are equal when their local parts are the same octets but for how they are
/// quoted (section 4.1.2) and their domains are equal; nothing else may be assumed of another host's local parts
/// (section 2.3.11).
///
/// ```
/// use smtp_proto::Mailbox;
///
/// let mailbox = Mailbox::parse(r#""a@evil.example"@example.org"#)?;
/// assert_eq!(mailbox.local_part(), r#""a@evil.example""#);
/// assert_eq!(mailbox.host().to_string(), "example.org");
/// assert_eq!(Mailbox::parse(r#""ann"@example.org"#)?, Mailbox::parse("ann@example.org")?);
/// assert!(Mailbox::parse("a@b\r\nDATA").is_err());
/// # Ok::<(), smtp_proto::SyntaxError>(())
/// ```
#[derive(Clone)]
pub struct Mailbox<'a> {
    text: Cow<'a, str>,
    /// Where the `@` is between the two parts.
    at: u16,
}

impl<'a> Mailbox<'a> {
    /// The longest local part, in octets. RFC 5321, section 4.5.3.1.1, asks for 64 at least; addresses that carry
    /// another address within (VERP, SRS) are longer.
    pub const LONGEST_LOCAL_PART: usize = 255;

    /// Checks a mailbox.
    ///
    /// # Errors
    ///
    /// [`SyntaxError::LocalPart`], [`SyntaxError::NoDomain`], [`SyntaxError::Domain`] or
    /// [`SyntaxError::AddressLiteral`].
    pub fn parse(text: &'a str) -> Result<Self, SyntaxError> {
        whole(mailbox, text, SyntaxError::Domain)
    }

    /// The whole text, as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The local part as it was written, quotes and all.
    pub fn local_part(&self) -> &str {
        self.text.split_at_checked(usize::from(self.at)).map_or("", |(local_part, _)| local_part)
    }

    /// The octets that the local part stands for: quotes and the backslashes of quoted pairs are not among them.
    fn unquoted_local_part(&self) -> impl Iterator<Item = u8> {
        let written = self.local_part();
        let quoted = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let mut octets = quoted.unwrap_or(written).bytes();
        core::iter::from_fn(move || match octets.next()? {
            b'\\' => octets.next(),
            octet => Some(octet),
        })
    }

    /// Where the mailbox is.
    pub fn host(&self) -> Host<'_> {
        let text = self.text.get(usize::from(self.at) + 1..).unwrap_or_default();
        match address_literal(text) {
            Ok((_, literal)) => Host::Literal(literal),
            Err(_) => Host::Domain(Domain::checked(text)),
        }
    }

    /// The same, independent of what it was parsed from.
    pub fn into_owned(self) -> Mailbox<'static> {
        Mailbox { text: Cow::Owned(self.text.into_owned()), at: self.at }
    }
}

#[inline]
pub(crate) fn mailbox(input: &str) -> Parsed<'_, Mailbox<'_>> {
    let bytes = input.as_bytes();
    let Some(at) = local_part_length(bytes) else { return fail(SyntaxError::LocalPart) };
    match bytes.get(at) {
        Some(b'@') => {}
        // The mailbox ends here, or the path that it is in.
        None | Some(b'>') => return fail(SyntaxError::NoDomain),
        Some(_) => return fail(SyntaxError::LocalPart),
    }
    let (_, host) = input.split_at(at + 1);
    let length = if host.starts_with('[') {
        let (rest, _) = address_literal(host)?;
        host.len() - rest.len()
    } else {
        let Some(length) = domain_length(host.as_bytes()) else { return fail(SyntaxError::Domain) };
        length
    };
    let (text, rest) = input.split_at(at + 1 + length);
    // A local part has 255 octets at most.
    Ok((rest, Mailbox { text: Cow::Borrowed(text), at: at as u16 }))
}

/// How long the local part at the beginning is, if there is one: a dot-string or a quoted string.
#[inline]
pub(crate) fn local_part_length(bytes: &[u8]) -> Option<usize> {
    let length = match bytes.first() {
        Some(b'"') => quoted_string_length(bytes)?,
        _ => dot_string_length(bytes)?,
    };
    (length <= Mailbox::LONGEST_LOCAL_PART).then_some(length)
}

#[inline]
fn dot_string_length(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes;
    loop {
        let atom = span(rest, ATEXT);
        if atom == 0 {
            return None;
        }
        rest = &rest[atom..];
        match rest.first() {
            Some(b'.') => rest = &rest[1..],
            _ => return Some(bytes.len() - rest.len()),
        }
    }
}

fn quoted_string_length(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' if matches!(bytes.get(at + 1)?, b' '..=b'~') => at += 2,
            b'\\' => return None,
            b' '..=b'~' => at += 1,
            _ => return None,
        }
    }
}

impl PartialEq for Mailbox<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.unquoted_local_part().eq(other.unquoted_local_part()) && self.host() == other.host()
    }
}

impl Eq for Mailbox<'_> {}

impl Hash for Mailbox<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for octet in self.unquoted_local_part() {
            state.write_u8(octet);
        }
        state.write_u8(0xff);
        self.host().hash(state);
    }
}

impl fmt::Display for Mailbox<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Mailbox<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mailbox({})", self.text)
    }
}

impl FromStr for Mailbox<'static> {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        Mailbox::parse(text).map(Mailbox::into_owned)
    }
}

impl<'a> TryFrom<&'a str> for Mailbox<'a> {
    type Error = SyntaxError;

    fn try_from(text: &'a str) -> Result<Self, SyntaxError> {
        Self::parse(text)
    }
}
