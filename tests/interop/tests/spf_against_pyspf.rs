//! SPF: the results of 5,000 policies and zones are those of pyspf.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::Command;

use interop::{Place, have, run};
use mail_auth_spf_dkim::dns::{DnsError, RecordType, Zone};
use mail_auth_spf_dkim::spf::{Client, Evaluation, Limits, Outcome, StepEvent, Trace};
use mail_testkit::{Policies, PolicyCase};
use mail_wire::Instant;

const PYTHON: &str = "/usr/bin/python3";
const CASES: usize = 5_000;

fn evaluate(case: &PolicyCase) -> (Outcome, Trace) {
    let zone = Zone::from_json(&case.to_json()).unwrap();
    let client = Client::new(case.ip.parse().unwrap(), &case.helo);
    let mut limits = Limits::default();
    limits.trace = true;
    let mut evaluation = Evaluation::mail_from(Instant::EPOCH, &client, &case.mail_from, &limits);
    while let Some(query) = evaluation.poll_query() {
        evaluation.handle_answer(Instant::EPOCH, query.id, zone.lookup(&query.name, query.record_type));
    }
    (evaluation.outcome().expect("an outcome").clone(), evaluation.trace().clone())
}

/// Why the results of a case may differ.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Difference {
    /// RFC 7208 section 4.6.4 limits the terms that ask for what is not there; they limit the questions, of which `mx` and
    /// `ptr` have several, `ptr` each time anew.
    VoidQuestions,
    /// Section 5.5 passes over names of the client that cannot be looked up; they end in a temporary error.
    PtrError,
    /// Section 5.4 compares one exchanger after the other; they look all of them up first, and end in an error if
    /// one cannot be, or several are void.
    MxOrder,
    /// Nothing in RFC 7208 forbids a policy to include itself: the limit of section 4.6.4 ends it, if nothing matches
    /// before. They refuse such a policy as a whole.
    IncludesItself,
}

/// How many questions are void to those who ask for the client's names again at each `ptr`, which are asked for once here.
fn void_questions(trace: &Trace) -> usize {
    let (mut all, mut of_ptr, mut in_ptr) = (0, 0, false);
    for step in trace.steps() {
        match &step.event {
            StepEvent::Directive { .. } => {
                let mechanism = step.event.to_string();
                in_ptr = mechanism.trim_start_matches(['+', '-', '~', '?']).starts_with("ptr");
                all += if in_ptr { of_ptr } else { 0 };
            }
            StepEvent::Lookup { record_type, found, .. } if *record_type != RecordType::Txt => {
                let void = matches!(found, Ok(0) | Err(DnsError::NxDomain | DnsError::NoData));
                all += usize::from(void);
                of_ptr += usize::from(void && in_ptr);
            }
            _ => {}
        }
    }
    all
}

fn explanation(case: &PolicyCase, trace: &Trace, theirs: &str) -> Option<Difference> {
    let lookups = || {
        trace.steps().iter().filter_map(|step| match &step.event {
            StepEvent::Lookup { name, record_type, found } => Some((name.as_str(), *record_type, found)),
            _ => None,
        })
    };
    let has_error = |name: &str, record_type: &'static str| {
        let records = case.zone.get(name).and_then(|types| types.get(record_type));
        records.is_some_and(|records: &Vec<String>| records.iter().any(|record| record.ends_with("error.example")))
    };
    if theirs.contains("Void lookup limit") {
        let count = void_questions(trace);
        // A match ends the comparison before all exchangers were looked up.
        let unasked = lookups().filter(|(_, record_type, _)| *record_type == RecordType::Mx).any(|(name, ..)| {
            let exchangers = case.zone.get(name).and_then(|types| types.get("MX")).into_iter().flatten();
            let mut hosts = exchangers.filter_map(|record| record.split_once(' '));
            hosts.any(|(_, host)| !lookups().any(|(name, ..)| name == host))
        });
        return match (count > 2, unasked) {
            (true, _) => Some(Difference::VoidQuestions),
            (false, true) => Some(Difference::MxOrder),
            (false, false) => None,
        };
    }
    if theirs.contains("DNS timeout") {
        let asked = |wanted: RecordType, word: &'static str| {
            lookups().any(|(name, record_type, _)| record_type == wanted && has_error(name, word))
        };
        return match (asked(RecordType::Ptr, "PTR"), asked(RecordType::Mx, "MX")) {
            (true, _) => Some(Difference::PtrError),
            (false, true) => Some(Difference::MxOrder),
            (false, false) => None,
        };
    }
    let includes_itself = |(domain, types): (&String, &BTreeMap<&'static str, Vec<String>>)| {
        types.get("TXT").is_some_and(|texts| {
            let spellings = [format!("include:{domain}"), "include:%{d}".to_owned(), "include:%{d2}".to_owned()];
            texts.iter().any(|text| spellings.iter().any(|spelling| text.contains(spelling)))
        })
    };
    let itself = theirs.contains("trivial recursion") && case.zone.iter().any(includes_itself);
    itself.then_some(Difference::IncludesItself)
}

#[test]
fn five_thousand_policies() {
    if !have(&[PYTHON]) {
        return;
    }
    if run(Command::new(PYTHON).args(["-c", "import spf"])).code != Some(0) {
        assert!(std::env::var_os("INTEROP_REQUIRED").is_none(), "pyspf is not installed");
        eprintln!("skipped: pyspf is not installed (tests/interop/install-peers.sh installs it)");
        return;
    }
    let cases: Vec<PolicyCase> = Policies::seeded(7208).take(CASES).collect();
    let mut lines = String::new();
    for case in &cases {
        let PolicyCase { ip, helo, mail_from, .. } = case;
        let zone = case.to_json();
        _ = writeln!(
            lines,
            "{{\"zone\": {zone}, \"ip\": \"{ip}\", \"helo\": \"{helo}\", \"mail_from\": \"{mail_from}\"}}"
        );
    }
    let place = Place::new("spf");
    let script = place.write("spf_cases.py", include_str!("../src/spf.py"));
    let said = interop::run_with_input(Command::new(PYTHON).arg(script), lines.as_bytes()).expect(0).said;
    let theirs: Vec<&str> = said.lines().filter(|line| line.starts_with('[')).collect();
    assert_eq!(theirs.len(), CASES);

    let mut different = Vec::new();
    let mut results = BTreeMap::new();
    let mut explained = BTreeMap::new();
    for (number, (case, theirs)) in cases.iter().zip(&theirs).enumerate() {
        let (outcome, trace) = evaluate(case);
        *results.entry(outcome.result.as_str()).or_insert(0) += 1;
        let result = theirs.split('"').nth(1).unwrap();
        if result == outcome.result.as_str() {
            continue;
        }
        if let Some(difference) = explanation(case, &trace, theirs) {
            *explained.entry(difference).or_insert(0) += 1;
        } else {
            different
                .push(format!("{number}: {} ({}), there {theirs}\n{case:?}\n{trace}", outcome.result, outcome.cause));
        }
    }
    println!("{results:?}");
    assert!(
        different.is_empty(),
        "{} differ:\n{}",
        different.len(),
        different.iter().take(400).cloned().collect::<Vec<_>>().join("\n")
    );
}
