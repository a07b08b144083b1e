//! The published suite for chains, through the public machines. It is skipped where the files are absent.

use std::fs;

use mail_auth_spf_dkim::arc::{ChainStatus, Verifier};
use mail_auth_spf_dkim::crypto::default_provider;
use mail_auth_spf_dkim::dkim::Policy;
use mail_auth_spf_dkim::dns::{Name, Records, Zone};
use mail_wire::Instant;
use serde_json::Value;

const SUITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/suites/arc");

pub(crate) fn scenarios(file: &str) -> Option<Vec<Value>> {
    match fs::read_to_string(format!("{SUITE}/{file}")) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(_) => {
            println!("skipped: {SUITE}/{file} is absent");
            None
        }
    }
}

pub(crate) fn zone(scenario: &Value) -> Zone {
    let mut zone = Zone::new();
    for (domain, record) in scenario["txt-records"].as_object().unwrap() {
        zone.insert(Name::parse(domain).unwrap(), Records::text(record.as_str().unwrap()));
    }
    zone
}

pub(crate) fn verify(message: &[u8], zone: &Zone, size: usize) -> (ChainStatus, String) {
    let now = Instant::EPOCH;
    let mut verifier = Verifier::new(default_provider(), &Policy::default());
    message.chunks(size).for_each(|piece| verifier.handle_input(now, piece));
    verifier.handle_eof(now);
    while let Some(query) = verifier.poll_query() {
        verifier.handle_answer(now, query.id, zone.lookup(&query.name, query.record_type));
    }
    let report = verifier.report().expect("everything is answered");
    (report.status, format!("{:?}", report.cause))
}

#[test]
fn every_case_that_states_a_verdict() {
    let Some(scenarios) = scenarios("arc-validation-tests.json") else { return };
    let (mut cases, mut wrong) = (0, Vec::new());
    for scenario in &scenarios {
        let zone = zone(scenario);
        for test in scenario["tests"].as_array().unwrap() {
            let message = test["message"].as_str().unwrap().replace('\n', "\r\n");
            let expected = match test["cv"].as_str().unwrap() {
                "None" => Some(ChainStatus::None),
                "Pass" => Some(ChainStatus::Pass),
                "Fail" => Some(ChainStatus::Fail),
                _ => None,
            };
            let (status, cause) = verify(message.as_bytes(), &zone, usize::MAX);
            for size in [1, 5, 64, 1000] {
                assert_eq!(verify(message.as_bytes(), &zone, size), (status, cause.clone()), "{}", test["id"]);
            }
            cases += usize::from(expected.is_some());
            if expected.is_some_and(|expected| expected != status) {
                wrong.push(format!("{}: {status}, {cause}", test["id"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cases} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(cases, 109);
}
