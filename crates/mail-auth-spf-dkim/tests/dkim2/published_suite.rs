//! The published cases, through the public machine. They are skipped where the files are absent.

use std::fs;

use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::crypto::default_provider;
use mail_auth_spf_dkim::dkim::Policy;
use mail_auth_spf_dkim::dkim2::{Cause, Envelope, Path, Report, Verifier};
use mail_auth_spf_dkim::dns::{Name, Records, Zone};
use mail_wire::Instant;
use serde_json::Value;

const SUITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/suites/dkim2");

/// ML-DSA-44 needs an algorithm that no provider of this crate has, so section 14.6 makes it a permanent error here.
const OTHERWISE: [(&str, &str, Cause); 1] = [("d2_08_mldsa44", "permerror", Cause::UnknownAlgorithm(1))];

fn json(file: &str) -> Option<Value> {
    match fs::read_to_string(format!("{SUITE}/{file}")) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(_) => {
            println!("skipped: {SUITE}/{file} is absent");
            None
        }
    }
}

fn zone(domains: &Value) -> Zone {
    let mut zone = Zone::new();
    for (domain, names) in domains.as_object().unwrap() {
        for (name, records) in names.as_object().unwrap() {
            let name = Name::parse(&format!("{name}.{domain}")).unwrap();
            zone.insert(name, Records::text(records[0][1].as_str().unwrap()));
        }
    }
    zone
}

fn verify(message: &[u8], case: &Value, zone: &Zone, size: usize) -> Report {
    // The paths of a case come with brackets, or without.
    let path = |path: &Value| {
        let address = path.as_str().unwrap().trim_start_matches('<').trim_end_matches('>');
        Path::parse(&format!("<{address}>")).unwrap()
    };
    let envelope = Envelope::new(path(&case["mail_from"]), case["rcpt_to"].as_array().unwrap().iter().map(path));
    let date = UnixTime::new(case["now"].as_u64().unwrap());
    let now = Instant::EPOCH;
    let mut verifier = Verifier::new(envelope, date, default_provider(), &Policy::default());
    message.chunks(size).for_each(|piece| verifier.handle_input(now, piece));
    verifier.handle_eof(now);
    while let Some(query) = verifier.poll_query() {
        verifier.handle_answer(now, query.id, zone.lookup(&query.name, query.record_type));
    }
    verifier.report().expect("everything is answered").clone()
}

/// The message with CRLF throughout.
fn wire(message: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(message.len());
    for &octet in message {
        if octet == b'\n' && wire.last() != Some(&b'\r') {
            wire.push(b'\r');
        }
        wire.push(octet);
    }
    wire
}

#[test]
fn every_case() {
    let (Some(cases), Some(domains)) = (json("cases.json"), json("dns.json")) else { return };
    let zone = zone(&domains);
    let (mut passed, mut otherwise, mut wrong) = (0, 0, Vec::new());
    for case in cases.as_array().unwrap() {
        let message = wire(&fs::read(format!("{SUITE}/expected/{}", case["file"].as_str().unwrap())).unwrap());
        let name = case["name"].as_str().unwrap();
        let report = verify(&message, case, &zone, message.len());
        for size in [1, 2, 7, 64, 1000] {
            assert_eq!(verify(&message, case, &zone, size), report, "{name} in pieces of {size}");
        }
        match OTHERWISE.iter().find(|(other, ..)| *other == name) {
            Some((_, result, cause)) => {
                assert_eq!((report.result.as_str(), report.cause), (*result, Some(*cause)), "{name}");
                otherwise += 1;
            }
            None if report.result.as_str() == case["expected"] => passed += 1,
            None => wrong.push(format!("{name}: {} for {}, {:?}", report.result, case["expected"], report.cause)),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    println!("{passed} as published, {otherwise} otherwise");
    assert_eq!((passed, otherwise), (41, 1));
}
