//! DKIM2, verified as draft-ietf-dkim-dkim2-spec-08 has it: **unstable**, behind the feature `unstable-dkim2`.
//!
//! Section numbers here are of that draft. Drafts before and after it have other formats and other verdicts for the same
//! message, so this is for trying, not for deciding about mail; it will follow the drafts, in releases that break it.
//!
//! Every hop of a message adds a `DKIM2-Signature`, which covers those before it and the envelope with which the message
//! leaves; a hop that changes the message adds a `Message-Instance`, with hashes of what it sends and a recipe for what
//! it got. A message passes if each signature holds, each hop was given the message by the one before, the present
//! envelope is that of the last, each instance, made by the recipes, has its hashes, and each From is of the domain
//! that signed it first.
//!
//! The [`Verifier`] takes a message in pieces and holds only its header: ranges of a recipe come in order, so the bodies
//! of earlier instances are made and hashed while the present one passes by.
//!
//! # What is read into the draft
//!
//! * A group of signatures or hashes in which one does not hold fails, also if another of it cannot be checked; of
//!   groups none of which holds, one that may hold later counts first, then one that fails.
//! * A recipe that does not fit the message is a permanent error; one that says that the body is lost fails.
//! * The reverse-path's domain must be a recipient's domain of the hop before, or lie below it.
//! * An algorithm that no [`Provider`](crate::crypto::Provider) here has, ML-DSA-44 among them, is a permanent error, as
//!   section 14.6 has it for algorithms that a verifier has not implemented.
//!
//! # Example: a message that nobody has signed
//!
//! ```
//! use mail_auth_spf_dkim::UnixTime;
//! use mail_auth_spf_dkim::crypto::default_provider;
//! use mail_auth_spf_dkim::dkim::Policy;
//! use mail_auth_spf_dkim::dkim2::{Dkim2Result, Envelope, Path, Verifier};
//! use mail_wire::Instant;
//!
//! let now = Instant::EPOCH;
//! let ann = Path::parse("<ann@example.com>").unwrap();
//! let bob = Path::parse("<bob@example.org>").unwrap();
//! let envelope = Envelope::new(ann, [bob]);
//! let date = UnixTime::new(1_778_000_000);
//! let mut verifier = Verifier::new(envelope, date, default_provider(), &Policy::default());
//! verifier.handle_input(now, b"From: Ann <ann@example.com>\r\n\r\nHello!\r\n");
//! verifier.handle_eof(now);
//! assert_eq!(verifier.poll_query(), None);
//! assert_eq!(verifier.report().unwrap().result, Dkim2Result::None);
//! ```

use alloc::vec::Vec;

mod body;
mod chain;
mod header;
mod json;
mod message_instance;
mod outcome;
mod path;
mod recipe;
mod signature;
mod signed_fields;
mod verifier;

pub use message_instance::{InstanceHash, MessageInstance};
pub use outcome::{Cause, Dkim2Result, FieldError, Report};
pub use path::Path;
pub use signature::{Custody, Entry, Signature};
pub use verifier::Verifier;

/// The name of the field in which a hop signs.
pub const SIGNATURE_NAME: &str = "DKIM2-Signature";
/// The name of the field that says what the message is like.
pub const INSTANCE_NAME: &str = "Message-Instance";
/// The most hops of a message, and the most instances: a limit of ours.
pub const MOST_HOPS: usize = 50;

/// The envelope with which a message came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The reverse-path, of MAIL FROM.
    pub mail_from: Path,
    /// The recipients, of RCPT TO.
    pub rcpt_to: Vec<Path>,
}

impl Envelope {
    /// The envelope of these. A message that is signed and has no recipients does not pass.
    pub fn new(mail_from: Path, rcpt_to: impl IntoIterator<Item = Path>) -> Self {
        Self { mail_from, rcpt_to: rcpt_to.into_iter().collect() }
    }
}
