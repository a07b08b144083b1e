//! Section 8: what an attacker does with a signature that holds.

use std::sync::Arc;

use mail_auth_spf_dkim::crypto::{HashAlgorithm, PrivateKey, SignatureAlgorithm, default_provider};
use mail_auth_spf_dkim::dkim::{BodyCanonicalizer, Canonicalization, Identity, Policy, SigningSettings};
use mail_auth_spf_dkim::dns::Zone;

use crate::verifying::{MESSAGE, identity, name, replaced, sign, sign_with, verdict, verdict_with, zone, zone_with};

/// Signs with tags of our own making, as a careless signer would: the signer of this crate cannot be brought to it.
fn carelessly_signed(tags: &str, fields: &[&str], length: Option<usize>, message: &[u8]) -> Vec<u8> {
    let form = if tags.contains("c=simple/relaxed;") { Canonicalization::Relaxed } else { Canonicalization::Simple };
    let body = &message[message.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4..];
    let mut canonical = Vec::new();
    let mut canonicalizer = BodyCanonicalizer::new(form);
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
fn a_length_counts_the_octets_of_the_canonical_body() {
    // Nine octets on the way, and seven in the canonical form: the blanks count as one, and the line end as two.
    let message = b"From: Ann <ann@example.org>\r\n\r\na  \t b  c";
    let signed =
        |length| carelessly_signed(&format!("c=simple/relaxed; h=from; l={length};"), &[FROM], Some(length), message);
    assert_eq!(verdict(&signed(7), &zone()), "pass");
    assert_eq!(verdict(&signed(5), &zone()), "policy: 2 octets at the end of the body are not signed");
    let beyond = carelessly_signed("c=simple/relaxed; h=from; l=8;", &[FROM], None, message);
    assert_eq!(verdict(&beyond, &zone()), "fail: the body is shorter than what was signed");
    // Empty lines at the end are none in either form.
    let appended = [signed(7).as_slice(), b" \r\n\r\n \t\r\n"].concat();
    assert_eq!(verdict(&appended, &zone()), "pass");
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
    assert_eq!(verdict(&signed, &zone()), "neutral: the value of d= is malformed");
}

#[test]
fn sha1_never_passes_by_itself() {
    let signed = replaced(&sign(MESSAGE), "a=ed25519-sha256", "a=rsa-sha1");
    let key = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2j\
        LQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+\
        2kryOTIKT+l/K4w3QIDAQAB";
    let zone = zone_with(key);
    assert_eq!(verdict(&signed, &zone), "policy: SHA-1 is not safe");
}

/// What another program has signed with SHA-1 and a key of so many bits.
fn signed_with_sha1(bits: usize) -> (Vec<u8>, Zone) {
    let (signature, key) = match bits {
        512 => (
            "uYJaaiz0eYuNhKDD2kkWczqcvWrTlrY4ZTDoCDWnvYqDjDZz464UVvyjH9vYuEdv1Htnqwl2wOtUgZm5aqddbg==",
            "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAL3xr5x/eUDzqW4CPN2u23VoD86219Re+1yHSc4VGBiGFWd5/QXRtWhLSmoFMiPLZubYbRCExmH\
             6TfbsrZWicZsCAwEAAQ==",
        ),
        _ => (
            "K48ntlu0jmN81CqczAoxy8jwbXGVrBbMi5Be7ypDl4lRNRpTBR+SWUBgIxwr6IjYR7hQU1hGvOa9ZpuIoH8vcoEdORliN1qlaYccrTlTOLf\
             tmqRk+0A5EsVrJX3f+QIvBGrKTbOAYFG5L+mOOyYYKYzscc88/pP2ey77KNy1fsA=",
            "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCkCbB8T7FGUbpwZkHrJzKRt61nPOkggkh5EVx+n5E/GEEGAewc+RbRStWKz95iWj7oNdY\
             EL2G/ZL5L09rSu6un16Fcrp/anBPOOC5HTr6+T5neo8DPOWRLrSW+VeTYgOG+yr0FaNt+jQzkiAj/+YZFP0HGgPlsI/l0RLfmMurTNwIDA\
             QAB",
        ),
    };
    let tags = "v=1; a=rsa-sha1; d=example.org; s=may; h=from; bh=eL6/1pMO7AcNmNyprDOh0+orzYY=; b=";
    let message = [format!("DKIM-Signature: {tags}{signature}\r\n").as_bytes(), MESSAGE].concat();
    (message, zone_with(&format!("v=DKIM1; k=rsa; p={key}")))
}

#[test]
fn sha1_passes_if_a_policy_says_so() {
    let (message, zone) = signed_with_sha1(1024);
    assert_eq!(verdict(&message, &zone), "policy: SHA-1 is not safe");
    let mut trusting = Policy::default();
    trusting.accept_sha1 = true;
    assert_eq!(verdict_with(&message, &zone, &trusting), "pass");
    let changed = replaced(&message, "hungry", "thirsty");
    assert_eq!(verdict_with(&changed, &zone, &trusting), "fail: the body was changed");
}

#[test]
fn the_sizes_of_keys_are_a_policy() {
    let (message, zone) = signed_with_sha1(1024);
    let mut policy = Policy::default();
    policy.accept_sha1 = true;
    policy.least_rsa_bits = 1025;
    assert_eq!(verdict_with(&message, &zone, &policy), "policy: a key of 1024 bits is not accepted");
    (policy.least_rsa_bits, policy.most_rsa_bits) = (1024, 1023);
    assert_eq!(verdict_with(&message, &zone, &policy), "policy: a key of 1024 bits is not accepted");
    (policy.least_rsa_bits, policy.most_rsa_bits) = (1024, 1024);
    assert_eq!(verdict_with(&message, &zone, &policy), "pass");
    // No policy makes a key hold that anybody can break.
    let (message, zone) = signed_with_sha1(512);
    (policy.least_rsa_bits, policy.most_rsa_bits) = (0, 8192);
    let found = verdict_with(&message, &zone, &policy);
    assert!(found.starts_with("permerror: the key cannot be used: an RSA key of 512 bits is too small"), "{found}");
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
    assert_eq!(verdict_with(&signed, &zone(), &strict), "policy: a CR or LF stands alone in the message");
    for front in ["X-A: b\rFrom: eve@evil.example\r\n", "X-A: b\n", "X-A: b\r\r\n"] {
        let message = [front.as_bytes(), &sign(MESSAGE)].concat();
        assert_eq!(verdict(&message, &zone()), "pass");
        assert_eq!(verdict_with(&message, &zone(), &strict), "policy: a CR or LF stands alone in the message");
    }
    assert_eq!(verdict_with(&sign(MESSAGE), &zone(), &strict), "pass");
}

/// Section 3.7: a signature's own field is never among those that its `h=` names, though its name be there.
#[test]
fn a_signature_does_not_sign_itself_by_name() {
    let alone = carelessly_signed("h=from:dkim-signature;", &[FROM], None, MESSAGE);
    assert_eq!(verdict(&alone, &zone()), "pass");
    // One that was there before is signed, and no other can be added unseen.
    let other = "DKIM-Signature: v=1; d=example.com";
    let message = [other.as_bytes(), b"\r\n", MESSAGE].concat();
    let both = carelessly_signed("h=from:dkim-signature:dkim-signature;", &[FROM, other], None, &message);
    let results = |message: &[u8]| {
        let report = crate::verifying::verify(message, &zone());
        report.signatures.iter().map(|outcome| outcome.result.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(results(&both), ["pass", "permerror"]);
    let added = replaced(&both, "From: Ann", "DKIM-Signature: v=1; d=example.net\r\nFrom: Ann");
    assert_eq!(results(&added)[0], "fail");
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
