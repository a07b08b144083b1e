//! Section 3.6.1: records of keys, what they allow, and what a signature must not do with them.

use mail_auth_spf_dkim::crypto::KeyType;
use mail_auth_spf_dkim::dkim::{DkimResult, Identity, KeyRecord, KeyRecordError, SigningSettings};
use mail_auth_spf_dkim::dns::{DnsError, Records, Zone};

use crate::verifying::{MESSAGE, identity, key_record, name, replaced, sign, sign_with, verdict, verify, zone_with};

const KEY: &str = "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const RSA: &str = "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J1\
    6JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTI\
    KT+l/K4w3QIDAQAB";

fn parse(text: &str) -> Result<KeyRecord, KeyRecordError> {
    KeyRecord::parse(text.as_bytes())
}

#[test]
fn what_is_left_out_has_a_default() {
    let record = parse(RSA).unwrap();
    assert_eq!(record.public_key.unwrap().key_type(), KeyType::Rsa);
    assert_eq!((record.hashes, record.testing, record.strict), (None, false, false));
}

#[test]
fn the_version_stands_in_front() {
    assert!(parse(&format!("v=DKIM1; k=ed25519; {KEY}")).is_ok());
    for text in ["v=DKIM2; k=ed25519; ", "v=DKIM1.0; k=ed25519; ", "v=dkim1; k=ed25519; ", "k=ed25519; v=DKIM1; "] {
        assert_eq!(parse(&format!("{text}{KEY}")), Err(KeyRecordError::Version), "{text}");
    }
}

#[test]
fn types_and_services() {
    assert_eq!(parse(&format!("k=ed448; {KEY}")), Err(KeyRecordError::KeyType));
    for service in ["*", "email", "tlsrpt : email", "tlsrpt:*"] {
        assert!(parse(&format!("k=ed25519; s={service}; {KEY}")).is_ok(), "{service}");
    }
    for service in ["", "tlsrpt", "emails"] {
        assert_eq!(parse(&format!("k=ed25519; s={service}; {KEY}")), Err(KeyRecordError::Service), "{service}");
    }
}

#[test]
fn an_empty_key_is_revoked_and_a_missing_one_an_error() {
    assert_eq!(parse("v=DKIM1; p=").unwrap().public_key, None);
    assert_eq!(parse("v=DKIM1; k=ed25519; p= ;").unwrap().public_key, None);
    assert_eq!(parse("v=DKIM1; k=ed25519"), Err(KeyRecordError::NoKey));
    assert_eq!(parse("v=DKIM1; k=ed25519; p=!"), Err(KeyRecordError::NoKey));
    assert!(matches!(parse("v=DKIM1; k=ed25519; p=AAAA"), Err(KeyRecordError::Key(_))));
    assert!(matches!(parse("v=DKIM1; p=AAAA"), Err(KeyRecordError::Key(_))));
}

#[test]
fn records_are_written_as_they_are_read() {
    for text in [
        format!("v=DKIM1; k=ed25519; {KEY}"),
        format!("v=DKIM1; k=rsa; {RSA}"),
        format!("v=DKIM1; h=sha256; t=y:s; k=ed25519; {KEY}"),
        "v=DKIM1; p=".to_owned(),
    ] {
        assert_eq!(parse(&text).unwrap().to_string(), text);
    }
}

#[test]
fn what_a_record_forbids() {
    let (_, key) = key_record().rsplit_once(' ').map(|(front, key)| (front.to_owned(), key.to_owned())).unwrap();
    let signed = sign(MESSAGE);
    for (record, expected) in [
        (format!("k=ed25519; {key}"), "pass"),
        (format!("k=ed25519; h=sha256; {key}"), "pass"),
        (format!("k=ed25519; h=sha1:x-new:sha256; {key}"), "pass"),
        (format!("k=ed25519; h=sha1; {key}"), "permerror: the key is not for this algorithm"),
        (RSA.to_owned(), "permerror: the key is not for this algorithm"),
        (format!("k=ed25519; s=tlsrpt; {key}"), "permerror: the key cannot be used: the key is not for mail"),
        ("k=ed25519; p=".to_owned(), "permerror: the key is revoked"),
        (format!("k=ed25519; t=s; {key}"), "pass"),
        (format!("k=ed25519; {KEY}"), "fail: the signature does not fit the header and the key"),
    ] {
        assert_eq!(verdict(&signed, &zone_with(&record)), expected, "{record}");
    }
}

#[test]
fn a_strict_key_wants_its_own_domain_as_identity() {
    let (_, key) = key_record().rsplit_once(' ').map(|(front, key)| (front.to_owned(), key.to_owned())).unwrap();
    let with_user = |user: &str| {
        let identity: Identity = identity().with_user(user).unwrap();
        sign_with(MESSAGE, vec![identity], &SigningSettings::default())
    };
    let strict = zone_with(&format!("k=ed25519; t=x-new:s; {key}"));
    assert_eq!(verdict(&with_user("ann@example.org"), &strict), "pass");
    assert_eq!(verdict(&with_user("ann@sub.example.org"), &zone_with(&format!("k=ed25519; {key}"))), "pass");
    let expected = "permerror: the key is not for domains below its own";
    assert_eq!(verdict(&with_user("ann@sub.example.org"), &strict), expected);
}

#[test]
fn a_revoked_key_has_no_size() {
    let size = |record: &str| verify(&sign(MESSAGE), &zone_with(record)).signatures[0].key_bits;
    assert_eq!(size(&key_record()), Some(256));
    assert_eq!(size("k=ed25519; p="), None);
}

#[test]
fn testing_is_reported() {
    let (_, key) = key_record().rsplit_once(' ').map(|(front, key)| (front.to_owned(), key.to_owned())).unwrap();
    let zone = zone_with(&format!("k=ed25519; t=y; {key}"));
    let broken = replaced(&sign(MESSAGE), "hungry", "thirsty");
    let report = verify(&broken, &zone);
    assert_eq!((report.signatures[0].result, report.signatures[0].testing), (DkimResult::Fail, true));
}

#[test]
fn of_several_records_the_one_that_fits_counts() {
    let several = |records: &[&str]| {
        let texts = records.iter().map(|record| record.as_bytes().to_vec()).collect();
        Zone::new().with(name("may._domainkey.example.org"), Records::Txt(texts))
    };
    let signed = sign(MESSAGE);
    assert_eq!(verdict(&signed, &several(&["v=spf1 -all", "k=ed25519; p=", &key_record()])), "pass");
    // Where none fits, the one that came nearest counts, in whatever order the DNS lists them.
    let (changed, record) = (replaced(&signed, "hungry", "thirsty"), key_record());
    let mut orders = ["v=spf1 -all", "k=ed25519; p=", &record];
    for _ in 0..3 {
        orders.rotate_left(1);
        assert_eq!(verdict(&changed, &several(&orders)), "fail: the body was changed", "{orders:?}");
    }
    // The limit on how many are tried.
    let far = several(&["v=spf1 -all", "v=spf1 -all", "v=spf1 -all", &key_record()]);
    assert!(verdict(&signed, &far).starts_with("permerror"));
}

#[test]
fn without_an_answer_there_is_no_verdict_for_ever() {
    let signed = sign(MESSAGE);
    let key = name("may._domainkey.example.org");
    for (error, expected) in [
        (DnsError::NxDomain, "permerror: there is no key: the name does not exist"),
        (DnsError::NoData, "permerror: there is no key: the name has no such record"),
        (DnsError::Temporary, "temperror: the key could not be fetched: "),
    ] {
        let mut zone = Zone::new();
        zone.insert_error(key.clone(), mail_auth_spf_dkim::dns::RecordType::Txt, error);
        assert!(verdict(&signed, &zone).starts_with(expected), "{error:?}: {}", verdict(&signed, &zone));
    }
}

/// Section 3.6.1: what a restriction says must be understood. Notes are for people.
#[test]
fn restrictions_that_are_no_text_are_not_passed_over() {
    let signed = sign(MESSAGE);
    let with = |tag: &[u8]| {
        let text = [tag, b"; ", key_record().strip_prefix("v=DKIM1; ").unwrap().as_bytes()].concat();
        verdict(&signed, &Zone::new().with(name("may._domainkey.example.org"), Records::Txt(vec![text])))
    };
    for tag in [&b"t=s:\xff"[..], b"h=sha1:\xff", b"s=email:\xff"] {
        assert!(with(tag).starts_with("permerror: the key cannot be used: malformed"), "{}", with(tag));
    }
    assert_eq!(with(b"n=caf\xe9"), "pass");
}
