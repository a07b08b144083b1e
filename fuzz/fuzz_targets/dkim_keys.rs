//! Keys as strangers publish them, and as operators configure them: read, written, read again; no octets stop a reader
//! or a provider.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use mail_auth_spf_dkim::crypto::{KeyType, PrivateKey, PublicKey, SignatureAlgorithm, default_provider};
use mail_auth_spf_dkim::dkim::{Key, KeyRecord};

#[derive(Arbitrary, Debug)]
enum Input {
    Record(Vec<u8>),
    Tags(Vec<(u8, Vec<u8>)>),
    Changed(u8, Vec<(u16, u8)>),
    Der(Vec<u8>),
    Element(u8, Vec<u8>),
    Pem(Vec<u8>),
    Armour(u8, Vec<u8>),
}

const TAGS: [&str; 8] = ["v=DKIM1", "k=rsa", "k=ed25519", "h=", "t=", "s=", "p=", "n="];
const RSA: &str = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2j\
    LQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+\
    2kryOTIKT+l/K4w3QIDAQAB";
const ED25519: &str = "v=DKIM1; h=sha256; t=y:s; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const ARMOUR: [&str; 4] = ["PRIVATE KEY", "RSA PRIVATE KEY", "PUBLIC KEY", "ENCRYPTED PRIVATE KEY"];

fn record(text: &[u8]) {
    let provider = default_provider();
    let key = Key::parse(provider, text);
    let Ok(record) = KeyRecord::parse(text) else {
        assert!(key.is_err());
        return;
    };
    let written = record.to_string();
    assert_eq!(KeyRecord::parse(written.as_bytes()), Ok(record.clone()), "{written}");
    assert!(written.bytes().all(|octet| matches!(octet, b' '..=b'~')));
    if let Ok(key) = key {
        assert_eq!(key.record(), &record);
    }
}

fn public(key: &PublicKey) {
    assert_eq!(PublicKey::new(key.key_type(), key.octets()).as_ref(), Ok(key));
    assert!(key.bits() <= PublicKey::MOST_RSA_BITS);
    let Ok(ready) = default_provider().verifying_key(key) else { return };
    for algorithm in [SignatureAlgorithm::RsaSha256, SignatureAlgorithm::RsaSha1, SignatureAlgorithm::Ed25519Sha256] {
        assert!(ready.verify(algorithm, b"a message", &[1; 64]).is_err());
        assert!(ready.verify(algorithm, b"a message", &vec![0; key.bits().div_ceil(8)]).is_err());
        assert!(ready.verify(algorithm, b"a message", b"").is_err());
    }
}

fn private(key: &PrivateKey) {
    let der = key.to_pkcs8_der();
    let again = PrivateKey::from_der(&der).expect("what was written");
    assert_eq!(
        (again.key_type(), again.pkcs1(), again.ed25519_seed()),
        (key.key_type(), key.pkcs1(), key.ed25519_seed())
    );
    let again = PrivateKey::from_pem(key.to_pkcs8_pem().as_bytes()).expect("what was written");
    assert_eq!(
        (again.key_type(), again.pkcs1(), again.ed25519_seed()),
        (key.key_type(), key.pkcs1(), key.ed25519_seed())
    );
    let provider = default_provider();
    let Ok(signing) = provider.signing_key(key) else { return };
    let algorithm = match key.key_type() {
        KeyType::Ed25519 => SignatureAlgorithm::Ed25519Sha256,
        _ => SignatureAlgorithm::RsaSha256,
    };
    if let (Ok(signature), Ok(ready)) =
        (signing.sign(algorithm, b"a message"), provider.verifying_key(&signing.public_key()))
    {
        assert!(ready.verify(algorithm, b"a message", &signature).is_ok());
        assert!(ready.verify(algorithm, b"another", &signature).is_err());
    }
}

fn der(octets: &[u8]) {
    for key in [PublicKey::rsa(octets), PublicKey::ed25519(octets)].iter().flatten() {
        public(key);
    }
    if let Ok(key) = PrivateKey::from_der(octets) {
        private(&key);
    }
}

fn pem(text: &[u8]) {
    if let Ok(key) = PrivateKey::from_pem(text) {
        private(&key);
    }
}

fuzz_target!(|input: Input| match input {
    Input::Record(text) => record(&text),
    Input::Tags(tags) => {
        let mut text = Vec::new();
        for (tag, value) in &tags {
            text.extend([TAGS[usize::from(*tag) % TAGS.len()].as_bytes(), value, b"; "].concat());
        }
        record(&text);
    }
    Input::Changed(which, changes) => {
        let mut text = if which % 2 == 0 { RSA } else { ED25519 }.as_bytes().to_vec();
        for (at, octet) in changes {
            let at = usize::from(at) % text.len();
            text[at] = octet;
        }
        record(&text);
        if let Ok(KeyRecord { public_key: Some(key), .. }) = KeyRecord::parse(&text) {
            public(&key);
        }
    }
    Input::Der(octets) => der(&octets),
    Input::Element(tag, octets) => {
        let length = u16::try_from(octets.len()).unwrap_or(u16::MAX).to_be_bytes();
        let inner: &[u8] = &[&[tag, 0x82], length.as_slice(), &octets].concat();
        let length = u16::try_from(inner.len()).unwrap_or(u16::MAX).to_be_bytes();
        der(&[&[0x30, 0x82], length.as_slice(), inner].concat());
    }
    Input::Pem(text) => pem(&text),
    Input::Armour(which, text) => {
        let label = ARMOUR[usize::from(which) % ARMOUR.len()];
        let (begin, end) = (format!("-----BEGIN {label}-----\n"), format!("\n-----END {label}-----\n"));
        pem(&[begin.as_bytes(), &text, end.as_bytes()].concat());
    }
});
