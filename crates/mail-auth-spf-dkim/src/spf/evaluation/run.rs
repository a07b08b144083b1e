//! The walk over the directives of a policy, and of those it includes.

use alloc::sync::Arc;

use mail_wire::Instant;

use super::frames::{Frame, passes_over};
use super::{Evaluation, PolicyOf, Purpose};
use crate::dns::{InvalidName, Name, RecordType};
use crate::spf::{Cause, DomainSpec, Mechanism, Qualifier, Record, SpfResult, StepEvent};

/// What came of a term.
enum Step {
    Waiting,
    Decided(bool),
    Stop(Cause),
}

impl Evaluation {
    pub(super) fn ask_one(&mut self, name: Name, record_type: RecordType, purpose: Purpose) {
        self.questions.ask_only(name, record_type);
        self.purpose = purpose;
    }

    /// Starts a policy: the first, an included one, or one that takes over.
    pub(super) fn enter(&mut self, domain: Name, record: Arc<Record>, of: PolicyOf) {
        if of == PolicyOf::Redirect {
            self.frames.pop();
        }
        self.frames.push(domain, record);
        if self.limits.trace
            && let Some(frame) = self.frames.innermost()
        {
            let (domain, record) = (frame.domain.clone(), Arc::clone(&frame.record));
            self.note(|| StepEvent::Policy { domain, record });
        }
        self.run();
    }

    /// Tests directives until one matches, the DNS is needed, or the policy ends.
    pub(super) fn run(&mut self) {
        let client = self.client.address();
        while self.outcome.is_none() && self.explaining.is_none() {
            let depth = self.frames.depth();
            let Some(frame) = self.frames.innermost_mut() else { return };
            if !self.limits.trace {
                frame.pass_over_networks(client);
            } else if frame.charged <= frame.index && frame.directive().is_some() {
                let (record, index) = (Arc::clone(&frame.record), frame.index);
                self.trace.push(depth, StepEvent::Directive { record, index });
            }
            let step = match frame.directive().map(|directive| &directive.mechanism) {
                Some(Mechanism::All) => Step::Decided(true),
                Some(network @ (Mechanism::Ip4 { .. } | Mechanism::Ip6 { .. })) => {
                    Step::Decided(!passes_over(network, client))
                }
                None if frame.record.redirect.is_none() => {
                    self.end_of_policy();
                    continue;
                }
                _ => self.ask_for_term(),
            };
            match step {
                Step::Waiting => return,
                Step::Decided(matches) => self.decide(matches),
                Step::Stop(cause) => return self.finish(cause),
            }
        }
    }

    /// The directive at work matches or does not. If it matches, the policy at work has a result: the evaluation's, or
    /// that of an `include`, which matches if it is pass.
    pub(super) fn decide(&mut self, mut matches: bool) {
        loop {
            self.note(|| if matches { StepEvent::Match } else { StepEvent::NoMatch });
            if !matches {
                if let Some(frame) = self.frames.innermost_mut() {
                    frame.index += 1;
                }
                return;
            }
            let Some(Frame { domain, record, index, .. }) = self.frames.pop() else { return };
            if self.frames.depth() == 0 {
                return self.settle(Cause::Directive { domain, record, index });
            }
            let qualifier = record.directives.get(index).map(|directive| directive.qualifier);
            matches = qualifier == Some(Qualifier::Pass);
        }
    }

    /// The outermost policy has a result.
    fn settle(&mut self, cause: Cause) {
        let has_explanation = match &cause {
            Cause::Directive { record, .. } => record.explanation().is_some() && cause.result() == SpfResult::Fail,
            _ => false,
        };
        if has_explanation && self.limits.explain { self.explain(cause) } else { self.finish(cause) }
    }

    /// No directive matched, and no other policy takes over.
    fn end_of_policy(&mut self) {
        let Some(Frame { domain, .. }) = self.frames.pop() else { return };
        if self.frames.depth() == 0 { self.settle(Cause::NoMatch { domain }) } else { self.decide(false) }
    }

    /// Asks the DNS for what the term at work needs: the directive, or `redirect` behind the last one.
    fn ask_for_term(&mut self) -> Step {
        if let Err(cause) = self.charge() {
            return Step::Stop(cause);
        }
        let Some(frame) = self.frames.innermost() else { return Step::Decided(false) };
        let (spec, purpose) = match frame.directive().map(|directive| &directive.mechanism) {
            Some(Mechanism::Include(target)) => (Some(target), Purpose::Policy(PolicyOf::Include)),
            Some(Mechanism::Exists(target)) => (Some(target), Purpose::Exists),
            Some(Mechanism::A { domain, prefix }) => (domain.as_ref(), Purpose::Addresses(*prefix)),
            Some(Mechanism::Mx { domain, prefix }) => (domain.as_ref(), Purpose::Exchangers(*prefix)),
            Some(Mechanism::Ptr(domain)) => (domain.as_ref(), Purpose::ClientNames),
            Some(Mechanism::All | Mechanism::Ip4 { .. } | Mechanism::Ip6 { .. }) => return Step::Decided(false),
            None => (frame.record.redirect.as_ref(), Purpose::Policy(PolicyOf::Redirect)),
        };
        if !self.sender.is_ascii()
            && let Some(spec) = spec.filter(|spec| spec.uses_local_part())
        {
            // A term with a local-part that is not ASCII does not match (RFC 8616 section 4), and `redirect` leads nowhere.
            return match purpose {
                Purpose::Policy(PolicyOf::Redirect) => {
                    Step::Stop(Cause::NoTarget { domain: frame.domain.clone(), target: spec.clone() })
                }
                _ => Step::Decided(false),
            };
        }
        if self.client_names.is_none()
            && (matches!(purpose, Purpose::ClientNames) || spec.is_some_and(DomainSpec::uses_validated_name))
        {
            self.ask_client_names();
            return Step::Waiting;
        }
        let target = match (self.target(frame, spec), spec, purpose) {
            // One label, which only macros make, is no domain that could have a policy (RFC 7208 section 4.3).
            (Ok(target), Some(spec), Purpose::Policy(_)) if spec.as_name().is_none() && target.label_count() < 2 => {
                return Step::Stop(Cause::NoTarget { domain: frame.domain.clone(), target: spec.clone() });
            }
            (Ok(target), ..) => target,
            (Err(_), Some(spec), Purpose::Policy(_)) => {
                return Step::Stop(Cause::NoTarget { domain: frame.domain.clone(), target: spec.clone() });
            }
            // What is no name cannot be in the DNS.
            (Err(_), ..) => return Step::Decided(false),
        };
        let record_type = match purpose {
            Purpose::Policy(of) => {
                if of == PolicyOf::Redirect {
                    self.note(|| StepEvent::Redirect { domain: target.clone() });
                }
                RecordType::Txt
            }
            Purpose::Exists => RecordType::A,
            Purpose::Addresses(_) => self.address_type(),
            Purpose::Exchangers(_) => RecordType::Mx,
            _ => {
                let names = self.client_names.as_deref().unwrap_or_default();
                return Step::Decided(names.iter().any(|name| name.is_within(&target)));
            }
        };
        self.ask_one(target, record_type, purpose);
        Step::Waiting
    }

    /// Charges for the term at work, once.
    fn charge(&mut self) -> Result<(), Cause> {
        match self.frames.innermost_mut() {
            Some(frame) if frame.charged <= frame.index => {
                frame.charged = frame.index + 1;
                self.spent.charge_lookup(&self.limits)
            }
            _ => Ok(()),
        }
    }

    /// Charges for a question of the term at work that had no answer, once: terms are counted, not questions.
    pub(super) fn charge_void(&mut self) -> Result<(), Cause> {
        match self.frames.innermost_mut() {
            Some(frame) if frame.charged_void <= frame.index => {
                frame.charged_void = frame.index + 1;
                self.spent.charge_void(&self.limits)
            }
            _ => Ok(()),
        }
    }

    /// The name that a term is about: the current domain if it says nothing else.
    fn target(&self, frame: &Frame, spec: Option<&DomainSpec>) -> Result<Name, InvalidName> {
        match spec {
            None => Ok(frame.domain.clone()),
            Some(spec) => match spec.as_name() {
                Some(name) => Ok(name.clone()),
                None => self.values(&frame.domain).name(spec),
            },
        }
    }

    pub(super) fn address_type(&self) -> RecordType {
        if self.client.address().is_ipv4() { RecordType::A } else { RecordType::Aaaa }
    }

    /// What the client is called is in its own hands: to answer late must not keep a policy from being evaluated.
    pub(super) fn ask_client_names(&mut self) {
        let earlier = self.deadline.elapsed_since_epoch().saturating_sub(self.limits.deadline / 2);
        self.deadline = Instant::since_epoch(earlier);
        self.ask_one(Name::reverse(self.client.address()), RecordType::Ptr, Purpose::ClientNames);
    }
}
