//! mail-auth with everything in its caches, so that its resolver is never asked.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex};

use peer_mail_auth::dns::cache::{DnsCache, ResolverCache};
use peer_mail_auth::dns::{Mx, Negative, RecordSet, TxtRecord, TxtRecordParser};
use peer_mail_auth::spf::SpfRecord;
use peer_mail_auth::spf::verify::SpfParameters;
use peer_mail_auth::{MessageAuthenticator, Parameters, SpfResult};

struct MapCache<K, V>(Mutex<HashMap<K, V>>);

impl<K, V> Default for MapCache<K, V> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<K: Hash + Eq, V: Clone> ResolverCache<K, V> for MapCache<K, V> {
    fn get<Q: Hash + Eq + ?Sized>(&self, name: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.0.lock().ok()?.get(name).cloned()
    }

    fn remove<Q: Hash + Eq + ?Sized>(&self, name: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.0.lock().ok()?.remove(name)
    }

    fn insert(&self, key: K, value: V, _: std::time::Instant) {
        if let Ok(mut map) = self.0.lock() {
            map.insert(key, value);
        }
    }
}

type Answer<T> = Result<RecordSet<T>, Negative>;

#[derive(Default)]
struct Caches {
    txt: MapCache<Box<str>, TxtRecord>,
    mx: MapCache<Box<str>, Answer<Mx>>,
    ipv4: MapCache<Box<str>, Answer<Ipv4Addr>>,
    ipv6: MapCache<Box<str>, Answer<Ipv6Addr>>,
    ptr: MapCache<IpAddr, Answer<Box<str>>>,
}

impl DnsCache for Caches {
    type Txt = MapCache<Box<str>, TxtRecord>;
    type Mx = MapCache<Box<str>, Answer<Mx>>;
    type Ipv4 = MapCache<Box<str>, Answer<Ipv4Addr>>;
    type Ipv6 = MapCache<Box<str>, Answer<Ipv6Addr>>;
    type Ptr = MapCache<IpAddr, Answer<Box<str>>>;

    fn txt(&self) -> Option<&Self::Txt> {
        Some(&self.txt)
    }
    fn mx(&self) -> Option<&Self::Mx> {
        Some(&self.mx)
    }
    fn ipv4(&self) -> Option<&Self::Ipv4> {
        Some(&self.ipv4)
    }
    fn ipv6(&self) -> Option<&Self::Ipv6> {
        Some(&self.ipv6)
    }
    fn ptr(&self) -> Option<&Self::Ptr> {
        Some(&self.ptr)
    }
}

pub struct Peer {
    runtime: tokio::runtime::Runtime,
    authenticator: MessageAuthenticator,
    caches: Caches,
}

impl Peer {
    pub fn new(policies: &[(String, String)]) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let authenticator = runtime.block_on(async { MessageAuthenticator::new_system_conf().expect("a resolver") });
        let caches = Caches::default();
        for (name, text) in policies {
            let record = SpfRecord::parse(text.as_bytes()).expect("a policy");
            let name = format!("{name}.").into_boxed_str();
            caches.txt.insert(name, TxtRecord::Spf(Arc::new(record)), std::time::Instant::now());
        }
        Self { runtime, authenticator, caches }
    }

    pub fn check(&self, address: IpAddr) -> u64 {
        let parameters = SpfParameters::mail_from(address, "mail.example.com", "mx.example.org", "ann@example.com");
        let parameters = Parameters::new(parameters).with_cache(&self.caches);
        let output = self.runtime.block_on(self.authenticator.verify_spf(parameters));
        match output.result() {
            SpfResult::Pass => 1,
            SpfResult::Fail => 2,
            _ => 3,
        }
    }

    pub fn read(&self, policies: &[(String, String)]) -> u64 {
        let read = |text: &str| u64::from(SpfRecord::parse(text.as_bytes()).is_ok());
        policies.iter().map(|(_, text)| read(text)).sum()
    }
}
