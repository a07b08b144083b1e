//! The field `Autocrypt`: a key for encrypting to whoever wrote the message (Autocrypt Level 1, section 2.1).
//!
//! A message has a key if it has exactly one valid field for the address in `From`; [`Autocrypt::of`] sees to that.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::Message;
use crate::charset::Unlabelled;
use crate::codec::base64;
use crate::syntax::text;

/// A valid field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Autocrypt {
    /// `addr`: whose key it is.
    pub address: Box<str>,
    /// `prefer-encrypt=mutual`: the owner wants encrypted answers if others do.
    pub prefers_encryption: bool,
    /// `keydata`, still in base64 and without blanks.
    pub(crate) key_data: Box<str>,
}

impl Autocrypt {
    /// The key that a message brings: of the one valid field. A field is valid only if its address is that of the only
    /// author; with two valid fields there is none.
    #[must_use]
    pub fn of(message: &Message<'_>) -> Option<Self> {
        let mut authors = message.from();
        let (author, None) = (authors.next()?, authors.next()) else { return None };
        let author = author.into_owned();
        let author = alloc::format!("{}", author.address());
        let fields = message.fields().filter(|field| field.is("Autocrypt"));
        let mut valid = fields
            .filter_map(|field| Self::parse(field.body()))
            .filter(|field| field.address.eq_ignore_ascii_case(&author));
        let (field, None) = (valid.next()?, valid.next()) else { return None };
        Some(field)
    }

    /// Reads what stands behind the colon. `None` if an attribute is missing, malformed, or unknown and critical (one
    /// whose name does not begin with `_`).
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        let text = text::unstructured(body, Unlabelled::default());
        let (mut address, mut key_data, mut prefers_encryption) = (None, None, false);
        for attribute in text.split(';').filter(|attribute| !attribute.trim().is_empty()) {
            let (name, value) = attribute.split_once('=')?;
            let value = value.trim();
            match name.trim() {
                "addr" => address = Some(value.to_owned().into_boxed_str()),
                "prefer-encrypt" => prefers_encryption = value == "mutual",
                "keydata" => key_data = Some(value.split_ascii_whitespace().collect::<String>().into_boxed_str()),
                name if name.starts_with('_') => {}
                _ => return None,
            }
        }
        let (address, key_data) = (address?, key_data?);
        (!address.is_empty() && !key_data.is_empty()).then_some(Self { address, prefers_encryption, key_data })
    }

    /// The key: an OpenPGP transferable public key. `None` if it is no clean base64.
    #[must_use]
    pub fn key(&self) -> Option<Vec<u8>> {
        let mut key = Vec::new();
        let forgiven = base64::decode_into(self.key_data.as_bytes(), &mut key);
        forgiven.is_clean().then_some(key)
    }
}
