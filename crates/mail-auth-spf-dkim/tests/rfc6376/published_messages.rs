//! Messages that other implementations publish as tests, signed by mail systems in use. They are skipped where the
//! files are absent.

use std::fs;
use std::path::Path;

use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::dkim::{DkimResult, Policy};
use mail_auth_spf_dkim::dns::{Records, Zone};

use crate::verifying::{name, verify_in_pieces};

const SUITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/suites/dkim");

fn with_crlf(message: &[u8]) -> Vec<u8> {
    let text: Vec<u8> = message.iter().copied().filter(|octet| *octet != b'\r').collect();
    text.split(|octet| *octet == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..])
}

fn read(file: &str) -> Option<Vec<u8>> {
    let path = Path::new(SUITE).join(file);
    let octets = fs::read(&path).ok();
    if octets.is_none() {
        println!("skipped: {} is absent", path.display());
    }
    octets
}

/// The results of a message's signatures, which must be the same at every read size.
fn results(message: &[u8], zone: &Zone, date: u64) -> Vec<DkimResult> {
    let verify = |sizes: &[usize]| verify_in_pieces(message, zone, UnixTime::new(date), &Policy::default(), sizes);
    let report = verify(&[]);
    for size in [1, 2, 3, 7, 64, 1000] {
        assert_eq!(verify(&vec![size; message.len() / size]), report, "in pieces of {size}");
    }
    report.signatures.iter().map(|outcome| outcome.result).collect()
}

#[test]
fn messages_with_their_keys_in_front() {
    for number in 1..=6 {
        let Some(octets) = read(&format!("mail-auth-00{number}.txt")) else { return };
        let text = with_crlf(&octets);
        let end = text.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let (records, message) = text.split_at(end + 4);
        let mut zone = Zone::new();
        for line in String::from_utf8(records.to_vec()).unwrap().lines().filter(|line| !line.is_empty()) {
            let (domain, record) = line.split_once(' ').unwrap();
            zone.insert(name(domain.trim()), Records::text(record));
        }
        let found = results(message, &zone, 1_667_900_000);
        let signatures = if matches!(number, 1 | 3) { 2 } else { 1 };
        assert_eq!(found, vec![DkimResult::Pass; signatures], "message {number}");
    }
}

fn text(file: &str) -> Option<Vec<u8>> {
    read(&format!("dkimpy-data/{file}")).map(|octets| octets.trim_ascii().to_vec())
}

/// The verdicts on a file of that library's tests, with this key under every name that its messages have.
fn verdicts(file: &str, key: &str) -> Option<Vec<DkimResult>> {
    let key = Records::text(text(key)?);
    let names = ["test._domainkey.football.example.com", "test._domainkey.legitimate.com", "sed._domainkey.test.ex"];
    let zone = names.into_iter().fold(Zone::new(), |zone, domain| zone.with(name(domain), key.clone()));
    Some(results(&with_crlf(&read(&format!("dkimpy-data/{file}"))?), &zone, 1_527_915_362))
}

#[test]
fn messages_of_a_library_for_python() {
    use DkimResult::{Fail, Neutral, Pass, PermError};
    for (file, key, expected) in [
        ("rfc6376.signed.rsa.msg", "test.txt", &[Pass][..]),
        // The same as PKCS#1, without the outer structure, under another key's name; a key of another type; no record.
        ("rfc6376.signed.rsa.msg", "1024_testkey_wo_markers.pub.rsa.txt", &[Fail]),
        ("rfc6376.signed.rsa.msg", "1024_testkey_wo_markers.pub.txt", &[Fail]),
        ("rfc6376.signed.rsa.msg", "ed25519test.dns", &[PermError]),
        ("rfc6376.signed.rsa.msg", "badk.txt", &[PermError]),
        ("rfc6376.signed.rsa.msg", "badversion.txt", &[PermError]),
        ("rfc6376.signed.rsa.msg", "test_tlsrpt.txt", &[PermError]),
        // One that an Ed25519 key has made, and one that this key has.
        ("rfc6376.signed.msg", "test.txt", &[PermError, Pass]),
        // The time was cut out after signing.
        ("rfc6376.signed.no_t.msg", "test.txt", &[Fail]),
        ("ed25519test2.msg", "eximtest.dns", &[Pass]),
        ("test.message.baddomain", "test.txt", &[Neutral]),
        ("test.message", "test.txt", &[]),
        ("test_nofrom.message", "test.txt", &[]),
    ] {
        let Some(found) = verdicts(file, key) else { return };
        assert_eq!(found, expected, "{file} with {key}");
    }
}
