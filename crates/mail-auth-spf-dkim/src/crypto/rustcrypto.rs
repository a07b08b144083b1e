//! The provider on top of the RustCrypto crates `rsa`, `sha1`, `sha2` and `ed25519-dalek`: Rust all through, no C compiler.
//!
//! It signs with, and generates, RSA keys of 1024 to 8192 bits, and Ed25519 keys.
//!
//! # Who must not see how long it takes
//!
//! Private RSA operations of the `rsa` crate have been found to take a time that depends on the key (RUSTSEC-2023-0071).
//! Signatures here are blinded with random numbers, which is the remedy that there is; who signs on a host where others
//! measure closely does better with another provider, or with Ed25519. Verifying knows no secret.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use ::rsa::traits::{PrivateKeyParts, PublicKeyParts};
use ::rsa::{BoxedUint, PrivateKey as RsaPrivateKey, PublicKey as RsaPublicKey};
use ed25519_dalek::{Signature, Signer, SigningKey as EdwardsPrivateKey, Verifier, VerifyingKey as EdwardsPublicKey};
use getrandom::SysRng;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};
use zeroize::Zeroizing;

use super::private_key::{pkcs1, rsa_numbers};
use super::provider::may_sign;
use super::{
    BadSignature, Digest, HashAlgorithm, Hasher, KeyError, KeyType, NewKey, PrivateKey, Provider, PublicKey,
    SignatureAlgorithm, SigningError, SigningKey, VerifyingKey,
};

/// The provider, to be handed around.
pub static PROVIDER: RustCrypto = RustCrypto;

const NAME: &str = "rustcrypto";

/// Cryptography by the RustCrypto crates.
#[derive(Debug, Clone, Copy, Default)]
pub struct RustCrypto;

impl Provider for RustCrypto {
    fn name(&self) -> &'static str {
        NAME
    }

    fn hasher(&self, algorithm: HashAlgorithm) -> Box<dyn Hasher> {
        match algorithm {
            HashAlgorithm::Sha1 => Box::new(Hashing(Sha1::new())),
            HashAlgorithm::Sha256 => Box::new(Hashing(Sha256::new())),
            HashAlgorithm::Sha512 => Box::new(Hashing(Sha512::new())),
        }
    }

    fn verifying_key(&self, key: &PublicKey) -> Result<Box<dyn VerifyingKey>, KeyError> {
        key.check_size()?;
        let verifying = match (key.rsa_numbers(), key.ed25519_octets()) {
            (Some((modulus, exponent)), _) => {
                let modulus = BoxedUint::from_be_slice_vartime(modulus);
                let exponent = BoxedUint::from_be_slice_vartime(exponent);
                Verifying::Rsa(RsaPublicKey::new(modulus, exponent).map_err(|error| rejected(&error))?)
            }
            // Octets that are no point of the curve have no signatures, which is all that other libraries tell.
            (None, Some(raw)) => Verifying::Ed25519(EdwardsPublicKey::from_bytes(raw).ok()),
            (None, None) => return Err(KeyError::Unsupported("a key of a new type")),
        };
        Ok(Box::new(verifying))
    }

    fn signing_key(&self, key: &PrivateKey) -> Result<Box<dyn SigningKey>, KeyError> {
        let signing = match (key.pkcs1(), key.ed25519_seed(), key.public_key()) {
            (Some(pkcs1), _, Some(public)) => {
                public.check_size()?;
                let pair = rsa_from(pkcs1)?;
                // It computes afresh what else stands in the file; a file in which that is wrong is damaged.
                if *rsa_to(&pair).ok_or(KeyError::Inconsistent)? != *pkcs1 {
                    return Err(KeyError::Inconsistent);
                }
                Signing { pair: Pair::Rsa(Box::new(pair)), public }
            }
            (_, Some(seed), beside) => {
                let pair = EdwardsPrivateKey::from_bytes(seed);
                let public = PublicKey::from_ed25519(pair.verifying_key().to_bytes());
                if beside.is_some_and(|beside| beside != public) {
                    return Err(KeyError::Inconsistent);
                }
                Signing { pair: Pair::Ed25519(Box::new(pair)), public }
            }
            _ => return Err(KeyError::Unsupported("a key of a new type")),
        };
        Ok(Box::new(signing))
    }

    fn generate(&self, key: NewKey) -> Result<PrivateKey, KeyError> {
        match key {
            NewKey::Rsa { bits } => {
                let (least, most) = (PublicKey::LEAST_RSA_BITS, PublicKey::MOST_RSA_BITS);
                if !(least..=most).contains(&bits) {
                    return Err(KeyError::OutOfRange { provider: NAME, bits, least, most });
                }
                let pair = RsaPrivateKey::new(&mut SysRng, bits).map_err(|error| match error {
                    ::rsa::Error::Rng => KeyError::NoRandomness,
                    error => rejected(&error),
                })?;
                PrivateKey::from_der(&rsa_to(&pair).ok_or(KeyError::Inconsistent)?)
            }
            NewKey::Ed25519 => {
                let mut seed = Zeroizing::new([0; 32]);
                getrandom::fill(&mut *seed).map_err(|_| KeyError::NoRandomness)?;
                Ok(PrivateKey::from_ed25519_seed(&seed))
            }
        }
    }
}

/// An RSAPrivateKey as the `rsa` crate has it, which checks that its numbers fit together.
fn rsa_from(pkcs1: &[u8]) -> Result<RsaPrivateKey, KeyError> {
    let [modulus, exponent, private_exponent, first_prime, second_prime, ..] = rsa_numbers(pkcs1)?;
    let number = BoxedUint::from_be_slice_vartime;
    let primes = alloc::vec![number(first_prime), number(second_prime)];
    RsaPrivateKey::from_components(number(modulus), number(exponent), number(private_exponent), primes)
        .map_err(|_| KeyError::Inconsistent)
}

/// The RSAPrivateKey of a key; `None` if the `rsa` crate has not all its numbers.
fn rsa_to(key: &RsaPrivateKey) -> Option<Zeroizing<Vec<u8>>> {
    let [first_prime, second_prime] = key.primes() else { return None };
    let numbers = [
        key.n().as_ref(),
        key.e(),
        key.d(),
        first_prime.as_ref(),
        second_prime.as_ref(),
        key.dp()?,
        key.dq()?,
        &key.crt_coefficient()?,
    ];
    let numbers = numbers.map(|number| Zeroizing::new(number.to_be_bytes_trimmed_vartime().into_vec()));
    Some(pkcs1(&numbers))
}

fn rejected(error: &::rsa::Error) -> KeyError {
    let reason = match error {
        ::rsa::Error::InvalidModulus => "its modulus cannot be one",
        ::rsa::Error::InvalidExponent | ::rsa::Error::PublicExponentTooSmall | ::rsa::Error::PublicExponentTooLarge => {
            "its exponent cannot be one"
        }
        _ => "one of its parts cannot be in a key",
    };
    KeyError::Rejected { provider: NAME, reason }
}

struct Hashing<H>(H);

impl<H: sha2::Digest + sha2::digest::FixedOutputReset + Send> Hasher for Hashing<H> {
    fn update(&mut self, octets: &[u8]) {
        sha2::Digest::update(&mut self.0, octets);
    }

    fn finish(&mut self) -> Digest {
        Digest::new(&sha2::Digest::finalize_reset(&mut self.0))
    }
}

#[derive(Debug)]
enum Verifying {
    Rsa(RsaPublicKey),
    /// `None` for octets that are no point of the curve.
    Ed25519(Option<EdwardsPublicKey>),
}

impl VerifyingKey for Verifying {
    fn verify(&self, algorithm: SignatureAlgorithm, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        match (self, algorithm) {
            (Self::Rsa(key), SignatureAlgorithm::RsaSha1) => {
                key.pkcs1v15_verify::<Sha1>(message, signature).map_err(|_| BadSignature)
            }
            (Self::Rsa(key), SignatureAlgorithm::RsaSha256) => {
                key.pkcs1v15_verify::<Sha256>(message, signature).map_err(|_| BadSignature)
            }
            (Self::Ed25519(Some(key)), SignatureAlgorithm::Ed25519Sha256) => {
                let signature = Signature::from_slice(signature).map_err(|_| BadSignature)?;
                key.verify(&Sha256::digest(message), &signature).map_err(|_| BadSignature)
            }
            _ => Err(BadSignature),
        }
    }
}

struct Signing {
    pair: Pair,
    public: PublicKey,
}

enum Pair {
    Rsa(Box<RsaPrivateKey>),
    Ed25519(Box<EdwardsPrivateKey>),
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
                pair.pkcs1v15_sign_with_rng::<Sha256, _>(&mut SysRng, message).map_err(|_| SigningError::Failed)
            }
            Pair::Ed25519(pair) => {
                let signature = pair.try_sign(&Sha256::digest(message)).map_err(|_| SigningError::Failed)?;
                Ok(signature.to_bytes().to_vec())
            }
        }
    }
}

impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("rustcrypto::Signing").field("public_key", &self.public).finish_non_exhaustive()
    }
}
