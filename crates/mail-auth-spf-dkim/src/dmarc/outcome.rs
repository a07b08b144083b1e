use alloc::sync::Arc;
use core::fmt;

use super::{Policy, Record};
use crate::dns::Name;

/// The results of RFC 9989 in the words of RFC 8601.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DmarcResult {
    /// DMARC does not apply: there is no policy.
    None,
    /// The author's domain stands behind the message.
    Pass,
    /// It does not.
    Fail,
    /// The DNS could not be asked.
    TempError,
    /// The message names no single author domain: DMARC cannot say anything good about it.
    PermError,
}

impl DmarcResult {
    /// The word for it in `Authentication-Results`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }
}

impl fmt::Display for DmarcResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How an evaluation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The result.
    pub result: DmarcResult,
    /// What decided it.
    pub reason: Reason,
    /// The author's domain, if there is exactly one.
    pub author: Option<Name>,
    /// The domain whose record applies.
    pub policy_domain: Option<Name>,
    /// The record that applies.
    pub record: Option<Arc<Record>>,
    /// What the record asks for messages of this author that fail, whether or not this one does.
    pub policy: Option<Policy>,
    /// What the policy comes to for this message: `None` unless it fails, and lowered while the domain is testing.
    pub disposition: Policy,
    /// Whether SPF gave a pass for an aligned domain.
    pub spf_aligned: bool,
    /// Whether DKIM did.
    pub dkim_aligned: bool,
}

/// What decided a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// An aligned domain is authenticated.
    #[error("an aligned domain is authenticated")]
    Aligned,
    /// Nothing is authenticated.
    #[error("no domain is authenticated")]
    NothingAuthenticated,
    /// Domains are authenticated, but none that is aligned.
    #[error("no authenticated domain is aligned with the author's")]
    NothingAligned,
    /// No policy is published.
    #[error("no policy is published")]
    NoPolicy,
    /// A record is published, but it states no policy and asks for no reports.
    #[error("the published record states no policy")]
    UnusableRecord,
    /// There is no From field, or it has no address with a domain.
    #[error("the message has no author with a domain")]
    NoAuthor,
    /// There is more than one From field.
    #[error("the message has several From fields")]
    SeveralFromFields,
    /// The addresses in From have different domains.
    #[error("the authors have different domains")]
    SeveralDomains,
    /// A From field cannot be read.
    #[error("the From field is malformed")]
    MalformedFrom,
    /// The header is too long or malformed, or lines in it do not end with CRLF, so that others may find another From
    /// field.
    #[error("the header is too long or malformed")]
    MalformedHeader,
    /// The DNS could not be asked for the policy.
    #[error("the policy could not be looked up")]
    PolicyLookup,
    /// An aligned domain may yet prove authentic: SPF or DKIM could not be checked.
    #[error("an aligned domain could not be checked")]
    IdentifierLookup,
    /// The evaluation took too long.
    #[error("the evaluation took too long")]
    Deadline,
}
