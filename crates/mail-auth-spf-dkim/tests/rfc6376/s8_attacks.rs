//! Section 8: what an attacker does with a signature that holds.

use std::sync::Arc;

use mail_auth_spf_dkim::crypto::{HashAlgorithm, PrivateKey, SignatureAlgorithm, default_provider};
use mail_auth_spf_dkim::dkim::{BodyCanonicalizer, Canonicalization, Identity, Policy, SigningSettings};

use crate::verifying::{MESSAGE, identity, name, replaced, sign, sign_with, verdict, verdict_with, zone};

/// Signs with tags of our own making, as a careless signer would: the signer of this crate cannot be brought to it.
fn carelessly_signed(tags: &str, fields: &[&str], length: Option<usize>, message: &[u8]) -> Vec<u8> {
    let body = &message[message.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4..];
    let mut canonical = Vec::new();
    let mut canonicalizer = BodyCanonicalizer::new(Canonicalization::Simple);
    let mut sink = |piece: &[u8]| canonical.extend_from_slice(piece);
    canonicalizer.update(body, &mut sink);
    canonicalizer.finish(&mut sink);
    let provider = default_provider();
    let mut hasher = provider.hasher(HashAlgorithm::Sha256);
    hasher.update(&canonical[..length.unwrap_or(canonical.len())]);
    let hash = base64(hasher.finish().as_ref());
    let signature = format!("DKIM-Signature: v=1; a=ed25519-sha256; d=example.org; s=may; {tags} bh={hash}; b=");
    let mut signed: Vec<u8> = fields.iter().flat_map(|field| format!("{field}\r\n").into_bytes()).collect();
    signed.extend_from_slice(signature.as_bytes());
    let key = provider.signing_key(&PrivateKey::from_ed25519_seed(&[7; 32])).unwrap();
    let octets = key.sign(SignatureAlgorithm::Ed25519Sha256, &signed).unwrap();
    [signature.as_bytes(), base64(&octets).as_bytes(), b"\r\n", message].concat()
}

fn base64(octets: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in octets.chunks(3) {
        let word = group.iter().fold(0, |word, octet| word << 8 | u32::from(*octet)) << (8 * (3 - group.len()));
        for position in 0..=group.len() {
            text.push(char::from(ALPHABET[(word >> (18 - 6 * position)) as usize & 63]));
        }
    }
    text
}

const FROM: &str = "From: Ann <ann@example.org>";

#[test]
fn the_end_of_the_body_left_open() {
    let whole = carelessly_signed("h=from;", &[FROM], None, MESSAGE);
    assert_eq!(verdict(&whole, &zone()), "pass");
    let body = 5 + 2 + 40;
    let part = carelessly_signed(&format!("h=from; l={body};"), &[FROM], Some(body), MESSAGE);
    assert_eq!(verdict(&part, &zone()), "pass");
    let appended = [part.as_slice(), b"<p>Buy!</p>\r\n"].concat();
    assert_eq!(verdict(&appended, &zone()), "policy: 13 octets at the end of the body are not signed");
    let mut trusting = Policy::default();
    trusting.accept_unsigned_body = true;
    assert_eq!(verdict_with(&appended, &zone(), &trusting), "pass");
}

#[test]
fn a_length_of_nothing_is_a_length() {
    let nothing = carelessly_signed("h=from; l=0;", &[FROM], Some(0), MESSAGE);
    assert_eq!(verdict(&nothing, &zone()), "policy: 47 octets at the end of the body are not signed");
}

#[test]
fn a_length_beyond_the_end() {
    let beyond = carelessly_signed("h=from; l=48;", &[FROM], None, MESSAGE);
    assert_eq!(verdict(&beyond, &zone()), "fail: the body is shorter than what was signed");
    let far = carelessly_signed("h=from; l=99999999999999999999;", &[FROM], None, MESSAGE);
    assert_eq!(verdict(&far, &zone()), "fail: the body is shorter than what was signed");
}

#[test]
fn lengths_do_not_share_a_hash() {
    let part = carelessly_signed("h=from; l=5;", &[FROM], Some(5), MESSAGE);
    let field = &part[..part.len() - MESSAGE.len()];
    let both = [field, &carelessly_signed("h=from;", &[FROM], None, MESSAGE)].concat();
    let report = crate::verifying::verify(&both, &zone());
    let results: Vec<_> = report.signatures.iter().map(|outcome| outcome.result.as_str()).collect();
    assert_eq!(results, ["policy", "pass"]);
}

#[test]
fn a_second_from() {
    let signed = carelessly_signed("h=from;", &[FROM], None, MESSAGE);
    let message = [b"From: Eve <eve@evil.example>\r\n", signed.as_slice()].concat();
    assert_eq!(verdict(&message, &zone()), "policy: a From field is not signed");
    let mut trusting = Policy::default();
    trusting.accept_unsigned_from = true;
    assert_eq!(verdict_with(&message, &zone(), &trusting), "pass");
}

#[test]
fn a_domain_that_reads_as_another() {
    let signed = replaced(&sign(MESSAGE), "d=example.org;", "d=example.org(.evil.example;");
    assert_eq!(verdict(&signed, &zone()), "permerror: the value of d= is malformed");
}

#[test]
fn sha1_never_passes_by_itself() {
    let signed = replaced(&sign(MESSAGE), "a=ed25519-sha256", "a=rsa-sha1");
    let key = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2j\
        LQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+\
        2kryOTIKT+l/K4w3QIDAQAB";
    let zone = crate::verifying::zone_with(key);
    assert_eq!(verdict(&signed, &zone), "policy: SHA-1 is not safe");
}

#[test]
fn carriage_returns_do_not_vanish() {
    let signed = sign(MESSAGE);
    for (old, new) in
        [("We lost", "We\r lost"), ("We lost", "We\n lost"), ("ready?", "rea\rdy?"), ("Hi.\r\n", "Hi.\r\r\n")]
    {
        let message = replaced(&signed, old, new);
        assert!(verdict(&message, &zone()).starts_with("fail"), "{new:?}");
    }
}

#[test]
fn bare_line_ends_can_be_refused() {
    let message = replaced(MESSAGE, "We lost", "We\nlost");
    let signed = sign(&message);
    assert_eq!(verdict(&signed, &zone()), "pass");
    let mut strict = Policy::default();
    strict.accept_bare_line_ends = false;
    assert_eq!(verdict_with(&signed, &zone(), &strict), "policy: a CR or LF stands alone in the body");
}

#[test]
fn the_signature_of_another_domain_says_nothing_of_this() {
    let key = default_provider().signing_key(&PrivateKey::from_ed25519_seed(&[9; 32])).unwrap();
    let evil = Identity::new(name("example.org"), name("may"), Arc::from(key)).unwrap();
    let signed = sign_with(MESSAGE, vec![evil, identity()], &SigningSettings::default());
    let report = crate::verifying::verify(&signed, &zone());
    let results: Vec<_> = report.signatures.iter().map(|outcome| outcome.result.as_str()).collect();
    assert_eq!(results, ["fail", "pass"]);
}
