//! Fields of mailing lists (RFC 2369, RFC 2919, RFC 8058).

use alloc::{borrow::Cow, vec, vec::Vec};

use super::{BuildError, Field};
use crate::value::{InvalidValue, has_control};

/// A URI as list fields hold it: ASCII without blanks and angle brackets, at most 980 characters. It is written as it
/// is, and never broken.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ListUri<'a>(Cow<'a, str>);

impl<'a> ListUri<'a> {
    /// A URI.
    ///
    /// # Errors
    /// [`BuildError::Uri`].
    pub fn new(uri: impl Into<Cow<'a, str>>) -> Result<Self, BuildError> {
        let uri = uri.into();
        // A comma separates URIs, and is escaped inside one (RFC 2369 section 2).
        let good = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"' | b',');
        let scheme = uri.split_once(':').map_or("", |(scheme, _)| scheme);
        let scheme_good = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
        if scheme_good && uri.len() <= 980 && uri.bytes().all(good) { Ok(Self(uri)) } else { Err(BuildError::Uri) }
    }

    /// The URI.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The fields that a mailing list adds.
///
/// ```
/// use rfc5322_message::build::{ListHeaders, ListUri};
///
/// let list = ListHeaders::new()
///     .id("The readers", "readers.example.org")?
///     .post([ListUri::new("mailto:readers@example.org")?])
///     .unsubscribe_one_click([ListUri::new("https://example.org/u/4711")?])?;
/// assert_eq!(list.fields().len(), 4);
/// # Ok::<(), rfc5322_message::build::BuildError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListHeaders<'a> {
    fields: Vec<Field<'a>>,
}

impl<'a> ListHeaders<'a> {
    /// No fields yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { fields: Vec::new() }
    }

    /// `List-ID`: a name for people, perhaps empty, and an identifier like a domain name (RFC 2919 section 2).
    ///
    /// # Errors
    /// [`BuildError::Value`] unless the identifier is a dot-atom in ASCII of at most 255 characters.
    pub fn id(mut self, name: impl Into<Cow<'a, str>>, id: impl Into<Cow<'a, str>>) -> Result<Self, BuildError> {
        let (name, id) = (name.into(), id.into());
        if has_control(&name) {
            return Err(BuildError::value("List-ID", InvalidValue::Control));
        }
        if id.len() > 255 || !id.is_ascii() || !crate::value::is_dot_atom(&id) {
            return Err(BuildError::value("List-ID", InvalidValue::Domain));
        }
        self.fields.push(Field::list_id(name, id));
        Ok(self)
    }

    /// `List-Help` (RFC 2369 section 3.1).
    #[must_use]
    pub fn help(self, uris: impl IntoIterator<Item = ListUri<'a>>) -> Self {
        self.uris("List-Help", uris)
    }

    /// `List-Unsubscribe` (RFC 2369 section 3.2).
    #[must_use]
    pub fn unsubscribe(self, uris: impl IntoIterator<Item = ListUri<'a>>) -> Self {
        self.uris("List-Unsubscribe", uris)
    }

    /// `List-Unsubscribe` and the field that says its HTTPS URI takes a POST without a person (RFC 8058). Both must be
    /// covered by a DKIM signature (section 4).
    ///
    /// # Errors
    /// [`BuildError::OneClick`] if no URI is HTTPS.
    pub fn unsubscribe_one_click(self, uris: impl IntoIterator<Item = ListUri<'a>>) -> Result<Self, BuildError> {
        let uris: Vec<ListUri<'a>> = uris.into_iter().collect();
        let is_https = |uri: &ListUri<'_>| uri.as_str().get(..8).is_some_and(|s| s.eq_ignore_ascii_case("https://"));
        if !uris.iter().any(is_https) {
            return Err(BuildError::OneClick);
        }
        let mut list = self.unsubscribe(uris);
        list.fields.push(Field::trusted_tokens("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")?);
        Ok(list)
    }

    /// `List-Subscribe` (RFC 2369 section 3.3).
    #[must_use]
    pub fn subscribe(self, uris: impl IntoIterator<Item = ListUri<'a>>) -> Self {
        self.uris("List-Subscribe", uris)
    }

    /// `List-Post` (RFC 2369 section 3.4).
    #[must_use]
    pub fn post(self, uris: impl IntoIterator<Item = ListUri<'a>>) -> Self {
        self.uris("List-Post", uris)
    }

    /// `List-Post: NO`, of a list that takes no posts (RFC 2369 section 3.4).
    #[must_use]
    pub fn no_post(mut self) -> Self {
        self.fields.extend(Field::trusted_tokens("List-Post", "NO").ok());
        self
    }

    /// `List-Owner` (RFC 2369 section 3.5).
    #[must_use]
    pub fn owner(self, uris: impl IntoIterator<Item = ListUri<'a>>) -> Self {
        self.uris("List-Owner", uris)
    }

    /// `List-Archive` (RFC 2369 section 3.6).
    #[must_use]
    pub fn archive(self, uris: impl IntoIterator<Item = ListUri<'a>>) -> Self {
        self.uris("List-Archive", uris)
    }

    /// The fields, in the order they were asked for.
    #[must_use]
    pub fn fields(&self) -> &[Field<'a>] {
        &self.fields
    }

    pub(super) fn into_fields(self) -> vec::IntoIter<Field<'a>> {
        self.fields.into_iter()
    }

    fn uris(mut self, name: &'static str, uris: impl IntoIterator<Item = ListUri<'a>>) -> Self {
        let uris: Vec<ListUri<'a>> = uris.into_iter().collect();
        if !uris.is_empty() {
            self.fields.push(Field::uris(name, uris));
        }
        self
    }
}
