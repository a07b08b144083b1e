//! Time to live, and what it costs.

use std::sync::Arc;
use std::time::Duration;

use mail_auth_spf_dkim::dns::{DnsError, MailExchange, Name, RecordType, Records};
use mail_tokio::dns::{Cache, CacheLimits, Found};
use mail_wire::Instant;

use super::name;

fn at(seconds: u64) -> Instant {
    Instant::since_epoch(Duration::from_secs(seconds))
}

fn text(text: &str) -> Found {
    Ok(Arc::new(Records::text(text)))
}

fn cache(change: impl FnOnce(&mut CacheLimits)) -> Cache {
    let mut limits = CacheLimits::default();
    change(&mut limits);
    Cache::new(limits)
}

/// Puts an answer in at second 0 and tells how long it stays.
fn kept(cache: &mut Cache, found: &Found, time_to_live: u64) -> u64 {
    let name = name("example.org");
    cache.insert(at(0), name.clone(), RecordType::Txt, found, Duration::from_secs(time_to_live));
    let mut seconds = 0;
    while cache.get(at(seconds), &name, RecordType::Txt).is_some() {
        seconds += 1;
    }
    seconds
}

#[test]
fn records_stay_for_their_time_to_live() {
    assert_eq!(kept(&mut cache(|_| {}), &text("one"), 300), 300);
}

#[test]
fn a_time_to_live_of_zero_is_not_kept() {
    let mut cache = cache(|_| {});
    assert_eq!(kept(&mut cache, &text("one"), 0), 0);
    assert!(cache.is_empty());
}

#[test]
fn no_time_to_live_is_believed_beyond_the_limit() {
    let mut cache = cache(|limits| limits.longest = Duration::from_secs(100));
    assert_eq!(kept(&mut cache, &text("one"), u64::from(u32::MAX)), 100);
}

#[test]
fn absence_is_remembered_with_a_limit_of_its_own() {
    for error in [DnsError::NxDomain, DnsError::NoData] {
        let mut cache = cache(|limits| limits.longest_absence = Duration::from_secs(50));
        assert_eq!(kept(&mut cache, &Err(error), 20), 20);
        assert_eq!(kept(&mut cache, &Err(error), 3600), 50);
    }
}

#[test]
fn what_could_not_be_resolved_is_not_remembered() {
    let mut cache = cache(|_| {});
    assert_eq!(kept(&mut cache, &Err(DnsError::Temporary), 3600), 0);
    assert!(cache.is_empty());
}

#[test]
fn what_expired_is_gone_when_it_is_asked_for() {
    let mut cache = cache(|_| {});
    cache.insert(at(0), name("a.example"), RecordType::Txt, &text("one"), Duration::from_secs(5));
    assert_eq!(cache.len(), 1);
    assert_eq!(cache.get(at(5), &name("a.example"), RecordType::Txt), None);
    assert!(cache.is_empty());
}

#[test]
fn names_and_types_are_told_apart_and_case_is_not() {
    let mut cache = cache(|_| {});
    cache.insert(at(0), name("a.example"), RecordType::Txt, &text("one"), Duration::from_secs(5));
    assert_eq!(cache.get(at(1), &name("A.EXAMPLE."), RecordType::Txt), Some(text("one")));
    assert_eq!(cache.get(at(1), &name("a.example"), RecordType::A), None);
    assert_eq!(cache.get(at(1), &name("b.example"), RecordType::Txt), None);
}

#[test]
fn a_newer_answer_takes_the_place_of_an_older_one() {
    let mut cache = cache(|_| {});
    cache.insert(at(0), name("a.example"), RecordType::Txt, &text("one"), Duration::from_secs(5));
    cache.insert(at(1), name("a.example"), RecordType::Txt, &text("two"), Duration::from_secs(5));
    assert_eq!(cache.len(), 1);
    assert_eq!(cache.get(at(5), &name("a.example"), RecordType::Txt), Some(text("two")));
}

#[test]
fn when_it_is_full_the_longest_unused_makes_room() {
    let mut cache = cache(|limits| limits.entries = 2);
    let minute = Duration::from_secs(60);
    cache.insert(at(0), name("a.example"), RecordType::Txt, &text("a"), minute);
    cache.insert(at(0), name("b.example"), RecordType::Txt, &text("b"), minute);
    assert!(cache.get(at(1), &name("a.example"), RecordType::Txt).is_some());
    cache.insert(at(2), name("c.example"), RecordType::Txt, &text("c"), minute);
    assert_eq!(cache.get(at(3), &name("b.example"), RecordType::Txt), None);
    assert_eq!(cache.get(at(3), &name("a.example"), RecordType::Txt), Some(text("a")));
    assert_eq!(cache.get(at(3), &name("c.example"), RecordType::Txt), Some(text("c")));
}

/// A stranger who sends mail under ever new names must not make the cache grow.
#[test]
fn it_does_not_grow_beyond_its_limits() {
    let mut cache = cache(|limits| limits.entries = 100);
    for number in 0..10_000 {
        let name = name(&format!("{number}.example"));
        cache.insert(at(number), name, RecordType::Txt, &text("x"), Duration::from_secs(86_400));
        assert!(cache.len() <= 100);
    }
    assert!(kept(&mut cache, &text(&"x".repeat(8000)), 300) > 0);
    assert_eq!(kept(&mut cache, &text(&"x".repeat(8200)), 300), 0, "a large answer is not kept");
    // What is empty takes memory as well.
    let many =
        |record: Records| assert_eq!(kept(&mut Cache::new(CacheLimits::default()), &Ok(Arc::new(record)), 300), 0);
    many(Records::Txt(vec![Vec::new(); 300]));
    many(Records::Ptr(vec![Name::root(); 300]));
    many(Records::Mx(vec![MailExchange { preference: 0, exchange: Name::root() }; 300]));
    many(Records::A(vec![[0; 4].into(); 2100]));
    assert_eq!(
        kept(
            &mut Cache::new({
                let mut limits = CacheLimits::default();
                limits.entries = 0;
                limits
            }),
            &text("x"),
            300
        ),
        0
    );
}
