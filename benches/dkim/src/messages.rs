//! Whole messages verified and signed, with keys from memory.

use std::sync::Arc;
use std::time::SystemTime;

use harness::{Group, corpus};
use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::crypto::{HashAlgorithm, PrivateKey, Provider, SignatureAlgorithm, aws_lc_rs, ring};
use mail_auth_spf_dkim::dkim::{
    BodyCanonicalizer, BodyDefects, Canonicalization, DkimResult, Identity, Key, KeyRecord, Policy, Signer,
    SigningSettings, Verifier,
};
use mail_auth_spf_dkim::dns::Name;
use mail_wire::Instant;

use crate::bodies::body;
use crate::{mail_auth, viadkim};

pub const DOMAIN: &str = "example.org";
pub const SELECTOR: &str = "may";
pub const SIGNED: [&str; 5] = ["From", "To", "Subject", "Date", "Message-ID"];

const RSA: &str = include_str!("../../../crates/mail-auth-spf-dkim/tests/rfc6376/rsa2048.pem");
const ED25519: [u8; 32] = [7; 32];

/// The fields of a common message, and a body of so many octets, of these lines.
fn message(lines: &[u8], octets: usize) -> Vec<u8> {
    let header = "Received: from mail.example.org (mail.example.org [192.0.2.1])\r\n\
        \tby mx.example.com with ESMTPS id 4Xyz; Fri, 11 Jul 2025 21:00:39 -0700 (PDT)\r\n\
        Date: Fri, 11 Jul 2025 21:00:37 -0700\r\n\
        From: Ann <ann@example.org>\r\n\
        To: Bob <bob@example.com>, Carol <carol@example.com>\r\n\
        Message-ID: <20250711210037.12345@mail.example.org>\r\n\
        Subject: Is dinner ready, or\r\n are we to wait for the others?\r\n\
        User-Agent: Mutt/2.2.13\r\n\
        MIME-Version: 1.0\r\n\
        Content-Type: text/plain; charset=utf-8\r\n\
        \r\n";
    let mut message = header.as_bytes().to_vec();
    let body: Vec<u8> = lines.iter().copied().cycle().take(octets).collect();
    let whole_lines = body.iter().rposition(|octet| *octet == b'\n').map_or(0, |end| end + 1);
    message.extend_from_slice(&body[..whole_lines]);
    message
}

/// The bodies of real mail, one after the other, but for those with bare CRs or LFs.
fn real_bodies() -> Vec<u8> {
    let is_clean = |body: &&[u8]| {
        let mut canonicalizer = BodyCanonicalizer::new(Canonicalization::Simple);
        canonicalizer.update(body, &mut |_| {});
        canonicalizer.finish(&mut |_| {});
        canonicalizer.defects() == BodyDefects::default()
    };
    corpus().iter().map(|message| body(message)).filter(is_clean).flatten().copied().collect()
}

const TEXT: &[u8] = b"It was  the best of times, it was the worst of times,  it was the age of wisdom\r\n";
const BASE64: &[u8] = b"VGhpcyBpcyBhIGxpbmUgb2YgYmFzZTY0LCBhcyBsb25nIGFzIE1JTUUgYWxsb3dzOiA3NiBj\r\n";

fn now() -> UnixTime {
    UnixTime::new(SystemTime::UNIX_EPOCH.elapsed().map_or(0, |age| age.as_secs()))
}

fn passes(provider: &'static dyn Provider, policy: &Policy, key: &Key, message: &[u8]) -> bool {
    let mut verifier = Verifier::new(now(), provider, policy);
    verifier.handle_input(Instant::EPOCH, message);
    while let Some(query) = verifier.poll_query() {
        verifier.handle_key(Instant::EPOCH, query.id, key.clone());
    }
    verifier.handle_eof(Instant::EPOCH);
    let report = verifier.report().expect("all is answered");
    matches!(report.signatures.as_slice(), [outcome] if outcome.result == DkimResult::Pass)
}

fn sign(provider: &'static dyn Provider, identity: &Identity, settings: &SigningSettings, message: &[u8]) -> String {
    let mut signer = Signer::new(now(), provider, vec![identity.clone()], settings);
    signer.handle_input(message);
    signer.handle_eof();
    signer.fields().expect("the key is here").expect("a message that can be signed").to_owned()
}

/// The provider that the other uses, and the one that is ours by default.
fn providers() -> [(&'static str, &'static dyn Provider); 2] {
    [("ours, with aws-lc-rs", &aws_lc_rs::PROVIDER), ("ours, with ring", &ring::PROVIDER)]
}

pub fn run() {
    let rsa = PrivateKey::from_pem(RSA).expect("a key");
    let ed25519 = PrivateKey::from_ed25519_seed(&ED25519);
    let public = |key: &PrivateKey| ring::PROVIDER.signing_key(key).expect("a key").public_key();
    let keys = [
        ("RSA of 2048 bits", SignatureAlgorithm::RsaSha256, &rsa, mail_auth::Signer::rsa(RSA)),
        (
            "Ed25519",
            SignatureAlgorithm::Ed25519Sha256,
            &ed25519,
            mail_auth::Signer::ed25519(&ED25519, public(&ed25519).octets()),
        ),
    ];
    let real = real_bodies();
    let messages = [
        ("3 kB of text", message(TEXT, 3_000)),
        ("50 kB of text", message(TEXT, 50_000)),
        ("50 kB of real mail", message(&real, 50_000)),
        ("50 kB of base64", message(BASE64, 50_000)),
        ("5 MB of text", message(TEXT, 5_000_000)),
        ("5 MB of real mail", message(&real, 5_000_000)),
        ("5 MB of base64", message(BASE64, 5_000_000)),
    ];
    let mut settings = SigningSettings::default().only_from();
    for name in &SIGNED[1..] {
        settings = settings.with_field(name).expect("a name");
    }
    for (what, message) in &messages {
        for (key_name, algorithm, key, peer_signer) in &keys {
            let record = KeyRecord::new(public(key)).to_string();
            verify(&format!("verifying {what}, {key_name}"), message, *algorithm, key, &record, peer_signer);
            signing(&format!("signing {what}, {key_name}"), message, key, &record, &settings, peer_signer);
        }
    }
}

fn verify(
    title: &str,
    message: &[u8],
    algorithm: SignatureAlgorithm,
    key: &PrivateKey,
    record: &str,
    peer_signer: &mail_auth::Signer,
) {
    let signed = [peer_signer.sign(message).as_bytes(), message].concat();
    let broken = [&signed[..], b"And one line more.\r\n"].concat();
    let policy = Policy::default();
    let mail_auth = mail_auth::Verifier::new(record);
    let viadkim = viadkim::Verifier::new(record);
    assert!(mail_auth.passes(&signed) && !mail_auth.passes(&broken), "{title}: mail-auth");
    assert!(viadkim.passes(&signed) && !viadkim.passes(&broken), "{title}: viadkim");

    let made =
        providers().map(|(name, provider)| (name, provider, Key::parse(provider, record.as_bytes()).expect("a key")));
    let mut group = Group::new(title, 1).bytes(message.len()).same_work();
    group = group.contender("mail-auth 0.15.1", || u64::from(mail_auth.passes(&signed)));
    for (name, provider, key) in &made {
        assert!(
            passes(*provider, &policy, key, &signed) && !passes(*provider, &policy, key, &broken),
            "{title}: {name}"
        );
        group = group.contender(name, || u64::from(passes(*provider, &policy, key, &signed)));
    }
    let provider = &aws_lc_rs::PROVIDER;
    let signing_key = provider.signing_key(key).expect("a key");
    let signature = signing_key.sign(algorithm, b"what is signed").expect("a signature");
    let verifying_key = provider.verifying_key(&signing_key.public_key()).expect("a key");
    let mut hasher = provider.hasher(HashAlgorithm::Sha256);
    group
        .contender("viadkim 0.2.0", || u64::from(viadkim.passes(&signed)))
        .contender("limit: one hash and one verification", || {
            hasher.update(&signed);
            std::hint::black_box(hasher.finish());
            u64::from(verifying_key.verify(algorithm, b"what is signed", &signature).is_ok())
        })
        .run();
}

fn signing(
    title: &str,
    message: &[u8],
    key: &PrivateKey,
    record: &str,
    settings: &SigningSettings,
    peer_signer: &mail_auth::Signer,
) {
    let mail_auth = mail_auth::Verifier::new(record);
    let made = providers().map(|(name, provider)| {
        let key = Arc::from(provider.signing_key(key).expect("a key"));
        let (domain, selector) = (Name::parse(DOMAIN).expect("a name"), Name::parse(SELECTOR).expect("a name"));
        (name, provider, Identity::new(domain, selector, key).expect("an identity"))
    });
    let mut group = Group::new(title, 1).bytes(message.len());
    group = group.contender("mail-auth 0.15.1", || peer_signer.sign(message).len() as u64);
    for (name, provider, identity) in &made {
        let signed = [sign(*provider, identity, settings, message).as_bytes(), message].concat();
        assert!(mail_auth.passes(&signed), "{title}: {name}");
        group = group.contender(name, || sign(*provider, identity, settings, message).len() as u64);
    }
    group.run();
}
