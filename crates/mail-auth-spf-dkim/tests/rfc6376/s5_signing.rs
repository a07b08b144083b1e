//! Section 5: signing.

use std::sync::Arc;
use std::time::Duration;

use mail_auth_spf_dkim::crypto::{PrivateKey, SignatureAlgorithm, SigningKey, default_provider};
use mail_auth_spf_dkim::dkim::{
    BodyDefects, Canonicalization, DkimResult, Identity, IdentityError, KeyRecord, Refused, Signature, Signer,
    SignerError, SigningSettings,
};
use mail_auth_spf_dkim::dns::{Name, Records};
use proptest::prelude::*;
use rfc5322_message::fields::Fields;

use crate::verifying::{DATE, MESSAGE, identity, name, sign, sign_with, verdict, verify, zone};

const RSA_KEY: &str = include_str!("rsa2048.pem");

fn rsa_key() -> Arc<dyn SigningKey> {
    Arc::from(default_provider().signing_key(&PrivateKey::from_pem(RSA_KEY).unwrap()).unwrap())
}

fn signer(identities: Vec<Identity>) -> Signer {
    Signer::new(DATE, default_provider(), identities, &SigningSettings::default())
}

fn refusal(message: &[u8]) -> SignerError {
    let mut signer = signer(vec![identity()]);
    signer.handle_input(message);
    signer.handle_eof();
    signer.fields().unwrap().unwrap_err()
}

#[test]
fn one_pass_makes_a_signature_for_every_key() {
    let rsa = Identity::new(name("example.org"), name("rsa"), rsa_key()).unwrap();
    let signed = sign_with(MESSAGE, vec![identity(), rsa], &SigningSettings::default());
    let record = KeyRecord::new(rsa_key().public_key()).to_string();
    let zone = zone().with(name("rsa._domainkey.example.org"), Records::text(record));
    let report = verify(&signed, &zone);
    let results: Vec<_> = report.signatures.iter().map(|outcome| (outcome.result, outcome.algorithm())).collect();
    let expected = [SignatureAlgorithm::Ed25519Sha256, SignatureAlgorithm::RsaSha256];
    assert_eq!(results, expected.map(|algorithm| (DkimResult::Pass, Some(algorithm))));
    assert_eq!(report.passed().count(), 2);
}

#[test]
fn every_form_of_canonicalization() {
    use Canonicalization::{Relaxed, Simple};
    for header in [Simple, Relaxed] {
        for body in [Simple, Relaxed] {
            let mut settings = SigningSettings::default();
            (settings.header_canonicalization, settings.body_canonicalization) = (header, body);
            let signed = sign_with(MESSAGE, vec![identity()], &settings);
            assert_eq!(verdict(&signed, &zone()), "pass", "{header:?}/{body:?}");
        }
    }
}

#[test]
fn the_field_is_folded_and_says_when() {
    let mut settings = SigningSettings::default();
    settings.expires_after = Some(Duration::from_secs(3600));
    let user = identity().with_user("a;n=n \u{e9}@mail.example.org").unwrap();
    let signed = sign_with(MESSAGE, vec![user], &settings);
    let field = Fields::new(&signed).next().unwrap();
    assert!(field.raw().split(|octet| *octet == b'\n').all(|line| line.len() <= 79), "{field:?}");
    let signature = Signature::parse(field.body()).unwrap();
    assert_eq!(signature.identity.as_deref(), Some("a;n=n \u{e9}@mail.example.org"));
    assert_eq!(signature.timestamp, Some(DATE));
    assert_eq!(signature.expiration, Some(DATE.after(Duration::from_secs(3600))));
    assert_eq!(signature.body_length, None);
    assert_eq!(verdict(&signed, &zone()), "pass");
}

#[test]
fn a_message_that_cannot_be_signed() {
    assert_eq!(refusal(b"To: Bob <bob@example.com>\r\n\r\nHi.\r\n"), SignerError::NoFrom);
    assert_eq!(refusal(b""), SignerError::NoFrom);
    assert_eq!(refusal(b"From: ann@example.org\r\nnot a field\r\n\r\nHi.\r\n"), SignerError::MalformedHeader);
    // A field in front of the line of an mbox would leave a line that is none.
    assert_eq!(refusal(b"From ann Fri Jul 11\r\nFrom: ann@example.org\r\n\r\nHi.\r\n"), SignerError::MalformedHeader);
    let many = [b"From: ann@example.org\r\n".as_slice(), &b"To: x\r\n".repeat(1000), b"\r\n"].concat();
    assert_eq!(refusal(&many), SignerError::TooManyFields);
    let long = [b"From: ann@example.org\r\nX: ".as_slice(), &b"x".repeat(1024 * 1024), b"\r\n\r\n"].concat();
    assert_eq!(refusal(&long), SignerError::HeaderTooLong);
}

/// Names of a length for `h=`, so many of which are in the header.
fn many_names(length: usize, count: usize) -> (SigningSettings, Vec<u8>) {
    let mut settings = SigningSettings::default().only_from();
    let mut message = b"From: Ann <ann@example.org>\r\n".to_vec();
    for number in 0..count {
        let name = format!("{number:x<length$}");
        message.extend_from_slice(format!("{name}: x\r\n").as_bytes());
        settings = settings.with_field(&name).unwrap();
    }
    message.extend_from_slice(b"\r\nHi.\r\n");
    (settings, message)
}

#[test]
fn what_the_verifier_could_not_read_is_not_written() {
    let (mut signed, mut refused) = (0, 0);
    for count in (480..520).chain([600]) {
        let (settings, message) = many_names(60, count);
        let mut signer = Signer::new(DATE, default_provider(), vec![identity()], &settings);
        signer.handle_input(&message);
        signer.handle_eof();
        match signer.fields().unwrap() {
            Ok(fields) => {
                assert_eq!(verdict(&[fields.as_bytes(), &message].concat(), &zone()), "pass", "{count}");
                signed += 1;
            }
            Err(error) => {
                assert_eq!(error, SignerError::TooManyFields, "{count}");
                refused += 1;
            }
        }
    }
    assert!(signed > 0 && refused > 1);

    // A keeper is not asked in vain, unless it is its signature that is too long.
    let remote = Identity::remote(name("example.org"), name("may"), SignatureAlgorithm::RsaSha256).unwrap();
    let (settings, message) = many_names(60, 600);
    let mut signer = Signer::new(DATE, default_provider(), vec![remote], &settings);
    signer.handle_input(&message);
    signer.handle_eof();
    assert_eq!(signer.poll_signature(), None);
    assert_eq!(signer.fields(), Some(Err(SignerError::TooManyFields)));
}

#[test]
fn identities_cannot_carry_anything_else() {
    let key = || Arc::from(default_provider().signing_key(&PrivateKey::from_ed25519_seed(&[7; 32])).unwrap());
    let odd = Name::for_query("a b;c=\"d\".example").unwrap();
    assert_eq!(Identity::new(odd.clone(), name("may"), key()).unwrap_err(), IdentityError::Name);
    assert_eq!(Identity::new(name("example.org"), odd, key()).unwrap_err(), IdentityError::Name);
    let long = name(&format!("{0}.{0}.{0}", "x".repeat(63)));
    assert_eq!(Identity::new(long.clone(), long, key()).unwrap_err(), IdentityError::KeyName);
    let sha1 = Identity::remote(name("example.org"), name("may"), SignatureAlgorithm::RsaSha1);
    assert_eq!(sha1.unwrap_err(), IdentityError::Sha1);
    for user in ["", "ann", "ann@example.com", "ann@example.org\r\nX: y", &format!("{}@example.org", "x".repeat(65))] {
        assert_eq!(identity().with_user(user).unwrap_err(), IdentityError::User, "{user:?}");
    }
    let user = identity().with_user("a\r\nX: y@example.org").unwrap();
    let signed = sign_with(MESSAGE, vec![user], &SigningSettings::default());
    assert_eq!(Fields::new(&signed).count(), Fields::new(MESSAGE).count() + 1);
    assert_eq!(verdict(&signed, &zone()), "pass");
}

#[test]
fn a_key_that_is_elsewhere() {
    let remote = || Identity::remote(name("example.org"), name("may"), SignatureAlgorithm::Ed25519Sha256).unwrap();
    let key = default_provider().signing_key(&PrivateKey::from_ed25519_seed(&[7; 32])).unwrap();

    let mut signer = signer(vec![remote(), identity()]);
    assert_eq!(signer.poll_signature(), None);
    signer.handle_signature(0, Ok(&[1; 64]));
    signer.handle_input(MESSAGE);
    signer.handle_eof();
    let request = signer.poll_signature().unwrap();
    assert_eq!(signer.poll_signature(), None);
    assert_eq!(request.number, 0);
    assert!(signer.fields().is_none());
    // Answers that nobody waits for change nothing.
    signer.handle_signature(1, Ok(&[1; 64]));
    signer.handle_signature(7, Ok(&[1; 64]));
    assert!(signer.fields().is_none());
    let signature = key.sign(request.algorithm, &request.message).unwrap();
    signer.handle_signature(request.number, Ok(&signature));
    signer.handle_signature(request.number, Err(Refused));
    let fields = signer.fields().unwrap().unwrap().to_owned();
    let report = verify(&[fields.as_bytes(), MESSAGE].concat(), &zone());
    assert_eq!(report.passed().count(), 2);
}

#[test]
fn the_keeper_of_a_key_may_refuse() {
    for answer in [Err(Refused), Ok(&[][..]), Ok(&[1; 4096][..])] {
        let remote = Identity::remote(name("example.org"), name("may"), SignatureAlgorithm::RsaSha256).unwrap();
        let mut signer = signer(vec![remote]);
        signer.handle_input(MESSAGE);
        signer.handle_eof();
        let request = signer.poll_signature().unwrap();
        signer.handle_signature(request.number, answer);
        assert_eq!(signer.fields(), Some(Err(SignerError::Refused)));
    }
}

#[test]
fn nothing_to_sign_with_is_nothing_to_write() {
    assert_eq!(sign_with(MESSAGE, Vec::new(), &SigningSettings::default()), MESSAGE);
}

#[test]
fn bare_line_ends_are_signed_as_they_are_and_told() {
    let mut signer = signer(vec![identity()]);
    let message = b"From: ann@example.org\r\n\r\none\ntwo\rthree\r\n";
    signer.handle_input(message);
    signer.handle_eof();
    let defects = signer.body_defects();
    assert_eq!((defects.bare_cr, defects.bare_lf), (1, 1));
    assert!(!signer.has_bare_line_end_in_header());
    let signed = [signer.fields().unwrap().unwrap().as_bytes(), message].concat();
    assert_eq!(verdict(&signed, &zone()), "pass");
}

#[test]
fn bare_line_ends_in_the_header_are_told() {
    for (header, bare) in [
        ("From: ann@example.org\r\nSubject: a\r\n b\r\n\r\n", false),
        ("From: ann@example.org\nSubject: a\r\n\r\n", true),
        ("From: ann@example.org\r\nSubject: a\n b\r\n\r\n", true),
        ("From: ann@example.org\r\nSubject: a\rb\r\n\r\n", true),
        ("From: ann@example.org\r\nSubject: a\n", true),
    ] {
        let mut signer = signer(vec![identity()]);
        assert!(!signer.has_bare_line_end_in_header());
        signer.handle_input(header.as_bytes());
        signer.handle_eof();
        assert!(signer.fields().unwrap().is_ok());
        assert_eq!(signer.has_bare_line_end_in_header(), bare, "{header:?}");
        assert_eq!(signer.body_defects(), BodyDefects::default());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is signed in whatever pieces holds, and no longer when a letter of the body changes.
    #[test]
    fn what_is_signed_holds(
        body in proptest::collection::vec(
            prop_oneof![Just(b" ".to_vec()), Just(b"\t".to_vec()), Just(b"\r\n".to_vec()), Just(b"\r".to_vec()),
                Just(b"\n".to_vec()), any::<u8>().prop_map(|octet| vec![octet])],
            0..200,
        ),
        subject in "[ -~]{0,60}",
        pieces in proptest::collection::vec(1..40usize, 0..20),
        relaxed in any::<(bool, bool)>(),
    ) {
        let form = |relaxed| if relaxed { Canonicalization::Relaxed } else { Canonicalization::Simple };
        let mut settings = SigningSettings::default();
        (settings.header_canonicalization, settings.body_canonicalization) = (form(relaxed.0), form(relaxed.1));
        let body = body.concat();
        let head = format!("From: ann@example.org\r\nSubject: {subject}\r\n\r\n");
        let message = [head.as_bytes(), &body].concat();
        let whole = sign_with(&message, vec![identity()], &settings);
        prop_assert_eq!(verdict(&whole, &zone()), "pass");

        let mut signer = Signer::new(DATE, default_provider(), vec![identity()], &settings);
        let mut rest = message.as_slice();
        for size in pieces {
            let (piece, left) = rest.split_at(size.min(rest.len()));
            signer.handle_input(piece);
            rest = left;
        }
        signer.handle_input(rest);
        signer.handle_eof();
        prop_assert_eq!(&[signer.fields().unwrap().unwrap().as_bytes(), &message].concat(), &whole);

        let mut changed = whole;
        changed.extend_from_slice(b"x\r\n");
        prop_assert_eq!(verdict(&changed, &zone()), "fail: the body was changed");
    }
}

#[test]
fn signing_again_signs_the_signature_not_at_all() {
    // A second signature leaves the first as it is.
    let twice = sign(&sign(MESSAGE));
    assert_eq!(verify(&twice, &zone()).passed().count(), 2);
}
