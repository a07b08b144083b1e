//! The published suite for sealing, with keys of 1024 bits, that only one provider signs with. It is skipped where the file is
//! absent.

use std::collections::BTreeMap;
use std::sync::Arc;

use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::arc::{ChainStatus, Sealer};
use mail_auth_spf_dkim::authres::AuthenticationResults;
use mail_auth_spf_dkim::crypto::rustcrypto::PROVIDER;
use mail_auth_spf_dkim::crypto::{PrivateKey, Provider, SigningKey};
use mail_auth_spf_dkim::dkim::{Identity, SigningSettings};
use mail_auth_spf_dkim::dns::Name;
use rfc5322_message::fields::Fields;

use crate::published_suite;

/// The tags of a field's text, without the signature.
fn tags(text: &str) -> BTreeMap<String, String> {
    let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let tags = compact.split(';').filter_map(|tag| tag.split_once('=')).filter(|(name, _)| *name != "b");
    tags.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The field as it was sealed: the files show its signature folded.
fn with_whole_signature(field: &str) -> String {
    let start = field.find("b=").unwrap();
    let (front, rest) = field.split_at(start);
    let (signature, rest) = rest.split_once(';').unwrap();
    format!("{front}{};{rest}", signature.split_ascii_whitespace().collect::<String>())
}

/// What the suite seals holds here; and what is sealed here from the same message says the same and holds. The octets of
/// the signatures differ, for a signature covers the layout of its own field.
#[test]
fn every_case_that_is_sealed() {
    let Some(scenarios) = published_suite::scenarios("arc-sign-tests.json") else { return };
    let mut cases = 0;
    for scenario in &scenarios {
        let zone = published_suite::zone(scenario);
        let text = |key: &str| scenario[key].as_str().unwrap();
        let key = PROVIDER.signing_key(&PrivateKey::from_pem(text("privatekey")).unwrap()).unwrap();
        let key: Arc<dyn SigningKey> = Arc::from(key);
        for test in scenario["tests"].as_array().unwrap() {
            let crlf = |key: &str| test[key].as_str().unwrap().replace('\n', "\r\n");
            let message = crlf("message");
            let folded = |key: &str| crlf(key).trim_end().replace("\r\n", "\r\n    ");
            let theirs = format!(
                "ARC-Seal: {}\r\nARC-Message-Signature: {}\r\nARC-Authentication-Results: {}\r\n{message}",
                folded("AS"),
                with_whole_signature(&folded("AMS")),
                folded("AAR"),
            );
            let status = match tags(&crlf("AS"))["cv"].as_str() {
                "none" => ChainStatus::None,
                "pass" => ChainStatus::Pass,
                _ => ChainStatus::Fail,
            };
            let expected = if status == ChainStatus::Fail { ChainStatus::Fail } else { ChainStatus::Pass };
            let (found, cause) = published_suite::verify(theirs.as_bytes(), &zone, usize::MAX);
            assert_eq!(found, expected, "{}: {cause}", test["id"]);
            let domain = Name::parse(text("domain")).unwrap();
            let identity = Identity::new(domain, Name::parse(text("sel")).unwrap(), Arc::clone(&key)).unwrap();
            let aar = crlf("AAR");
            let (_, body) = aar.split_once(';').unwrap();
            let results = AuthenticationResults::parse(body.as_bytes()).unwrap();
            let names = test["sig-headers"].as_str().unwrap();
            let settings = names
                .split(':')
                .fold(SigningSettings::default().only_from(), |settings, name| settings.with_field(name).unwrap());
            let date = UnixTime::new(test["t"].as_u64().unwrap());
            let mut sealer = Sealer::new(date, &PROVIDER, identity, results, status, &settings);
            sealer.handle_input(message.as_bytes());
            sealer.handle_eof();
            let fields = sealer.fields().unwrap().unwrap().to_owned();
            let ours = format!("{fields}{message}");
            let (found, cause) = published_suite::verify(ours.as_bytes(), &zone, usize::MAX);
            assert_eq!(found, expected, "{}: {cause}", test["id"]);
            let mut split = Fields::new(fields.as_bytes());
            let mut next = || tags(std::str::from_utf8(split.next().unwrap().body()).unwrap());
            assert_eq!(next(), tags(&crlf("AS")), "{}", test["id"]);
            let (ours, theirs) = (next(), tags(&crlf("AMS")));
            assert_eq!(ours["bh"], theirs["bh"], "{}", test["id"]);
            cases += 1;
        }
    }
    assert_eq!(cases, 11);
}
