use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt::Write;
use core::time::Duration;

use super::{Canonicalization, signature};
use crate::crypto::{HashAlgorithm, SignatureAlgorithm, SigningKey};
use crate::dns::Name;

/// A domain that signs, and with which of its keys.
#[derive(Debug, Clone)]
pub struct Identity {
    pub(crate) domain: Name,
    pub(crate) selector: Name,
    /// `i=`, encoded.
    pub(crate) user: Option<Box<str>>,
    pub(crate) key: KeyHolder,
}

/// Who has the key.
#[derive(Debug, Clone)]
pub(crate) enum KeyHolder {
    Here(Arc<dyn SigningKey>),
    Elsewhere(SignatureAlgorithm),
}

/// Why an identity cannot sign. The fault is the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// The domain or the selector has other characters than letters, digits, hyphens, underscores and dots.
    #[error("the domain or the selector is no host name")]
    Name,
    /// Together they are longer than a name can be.
    #[error("the selector is too long for the domain")]
    KeyName,
    /// The address is not in the domain, nor below it (RFC 6376 section 3.5, `i=`).
    #[error("the user's address is not within the domain")]
    User,
    /// The algorithm has SHA-1, with which nobody may sign (RFC 8301 section 3.1).
    #[error("SHA-1 is not for signing")]
    Sha1,
}

impl Identity {
    /// A domain with a key of its own here.
    ///
    /// # Errors
    /// [`IdentityError`] if the names cannot stand in a signature.
    pub fn new(domain: Name, selector: Name, key: Arc<dyn SigningKey>) -> Result<Self, IdentityError> {
        Self::with_key(domain, selector, KeyHolder::Here(key))
    }

    /// A domain whose key is elsewhere: the signer asks for signatures by
    /// [`poll_signature`](super::Signer::poll_signature).
    ///
    /// # Errors
    /// [`IdentityError`] if the names cannot stand in a signature, or the algorithm is not for signing.
    pub fn remote(domain: Name, selector: Name, algorithm: SignatureAlgorithm) -> Result<Self, IdentityError> {
        if algorithm.hash() == HashAlgorithm::Sha1 {
            return Err(IdentityError::Sha1);
        }
        Self::with_key(domain, selector, KeyHolder::Elsewhere(algorithm))
    }

    fn with_key(domain: Name, selector: Name, key: KeyHolder) -> Result<Self, IdentityError> {
        if Name::parse(domain.as_str()).is_err() || Name::parse(selector.as_str()).is_err() {
            return Err(IdentityError::Name);
        }
        signature::key_name(&selector, &domain).ok_or(IdentityError::KeyName)?;
        Ok(Self { domain, selector, user: None, key })
    }

    /// Says on whose behalf the domain signs (`i=`): an address, perhaps without a local-part, in the domain or below it.
    ///
    /// # Errors
    /// [`IdentityError::User`] if it is no such address.
    pub fn with_user(mut self, address: &str) -> Result<Self, IdentityError> {
        let (local_part, domain) = address.rsplit_once('@').ok_or(IdentityError::User)?;
        let domain = Name::parse(domain).map_err(|_| IdentityError::User)?;
        if !domain.is_within(&self.domain) || local_part.len() > 64 {
            return Err(IdentityError::User);
        }
        let mut user = String::new();
        for octet in local_part.bytes() {
            match octet {
                b'!'..=b':' | b'<' | b'>'..=b'~' => user.push(char::from(octet)),
                _ => _ = write!(user, "={octet:02X}"),
            }
        }
        _ = write!(user, "@{domain}");
        self.user = Some(user.into_boxed_str());
        Ok(self)
    }

    pub(crate) fn algorithm(&self) -> SignatureAlgorithm {
        match &self.key {
            KeyHolder::Here(key) => key.key_type().algorithm(),
            KeyHolder::Elsewhere(algorithm) => *algorithm,
        }
    }
}

/// What is signed, and how.
///
/// The default signs the fields that make a message what its reader sees (RFC 6376 section 5.4.1), and signs those that a
/// message can have but once one time more than they are there, so that nobody can add another. Fields that lists and
/// relays add on their way are not signed. There is no way to leave the end of the body unsigned.
///
/// # Example: with an expiry, and a field of one's own
///
/// ```
/// use std::time::Duration;
///
/// use mail_auth_spf_dkim::dkim::SigningSettings;
///
/// let mut settings = SigningSettings::default();
/// settings.expires_after = Some(Duration::from_secs(7 * 86_400));
/// let settings = settings.with_field("X-Ticket").unwrap();
/// assert!(settings.clone().with_field("no colon:").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SigningSettings {
    /// How the header is canonicalised. Default: relaxed.
    pub header_canonicalization: Canonicalization,
    /// How the body is canonicalised. Default: relaxed.
    pub body_canonicalization: Canonicalization,
    /// Whether the signature says when it was made (`t=`). Default: yes.
    pub timestamp: bool,
    /// How long it is valid (`x=`). Default: `None`, which is for ever.
    pub expires_after: Option<Duration>,
    /// How much of the header is held, in octets. Default: 1 MiB.
    pub header_octets: usize,
    pub(crate) fields: Vec<FieldToSign>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldToSign {
    pub(crate) name: Box<str>,
    /// Whether it is named one time more than it is there.
    pub(crate) once_more: bool,
}

/// A name that a signature cannot list. The fault is the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("not the name of a field that can be signed")]
pub struct InvalidFieldName;

/// Signed as often as they are there, and once more.
const SIGNED_ONCE_MORE: [&str; 10] = [
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
];
/// Signed as often as they are there.
const SIGNED: [&str; 6] =
    ["Sender", "In-Reply-To", "References", "Autocrypt", "List-Unsubscribe", "List-Unsubscribe-Post"];

impl Default for SigningSettings {
    fn default() -> Self {
        let field = |once_more| move |name: &str| FieldToSign { name: name.into(), once_more };
        let once_more = SIGNED_ONCE_MORE.into_iter().map(field(true));
        Self {
            header_canonicalization: Canonicalization::Relaxed,
            body_canonicalization: Canonicalization::Relaxed,
            timestamp: true,
            expires_after: None,
            header_octets: 1024 * 1024,
            fields: once_more.chain(SIGNED.into_iter().map(field(false))).collect(),
        }
    }
}

impl SigningSettings {
    /// Signs no field but From, until others are named.
    #[must_use]
    pub fn only_from(mut self) -> Self {
        self.fields.retain(|field| field.name.eq_ignore_ascii_case("From"));
        if self.fields.is_empty() {
            self.fields.push(FieldToSign { name: "From".into(), once_more: true });
        }
        self
    }

    /// Signs this field as often as it is there.
    ///
    /// # Errors
    /// [`InvalidFieldName`] if the name cannot stand in a signature.
    pub fn with_field(self, name: &str) -> Result<Self, InvalidFieldName> {
        self.adding(name, false)
    }

    /// Signs this field as often as it is there and once more, so that nobody can add another.
    ///
    /// # Errors
    /// [`InvalidFieldName`] if the name cannot stand in a signature.
    pub fn with_field_once_more(self, name: &str) -> Result<Self, InvalidFieldName> {
        self.adding(name, true)
    }

    fn adding(mut self, name: &str, once_more: bool) -> Result<Self, InvalidFieldName> {
        let valid = |octet: u8| octet.is_ascii_graphic() && !matches!(octet, b':' | b';');
        if name.is_empty() || name.len() > 76 || !name.bytes().all(valid) {
            return Err(InvalidFieldName);
        }
        // A signature's own field never signs itself (RFC 6376 section 3.5, `h=`).
        if name.eq_ignore_ascii_case(super::FIELD_NAME) {
            return Err(InvalidFieldName);
        }
        match self.fields.iter_mut().find(|field| field.name.eq_ignore_ascii_case(name)) {
            Some(field) => field.once_more = once_more || field.name.eq_ignore_ascii_case("From"),
            None => self.fields.push(FieldToSign { name: name.into(), once_more }),
        }
        Ok(self)
    }
}
