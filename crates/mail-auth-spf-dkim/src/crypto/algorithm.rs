//! The algorithms, and the words for them in tags (RFC 6376 sections 3.3 and 7, RFC 8463).

use core::fmt;

/// A hash function. There will be no others without a new trait, for a [`Provider`](super::Provider) must have them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HashAlgorithm {
    /// SHA-1: for reading old signatures only (RFC 8301 section 3.1).
    Sha1,
    /// SHA-256, which nearly all signatures use.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl HashAlgorithm {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Sha1, Self::Sha256, Self::Sha512];

    /// The word in an `h=` tag: `sha1`, `sha256` or `sha512`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    /// Reads such a word; `None` if it is another. Case counts (RFC 6376 section 3.2).
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == word)
    }

    /// How long its digests are, in octets.
    pub fn digest_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}

impl fmt::Display for HashAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How a signature is made: the `a=` tag (RFC 6376 section 3.3, RFC 8463 section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// `rsa-sha1`: verifies still, where a policy allows it; nobody may sign with it (RFC 8301 section 3.1).
    RsaSha1,
    /// `rsa-sha256`: RSASSA-PKCS1-v1_5 over SHA-256.
    RsaSha256,
    /// `ed25519-sha256`: PureEdDSA over the SHA-256 digest of the message (RFC 8463 section 3).
    Ed25519Sha256,
}

impl SignatureAlgorithm {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::RsaSha1, Self::RsaSha256, Self::Ed25519Sha256];

    /// The word in an `a=` tag.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RsaSha1 => "rsa-sha1",
            Self::RsaSha256 => "rsa-sha256",
            Self::Ed25519Sha256 => "ed25519-sha256",
        }
    }

    /// Reads such a word; `None` if it is another. Case counts (RFC 6376 section 3.2).
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == word)
    }

    /// The hash in it.
    pub fn hash(self) -> HashAlgorithm {
        match self {
            Self::RsaSha1 => HashAlgorithm::Sha1,
            Self::RsaSha256 | Self::Ed25519Sha256 => HashAlgorithm::Sha256,
        }
    }

    /// The type of key that it needs.
    pub fn key_type(self) -> KeyType {
        match self {
            Self::RsaSha1 | Self::RsaSha256 => KeyType::Rsa,
            Self::Ed25519Sha256 => KeyType::Ed25519,
        }
    }
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The type of a key: the `k=` tag of a key record (RFC 6376 section 3.6.1, RFC 8463 section 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum KeyType {
    /// `rsa`.
    Rsa,
    /// `ed25519`.
    Ed25519,
}

impl KeyType {
    /// Each of them.
    pub const ALL: [Self; 2] = [Self::Rsa, Self::Ed25519];

    /// The word in a `k=` tag.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rsa => "rsa",
            Self::Ed25519 => "ed25519",
        }
    }

    /// Reads such a word; `None` if it is another. Case counts (RFC 6376 section 3.2).
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key_type| key_type.as_str() == word)
    }

    /// What to sign with by such a key today: `rsa-sha256` or `ed25519-sha256`.
    pub fn algorithm(self) -> SignatureAlgorithm {
        match self {
            Self::Rsa => SignatureAlgorithm::RsaSha256,
            Self::Ed25519 => SignatureAlgorithm::Ed25519Sha256,
        }
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
