//! Message identifiers (RFC 5322 section 3.6.4).

use alloc::borrow::Cow;
use core::fmt;

use super::{InvalidValue, check_text, is_dot_atom};

/// The identifier of a message or of a part, without its angle brackets. `Display` adds them.
///
/// Identifiers are compared byte by byte. Those that are parsed may be odd (`<[1A2B@microsoft.com]>` is real); those that
/// [`new`](Self::new) makes are good.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId<'a>(Cow<'a, str>);

impl<'a> MessageId<'a> {
    /// An identifier `left@right`, given without the brackets.
    ///
    /// # Errors
    /// [`InvalidValue::MessageId`] unless both halves are dot-atoms (the right one may be a literal), or
    /// [`InvalidValue::Control`].
    pub fn new(id: impl Into<Cow<'a, str>>) -> Result<Self, InvalidValue> {
        let id = id.into();
        check_text(&id)?;
        let (left, right) = id.split_once('@').ok_or(InvalidValue::MessageId)?;
        let literal = right
            .strip_prefix('[')
            .and_then(|right| right.strip_suffix(']'))
            .is_some_and(|right| right.bytes().all(|b| b > b' ' && !matches!(b, b'[' | b']' | b'\\' | b'<' | b'>')));
        if is_dot_atom(left) && (literal || is_dot_atom(right)) { Ok(Self(id)) } else { Err(InvalidValue::MessageId) }
    }

    /// What the parser found: no control characters, no blanks, no brackets.
    pub(crate) const fn parsed(id: Cow<'a, str>) -> Self {
        Self(id)
    }

    /// The identifier without brackets.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same identifier, owning its text.
    #[must_use]
    pub fn into_owned(self) -> MessageId<'static> {
        MessageId(Cow::Owned(self.0.into_owned()))
    }
}

impl fmt::Display for MessageId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0)
    }
}
