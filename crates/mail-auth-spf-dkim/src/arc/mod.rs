//! ARC: chains of custody through lists and forwarders (RFC 8617, an experiment that its working group has declared
//! historic). Seal only where somebody still asks for it.
//!
//! A [`Verifier`] says whether the chain of a message holds; a [`Sealer`] adds a link to it. Both take the message in pieces
//! and hold its header, never its body.
//!
//! # Example: sealing, then verifying
//!
//! ```
//! use std::sync::Arc;
//!
//! use mail_auth_spf_dkim::UnixTime;
//! use mail_auth_spf_dkim::arc::{ChainStatus, Sealer, Verifier};
//! use mail_auth_spf_dkim::authres::AuthenticationResults;
//! use mail_auth_spf_dkim::crypto::{PrivateKey, default_provider};
//! use mail_auth_spf_dkim::dkim::{Identity, KeyRecord, Policy, SigningSettings};
//! use mail_auth_spf_dkim::dns::{Name, Records, Zone};
//! use mail_wire::Instant;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (now, date) = (Instant::EPOCH, UnixTime::new(1_778_000_000));
//! let message = b"From: Ann <ann@example.org>\r\n\r\nHello, list!\r\n";
//!
//! let key = default_provider().signing_key(&PrivateKey::from_ed25519_seed(&[7; 32]))?;
//! let record = KeyRecord::new(key.public_key()).to_string();
//! let identity = Identity::new(Name::parse("list.example")?, Name::parse("may")?, Arc::from(key))?;
//! let results = AuthenticationResults::new("mx.list.example")?;
//! let settings = SigningSettings::default();
//! let mut sealer = Sealer::new(date, default_provider(), identity, results, ChainStatus::None, &settings);
//! sealer.handle_input(message);
//! sealer.handle_eof();
//! let mut sealed = sealer.fields().expect("the key is here")?.to_owned().into_bytes();
//! sealed.extend_from_slice(message);
//!
//! let zone = Zone::new().with(Name::parse("may._domainkey.list.example")?, Records::text(record));
//! let mut verifier = Verifier::new(default_provider(), &Policy::default());
//! verifier.handle_input(now, &sealed);
//! verifier.handle_eof(now);
//! while let Some(query) = verifier.poll_query() {
//!     verifier.handle_answer(now, query.id, zone.lookup(&query.name, query.record_type));
//! }
//! let report = verifier.report().unwrap();
//! assert_eq!(report.status, ChainStatus::Pass);
//! assert_eq!(report.links[0].domain.as_str(), "list.example");
//! # Ok(())
//! # }
//! ```

mod chain;
mod outcome;
mod seal;
mod sealer;
mod verification;
mod verifier;

pub use outcome::{ChainCause, ChainStatus, Link, Report};
pub use sealer::{SealRequest, Sealer, SealerError};
pub(crate) use verification::Verification;
pub use verifier::Verifier;

/// The most links of a chain (RFC 8617 section 4.2.1).
pub const MOST_LINKS: u32 = 50;

/// The name of the field with the results of a link's host.
pub const RESULTS_NAME: &str = "ARC-Authentication-Results";
/// The name of the field in which a link's host signs the message.
pub const MESSAGE_SIGNATURE_NAME: &str = "ARC-Message-Signature";
/// The name of the field in which a link's host signs the chain.
pub const SEAL_NAME: &str = "ARC-Seal";
