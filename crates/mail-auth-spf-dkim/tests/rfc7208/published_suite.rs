//! The published test suite for RFC 7208, through the public machine. It is skipped where the suite is absent.

use mail_auth_spf_dkim::dns::Zone;
use mail_auth_spf_dkim::spf::{Client, Evaluation, Limits, Outcome, SpfResult};
use mail_wire::Instant;
use serde_json::Value;

const SUITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/suites/spf/rfc7208-tests.json");

fn evaluate(zone: &Zone, client: &Client, mail_from: &str, order: Order) -> Outcome {
    let now = Instant::EPOCH;
    let mut limits = Limits::default();
    limits.trace = true;
    let mut evaluation = Evaluation::mail_from(now, client, mail_from, &limits);
    loop {
        let mut queries: Vec<_> = std::iter::from_fn(|| evaluation.poll_query()).collect();
        if queries.is_empty() {
            break;
        }
        if order == Order::LastFirst {
            queries.reverse();
        }
        for query in queries {
            evaluation.handle_answer(now, query.id, zone.lookup(&query.name, query.record_type));
        }
    }
    if std::env::var_os("SPF_TRACE").is_some() {
        println!("{}", evaluation.trace());
    }
    evaluation.outcome().expect("an evaluation with nothing to ask has an outcome").clone()
}

#[derive(Clone, Copy, PartialEq)]
enum Order {
    FirstFirst,
    LastFirst,
}

#[test]
fn every_case_has_an_expected_result() {
    let Ok(text) = std::fs::read_to_string(SUITE) else {
        println!("skipped: {SUITE} is absent");
        return;
    };
    let scenarios: Vec<Value> = serde_json::from_str(&text).unwrap();
    let (mut cases, mut wrong) = (0, Vec::new());
    for scenario in &scenarios {
        let zone = Zone::from_json(&scenario["dns"].to_string()).unwrap();
        for test in scenario["tests"].as_array().unwrap() {
            cases += 1;
            let text = |key: &str| test[key].as_str().unwrap_or_default();
            let mut client = Client::new(text("ip").parse().unwrap(), text("helo")).with_unix_time(1_700_000_000);
            if let Ok(receiver) = text("receiver").parse() {
                client = client.with_receiver(receiver);
            }
            let outcome = evaluate(&zone, &client, text("mailfrom"), Order::FirstFirst);
            assert_eq!(outcome, evaluate(&zone, &client, text("mailfrom"), Order::LastFirst), "{}", text("id"));
            let expected: Vec<&str> = test["expected"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            let explained = match (text("explanation"), outcome.explanation.as_deref()) {
                _ if outcome.result != SpfResult::Fail => true,
                ("", _) | ("DEFAULT", None) => true,
                (expected, found) => found == Some(expected),
            };
            if !expected.contains(&outcome.result.as_str()) || !explained {
                wrong.push(format!(
                    "{}: expected {expected:?} {:?}, found {outcome:?}",
                    text("id"),
                    text("explanation")
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cases} cases differ:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(cases, 203);
}
