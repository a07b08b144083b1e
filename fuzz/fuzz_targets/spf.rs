//! SPF. Any octets are a record or are not; what is one is the same when written and read again. An evaluation ends
//! after a bounded number of questions whatever the DNS says, and in the same way in whatever order it says it.
#![no_main]

use std::time::Duration;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use mail_auth_spf_dkim::dns::{DnsError, MailExchange, Name, Query, QueryId, Records, Zone};
use mail_auth_spf_dkim::spf::{Client, Evaluation, Limits, Outcome, Record};
use mail_testkit::{Policies, PolicyCase};
use mail_wire::Instant;

/// Ten terms with ten hosts each, the client's names, the policies and the explanation are fewer than this.
const MOST_QUESTIONS: usize = 150;

#[derive(Arbitrary, Debug)]
enum Operation {
    Poll,
    Look,
    Answer(u8, u8),
    Policy(u8),
    Wait(u8),
}

fn read_and_written(text: &[u8]) {
    if let Ok(record) = Record::parse(text) {
        let written = record.to_string();
        assert_eq!(Record::parse(written.as_bytes()).as_ref(), Ok(&record), "{written}");
    }
}

fn evaluation(case: &PolicyCase) -> Evaluation {
    let mut limits = Limits::default();
    limits.trace = true;
    let client = Client::new(case.ip.parse().expect("an address"), &case.helo);
    Evaluation::mail_from(Instant::EPOCH, &client, &case.mail_from, &limits)
}

/// Answers in the order that `order` says; every answer comes twice, and one to a question that nobody asked.
fn outcome(zone: &Zone, case: &PolicyCase, order: &[u8]) -> Outcome {
    let mut evaluation = evaluation(case);
    let mut open: Vec<Query> = Vec::new();
    let mut asked = 0;
    let mut order = order.iter().copied().map(usize::from).chain(std::iter::repeat(0));
    loop {
        while let Some(query) = evaluation.poll_query() {
            asked += 1;
            assert!(asked <= MOST_QUESTIONS);
            open.push(query);
        }
        if let Some(outcome) = evaluation.outcome() {
            return outcome.clone();
        }
        assert!(!open.is_empty(), "nothing is asked, and nothing is decided");
        let query = open.remove(order.next().unwrap_or(0) % open.len());
        evaluation.handle_answer(Instant::EPOCH, QueryId::new(u32::MAX), Err(DnsError::Temporary));
        evaluation.handle_answer(Instant::EPOCH, query.id, zone.lookup(&query.name, query.record_type));
        evaluation.handle_answer(Instant::EPOCH, query.id, Err(DnsError::Temporary));
    }
}

fn any_calls(case: &PolicyCase, text: &[u8], operations: &[Operation]) {
    let name = |text: &str| Name::parse(text).expect("a name");
    let host = name("h0.example");
    let answers = [
        Records::text(text),
        Records::A(vec![[192, 0, 2, 1].into()]),
        Records::Aaaa(vec![[0x2001, 0xdb8, 0, 0, 0, 0, 0, 1].into()]),
        Records::Mx(vec![MailExchange { preference: 1, exchange: host.clone() }; 3]),
        Records::Ptr(vec![host, name("d0.example")]),
        Records::Txt(Vec::new()),
    ];
    let mut evaluation = evaluation(case);
    let mut now = Instant::EPOCH;
    let mut asked = 0;
    for operation in operations {
        match operation {
            Operation::Poll | Operation::Look => {
                let announced = evaluation.has_query();
                let asks = match operation {
                    Operation::Look => evaluation.poll_query_ref().is_some(),
                    _ => evaluation.poll_query().is_some(),
                };
                assert_eq!(announced, asks);
                asked += usize::from(announced);
                assert!(asked <= MOST_QUESTIONS);
            }
            Operation::Answer(id, choice) => {
                let answer = match choice % 9 {
                    6 => Err(DnsError::NxDomain),
                    7 => Err(DnsError::NoData),
                    8 => Err(DnsError::Temporary),
                    choice => Ok(&answers[usize::from(choice)]),
                };
                evaluation.handle_answer(now, QueryId::new(u32::from(*id)), answer);
            }
            Operation::Policy(id) => {
                let policy = Record::select(&answers[0]).map(Into::into);
                evaluation.handle_policy(now, QueryId::new(u32::from(*id)), policy);
            }
            Operation::Wait(seconds) => {
                now += Duration::from_secs(u64::from(*seconds / 16));
                evaluation.handle_timeout(now);
            }
        }
        assert_eq!(evaluation.outcome().is_some(), evaluation.poll_timeout().is_none());
    }
    if let Some(end) = evaluation.poll_timeout() {
        evaluation.handle_timeout(end);
    }
    assert!(evaluation.outcome().is_some() && !evaluation.has_query());
    let _ = evaluation.trace().to_string();
}

fuzz_target!(|input: (u64, Vec<u8>, Vec<u8>, Vec<Operation>)| {
    let (seed, text, order, operations) = input;
    read_and_written(&text);
    let text = [b"v=spf1 ", &text[..]].concat();
    read_and_written(&text);

    let Some(case) = Policies::seeded(seed).next() else { return };
    let mut zone = Zone::from_json(&case.to_json()).expect("a zone");
    for domain in ["d1.example", "d2.example"] {
        zone.insert(Name::parse(domain).expect("a name"), Records::text(text.clone()));
    }
    assert_eq!(outcome(&zone, &case, &[]), outcome(&zone, &case, &order));
    any_calls(&case, &text, &operations);
});
