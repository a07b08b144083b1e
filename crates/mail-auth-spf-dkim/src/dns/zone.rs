use alloc::collections::BTreeMap;

use super::{Answer, DnsError, Name, RecordType, Records};

/// A part of the DNS in memory, for tests and for work without a network.
///
/// A name that nobody added does not exist; a name that was added lacks what was not added for it. A name above an
/// added one exists, as in the DNS (an empty non-terminal, RFC 8020).
#[derive(Debug, Clone, Default)]
pub struct Zone {
    names: BTreeMap<Name, BTreeMap<RecordType, Result<Records, DnsError>>>,
    failing_label: Option<&'static str>,
}

/// How many aliases lead from one to the next.
#[cfg(feature = "zone")]
const LONGEST_CHAIN: usize = 8;

impl Zone {
    /// An empty zone: every name does not exist.
    pub fn new() -> Self {
        Self::default()
    }

    /// The zone with `records` at `name`, in place of those of the same type that were there.
    #[must_use]
    pub fn with(mut self, name: Name, records: Records) -> Self {
        self.insert(name, records);
        self
    }

    /// Puts `records` at `name`, in place of those of the same type that were there.
    pub fn insert(&mut self, name: Name, records: Records) {
        self.names.entry(name).or_default().insert(records.record_type(), Ok(records));
    }

    /// Makes questions for this type at `name` fail with `error`.
    pub fn insert_error(&mut self, name: Name, record_type: RecordType, error: DnsError) {
        self.names.entry(name).or_default().insert(record_type, Err(error));
    }

    /// Makes `name` exist, whether or not it has records.
    pub fn insert_name(&mut self, name: Name) {
        self.names.entry(name).or_default();
    }

    /// Makes every question fail that is for an unknown name with this leftmost label.
    #[cfg(feature = "zone")]
    pub(super) fn fail_under(&mut self, label: &'static str) {
        self.failing_label = Some(label);
    }

    /// Gives each name what the one has that it is an alias of, and so on, but for the types that it has itself.
    #[cfg(feature = "zone")]
    pub(super) fn follow(&mut self, aliases: &BTreeMap<Name, Name>) {
        for (alias, target) in aliases {
            let mut target = Some(target);
            for _ in 0..LONGEST_CHAIN {
                let Some(records) = target.and_then(|target| self.names.get(target)).cloned() else { break };
                let own = self.names.entry(alias.clone()).or_default();
                for (record_type, answer) in records {
                    own.entry(record_type).or_insert(answer);
                }
                target = target.and_then(|target| aliases.get(target));
            }
        }
    }

    /// The answer that a resolver would give.
    pub fn lookup(&self, name: &Name, record_type: RecordType) -> Answer<'_> {
        match self.names.get(name) {
            Some(records) => match records.get(&record_type) {
                Some(Ok(records)) => Ok(records),
                Some(Err(error)) => Err(*error),
                None => Err(DnsError::NoData),
            },
            None if self.failing_label.is_some_and(|label| name.labels().next() == Some(label)) => {
                Err(DnsError::Temporary)
            }
            None if self.names.keys().any(|known| known.is_within(name)) => Err(DnsError::NoData),
            None => Err(DnsError::NxDomain),
        }
    }
}
