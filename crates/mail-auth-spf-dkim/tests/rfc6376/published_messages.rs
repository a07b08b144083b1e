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
        let report = verify_in_pieces(message, &zone, UnixTime::new(1_667_900_000), &Policy::default(), &[]);
        let found = results(message, &zone, 1_667_900_000);
        assert!(!found.is_empty());
        for outcome in &report.signatures {
            println!("{number}: {} {:?} {:?}", outcome.result, outcome.cause, outcome.domain);
        }
        assert!(found.contains(&DkimResult::Pass), "message {number}: {found:?}");
    }
}

fn football() -> Zone {
    let key =
        |file: &str| Records::text(read(&format!("dkimpy-data/{file}")).unwrap_or_default().trim_ascii().to_vec());
    Zone::new()
        .with(name("test._domainkey.football.example.com"), key("test.txt"))
        .with(name("test._domainkey.legitimate.com"), key("test.txt"))
        .with(name("sed._domainkey.test.ex"), key("eximtest.dns"))
}

#[test]
fn messages_of_a_library_for_python() {
    let zone = football();
    let verdicts = |file: &str| {
        read(&format!("dkimpy-data/{file}")).map(|octets| results(&with_crlf(&octets), &zone, 1_527_915_362))
    };
    let Some(signed) = verdicts("rfc6376.signed.rsa.msg") else { return };
    println!("{signed:?}");
    for file in ["rfc6376.signed.msg", "rfc6376.signed.no_t.msg", "ed25519test2.msg", "test.message.baddomain"] {
        println!("{file}: {:?}", verdicts(file));
    }
}
