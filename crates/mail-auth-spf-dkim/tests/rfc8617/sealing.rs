//! Messages that are sealed once and again, and what the verifier makes of them.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::arc::{ChainStatus, Report, Sealer, SealerError, Verifier};
use mail_auth_spf_dkim::authres::{AuthenticationResults, MethodResult};
use mail_auth_spf_dkim::crypto::{HashAlgorithm, PrivateKey, SignatureAlgorithm, SigningKey, default_provider};
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

/// The message with a link that signs no more than it must: `h=` names what `signed` has in canonical form.
pub(crate) fn carelessly_sealed(h: &str, signed: &str) -> Vec<u8> {
    let signature = |message: &str| {
        let signature = key("list.example").sign(SignatureAlgorithm::Ed25519Sha256, message.as_bytes());
        BASE64_STANDARD.encode(signature.unwrap())
    };
    let mut hasher = default_provider().hasher(HashAlgorithm::Sha256);
    hasher.update(b"Hello, list!\r\n");
    let body_hash = BASE64_STANDARD.encode(hasher.finish());
    let who = "i=1; a=ed25519-sha256; d=list.example; s=arc;";
    let results = "i=1; mx.list.example; none";
    let message_signature = format!("{who} h={h}; bh={body_hash}; b=");
    let message_signature =
        format!("{message_signature}{}", signature(&format!("{signed}arc-message-signature:{message_signature}")));
    let sealed = format!("arc-authentication-results:{results}\r\narc-message-signature:{message_signature}\r\n");
    let seal = format!("{who} cv=none; b=");
    let seal = format!("{seal}{}", signature(&format!("{sealed}arc-seal:{seal}")));
    [format!("ARC-Seal: {seal}\r\n{sealed}").as_bytes(), MESSAGE].concat()
}

pub(crate) fn verify(message: &[u8]) -> Report {
    verify_with(message, &Policy::default())
}

pub(crate) fn verify_with(message: &[u8], policy: &Policy) -> Report {
    let mut verifier = Verifier::new(default_provider(), policy);
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
