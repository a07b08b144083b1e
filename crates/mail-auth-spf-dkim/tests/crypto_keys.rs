//! Keys are read strictly, in every form that they are kept in, and whatever else is offered is an error.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_auth_spf_dkim::crypto::{KeyError, KeyType, PrivateKey, PublicKey, SignatureAlgorithm};
use proptest::prelude::*;

macro_rules! vector {
    ($name:literal) => {
        include_bytes!(concat!("crypto_vectors/", $name)).as_slice()
    };
}

/// RFC 6376 appendix C.
const BRISBANE: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4\
                        jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDd\
                        QPNUYckcQ2QIDAQAB";
/// RFC 8463 appendix A.2.
const TEST: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W\
                    91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB";
/// The same, and the key that belongs to it, from RFC 8463 appendix A.1.
const TEST_PRIVATE: &str = "-----BEGIN RSA PRIVATE KEY-----
MIICXQIBAAKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQi
Y/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqM
KrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB
AoGAH0cxOhFZDgzXWhDhnAJDw5s4roOXN4OhjiXa8W7Y3rhX3FJqmJSPuC8N9vQm
6SVbaLAE4SG5mLMueHlh4KXffEpuLEiNp9Ss3O4YfLiQpbRqE7Tm5SxKjvvQoZZe
zHorimOaChRL2it47iuWxzxSiRMv4c+j70GiWdxXnxe4UoECQQDzJB/0U58W7RZy
6enGVj2kWF732CoWFZWzi1FicudrBFoy63QwcowpoCazKtvZGMNlPWnC7x/6o8Gc
uSe0ga2xAkEA8C7PipPm1/1fTRQvj1o/dDmZp243044ZNyxjg+/OPN0oWCbXIGxy
WvmZbXriOWoSALJTjExEgraHEgnXssuk7QJBALl5ICsYMu6hMxO73gnfNayNgPxd
WFV6Z7ULnKyV7HSVYF0hgYOHjeYe9gaMtiJYoo0zGN+L3AAtNP9huqkWlzECQE1a
licIeVlo1e+qJ6Mgqr0Q7Aa7falZ448ccbSFYEPD6oFxiOl9Y9se9iYHZKKfIcst
o7DUw1/hz2Ck4N5JrgUCQQCyKveNvjzkkd8HjYs0SwM0fPjK16//5qDZ2UiDGnOe
uEzxBDAr518Z8VFbR41in3W4Y3yCDgQlLlcETrS+zYcL
-----END RSA PRIVATE KEY-----
";

fn base64(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap()
}

fn malformed(result: Result<PublicKey, KeyError>) -> &'static str {
    match result {
        Err(KeyError::Malformed(what)) => what,
        other => panic!("{other:?}"),
    }
}

#[test]
fn published_rsa_keys() {
    for text in [BRISBANE, TEST] {
        let key = PublicKey::new(KeyType::Rsa, &base64(text)).unwrap();
        assert_eq!((key.key_type(), key.bits()), (KeyType::Rsa, 1024));
        assert_eq!(STANDARD.encode(key.octets()), text);
        // RFC 6376 section 3.6.1 speaks of a bare RSAPublicKey; it is the same key.
        assert_eq!(PublicKey::rsa(key.pkcs1().unwrap()).unwrap(), key);
        let (modulus, exponent) = key.rsa_numbers().unwrap();
        assert_eq!((modulus.len(), exponent), (128, [1, 0, 1].as_slice()));
        assert_eq!(format!("{key:?}"), "PublicKey { key_type: Rsa, bits: 1024, .. }");
    }
    let key = PrivateKey::from_pem(TEST_PRIVATE).unwrap();
    assert_eq!(STANDARD.encode(key.public_key().unwrap().octets()), TEST);
}

#[test]
fn every_form_of_a_private_key() {
    for (pem, bits) in [
        (vector!("rsa1024_pkcs1.pem"), 1024),
        (vector!("rsa2048_pkcs8.pem"), 2048),
        (vector!("rsa3072_pkcs1.pem"), 3072),
        (vector!("rsa2048_exponent3.pem"), 2048),
    ] {
        let key = PrivateKey::from_pem(pem).unwrap();
        assert_eq!((key.key_type(), key.bits()), (KeyType::Rsa, bits));
        assert_eq!(PrivateKey::from_der(&key.to_pkcs8_der()).unwrap(), key);
        assert_eq!(PrivateKey::from_der(key.pkcs1().unwrap()).unwrap(), key);
        assert_eq!(PrivateKey::from_pem(key.to_pkcs8_pem().as_bytes()).unwrap(), key);
        // With CRLF, indented, and after other things.
        let text = String::from_utf8(pem.to_vec()).unwrap().replace('\n', "\r\n  ");
        let text =
            format!("Bag Attributes: a: b\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n{text}");
        assert_eq!(PrivateKey::from_pem(text).unwrap(), key);
    }
    // What OpenSSL wrote as PKCS#8 is written so again.
    let key = PrivateKey::from_pem(vector!("rsa2048_pkcs8.pem")).unwrap();
    assert_eq!(key.to_pkcs8_pem().as_bytes(), vector!("rsa2048_pkcs8.pem"));

    // RFC 8410 section 10.3: the same key, without and with its public key and attributes.
    let first = "-----BEGIN PRIVATE KEY-----\n\
                 MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
                 -----END PRIVATE KEY-----\n";
    let second = "-----BEGIN PRIVATE KEY-----\n\
                  MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
                  oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\n\
                  Z9w7lshQhqowtrbLDFw4rXAxZuE=\n\
                  -----END PRIVATE KEY-----\n";
    let (first, second) = (PrivateKey::from_pem(first).unwrap(), PrivateKey::from_pem(second).unwrap());
    assert_eq!(first.ed25519_seed(), second.ed25519_seed());
    assert_eq!(first.public_key(), None);
    let public = PublicKey::ed25519(&base64("Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=")).unwrap();
    assert_eq!(second.public_key(), Some(public.clone()));
    // RFC 8410 section 10.1: the same as a SubjectPublicKeyInfo.
    let wrapped = base64("MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=");
    assert_eq!(PublicKey::new(KeyType::Ed25519, &wrapped), Ok(public.clone()));

    // The same as an ECPrivateKey (RFC 5915 section 3), without and with its public key.
    let (seed, point) = (first.ed25519_seed().unwrap(), public.octets());
    let ec = |parts: &[&Vec<u8>]| {
        let mut contents = [element(2, &[1]), element(4, seed)].concat();
        parts.iter().for_each(|part| contents.extend_from_slice(part));
        element(0x30, &contents)
    };
    let curve = element(0xa0, &element(6, &[0x2b, 0x65, 0x70]));
    let beside = element(0xa1, &element(3, &[&[0], point].concat()));
    assert_eq!(PrivateKey::from_der(&ec(&[&curve])).unwrap(), first);
    assert_eq!(PrivateKey::from_der(&ec(&[&curve, &beside])).unwrap(), second);
    let text = STANDARD.encode(ec(&[&curve, &beside]));
    let text = format!("-----BEGIN EC PRIVATE KEY-----\n{text}\n-----END EC PRIVATE KEY-----\n");
    assert_eq!(PrivateKey::from_pem(text).unwrap(), second);
    let other = element(0xa0, &element(6, &[0x2b, 0x65, 0x71]));
    for parts in [&[][..], &[&other], &[&element(0xa0, &element(0x30, &[]))], &[&beside]] {
        assert_eq!(PrivateKey::from_der(&ec(parts)).unwrap_err(), KeyError::Unsupported("an ECDSA key"));
    }
    for parts in [&[&curve, &curve][..], &[&curve, &beside, &beside], &[&curve, &element(0xa1, &[])]] {
        assert!(matches!(PrivateKey::from_der(&ec(parts)), Err(KeyError::Malformed(_))));
    }

    // Nothing but a seed.
    let seed = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
    let key = PrivateKey::from_pem(seed).unwrap();
    assert_eq!(key.ed25519_seed().unwrap().to_vec(), base64(seed));
    assert_eq!(PrivateKey::from_pem(format!("{seed}\r\n")).unwrap(), key);
    assert_eq!(PrivateKey::from_pem(seed.trim_end_matches('=')).unwrap(), key);
    assert_eq!(PrivateKey::from_ed25519_seed(key.ed25519_seed().unwrap()), key);
}

#[test]
fn private_keys_of_other_kinds() {
    let error = |pem: &[u8]| PrivateKey::from_pem(pem).unwrap_err();
    assert_eq!(error(vector!("ec_sec1.pem")), KeyError::Unsupported("an ECDSA key"));
    assert_eq!(error(vector!("ec_pkcs8.pem")), KeyError::Unsupported("an ECDSA key"));
    assert_eq!(error(vector!("ed448.pem")), KeyError::Unsupported("an Ed448 key"));
    assert_eq!(error(vector!("rsa_three_primes.pem")), KeyError::Unsupported("an RSA key of more than two primes"));
    assert_eq!(error(vector!("encrypted_pkcs1.pem")), KeyError::Encrypted);
    assert_eq!(error(vector!("encrypted_pkcs8.pem")), KeyError::Encrypted);
    assert_eq!(
        error(vector!("ec_sec1.pem")).to_string(),
        "an ECDSA key is not a key for DKIM, which has RSA and Ed25519 only"
    );
    for (text, problem) in [
        ("", "no line says `-----BEGIN PRIVATE KEY-----`"),
        ("nothing of the kind", "no line says `-----BEGIN PRIVATE KEY-----`"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n", "a block has no end"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----", "a block has no end"),
        ("-----BEGIN PRIVATE KEY-----\nA*AA\n-----END PRIVATE KEY-----\n", "its base64 is broken"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "it has a public key only"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "it has a certificate only"),
    ] {
        assert_eq!(error(text.as_bytes()), KeyError::NotPem(problem), "{text}");
    }
    // The curve's own form, without PEM around it.
    let text = String::from_utf8(vector!("ec_sec1.pem").to_vec()).unwrap();
    let body: String =
        text.lines().skip_while(|line| !line.contains("EC PRIVATE")).filter(|line| !line.contains("--")).collect();
    assert_eq!(PrivateKey::from_der(&base64(&body)).unwrap_err(), KeyError::Unsupported("an ECDSA key"));
}

#[test]
fn a_record_of_another_type_than_its_key() {
    let ed25519 = base64("MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=");
    assert_eq!(malformed(PublicKey::rsa(&ed25519)), "it is a key of another type than is said");
    assert_eq!(malformed(PublicKey::ed25519(&base64(TEST))), "it is a key of another type than is said");
    assert_eq!(malformed(PublicKey::ed25519(&[0x58; 31])), "an Ed25519 key has 32 octets");
    assert_eq!(malformed(PublicKey::ed25519(&[])), "an Ed25519 key has 32 octets");
}

/// Out of the field (RFC 8032 section 5.1.3), and of small order: anybody can sign for such a key.
#[test]
fn ed25519_keys_that_protect_nothing() {
    let end = |first: u8, middle: u8, last: u8| {
        let mut octets = [middle; 32];
        (octets[0], octets[31]) = (first, last);
        octets
    };
    for sign in [0, 0x80] {
        for first in 0xed..=0xff {
            let key = PublicKey::ed25519(&end(first, 0xff, 0x7f | sign));
            assert_eq!(key, Err(KeyError::Unsound("its coordinate is out of the field")));
        }
        for weak in [end(0, 0, sign), end(1, 0, sign), end(0xec, 0xff, 0x7f | sign)] {
            let key = PublicKey::ed25519(&weak);
            assert_eq!(key, Err(KeyError::Unsound("it is a point of small order, for which anybody can sign")));
        }
    }
}

/// An element of DER, whatever its contents.
fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match contents.len() {
        length @ ..0x80 => out.push(length as u8),
        length @ 0x80..0x100 => out.extend([0x81, length as u8]),
        length @ 0x100..0x1_0000 => out.extend([0x82, (length >> 8) as u8, length as u8]),
        length => out.extend([0x83, (length >> 16) as u8, (length >> 8) as u8, length as u8]),
    }
    out.extend_from_slice(contents);
    out
}

fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<PublicKey, KeyError> {
    PublicKey::rsa(&element(0x30, &[element(2, modulus), element(2, exponent)].concat()))
}

/// Numbers that cannot be a key's, and such that only cost time.
#[test]
fn hostile_numbers() {
    let good = [&[0x00, 0xc1], [0x55; 127].as_slice()].concat();
    assert_eq!(rsa(&good, &[1, 0, 1]).unwrap().bits(), 1024);
    assert_eq!(rsa(&good, &[3]).unwrap().rsa_numbers().unwrap().1, [3]);
    assert_eq!(rsa(&good, &[1, 0xff, 0xff, 0xff, 0xff]).unwrap().bits(), 1024);

    let unsound = |modulus: &[u8], exponent: &[u8]| match rsa(modulus, exponent) {
        Err(KeyError::Unsound(what)) => what,
        other => panic!("{other:?}"),
    };
    let mut even = good.clone();
    *even.last_mut().unwrap() = 0x54;
    assert_eq!(unsound(&even, &[3]), "its modulus is even");
    assert_eq!(unsound(&[0], &[3]), "its modulus is even");
    for exponent in [&[0][..], &[1], &[2], &[1, 0, 0]] {
        assert_eq!(unsound(&good, exponent), "its exponent is even or less than 3");
    }
    assert_eq!(unsound(&good, &[3, 0xff, 0xff, 0xff, 0xff]), "its exponent is longer than 33 bits");
    assert_eq!(unsound(&good, &good), "its exponent is longer than 33 bits");
    assert_eq!(unsound(&[5], &[7]), "its exponent is not less than its modulus");
    assert_eq!(unsound(&good, &[&[0x7f][..], &[0x55; 100_000]].concat()), "its exponent is longer than 33 bits");

    let huge = [&[0x7f][..], &[0x55; 100_000]].concat();
    assert_eq!(rsa(&huge, &[3]), Err(KeyError::TooLarge { bits: 800_007, most: 8192 }));
    let largest = [&[0, 0xff][..], &[0x55; 1023]].concat();
    assert_eq!(rsa(&largest, &[3]).unwrap().bits(), 8192);
}

#[test]
fn der_that_is_not() {
    let good = base64(TEST);
    for cut in 0..good.len() {
        assert_eq!(malformed(PublicKey::rsa(&good[..cut])), "it is cut off");
    }
    assert_eq!(malformed(PublicKey::rsa(&[&good[..], &[0]].concat())), "there is more after it");
    // Lengths: indefinite, reserved, longer than needed, longer than there is, longer than fits.
    for (octets, what) in [
        (&[0x30, 0x80, 0, 0][..], "an element has no definite, reasonable length"),
        (&[0x30, 0xff, 0, 0], "an element has no definite, reasonable length"),
        (
            &[0x30, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            "an element has no definite, reasonable length",
        ),
        (&[0x30, 0x81, 3, 2, 1, 1], "a length is written longer than DER allows"),
        (&[0x30, 0x82, 0, 0x80], "a length is written longer than DER allows"),
        (&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff], "it is cut off"),
        (&[0x31, 0], "an element has another tag than a key has there"),
    ] {
        assert_eq!(malformed(PublicKey::rsa(octets)), what, "{octets:?}");
    }
    assert_eq!(malformed(rsa(&[0x80, 1], &[3])), "an integer is negative");
    assert_eq!(malformed(rsa(&[0, 1], &[3])), "an integer is written longer than DER allows");
    assert_eq!(malformed(rsa(&[], &[3])), "an integer is written longer than DER allows");
}

#[test]
fn what_is_another_thing_than_a_private_key_is_named() {
    let public = KeyError::Malformed("it begins as a public key, a certificate or an encrypted key does");
    assert_eq!(PrivateKey::from_der(&element(0x30, &element(0x30, &[]))).unwrap_err(), public);
    let open_ssh = "-----BEGIN OPENSSH PRIVATE KEY-----\nAA==\n-----END OPENSSH PRIVATE KEY-----\n";
    let told = KeyError::NotPem("it has a key in the form of OpenSSH only");
    assert_eq!(PrivateKey::from_pem(open_ssh).unwrap_err(), told);
}

/// Deep nesting costs nothing: nothing recurses.
#[test]
fn nesting() {
    let mut octets = Vec::new();
    for _ in 0..1000 {
        octets = element(0x30, &octets);
    }
    assert!(PublicKey::rsa(&octets).is_err());
    assert!(PrivateKey::from_der(&octets).is_err());
    let begins = "-----BEGIN PRIVATE KEY-----\n".repeat(10_000);
    assert_eq!(PrivateKey::from_pem(begins).unwrap_err(), KeyError::NotPem("a block has no end"));
}

#[test]
fn words() {
    for algorithm in SignatureAlgorithm::ALL {
        assert_eq!(SignatureAlgorithm::parse(algorithm.as_str()), Some(algorithm));
        // RFC 6376 section 3.2: case counts.
        assert_eq!(SignatureAlgorithm::parse(&algorithm.as_str().to_uppercase()), None);
    }
    assert_eq!(SignatureAlgorithm::parse("rsa-md5"), None);
    assert_eq!(SignatureAlgorithm::parse(""), None);
    assert_eq!(KeyType::parse("ed25519"), Some(KeyType::Ed25519));
    assert_eq!(KeyType::parse("dsa"), None);
}

/// Keys that another library's tests keep.
#[test]
fn keys_of_a_suite() {
    let suite = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/suites/dkim/dkimpy-data"));
    if !suite.is_dir() {
        println!("skipped: {} is not here", suite.display());
        return;
    }
    let read = |name: &str| std::fs::read_to_string(suite.join(name)).unwrap();
    for name in [
        "1024_testkey.key",
        "2048_testkey.key",
        "2048_testkey_PKCS8.key",
        "ed25519test.key",
        "rfc8032_7_1.key",
        "test.private",
    ] {
        let key = PrivateKey::from_pem(read(name)).unwrap();
        assert_eq!(PrivateKey::from_pem(key.to_pkcs8_pem().as_bytes()).unwrap(), key, "{name}");
    }
    for (private, public) in [
        ("1024_testkey.key", "1024_testkey_wo_markers.pub.txt"),
        ("1024_testkey.key", "1024_testkey_wo_markers.pub.rsa.txt"),
        ("2048_testkey.key", "2048_testkey_wo_markers.pub.txt"),
        ("2048_testkey.key", "2048_testkey_wo_markers.pub.rsa.txt"),
        ("2048_testkey_PKCS8.key", "2048_testkey_PKCS8.key.pub.txt"),
    ] {
        let record = read(public);
        let published = record.split("p=").nth(1).unwrap().split(';').next().unwrap();
        let published: String = published.chars().filter(|letter| !letter.is_whitespace() && *letter != '"').collect();
        let key = PublicKey::rsa(&base64(&published)).unwrap();
        assert_eq!(PrivateKey::from_pem(read(private)).unwrap().public_key(), Some(key), "{public}");
    }
}

proptest! {
    #[test]
    fn changed_octets_are_no_panic(
        which in 0_usize..4,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in proptest::option::of(any::<prop::sample::Index>()),
        added in proptest::collection::vec(any::<u8>(), 0..8),
    ) {
        let private = PrivateKey::from_pem(vector!("rsa1024_pkcs1.pem")).unwrap();
        let mut octets = match which {
            0 => base64(TEST),
            1 => private.public_key().unwrap().pkcs1().unwrap().to_vec(),
            2 => private.to_pkcs8_der().to_vec(),
            _ => base64("MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhCoB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbG\
                         UgQ2hhaXJzgSEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="),
        };
        for (at, octet) in changes {
            let at = at.index(octets.len());
            octets[at] = octet;
        }
        if let Some(cut) = cut {
            octets.truncate(cut.index(octets.len()));
        }
        octets.extend(added);
        for key in [PublicKey::rsa(&octets), PublicKey::ed25519(&octets)].into_iter().flatten() {
            prop_assert_eq!(PublicKey::new(key.key_type(), key.octets()), Ok(key));
        }
        if let Ok(key) = PrivateKey::from_der(&octets) {
            prop_assert_eq!(key.bits(), PrivateKey::from_der(&key.to_pkcs8_der()).unwrap().bits());
        }
        let _ = PrivateKey::from_pem(&octets);
    }

    #[test]
    fn every_seed_survives_its_forms(seed: [u8; 32]) {
        let key = PrivateKey::from_ed25519_seed(&seed);
        prop_assert_eq!(key.ed25519_seed(), Some(&seed));
        prop_assert_eq!(&PrivateKey::from_pem(key.to_pkcs8_pem().as_bytes()).unwrap(), &key);
        prop_assert_eq!(PrivateKey::from_pem(STANDARD.encode(seed)).unwrap(), key);
    }
}
