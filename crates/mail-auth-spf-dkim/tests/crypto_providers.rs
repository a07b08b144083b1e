//! Every provider gives the same answers, and what one signs every other verifies.
#![cfg(any(feature = "ring", feature = "aws-lc-rs", feature = "rustcrypto"))]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_auth_spf_dkim::crypto::{
    self, BadSignature, HashAlgorithm, KeyError, KeyType, NewKey, PrivateKey, Provider, PublicKey, SignatureAlgorithm,
    SigningError,
};
use proptest::prelude::*;

/// One file of `crypto_vectors`. The signatures in it are OpenSSL's, of the text `a message`.
macro_rules! vector {
    ($name:literal) => {
        include_bytes!(concat!("crypto_vectors/", $name)).as_slice()
    };
}

const MESSAGE: &[u8] = b"a message";

fn providers() -> Vec<&'static dyn Provider> {
    vec![
        #[cfg(feature = "ring")]
        &crypto::ring::PROVIDER,
        #[cfg(feature = "aws-lc-rs")]
        &crypto::aws_lc_rs::PROVIDER,
        #[cfg(feature = "rustcrypto")]
        &crypto::rustcrypto::PROVIDER,
    ]
}

fn base64(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap()
}

/// RFC 8463 appendix A.1 and A.2.
fn rfc8463_key() -> (PrivateKey, PublicKey) {
    let private = PrivateKey::from_pem("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=").unwrap();
    let public = PublicKey::ed25519(&base64("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")).unwrap();
    (private, public)
}

/// The octets of a hexadecimal text.
fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
}

#[test]
fn hashes() {
    // FIPS 180-4: of "abc".
    let known = [
        (HashAlgorithm::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (HashAlgorithm::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            HashAlgorithm::Sha512,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce\
             80e2a9ac94fa54ca49f",
        ),
    ];
    for provider in providers() {
        for (algorithm, digest) in known {
            let mut hasher = provider.hasher(algorithm);
            // Twice, for a hasher is as new after it is done.
            for _ in 0..2 {
                hasher.update(b"a");
                hasher.update(b"");
                hasher.update(b"bc");
                let found = hasher.finish();
                assert_eq!(found.as_ref(), hex(digest), "{provider:?} {algorithm}");
                assert_eq!(found.as_ref().len(), algorithm.digest_len());
                assert_eq!(format!("{found:?}"), digest);
            }
        }
    }
}

#[test]
fn rsa_signatures_of_another_library() {
    let vectors = [
        (vector!("rsa1024_pkcs1.pem"), vector!("rsa1024_pkcs1.sha1"), vector!("rsa1024_pkcs1.sha256")),
        (vector!("rsa2048_pkcs8.pem"), vector!("rsa2048_pkcs8.sha1"), vector!("rsa2048_pkcs8.sha256")),
        (vector!("rsa3072_pkcs1.pem"), vector!("rsa3072_pkcs1.sha1"), vector!("rsa3072_pkcs1.sha256")),
        (vector!("rsa2048_exponent3.pem"), vector!("rsa2048_exponent3.sha1"), vector!("rsa2048_exponent3.sha256")),
    ];
    for provider in providers() {
        for (pem, sha1, sha256) in vectors {
            let public = PrivateKey::from_pem(pem).unwrap().public_key().unwrap();
            let key = provider.verifying_key(&public).unwrap();
            for (algorithm, right, wrong) in
                [(SignatureAlgorithm::RsaSha1, sha1, sha256), (SignatureAlgorithm::RsaSha256, sha256, sha1)]
            {
                assert_eq!(key.verify(algorithm, MESSAGE, right), Ok(()), "{provider:?} {public:?} {algorithm}");
                assert_eq!(key.verify(algorithm, MESSAGE, wrong), Err(BadSignature));
                assert_eq!(key.verify(algorithm, b"a messagE", right), Err(BadSignature));
                assert_eq!(key.verify(algorithm, MESSAGE, &right[1..]), Err(BadSignature));
                assert_eq!(key.verify(algorithm, MESSAGE, &[&[0], right].concat()), Err(BadSignature));
                assert_eq!(key.verify(algorithm, MESSAGE, &[right, &[0]].concat()), Err(BadSignature));
                assert_eq!(key.verify(algorithm, MESSAGE, b""), Err(BadSignature));
                assert_eq!(key.verify(algorithm, MESSAGE, &vec![0xff; right.len()]), Err(BadSignature));
                assert_eq!(key.verify(algorithm, MESSAGE, &vec![0; right.len()]), Err(BadSignature));
            }
            assert_eq!(key.verify(SignatureAlgorithm::Ed25519Sha256, MESSAGE, sha256), Err(BadSignature));
        }
    }
}

/// RFC 8463 appendix A: Ed25519 signs the digest, so RFC 8032's signatures of the empty message are not DKIM's.
#[test]
fn ed25519_signs_the_digest() {
    let (private, public) = rfc8463_key();
    let rfc8032 = hex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe\
         24655141438e7a100b",
    );
    for provider in providers() {
        let signing = provider.signing_key(&private).unwrap();
        assert_eq!(signing.public_key(), public, "{provider:?}");
        assert_eq!(signing.key_type(), KeyType::Ed25519);
        let verifying = provider.verifying_key(&public).unwrap();
        assert_eq!(verifying.verify(SignatureAlgorithm::Ed25519Sha256, b"", &rfc8032), Err(BadSignature));
    }
}

#[test]
fn one_signs_and_all_verify() {
    let (ed25519, _) = rfc8463_key();
    let keys = [
        ed25519,
        PrivateKey::from_pem(vector!("rsa1024_pkcs1.pem")).unwrap(),
        PrivateKey::from_pem(vector!("rsa2048_pkcs8.pem")).unwrap(),
        PrivateKey::from_pem(vector!("rsa3072_pkcs1.pem")).unwrap(),
    ];
    for key in &keys {
        let algorithm = key.key_type().algorithm();
        let mut signatures = Vec::new();
        for provider in providers() {
            let signing = match provider.signing_key(key) {
                Ok(signing) => signing,
                Err(KeyError::OutOfRange { least, .. }) if key.bits() < least => continue,
                Err(error) => panic!("{provider:?} {key:?}: {error}"),
            };
            if let Some(public) = key.public_key() {
                assert_eq!(signing.public_key(), public);
            }
            let signature = signing.sign(algorithm, MESSAGE).unwrap();
            for other in providers() {
                let verifying = other.verifying_key(&signing.public_key()).unwrap();
                assert_eq!(verifying.verify(algorithm, MESSAGE, &signature), Ok(()), "{provider:?} {other:?} {key:?}");
                assert_eq!(verifying.verify(algorithm, b"another", &signature), Err(BadSignature));
            }
            signatures.push(signature);
        }
        // Neither PKCS#1 1.5 nor Ed25519 has anything random in its signatures.
        assert!(signatures.windows(2).all(|two| two[0] == two[1]));
    }
}

/// RFC 8301 section 3.1: nobody signs with SHA-1; and an algorithm needs its type of key.
#[test]
fn algorithms_that_do_not_sign() {
    let (ed25519, _) = rfc8463_key();
    let rsa = PrivateKey::from_pem(vector!("rsa2048_pkcs8.pem")).unwrap();
    for provider in providers() {
        for (key, algorithm) in [
            (&rsa, SignatureAlgorithm::RsaSha1),
            (&rsa, SignatureAlgorithm::Ed25519Sha256),
            (&ed25519, SignatureAlgorithm::RsaSha256),
        ] {
            let key = provider.signing_key(key).unwrap();
            let error = SigningError::WrongAlgorithm { algorithm, key_type: key.key_type() };
            assert_eq!(key.sign(algorithm, MESSAGE), Err(error));
        }
    }
}

/// RFC 8301 section 3.2: keys under 1024 bits are not verified with. No provider is needed to see how long one is.
#[test]
fn keys_that_are_too_small() {
    let private = PrivateKey::from_pem(vector!("rsa512_pkcs1.pem")).unwrap();
    let public = private.public_key().unwrap();
    assert_eq!(public.bits(), 512);
    for provider in providers() {
        let error = KeyError::TooSmall { bits: 512, least: 1024 };
        assert_eq!(provider.verifying_key(&public).unwrap_err(), error);
        assert!(matches!(
            provider.signing_key(&private).unwrap_err(),
            KeyError::TooSmall { bits: 512, .. } | KeyError::OutOfRange { bits: 512, .. }
        ));
    }
}

/// Whoever has a key that a provider does not sign with is told what to do.
#[cfg(feature = "ring")]
#[test]
fn a_limit_of_the_provider_is_told_with_its_name() {
    let key = PrivateKey::from_pem(vector!("rsa1024_pkcs1.pem")).unwrap();
    let error = crypto::ring::PROVIDER.signing_key(&key).unwrap_err();
    assert_eq!(error, KeyError::OutOfRange { provider: "ring", bits: 1024, least: 2048, most: 4096 });
    assert_eq!(
        error.to_string(),
        "ring takes private RSA keys of 2048 to 4096 bits, not 1024: make a key of 2048 bits, or use another provider"
    );
}

/// The public key that stands beside an Ed25519 seed (RFC 5958) must be the seed's own.
#[test]
fn parts_of_different_keys() {
    let (private, public) = rfc8463_key();
    let seed = private.ed25519_seed().unwrap();
    let with = |public: &[u8]| {
        let head = [0x30, 0x51, 2, 1, 1, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
        PrivateKey::from_der(&[&head, seed.as_slice(), &[0x81, 0x21, 0], public].concat()).unwrap()
    };
    let right = with(public.octets());
    assert_eq!(right.public_key(), Some(public));
    let wrong = with(&[0x58; 32]);
    for provider in providers() {
        assert!(provider.signing_key(&right).is_ok());
        assert_eq!(provider.signing_key(&wrong).unwrap_err(), KeyError::Inconsistent, "{provider:?}");
    }
}

#[test]
fn keys_that_were_made() {
    for provider in providers() {
        let key = provider.generate(NewKey::Ed25519).unwrap();
        assert_ne!(key, provider.generate(NewKey::Ed25519).unwrap());
        let read = PrivateKey::from_pem(key.to_pkcs8_pem().as_bytes()).unwrap();
        assert_eq!(key, read);
        assert!(provider.signing_key(&read).is_ok());
    }
}

/// RSA keys that one provider makes are good for all.
#[test]
fn rsa_keys_that_were_made() {
    let algorithm = SignatureAlgorithm::RsaSha256;
    for provider in providers() {
        let key = match provider.generate(NewKey::Rsa { bits: 2048 }) {
            Err(KeyError::CannotGenerate { key_type: KeyType::Rsa, .. }) => continue,
            key => key.unwrap(),
        };
        assert_eq!(key.bits(), 2048, "{provider:?}");
        let key = PrivateKey::from_pem(key.to_pkcs8_pem().as_bytes()).unwrap();
        for signer in providers() {
            let signature = signer.signing_key(&key).unwrap().sign(algorithm, MESSAGE).unwrap();
            for verifier in providers() {
                let public = verifier.verifying_key(&key.public_key().unwrap()).unwrap();
                assert_eq!(
                    public.verify(algorithm, MESSAGE, &signature),
                    Ok(()),
                    "{provider:?} {signer:?} {verifier:?}"
                );
            }
        }
        for bits in [0, 1, 512, 1023, 8193, usize::MAX] {
            assert!(matches!(provider.generate(NewKey::Rsa { bits }), Err(KeyError::OutOfRange { .. })));
        }
    }
}

/// No secret is shown.
#[test]
fn debug_is_silent() {
    let (private, _) = rfc8463_key();
    assert_eq!(format!("{private:?}"), "PrivateKey { key_type: Ed25519, bits: 256, .. }");
    for provider in providers() {
        let shown = format!("{:?}", provider.signing_key(&private).unwrap());
        assert!(shown.len() < 100 && shown.contains("Signing"), "{shown}");
    }
}

/// Octets that are no point of the curve, points of small order, and scalars out of range: the same answer by all, and no
/// panic.
#[test]
fn hostile_ed25519_keys_and_signatures() {
    let (private, public) = rfc8463_key();
    let algorithm = SignatureAlgorithm::Ed25519Sha256;
    let mut malleable = providers()[0].signing_key(&private).unwrap().sign(algorithm, MESSAGE).unwrap();

    // S plus the order of the group is the same scalar, and must not pass (RFC 8032 section 5.1.7).
    let order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let mut carry = 0;
    for (octet, add) in malleable[32..].iter_mut().zip(order) {
        let sum = u16::from(*octet) + u16::from(add) + carry;
        *octet = sum as u8;
        carry = sum >> 8;
    }
    let keys = [
        public.octets().to_vec(),
        vec![0x58; 32],
        hex("0200000000000000000000000000000000000000000000000000000000000000"),
        hex("0300000000000000000000000000000000000000000000000000000000000000"),
        hex("0400000000000000000000000000000000000000000000000000000000000080"),
        hex("ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    ];
    let identity = [hex("0100000000000000000000000000000000000000000000000000000000000000"), vec![0; 32]].concat();
    for key in keys {
        let key = PublicKey::ed25519(&key).unwrap();
        for signature in [&malleable, &identity, &vec![0; 64], &vec![0xff; 64], &vec![0; 63], &vec![]] {
            let answers: Vec<_> = providers()
                .into_iter()
                .map(|provider| provider.verifying_key(&key).unwrap().verify(algorithm, MESSAGE, signature))
                .collect();
            assert!(answers.windows(2).all(|two| two[0] == two[1]), "{:?} {signature:?} {answers:?}", key.octets());
        }
    }
    for provider in providers() {
        let key = provider.verifying_key(&public).unwrap();
        assert_eq!(key.verify(algorithm, MESSAGE, &malleable), Err(BadSignature), "{provider:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_changed_signature_does_not_verify(at in 0_usize..256, bit in 0_u8..8, changed_message: bool) {
        let public = PrivateKey::from_pem(vector!("rsa2048_pkcs8.pem")).unwrap().public_key().unwrap();
        let mut signature = vector!("rsa2048_pkcs8.sha256").to_vec();
        let mut message = MESSAGE.to_vec();
        if changed_message {
            let length = message.len();
            message[at % length] ^= 1 << bit;
        } else {
            signature[at] ^= 1 << bit;
        }
        for provider in providers() {
            let key = provider.verifying_key(&public).unwrap();
            prop_assert_eq!(key.verify(SignatureAlgorithm::RsaSha256, &message, &signature), Err(BadSignature));
        }
    }

    /// A damaged private key is refused, or signs as it should: a wrong signature can give an RSA key away.
    #[test]
    fn a_damaged_private_key(at in 30_usize..1190, octet: u8, small: bool) {
        let whole = PrivateKey::from_pem(if small { vector!("rsa1024_pkcs1.pem") } else { vector!("rsa2048_pkcs8.pem") }).unwrap();
        let mut der = whole.pkcs1().unwrap().to_vec();
        let at = at % der.len();
        der[at] = octet;
        let Ok(damaged) = PrivateKey::from_der(&der) else { return Ok(()) };
        for provider in providers() {
            let Ok(signing) = provider.signing_key(&damaged) else { continue };
            let Ok(signature) = signing.sign(SignatureAlgorithm::RsaSha256, MESSAGE) else { continue };
            let verifying = provider.verifying_key(&signing.public_key()).unwrap();
            prop_assert_eq!(verifying.verify(SignatureAlgorithm::RsaSha256, MESSAGE, &signature), Ok(()), "{:?}", provider);
        }
    }

    /// Whatever a key record holds, a provider says yes or no.
    #[test]
    fn any_modulus_and_exponent(
        mut modulus in proptest::collection::vec(any::<u8>(), 128..=300),
        mut exponent in proptest::collection::vec(any::<u8>(), 1..=5),
    ) {
        modulus[0] |= 0x80;
        *modulus.last_mut().unwrap() |= 1;
        exponent[0] |= 1;
        *exponent.last_mut().unwrap() |= 1;
        let integer = |octets: &[u8]| [&[2, 0x82, 0, 0][..], &[0], octets].concat();
        let mut numbers = Vec::new();
        for octets in [&modulus, &exponent] {
            let mut written = integer(octets);
            let length = octets.len() + 1;
            if octets[0] < 0x80 {
                written = [&[2, octets.len() as u8][..], octets].concat();
            } else if length < 0x80 {
                written = [&[2, length as u8, 0][..], octets].concat();
            } else if length < 0x100 {
                written = [&[2, 0x81, length as u8, 0][..], octets].concat();
            } else {
                written[2..4].copy_from_slice(&(length as u16).to_be_bytes());
            }
            numbers.extend(written);
        }
        let head = match numbers.len() {
            length @ ..0x100 => vec![0x30, 0x81, length as u8],
            length => vec![0x30, 0x82, (length >> 8) as u8, length as u8],
        };
        let Ok(key) = PublicKey::rsa(&[head, numbers].concat()) else { return Ok(()) };
        prop_assert_eq!(key.rsa_numbers(), Some((&*modulus, &*exponent)));
        let mut answers = Vec::new();
        for provider in providers() {
            let key = provider.verifying_key(&key).unwrap();
            answers.push(key.verify(SignatureAlgorithm::RsaSha256, MESSAGE, &vec![1; modulus.len()]));
        }
        prop_assert!(answers.iter().all(|answer| *answer == Err(BadSignature)));
    }
}
