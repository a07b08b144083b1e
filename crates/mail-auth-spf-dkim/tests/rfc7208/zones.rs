//! Zones written shortly, and the loop that answers from them.

use mail_auth_spf_dkim::dns::{MailExchange, Name, Records, Zone};
use mail_auth_spf_dkim::spf::{Client, Evaluation, Limits, Outcome};
use mail_wire::Instant;

pub(crate) fn name(text: &str) -> Name {
    Name::for_query(text).unwrap()
}

/// A zone from lines `name TYPE value`; several lines may give several records.
pub(crate) fn zone(lines: &str) -> Zone {
    let mut records: Vec<(Name, Records)> = Vec::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words = line.splitn(3, ' ');
        let (owner, kind, value) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap().trim());
        let new = match kind {
            "A" => Records::A(vec![value.parse().unwrap()]),
            "AAAA" => Records::Aaaa(vec![value.parse().unwrap()]),
            "PTR" => Records::Ptr(vec![name(value)]),
            "TXT" => Records::text(value),
            "MX" => {
                let (preference, exchange) = value.split_once(' ').unwrap();
                let preference = preference.parse().unwrap();
                Records::Mx(vec![MailExchange { preference, exchange: name(exchange) }])
            }
            _ => panic!("no such type: {kind}"),
        };
        let owner = name(owner);
        let old = records.iter_mut().find(|(o, r)| *o == owner && r.record_type() == new.record_type());
        match (old, new) {
            (Some((_, Records::A(list))), Records::A(more)) => list.extend(more),
            (Some((_, Records::Aaaa(list))), Records::Aaaa(more)) => list.extend(more),
            (Some((_, Records::Ptr(list))), Records::Ptr(more)) => list.extend(more),
            (Some((_, Records::Txt(list))), Records::Txt(more)) => list.extend(more),
            (Some((_, Records::Mx(list))), Records::Mx(more)) => list.extend(more),
            (_, new) => records.push((owner, new)),
        }
    }
    records.into_iter().fold(Zone::new(), |zone, (name, records)| zone.with(name, records))
}

pub(crate) fn client(address: &str) -> Client {
    Client::new(address.parse().unwrap(), "mail.example.com")
}

/// Answers everything from the zone.
pub(crate) fn answer_all(zone: &Zone, evaluation: &mut Evaluation) -> Outcome {
    while let Some(query) = evaluation.poll_query() {
        evaluation.handle_answer(Instant::EPOCH, query.id, zone.lookup(&query.name, query.record_type));
    }
    evaluation.outcome().expect("nothing to ask and no outcome").clone()
}

/// The word of the result for a reverse-path.
pub(crate) fn check(zone: &Zone, address: &str, mail_from: &str) -> &'static str {
    let mut evaluation = Evaluation::mail_from(Instant::EPOCH, &client(address), mail_from, &Limits::default());
    answer_all(zone, &mut evaluation).result.as_str()
}
