//! `sign` and `authenticate`, run as a person runs them, against dkimpy, Mail::DKIM and OpenDKIM.

use std::process::Command;

use interop::dkim::{ED25519, Letters, Peer, RSA_1024, RSA_2048};
use interop::{Place, example, run, run_with_input};
use mail_auth_spf_dkim::crypto::{PrivateKey, Provider, rustcrypto};
use mail_auth_spf_dkim::dkim::KeyRecord;

const DOMAIN: &str = "example.org";
const SELECTOR: &str = "interop";
const KEY_NAME: &str = "interop._domainkey.example.org";

/// Letters that every peer reads as they are: those without a whole last line are another test's.
fn letters(seed: u64) -> Vec<Vec<u8>> {
    let mut letters = Letters::new(seed);
    (0..12).map(|_| letters.letter(DOMAIN)).filter(|letter| letter.ends_with(b"\r\n")).collect()
}

/// The Ed25519 key that the peers take as text (RFC 8463 appendix A.2).
const ED25519_SEED: [u8; 32] = [
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5,
    0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
];

/// The keys, as the peers take them and as we do.
fn keys() -> [(&'static str, PrivateKey); 3] {
    [RSA_1024, RSA_2048, ED25519].map(|text| match text {
        ED25519 => (text, PrivateKey::from_ed25519_seed(&ED25519_SEED)),
        pem => (text, PrivateKey::from_pem(pem).expect("a key")),
    })
}

fn record(key: &PrivateKey) -> String {
    let key = rustcrypto::PROVIDER.signing_key(key).expect("a key that signs");
    KeyRecord::new(key.public_key()).to_string()
}

#[test]
fn what_sign_writes_verifies_there() {
    for peer in Peer::ALL.into_iter().filter(|peer| peer.is_here()) {
        for (number, (text, key)) in (0..).zip(keys()) {
            if text == ED25519 && !peer.knows_ed25519() {
                continue;
            }
            let place = Place::new("sign");
            let file = place.write("key.pem", &key.to_pkcs8_pem());
            for form in ["relaxed/relaxed", "relaxed/simple"] {
                let mut sign = Command::new(example("sign"));
                sign.args(["--domain", DOMAIN, "--selector", SELECTOR, "--canonicalization", form, "-", "--key"]);
                sign.arg(&file);
                let signed = |(index, letter): (usize, Vec<u8>)| {
                    // Every other one as a Unix file has it.
                    let unix = String::from_utf8(letter.clone()).expect("text").replace("\r\n", "\n");
                    let is_unix = index % 2 == 1;
                    let said =
                        run_with_input(&mut sign, if is_unix { unix.as_bytes() } else { &letter }).expect(0).said;
                    (if is_unix { said.replace('\n', "\r\n") } else { said }).into_bytes()
                };
                let signed: Vec<Vec<u8>> = letters(number).into_iter().enumerate().map(signed).collect();
                let verdicts = peer.verify(&signed, KEY_NAME, &record(&key));
                for (message, verdict) in signed.iter().zip(verdicts) {
                    assert_eq!(verdict, "pass", "{peer:?}, {form}:\n{}", String::from_utf8_lossy(message));
                }
            }
        }
    }
}

#[test]
fn what_is_signed_there_passes_authenticate() {
    for peer in Peer::ALL.into_iter().filter(|peer| peer.is_here()) {
        for (number, (text, key)) in (10..).zip(keys()) {
            if text == ED25519 && !peer.knows_ed25519() {
                continue;
            }
            let place = Place::new("authenticate");
            let zone = format!(
                "{{{KEY_NAME:?}: {{\"TXT\": [{:?}]}}, \"_dmarc.{DOMAIN}\": {{\"TXT\": [\"v=DMARC1; p=reject\"]}}}}",
                record(&key),
            );
            let zone = place.write("zone.json", &zone);
            for signed in peer.sign(&letters(number), text, SELECTOR, DOMAIN, ("relaxed", "relaxed")) {
                let file = place.write("signed.eml", &String::from_utf8(signed).expect("text"));
                let mut authenticate = Command::new(example("authenticate"));
                let said = run(authenticate.arg("--zone").arg(&zone).arg(&file)).expect(0).said;
                assert!(said.contains("\nDKIM   pass "), "{said}");
                assert!(said.contains("\nDMARC  pass "), "{said}");
            }
        }
    }
}
