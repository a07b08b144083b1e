//! Section 5.2: validating, step by step.

use mail_auth_spf_dkim::arc::{ChainStatus, Verifier};
use mail_auth_spf_dkim::crypto::default_provider;
use mail_auth_spf_dkim::dkim::{Canonicalization, Policy, SigningSettings};
use mail_auth_spf_dkim::dns::DnsError;

use crate::sealing::{MESSAGE, NOW, carelessly_sealed, replaced, seal, try_seal_with, verify, verify_with};

fn two_links() -> Vec<u8> {
    seal(&seal(MESSAGE, "list.example", ChainStatus::None), "forward.example", ChainStatus::Pass)
}

fn cause(message: &[u8]) -> String {
    let report = verify(message);
    assert_eq!(report.status, ChainStatus::Fail);
    assert!(report.links.is_empty() && report.oldest_pass.is_none());
    report.cause.unwrap().to_string()
}

#[test]
fn step_1_no_chain() {
    let report = verify(MESSAGE);
    assert_eq!((report.status, report.cause, report.links.len()), (ChainStatus::None, None, 0));
    assert_eq!(verify(b"").status, ChainStatus::None);
}

#[test]
fn step_1_too_many_links() {
    let field = b"ARC-Seal: i=1; a=ed25519-sha256; cv=none; d=list.example; s=arc; b=AAAA\r\n";
    let message = [&field.repeat(51)[..], MESSAGE].concat();
    assert_eq!(cause(&message), "the chain has too many links");
}

#[test]
fn step_3_structure() {
    let chain = two_links();
    for (old, new, expected) in [
        ("ARC-Seal: i=2", "X-Seal: i=2", "link 2 is not complete"),
        ("ARC-Message-Signature: i=1", "X: i=1", "link 1 is not complete"),
        ("ARC-Authentication-Results: i=2", "ARC-Authentication-Results: i=1", "link 1 is not complete"),
        ("ARC-Seal: i=2", "ARC-Seal: i=3", "link 2 is not complete"),
        ("ARC-Seal: i=2", "ARC-Seal: i=51", "a field of the chain has no instance"),
        ("ARC-Seal: i=2", "ARC-Seal: i=02", ""),
        ("ARC-Authentication-Results: i=2;", "ARC-Authentication-Results: 2;", "a field of the chain has no instance"),
        // Comments may stand around the instance (section 4.2.1); the seal is for another text, of course.
        ("Results: i=2;", "Results: (a;) i (b) = (c) 2 (d;) ;", "the seal of link 2 does not hold"),
        ("ARC-Seal: i=2;", "ARC-Seal: i = (a) 2 (b);", "the seal of link 2 does not hold"),
        ("ARC-Message-Signature: i=1;", "ARC-Message-Signature: i=1(a);", "the seal of link 1 does not hold"),
        ("ARC-Seal: i=2;", "ARC-Seal: i=2(;", "a field of the chain has no instance"),
        ("cv=pass", "cv=none", "link 2 tells of another chain"),
        ("cv=none", "cv=pass", "link 1 tells of another chain"),
        ("cv=pass", "cv=fail", "the chain was broken before link 2"),
    ] {
        let found = cause(&replaced(&chain, old, new));
        assert!(found.starts_with(expected), "{old} -> {new}: {found}");
    }
}

#[test]
fn step_3_a_key_whose_name_is_too_long_is_not_asked_for() {
    let long = format!("s={0}.{0}.{0}.{0};", "x".repeat(60));
    let chain = String::from_utf8(two_links()).unwrap();
    for (field, expected) in [
        ("ARC-Seal: i=2", "the seal of link 2 does not hold: the selector is too long for the domain"),
        (
            "ARC-Message-Signature: i=1",
            "the signature of link 1 does not hold: the selector is too long for the domain",
        ),
    ] {
        let (front, rest) = chain.split_at(chain.find(field).unwrap());
        let message = [front, &rest.replacen("s=arc;", &long, 1)].concat();
        let mut verifier = Verifier::new(default_provider(), &Policy::default());
        verifier.handle_input(NOW, message.as_bytes());
        assert_eq!(verifier.poll_query(), None);
        assert_eq!(cause(message.as_bytes()), expected);
    }
}

#[test]
fn step_4_the_last_message_signature() {
    let chain = two_links();
    for (old, new) in [("Hello, list!", "Hello, all!"), ("Subject: Hello", "Subject: Buy")] {
        assert!(cause(&replaced(&chain, old, new)).starts_with("the signature of link 2 does not hold"));
    }
}

/// Where there are several From fields, a reader may see any; it may be one that came later.
#[test]
fn step_4_every_one_of_several_authors_is_signed() {
    let with_policy = |message: &[u8], accept_unsigned_from| {
        let mut policy = Policy::default();
        policy.accept_unsigned_from = accept_unsigned_from;
        let report = verify_with(message, &policy);
        (report.status, report.cause.map(|cause| cause.to_string()))
    };
    let sealed = carelessly_sealed("from", "from:Ann <ann@example.org>\r\n");
    assert_eq!(verify(&sealed).status, ChainStatus::Pass);
    let second = [b"From: ceo@bank.example\r\n", &sealed[..]].concat();
    let unsigned = "the signature of link 1 does not hold: a From field is not signed".to_owned();
    assert_eq!(with_policy(&second, false), (ChainStatus::Fail, Some(unsigned)));
    assert_eq!(with_policy(&second, true), (ChainStatus::Pass, None));
    // What is not signed at all may be another, which is the sealer's choice.
    let none = carelessly_sealed("subject", "subject:Hello\r\n");
    assert_eq!(verify(&replaced(&none, "Ann <ann@example.org>", "ceo@bank.example")).status, ChainStatus::Pass);
}

/// What a link's own field says counts, not a default.
#[test]
fn step_4_every_form_of_canonicalization() {
    use Canonicalization::{Relaxed, Simple};
    for header in [Simple, Relaxed] {
        for body in [Simple, Relaxed] {
            let mut settings = SigningSettings::default();
            (settings.header_canonicalization, settings.body_canonicalization) = (header, body);
            let first = seal(MESSAGE, "list.example", ChainStatus::None);
            let chain = try_seal_with(&first, "forward.example", ChainStatus::Pass, &settings).unwrap();
            assert_eq!(verify(&chain).status, ChainStatus::Pass, "{header}/{body}");
            let spaced = replaced(&chain, "Subject: Hello", "Subject:  Hello");
            assert_eq!(verify(&spaced).status == ChainStatus::Pass, header == Relaxed, "{header}/{body}");
            let spaced = replaced(&chain, "Hello, list!", "Hello,  list!");
            assert_eq!(verify(&spaced).status == ChainStatus::Pass, body == Relaxed, "{header}/{body}");
        }
    }
}

#[test]
fn step_5_a_list_that_changes_and_seals_again() {
    let first = seal(MESSAGE, "list.example", ChainStatus::None);
    let changed = replaced(&first, "Hello, list!", "Hello, list!\r\n-- footer");
    let chain = seal(&changed, "forward.example", ChainStatus::Pass);
    let report = verify(&chain);
    assert_eq!((report.status, report.oldest_pass), (ChainStatus::Pass, Some(2)));
}

#[test]
fn step_6_the_seals() {
    let chain = two_links();
    // What an earlier host has found out, changed later: the message is as it was, the chain is not.
    let forged = replaced(&chain, "i=1; mx.list.example;\r\n\tspf=pass", "i=1; mx.list.example;\r\n\tspf=none");
    assert!(cause(&forged).starts_with("the seal of link 1 does not hold"), "{}", cause(&forged));
}

#[test]
fn a_key_that_cannot_be_fetched_breaks_the_chain_for_good() {
    for error in [DnsError::NxDomain, DnsError::Temporary] {
        let mut verifier = Verifier::new(default_provider(), &Policy::default());
        verifier.handle_input(NOW, &two_links());
        while let Some(query) = verifier.poll_query() {
            verifier.handle_answer(NOW, query.id, Err(error));
        }
        verifier.handle_eof(NOW);
        assert_eq!(verifier.report().unwrap().status, ChainStatus::Fail);
    }
}

#[test]
fn answers_that_never_come() {
    let mut verifier = Verifier::new(default_provider(), &Policy::default());
    verifier.handle_input(NOW, &two_links());
    verifier.handle_eof(NOW);
    while let Some(deadline) = verifier.poll_timeout() {
        assert!(verifier.report().is_none());
        verifier.handle_timeout(deadline);
    }
    assert_eq!(verifier.report().unwrap().status, ChainStatus::Fail);
}
