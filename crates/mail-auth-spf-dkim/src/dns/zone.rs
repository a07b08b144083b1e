use alloc::collections::BTreeMap;

use super::{Answer, DnsError, Name, RecordType, Records};

/// A part of the DNS in memory, for tests and for work without a network.
///
/// A name that nobody added does not exist; a name that was added lacks what was not added for it. A name above an
/// added one exists, as in the DNS (an empty non-terminal, RFC 8020).
#[derive(Debug, Clone, Default)]
pub struct Zone {
    names: BTreeMap<Name, BTreeMap<RecordType, Result<Records, DnsError>>>,
    aliases: BTreeMap<Name, Name>,
    failing_label: Option<&'static str>,
}

/// How many aliases lead from one to the next.
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

    /// Makes `name` an alias (`CNAME`) of `target`: what it has not itself is looked for there.
    pub fn insert_alias(&mut self, name: Name, target: Name) {
        self.insert_name(name.clone());
        self.aliases.insert(name, target);
    }

    /// Whether `name` was added.
    #[cfg(feature = "zone")]
    pub(super) fn has(&self, name: &Name) -> bool {
        self.names.contains_key(name)
    }

    /// The answer that a resolver would give. Where more than eight aliases lead from one to the next there is no data.
    pub fn lookup(&self, name: &Name, record_type: RecordType) -> Answer<'_> {
        let mut name = name;
        for _ in 0..=LONGEST_CHAIN {
            match (self.without_aliases(name, record_type), self.aliases.get(name)) {
                (Err(DnsError::NoData), Some(target)) => name = target,
                (answer, _) => return answer,
            }
        }
        Err(DnsError::NoData)
    }

    fn without_aliases(&self, name: &Name, record_type: RecordType) -> Answer<'_> {
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
