//! The examples of RFC 9989 appendix B.

use mail_auth_spf_dkim::dmarc::{DmarcResult, Identifiers, Policy, Record};

use crate::zones::{dkim, evaluate, name, spf, zone};

#[test]
fn b_1_identifier_alignment() {
    // No records, but for the one that makes DMARC apply.
    let zone = zone(&[("example.com", "p=reject"), ("example.net", "p=reject")]);
    let aligned = |author: &str, identifiers: Identifiers| {
        evaluate(&zone, &[&format!("x@{author}")], identifiers).0.result == DmarcResult::Pass
    };
    assert!(aligned("example.com", spf("example.com")));
    assert!(aligned("example.com", spf("child.example.com")));
    assert!(aligned("child.example.com", spf("example.com")));
    assert!(!aligned("example.com", spf("example.net")));
    assert!(aligned("example.com", dkim("example.com")));
    assert!(aligned("child.example.com", dkim("example.com")));
    assert!(!aligned("example.com", dkim("sample.net")));
}

#[test]
fn b_2_domain_owners_records() {
    let record = Record::parse(b"v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com").unwrap();
    assert_eq!(record.policy, Some(Policy::None));
    let text = "v=DMARC1; p=quarantine; rua=mailto:dmarc-feedback@example.com,\
                mailto:tld-test@thirdparty.example.net; t=y";
    let record = Record::parse(text.as_bytes()).unwrap();
    let mailboxes: Vec<_> = record.aggregate_reports.iter().filter_map(|uri| uri.mailbox()).collect();
    assert_eq!(mailboxes, ["dmarc-feedback@example.com", "tld-test@thirdparty.example.net"]);
    assert!(record.testing);
}

#[test]
fn b_4_1_simple() {
    let zone = zone(&[("example.com", "p=reject"), ("signing.example.com", "p=none")]);
    let identifiers = spf("example.com").with_dkim(name("signing.example.com"));
    let (outcome, _) = evaluate(&zone, &["x@example.com"], identifiers);
    assert!(outcome.spf_aligned && outcome.dkim_aligned);
    assert_eq!(outcome.policy_domain, Some(name("example.com")));
}

#[test]
fn b_4_2_deep() {
    let zone = zone(&[("example.com", "p=reject"), ("signing.example.com", "p=none")]);
    let identifiers = spf("example.com").with_dkim(name("signing.example.com"));
    let (outcome, _) = evaluate(&zone, &["x@a.b.c.d.e.f.g.h.i.j.k.example.com"], identifiers);
    assert!(outcome.spf_aligned && outcome.dkim_aligned);
    assert_eq!(outcome.policy_domain, Some(name("example.com")));
}

#[test]
fn b_4_3_a_public_suffix_with_a_record() {
    let zone = zone(&[("bank.example", "p=none; psd=y"), ("giant.bank.example", "p=reject")]);
    let identifiers = spf("mail.giant.bank.example").with_dkim(name("mail.mega.bank.example"));
    let (outcome, _) = evaluate(&zone, &["x@giant.bank.example"], identifiers);
    assert!(outcome.spf_aligned && !outcome.dkim_aligned);
    assert_eq!(outcome.result, DmarcResult::Pass);
    assert_eq!(outcome.policy_domain, Some(name("giant.bank.example")));
}
