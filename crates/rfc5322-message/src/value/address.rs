//! Mailboxes and groups (RFC 5322 section 3.4, RFC 6854).

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::{fmt, str::FromStr};

use super::{InvalidValue, check_text, is_atext, is_dot_atom};

/// `local-part@domain` (RFC 5322 section 3.4.1).
///
/// The local part is kept as what it says, without quotes and backslashes; `Display` quotes it where it must.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AddrSpec<'a> {
    local: Cow<'a, str>,
    domain: Cow<'a, str>,
}

impl<'a> AddrSpec<'a> {
    /// An address of its two halves. The local part is given unquoted and may be anything without control characters;
    /// the domain is a dot-atom (UTF-8 allowed, RFC 6532) or a literal such as `[192.0.2.1]`.
    ///
    /// # Errors
    /// [`InvalidValue::Control`] or [`InvalidValue::Domain`].
    pub fn new(local: impl Into<Cow<'a, str>>, domain: impl Into<Cow<'a, str>>) -> Result<Self, InvalidValue> {
        let (local, domain) = (local.into(), domain.into());
        check_text(&local)?;
        check_text(&domain)?;
        if !is_dot_atom(&domain) && !is_literal(&domain) {
            return Err(InvalidValue::Domain);
        }
        Ok(Self { local, domain })
    }

    /// What the parser found: halves already free of control characters, and of what would break the syntax.
    pub(crate) const fn parsed(local: Cow<'a, str>, domain: Cow<'a, str>) -> Self {
        Self { local, domain }
    }

    /// The null address, `<>`.
    #[must_use]
    pub const fn null() -> Self {
        Self { local: Cow::Borrowed(""), domain: Cow::Borrowed("") }
    }

    /// True for `<>`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.local.is_empty() && self.domain.is_empty()
    }

    /// What stands before the `@`, unquoted.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.local
    }

    /// What stands after the `@`; empty for the null address, and for a parsed address that had no `@` (`From: root`).
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// True if either half needs SMTPUTF8 and RFC 6532 to be written.
    #[must_use]
    pub fn needs_utf8(&self) -> bool {
        !self.local.is_ascii() || !self.domain.is_ascii()
    }

    /// The same address, owning its text.
    #[must_use]
    pub fn into_owned(self) -> AddrSpec<'static> {
        AddrSpec { local: Cow::Owned(self.local.into_owned()), domain: Cow::Owned(self.domain.into_owned()) }
    }
}

/// `[` dtext `]` (RFC 5322 section 3.4.1).
fn is_literal(text: &str) -> bool {
    text.strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .is_some_and(|text| text.bytes().all(|byte| byte > b' ' && !matches!(byte, b'[' | b']' | b'\\')))
}

impl fmt::Display for AddrSpec<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_dot_atom(&self.local) || self.is_null() {
            f.write_str(&self.local)?;
        } else {
            write_quoted(f, &self.local)?;
        }
        if !self.domain.is_empty() { write!(f, "@{}", self.domain) } else { Ok(()) }
    }
}

impl FromStr for AddrSpec<'static> {
    type Err = InvalidValue;

    /// Reads `local@domain`, the local part quoted or not. No comments, no blanks, no display name.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        // The `@` that counts is the first after the local part: a domain literal may hold another.
        let (local, domain) = match text.strip_prefix('"') {
            Some(rest) => {
                let (inside, after) = rest.split_at(closing_quote(rest).ok_or(InvalidValue::Address)?);
                (unquote(inside)?, after.strip_prefix("\"@").ok_or(InvalidValue::Address)?)
            }
            None => {
                let (local, domain) = text.split_once('@').ok_or(InvalidValue::Address)?;
                if !is_dot_atom(local) {
                    return Err(InvalidValue::Address);
                }
                (local.into(), domain)
            }
        };
        Self::new(local, String::from(domain))
    }
}

/// Where the quoted string ends of which `inside` is what follows the opening quote.
fn closing_quote(inside: &str) -> Option<usize> {
    let mut escaped = false;
    inside.bytes().position(|byte| match byte {
        _ if core::mem::take(&mut escaped) => false,
        b'\\' => {
            escaped = true;
            false
        }
        byte => byte == b'"',
    })
}

/// The inside of a quoted string, its backslashes resolved.
fn unquote(quoted: &str) -> Result<String, InvalidValue> {
    let mut text = String::with_capacity(quoted.len());
    let mut chars = quoted.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.push(chars.next().ok_or(InvalidValue::Address)?),
            '"' => return Err(InvalidValue::Address),
            c => text.push(c),
        }
    }
    Ok(text)
}

/// A quoted-string (RFC 5322 section 3.2.4).
fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    use fmt::Write as _;
    f.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('"')
}

/// An address and, perhaps, the name of whom it reaches.
///
/// `Display` is for people: it writes the name as it reads, not as encoded-words.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mailbox<'a> {
    name: Option<Cow<'a, str>>,
    address: AddrSpec<'a>,
}

impl<'a> Mailbox<'a> {
    /// An address without a name.
    #[must_use]
    pub const fn new(address: AddrSpec<'a>) -> Self {
        Self { name: None, address }
    }

    /// An address with a display name, given as people read it.
    ///
    /// # Errors
    /// [`InvalidValue::Control`].
    pub fn named(name: impl Into<Cow<'a, str>>, address: AddrSpec<'a>) -> Result<Self, InvalidValue> {
        let name = name.into();
        check_text(&name)?;
        Ok(Self { name: Some(name), address })
    }

    pub(crate) const fn parsed(name: Option<Cow<'a, str>>, address: AddrSpec<'a>) -> Self {
        Self { name, address }
    }

    /// The display name, decoded.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The address.
    #[must_use]
    pub const fn address(&self) -> &AddrSpec<'a> {
        &self.address
    }

    /// The same mailbox, owning its text.
    #[must_use]
    pub fn into_owned(self) -> Mailbox<'static> {
        Mailbox { name: self.name.map(|name| Cow::Owned(name.into_owned())), address: self.address.into_owned() }
    }
}

impl<'a> From<AddrSpec<'a>> for Mailbox<'a> {
    fn from(address: AddrSpec<'a>) -> Self {
        Self::new(address)
    }
}

impl fmt::Display for Mailbox<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => {
                write_phrase(f, name)?;
                write!(f, " <{}>", self.address)
            }
            None if self.address.is_null() => f.write_str("<>"),
            None => self.address.fmt(f),
        }
    }
}

/// Atoms as they are, anything else quoted.
fn write_phrase(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    if !text.is_empty() && text.split(' ').all(|word| !word.is_empty() && word.bytes().all(is_atext)) {
        f.write_str(text)
    } else {
        write_quoted(f, text)
    }
}

/// A named list of mailboxes, perhaps an empty one: `Undisclosed recipients:;`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Group<'a> {
    name: Cow<'a, str>,
    members: Vec<Mailbox<'a>>,
}

impl<'a> Group<'a> {
    /// A group of that name.
    ///
    /// # Errors
    /// [`InvalidValue::Empty`] if the name is empty, [`InvalidValue::Control`].
    pub fn new(name: impl Into<Cow<'a, str>>, members: Vec<Mailbox<'a>>) -> Result<Self, InvalidValue> {
        let name = name.into();
        check_text(&name)?;
        if name.is_empty() {
            return Err(InvalidValue::Empty);
        }
        Ok(Self { name, members })
    }

    pub(crate) const fn parsed(name: Cow<'a, str>, members: Vec<Mailbox<'a>>) -> Self {
        Self { name, members }
    }

    /// The name, decoded.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The mailboxes, in order.
    #[must_use]
    pub fn members(&self) -> &[Mailbox<'a>] {
        &self.members
    }

    /// The same group, owning its text.
    #[must_use]
    pub fn into_owned(self) -> Group<'static> {
        Group {
            name: Cow::Owned(self.name.into_owned()),
            members: self.members.into_iter().map(Mailbox::into_owned).collect(),
        }
    }
}

impl fmt::Display for Group<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_phrase(f, &self.name)?;
        f.write_str(":")?;
        for (index, member) in self.members.iter().enumerate() {
            write!(f, "{} {member}", if index == 0 { "" } else { "," })?;
        }
        f.write_str(";")
    }
}

/// One element of an address list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Address<'a> {
    /// A mailbox.
    Mailbox(Mailbox<'a>),
    /// A group of mailboxes.
    Group(Group<'a>),
}

impl<'a> Address<'a> {
    /// The mailboxes it stands for: itself, or the members of the group.
    #[must_use]
    pub fn mailboxes(&self) -> &[Mailbox<'a>] {
        match self {
            Self::Mailbox(mailbox) => core::slice::from_ref(mailbox),
            Self::Group(group) => group.members(),
        }
    }

    /// The same address, owning its text.
    #[must_use]
    pub fn into_owned(self) -> Address<'static> {
        match self {
            Self::Mailbox(mailbox) => Address::Mailbox(mailbox.into_owned()),
            Self::Group(group) => Address::Group(group.into_owned()),
        }
    }
}

impl<'a> From<Mailbox<'a>> for Address<'a> {
    fn from(mailbox: Mailbox<'a>) -> Self {
        Self::Mailbox(mailbox)
    }
}

impl<'a> From<Group<'a>> for Address<'a> {
    fn from(group: Group<'a>) -> Self {
        Self::Group(group)
    }
}

impl<'a> From<AddrSpec<'a>> for Address<'a> {
    fn from(address: AddrSpec<'a>) -> Self {
        Self::Mailbox(address.into())
    }
}

impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mailbox(mailbox) => mailbox.fmt(f),
            Self::Group(group) => group.fmt(f),
        }
    }
}
