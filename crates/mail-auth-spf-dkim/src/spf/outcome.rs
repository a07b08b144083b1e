use alloc::string::{String, ToString};
use alloc::sync::Arc;
use core::fmt;

use super::{Directive, DomainSpec, NoPolicy, Record};
use crate::dns::{Name, RecordType};

/// The results of RFC 7208 section 2.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpfResult {
    /// There is no domain, or it has no policy.
    None,
    /// The domain says nothing about this client.
    Neutral,
    /// The client may use the domain.
    Pass,
    /// It may not.
    Fail,
    /// It probably may not.
    SoftFail,
    /// The DNS could not be asked; later, the result may be another.
    TempError,
    /// The domain's policy cannot be evaluated.
    PermError,
}

impl SpfResult {
    /// The word for it in `Received-SPF` and `Authentication-Results`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Neutral => "neutral",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::SoftFail => "softfail",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }
}

impl fmt::Display for SpfResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How an evaluation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The result.
    pub result: SpfResult,
    /// What decided it.
    pub cause: Cause,
    /// The domain that was checked; `None` if the identity has none.
    pub domain: Option<Name>,
    /// What the domain has to say about a fail: printable ASCII, written by a stranger, for the text of a rejection
    /// only (RFC 7208 section 6.2). `None` if it says nothing: then a text of your own is in place.
    pub explanation: Option<String>,
}

impl Outcome {
    /// The outcome for an identity without a domain, unexplained.
    pub(super) fn of(cause: Cause) -> Self {
        Self { result: cause.result(), cause, domain: None, explanation: None }
    }
}

/// What decided a result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// A directive matched.
    #[error("{domain}: {}", record.directives().get(*index).map_or("?".to_string(), Directive::to_string))]
    Directive {
        /// Whose policy it is: the domain itself, or one it redirects to.
        domain: Name,
        /// The policy.
        record: Arc<Record>,
        /// Which of its directives.
        index: usize,
    },
    /// No directive matched, and the policy ends there: neutral.
    #[error("{domain}: no mechanism matched")]
    NoMatch {
        /// Whose policy it is.
        domain: Name,
    },
    /// The identity has no domain of two labels or more: none.
    #[error("the identity has no domain to check")]
    NoDomain,
    /// The domain publishes no policy: none.
    #[error("{domain}: no policy is published")]
    NoPolicy {
        /// The domain.
        domain: Name,
    },
    /// A policy cannot be used: a permanent error. For the domain of an `include` or `redirect` that is also the case
    /// if there is no policy at all.
    #[error("{domain}: {reason}")]
    UnusablePolicy {
        /// Whose policy it is.
        domain: Name,
        /// What is wrong with it.
        reason: NoPolicy,
    },
    /// The macros of an `include` or `redirect` gave no domain name: a permanent error.
    #[error("{domain}: {target} makes no domain name")]
    NoTarget {
        /// Whose policy it is.
        domain: Name,
        /// The text of the term.
        target: DomainSpec,
    },
    /// More terms than [`Limits::lookups`](super::Limits::lookups) need the DNS: a permanent error.
    #[error("too many terms need the DNS")]
    TooManyLookups,
    /// More terms than [`Limits::void_lookups`](super::Limits::void_lookups) ask for what is not there: a permanent
    /// error.
    #[error("too many terms ask for what is not there")]
    TooManyVoidLookups,
    /// A domain has more exchangers than [`Limits::mail_exchangers`](super::Limits::mail_exchangers): a permanent
    /// error.
    #[error("{domain} has too many mail exchangers")]
    TooManyExchangers {
        /// The domain that `mx` asked for.
        domain: Name,
    },
    /// The DNS could not be asked: a temporary error.
    #[error("{record_type} of {name} could not be looked up")]
    Dns {
        /// The name asked for.
        name: Name,
        /// The type asked for.
        record_type: RecordType,
    },
    /// The evaluation took longer than [`Limits::deadline`](super::Limits::deadline): a temporary error.
    #[error("the evaluation took too long")]
    Deadline,
}

impl Cause {
    /// The directive that matched, if one did.
    pub fn directive(&self) -> Option<&Directive> {
        match self {
            Self::Directive { record, index, .. } => record.directives().get(*index),
            _ => None,
        }
    }

    /// The result that this cause has by itself. A directive's is that of its qualifier.
    pub(super) fn result(&self) -> SpfResult {
        match self {
            Self::Directive { .. } => match self.directive().map(|directive| directive.qualifier) {
                Some(super::Qualifier::Fail) => SpfResult::Fail,
                Some(super::Qualifier::SoftFail) => SpfResult::SoftFail,
                Some(super::Qualifier::Neutral) => SpfResult::Neutral,
                Some(super::Qualifier::Pass) | None => SpfResult::Pass,
            },
            Self::NoMatch { .. } => SpfResult::Neutral,
            Self::NoDomain | Self::NoPolicy { .. } => SpfResult::None,
            Self::Dns { .. } | Self::Deadline => SpfResult::TempError,
            Self::UnusablePolicy { .. }
            | Self::NoTarget { .. }
            | Self::TooManyLookups
            | Self::TooManyVoidLookups
            | Self::TooManyExchangers { .. } => SpfResult::PermError,
        }
    }
}
