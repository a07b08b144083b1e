//! RFC 8601 section 3: the reverse of an address.

use mail_auth_spf_dkim::dns::{DnsError, Name, Records, Zone};
use mail_auth_spf_dkim::iprev::{Evaluation, IprevResult, Limits, Outcome};
use mail_wire::Instant;

fn evaluate(zone: &Zone, address: &str) -> Outcome {
    let mut evaluation = Evaluation::new(Instant::EPOCH, address.parse().unwrap(), &Limits::default());
    while let Some(query) = evaluation.poll_query() {
        evaluation.handle_answer(Instant::EPOCH, query.id, zone.lookup(&query.name, query.record_type));
    }
    evaluation.outcome().unwrap().clone()
}

#[test]
fn a_name_must_lead_back_to_the_address() {
    let (one, two) = (Name::parse("one.example").unwrap(), Name::parse("two.example").unwrap());
    let address = "2001:db8::1".parse().unwrap();
    let zone = Zone::new()
        .with(Name::reverse(address), Records::Ptr(vec![one.clone(), two.clone()]))
        .with(one, Records::address("2001:db8::2".parse().unwrap()))
        .with(two.clone(), Records::address(address));
    let outcome = evaluate(&zone, "2001:db8::1");
    assert_eq!((outcome.result, outcome.name), (IprevResult::Pass, Some(two)));
    assert_eq!(evaluate(&zone, "2001:db8::2").result, IprevResult::PermError);
}

#[test]
fn names_that_do_not_lead_back_fail() {
    let name = Name::parse("one.example").unwrap();
    let zone = Zone::new().with(Name::reverse("192.0.2.1".parse().unwrap()), Records::Ptr(vec![name]));
    assert_eq!(evaluate(&zone, "::ffff:192.0.2.1").result, IprevResult::Fail);
}

#[test]
fn an_error_stands_only_if_no_other_name_passes() {
    let now = Instant::EPOCH;
    let names = Records::Ptr(vec![Name::parse("a.example").unwrap(), Name::parse("b.example").unwrap()]);
    for (answer, result) in [(Err(DnsError::NoData), IprevResult::TempError), (Ok(()), IprevResult::Pass)] {
        let mut evaluation = Evaluation::new(now, "192.0.2.1".parse().unwrap(), &Limits::default());
        let reverse = evaluation.poll_query().unwrap();
        evaluation.handle_answer(now, reverse.id, Ok(&names));
        evaluation.handle_answer(now, reverse.id, Err(DnsError::NxDomain));
        let (a, b) = (evaluation.poll_query().unwrap(), evaluation.poll_query().unwrap());
        let address = Records::address("192.0.2.1".parse().unwrap());
        evaluation.handle_answer(now, b.id, answer.map(|()| &address));
        assert!(evaluation.outcome().is_none());
        evaluation.handle_answer(now, a.id, Err(DnsError::Temporary));
        assert_eq!(evaluation.outcome().unwrap().result, result);
    }
    let mut evaluation = Evaluation::new(now, "192.0.2.1".parse().unwrap(), &Limits::default());
    evaluation.handle_timeout(evaluation.poll_timeout().unwrap());
    assert_eq!(evaluation.outcome().unwrap().result, IprevResult::TempError);
}

#[test]
fn at_the_deadline_a_name_that_leads_back_is_enough() {
    let now = Instant::EPOCH;
    let names = Records::Ptr(vec![Name::parse("a.example").unwrap(), Name::parse("b.example").unwrap()]);
    for (address, result) in [("192.0.2.1", IprevResult::Pass), ("192.0.2.2", IprevResult::TempError)] {
        let mut evaluation = Evaluation::new(now, "192.0.2.1".parse().unwrap(), &Limits::default());
        let reverse = evaluation.poll_query().unwrap();
        evaluation.handle_answer(now, reverse.id, Ok(&names));
        let (_, b) = (evaluation.poll_query().unwrap(), evaluation.poll_query().unwrap());
        evaluation.handle_answer(now, b.id, Ok(&Records::address(address.parse().unwrap())));
        evaluation.handle_timeout(evaluation.poll_timeout().unwrap());
        assert_eq!(evaluation.outcome().unwrap().result, result);
    }
}
