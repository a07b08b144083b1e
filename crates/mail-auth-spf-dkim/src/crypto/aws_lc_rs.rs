//! The provider on top of `aws-lc-rs`: AWS-LC, which has a validation by FIPS 140-3 and the fastest RSA of the three.
//!
//! It signs with RSA keys of 2048 to 8192 bits, generates such of 2048, 3072, 4096 and 8192 bits, and Ed25519 keys. A
//! public key is read once, however often it verifies. The feature needs `std` and a C compiler.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::{fmt, mem};

use ::aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA512, digest};
use ::aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use ::aws_lc_rs::rand::{SecureRandom, SystemRandom};
use ::aws_lc_rs::rsa::KeySize;
use ::aws_lc_rs::signature::{
    ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey, RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RSA_PKCS1_SHA256, RsaKeyPair,
};
use zeroize::Zeroizing;

use super::provider::{may_sign, rejection};
use super::{
    BadSignature, Digest, HashAlgorithm, Hasher, KeyError, KeyType, NewKey, PrivateKey, Provider, PublicKey,
    SignatureAlgorithm, SigningError, SigningKey, VerifyingKey,
};

/// The provider, to be handed around.
pub static PROVIDER: AwsLcRs = AwsLcRs;

const NAME: &str = "aws-lc-rs";
/// The RSA keys that it signs with, in bits.
const LEAST_BITS: usize = 2048;
const MOST_BITS: usize = 8192;

/// Cryptography by `aws-lc-rs`.
#[derive(Debug, Clone, Copy, Default)]
pub struct AwsLcRs;

impl Provider for AwsLcRs {
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
        let parsed = match (key.pkcs1(), key.ed25519_octets()) {
            (Some(pkcs1), _) => ParsedPublicKey::new(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, pkcs1),
            (None, Some(raw)) => ParsedPublicKey::new(&ED25519, raw),
            (None, None) => return Err(KeyError::Unsupported("a key of a new type")),
        };
        let parsed = parsed.map_err(|error| rejected(&error))?;
        Ok(Box::new(Verifying { parsed, public: key.clone() }))
    }

    fn signing_key(&self, key: &PrivateKey) -> Result<Box<dyn SigningKey>, KeyError> {
        let signing = match (key.pkcs1(), key.ed25519_seed()) {
            (Some(pkcs1), _) => {
                let bits = key.bits();
                if !(LEAST_BITS..=MOST_BITS).contains(&bits) {
                    return Err(KeyError::OutOfRange { provider: NAME, bits, least: LEAST_BITS, most: MOST_BITS });
                }
                let pair = RsaKeyPair::from_der(pkcs1).map_err(|error| rejected(&error))?;
                let public = PublicKey::rsa(pair.public_key().as_ref())?;
                Signing { pair: Pair::Rsa(pair), public }
            }
            (None, Some(seed)) => {
                let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|error| rejected(&error))?;
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
        match key {
            NewKey::Rsa { bits } => {
                let size = match bits {
                    2048 => KeySize::Rsa2048,
                    3072 => KeySize::Rsa3072,
                    4096 => KeySize::Rsa4096,
                    8192 => KeySize::Rsa8192,
                    ..2048 | 8193.. => {
                        return Err(KeyError::OutOfRange { provider: NAME, bits, least: LEAST_BITS, most: MOST_BITS });
                    }
                    _ => {
                        let reason = "it makes RSA keys of 2048, 3072, 4096 and 8192 bits only";
                        return Err(KeyError::Rejected { provider: NAME, reason });
                    }
                };
                let pair = RsaKeyPair::generate(size).map_err(|_| KeyError::NoRandomness)?;
                let pkcs8: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError::NoRandomness)?;
                PrivateKey::from_der(pkcs8.as_ref())
            }
            NewKey::Ed25519 => {
                let mut seed = Zeroizing::new([0; 32]);
                SystemRandom::new().fill(&mut *seed).map_err(|_| KeyError::NoRandomness)?;
                Ok(PrivateKey::from_ed25519_seed(&seed))
            }
        }
    }
}

fn rejected(error: &::aws_lc_rs::error::KeyRejected) -> KeyError {
    KeyError::Rejected { provider: NAME, reason: rejection(error) }
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

#[derive(Debug)]
struct Verifying {
    /// For SHA-256.
    parsed: ParsedPublicKey,
    public: PublicKey,
}

impl VerifyingKey for Verifying {
    fn verify(&self, algorithm: SignatureAlgorithm, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        if algorithm.key_type() != self.public.key_type() {
            return Err(BadSignature);
        }
        let verified = match algorithm {
            SignatureAlgorithm::RsaSha256 => self.parsed.verify_sig(message, signature),
            SignatureAlgorithm::Ed25519Sha256 => self.parsed.verify_sig(digest(&SHA256, message).as_ref(), signature),
            // So rare that it is not worth a second key in memory.
            SignatureAlgorithm::RsaSha1 => {
                let key = self.public.pkcs1().ok_or(BadSignature)?;
                let key = ParsedPublicKey::new(&RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, key)
                    .map_err(|_| BadSignature)?;
                key.verify_sig(message, signature)
            }
        };
        verified.map_err(|_| BadSignature)
    }
}

struct Signing {
    pair: Pair,
    public: PublicKey,
}

enum Pair {
    Rsa(RsaKeyPair),
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
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .map_err(|_| SigningError::Failed)?;
                Ok(signature)
            }
            Pair::Ed25519(pair) => {
                let signature = pair.try_sign(digest(&SHA256, message).as_ref()).map_err(|_| SigningError::Failed)?;
                Ok(signature.as_ref().to_vec())
            }
        }
    }
}

impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("aws_lc_rs::Signing").field("public_key", &self.public).finish_non_exhaustive()
    }
}
