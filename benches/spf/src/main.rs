//! Whole SPF checks: policies read before, and policies read each time.
#![forbid(unsafe_code)]

mod spf_peer;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use harness::Group;
use mail_auth_spf_dkim::dns::{DnsError, Name, Records};
use mail_auth_spf_dkim::spf::{Client, Evaluation, Limits, NoPolicy, Record};
use mail_wire::Instant;

use spf_peer::Peer;

/// A policy with three includes, each of eight IPv4 and three IPv6 networks.
fn policies() -> Vec<(String, String)> {
    let mut policies = vec![(
        "example.com".to_owned(),
        "v=spf1 include:_spf1.example.net include:_spf2.example.net include:_spf3.example.net -all".to_owned(),
    )];
    for include in 1..=3 {
        let ip4: String = (0..8).map(|n| format!("ip4:198.51.{}.{}/28 ", include * 10 + n, n * 16)).collect();
        let ip6: String = (0..3).map(|n| format!("ip6:2001:db8:{include}:{n}::/64 ")).collect();
        policies.push((format!("_spf{include}.example.net"), format!("v=spf1 {ip4}{ip6}~all")));
    }
    policies
}

/// What a program would keep: a table behind a lock.
struct Cached<V>(Mutex<HashMap<Name, V>>);

impl<V: Clone> Cached<V> {
    fn get(&self, name: &Name) -> Option<V> {
        self.0.lock().ok()?.get(name).cloned()
    }
}

fn check(address: IpAddr, mut answer: impl FnMut(&mut Evaluation) -> Option<()>) -> u64 {
    let client = Client::new(address, "mail.example.com");
    let mut evaluation = Evaluation::mail_from(Instant::EPOCH, &client, "ann@example.com", &Limits::default());
    while answer(&mut evaluation).is_some() {}
    evaluation.outcome().map_or(9, |outcome| match outcome.result.as_str() {
        "pass" => 1,
        "fail" => 2,
        _ => 3,
    })
}

fn main() {
    let policies = policies();
    let name = |text: &str| Name::parse(text).expect("a name");
    let parsed = |text: &str| Arc::new(Record::parse(text.as_bytes()).expect("a policy"));
    let records = Cached(Mutex::new(policies.iter().map(|(n, text)| (name(n), parsed(text))).collect()));
    let texts: HashMap<Name, Records> = policies.iter().map(|(n, text)| (name(n), text.as_str().into())).collect();
    let peer = Peer::new(&policies);

    for (title, address) in [("pass in the third include", "198.51.37.114"), ("fail", "203.0.113.9")] {
        let address: IpAddr = address.parse().expect("an address");
        let cached = || {
            check(address, |evaluation| {
                let query = evaluation.poll_query_ref()?;
                let (id, policy) = (query.id, records.get(&query.name).ok_or(NoPolicy::None));
                evaluation.handle_policy(Instant::EPOCH, id, policy);
                Some(())
            })
        };
        let read = || {
            check(address, |evaluation| {
                let query = evaluation.poll_query_ref()?;
                let (id, answer) = (query.id, texts.get(&query.name).ok_or(DnsError::NxDomain));
                evaluation.handle_answer(Instant::EPOCH, id, answer);
                Some(())
            })
        };
        Group::new(&format!("policies read before: {title}"), 1)
            .same_work()
            .contender("mail-auth 0.15.1", || peer.check(address))
            .contender("ours", cached)
            .run();
        Group::new(&format!("policies read each time: {title}"), 1)
            .same_work()
            .contender("mail-auth 0.15.1", || {
                peer.read(&policies);
                peer.check(address)
            })
            .contender("ours", read)
            .run();
    }
    Group::new("reading the four policies", policies.len())
        .contender("mail-auth 0.15.1", || peer.read(&policies))
        .contender("ours", || policies.iter().map(|(_, text)| u64::from(Record::parse(text.as_bytes()).is_ok())).sum())
        .run();
}
