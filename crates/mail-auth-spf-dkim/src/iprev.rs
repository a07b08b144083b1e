//! iprev: whether the names of a client's address lead back to it (RFC 8601 section 3).
//!
//! # Example: a client whose name holds
//!
//! ```
//! use mail_auth_spf_dkim::dns::{Name, Records, Zone};
//! use mail_auth_spf_dkim::iprev::{Evaluation, IprevResult, Limits};
//! use mail_wire::Instant;
//!
//! let address = "192.0.2.1".parse().unwrap();
//! let host = Name::parse("mail.example.org").unwrap();
//! let zone = Zone::new()
//!     .with(Name::reverse(address), Records::Ptr(vec![host.clone()]))
//!     .with(host, Records::address(address));
//!
//! let mut evaluation = Evaluation::new(Instant::EPOCH, address, &Limits::default());
//! while let Some(query) = evaluation.poll_query() {
//!     evaluation.handle_answer(Instant::EPOCH, query.id, zone.lookup(&query.name, query.record_type));
//! }
//! let outcome = evaluation.outcome().unwrap();
//! assert_eq!(outcome.result, IprevResult::Pass);
//! assert_eq!(outcome.name.as_ref().unwrap().as_str(), "mail.example.org");
//! ```

use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;
use core::time::Duration;

use mail_wire::Instant;

use crate::dns::{Answer, DnsError, Name, Query, QueryId, RecordType, Records};

/// What an evaluation may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many names are looked at; more are ignored. Default: 10.
    pub names: usize,
    /// How long the evaluation may take. Default: 20 seconds.
    pub deadline: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { names: 10, deadline: Duration::from_secs(20) }
    }
}

/// The results of RFC 8601 section 2.7.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IprevResult {
    /// A name of the address has the address.
    Pass,
    /// None of its names has.
    Fail,
    /// The DNS could not be asked.
    TempError,
    /// The address has no name.
    PermError,
}

impl IprevResult {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }
}

impl fmt::Display for IprevResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How an evaluation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The result.
    pub result: IprevResult,
    /// The first name that has the address.
    pub name: Option<Name>,
}

/// Checks the names of an address.
#[derive(Debug)]
pub struct Evaluation {
    address: IpAddr,
    limits: Limits,
    deadline: Instant,
    reverse_asked: bool,
    reverse_answered: bool,
    names: Vec<Candidate>,
    outcome: Option<Outcome>,
}

#[derive(Debug)]
struct Candidate {
    name: Name,
    asked: bool,
    has_address: Option<Result<bool, ()>>,
}

impl Evaluation {
    /// Starts with the names of `address`.
    pub fn new(now: Instant, address: IpAddr, limits: &Limits) -> Self {
        Self {
            address: address.to_canonical(),
            limits: *limits,
            deadline: now + limits.deadline,
            reverse_asked: false,
            reverse_answered: false,
            names: Vec::new(),
            outcome: None,
        }
    }

    /// Takes the next question. Those that are there may all be resolved at the same time.
    pub fn poll_query(&mut self) -> Option<Query> {
        if self.outcome.is_some() {
            return None;
        }
        if !core::mem::replace(&mut self.reverse_asked, true) {
            return Some(Query::new(QueryId::new(0), Name::reverse(self.address), RecordType::Ptr));
        }
        let record_type = if self.address.is_ipv4() { RecordType::A } else { RecordType::Aaaa };
        let (number, candidate) = (1..).zip(&mut self.names).find(|(_, candidate)| !candidate.asked)?;
        candidate.asked = true;
        Some(Query::new(QueryId::new(number), candidate.name.clone(), record_type))
    }

    /// Takes the answer to a question. Answers to questions that are not open change nothing.
    pub fn handle_answer(&mut self, now: Instant, id: QueryId, answer: Answer<'_>) {
        self.handle_timeout(now);
        if self.outcome.is_some() {
            return;
        }
        match id.number().checked_sub(1) {
            None => self.take_names(answer),
            Some(index) => self.take_addresses(index, answer),
        }
    }

    fn take_names(&mut self, answer: Answer<'_>) {
        if !self.reverse_asked || core::mem::replace(&mut self.reverse_answered, true) {
            return;
        }
        match answer {
            Ok(Records::Ptr(names)) if !names.is_empty() => {
                let candidate = |name: &Name| Candidate { name: name.clone(), asked: false, has_address: None };
                self.names = names.iter().take(self.limits.names).map(candidate).collect();
                self.decide();
            }
            Ok(Records::Ptr(_)) | Err(DnsError::NxDomain | DnsError::NoData) => {
                self.outcome = Some(Outcome { result: IprevResult::PermError, name: None });
            }
            Ok(_) | Err(_) => self.outcome = Some(Outcome { result: IprevResult::TempError, name: None }),
        }
    }

    fn take_addresses(&mut self, index: u32, answer: Answer<'_>) {
        let candidate = usize::try_from(index).ok().and_then(|index| self.names.get_mut(index));
        let Some(candidate) = candidate.filter(|candidate| candidate.asked && candidate.has_address.is_none()) else {
            return;
        };
        candidate.has_address = Some(match (answer, self.address) {
            (Ok(Records::A(list)), IpAddr::V4(address)) => Ok(list.contains(&address)),
            (Ok(Records::Aaaa(list)), IpAddr::V6(address)) => Ok(list.contains(&address)),
            (Err(error), _) if error.is_void() => Ok(false),
            _ => Err(()),
        });
        self.decide();
    }

    /// The first name in line that decides does so, whatever the order of the answers.
    fn decide(&mut self) {
        let mut failed = false;
        for candidate in &self.names {
            match candidate.has_address {
                Some(Ok(true)) => {
                    self.outcome = Some(Outcome { result: IprevResult::Pass, name: Some(candidate.name.clone()) });
                    return;
                }
                Some(Ok(false)) => {}
                Some(Err(())) => failed = true,
                None => return,
            }
        }
        let result = if failed { IprevResult::TempError } else { IprevResult::Fail };
        self.outcome = Some(Outcome { result, name: None });
    }

    /// When the evaluation must be over; `None` if it is.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.outcome.is_none().then_some(self.deadline)
    }

    /// Time has passed. When [`poll_timeout`](Self::poll_timeout) is due, names whose addresses the DNS has not told
    /// count as those of which it could not be asked. A call before that does nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.outcome.is_some() || now < self.deadline {
            return;
        }
        if self.reverse_answered {
            for candidate in &mut self.names {
                candidate.has_address.get_or_insert(Err(()));
            }
            self.decide();
        } else {
            self.outcome = Some(Outcome { result: IprevResult::TempError, name: None });
        }
    }

    /// The outcome, when there is one.
    pub const fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }
}
