//! The machine that decides whether a client may use a name (`check_host()`, RFC 7208 section 4).

mod answers;
mod explain;
mod frames;
mod questions;
mod run;

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use mail_wire::Instant;

use self::explain::Explaining;
use self::frames::Frames;
use self::questions::Questions;
use super::expand::{Values, without_dot};
use super::limits::Spent;
use super::{Cause, Client, Identity, Limits, NoPolicy, Outcome, PrefixLengths, Record, StepEvent, Trace};
use crate::dns::{Answer, Name, Query, QueryId, RecordType};

/// Checks one identity of a client.
///
/// Ask for [`poll_query`](Self::poll_query) until it has nothing more to ask, answer by
/// [`handle_answer`](Self::handle_answer) in any order, and look for the [`outcome`](Self::outcome). The two identities
/// of a session, HELO and MAIL FROM, are two evaluations that know nothing of each other.
///
/// The outcome does not depend on the order in which answers arrive.
#[derive(Debug)]
pub struct Evaluation {
    client: Client,
    sender: String,
    /// Where the domain starts in `sender`.
    domain_at: usize,
    /// The domain that is checked, until the outcome has it.
    domain: Option<Name>,
    identity: Identity,
    limits: Limits,
    /// When it must be over; earlier by half of the time for all while the client's names are waited for.
    deadline: Instant,
    spent: Spent,
    frames: Frames,
    questions: Questions,
    purpose: Purpose,
    /// The client's names that have its address, once they were asked for.
    client_names: Option<Vec<Name>>,
    explaining: Option<Explaining>,
    trace: Trace,
    outcome: Option<Outcome>,
}

/// What the open questions are for.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    Nothing,
    Policy(PolicyOf),
    Exists,
    Addresses(PrefixLengths),
    Exchangers(PrefixLengths),
    ExchangerAddresses(PrefixLengths),
    ClientNames,
    ClientNameAddresses,
    Explanation,
}

/// Why a policy is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PolicyOf {
    Identity,
    Include,
    Redirect,
}

impl Evaluation {
    /// The longest identity that is looked at, in octets. The result for a longer one is none.
    pub const LONGEST_IDENTITY: usize = 512;

    /// Checks the name that the client greeted with.
    pub fn helo(now: Instant, client: &Client, limits: &Limits) -> Self {
        Self::new(now, client, Identity::Helo, "", limits)
    }

    /// Checks the reverse-path of MAIL FROM, without angle brackets; empty for the null path.
    pub fn mail_from(now: Instant, client: &Client, reverse_path: &str, limits: &Limits) -> Self {
        Self::new(now, client, Identity::MailFrom, reverse_path, limits)
    }

    fn new(now: Instant, client: &Client, identity: Identity, reverse_path: &str, limits: &Limits) -> Self {
        let (local_part, domain) = match reverse_path.bytes().rposition(|octet| octet == b'@') {
            Some(0) => ("postmaster", &reverse_path[1..]),
            Some(at) => (&reverse_path[..at], &reverse_path[at + 1..]),
            None if reverse_path.is_empty() => ("postmaster", client.helo()),
            None => ("postmaster", reverse_path),
        };
        let name = match domain_to_check(domain) {
            _ if local_part.len() + domain.len() >= Self::LONGEST_IDENTITY => None,
            name => name,
        };
        // Macros and `Received-SPF` have the A-labels of an international domain (RFC 8616 section 4).
        let domain = name.as_ref().filter(|_| !domain.is_ascii()).map_or(without_dot(domain), Name::as_str);
        let mut sender = String::with_capacity(local_part.len() + 1 + domain.len());
        sender.push_str(local_part);
        sender.push('@');
        let domain_at = sender.len();
        sender.push_str(domain);
        let mut questions = Questions::default();
        let (purpose, outcome) = match &name {
            Some(name) => {
                questions.ask_only(name.clone(), RecordType::Txt);
                (Purpose::Policy(PolicyOf::Identity), None)
            }
            None => (Purpose::Nothing, Some(Outcome::of(Cause::NoDomain))),
        };
        Self {
            client: client.clone(),
            sender,
            domain_at,
            domain: name,
            identity,
            limits: *limits,
            deadline: now + limits.deadline,
            spent: Spent::default(),
            frames: Frames::default(),
            questions,
            purpose,
            client_names: None,
            explaining: None,
            trace: Trace::default(),
            outcome,
        }
    }

    /// Takes the next question. Questions that do not depend on each other come one after the other, and may be
    /// resolved at the same time.
    #[inline]
    pub fn poll_query(&mut self) -> Option<Query> {
        self.questions.poll().cloned()
    }

    /// The next question, lent. It is taken as by [`poll_query`](Self::poll_query), but its name is not cloned: for
    /// whoever has the answer at hand, as a program that keeps policies.
    #[inline]
    pub fn poll_query_ref(&mut self) -> Option<&Query> {
        self.questions.poll()
    }

    /// Whether [`poll_query`](Self::poll_query) has a question.
    pub fn has_query(&self) -> bool {
        self.questions.has_unasked()
    }

    /// Takes the answer to a question. Answers to questions that are not open change nothing; records of another type
    /// than the one asked for count as [`DnsError::Temporary`](crate::dns::DnsError::Temporary).
    pub fn handle_answer(&mut self, now: Instant, id: QueryId, answer: Answer<'_>) {
        if self.in_time(now) {
            self.take_answer(id, answer);
        }
    }

    /// Takes the answer to a TXT question as a policy that was read before, so that a program that keeps policies
    /// need not have them parsed again. [`Record::select`] makes one from the records.
    ///
    /// For a question that was not for a policy this changes nothing: answer those with the records.
    #[inline]
    pub fn handle_policy(&mut self, now: Instant, id: QueryId, policy: Result<Arc<Record>, NoPolicy>) {
        if self.in_time(now) {
            match policy {
                Ok(record) => self.take_policy(id, record),
                Err(reason) => self.take_no_policy(id, reason),
            }
        }
    }

    /// When something must be given up, at the latest the evaluation; `None` if it is over.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.outcome.is_none().then_some(self.deadline)
    }

    /// Time has passed. A call before [`poll_timeout`](Self::poll_timeout) is due does nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.in_time(now);
    }

    /// The outcome, when there is one.
    pub const fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// What was done so far. It is empty unless [`Limits::trace`] is set.
    pub const fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The client.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Which identity is checked.
    pub const fn identity(&self) -> Identity {
        self.identity
    }

    /// The identity as a mailbox: `postmaster` stands in for an absent local-part.
    pub fn sender(&self) -> &str {
        &self.sender
    }

    #[inline]
    fn in_time(&mut self, now: Instant) -> bool {
        if now >= self.deadline {
            self.give_up(now);
        }
        self.outcome.is_none()
    }

    #[cold]
    fn give_up(&mut self, now: Instant) {
        if matches!(self.purpose, Purpose::ClientNames | Purpose::ClientNameAddresses) {
            self.give_up_client_names();
        }
        if self.outcome.is_none() && now >= self.deadline {
            match self.explaining.take() {
                Some(explaining) => self.end(explaining.cause, None),
                None => self.finish(Cause::Deadline),
            }
        }
    }

    /// What macros stand for in the policy of `domain`.
    fn values<'a>(&'a self, domain: &'a Name) -> Values<'a> {
        let names = self.client_names.as_deref().unwrap_or_default();
        let validated_name = names
            .iter()
            .find(|name| *name == domain)
            .or_else(|| names.iter().find(|name| name.is_within(domain)))
            .or_else(|| names.first());
        Values {
            client: &self.client,
            local_part: self.sender.get(..self.domain_at - 1).unwrap_or_default(),
            sender_domain: self.sender.get(self.domain_at..).unwrap_or_default(),
            domain,
            validated_name,
        }
    }

    fn note(&mut self, event: impl FnOnce() -> StepEvent) {
        if self.limits.trace {
            // A fail is explained in the domain's own policy, which is no longer at work.
            self.trace.push(self.frames.depth() + usize::from(self.explaining.is_some()), event());
        }
    }

    /// Ends the evaluation with a cause that needs no explanation.
    fn finish(&mut self, cause: Cause) {
        self.end(cause, None);
    }

    fn end(&mut self, cause: Cause, explanation: Option<String>) {
        self.questions.clear();
        self.purpose = Purpose::Nothing;
        self.frames.clear();
        self.outcome = Some(Outcome { domain: self.domain.take(), explanation, ..Outcome::of(cause) });
    }
}

/// The domain to ask for, if `text` is one: at least two labels (RFC 7208 section 4.3). International names are
/// looked up by their A-labels.
fn domain_to_check(text: &str) -> Option<Name> {
    let may_be_domain = |text: &str| without_dot(text).contains('.') && !text.starts_with('[');
    if text.is_ascii() {
        may_be_domain(text).then(|| Name::for_query(text).ok()).flatten()
    } else {
        Name::from_unicode(text).ok().filter(|name| may_be_domain(name.as_str()))
    }
}
