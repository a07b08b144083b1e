use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use base64::Engine as _;

use super::tags::BASE64;
use super::{KeyRecordError, Signature, SignatureError};
use crate::crypto::SignatureAlgorithm;
use crate::dns::{DnsError, Name};

/// The results of RFC 8601 section 2.7.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DkimResult {
    /// The signature holds.
    Pass,
    /// The signature does not hold: something that it covers was changed.
    Fail,
    /// The signature breaks a rule of the [`Policy`](super::Policy): it holds, or was not tried because of that rule.
    Policy,
    /// The signature is made in a way that is unknown here, or its field cannot be read.
    Neutral,
    /// It could not be verified now.
    TempError,
    /// It can never be verified.
    PermError,
}

impl DkimResult {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Policy => "policy",
            Self::Neutral => "neutral",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }
}

impl fmt::Display for DkimResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a signature did not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// The body is not the one that was signed.
    #[error("the body was changed")]
    BodyHash,
    /// The header is not the one that was signed, or the key is another.
    #[error("the signature does not fit the header and the key")]
    Signature,
    /// `l=` is more than there is of the body.
    #[error("the body is shorter than what was signed")]
    BodyTooShort,
    /// The field cannot be read.
    #[error("{0}")]
    Malformed(#[from] SignatureError),
    /// A line of the message's header is no field, or the header is longer than
    /// [`Policy::header_octets`](super::Policy::header_octets).
    #[error("the header of the message is malformed or too long")]
    Header,
    /// The name of the key is too long for the DNS.
    #[error("the selector is too long for the domain")]
    KeyName,
    /// The DNS has no key.
    #[error("there is no key: {0}")]
    NoKey(DnsError),
    /// The DNS did not answer, or not in time.
    #[error("the key could not be fetched: {0}")]
    Dns(DnsError),
    /// What the DNS has is no key.
    #[error("the key cannot be used: {0}")]
    Key(#[from] KeyRecordError),
    /// The key is revoked.
    #[error("the key is revoked")]
    Revoked,
    /// The record does not allow the key to be used with this algorithm.
    #[error("the key is not for this algorithm")]
    KeyNotForAlgorithm,
    /// The record wants `i=` to have the domain of `d=` (`t=s`).
    #[error("the key is not for domains below its own")]
    KeyNotForIdentity,
    /// The signature was made with SHA-1, and was not tried.
    #[error("SHA-1 is not safe")]
    Sha1,
    /// The key is too small, or larger than what is tried.
    #[error("a key of {0} bits is not accepted")]
    KeySize(usize),
    /// The signature holds and expired.
    #[error("it expired")]
    Expired,
    /// The signature holds and is dated later than now.
    #[error("its time is in the future")]
    Future,
    /// The signature holds, and so many octets at the end of the body are not signed.
    #[error("{0} octets at the end of the body are not signed")]
    UnsignedBody(u64),
    /// The signature holds, and a From field is not signed.
    #[error("a From field is not signed")]
    UnsignedFrom,
    /// The signature holds, and a CR or LF stands alone in the message.
    #[error("a CR or LF stands alone in the message")]
    BareLineEnd,
}

impl Cause {
    /// The result that it leads to.
    pub const fn result(&self) -> DkimResult {
        match self {
            Self::BodyHash | Self::Signature | Self::BodyTooShort => DkimResult::Fail,
            // What lacks something that must be there is told from what is there and cannot be read (RFC 8601 section 2.7.1).
            Self::Malformed(SignatureError::Missing(_) | SignatureError::FromNotSigned)
            | Self::Header
            | Self::KeyName
            | Self::NoKey(_)
            | Self::Key(_)
            | Self::Revoked
            | Self::KeyNotForAlgorithm
            | Self::KeyNotForIdentity => DkimResult::PermError,
            Self::Malformed(_) => DkimResult::Neutral,
            Self::Dns(_) => DkimResult::TempError,
            Self::Sha1
            | Self::KeySize(_)
            | Self::Expired
            | Self::Future
            | Self::UnsignedBody(_)
            | Self::UnsignedFrom
            | Self::BareLineEnd => DkimResult::Policy,
        }
    }
}

/// What was found out about one signature.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The result.
    pub result: DkimResult,
    /// Why it is not a pass.
    pub cause: Option<Cause>,
    /// What the signature says; `None` if it cannot be read.
    pub signature: Option<Signature>,
    /// The domain, also of a signature that cannot be read, if that much can be.
    pub domain: Option<Name>,
    /// The selector, also of a signature that cannot be read, if that much can be.
    pub selector: Option<Name>,
    /// The size of the key in bits, if it was there and is not revoked.
    pub key_bits: Option<usize>,
    /// The domain says that it is testing (`t=y`): a signature that does not hold means as little as none. One that holds
    /// is a pass like any other, for DMARC too.
    pub testing: bool,
    /// Where the field stands in the message, line end included.
    pub field: Range<usize>,
}

impl Outcome {
    /// The algorithm, if the signature can be read.
    pub fn algorithm(&self) -> Option<SignatureAlgorithm> {
        self.signature.as_ref().map(|signature| signature.algorithm)
    }
}

/// How many characters a signature is told by.
const LEAST_CHARACTERS: usize = 8;

/// What was found out about all signatures of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// One outcome for each signature that was looked at, from the top of the header.
    pub signatures: Vec<Outcome>,
    /// How many more signatures there are, which [`Policy::signatures`](super::Policy::signatures) leaves out.
    pub more_signatures: usize,
    /// How many From fields the message has: one that is in order has one.
    pub from_fields: usize,
    /// CRs and LFs that stand alone in the body. They are counted while there is a signature to hash it for.
    pub body_defects: super::BodyDefects,
}

impl Report {
    /// The domains whose signatures hold, in the order of the signatures.
    pub fn passed(&self) -> impl Iterator<Item = &Name> {
        let passed = |outcome: &&Outcome| outcome.result == DkimResult::Pass;
        self.signatures.iter().filter(passed).filter_map(|outcome| outcome.domain.as_ref())
    }

    /// The characters of a signature by which `Authentication-Results` tells it from the others of the message: the first
    /// eight, and more if others begin with those (RFC 6008).
    pub fn signature_prefix(&self, outcome: &Outcome) -> Option<String> {
        let characters = |outcome: &Outcome| Some(BASE64.encode(&outcome.signature.as_ref()?.signature));
        let mut prefix = characters(outcome)?;
        let others = self.signatures.iter().filter_map(characters).filter(|other| *other != prefix);
        let in_common =
            |other: String| other.bytes().zip(prefix.bytes()).take_while(|(one, other)| one == other).count();
        let telling = others.map(in_common).max().unwrap_or(0) + 1;
        prefix.truncate(telling.max(LEAST_CHARACTERS));
        Some(prefix)
    }
}
