//! DMARC under any answers: it ends after a bounded number of questions, and in the same way in whatever order the
//! answers come and whenever the identifiers are known; without answers at its deadline.
#![no_main]

use std::time::Duration;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use mail_auth_spf_dkim::dmarc::{Authors, Evaluation, Identifier, Identifiers, Limits, Outcome};
use mail_auth_spf_dkim::dns::{DnsError, Name, Query, QueryId, Records};
use mail_wire::Instant;

/// Eight places for the author and for each of twenty identifiers and SPF's, and a question about existence.
const MOST_QUESTIONS: usize = 8 * 22 + 1;

const DOMAINS: [&str; 7] =
    ["example.org", "a.example.org", "b.a.example.org", "example.com", "x.com", "com", "1.2.3.4.5.6.7.8.9.example.org"];

const RECORDS: [&str; 8] = [
    "v=DMARC1; p=reject",
    "v=DMARC1; p=none; psd=y",
    "v=DMARC1; p=quarantine; psd=n; adkim=s; aspf=s",
    "v=DMARC1; p=reject; np=reject; sp=none; t=y",
    "v=DMARC1; rua=mailto:a@example.org",
    "v=DMARC1; p=quarantine; np=none",
    "v=DMARC1; p=reject; psd=y; sp=quarantine",
    "something else",
];

#[derive(Arbitrary, Debug)]
enum Operation {
    Poll,
    Answer(u8, u8, bool),
    Identifiers,
    Wait(u8),
}

fn identifiers(chosen: &[(u8, bool)]) -> Identifiers {
    let identifier = |(which, authenticated): &(u8, bool)| {
        let domain = Name::parse(DOMAINS[usize::from(*which) % DOMAINS.len()]).expect("a name");
        Identifier { domain, authenticated: *authenticated }
    };
    let mut identifiers = Identifiers::default();
    identifiers.spf = chosen.first().map(identifier);
    identifiers.dkim = chosen.iter().skip(1).map(identifier).collect();
    identifiers
}

/// What is in the DNS: the same for the same question.
fn look_up(query: &Query, world: &[u8], text: &[u8]) -> Result<Records, DnsError> {
    let sum = query
        .name
        .as_str()
        .bytes()
        .fold(query.record_type as usize, |sum, octet| sum * 31 % 65_521 + usize::from(octet));
    let choice = if world.is_empty() { 255 } else { world[sum % world.len()] };
    match choice {
        0..=7 => Ok(Records::text(RECORDS[usize::from(choice)])),
        8 => Ok(Records::text(text)),
        9 => Ok(Records::text([b"v=DMARC1; ", text].concat())),
        10 => Ok(Records::Txt([RECORDS[0], RECORDS[1]].map(|text| text.as_bytes().to_vec()).to_vec())),
        11 => Ok(Records::A(vec![[192, 0, 2, 1].into()])),
        12 => Err(DnsError::Temporary),
        13 => Err(DnsError::NoData),
        _ => Err(DnsError::NxDomain),
    }
}

fn outcome(authors: &Authors, known: &Identifiers, at: usize, order: &[u8], world: &[u8], text: &[u8]) -> Outcome {
    let mut evaluation = Evaluation::new(Instant::EPOCH, authors.clone(), &Limits::default());
    let mut open: Vec<Query> = Vec::new();
    let mut order = order.iter().copied().map(usize::from).chain(std::iter::repeat(0));
    let (mut asked, mut answered) = (0, 0);
    let mut known = Some(known.clone());
    loop {
        while let Some(query) = evaluation.poll_query() {
            asked += 1;
            assert!(asked <= MOST_QUESTIONS);
            open.push(query);
        }
        if let Some(outcome) = evaluation.outcome() {
            return outcome.clone();
        }
        if (answered >= at || open.is_empty())
            && let Some(known) = known.take()
        {
            evaluation.handle_identifiers(Instant::EPOCH, known);
            continue;
        }
        assert!(!open.is_empty(), "nothing is asked, and nothing is decided");
        let query = open.remove(order.next().unwrap_or(0) % open.len());
        let answer = look_up(&query, world, text);
        evaluation.handle_answer(Instant::EPOCH, query.id, answer.as_ref().map_err(|error| *error));
        evaluation.handle_answer(Instant::EPOCH, query.id, Err(DnsError::Temporary));
        answered += 1;
    }
}

fn any_calls(authors: &Authors, known: &Identifiers, operations: &[Operation], text: &[u8]) {
    let mut evaluation = Evaluation::new(Instant::EPOCH, authors.clone(), &Limits::default());
    let mut now = Instant::EPOCH;
    for operation in operations {
        match operation {
            Operation::Poll => _ = evaluation.poll_query(),
            Operation::Answer(id, choice, existence) => {
                let id = QueryId::new(u32::from(*id) | u32::from(*existence) << 31);
                let records = Records::text(RECORDS.get(usize::from(*choice)).map_or(text, |text| text.as_bytes()));
                let answer = if *choice > 128 { Err(DnsError::NxDomain) } else { Ok(&records) };
                evaluation.handle_answer(now, id, answer);
            }
            Operation::Identifiers => evaluation.handle_identifiers(now, known.clone()),
            Operation::Wait(seconds) => {
                now += Duration::from_secs(u64::from(*seconds / 16));
                evaluation.handle_timeout(now);
            }
        }
    }
    // Whatever happened, it ends at a deadline.
    evaluation.handle_identifiers(now, known.clone());
    if let Some(deadline) = evaluation.poll_timeout() {
        evaluation.handle_timeout(deadline);
    }
    assert_eq!(evaluation.poll_timeout(), None);
    assert!(evaluation.outcome().is_some());
}

fuzz_target!(|input: (Vec<Vec<u8>>, u8, Vec<(u8, bool)>, [u8; 2], Vec<u8>, Vec<u8>, Vec<u8>, Vec<Operation>)| {
    let (fields, author, chosen, at, order, world, text, operations) = input;
    let known = identifiers(&chosen);
    let domain = DOMAINS[usize::from(author) % DOMAINS.len()];
    for authors in [Authors::of_fields(&fields), Authors::of_fields([format!("ann@{domain}")])] {
        let [early, late] = at.map(usize::from);
        let one = outcome(&authors, &known, early, &[], &world, &text);
        let other = outcome(&authors, &known, late, &order, &world, &text);
        assert_eq!(one, other);
        any_calls(&authors, &known, &operations, &text);
    }
});
