//! DKIM: signatures of domains on messages (RFC 6376, with the algorithms of RFC 8301 and RFC 8463).
//!
//! A [`Verifier`] and a [`Signer`] take a message in pieces and hold its header, never its body. All signatures are verified, and
//! made, in the same pass; those that want the same hash of the body share it.
//!
//! # Example: signing, then verifying
//!
//! ```
//! use std::sync::Arc;
//!
//! use mail_auth_spf_dkim::UnixTime;
//! use mail_auth_spf_dkim::crypto::{PrivateKey, default_provider};
//! use mail_auth_spf_dkim::dkim::{DkimResult, Identity, KeyRecord, Policy, Signer, SigningSettings, Verifier};
//! use mail_auth_spf_dkim::dns::{Name, Records, Zone};
//! use mail_wire::Instant;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (now, date) = (Instant::EPOCH, UnixTime::new(1_778_000_000));
//! let message = b"From: Ann <ann@example.org>\r\nSubject: Hello\r\n\r\nHello!\r\n";
//!
//! let key = default_provider().signing_key(&PrivateKey::from_ed25519_seed(&[7; 32]))?;
//! let record = KeyRecord::new(key.public_key()).to_string();
//! let identity = Identity::new(Name::parse("example.org")?, Name::parse("may")?, Arc::from(key))?;
//! let mut signer = Signer::new(date, default_provider(), vec![identity], &SigningSettings::default());
//! signer.handle_input(message);
//! signer.handle_eof();
//! let mut signed = signer.fields().expect("the key is here")?.to_owned().into_bytes();
//! signed.extend_from_slice(message);
//!
//! let zone = Zone::new().with(Name::parse("may._domainkey.example.org")?, Records::text(record));
//! let mut verifier = Verifier::new(date, default_provider(), &Policy::default());
//! verifier.handle_input(now, &signed);
//! verifier.handle_eof(now);
//! while let Some(query) = verifier.poll_query() {
//!     verifier.handle_answer(now, query.id, zone.lookup(&query.name, query.record_type));
//! }
//! assert_eq!(verifier.report().unwrap().signatures[0].result, DkimResult::Pass);
//! # Ok(())
//! # }
//! ```

pub(crate) mod body_hash;
pub mod canonicalization;
pub(crate) mod check;
pub(crate) mod header;
pub(crate) mod intake;
mod key;
pub(crate) mod keys;
mod outcome;
mod policy;
pub(crate) mod signature;
pub(crate) mod signer;
pub(crate) mod signing;
pub(crate) mod tags;
mod verification;
mod verifier;

pub use canonicalization::{BodyCanonicalizer, BodyDefects, Canonicalization, canonicalize_field};
pub use key::{Key, KeyRecord, KeyRecordError};
pub use outcome::{Cause, DkimResult, Outcome, Report};
pub use policy::Policy;
pub use signature::{FIELD_NAME, Signature, SignatureError};
pub use signer::{Refused, SignatureRequest, Signer, SignerError};
pub use signing::{Identity, IdentityError, InvalidFieldName, SigningSettings};
pub use tags::TagListError;
pub(crate) use verification::Verification;
pub use verifier::Verifier;
