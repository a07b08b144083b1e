use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use base64::Engine as _;

use super::tags::{self, BASE64, TagList, TagListError};
use crate::crypto::{HashAlgorithm, KeyError, KeyType, Provider, PublicKey, SignatureAlgorithm, VerifyingKey};

/// A key as a domain publishes it in a TXT record (RFC 6376 section 3.6.1).
///
/// # Example: a record of RFC 8463
///
/// ```
/// use mail_auth_spf_dkim::crypto::KeyType;
/// use mail_auth_spf_dkim::dkim::KeyRecord;
///
/// let text = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
/// let record = KeyRecord::parse(text.as_bytes()).unwrap();
/// assert_eq!(record.public_key.as_ref().unwrap().key_type(), KeyType::Ed25519);
/// assert_eq!(record.to_string(), text);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyRecord {
    /// `p=`: the key; `None` if it is revoked.
    pub public_key: Option<PublicKey>,
    /// `h=`: the hashes it may be used with; those that are unknown are left out. `None` is all.
    pub hashes: Option<Vec<HashAlgorithm>>,
    /// `t=y`: the domain is testing.
    pub testing: bool,
    /// `t=s`: the domain of `i=` must be `d=` itself.
    pub strict: bool,
}

/// Why a TXT record is not a key for mail. The fault is of whoever published it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum KeyRecordError {
    /// The record is no list of tags.
    #[error("malformed: {0}")]
    Syntax(#[from] TagListError),
    /// The version is not `DKIM1`, or not in front.
    #[error("not a record of this version")]
    Version,
    /// `k=` is no known type of key.
    #[error("the type of the key is unknown")]
    KeyType,
    /// `s=` is not for mail.
    #[error("the key is not for mail")]
    Service,
    /// There is no `p=`, or it is not base64.
    #[error("there is no key in it")]
    NoKey,
    /// What is in `p=` is no key of the type.
    #[error("{0}")]
    Key(#[from] KeyError),
}

impl KeyRecord {
    /// The record that publishes a key, without restrictions.
    pub const fn new(public_key: PublicKey) -> Self {
        Self { public_key: Some(public_key), hashes: None, testing: false, strict: false }
    }

    /// Reads a TXT record.
    ///
    /// # Errors
    /// [`KeyRecordError`] says why it is not a key for mail. A revoked key is no error.
    pub fn parse(text: &[u8]) -> Result<Self, KeyRecordError> {
        let tags = TagList::parse(text)?;
        tags.check_text(&["v", "h", "k", "p", "s", "t"])?;
        if let Some(version) = tags.get("v")
            && (version != "DKIM1" || !tags.begins_with("v"))
        {
            return Err(KeyRecordError::Version);
        }
        let key_type = match tags.get("k") {
            None => KeyType::Rsa,
            Some(word) => KeyType::parse(word).ok_or(KeyRecordError::KeyType)?,
        };
        if let Some(services) = tags.get("s")
            && !tags::parts(services).any(|service| service == "*" || service.eq_ignore_ascii_case("email"))
        {
            return Err(KeyRecordError::Service);
        }
        let hashes = tags.get("h").map(|list| tags::parts(list).filter_map(HashAlgorithm::parse).collect());
        let flag = |name: &str| tags.get("t").is_some_and(|flags| tags::parts(flags).any(|flag| flag == name));
        let octets = tags.base64("p").flatten().ok_or(KeyRecordError::NoKey)?;
        let public_key = match (octets.is_empty(), key_type) {
            (true, _) => None,
            (false, KeyType::Ed25519) => Some(PublicKey::ed25519(&octets)?),
            (false, _) => Some(PublicKey::rsa(&octets)?),
        };
        Ok(Self { public_key, hashes, testing: flag("y"), strict: flag("s") })
    }
}

impl fmt::Display for KeyRecord {
    /// The text of the TXT record, in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("v=DKIM1; ")?;
        if let Some(hashes) = &self.hashes {
            f.write_str("h=")?;
            for (index, hash) in hashes.iter().enumerate() {
                let separator = if index == 0 { "" } else { ":" };
                write!(f, "{separator}{}", hash.as_str())?;
            }
            f.write_str("; ")?;
        }
        match (self.testing, self.strict) {
            (true, true) => f.write_str("t=y:s; ")?,
            (true, false) => f.write_str("t=y; ")?,
            (false, true) => f.write_str("t=s; ")?,
            (false, false) => {}
        }
        match &self.public_key {
            Some(key) => write!(f, "k={}; p={}", key.key_type().as_str(), BASE64.encode(key.octets())),
            None => f.write_str("p="),
        }
    }
}

/// A published key, made ready for verifying. Making it ready costs, so those who verify much keep it for as long as
/// the DNS says, and answer questions by [`Verifier::handle_key`](super::Verifier::handle_key).
#[derive(Debug, Clone)]
pub struct Key {
    record: Arc<KeyRecord>,
    verifying_key: Option<Arc<dyn VerifyingKey>>,
}

impl Key {
    /// Reads a TXT record and makes its key ready.
    ///
    /// # Errors
    /// [`KeyRecordError`] says why it is not a key for mail, or not one that the provider can use.
    pub fn parse(provider: &dyn Provider, text: &[u8]) -> Result<Self, KeyRecordError> {
        let record = KeyRecord::parse(text)?;
        let verifying_key = match &record.public_key {
            Some(key) => Some(Arc::from(provider.verifying_key(key)? as Box<dyn VerifyingKey>)),
            None => None,
        };
        Ok(Self { record: Arc::new(record), verifying_key })
    }

    /// The record that it was published in.
    pub fn record(&self) -> &KeyRecord {
        &self.record
    }

    /// The key made ready; `None` if it is revoked.
    pub(crate) fn verifying_key(&self) -> Option<&dyn VerifyingKey> {
        self.verifying_key.as_deref()
    }

    /// The size of the key: the modulus of RSA in bits. `None` if it is revoked.
    pub(crate) fn bits(&self) -> Option<usize> {
        self.record.public_key.as_ref().map(PublicKey::bits)
    }

    /// Whether the record allows the algorithm.
    pub(crate) fn allows(&self, algorithm: SignatureAlgorithm) -> bool {
        let same_type = self.record.public_key.as_ref().is_none_or(|key| key.key_type() == algorithm.key_type());
        same_type && self.record.hashes.as_ref().is_none_or(|hashes| hashes.contains(&algorithm.hash()))
    }
}
