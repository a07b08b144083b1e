//! The driver: concurrency, order, deadlines.

use std::future::{Future, pending};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::authenticate::{Receiver, Session, Settings};
use mail_auth_spf_dkim::crypto::default_provider;
use mail_auth_spf_dkim::dns::{DnsError, MailExchange, Name, RecordType, Records, Zone};
use mail_auth_spf_dkim::spf::{Client, Evaluation, Limits, SpfResult};
use mail_tokio::dns::{Found, Lookups, Resolve};
use mail_wire::Clock;
use tokio::sync::Semaphore;

use super::name;

fn evaluation(clock: &Clock, limits: &Limits) -> Evaluation {
    let client = Client::new("192.0.2.9".parse().unwrap(), "mail.example.org");
    Evaluation::mail_from(clock.now(), &client, "ann@example.org", limits)
}

/// A policy with ten mail exchangers, the last of which is the client: ten questions that do not depend on each other.
fn ten_exchangers() -> Zone {
    let exchanger =
        |number: u16| MailExchange { preference: number, exchange: name(&format!("mx{number}.example.org")) };
    let mut zone = Zone::new()
        .with(name("example.org"), Records::text("v=spf1 mx -all"))
        .with(name("example.org"), Records::Mx((0..10).map(exchanger).collect()));
    for number in 0..10 {
        let address = if number == 9 { [192, 0, 2, 9] } else { [198, 51, 100, number] };
        zone.insert(name(&format!("mx{number}.example.org")), Records::A(vec![address.into()]));
    }
    zone
}

#[tokio::test]
async fn a_zone_answers() {
    let clock = Clock::start();
    let mut evaluation = evaluation(&clock, &Limits::default());
    Lookups::new(Arc::new(ten_exchangers()), clock).finish(&mut evaluation).await;
    assert_eq!(evaluation.outcome().unwrap().result, SpfResult::Pass);
}

/// Answers nothing about addresses until `together` questions are open, and notes how many there ever were.
#[derive(Clone)]
struct Together {
    zone: Arc<Zone>,
    gate: Arc<Semaphore>,
    open: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    together: usize,
}

impl Resolve for Together {
    async fn resolve(&self, name: Name, record_type: RecordType) -> Found {
        if record_type == RecordType::A {
            let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(open, Ordering::SeqCst);
            if open == self.together {
                self.gate.add_permits(100);
            }
            self.gate.acquire().await.unwrap().forget();
            self.open.fetch_sub(1, Ordering::SeqCst);
        }
        self.zone.resolve(name, record_type).await
    }
}

#[tokio::test]
async fn independent_questions_are_resolved_at_the_same_time_up_to_the_limit() {
    for (at_most, together) in [(4, 4), (16, 10)] {
        let resolver = Together {
            zone: Arc::new(ten_exchangers()),
            gate: Arc::new(Semaphore::new(0)),
            open: Arc::default(),
            most: Arc::default(),
            together,
        };
        let clock = Clock::start();
        let mut evaluation = evaluation(&clock, &Limits::default());
        Lookups::new(resolver.clone(), clock).at_most(at_most).finish(&mut evaluation).await;
        assert_eq!(evaluation.outcome().unwrap().result, SpfResult::Pass);
        assert_eq!(resolver.most.load(Ordering::SeqCst), together);
    }
}

/// Never answers, and tells when nobody waits any more.
#[derive(Clone)]
struct Silent {
    waiting: Arc<()>,
}

impl Resolve for Silent {
    fn resolve(&self, _: Name, _: RecordType) -> impl Future<Output = Found> + Send {
        let waiting = self.waiting.clone();
        async move {
            let _waiting = waiting;
            pending().await
        }
    }
}

#[tokio::test]
async fn the_machines_deadline_ends_what_is_never_answered() {
    let held = Arc::new(());
    let clock = Clock::start();
    let mut limits = Limits::default();
    limits.deadline = Duration::from_millis(20);
    let mut evaluation = evaluation(&clock, &limits);
    let mut lookups = Lookups::new(Silent { waiting: held.clone() }, clock);
    lookups.finish(&mut evaluation).await;
    assert_eq!(evaluation.outcome().unwrap().result, SpfResult::TempError);
    drop(lookups);
    while Arc::strong_count(&held) > 1 {
        tokio::task::yield_now().await;
    }
}

/// Whoever answers for the client's name must not answer for the sender's domain.
#[tokio::test]
async fn a_late_answer_for_one_machine_is_none_for_the_next() {
    #[derive(Clone, Default)]
    struct Late(Arc<tokio::sync::Notify>);
    impl Resolve for Late {
        async fn resolve(&self, name: Name, _: RecordType) -> Found {
            if name.as_str() == "example.org" {
                return Ok(Arc::new(Records::text("v=spf1 -all")));
            }
            self.0.notified().await;
            Ok(Arc::new(Records::text("v=spf1 +all")))
        }
    }

    let (clock, late) = (Clock::start(), Late::default());
    let client = Client::new("192.0.2.9".parse().unwrap(), "evil.example");
    let mut limits = Limits::default();
    limits.deadline = Duration::from_millis(20);
    let mut helo = Evaluation::helo(clock.now(), &client, &limits);
    let mut lookups = Lookups::new(late.clone(), clock);
    lookups.finish(&mut helo).await;
    assert_eq!((helo.outcome().unwrap().result, lookups.open()), (SpfResult::TempError, 0));
    // This one is not finished.
    let mut helo = Evaluation::helo(clock.now(), &client, &limits);
    lookups.proceed(&mut helo);
    assert_eq!(lookups.open(), 1);
    late.0.notify_waiters();
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    let mut mail_from = evaluation(&clock, &Limits::default());
    lookups.finish(&mut mail_from).await;
    assert_eq!(mail_from.outcome().unwrap().result, SpfResult::Fail);
}

/// The second asks first what the first has not asked at all.
#[tokio::test]
async fn one_machine_after_another_asks_all_that_it_wants_to_know() {
    let clock = Clock::start();
    let mut lookups = Lookups::new(Arc::new(Zone::new()), clock);
    for message in ["Subject: x\r\n\r\n", "From: ann@example.org\r\n\r\n", "From: ann@example.org\r\n\r\n"] {
        let client = Client::new("192.0.2.9".parse().unwrap(), "mail.example.org");
        let session = Session::new(UnixTime::new(0), client, "ann@example.org", "mx.example.net").unwrap();
        let mut receiver = Receiver::new(clock.now(), session, default_provider(), &Settings::default());
        receiver.handle_input(clock.now(), message.as_bytes());
        receiver.handle_eof(clock.now());
        lookups.finish(&mut receiver).await;
        assert!(receiver.report().is_some(), "{message}");
    }
}

/// The name of the client has half of the time, and the evaluation goes on without it.
#[tokio::test]
async fn what_is_asked_when_an_answer_has_not_come_is_resolved() {
    #[derive(Clone)]
    struct WithoutNames(Arc<Zone>);
    impl Resolve for WithoutNames {
        async fn resolve(&self, name: Name, record_type: RecordType) -> Found {
            match record_type {
                RecordType::Ptr => pending().await,
                record_type => self.0.resolve(name, record_type).await,
            }
        }
    }

    let address = Records::A(vec![[192, 0, 2, 9].into()]);
    let policy = Records::text("v=spf1 ptr a -all");
    let zone = Zone::new().with(name("example.org"), policy).with(name("example.org"), address);
    let clock = Clock::start();
    let mut limits = Limits::default();
    limits.deadline = Duration::from_millis(400);
    let mut evaluation = evaluation(&clock, &limits);
    let mut lookups = Lookups::new(WithoutNames(Arc::new(zone)), clock);
    lookups.proceed(&mut evaluation);
    for _ in 0..10 {
        tokio::task::yield_now().await;
        lookups.proceed(&mut evaluation);
    }
    // Nobody asks while the program is busy.
    tokio::time::sleep_until(clock.at(evaluation.poll_timeout().unwrap()).into()).await;
    lookups.finish(&mut evaluation).await;
    assert_eq!(evaluation.outcome().unwrap().result, SpfResult::Pass);
}

/// Panics, as no resolver should.
#[derive(Clone)]
struct Broken;

impl Resolve for Broken {
    async fn resolve(&self, _: Name, _: RecordType) -> Found {
        std::panic::resume_unwind(Box::new("broken"))
    }
}

#[tokio::test]
async fn a_resolver_that_panics_gives_no_answer() {
    let clock = Clock::start();
    let mut evaluation = evaluation(&clock, &Limits::default());
    Lookups::new(Broken, clock).finish(&mut evaluation).await;
    assert_eq!(evaluation.outcome().unwrap().result, SpfResult::TempError);
}

/// Answers when it is told to.
#[derive(Clone, Default)]
struct Delayed {
    asked: Arc<Mutex<Vec<Name>>>,
    gate: Arc<tokio::sync::Notify>,
}

impl Resolve for Delayed {
    async fn resolve(&self, name: Name, _: RecordType) -> Found {
        self.asked.lock().unwrap().push(name);
        self.gate.notified().await;
        Err(DnsError::NxDomain)
    }
}

#[tokio::test]
async fn proceeding_does_not_wait() {
    let (clock, resolver) = (Clock::start(), Delayed::default());
    let mut evaluation = evaluation(&clock, &Limits::default());
    let mut lookups = Lookups::new(resolver.clone(), clock);
    lookups.proceed(&mut evaluation);
    assert_eq!((lookups.open(), evaluation.outcome()), (1, None));
    while resolver.asked.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    resolver.gate.notify_one();
    while evaluation.outcome().is_none() {
        tokio::task::yield_now().await;
        lookups.proceed(&mut evaluation);
    }
    assert_eq!(*resolver.asked.lock().unwrap(), [name("example.org")]);
    assert_eq!(evaluation.outcome().unwrap().result, SpfResult::None);
}

/// A zone that remembers what it was asked.
#[derive(Clone)]
struct Recording {
    zone: Arc<Zone>,
    asked: Arc<Mutex<Vec<Name>>>,
}

impl Resolve for Recording {
    async fn resolve(&self, name: Name, record_type: RecordType) -> Found {
        self.asked.lock().unwrap().push(name.clone());
        self.zone.resolve(name, record_type).await
    }
}

/// Somebody who sends a message slowly must not make the answers too late.
#[tokio::test]
async fn while_something_else_is_waited_for_everything_is_asked_and_answered() {
    let zone = Zone::new()
        .with(name("example.org"), Records::text("v=spf1 include:a.example.org -all"))
        .with(name("a.example.org"), Records::text("v=spf1 include:b.example.org -all"))
        .with(name("b.example.org"), Records::text("v=spf1 -all"));
    let resolver = Recording { zone: Arc::new(zone), asked: Arc::default() };
    let clock = Clock::start();
    let mut evaluation = evaluation(&clock, &Limits::default());
    let mut lookups = Lookups::new(resolver.clone(), clock);
    let last_is_asked = async {
        while resolver.asked.lock().unwrap().last() != Some(&name("b.example.org")) {
            tokio::task::yield_now().await;
        }
        "heard"
    };
    assert_eq!(lookups.until(&mut evaluation, last_is_asked).await, "heard");
    lookups.finish(&mut evaluation).await;
    assert_eq!(evaluation.outcome().unwrap().result, SpfResult::Fail);
    assert_eq!(lookups.until(&mut evaluation, std::future::ready(1)).await, 1);
}

#[tokio::test]
async fn the_deadline_passes_while_something_else_is_waited_for() {
    let clock = Clock::start();
    let mut limits = Limits::default();
    limits.deadline = Duration::from_millis(20);
    let mut evaluation = evaluation(&clock, &limits);
    let mut lookups = Lookups::new(Silent { waiting: Arc::new(()) }, clock);
    let later = clock.at(clock.now() + Duration::from_millis(40));
    lookups.until(&mut evaluation, tokio::time::sleep_until(later.into())).await;
    assert_eq!(evaluation.outcome().unwrap().result, SpfResult::TempError);
}
