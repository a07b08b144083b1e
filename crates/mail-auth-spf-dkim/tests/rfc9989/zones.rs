//! Zones of DMARC records, and the loop that answers from them.

use mail_auth_spf_dkim::dmarc::{Authors, Evaluation, Identifiers, Limits, Outcome};
use mail_auth_spf_dkim::dns::{DnsError, Name, Records, Zone};
use mail_wire::Instant;

pub(crate) fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

/// Records at `_dmarc` below each of the domains.
pub(crate) fn zone(records: &[(&str, &str)]) -> Zone {
    let record = |zone: Zone, (domain, tags): &(&str, &str)| {
        zone.with(name(&format!("_dmarc.{domain}")), Records::text(format!("v=DMARC1; {tags}")))
    };
    records.iter().fold(Zone::new(), record)
}

/// Evaluates and tells what was asked for.
pub(crate) fn evaluate(zone: &Zone, from: &[&str], identifiers: Identifiers) -> (Outcome, Vec<String>) {
    let mut evaluation = Evaluation::new(Instant::EPOCH, Authors::of_fields(from), &Limits::default());
    evaluation.handle_identifiers(Instant::EPOCH, identifiers);
    let mut asked = Vec::new();
    while let Some(query) = evaluation.poll_query() {
        asked.push(query.name.as_str().to_owned());
        evaluation.handle_answer(Instant::EPOCH, query.id, zone.lookup(&query.name, query.record_type));
    }
    (evaluation.outcome().expect("nothing to ask and no outcome").clone(), asked)
}

pub(crate) fn dkim(domain: &str) -> Identifiers {
    Identifiers::default().with_dkim(name(domain))
}

pub(crate) fn spf(domain: &str) -> Identifiers {
    Identifiers::default().with_spf(name(domain))
}

pub(crate) fn failing(zone: &mut Zone, domain: &str) {
    zone.insert_error(name(domain), mail_auth_spf_dkim::dns::RecordType::Txt, DnsError::Temporary);
}
