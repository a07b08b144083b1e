//! However many ask for it, a body is hashed once.
#![cfg(all(feature = "ring", feature = "arc"))]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::arc::{ChainStatus, Sealer};
use mail_auth_spf_dkim::authenticate::{Receiver, Session, Settings};
use mail_auth_spf_dkim::authres::AuthenticationResults;
use mail_auth_spf_dkim::crypto::{
    HashAlgorithm, Hasher, KeyError, PrivateKey, Provider, PublicKey, SigningKey, VerifyingKey, ring,
};
use mail_auth_spf_dkim::dkim::{DkimResult, Identity, KeyRecord, Signer, SigningSettings};
use mail_auth_spf_dkim::dns::{Name, Records, Zone};
use mail_auth_spf_dkim::spf::Client;
use mail_wire::Instant;

const NOW: Instant = Instant::EPOCH;
const DATE: UnixTime = UnixTime::new(1_778_000_000);

/// Counts the hashers that it makes.
#[derive(Debug)]
struct Counting(AtomicUsize);

static COUNTING: Counting = Counting(AtomicUsize::new(0));

impl Provider for Counting {
    fn name(&self) -> &'static str {
        "counting"
    }

    fn hasher(&self, algorithm: HashAlgorithm) -> Box<dyn Hasher> {
        self.0.fetch_add(1, Ordering::Relaxed);
        ring::PROVIDER.hasher(algorithm)
    }

    fn verifying_key(&self, key: &PublicKey) -> Result<Box<dyn VerifyingKey>, KeyError> {
        ring::PROVIDER.verifying_key(key)
    }

    fn signing_key(&self, key: &PrivateKey) -> Result<Box<dyn SigningKey>, KeyError> {
        ring::PROVIDER.signing_key(key)
    }
}

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

#[test]
fn dkim_and_arc_share_the_header_and_the_hash() {
    let key: Arc<dyn SigningKey> =
        Arc::from(ring::PROVIDER.signing_key(&PrivateKey::from_ed25519_seed(&[7; 32])).unwrap());
    let record = KeyRecord::new(key.public_key()).to_string();
    let identity = |domain| Identity::new(name(domain), name("may"), Arc::clone(&key)).unwrap();
    let settings = SigningSettings::default();
    let message = b"From: Ann <ann@example.org>\r\n\r\nHello, list!\r\n";

    let mut signer = Signer::new(DATE, &ring::PROVIDER, vec![identity("example.org")], &settings);
    signer.handle_input(message);
    signer.handle_eof();
    let signed = [signer.fields().unwrap().unwrap().as_bytes(), message].concat();
    let results = AuthenticationResults::new("mx.list.example").unwrap();
    let identity = identity("list.example");
    let mut sealer = Sealer::new(DATE, &ring::PROVIDER, identity, results, ChainStatus::None, &settings);
    sealer.handle_input(&signed);
    sealer.handle_eof();
    let sealed = [sealer.fields().unwrap().unwrap().as_bytes(), &signed].concat();

    let zone = Zone::new()
        .with(name("may._domainkey.example.org"), Records::text(record.clone()))
        .with(name("may._domainkey.list.example"), Records::text(record));
    let client = Client::new("192.0.2.1".parse().unwrap(), "mail.list.example");
    let session = Session::new(DATE, client, "ann@example.org", "mx.example.net").unwrap();
    for piece in 1..80 {
        COUNTING.0.store(0, Ordering::Relaxed);
        let mut receiver = Receiver::new(NOW, session.clone(), &COUNTING, &Settings::default());
        sealed.chunks(piece).for_each(|piece| receiver.handle_input(NOW, piece));
        receiver.handle_eof(NOW);
        while let Some(query) = receiver.poll_query() {
            receiver.handle_answer(NOW, query.id, zone.lookup(&query.name, query.record_type));
        }
        let report = receiver.report().unwrap();
        assert_eq!(report.dkim.signatures[0].result, DkimResult::Pass);
        assert_eq!(report.arc.as_ref().unwrap().status, ChainStatus::Pass);
        assert_eq!(COUNTING.0.load(Ordering::Relaxed), 1);
    }
}
