use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use mail_auth_spf_dkim::dns::{DnsError, Name, RecordType, Records};
use mail_wire::Instant;

use super::Found;

/// Answers that are still valid, by name and type. It reads no clock: whoever uses it says what time it is.
///
/// When it is full, what was not used for longest makes room. What the DNS could not say is never kept: a name that could
/// not be resolved is asked for again.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use mail_auth_spf_dkim::dns::{Name, RecordType, Records};
/// use mail_tokio::dns::{Cache, CacheLimits};
/// use mail_wire::Instant;
///
/// let mut cache = Cache::new(CacheLimits::default());
/// let name = Name::parse("example.org").unwrap();
/// let found = Ok(Arc::new(Records::text("v=spf1 -all")));
/// cache.insert(Instant::EPOCH, name.clone(), RecordType::Txt, &found, Duration::from_secs(60));
///
/// let later = |seconds| Instant::EPOCH + Duration::from_secs(seconds);
/// assert_eq!(cache.get(later(59), &name, RecordType::Txt), Some(found));
/// assert_eq!(cache.get(later(60), &name, RecordType::Txt), None);
/// ```
#[derive(Debug)]
pub struct Cache {
    limits: CacheLimits,
    entries: HashMap<(Name, RecordType), Entry>,
    /// The same entries by their last use, oldest first.
    by_use: BTreeMap<u64, (Name, RecordType)>,
    uses: u64,
}

#[derive(Debug)]
struct Entry {
    found: Found,
    expires: Instant,
    used: u64,
}

/// What a [`Cache`] may cost, and how long it believes what it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheLimits {
    /// How many answers are kept. Default: 4,096.
    pub entries: usize,
    /// How large an answer is kept, in octets that its records take in memory. A larger one is asked for again each time.
    /// Default: 8,192.
    pub octets: usize,
    /// How long records are kept, whatever their time to live. Default: a day.
    pub longest: Duration,
    /// How long it is remembered that there are none. Default: an hour (RFC 2308 section 5).
    pub longest_absence: Duration,
}

impl Default for CacheLimits {
    fn default() -> Self {
        Self {
            entries: 4096,
            octets: 8192,
            longest: Duration::from_secs(24 * 60 * 60),
            longest_absence: Duration::from_secs(60 * 60),
        }
    }
}

impl Cache {
    /// A cache with nothing in it.
    pub fn new(limits: CacheLimits) -> Self {
        Self { limits, entries: HashMap::new(), by_use: BTreeMap::new(), uses: 0 }
    }

    /// How many answers are kept, those included that have expired and were not asked for since.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What is known at `now`.
    pub fn get(&mut self, now: Instant, name: &Name, record_type: RecordType) -> Option<Found> {
        let key = (name.clone(), record_type);
        let entry = self.entries.get_mut(&key)?;
        if entry.expires <= now {
            let used = entry.used;
            self.entries.remove(&key);
            self.by_use.remove(&used);
            return None;
        }
        self.by_use.remove(&entry.used);
        entry.used = self.uses;
        self.by_use.insert(self.uses, key);
        self.uses += 1;
        Some(entry.found.clone())
    }

    /// Keeps an answer that came at `now` for its time to live, or for as long as the limits allow.
    pub fn insert(&mut self, now: Instant, name: Name, record_type: RecordType, found: &Found, time_to_live: Duration) {
        let longest = match found {
            Ok(records) if octets(records) > self.limits.octets => return,
            Ok(_) => self.limits.longest,
            Err(DnsError::NxDomain | DnsError::NoData) => self.limits.longest_absence,
            Err(_) => return,
        };
        let time_to_live = time_to_live.min(longest);
        if time_to_live.is_zero() || self.limits.entries == 0 {
            return;
        }
        let key = (name, record_type);
        let entry = Entry { found: found.clone(), expires: now + time_to_live, used: self.uses };
        if let Some(earlier) = self.entries.insert(key.clone(), entry) {
            self.by_use.remove(&earlier.used);
        }
        self.by_use.insert(self.uses, key);
        self.uses += 1;
        while self.entries.len() > self.limits.entries {
            let Some((_, oldest)) = self.by_use.pop_first() else { break };
            self.entries.remove(&oldest);
        }
    }
}

/// What the records take, roughly: strangers may send many that are empty.
fn octets(records: &Arc<Records>) -> usize {
    match &**records {
        Records::A(list) => size_of_val(list.as_slice()),
        Records::Aaaa(list) => size_of_val(list.as_slice()),
        Records::Mx(list) => list.iter().map(|mx| size_of_val(mx) + allocated(mx.exchange.as_str().len())).sum(),
        Records::Ptr(list) => list.iter().map(|name| size_of_val(name) + allocated(name.as_str().len())).sum(),
        Records::Txt(list) => list.iter().map(|text| size_of_val(text) + allocated(text.len())).sum(),
        // A type that is not known here is not kept.
        _ => usize::MAX,
    }
}

/// What an allocation of so many octets takes, roughly.
const fn allocated(octets: usize) -> usize {
    octets + 16
}
