//! Messages that are sealed once and again, and what the verifier makes of them.

use std::sync::Arc;

use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::arc::{ChainStatus, Report, Sealer, SealerError, Verifier};
use mail_auth_spf_dkim::authres::{AuthenticationResults, MethodResult};
use mail_auth_spf_dkim::crypto::{PrivateKey, default_provider};
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

pub(crate) fn identity(domain: &str) -> Identity {
    let key = default_provider().signing_key(&PrivateKey::from_ed25519_seed(&[7; 32])).unwrap();
    Identity::new(Name::parse(domain).unwrap(), Name::parse("arc").unwrap(), Arc::from(key)).unwrap()
}

pub(crate) fn zone() -> Zone {
    let key = default_provider().signing_key(&PrivateKey::from_ed25519_seed(&[7; 32])).unwrap();
    let record = KeyRecord::new(key.public_key()).to_string();
    ["list.example", "forward.example"].into_iter().fold(Zone::new(), |zone, domain| {
        zone.with(Name::parse(&format!("arc._domainkey.{domain}")).unwrap(), Records::text(record.clone()))
    })
}

pub(crate) fn results(domain: &str) -> AuthenticationResults {
    let mut results = AuthenticationResults::new(&format!("mx.{domain}")).unwrap();
    let spf = MethodResult::new("spf", "pass").unwrap().with_property("smtp", "mailfrom", "ann@example.org").unwrap();
    results.push(spf);
    results
}

pub(crate) fn try_seal(message: &[u8], domain: &str, status: ChainStatus) -> Result<Vec<u8>, SealerError> {
    let settings = SigningSettings::default();
    let mut sealer = Sealer::new(DATE, default_provider(), identity(domain), results(domain), status, &settings);
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
