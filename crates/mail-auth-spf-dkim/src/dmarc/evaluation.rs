use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;

use mail_wire::Instant;

use super::tree::{Found, Organization, Places};
use super::{Alignment, Authors, DmarcResult, Outcome, Policy, PublicSuffix, Reason, Record};
use crate::dns::{Answer, DnsError, Name, Query, QueryId, RecordType};

/// What an evaluation may cost. Every limit of the DMARC machine is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many authenticated domains are looked at; more are ignored. Default: 20.
    pub identifiers: usize,
    /// How long the DNS may take to answer what is open: counted from the start, and again from the moment when SPF
    /// and DKIM are known, however long those take. Default: 20 seconds.
    pub deadline: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { identifiers: 20, deadline: Duration::from_secs(20) }
    }
}

/// A domain that SPF or DKIM speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    /// The domain that SPF has checked, or `d=` of a signature.
    pub domain: Name,
    /// False if the result is a temporary error, so that the domain may yet prove authentic.
    pub authenticated: bool,
}

/// The domains that SPF and DKIM speak for. Leave out those with a permanent result other than pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identifiers {
    /// The domain that SPF has checked for MAIL FROM.
    pub spf: Option<Identifier>,
    /// The domains of signatures.
    pub dkim: Vec<Identifier>,
}

impl Identifiers {
    /// With an SPF pass for this domain.
    #[must_use]
    pub fn with_spf(mut self, domain: Name) -> Self {
        self.spf = Some(Identifier { domain, authenticated: true });
        self
    }

    /// With a valid signature of this domain.
    #[must_use]
    pub fn with_dkim(mut self, domain: Name) -> Self {
        self.dkim.push(Identifier { domain, authenticated: true });
        self
    }
}

/// Looks for the policy of a message's author, and compares the author with what is authenticated.
///
/// The policy is looked for from the start, so make the machine as soon as `From` is known; tell it by
/// [`handle_identifiers`](Self::handle_identifiers) what SPF and DKIM have found when they are done.
#[derive(Debug)]
pub struct Evaluation {
    author: Option<Name>,
    limits: Limits,
    deadline: Instant,
    places: Places,
    identifiers: Option<Identifiers>,
    existence: Existence,
    /// Whether a question was still open at its deadline.
    late: bool,
    outcome: Option<Outcome>,
}

/// Whether the author's domain exists: whether the DNS knows the name, with whatever records or none (RFC 9989 section
/// 3.2.13, RFC 8020).
#[derive(Debug, Default)]
struct Existence {
    wanted: bool,
    asked: bool,
    exists: Option<bool>,
}

/// The question about existence is told from those about places by its number.
const EXISTENCE_ID: QueryId = QueryId::new(1 << 31);

impl Evaluation {
    /// Starts to look for the policy.
    pub fn new(now: Instant, authors: Authors, limits: &Limits) -> Self {
        let author = authors.domain();
        let mut evaluation = Self {
            author: author.as_ref().ok().cloned(),
            limits: *limits,
            deadline: now + limits.deadline,
            places: Places::default(),
            identifiers: None,
            existence: Existence::default(),
            late: false,
            outcome: None,
        };
        match author {
            Ok(author) => {
                evaluation.places.want(&author);
                evaluation.proceed();
            }
            Err(reason) => evaluation.finish(Outcome::without_policy(DmarcResult::PermError, reason, None)),
        }
        evaluation
    }

    /// Takes the next question. Those that are there may all be resolved at the same time.
    pub fn poll_query(&mut self) -> Option<Query> {
        if self.outcome.is_some() {
            return None;
        }
        self.places.poll().or_else(|| self.existence_query())
    }

    fn existence_query(&mut self) -> Option<Query> {
        if !self.existence.wanted || core::mem::replace(&mut self.existence.asked, true) {
            return None;
        }
        Some(Query::new(EXISTENCE_ID, self.author.clone()?, RecordType::A))
    }

    /// Takes the answer to a question. Answers to questions that are not open change nothing.
    pub fn handle_answer(&mut self, now: Instant, id: QueryId, answer: Answer<'_>) {
        self.handle_timeout(now);
        if self.outcome.is_some() {
            return;
        }
        if id == EXISTENCE_ID {
            self.take_existence(answer);
        } else {
            let found = match answer {
                Ok(records) if records.record_type() != RecordType::Txt => Found::Error,
                Ok(records) => Record::select(records).map_or(Found::Nothing, |record| Found::Record(Arc::new(record))),
                Err(error) if error.is_void() => Found::Nothing,
                Err(_) => Found::Error,
            };
            self.places.answer(id, found);
        }
        self.proceed();
    }

    fn take_existence(&mut self, answer: Answer<'_>) {
        if self.existence.asked && self.existence.exists.is_none() {
            // What cannot be shown to be missing is taken to exist.
            self.existence.exists = Some(!matches!(answer, Err(DnsError::NxDomain)));
        }
    }

    /// Takes what SPF and DKIM have found. Only the first call counts.
    pub fn handle_identifiers(&mut self, now: Instant, mut identifiers: Identifiers) {
        self.handle_timeout(now);
        if self.outcome.is_none() && self.identifiers.is_none() {
            self.deadline = now + self.limits.deadline;
            identifiers.dkim.truncate(self.limits.identifiers);
            self.identifiers = Some(identifiers);
            self.proceed();
        }
    }

    /// When the DNS must have answered; `None` if nothing is asked for, or all is over.
    pub fn poll_timeout(&self) -> Option<Instant> {
        (self.outcome.is_none() && self.is_waiting_for_answers()).then_some(self.deadline)
    }

    fn is_waiting_for_answers(&self) -> bool {
        self.places.is_open() || (self.existence.wanted && self.existence.exists.is_none())
    }

    /// Time has passed. What the DNS has not told when [`poll_timeout`](Self::poll_timeout) is due cannot be known any
    /// more; what is known may be enough. A call before that does nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        // Without an answer another question may be the next, which is as late.
        while self.poll_timeout().is_some_and(|deadline| now >= deadline) {
            self.late = true;
            self.places.give_up();
            if self.existence.wanted {
                self.existence.exists.get_or_insert(true);
            }
            self.proceed();
        }
    }

    /// The outcome, when there is one.
    pub const fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    fn finish(&mut self, outcome: Outcome) {
        self.outcome = Some(outcome);
    }

    /// Goes as far as what is known allows.
    fn proceed(&mut self) {
        let Some(author) = self.author.clone().filter(|_| self.outcome.is_none()) else { return };
        let organization = self.places.organization(&author);
        let applicable = match (self.places.record_at(&author), &organization) {
            // Where the author publishes a record, those above decide nothing but alignment.
            (Some(record), _) => Some((author.clone(), record)),
            (None, Organization::Open) => return,
            (None, Organization::Unknown) => {
                let reason = self.because(Reason::PolicyLookup);
                return self.finish(Outcome::without_policy(DmarcResult::TempError, reason, Some(author)));
            }
            (None, Organization::Domain { domain, found }) => applicable(domain, found),
        };
        let Some((policy_domain, record)) = applicable else {
            let reason = Reason::NoPolicy;
            return self.finish(Outcome::without_policy(DmarcResult::None, reason, Some(author)));
        };
        if record.stated_policy().is_none() {
            let reason = Reason::UnusableRecord;
            return self.finish(Outcome::without_policy(DmarcResult::None, reason, Some(author)));
        }
        let Some(identifiers) = self.identifiers.clone() else { return };
        let (spf, dkim) = (identifiers.spf.as_slice(), identifiers.dkim.as_slice());
        let Some(spf) = self.alignment(&author, &organization, spf, record.spf_alignment) else { return };
        let Some(dkim) = self.alignment(&author, &organization, dkim, record.dkim_alignment) else { return };
        let Some(exists) = self.author_exists(&author, &policy_domain, &record) else { return };
        let policy = if policy_domain == author { record.stated_policy() } else { record.stated_policy_below(exists) };
        let policy = policy.unwrap_or(Policy::None);
        let passed = spf.passed || dkim.passed;
        let (result, reason) = match passed {
            true => (DmarcResult::Pass, Reason::Aligned),
            false if spf.undecided || dkim.undecided => {
                (DmarcResult::TempError, self.because(Reason::IdentifierLookup))
            }
            false if identifiers.authenticated() => (DmarcResult::Fail, Reason::NothingAligned),
            false => (DmarcResult::Fail, Reason::NothingAuthenticated),
        };
        let disposition = match result {
            DmarcResult::Fail if record.testing => policy.lowered(),
            DmarcResult::Fail => policy,
            _ => Policy::None,
        };
        self.finish(Outcome {
            result,
            reason,
            author: Some(author),
            policy_domain: Some(policy_domain),
            record: Some(record),
            policy: Some(policy),
            disposition,
            spf_aligned: spf.passed,
            dkim_aligned: dkim.passed,
        });
    }

    /// Why something cannot be known, if the DNS has answered at all.
    const fn because(&self, reason: Reason) -> Reason {
        if self.late { Reason::Deadline } else { reason }
    }

    /// Compares authenticated domains with the author's. `None` if the DNS must be asked first.
    fn alignment(
        &mut self,
        author: &Name,
        organization: &Organization,
        identifiers: &[Identifier],
        mode: Alignment,
    ) -> Option<Aligned> {
        let mut aligned = Aligned::default();
        let mut open = false;
        for identifier in identifiers {
            let same = match self.is_aligned(author, organization, &identifier.domain, mode) {
                Comparison::Same => true,
                Comparison::Different => false,
                Comparison::Open => {
                    open = true;
                    false
                }
                Comparison::Unknown => {
                    aligned.undecided = true;
                    false
                }
            };
            aligned.passed |= same && identifier.authenticated;
            aligned.undecided |= same && !identifier.authenticated;
        }
        (!open).then_some(aligned)
    }

    /// Whether a domain is aligned with the author's. Only if they differ and still may be aligned are organizational
    /// domains looked at (RFC 9989 section 4.10.2).
    fn is_aligned(&mut self, author: &Name, organization: &Organization, domain: &Name, mode: Alignment) -> Comparison {
        if domain == author {
            return Comparison::Same;
        }
        // The organizational domain of what is not below the author's is another one.
        if mode == Alignment::Strict || !domain.is_within(&self.places.highest(author)) {
            return Comparison::Different;
        }
        let own = match organization {
            Organization::Open => return Comparison::Open,
            Organization::Unknown => return Comparison::Unknown,
            Organization::Domain { domain, .. } => domain,
        };
        if !domain.is_within(own) {
            return Comparison::Different;
        }
        self.places.want(domain);
        match self.places.organization(domain) {
            Organization::Open => Comparison::Open,
            Organization::Unknown => Comparison::Unknown,
            Organization::Domain { domain: other, .. } if other == *own => Comparison::Same,
            Organization::Domain { .. } => Comparison::Different,
        }
    }

    /// Whether the author's domain exists, as far as that matters. `None` if the DNS must be asked first.
    fn author_exists(&mut self, author: &Name, policy_domain: &Name, record: &Record) -> Option<bool> {
        let below = record.stated_policy_below(true) != record.stated_policy_below(false);
        if author == policy_domain || !below {
            return Some(true);
        }
        self.existence.wanted = true;
        self.existence.exists
    }
}

/// What is known of two domains' organizational domains.
enum Comparison {
    Same,
    Different,
    /// Something is not answered yet.
    Open,
    /// The DNS could not be asked.
    Unknown,
}

#[derive(Debug, Default, Clone, Copy)]
struct Aligned {
    passed: bool,
    undecided: bool,
}

impl Identifiers {
    fn authenticated(&self) -> bool {
        self.spf.iter().chain(&self.dkim).any(|identifier| identifier.authenticated)
    }
}

impl Outcome {
    const fn without_policy(result: DmarcResult, reason: Reason, author: Option<Name>) -> Self {
        Self {
            result,
            reason,
            author,
            policy_domain: None,
            record: None,
            policy: None,
            disposition: Policy::None,
            spf_aligned: false,
            dkim_aligned: false,
        }
    }
}

/// The record that applies where the author has none: that of the organizational domain, else of the public suffix
/// (RFC 9989 section 4.10.1).
fn applicable(organization: &Name, found: &[(Name, Arc<Record>)]) -> Option<(Name, Arc<Record>)> {
    let at_organization = found.iter().find(|(domain, _)| domain == organization);
    at_organization.or_else(|| found.iter().find(|(_, record)| record.public_suffix == PublicSuffix::Yes)).cloned()
}
