//! The DNS tree walk (RFC 9989 section 4.10).

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{PublicSuffix, Record};
use crate::dns::{Name, Query, QueryId, RecordType};

/// How many labels the names have at most that are asked for after the first.
const SHORTENED: usize = 7;

/// The label below which a domain's record is.
const PREFIX: &str = "_dmarc";

/// The domains whose records a walk from `start` asks for, the longest first: at most eight.
pub(super) fn targets(start: &Name) -> impl Iterator<Item = Name> + use<> {
    let labels = start.label_count();
    let next = labels.saturating_sub(1).min(SHORTENED);
    let start = start.clone();
    core::iter::once(start.clone()).chain((1..=next).rev().map(move |count| start.last_labels(count)))
}

/// What is known of the records at the places that walks come by. Each place is asked for once.
#[derive(Debug, Default)]
pub(super) struct Places(Vec<Place>);

#[derive(Debug)]
struct Place {
    domain: Name,
    state: State,
}

#[derive(Debug)]
enum State {
    Unasked,
    Asked,
    Known(Found),
}

/// What the DNS holds at a place.
#[derive(Debug, Clone)]
pub(super) enum Found {
    Record(Arc<Record>),
    Nothing,
    Error,
}

/// What is known of the organizational domain of a domain.
#[derive(Debug)]
pub(super) enum Organization {
    /// Something is not answered yet.
    Open,
    /// The DNS could not be asked.
    Unknown,
    /// This is it, with the records that count, the longest domain first.
    Domain { domain: Name, found: Vec<(Name, Arc<Record>)> },
}

impl Places {
    /// Wants to know the record of every place that a walk from `start` comes by.
    pub(super) fn want(&mut self, start: &Name) {
        for domain in targets(start) {
            if !self.0.iter().any(|place| place.domain == domain) {
                // A name too long to be asked for is a name that is not there.
                let askable = domain.prefixed(PREFIX).is_ok();
                let state = if askable { State::Unasked } else { State::Known(Found::Nothing) };
                self.0.push(Place { domain, state });
            }
        }
    }

    /// Whether something is not answered yet.
    pub(super) fn is_open(&self) -> bool {
        self.0.iter().any(|place| !matches!(place.state, State::Known(_)))
    }

    /// The next question, with the place's number for its identity.
    pub(super) fn poll(&mut self) -> Option<Query> {
        let (number, place) = (0..).zip(&mut self.0).find(|(_, place)| matches!(place.state, State::Unasked))?;
        place.state = State::Asked;
        let name = place.domain.prefixed(PREFIX).ok()?;
        Some(Query::new(QueryId::new(number), name, RecordType::Txt))
    }

    pub(super) fn answer(&mut self, id: QueryId, found: Found) {
        let place = usize::try_from(id.number()).ok().and_then(|index| self.0.get_mut(index));
        if let Some(place) = place
            && matches!(place.state, State::Asked)
        {
            place.state = State::Known(found);
        }
    }

    /// Whatever is not answered yet will not be.
    pub(super) fn give_up(&mut self) {
        for place in &mut self.0 {
            if !matches!(place.state, State::Known(_)) {
                place.state = State::Known(Found::Error);
            }
        }
    }

    /// The record at a place, if it is known that there is one.
    pub(super) fn record_at(&self, domain: &Name) -> Option<Arc<Record>> {
        match &self.0.iter().find(|place| place.domain == *domain)?.state {
            State::Known(Found::Record(record)) => Some(Arc::clone(record)),
            _ => None,
        }
    }

    /// The highest domain that may be the organizational domain of `start`, or that above it, given what is known.
    pub(super) fn highest(&self, start: &Name) -> Name {
        let is_nothing = |domain: &Name| {
            let place = self.0.iter().find(|place| place.domain == *domain);
            place.is_some_and(|place| matches!(place.state, State::Known(Found::Nothing)))
        };
        targets(start).filter(|domain| !is_nothing(domain)).last().unwrap_or_else(|| start.clone())
    }

    /// Walks from `start` over what is known. That it cannot be known is told when everything is answered, so that the order
    /// of the answers decides nothing.
    pub(super) fn organization(&self, start: &Name) -> Organization {
        let (mut found, mut failed) = (Vec::new(), false);
        for domain in targets(start) {
            match self.0.iter().find(|place| place.domain == domain).map(|place| &place.state) {
                Some(State::Known(Found::Record(record))) => {
                    let last = record.public_suffix != PublicSuffix::Undeclared;
                    found.push((domain, Arc::clone(record)));
                    if last && !failed {
                        break;
                    }
                }
                Some(State::Known(Found::Nothing)) => {}
                Some(State::Known(Found::Error)) => failed = true,
                _ => return Organization::Open,
            }
        }
        if failed {
            return Organization::Unknown;
        }
        Organization::Domain { domain: organizational_domain(start, &found), found }
    }
}

/// The organizational domain of `start`, given what its walk has found (RFC 9989 section 4.10.2).
fn organizational_domain(start: &Name, found: &[(Name, Arc<Record>)]) -> Name {
    for (domain, record) in found {
        match record.public_suffix {
            PublicSuffix::No => return domain.clone(),
            PublicSuffix::Yes if domain != start => return start.last_labels(domain.label_count() + 1),
            _ => {}
        }
    }
    found.last().map_or_else(|| start.clone(), |(domain, _)| domain.clone())
}
