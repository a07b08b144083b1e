//! Hashes, keys and signatures for DKIM, ARC and DKIM2, by a library of your choice.
//!
//! The machines compute nothing themselves: they ask a [`Provider`], handed to them as a `&'static dyn Provider`. Three
//! come with this crate, each behind a Cargo feature; all of them agree on every signature.
//!
//! | Feature | Signs with RSA | Makes keys | What it is |
//! |---|---|---|---|
//! | `ring` (default) | 2048 to 4096 bits | Ed25519 | few packages; needs a C compiler |
//! | `aws-lc-rs` | 2048 to 8192 bits | Ed25519; RSA of 2048, 3072, 4096 and 8192 bits | the fastest RSA; needs `std` and a C compiler |
//! | `rustcrypto` | 1024 to 8192 bits | Ed25519; RSA of 1024 to 8192 bits | Rust only; RSA takes three times as long |
//!
//! All of them verify RSA of 1024 to 8192 bits, with SHA-256 and, for old signatures, SHA-1.
//! With several of them [`default_provider`] is the first of this table.
//!
//! A key travels as octets until a provider has it: [`PublicKey`] and [`PrivateKey`] are read by this crate, strictly, and
//! are the same for every provider.
//!
//! # Example: sign and verify
//!
//! ```
//! # #[cfg(feature = "ring")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use mail_auth_spf_dkim::crypto::{self, NewKey, SignatureAlgorithm};
//!
//! let provider = crypto::default_provider();
//! let private_key = provider.generate(NewKey::Ed25519)?;
//!
//! let signing = provider.signing_key(&private_key)?;
//! let signature = signing.sign(SignatureAlgorithm::Ed25519Sha256, b"a message")?;
//!
//! let verifying = provider.verifying_key(&signing.public_key())?;
//! verifying.verify(SignatureAlgorithm::Ed25519Sha256, b"a message", &signature)?;
//! assert!(verifying.verify(SignatureAlgorithm::Ed25519Sha256, b"another", &signature).is_err());
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "ring"))]
//! # fn main() {}
//! ```
//!
//! # Example: hash in pieces
//!
//! ```
//! # #[cfg(feature = "ring")]
//! # {
//! use mail_auth_spf_dkim::crypto::{self, HashAlgorithm};
//!
//! let mut hasher = crypto::default_provider().hasher(HashAlgorithm::Sha256);
//! hasher.update(b"Hello, ");
//! hasher.update(b"world");
//! let digest = hasher.finish();
//! assert!(format!("{digest:?}").starts_with("4ae7c3b6ac0beff6"));
//! # }
//! ```
//!
//! # What can go wrong
//!
//! [`KeyError`] says what is wrong with a key and who is to mend it, [`BadSignature`] that a signature does not verify,
//! [`SigningError`] why nothing was signed. Keys that anybody may publish are bounded: RSA moduli by
//! [`PublicKey::MOST_RSA_BITS`], exponents by 33 bits.

mod algorithm;
#[cfg(feature = "aws-lc-rs")]
pub mod aws_lc_rs;
mod der;
mod digest;
mod error;
mod pem;
mod private_key;
mod provider;
mod public_key;
#[cfg(feature = "ring")]
pub mod ring;
#[cfg(feature = "rustcrypto")]
pub mod rustcrypto;

pub use algorithm::{HashAlgorithm, KeyType, SignatureAlgorithm};
pub use digest::Digest;
pub use error::{BadSignature, KeyError, SigningError};
pub use private_key::PrivateKey;
#[cfg(any(feature = "ring", feature = "aws-lc-rs", feature = "rustcrypto"))]
pub use provider::default_provider;
pub use provider::{Hasher, NewKey, Provider, SigningKey, VerifyingKey};
pub use public_key::PublicKey;
