//! Content-Type and Content-Disposition as values (RFC 2045 section 5.1, RFC 2183).

use alloc::borrow::Cow;

use super::{BuildError, few::Few};
use crate::{
    encode::{Folder, is_token, write_parameter},
    value::check_text,
};

/// A media type and its parameters: `text/plain; charset=utf-8`.
///
/// ```
/// use rfc5322_message::build::MediaType;
///
/// let calendar = MediaType::new("text/calendar")?.with("method", "REQUEST")?;
/// assert_eq!(calendar.essence(), "text/calendar");
/// # Ok::<(), rfc5322_message::build::BuildError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaType<'a> {
    essence: Cow<'a, str>,
    parameters: Few<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> MediaType<'a> {
    /// A type and subtype, without parameters.
    ///
    /// # Errors
    /// [`BuildError::MediaType`].
    pub fn new(essence: impl Into<Cow<'a, str>>) -> Result<Self, BuildError> {
        let essence = essence.into();
        let (kind, subtype) = essence.split_once('/').ok_or(BuildError::MediaType)?;
        if essence.len() <= 255 && is_name(kind) && is_name(subtype) {
            Ok(Self { essence, parameters: Few::None })
        } else {
            Err(BuildError::MediaType)
        }
    }

    pub(super) const fn known(essence: &'static str) -> Self {
        Self { essence: Cow::Borrowed(essence), parameters: Few::None }
    }

    /// The same type with a parameter more, or one changed. The value may be any text.
    ///
    /// # Errors
    /// [`BuildError::ParameterName`] unless the name is a token of at most 40 characters, [`BuildError::Value`] for control
    /// characters in the value.
    pub fn with(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Result<Self, BuildError> {
        self.set(name, value)?;
        Ok(self)
    }

    pub(super) fn set(
        &mut self,
        name: impl Into<Cow<'a, str>>,
        value: impl Into<Cow<'a, str>>,
    ) -> Result<(), BuildError> {
        let (name, value) = (name.into(), value.into());
        // A star or a percent sign in a name would make it an extended parameter (RFC 2231).
        if name.len() > 40 || !is_name(&name) || name.contains(['*', '\'', '%']) {
            return Err(BuildError::ParameterName);
        }
        check_text(&value).map_err(|error| BuildError::value(&name, error))?;
        self.parameters.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
        self.parameters.push((name, value));
        Ok(())
    }

    /// `type/subtype`.
    #[must_use]
    pub fn essence(&self) -> &str {
        &self.essence
    }

    /// Name and value of each parameter, in order.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.as_slice().iter().map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    /// The same type with a parameter that is known to be right.
    pub(super) fn with_known(mut self, name: &'static str, value: &'static str) -> Self {
        self.parameters.push((Cow::Borrowed(name), Cow::Borrowed(value)));
        self
    }

    /// The type as text, which stays borrowed where it is.
    pub(super) fn essence_text(&self) -> Cow<'a, str> {
        self.essence.clone()
    }

    /// The same parameters under another name.
    pub(super) fn renamed(self, essence: &'static str) -> Self {
        Self { essence: Cow::Borrowed(essence), ..self }
    }

    /// Writes it, its parameters folded.
    pub(super) fn write(&self, folder: &mut Folder<'_>) {
        folder.token(self.essence.as_bytes());
        for (name, value) in self.parameters() {
            write_parameter(folder, name, value);
        }
    }

    /// True if the type, before the slash, is `kind`.
    pub(super) fn is_kind(&self, kind: &str) -> bool {
        self.essence.split('/').next().is_some_and(|this| this.eq_ignore_ascii_case(kind))
    }
}

impl<'a> TryFrom<&'a str> for MediaType<'a> {
    type Error = BuildError;

    fn try_from(essence: &'a str) -> Result<Self, BuildError> {
        Self::new(essence)
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token)
}
