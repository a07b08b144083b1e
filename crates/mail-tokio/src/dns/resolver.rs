use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError as HickoryDnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{self, RData};
use hickory_resolver::{ResolverBuilder, TokioResolver};
use mail_auth_spf_dkim::dns::{DnsError, MailExchange, Name, RecordType, Records};
use mail_wire::Clock;

use super::{Cache, CacheLimits, Found, Resolve};

/// Asks name servers, over UDP and, for what does not fit, TCP; keeps what they answer.
///
/// A clone shares the connections and the cache. It asks for names as they are: no search domain is appended, and no file
/// of hosts is looked at; names that are this machine's or nobody's (`localhost`, `invalid`, `onion`; RFC 6761) are not asked
/// for. DNSSEC is left to the name server: one that finds an answer bogus answers SERVFAIL, which is
/// [`DnsError::Temporary`].
///
/// # Example: name servers of one's own
///
/// ```
/// use mail_tokio::dns::{Resolver, ResolverSettings};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let resolver = Resolver::with_servers(&["127.0.0.1:5353".parse().unwrap()], &ResolverSettings::default())?;
/// # drop(resolver);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Resolver(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    hickory: TokioResolver,
    cache: Mutex<Cache>,
    clock: Clock,
}

/// How a [`Resolver`] asks, and what it keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResolverSettings {
    /// How long a name server has for an answer. Default: 3 s.
    pub patience: Duration,
    /// How often a question is asked again when no answer came. Default: once.
    pub retries: usize,
    /// What the cache may cost.
    pub cache: CacheLimits,
}

impl Default for ResolverSettings {
    fn default() -> Self {
        Self { patience: Duration::from_secs(3), retries: 1, cache: CacheLimits::default() }
    }
}

impl Resolver {
    /// A resolver that asks the system's name servers.
    ///
    /// # Errors
    ///
    /// When the system does not say which they are.
    pub fn system(settings: &ResolverSettings) -> io::Result<Self> {
        Self::build(TokioResolver::builder_tokio().map_err(io::Error::other)?, settings)
    }

    /// A resolver that asks these name servers.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn with_servers(servers: &[SocketAddr], settings: &ResolverSettings) -> io::Result<Self> {
        if servers.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no name server is given"));
        }
        let server = |address: &SocketAddr| {
            let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
                connection.port = address.port();
                connection
            });
            NameServerConfig::new(address.ip(), true, connections.into())
        };
        let config = ResolverConfig::from_parts(None, Vec::new(), servers.iter().map(server).collect());
        Self::build(TokioResolver::builder_with_config(config, TokioRuntimeProvider::default()), settings)
    }

    fn build(mut builder: ResolverBuilder<TokioRuntimeProvider>, settings: &ResolverSettings) -> io::Result<Self> {
        let options: &mut ResolverOpts = builder.options_mut();
        options.timeout = settings.patience;
        options.attempts = settings.retries;
        options.use_hosts_file = ResolveHosts::Never;
        // Aliases count for how long records are valid; where there are none, what the name server says of that alone.
        options.preserve_intermediates = true;
        // One cache is enough, and it has limits of its own.
        options.cache_size = 0;
        options.positive_max_ttl = Some(Duration::from_secs(u32::MAX.into()));
        let hickory = builder.build().map_err(io::Error::other)?;
        let cache = Mutex::new(Cache::new(settings.cache));
        Ok(Self(Arc::new(Inner { hickory, cache, clock: Clock::start() })))
    }

    /// An answer, and how many seconds it is valid.
    async fn ask(&self, name: &Name, record_type: RecordType) -> (Found, u32) {
        let Some((code, absolute)) = type_code(record_type).zip(absolute(name)) else {
            return (Err(DnsError::Temporary), 0);
        };
        match self.0.hickory.lookup(absolute.clone(), code).await {
            Ok(lookup) => {
                let owners = owners(&absolute, lookup.answers());
                let own = || lookup.answers().iter().filter(|record| owners.contains(&&record.name));
                let valid = own().map(|record| seconds(record.ttl)).min().unwrap_or(0);
                let records = records(record_type, own().map(|record| &record.data));
                (if records.is_empty() { Err(DnsError::NoData) } else { Ok(Arc::new(records)) }, valid)
            }
            Err(NetError::Dns(HickoryDnsError::NoRecordsFound(none))) => {
                let error = match none.response_code {
                    ResponseCode::NXDomain => DnsError::NxDomain,
                    ResponseCode::NoError => DnsError::NoData,
                    _ => DnsError::Temporary,
                };
                (Err(error), seconds(none.negative_ttl.unwrap_or(0)))
            }
            Err(_) => (Err(DnsError::Temporary), 0),
        }
    }
}

impl Resolve for Resolver {
    async fn resolve(&self, name: Name, record_type: RecordType) -> Found {
        let Inner { cache, clock, .. } = &*self.0;
        let cache = || cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = cache().get(clock.now(), &name, record_type) {
            return found;
        }
        let (found, seconds) = self.ask(&name, record_type).await;
        cache().insert(clock.now(), name, record_type, &found, Duration::from_secs(seconds.into()));
        found
    }
}

fn type_code(record_type: RecordType) -> Option<rr::RecordType> {
    Some(match record_type {
        RecordType::A => rr::RecordType::A,
        RecordType::Aaaa => rr::RecordType::AAAA,
        RecordType::Mx => rr::RecordType::MX,
        RecordType::Ptr => rr::RecordType::PTR,
        RecordType::Txt => rr::RecordType::TXT,
        _ => return None,
    })
}

/// The name from the root. The labels are taken as they are: an SPF macro may make labels that no host has.
fn absolute(name: &Name) -> Option<rr::Name> {
    let mut absolute = rr::Name::from_labels(name.labels().map(str::as_bytes)).ok()?;
    absolute.set_fqdn(true);
    Some(absolute)
}

/// The name that was asked for, and those that it is an alias of: others in an answer have said nothing that was asked.
fn owners<'a>(asked: &'a rr::Name, answers: &'a [rr::Record]) -> Vec<&'a rr::Name> {
    let mut owners = vec![asked];
    while let Some(RData::CNAME(alias)) = answers
        .iter()
        .filter(|record| owners.last() == Some(&&record.name))
        .map(|record| &record.data)
        .find(|data| matches!(data, RData::CNAME(_)))
        && !owners.contains(&&alias.0)
    {
        owners.push(&alias.0);
    }
    owners
}

/// A time to live. One with the highest bit is none at all (RFC 2181 section 8).
fn seconds(time_to_live: u32) -> u32 {
    if time_to_live > i32::MAX as u32 { 0 } else { time_to_live }
}

/// A name out of an answer; `None` if it has labels that a [`Name`] cannot have.
fn relative(name: &rr::Name) -> Option<Name> {
    let mut text = String::new();
    for label in name.iter() {
        if label.contains(&b'.') {
            return None;
        }
        text.push_str(std::str::from_utf8(label).ok()?);
        text.push('.');
    }
    Name::for_query(if text.is_empty() { "." } else { &text }).ok()
}

/// The records of the type that was asked for. The aliases on the way to them are left out, and so are names that can be
/// no host's.
fn records<'a>(record_type: RecordType, data: impl Iterator<Item = &'a RData>) -> Records {
    let (mut a, mut aaaa, mut mx, mut ptr, mut txt) = (vec![], vec![], vec![], vec![], vec![]);
    for data in data {
        match data {
            RData::A(address) => a.push(Ipv4Addr::from(*address)),
            RData::AAAA(address) => aaaa.push(Ipv6Addr::from(*address)),
            RData::MX(exchange) => mx.extend(
                relative(&exchange.exchange)
                    .map(|name| MailExchange { preference: exchange.preference, exchange: name }),
            ),
            RData::PTR(target) => ptr.extend(relative(&target.0)),
            RData::TXT(text) => txt.push(text.txt_data.concat()),
            _ => {}
        }
    }
    match record_type {
        RecordType::A => Records::A(a),
        RecordType::Aaaa => Records::Aaaa(aaaa),
        RecordType::Mx => Records::Mx(mx),
        RecordType::Ptr => Records::Ptr(ptr),
        _ => Records::Txt(txt),
    }
}
