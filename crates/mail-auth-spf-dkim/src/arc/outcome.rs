use alloc::vec::Vec;
use core::fmt;

use crate::authres::AuthenticationResults;
use crate::dkim;
use crate::dns::Name;

/// The state of a chain (RFC 8617 section 4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChainStatus {
    /// There is no chain.
    None,
    /// The chain holds.
    Pass,
    /// The chain does not hold: the message is as one without a chain. There is no going back from here, and no
    /// temporary failure either (section 5.2.1).
    Fail,
}

impl ChainStatus {
    /// The word for it, as in `cv=`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pass => "pass",
            Self::Fail => "fail",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::None, Self::Pass, Self::Fail].into_iter().find(|status| status.as_str() == word)
    }
}

impl fmt::Display for ChainStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a chain does not hold. Instances count from 1, the first link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ChainCause {
    /// There are more than [`MOST_LINKS`](super::MOST_LINKS).
    #[error("the chain has too many links")]
    TooManyLinks,
    /// A link's field says no instance, or none that there can be.
    #[error("a field of the chain has no instance")]
    Instance,
    /// A link has not exactly one field of each kind, or a link between two others is missing.
    #[error("link {0} is not complete")]
    Link(u32),
    /// The header of the message is malformed or too long.
    #[error("the header of the message is malformed or too long")]
    Header,
    /// The last link says that the chain was broken when it came there.
    #[error("the chain was broken before link {0}")]
    BrokenBefore(u32),
    /// `cv=` of a link is not what it must be there: `none` in the first, `pass` in the others.
    #[error("link {0} tells of another chain")]
    Status(u32),
    /// The field in which a link's host signs the message does not hold.
    #[error("the signature of link {0} does not hold: {1}")]
    MessageSignature(u32, dkim::Cause),
    /// The field in which a link's host signs the chain does not hold.
    #[error("the seal of link {0} does not hold: {1}")]
    Seal(u32, dkim::Cause),
}

/// A host that the message came through.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link {
    /// Its instance, counted from 1.
    pub instance: u32,
    /// Who has sealed.
    pub domain: Name,
    /// What that host found out when the message came there, if it can be read.
    pub results: Option<AuthenticationResults>,
}

/// What was found out about the chain of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Whether the chain holds.
    pub status: ChainStatus,
    /// Why it does not.
    pub cause: Option<ChainCause>,
    /// The links of a chain that holds, the first in front; empty if it does not.
    pub links: Vec<Link>,
    /// The first link from which on nobody changed what was signed; 0 if nobody did since the first
    /// (section 5.2, step 5). `None` without a chain that holds.
    pub oldest_pass: Option<u32>,
}

impl Report {
    pub(super) const fn none() -> Self {
        Self { status: ChainStatus::None, cause: None, links: Vec::new(), oldest_pass: None }
    }

    pub(super) const fn fail(cause: ChainCause) -> Self {
        Self { status: ChainStatus::Fail, cause: Some(cause), links: Vec::new(), oldest_pass: None }
    }
}
