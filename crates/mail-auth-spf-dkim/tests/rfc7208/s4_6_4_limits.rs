//! RFC 7208 section 4.6.4: what an evaluation may cost, and that nothing costs more.

use std::time::Duration;

use crate::zones::{answer_all, check, client, name, zone};
use mail_auth_spf_dkim::dns::{MailExchange, Records, Zone};
use mail_auth_spf_dkim::spf::{Cause, Evaluation, Limits, NoPolicy, SpfResult};
use mail_wire::Instant;

fn cause(zone: &Zone, address: &str) -> Cause {
    let mut evaluation = Evaluation::mail_from(Instant::EPOCH, &client(address), "ann@example.com", &Limits::default());
    answer_all(zone, &mut evaluation).cause
}

#[test]
fn ten_terms_may_ask_and_the_eleventh_may_not() {
    let policy = |count: usize| {
        let terms: String = (0..count).map(|n| format!("a:h{n}.example.com ")).collect();
        let hosts: String = (0..count).map(|n| format!("h{n}.example.com A 203.0.113.1\n")).collect();
        zone(&format!("example.com TXT v=spf1 {terms}-all\n{hosts}"))
    };
    assert_eq!(check(&policy(10), "192.0.2.1", "ann@example.com"), "fail");
    assert_eq!(check(&policy(11), "192.0.2.1", "ann@example.com"), "permerror");
    assert_eq!(cause(&policy(11), "192.0.2.1"), Cause::TooManyLookups);
}

#[test]
fn exchangers_and_client_names_do_not_count_as_terms() {
    let mut zone = zone(&format!("example.com TXT v=spf1 {}ptr -all", "mx ".repeat(9)));
    let hosts: Vec<_> = (0..10).map(|n| name(&format!("mx{n}.example.com"))).collect();
    for host in &hosts {
        zone.insert(host.clone(), Records::address("203.0.113.1".parse().unwrap()));
    }
    let exchange = |host: &_| MailExchange { preference: 1, exchange: Clone::clone(host) };
    zone.insert(name("example.com"), Records::Mx(hosts.iter().map(exchange).collect()));
    zone.insert(name("1.2.0.192.in-addr.arpa"), Records::Ptr(hosts));
    assert_eq!(check(&zone, "192.0.2.1", "ann@example.com"), "fail");
}

#[test]
fn eleven_exchangers_are_an_error() {
    let hosts: String = (0..11).map(|n| format!("example.com MX {n} mx{n}.example.com\n")).collect();
    let zone = zone(&format!("example.com TXT v=spf1 mx -all\n{hosts}"));
    assert_eq!(cause(&zone, "192.0.2.1"), Cause::TooManyExchangers { domain: name("example.com") });
}

#[test]
fn names_of_a_client_beyond_the_tenth_are_not_looked_at() {
    let names: String = (0..12).map(|n| format!("1.2.0.192.in-addr.arpa PTR n{n}.example.com\n")).collect();
    let at = |n: usize| zone(&format!("example.com TXT v=spf1 ptr -all\n{names}n{n}.example.com A 192.0.2.1\n"));
    assert_eq!(check(&at(9), "192.0.2.1", "ann@example.com"), "pass");
    assert_eq!(check(&at(10), "192.0.2.1", "ann@example.com"), "fail");
}

#[test]
fn two_terms_may_ask_for_what_is_not_there() {
    let policy = |terms: &str| zone(&format!("example.com TXT v=spf1 {terms} -all"));
    assert_eq!(check(&policy("a:x.example.com exists:y.example.com"), "192.0.2.1", "ann@example.com"), "fail");
    let third = policy("a:x.example.com exists:y.example.com mx:z.example.com");
    assert_eq!(cause(&third, "192.0.2.1"), Cause::TooManyVoidLookups);
}

#[test]
fn exchangers_without_an_address_of_the_clients_family_are_not_void_terms() {
    let hosts: String =
        (0..5).map(|n| format!("example.com MX {n} mx{n}.example.com\nmx{n}.example.com A 192.0.2.{n}\n")).collect();
    let zone = zone(&format!("example.com TXT v=spf1 mx ip6:2001:db8::/32 -all\n{hosts}"));
    assert_eq!(check(&zone, "2001:db8::1", "ann@example.com"), "pass");
}

/// Terms are counted that have no answer, not questions: `%{p}` asks one more.
#[test]
fn a_term_with_two_questions_without_an_answer_is_one() {
    let zone = |terms: &str| zone(&format!("example.com TXT v=spf1 {terms} ip4:192.0.2.1 -all"));
    let result = |terms: &str| check(&zone(terms), "192.0.2.1", "ann@example.com");
    assert_eq!(result("exists:%{p}.a.example exists:b.example"), "pass");
    assert_eq!(result("exists:%{p}.a.example exists:b.example exists:c.example"), "permerror");
    assert_eq!(result("ptr exists:%{p}.a.example"), "pass");
    assert_eq!(result("ptr exists:%{p}.a.example exists:b.example"), "permerror");
}

#[test]
fn loops_end() {
    let zone = zone(
        "example.com TXT v=spf1 include:example.com
         r.example.com TXT v=spf1 redirect=r.example.com
         p.example.com TXT v=spf1 include:q.example.com
         q.example.com TXT v=spf1 redirect=p.example.com",
    );
    for domain in ["example.com", "r.example.com", "p.example.com"] {
        assert_eq!(check(&zone, "192.0.2.1", &format!("ann@{domain}")), "permerror");
    }
}

#[test]
fn a_macro_bomb_stays_small_and_ends() {
    let bomb = format!("v=spf1 {} -all", format!("exists:{}.%{{d}} ", "%{s}".repeat(1000)).repeat(4));
    let zone = Zone::new().with(name("example.com"), Records::text(bomb));
    let sender = format!("{}@example.com", "a".repeat(400));
    let mut evaluation = Evaluation::mail_from(Instant::EPOCH, &client("192.0.2.1"), &sender, &Limits::default());
    while let Some(query) = evaluation.poll_query() {
        assert!(query.name.as_str().len() <= 253);
        evaluation.handle_answer(Instant::EPOCH, query.id, zone.lookup(&query.name, query.record_type));
    }
    assert!(evaluation.outcome().is_some());
}

#[test]
fn a_record_longer_than_the_limit_is_not_read() {
    let record = format!("v=spf1 {}-all", "ip4:192.0.2.1 ".repeat(2000));
    let zone = Zone::new().with(name("example.com"), Records::text(record));
    assert!(matches!(cause(&zone, "192.0.2.1"), Cause::UnusablePolicy { .. }));
}

#[test]
fn the_whole_evaluation_has_a_deadline() {
    let mut limits = Limits::default();
    limits.deadline = Duration::from_secs(30);
    let mut evaluation = Evaluation::mail_from(Instant::EPOCH, &client("192.0.2.1"), "ann@example.com", &limits);
    let deadline = evaluation.poll_timeout().unwrap();
    assert_eq!(deadline, Instant::EPOCH + Duration::from_secs(30));
    evaluation.handle_timeout(Instant::EPOCH + Duration::from_secs(29));
    assert!(evaluation.outcome().is_none());
    evaluation.handle_timeout(deadline);
    let outcome = evaluation.outcome().unwrap();
    assert_eq!((outcome.result, &outcome.cause), (SpfResult::TempError, &Cause::Deadline));
    assert_eq!((evaluation.poll_timeout(), evaluation.poll_query()), (None, None));
}

/// Section 5.5: what goes wrong on the way to the client's names is no more than the lack of a name. The client has them
/// in its hands, and must not turn a fail into a temporary error by answering late.
#[test]
fn names_of_the_client_that_do_not_come_are_none() {
    let names = Records::Ptr(["a.slow.example", "mail.example.com", "b.slow.example"].map(name).to_vec());
    let address = Records::address([192, 0, 2, 1].into());
    let after = |seconds| Instant::EPOCH + Duration::from_secs(seconds);
    let evaluation = |policy: &str| {
        let mut evaluation =
            Evaluation::mail_from(after(0), &client("192.0.2.1"), "ann@example.com", &Limits::default());
        let question = evaluation.poll_query().unwrap();
        evaluation.handle_answer(after(4), question.id, Ok(&Records::text(policy)));
        evaluation
    };

    let mut silent = evaluation("v=spf1 ptr -all");
    assert!(silent.poll_query().is_some());
    assert_eq!(silent.poll_timeout(), Some(after(10)));
    silent.handle_timeout(after(9));
    assert!(silent.outcome().is_none());
    silent.handle_timeout(after(10));
    assert_eq!(silent.outcome().unwrap().result, SpfResult::Fail);

    // Whichever of the names has its addresses by then is the client's.
    for (policy, result) in [("v=spf1 ptr -all", SpfResult::Pass), ("v=spf1 ptr:slow.example -all", SpfResult::Fail)] {
        let mut slow = evaluation(policy);
        let question = slow.poll_query().unwrap();
        slow.handle_answer(after(9), question.id, Ok(&names));
        let questions: Vec<_> = std::iter::from_fn(|| slow.poll_query()).collect();
        slow.handle_answer(after(9), questions[1].id, Ok(&address));
        assert!(slow.outcome().is_none());
        slow.handle_timeout(slow.poll_timeout().unwrap());
        assert_eq!(slow.outcome().unwrap().result, result);
        slow.handle_answer(after(13), questions[0].id, Ok(&address));
        assert_eq!(slow.outcome().unwrap().result, result);
    }

    // What is asked after that has all of the time.
    let mut more = evaluation("v=spf1 ptr a:b.example.com -all");
    more.poll_query().unwrap();
    more.handle_timeout(after(12));
    assert_eq!(more.poll_query().unwrap().name, name("b.example.com"));
    assert_eq!(more.poll_timeout(), Some(after(20)));
}

#[test]
fn every_limit_can_be_set() {
    let zone = zone(
        "example.com TXT v=spf1 mx exists:nothing.example.com ptr:example.net -all exp=why.example.com
         why.example.com TXT because
         example.com MX 10 one.example.com
         example.com MX 20 two.example.com
         1.2.0.192.in-addr.arpa PTR one.example.org
         1.2.0.192.in-addr.arpa PTR mail.example.net
         mail.example.net A 192.0.2.1",
    );
    let outcome = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        let mut evaluation = Evaluation::mail_from(Instant::EPOCH, &client("192.0.2.1"), "ann@example.com", &limits);
        answer_all(&zone, &mut evaluation)
    };
    assert_eq!(outcome(|_| ()).result, SpfResult::Pass);
    assert_eq!(outcome(|limits| limits.lookups = 2).cause, Cause::TooManyLookups);
    assert_eq!(outcome(|limits| limits.lookups = 3).result, SpfResult::Pass);
    assert_eq!(outcome(|limits| limits.void_lookups = 0).cause, Cause::TooManyVoidLookups);
    assert_eq!(outcome(|limits| limits.void_lookups = 1).result, SpfResult::Pass);
    let exchangers = outcome(|limits| limits.mail_exchangers = 1);
    assert_eq!(exchangers.cause, Cause::TooManyExchangers { domain: name("example.com") });
    let names = outcome(|limits| limits.client_names = 1);
    assert_eq!((names.result, names.explanation.as_deref()), (SpfResult::Fail, Some("because")));
    let fail = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        limits.client_names = 0;
        change(&mut limits);
        let mut evaluation = Evaluation::mail_from(Instant::EPOCH, &client("192.0.2.1"), "ann@example.com", &limits);
        answer_all(&zone, &mut evaluation).explanation
    };
    assert_eq!(fail(|limits| limits.explanation_octets = 7).as_deref(), Some("because"));
    assert_eq!(fail(|limits| limits.explanation_octets = 6), None);
    assert_eq!(fail(|limits| limits.explain = false), None);
    let long = outcome(|limits| limits.record_octets = 10).cause;
    assert_eq!(long, Cause::UnusablePolicy { domain: name("example.com"), reason: NoPolicy::TooLong });
}

#[test]
fn a_fail_stands_though_its_explanation_never_comes() {
    let zone = zone("example.com TXT v=spf1 -all exp=why.example.com");
    let mut evaluation =
        Evaluation::mail_from(Instant::EPOCH, &client("192.0.2.1"), "ann@example.com", &Limits::default());
    let policy = evaluation.poll_query().unwrap();
    evaluation.handle_answer(Instant::EPOCH, policy.id, zone.lookup(&policy.name, policy.record_type));
    assert_eq!(evaluation.poll_query().unwrap().name, "why.example.com");
    evaluation.handle_timeout(evaluation.poll_timeout().unwrap());
    let outcome = evaluation.outcome().unwrap();
    assert_eq!((outcome.result, &outcome.explanation), (SpfResult::Fail, &None));
}
