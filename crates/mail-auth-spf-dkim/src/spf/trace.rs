use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use super::Record;
use crate::dns::{DnsError, Name, RecordType};

/// What an evaluation did, step by step. It displays as indented lines for a person to read.
///
/// ```text
/// TXT example.com: 1 found
/// example.com: v=spf1 mx include:_spf.example.net -all
///   mx
///     MX example.com: 1 found
///     A mx.example.com: 1 found
///     does not match
///   include:_spf.example.net
///     TXT _spf.example.net: 1 found
///     _spf.example.net: v=spf1 ip4:192.0.2.0/24 -all
///       ip4:192.0.2.0/24
///         matches
///     matches
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    steps: Vec<Step>,
}

/// A step of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// How many policies are at work: none before the first is found, one in the domain's own.
    pub depth: usize,
    /// What happened.
    pub event: StepEvent,
}

/// What can happen in an evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StepEvent {
    /// The evaluation of a policy began.
    Policy {
        /// Whose policy it is.
        domain: Name,
        /// The policy.
        record: Arc<Record>,
    },
    /// A text begins as a policy does, and is none that could be used.
    UnusablePolicy {
        /// Whose policy it would be.
        domain: Name,
        /// The text, but for control characters.
        text: Box<str>,
    },
    /// A directive came up.
    Directive {
        /// The policy.
        record: Arc<Record>,
        /// Which of its directives.
        index: usize,
    },
    /// The DNS answered.
    Lookup {
        /// The name asked for.
        name: Name,
        /// The type asked for.
        record_type: RecordType,
        /// How many records there are.
        found: Result<usize, DnsError>,
    },
    /// The directive matches.
    Match,
    /// It does not.
    NoMatch,
    /// No directive matched, and another policy takes over.
    Redirect {
        /// Whose policy.
        domain: Name,
    },
}

/// The steps that are kept; a policy needs hundreds of terms to pass this.
const MOST_STEPS: usize = 2000;

impl Trace {
    /// The steps, in the order in which they happened. No more than two thousand are kept.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    pub(super) fn push(&mut self, depth: usize, event: StepEvent) {
        if self.steps.len() < MOST_STEPS {
            self.steps.push(Step { depth, event });
        }
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.steps.iter().try_for_each(|step| writeln!(f, "{step}"))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = match &self.event {
            StepEvent::Policy { .. } => 0,
            StepEvent::Directive { .. } | StepEvent::Redirect { .. } => 2,
            StepEvent::Lookup { .. } | StepEvent::UnusablePolicy { .. } | StepEvent::Match | StepEvent::NoMatch => 4,
        };
        let width = (4 * self.depth + inner).saturating_sub(4);
        write!(f, "{:width$}{}", "", self.event)
    }
}

impl fmt::Display for StepEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Policy { domain, record } => write!(f, "{domain}: {record}"),
            Self::UnusablePolicy { domain, text } => write!(f, "{domain}: {text}"),
            Self::Directive { record, index } => {
                record.directives().get(*index).map_or(Ok(()), |directive| directive.fmt(f))
            }
            Self::Lookup { name, record_type, found: Ok(count) } => write!(f, "{record_type} {name}: {count} found"),
            Self::Lookup { name, record_type, found: Err(error) } => write!(f, "{record_type} {name}: {error}"),
            Self::Match => f.write_str("matches"),
            Self::NoMatch => f.write_str("does not match"),
            Self::Redirect { domain } => write!(f, "redirect={domain}"),
        }
    }
}
