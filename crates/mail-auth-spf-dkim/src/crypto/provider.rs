//! What the machines ask of cryptography.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use super::{
    BadSignature, Digest, HashAlgorithm, KeyError, KeyType, PrivateKey, PublicKey, SignatureAlgorithm, SigningError,
};

/// A cryptographic library: hashes, and keys that verify and sign.
///
/// The crate has three, each behind its feature, and takes any other. Which one it is makes no difference to an outcome,
/// but for the sizes of RSA keys that it signs with.
pub trait Provider: fmt::Debug + Send + Sync {
    /// What it is called in errors.
    fn name(&self) -> &'static str;

    /// A new computation of this hash.
    fn hasher(&self, algorithm: HashAlgorithm) -> Box<dyn Hasher>;

    /// Makes a published key ready to verify with. A program that keeps keys keeps this.
    ///
    /// # Errors
    /// [`KeyError::TooSmall`] for an RSA key under [`PublicKey::LEAST_RSA_BITS`], else what a closer look found: the
    /// fault is in the key record.
    fn verifying_key(&self, key: &PublicKey) -> Result<Box<dyn VerifyingKey>, KeyError>;

    /// Makes a private key ready to sign with.
    ///
    /// # Errors
    /// [`KeyError::OutOfRange`] if the key is good but this provider does not sign with RSA keys of its size;
    /// [`KeyError::TooSmall`] if nobody may; [`KeyError::Inconsistent`] or [`KeyError::Rejected`] for a damaged one.
    fn signing_key(&self, key: &PrivateKey) -> Result<Box<dyn SigningKey>, KeyError>;

    /// Makes a new key, of the system's random numbers.
    ///
    /// # Errors
    /// [`KeyError::CannotGenerate`] or [`KeyError::OutOfRange`] if this provider does not make such keys;
    /// [`KeyError::NoRandomness`].
    fn generate(&self, key: NewKey) -> Result<PrivateKey, KeyError> {
        Err(KeyError::CannotGenerate { provider: self.name(), key_type: key.key_type() })
    }
}

/// A key to be made by [`Provider::generate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NewKey {
    /// An RSA key with the public exponent 65537. 2048 bits is what to publish today (RFC 8301 section 3.2): longer ones
    /// do not fit into one string of a TXT record, nor always into a DNS answer over UDP.
    Rsa {
        /// The length of the modulus.
        bits: usize,
    },
    /// An Ed25519 key.
    Ed25519,
}

impl NewKey {
    /// The type of the key.
    pub fn key_type(self) -> KeyType {
        match self {
            Self::Rsa { .. } => KeyType::Rsa,
            Self::Ed25519 => KeyType::Ed25519,
        }
    }
}

/// A hash in the making.
pub trait Hasher: Send {
    /// Takes more of the message.
    fn update(&mut self, octets: &[u8]);

    /// The digest of all that was taken; the hasher is as new after it.
    fn finish(&mut self) -> Digest;
}

/// A public key that is ready to verify with.
pub trait VerifyingKey: fmt::Debug + Send + Sync {
    /// Verifies the signature of a message, which is hashed here, with the algorithm's own hash. For
    /// [`Ed25519Sha256`](SignatureAlgorithm::Ed25519Sha256) what is signed is that digest (RFC 8463 section 3).
    ///
    /// # Errors
    /// [`BadSignature`], also if the key is of another type than the algorithm needs.
    fn verify(&self, algorithm: SignatureAlgorithm, message: &[u8], signature: &[u8]) -> Result<(), BadSignature>;
}

/// A private key that is ready to sign with.
pub trait SigningKey: fmt::Debug + Send + Sync {
    /// Its type.
    fn key_type(&self) -> KeyType;

    /// What is to be published for it.
    fn public_key(&self) -> PublicKey;

    /// Signs a message, which is hashed here as in [`VerifyingKey::verify`].
    ///
    /// # Errors
    /// [`SigningError::WrongAlgorithm`] if the key is of another type than the algorithm needs, and always for `rsa-sha1`;
    /// [`SigningError::Failed`] if the provider cannot.
    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, SigningError>;
}

/// Whether a key of this type signs with this algorithm, as all providers of this crate see it.
#[cfg(any(feature = "ring", feature = "aws-lc-rs", feature = "rustcrypto"))]
pub(super) fn may_sign(key_type: KeyType, algorithm: SignatureAlgorithm) -> Result<(), SigningError> {
    if key_type.algorithm() == algorithm { Ok(()) } else { Err(SigningError::WrongAlgorithm { algorithm, key_type }) }
}

/// The provider that the features of this crate bring: `ring` if it is there, else `aws-lc-rs`, else `rustcrypto`.
#[cfg(any(feature = "ring", feature = "aws-lc-rs", feature = "rustcrypto"))]
pub fn default_provider() -> &'static dyn Provider {
    #[cfg(feature = "ring")]
    return &super::ring::PROVIDER;
    #[cfg(all(feature = "aws-lc-rs", not(feature = "ring")))]
    return &super::aws_lc_rs::PROVIDER;
    #[cfg(all(feature = "rustcrypto", not(feature = "ring"), not(feature = "aws-lc-rs")))]
    return &super::rustcrypto::PROVIDER;
}

/// What `ring` and `aws-lc-rs`, which have the same words for it, say is wrong with a private key.
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
pub(super) fn rejection(error: &impl fmt::Display) -> &'static str {
    match alloc::format!("{error}").as_str() {
        "InconsistentComponents" => "its parts do not belong together",
        "InvalidComponent" => "one of its parts cannot be in a key",
        "InvalidEncoding" => "its encoding is broken",
        "TooSmall" => "one of its parts is too small, such as an exponent under 65537",
        "TooLarge" => "one of its parts is too large",
        "PrivateModulusLenNotMultipleOf512Bits" => "the length of its primes is not a multiple of 512 bits",
        _ => "its parts do not belong together, or it is of a kind that is not known there",
    }
}
