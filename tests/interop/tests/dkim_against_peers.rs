//! DKIM: what is signed here verifies with dkimpy, Mail::DKIM and OpenDKIM, and what they sign verifies here.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use interop::dkim::{ED25519, Letters, Peer, RSA_1024, RSA_2048, RSA_3072, RSA_4096};
use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::crypto::{KeyType, PrivateKey, Provider, SigningKey, ring, rustcrypto};
use mail_auth_spf_dkim::dkim::{
    Canonicalization, DkimResult, Identity, KeyRecord, Policy, Signer, SigningSettings, Verifier,
};
use mail_auth_spf_dkim::dns::{Name, Records, Zone};
use mail_wire::Instant;
use rfc5322_message::fields::{Fields, RawField};

const DOMAIN: &str = "example.org";
const SELECTOR: &str = "interop";
const KEYS: [&str; 5] = [RSA_1024, RSA_2048, RSA_3072, RSA_4096, ED25519];
/// Messages of each key and form.
const MESSAGES: usize = 24;
/// So many of them have an empty body, or one that is empty in canonical form.
const EMPTY: usize = 4;

fn key_name() -> Name {
    Name::parse("interop._domainkey.example.org").unwrap()
}

fn now() -> UnixTime {
    UnixTime::new(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs())
}

/// Keys of 1024 bits are signed with by one provider only.
fn signing_key(key: &str) -> Arc<dyn SigningKey> {
    let private = PrivateKey::from_pem(key).unwrap();
    let provider: &dyn Provider = if key == RSA_1024 { &rustcrypto::PROVIDER } else { &ring::PROVIDER };
    Arc::from(provider.signing_key(&private).unwrap())
}

fn forms() -> [(Canonicalization, Canonicalization); 4] {
    use Canonicalization::{Relaxed, Simple};
    [(Simple, Simple), (Simple, Relaxed), (Relaxed, Simple), (Relaxed, Relaxed)]
}

fn sign(message: &[u8], key: &Arc<dyn SigningKey>, form: (Canonicalization, Canonicalization)) -> Vec<u8> {
    let identity =
        Identity::new(Name::parse(DOMAIN).unwrap(), Name::parse(SELECTOR).unwrap(), Arc::clone(key)).unwrap();
    let mut settings = SigningSettings::default();
    (settings.header_canonicalization, settings.body_canonicalization) = form;
    let mut signer = Signer::new(now(), &ring::PROVIDER, vec![identity], &settings);
    message.chunks(17).for_each(|piece| signer.handle_input(piece));
    signer.handle_eof();
    [signer.fields().expect("the key is here").unwrap().as_bytes(), message].concat()
}

fn verify(message: &[u8], zone: &Zone) -> String {
    let mut verifier = Verifier::new(now(), &ring::PROVIDER, &Policy::default());
    message.chunks(19).for_each(|piece| verifier.handle_input(Instant::EPOCH, piece));
    verifier.handle_eof(Instant::EPOCH);
    while let Some(query) = verifier.poll_query() {
        verifier.handle_answer(Instant::EPOCH, query.id, zone.lookup(&query.name, query.record_type));
    }
    let report = verifier.report().expect("everything is answered");
    let [outcome] = report.signatures.as_slice() else { return format!("{} signatures", report.signatures.len()) };
    match outcome.result {
        DkimResult::Pass => "pass".to_owned(),
        result => format!("{result}: {:?}", outcome.cause),
    }
}

fn messages(seed: usize) -> Vec<Vec<u8>> {
    let mut letters = Letters::new(seed as u64);
    let letter = |number| if number < EMPTY { letters.empty_letter(DOMAIN) } else { letters.letter(DOMAIN) };
    (0..MESSAGES).map(letter).collect()
}

/// What a peer is expected to say.
#[derive(Debug, PartialEq)]
enum Expected {
    Pass,
    Fail,
    /// Its program reads the file otherwise than a mail server would, so that either may come out.
    Either,
}

/// What a peer does otherwise than RFC 6376 says, by the message and its form.
fn expected(peer: Peer, message: &[u8], (header, body): (Canonicalization, Canonicalization)) -> Expected {
    let differs = match peer {
        // White space at the end of a last line without CRLF is at the end of a line too (section 3.4.4).
        Peer::Dkimpy => body == Canonicalization::Relaxed && message.ends_with(b"\t"),
        // A body without CRLF at its end gets one (section 3.4.3).
        Peer::MailDkim => body == Canonicalization::Simple && !message.ends_with(b"\r\n"),
        // Its test mode rebuilds fields with one space behind the colon, and loses what is no whole line.
        Peer::OpenDkim => {
            let one_space = |field: RawField<'_>| field.body().starts_with(b" ") && !field.body().starts_with(b"  ");
            let rebuilt = header == Canonicalization::Simple && !Fields::new(message).all(one_space);
            return if rebuilt || !message.ends_with(b"\r\n") { Expected::Either } else { Expected::Pass };
        }
    };
    if differs { Expected::Fail } else { Expected::Pass }
}

/// Compares verdicts with what is expected, and fails with all that differ.
#[derive(Default)]
struct Comparison {
    compared: usize,
    different: usize,
    wrong: Vec<String>,
}

impl Comparison {
    fn take(&mut self, peer: Peer, message: &[u8], form: (Canonicalization, Canonicalization), verdict: &str) {
        let expected = expected(peer, message, form);
        self.compared += 1;
        self.different += usize::from(expected != Expected::Pass);
        if expected != Expected::Either && (verdict == "pass") != (expected == Expected::Pass) {
            let text = String::from_utf8_lossy(message).into_owned();
            self.wrong.push(format!("{peer:?}, {form:?}: {verdict}\n{text:?}"));
        }
    }

    fn finish(self) {
        println!("{} compared, {} known to differ", self.compared, self.different);
        assert!(self.wrong.is_empty(), "{} are wrong:\n{}", self.wrong.len(), self.wrong.join("\n"));
    }
}

#[test]
fn what_is_signed_here_verifies_there() {
    let mut comparison = Comparison::default();
    for peer in Peer::ALL.into_iter().filter(|peer| peer.is_here()) {
        for (seed, key) in KEYS.into_iter().enumerate() {
            let key = signing_key(key);
            if key.key_type() == KeyType::Ed25519 && !peer.knows_ed25519() {
                continue;
            }
            let record = KeyRecord::new(key.public_key()).to_string();
            for (number, form) in forms().into_iter().enumerate() {
                let messages = messages(10 * seed + number);
                let signed: Vec<Vec<u8>> = messages.iter().map(|message| sign(message, &key, form)).collect();
                for (message, verdict) in signed.iter().zip(peer.verify(&signed, key_name().as_str(), &record)) {
                    comparison.take(peer, message, form, &verdict);
                }
            }
        }
    }
    comparison.finish();
}

#[test]
fn what_is_signed_there_verifies_here() {
    let mut comparison = Comparison::default();
    for peer in Peer::ALL.into_iter().filter(|peer| peer.is_here()) {
        for (seed, key) in KEYS.into_iter().enumerate() {
            if key == ED25519 && !peer.knows_ed25519() {
                continue;
            }
            let record = KeyRecord::new(signing_key(key).public_key()).to_string();
            let zone = Zone::new().with(key_name(), Records::text(record));
            for (number, form) in forms().into_iter().enumerate() {
                let mut messages = messages(100 + 10 * seed + number);
                if peer == Peer::OpenDkim {
                    // It refuses to sign the others.
                    messages.retain(|message| message.ends_with(b"\r\n"));
                }
                let signed = peer.sign(&messages, key, SELECTOR, DOMAIN, (form.0.as_str(), form.1.as_str()));
                for message in signed {
                    comparison.take(peer, &message, form, &verify(&message, &zone));
                }
            }
        }
    }
    comparison.finish();
}
