//! A message, keys, and what the verifier makes of them: in one piece, and in others.

use std::sync::Arc;

use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::crypto::{PrivateKey, default_provider};
use mail_auth_spf_dkim::dkim::{Identity, KeyRecord, Policy, Report, Signer, SigningSettings, Verifier};
use mail_auth_spf_dkim::dns::{Name, Records, Zone};
use mail_wire::Instant;

pub(crate) const NOW: Instant = Instant::EPOCH;
/// When the messages of these tests are signed and verified.
pub(crate) const DATE: UnixTime = UnixTime::new(1_778_000_000);

pub(crate) fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

/// What the verifier says of a message that comes in pieces of these sizes, the last as large as it must be.
pub(crate) fn verify_in_pieces(
    message: &[u8],
    zone: &Zone,
    date: UnixTime,
    policy: &Policy,
    sizes: &[usize],
) -> Report {
    let mut verifier = Verifier::new(date, default_provider(), policy);
    let mut rest = message;
    for size in sizes {
        let (piece, left) = rest.split_at((*size).min(rest.len()));
        verifier.handle_input(NOW, piece);
        rest = left;
    }
    verifier.handle_input(NOW, rest);
    verifier.handle_eof(NOW);
    while let Some(query) = verifier.poll_query() {
        verifier.handle_answer(NOW, query.id, zone.lookup(&query.name, query.record_type));
    }
    verifier.report().expect("everything is answered").clone()
}

pub(crate) fn verify_with(message: &[u8], zone: &Zone, policy: &Policy) -> Report {
    verify_in_pieces(message, zone, DATE, policy, &[])
}

pub(crate) fn verify(message: &[u8], zone: &Zone) -> Report {
    verify_with(message, zone, &Policy::default())
}

/// The only signature of a message, as `pass`, or as the result and its cause.
pub(crate) fn verdict(message: &[u8], zone: &Zone) -> String {
    verdict_with(message, zone, &Policy::default())
}

pub(crate) fn verdict_with(message: &[u8], zone: &Zone, policy: &Policy) -> String {
    let report = verify_with(message, zone, policy);
    let [outcome] = report.signatures.as_slice() else { panic!("{} signatures", report.signatures.len()) };
    match &outcome.cause {
        Some(cause) => format!("{}: {cause}", outcome.result),
        None => outcome.result.to_string(),
    }
}

/// The key of example.org, selector may.
pub(crate) fn identity() -> Identity {
    let key = default_provider().signing_key(&PrivateKey::from_ed25519_seed(&[7; 32])).unwrap();
    Identity::new(name("example.org"), name("may"), Arc::from(key)).unwrap()
}

/// Where that key is published.
pub(crate) fn zone() -> Zone {
    zone_with(&key_record())
}

pub(crate) fn key_record() -> String {
    let key = default_provider().signing_key(&PrivateKey::from_ed25519_seed(&[7; 32])).unwrap();
    KeyRecord::new(key.public_key()).to_string()
}

pub(crate) fn zone_with(record: &str) -> Zone {
    Zone::new().with(name("may._domainkey.example.org"), Records::text(record))
}

pub(crate) fn sign(message: &[u8]) -> Vec<u8> {
    sign_with(message, vec![identity()], &SigningSettings::default())
}

/// The message with its signatures in front.
pub(crate) fn sign_with(message: &[u8], identities: Vec<Identity>, settings: &SigningSettings) -> Vec<u8> {
    let mut signer = Signer::new(DATE, default_provider(), identities, settings);
    signer.handle_input(message);
    signer.handle_eof();
    let mut signed = signer.fields().expect("the keys are here").unwrap().to_owned().into_bytes();
    signed.extend_from_slice(message);
    signed
}

/// The message with every occurrence of a text replaced; there must be one.
pub(crate) fn replaced(message: &[u8], old: &str, new: &str) -> Vec<u8> {
    let text = String::from_utf8(message.to_vec()).unwrap();
    assert!(text.contains(old), "{old} is not in {text}");
    text.replace(old, new).into_bytes()
}

pub(crate) const MESSAGE: &[u8] = b"From: Ann <ann@example.org>\r\n\
    To: Bob <bob@example.com>\r\n\
    Subject: Is dinner ready?\r\n\
    Date: Fri, 11 Jul 2025 21:00:37 -0700\r\n\
    Message-ID: <1@example.org>\r\n\
    \r\n\
    Hi.\r\n\
    \r\n\
    We lost the game.  Are you hungry yet?\r\n";
