//! mail-auth, with its keys in its cache, so that its resolver is never asked.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use peer_mail_auth::crypto::{Ed25519Key, RsaKey, Sha256};
use peer_mail_auth::dkim::{Canonicalization as PeerForm, DkimSigner, DomainKey};
use peer_mail_auth::dns::cache::{DnsCache, NoCache, ResolverCache};
use peer_mail_auth::dns::{TxtRecord, TxtRecordParser};
use peer_mail_auth::headers::{HeaderWriter, Writer};
use peer_mail_auth::signer::Ready;
use peer_mail_auth::{AuthenticatedMessage, DkimResult, MessageAuthenticator, Parameters, testing};

use mail_auth_spf_dkim::dkim::Canonicalization;

use crate::messages::{DOMAIN, SELECTOR, SIGNED};

const fn form(canonicalization: Canonicalization) -> PeerForm {
    match canonicalization {
        Canonicalization::Simple => PeerForm::Simple,
        Canonicalization::Relaxed => PeerForm::Relaxed,
    }
}

/// Where it writes to when only its canonicaliser is of interest: every piece is looked at, as a hash would.
#[derive(Default)]
struct Length(usize);

impl Writer for Length {
    fn write(&mut self, buf: &[u8]) {
        self.0 += std::hint::black_box(buf).len();
    }
}

pub fn canonical_length(canonicalization: Canonicalization, body: &[u8]) -> usize {
    let mut length = Length::default();
    testing::write_canonical_body(form(canonicalization), body, 0, &mut length);
    length.0
}

pub fn digest(canonicalization: Canonicalization, body: &[u8]) -> Vec<u8> {
    testing::whole_body_digest(form(canonicalization), body, 0)
}

/// TXT records, in a table behind a lock.
struct Records(Mutex<HashMap<Box<str>, TxtRecord>>);

impl ResolverCache<Box<str>, TxtRecord> for Records {
    fn get<Q: Hash + Eq + ?Sized>(&self, name: &Q) -> Option<TxtRecord>
    where
        Box<str>: Borrow<Q>,
    {
        self.0.lock().ok()?.get(name).cloned()
    }

    fn remove<Q: Hash + Eq + ?Sized>(&self, name: &Q) -> Option<TxtRecord>
    where
        Box<str>: Borrow<Q>,
    {
        self.0.lock().ok()?.remove(name)
    }

    fn insert(&self, key: Box<str>, value: TxtRecord, _: Instant) {
        if let Ok(mut records) = self.0.lock() {
            records.insert(key, value);
        }
    }
}

impl DnsCache for Records {
    type Txt = Self;
    type Mx = NoCache;
    type Ipv4 = NoCache;
    type Ipv6 = NoCache;
    type Ptr = NoCache;

    fn txt(&self) -> Option<&Self> {
        Some(self)
    }
    fn mx(&self) -> Option<&NoCache> {
        None
    }
    fn ipv4(&self) -> Option<&NoCache> {
        None
    }
    fn ipv6(&self) -> Option<&NoCache> {
        None
    }
    fn ptr(&self) -> Option<&NoCache> {
        None
    }
}

pub struct Verifier {
    runtime: tokio::runtime::Runtime,
    authenticator: MessageAuthenticator,
    records: Records,
}

impl Verifier {
    pub fn new(record: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let authenticator = runtime.block_on(async { MessageAuthenticator::new_system_conf().expect("a resolver") });
        let key = TxtRecord::DomainKey(Arc::new(DomainKey::parse(record.as_bytes()).expect("a key")));
        let name = format!("{SELECTOR}._domainkey.{DOMAIN}.").into_boxed_str();
        Self { runtime, authenticator, records: Records(Mutex::new(HashMap::from([(name, key)]))) }
    }

    pub fn passes(&self, message: &[u8]) -> bool {
        let message = AuthenticatedMessage::parse(message).expect("a message");
        let parameters = Parameters::new(&message).with_cache(&self.records);
        let outputs = self.runtime.block_on(self.authenticator.verify_dkim(parameters));
        matches!(outputs.as_slice(), [output] if *output.result() == DkimResult::Pass)
    }
}

pub enum Signer {
    Rsa(DkimSigner<RsaKey<Sha256>, Ready>),
    Ed25519(DkimSigner<Ed25519Key, Ready>),
}

impl Signer {
    #[expect(deprecated, reason = "its other reader of keys takes a type of another crate")]
    pub fn rsa(pem: &str) -> Self {
        let key = RsaKey::<Sha256>::from_rsa_pem(pem).expect("a key");
        Self::Rsa(DkimSigner::from_key(key).domain(DOMAIN).selector(SELECTOR).headers(SIGNED))
    }

    pub fn ed25519(seed: &[u8; 32], public: &[u8]) -> Self {
        let key = Ed25519Key::from_seed_and_public_key(seed, public).expect("a key");
        Self::Ed25519(DkimSigner::from_key(key).domain(DOMAIN).selector(SELECTOR).headers(SIGNED))
    }

    /// The field, to be written in front of the message.
    pub fn sign(&self, message: &[u8]) -> String {
        let signature = match self {
            Self::Rsa(signer) => signer.sign(message),
            Self::Ed25519(signer) => signer.sign(message),
        };
        signature.expect("a signature").to_header()
    }
}
