//! The provider on top of `ring`: BoringSSL's code behind a safe and small interface.
//!
//! It signs with RSA keys of 2048 to 4096 bits and generates Ed25519 keys.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::{fmt, mem};

use ::ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA512, digest};
use ::ring::rand::{SecureRandom, SystemRandom};
use ::ring::signature::{
    ED25519, Ed25519KeyPair, KeyPair, RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use zeroize::Zeroizing;

use super::provider::{may_sign, rejection};
use super::{
    BadSignature, Digest, HashAlgorithm, Hasher, KeyError, KeyType, NewKey, PrivateKey, Provider, PublicKey,
    SignatureAlgorithm, SigningError, SigningKey, VerifyingKey,
};

/// The provider, to be handed around.
pub static PROVIDER: Ring = Ring;

const NAME: &str = "ring";
/// The RSA keys that it signs with, in bits.
const LEAST_BITS: usize = 2048;
const MOST_BITS: usize = 4096;

/// Cryptography by `ring`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ring;

impl Provider for Ring {
    fn name(&self) -> &'static str {
        NAME
    }

    fn hasher(&self, algorithm: HashAlgorithm) -> Box<dyn Hasher> {
        let algorithm = match algorithm {
            HashAlgorithm::Sha1 => &SHA1_FOR_LEGACY_USE_ONLY,
            HashAlgorithm::Sha256 => &SHA256,
            HashAlgorithm::Sha512 => &SHA512,
        };
        Box::new(Context::new(algorithm))
    }

    fn verifying_key(&self, key: &PublicKey) -> Result<Box<dyn VerifyingKey>, KeyError> {
        key.check_size()?;
        Ok(Box::new(Verifying(key.clone())))
    }

    fn signing_key(&self, key: &PrivateKey) -> Result<Box<dyn SigningKey>, KeyError> {
        let signing = match (key.pkcs1(), key.ed25519_seed()) {
            (Some(pkcs1), _) => {
                let bits = key.bits();
                if !(LEAST_BITS..=MOST_BITS).contains(&bits) {
                    return Err(KeyError::OutOfRange { provider: NAME, bits, least: LEAST_BITS, most: MOST_BITS });
                }
                let pair = RsaKeyPair::from_der(pkcs1)
                    .map_err(|error| KeyError::Rejected { provider: NAME, reason: rejection(&error) })?;
                let public = PublicKey::rsa(pair.public_key().as_ref())?;
                Signing { pair: Pair::Rsa(Box::new(pair)), public }
            }
            (None, Some(seed)) => {
                let pair = Ed25519KeyPair::from_seed_unchecked(seed)
                    .map_err(|error| KeyError::Rejected { provider: NAME, reason: rejection(&error) })?;
                let public = PublicKey::ed25519(pair.public_key().as_ref())?;
                Signing { pair: Pair::Ed25519(pair), public }
            }
            (None, None) => return Err(KeyError::Unsupported("a key of a new type")),
        };
        if key.public_key().is_some_and(|beside| beside != signing.public) {
            return Err(KeyError::Inconsistent);
        }
        Ok(Box::new(signing))
    }

    fn generate(&self, key: NewKey) -> Result<PrivateKey, KeyError> {
        if key != NewKey::Ed25519 {
            return Err(KeyError::CannotGenerate { provider: NAME, key_type: key.key_type() });
        }
        let mut seed = Zeroizing::new([0; 32]);
        SystemRandom::new().fill(&mut *seed).map_err(|_| KeyError::NoRandomness)?;
        Ok(PrivateKey::from_ed25519_seed(&seed))
    }
}

impl Hasher for Context {
    fn update(&mut self, octets: &[u8]) {
        Self::update(self, octets);
    }

    fn finish(&mut self) -> Digest {
        let new = Self::new(self.algorithm());
        Digest::new(mem::replace(self, new).finish().as_ref())
    }
}

/// `ring` reads a key each time it verifies; that is a small part of the work.
#[derive(Debug)]
struct Verifying(PublicKey);

impl VerifyingKey for Verifying {
    fn verify(&self, algorithm: SignatureAlgorithm, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        let verified = match (algorithm, self.0.pkcs1(), self.0.ed25519_octets()) {
            (SignatureAlgorithm::RsaSha1, Some(key), _) => {
                UnparsedPublicKey::new(&RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, key).verify(message, signature)
            }
            (SignatureAlgorithm::RsaSha256, Some(key), _) => {
                UnparsedPublicKey::new(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, key).verify(message, signature)
            }
            (SignatureAlgorithm::Ed25519Sha256, _, Some(key)) => {
                UnparsedPublicKey::new(&ED25519, key).verify(digest(&SHA256, message).as_ref(), signature)
            }
            _ => return Err(BadSignature),
        };
        verified.map_err(|_| BadSignature)
    }
}

struct Signing {
    pair: Pair,
    public: PublicKey,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey for Signing {
    fn key_type(&self) -> KeyType {
        self.public.key_type()
    }

    fn public_key(&self) -> PublicKey {
        self.public.clone()
    }

    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        may_sign(self.key_type(), algorithm)?;
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .map_err(|_| SigningError::Failed)?;
                Ok(signature)
            }
            Pair::Ed25519(pair) => Ok(pair.sign(digest(&SHA256, message).as_ref()).as_ref().to_vec()),
        }
    }
}

impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ring::Signing").field("public_key", &self.public).finish_non_exhaustive()
    }
}
