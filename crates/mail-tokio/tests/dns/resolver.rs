//! The resolver, against a name server on loopback.

use std::sync::Arc;
use std::time::Duration;

use mail_auth_spf_dkim::dns::{DnsError, MailExchange, Name, RecordType, Records, Zone};
use mail_auth_spf_dkim::spf::{Client, Evaluation, Limits, SpfResult};
use mail_tokio::dns::{Found, Lookups, Resolve, Resolver, ResolverSettings};
use mail_wire::Clock;

use super::name;
use super::name_server::{Known, NameServer};

async fn start(known: Known) -> (NameServer, Resolver) {
    let server = NameServer::start(known).await.unwrap();
    let mut settings = ResolverSettings::default();
    settings.patience = Duration::from_millis(200);
    settings.retries = 0;
    let resolver = Resolver::with_servers(&[server.address], &settings).unwrap();
    (server, resolver)
}

fn found(records: Records) -> Found {
    Ok(Arc::new(records))
}

/// What is in the zone is what is found.
async fn round_trip(at: &str, records: Records) {
    let (_server, resolver) = start(Known::new(Zone::new().with(name(at), records.clone()))).await;
    assert_eq!(resolver.resolve(name(at), records.record_type()).await, found(records));
}

#[tokio::test]
async fn records_of_every_type() {
    round_trip("a.example", Records::A(vec![[192, 0, 2, 1].into(), [192, 0, 2, 2].into()])).await;
    round_trip("a.example", Records::address("2001:db8::1".parse().unwrap())).await;
    let exchange = |preference, host: &str| MailExchange { preference, exchange: name(host) };
    round_trip("a.example", Records::Mx(vec![exchange(10, "mx.example"), exchange(0, ".")])).await;
    round_trip("1.2.0.192.in-addr.arpa", Records::Ptr(vec![name("mail.example"), name("b.example")])).await;
    round_trip("a.example", Records::text("v=spf1 -all")).await;
}

#[tokio::test]
async fn the_strings_of_a_text_are_joined_as_octets() {
    let octets: Vec<u8> = (0..=255).cycle().take(700).collect();
    round_trip("a.example", Records::text(octets)).await;
    round_trip("a.example", Records::Txt(vec![b"one".to_vec(), Vec::new(), b"two".to_vec()])).await;
}

#[tokio::test]
async fn what_does_not_fit_is_asked_for_by_tcp() {
    round_trip("a.example", Records::text("x".repeat(20_000))).await;
}

#[tokio::test]
async fn names_that_no_host_has_can_be_asked_for() {
    for odd in ["a b.example", "\"q\\uote\".example", "_spf.example", "a;b$(c).example", "*.example"] {
        round_trip(odd, Records::text("here")).await;
    }
}

#[tokio::test]
async fn absence_and_failure_are_told_apart() {
    let mut zone = Zone::new().with(name("a.example"), Records::text("here"));
    zone.insert_error(name("broken.example"), RecordType::Txt, DnsError::Temporary);
    let (_server, resolver) = start(Known::new(zone)).await;
    assert_eq!(resolver.resolve(name("nowhere.example"), RecordType::Txt).await, Err(DnsError::NxDomain));
    assert_eq!(resolver.resolve(name("a.example"), RecordType::Mx).await, Err(DnsError::NoData));
    assert_eq!(resolver.resolve(name("example"), RecordType::Txt).await, Err(DnsError::NoData));
    assert_eq!(resolver.resolve(name("broken.example"), RecordType::Txt).await, Err(DnsError::Temporary));
}

#[tokio::test]
async fn a_silent_server_is_a_temporary_error() {
    let mut known = Known::new(Zone::new());
    known.silent = true;
    let (_server, resolver) = start(known).await;
    assert_eq!(resolver.resolve(name("a.example"), RecordType::A).await, Err(DnsError::Temporary));
}

#[tokio::test]
async fn aliases_are_followed_and_a_loop_of_them_is_nothing() {
    let mut known = Known::new(Zone::new().with(name("real.example"), Records::text("here")));
    for (alias, target) in
        [("one.example", "two.example"), ("two.example", "real.example"), ("lost.example", "nowhere.example")]
    {
        known.aliases.insert(name(alias), name(target));
    }
    known.aliases.insert(name("loop.example"), name("pool.example"));
    known.aliases.insert(name("pool.example"), name("loop.example"));
    let (_server, resolver) = start(known).await;
    let lookup = |text: &str| resolver.resolve(name(text), RecordType::Txt);
    assert_eq!(lookup("one.example").await, found(Records::text("here")));
    assert_eq!(lookup("lost.example").await, Err(DnsError::NxDomain));
    assert_eq!(lookup("loop.example").await, Err(DnsError::NoData));
}

#[tokio::test]
async fn what_is_known_is_not_asked_for_again() {
    let (server, resolver) = start(Known::new(Zone::new().with(name("a.example"), Records::text("here")))).await;
    for _ in 0..3 {
        assert_eq!(resolver.resolve(name("A.example"), RecordType::Txt).await, found(Records::text("here")));
        assert_eq!(resolver.clone().resolve(name("b.example"), RecordType::Txt).await, Err(DnsError::NxDomain));
    }
    assert_eq!(server.questions(), 2);
}

/// One with the highest bit is as one of zero (RFC 2181 section 8).
#[tokio::test]
async fn a_time_to_live_of_zero_is_asked_for_each_time() {
    for time_to_live in [0, 0x8000_0000, u32::MAX] {
        let mut known = Known::new(Zone::new().with(name("a.example"), Records::text("here")));
        known.time_to_live = time_to_live;
        let (server, resolver) = start(known).await;
        for _ in 0..3 {
            assert_eq!(resolver.resolve(name("a.example"), RecordType::Txt).await, found(Records::text("here")));
        }
        assert_eq!(server.questions(), 3, "{time_to_live}");
    }
}

#[tokio::test]
async fn records_of_another_name_are_no_answer() {
    let mut known = Known::new(Zone::new().with(name("a.example"), Records::text("here")));
    known.aliases.insert(name("one.example"), name("A.example"));
    known.stray = Some((name("b.example"), Records::text("there")));
    let (_server, resolver) = start(known).await;
    let lookup = |text: &str| resolver.resolve(name(text), RecordType::Txt);
    assert_eq!(lookup("a.example").await, found(Records::text("here")));
    assert_eq!(lookup("one.example").await, found(Records::text("here")));
}

#[tokio::test]
async fn a_machine_is_driven_to_its_end() {
    let zone = Zone::new()
        .with(name("example.org"), Records::text("v=spf1 include:_spf.example.net -all"))
        .with(name("_spf.example.net"), Records::text("v=spf1 a:one.example.net a:two.example.net ~all"))
        .with(name("one.example.net"), Records::A(vec![[192, 0, 2, 1].into()]))
        .with(name("two.example.net"), Records::A(vec![[192, 0, 2, 2].into()]));
    let (_server, resolver) = start(Known::new(zone)).await;
    let clock = Clock::start();
    let client = Client::new("192.0.2.2".parse().unwrap(), "mail.example.org");
    let mut evaluation = Evaluation::mail_from(clock.now(), &client, "ann@example.org", &Limits::default());
    Lookups::new(resolver, clock).finish(&mut evaluation).await;
    assert_eq!(evaluation.outcome().unwrap().result, SpfResult::Pass);
    assert_eq!(evaluation.outcome().unwrap().domain, Some(Name::parse("example.org").unwrap()));
}

#[test]
fn somebody_must_be_asked() {
    assert!(Resolver::with_servers(&[], &ResolverSettings::default()).is_err());
}
