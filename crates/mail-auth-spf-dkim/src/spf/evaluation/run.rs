//! The walk over the directives of a policy, and of those it includes.

use alloc::sync::Arc;

use super::{Evaluation, PolicyOf, Purpose};
use crate::dns::{InvalidName, Name, RecordType};
use crate::spf::record::{ip4_agree, ip6_agree};
use crate::spf::{Cause, DomainSpec, Mechanism, Qualifier, Record, SpfResult, StepEvent};
use core::net::IpAddr;

/// A policy at work.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) domain: Name,
    pub(super) record: Arc<Record>,
    /// The directive that is next, or being tested.
    pub(super) index: usize,
    /// The directive's cost was charged.
    pub(super) charged: bool,
}

/// What came of a directive that needs the DNS.
enum Step {
    Waiting,
    Decided(bool),
    Stop(Cause),
}

impl Evaluation {
    pub(super) fn ask_policy(&mut self, domain: Name, of: PolicyOf) {
        self.ask_one(domain, RecordType::Txt, Purpose::Policy(of));
    }

    pub(super) fn ask_one(&mut self, name: Name, record_type: RecordType, purpose: Purpose) {
        self.questions.clear();
        self.questions.ask(name, record_type);
        self.purpose = purpose;
    }

    /// Starts a policy: the first, an included one, or one that takes over.
    pub(super) fn enter(&mut self, domain: Name, record: Arc<Record>, of: PolicyOf) {
        if of == PolicyOf::Redirect {
            self.frames.pop();
        }
        if self.frames.capacity() == 0 {
            self.frames.reserve(4);
        }
        self.frames.push(Frame { domain, record, index: 0, charged: false });
        if self.limits.trace
            && let Some(frame) = self.frames.last()
        {
            let (domain, record) = (frame.domain.clone(), Arc::clone(&frame.record));
            self.note(|| StepEvent::Policy { domain, record });
        }
        self.run();
    }

    /// Tests directives until one matches, the DNS is needed, or the policy ends.
    pub(super) fn run(&mut self) {
        while self.outcome.is_none() && self.explaining.is_none() {
            let Some(frame) = self.frames.last_mut() else { return };
            let record = Arc::clone(&frame.record);
            let client = self.client.address();
            if !self.limits.trace {
                let rest = record.directives.get(frame.index..).unwrap_or_default();
                frame.index += rest.iter().take_while(|directive| passes_over(&directive.mechanism, client)).count();
            }
            let Some(directive) = record.directives.get(frame.index) else {
                if self.end_of_policy(&record) {
                    return;
                }
                continue;
            };
            if self.limits.trace && !frame.charged {
                let index = frame.index;
                self.note(|| StepEvent::Directive { record: Arc::clone(&record), index });
            }
            let matches = match &directive.mechanism {
                Mechanism::All => true,
                mechanism @ (Mechanism::Ip4 { .. } | Mechanism::Ip6 { .. }) => !passes_over(mechanism, client),
                mechanism => match self.test(mechanism) {
                    Step::Waiting => return,
                    Step::Decided(matches) => matches,
                    Step::Stop(cause) => return self.finish(cause),
                },
            };
            self.decide(matches);
        }
    }

    /// The directive at work matches or does not. If it matches, the policy at work has a result: the evaluation's, or
    /// that of an `include`, which matches if it is pass.
    pub(super) fn decide(&mut self, mut matches: bool) {
        loop {
            self.note(|| if matches { StepEvent::Match } else { StepEvent::NoMatch });
            let included = self.frames.len() > 1;
            let Some(frame) = self.frames.last_mut() else { return };
            if !matches {
                frame.index += 1;
                frame.charged = false;
                return;
            }
            let qualifier = frame.record.directives.get(frame.index).map(|directive| directive.qualifier);
            if !included {
                let (domain, record, index) = (frame.domain.clone(), Arc::clone(&frame.record), frame.index);
                return self.settle(Cause::Directive { domain, record, index });
            }
            self.frames.pop();
            matches = qualifier == Some(Qualifier::Pass);
        }
    }

    /// The outermost policy has a result.
    fn settle(&mut self, cause: Cause) {
        if cause.result() == SpfResult::Fail && self.limits.explain { self.explain(cause) } else { self.finish(cause) }
    }

    /// No directive matched. True if there is something to wait for.
    fn end_of_policy(&mut self, record: &Record) -> bool {
        let Some(target) = &record.redirect else {
            if self.frames.len() > 1 {
                self.frames.pop();
                self.decide(false);
            } else if let Some(frame) = self.frames.last() {
                let domain = frame.domain.clone();
                self.settle(Cause::NoMatch { domain });
            }
            return false;
        };
        match self.policy_elsewhere(target, PolicyOf::Redirect) {
            Step::Waiting => true,
            Step::Decided(_) => false,
            Step::Stop(cause) => {
                self.finish(cause);
                true
            }
        }
    }

    fn test(&mut self, mechanism: &Mechanism) -> Step {
        let (spec, purpose) = match mechanism {
            Mechanism::Include(target) => return self.policy_elsewhere(target, PolicyOf::Include),
            Mechanism::Exists(target) => (Some(target), Purpose::Exists),
            Mechanism::A { domain, prefix } => (domain.as_ref(), Purpose::Addresses(*prefix)),
            Mechanism::Mx { domain, prefix } => {
                // The domain is filled in below.
                (domain.as_ref(), Purpose::Exchangers { domain: Name::root(), prefix: *prefix })
            }
            Mechanism::Ptr(domain) => (domain.as_ref(), Purpose::ClientNames),
            Mechanism::All | Mechanism::Ip4 { .. } | Mechanism::Ip6 { .. } => return Step::Decided(false),
        };
        if let Err(cause) = self.charge() {
            return Step::Stop(cause);
        }
        if self.client_names.is_none()
            && (matches!(purpose, Purpose::ClientNames) || spec.is_some_and(DomainSpec::uses_validated_name))
        {
            self.ask_client_names();
            return Step::Waiting;
        }
        // What is no name cannot be in the DNS.
        let Ok(target) = self.target(spec) else { return Step::Decided(false) };
        match purpose {
            Purpose::Exists => self.ask_one(target, RecordType::A, Purpose::Exists),
            Purpose::Addresses(_) => self.ask_one(target, self.address_type(), purpose),
            Purpose::Exchangers { prefix, .. } => {
                self.ask_one(target.clone(), RecordType::Mx, Purpose::Exchangers { domain: target, prefix });
            }
            _ => {
                let names = self.client_names.as_deref().unwrap_or_default();
                return Step::Decided(names.iter().any(|name| name.is_within(&target)));
            }
        }
        Step::Waiting
    }

    /// Asks for the policy of an `include` or `redirect`.
    fn policy_elsewhere(&mut self, spec: &DomainSpec, of: PolicyOf) -> Step {
        if let Err(cause) = self.charge() {
            return Step::Stop(cause);
        }
        if self.client_names.is_none() && spec.uses_validated_name() {
            self.ask_client_names();
            return Step::Waiting;
        }
        match self.target(Some(spec)) {
            Ok(target) => {
                if of == PolicyOf::Redirect {
                    self.note(|| StepEvent::Redirect { domain: target.clone() });
                }
                self.ask_policy(target, of);
                Step::Waiting
            }
            // A term with a local-part that is not ASCII does not match (RFC 8616 section 4).
            Err(_) if of == PolicyOf::Include && !self.sender.is_ascii() => Step::Decided(false),
            Err(_) => {
                let domain = self.frames.last().map_or_else(Name::root, |frame| frame.domain.clone());
                Step::Stop(Cause::NoTarget { domain, target: spec.clone() })
            }
        }
    }

    /// Charges for the term at work, once.
    fn charge(&mut self) -> Result<(), Cause> {
        match self.frames.last_mut() {
            Some(frame) if !frame.charged => {
                frame.charged = true;
                self.spent.charge_lookup(&self.limits)
            }
            _ => Ok(()),
        }
    }

    fn target(&self, spec: Option<&DomainSpec>) -> Result<Name, InvalidName> {
        let Some(frame) = self.frames.last() else { return Err(InvalidName::Empty) };
        match spec {
            None => Ok(frame.domain.clone()),
            Some(spec) => self.values(&frame.domain).name(spec),
        }
    }

    pub(super) fn address_type(&self) -> RecordType {
        if self.client.address().is_ipv4() { RecordType::A } else { RecordType::Aaaa }
    }

    pub(super) fn ask_client_names(&mut self) {
        self.ask_one(Name::reverse(self.client.address()), RecordType::Ptr, Purpose::ClientNames);
    }
}

/// Whether this is a network that the client is not in.
#[inline]
fn passes_over(mechanism: &Mechanism, client: IpAddr) -> bool {
    match (mechanism, client) {
        (Mechanism::Ip4 { address, prefix_length }, IpAddr::V4(client)) => !ip4_agree(client, *address, *prefix_length),
        (Mechanism::Ip6 { address, prefix_length }, IpAddr::V6(client)) => !ip6_agree(client, *address, *prefix_length),
        (Mechanism::Ip4 { .. } | Mechanism::Ip6 { .. }, _) => true,
        _ => false,
    }
}
