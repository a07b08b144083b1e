//! Messages that are sealed once and again, and what the verifier makes of them.

use std::sync::Arc;

use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::arc::{ChainStatus, Report, Sealer, SealerError, Verifier};
use mail_auth_spf_dkim::authres::{AuthenticationResults, MethodResult};
use mail_auth_spf_dkim::crypto::{PrivateKey, SigningKey, default_provider};
use mail_auth_spf_dkim::dkim::{Identity, KeyRecord, Policy, SigningSettings};
use mail_auth_spf_dkim::dns::{Name, Records, Zone};
use mail_wire::Instant;

pub(crate) const NOW: Instant = Instant::EPOCH;
pub(crate) const DATE: UnixTime = UnixTime::new(1_778_000_000);

pub(crate) const MESSAGE: &[u8] = b"From: Ann <ann@example.org>\r\n\
    To: list@list.example\r\n\
    Subject: Hello\r\n\
    \r\n\
    Hello, list!\r\n";

/// Each domain has a key of its own, so that one that is fetched for another does not fit.
fn key(domain: &str) -> Box<dyn SigningKey> {
    let seed = if domain == "list.example" { [7; 32] } else { [8; 32] };
    default_provider().signing_key(&PrivateKey::from_ed25519_seed(&seed)).unwrap()
}

pub(crate) fn identity(domain: &str) -> Identity {
    Identity::new(Name::parse(domain).unwrap(), Name::parse("arc").unwrap(), Arc::from(key(domain))).unwrap()
}

pub(crate) fn zone() -> Zone {
    ["list.example", "forward.example"].into_iter().fold(Zone::new(), |zone, domain| {
        let record = KeyRecord::new(key(domain).public_key()).to_string();
        zone.with(Name::parse(&format!("arc._domainkey.{domain}")).unwrap(), Records::text(record))
    })
}

pub(crate) fn results(domain: &str) -> AuthenticationResults {
    let mut results = AuthenticationResults::new(&format!("mx.{domain}")).unwrap();
    let spf = MethodResult::new("spf", "pass").unwrap().with_property("smtp", "mailfrom", "ann@example.org").unwrap();
    results.push(spf);
    results
}

pub(crate) fn try_seal(message: &[u8], domain: &str, status: ChainStatus) -> Result<Vec<u8>, SealerError> {
    try_seal_with(message, domain, status, &SigningSettings::default())
}

pub(crate) fn try_seal_with(
    message: &[u8],
    domain: &str,
    status: ChainStatus,
    settings: &SigningSettings,
) -> Result<Vec<u8>, SealerError> {
    let mut sealer = Sealer::new(DATE, default_provider(), identity(domain), results(domain), status, settings);
    message.chunks(11).for_each(|piece| sealer.handle_input(piece));
    sealer.handle_eof();
    let fields = sealer.fields().expect("the key is here")?;
    Ok([fields.as_bytes(), message].concat())
}

pub(crate) fn seal(message: &[u8], domain: &str, status: ChainStatus) -> Vec<u8> {
    try_seal(message, domain, status).unwrap()
}

pub(crate) fn verify(message: &[u8]) -> Report {
    let mut verifier = Verifier::new(default_provider(), &Policy::default());
    message.chunks(13).for_each(|piece| verifier.handle_input(NOW, piece));
    verifier.handle_eof(NOW);
    while let Some(query) = verifier.poll_query() {
        verifier.handle_answer(NOW, query.id, zone().lookup(&query.name, query.record_type));
    }
    verifier.report().expect("everything is answered").clone()
}

pub(crate) fn replaced(message: &[u8], old: &str, new: &str) -> Vec<u8> {
    let text = String::from_utf8(message.to_vec()).unwrap();
    assert!(text.contains(old), "{old} is not in {text}");
    text.replacen(old, new, 1).into_bytes()
}
