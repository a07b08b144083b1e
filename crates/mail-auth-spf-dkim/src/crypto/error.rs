//! What can be wrong with a key or a signature, and whose fault it is.

use thiserror::Error;

use super::{KeyType, SignatureAlgorithm};

/// Why a key cannot be used.
///
/// For a public key the fault is with the domain that published it (RFC 6376 section 3.9 calls that a PERMFAIL); for a
/// private key with whoever configured it. [`OutOfRange`](Self::OutOfRange) and [`Rejected`](Self::Rejected) may also be
/// limits of the [`Provider`](super::Provider) that was chosen, which they name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The octets are no DER, cut off, too long, or have another structure than a key's. The text says what is wrong.
    #[error("this is not a key: {0}")]
    Malformed(&'static str),
    /// The text holds no private key in PEM, or its base64 is broken. The text says what is wrong.
    #[error("there is no private key in this text: {0}")]
    NotPem(&'static str),
    /// It is a key, or a form of one, that DKIM has no use for. The text says what it is.
    #[error("{0} is not a key for DKIM, which has RSA and Ed25519 only")]
    Unsupported(&'static str),
    /// The private key is protected by a password; take that away first, such as with `openssl pkey`.
    #[error("the private key is encrypted: decrypt it first, for example with `openssl pkey`")]
    Encrypted,
    /// The octets have the structure of a key, but no such key can exist. The text says why.
    #[error("this key is unsound: {0}")]
    Unsound(&'static str),
    /// The RSA modulus is shorter than signatures may be relied on with (RFC 8301 section 3.2: 1024 bits).
    #[error("an RSA key of {bits} bits is too small: publish one of {least} bits or more, best 2048")]
    TooSmall {
        /// The length of the modulus, in bits.
        bits: usize,
        /// The least length.
        least: usize,
    },
    /// The RSA modulus is longer than anybody needs; the limit keeps a check cheap.
    #[error("an RSA key of {bits} bits is too large: {most} bits is the limit")]
    TooLarge {
        /// The length of the modulus, in bits.
        bits: usize,
        /// The greatest length.
        most: usize,
    },
    /// The key is good, but this provider does not sign with, or make, RSA keys of its size.
    #[error(
        "{provider} takes private RSA keys of {least} to {most} bits, not {bits}: make a key of 2048 bits, or use another \
         provider"
    )]
    OutOfRange {
        /// Which provider: its [`name`](super::Provider::name).
        provider: &'static str,
        /// The length of the modulus, in bits.
        bits: usize,
        /// The least length that it takes.
        least: usize,
        /// The greatest.
        most: usize,
    },
    /// The provider looked closer and refused the key. The text is its own.
    #[error("{provider} refuses this key: {reason}")]
    Rejected {
        /// Which provider: its [`name`](super::Provider::name).
        provider: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// The parts of the private key do not belong together: the file is damaged.
    #[error("the parts of this private key do not belong together")]
    Inconsistent,
    /// This provider makes no keys of this type.
    #[error("{provider} makes no {key_type} keys: use another provider")]
    CannotGenerate {
        /// Which provider: its [`name`](super::Provider::name).
        provider: &'static str,
        /// What was asked for.
        key_type: KeyType,
    },
    /// The operating system gave no random numbers.
    #[error("the system has no random numbers to give")]
    NoRandomness,
}

/// A signature that does not verify: it is another key's, of another message, or none at all.
///
/// More is not known, and need not be: who signed is at fault, or who changed the message on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error("the signature does not verify")]
pub struct BadSignature;

/// Why nothing was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum SigningError {
    /// The key is of another type than the algorithm needs, or the algorithm is `rsa-sha1`, with which nobody may sign
    /// any more (RFC 8301 section 3.1). The fault is the caller's.
    #[error("{key_type} keys do not sign with {algorithm}")]
    WrongAlgorithm {
        /// What was asked for.
        algorithm: SignatureAlgorithm,
        /// The type of the key.
        key_type: KeyType,
    },
    /// The provider failed: for want of random numbers, or because the private key is damaged.
    #[error("the signature could not be made: the key is damaged, or the system has no random numbers to give")]
    Failed,
}
