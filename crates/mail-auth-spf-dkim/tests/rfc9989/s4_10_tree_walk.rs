//! RFC 9989 section 4.10: the DNS tree walk, policy discovery and alignment.

use mail_auth_spf_dkim::dmarc::{
    Authors, DmarcResult, Evaluation, Identifier, Identifiers, Limits, Policy, Reason, report_permission_name,
    reports_are_permitted,
};
use mail_auth_spf_dkim::dns::{DnsError, QueryId, RecordType, Records, Zone};
use mail_wire::Instant;

use crate::zones::{dkim, evaluate, failing, name, spf, zone};

#[test]
fn a_walk_asks_eight_times_at_most() {
    let from = ["a@a.b.c.d.e.f.g.h.i.j.mail.example.com"];
    let (_, asked) = evaluate(&Zone::new(), &from, Identifiers::default());
    assert_eq!(
        asked,
        [
            "_dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com",
            "_dmarc.g.h.i.j.mail.example.com",
            "_dmarc.h.i.j.mail.example.com",
            "_dmarc.i.j.mail.example.com",
            "_dmarc.j.mail.example.com",
            "_dmarc.mail.example.com",
            "_dmarc.example.com",
            "_dmarc.com",
        ]
    );
}

#[test]
fn a_name_too_long_to_ask_for_has_no_record() {
    let label = "x".repeat(60);
    let long = format!("{label}.{label}.{label}.{label}.example");
    let zone = zone(&[("example", "p=reject")]);
    let (outcome, _) = evaluate(&zone, &[&format!("a@{long}")], dkim(&long));
    assert_eq!(outcome.result, DmarcResult::Pass);
}

#[test]
fn the_organizational_domains_of_the_text() {
    // The examples at the end of section 4.10.2, seen through the alignment of a sibling.
    let from = ["a@a.mail.example.com"];
    let walk = |records: &[(&str, &str)], identifier: &str| evaluate(&zone(records), &from, dkim(identifier)).0.result;
    let (pass, fail) = (DmarcResult::Pass, DmarcResult::Fail);
    let two = [("mail.example.com", "p=reject"), ("example.com", "p=reject")];
    assert_eq!(walk(&two, "other.example.com"), pass);
    let bounded = [("mail.example.com", "p=reject; psd=n"), ("example.com", "p=reject")];
    assert_eq!(walk(&bounded, "other.example.com"), fail);
    assert_eq!(walk(&bounded, "b.mail.example.com"), pass);
    let suffix = [("com", "p=reject; psd=y")];
    assert_eq!(walk(&suffix, "other.example.com"), pass);
    assert_eq!(walk(&suffix, "other.com"), fail);
}

#[test]
fn an_identifier_below_a_boundary_of_its_own_is_not_aligned() {
    let zone = zone(&[("example.com", "p=reject"), ("tenant.example.com", "p=none; psd=n")]);
    assert_eq!(evaluate(&zone, &["a@example.com"], dkim("x.tenant.example.com")).0.result, DmarcResult::Fail);
    assert_eq!(evaluate(&zone, &["a@example.com"], dkim("x.example.com")).0.result, DmarcResult::Pass);
}

#[test]
fn p_sp_and_np_are_for_the_domain_those_below_and_those_that_are_not_there() {
    let mut zone = zone(&[("example.com", "p=none; sp=quarantine; np=reject"), ("plain.org", "p=quarantine; np=none")]);
    zone.insert(name("real.example.com"), Records::address("192.0.2.1".parse().unwrap()));
    let disposition = |domain: &str| evaluate(&zone, &[&format!("a@{domain}")], Identifiers::default()).0.disposition;
    assert_eq!(disposition("example.com"), Policy::None);
    assert_eq!(disposition("real.example.com"), Policy::Quarantine);
    assert_eq!(disposition("ghost.example.com"), Policy::Reject);
    assert_eq!(disposition("ghost.plain.org"), Policy::None);
}

/// Section 3.2.13: a domain that does not exist is one of which the DNS says that there is no such name (RFC 8020).
#[test]
fn a_domain_exists_if_the_dns_knows_its_name() {
    let mut zone = zone(&[("example.com", "p=none; sp=quarantine; np=reject")]);
    zone.insert(name("texts.example.com"), Records::text("x"));
    zone.insert(name("below.empty.example.com"), Records::text("x"));
    zone.insert_error(name("broken.example.com"), RecordType::A, DnsError::Temporary);
    let found = |domain: &str| evaluate(&zone, &[&format!("a@{domain}")], Identifiers::default());
    for (domain, disposition) in [
        ("texts.example.com", Policy::Quarantine),
        ("empty.example.com", Policy::Quarantine),
        ("broken.example.com", Policy::Quarantine),
        ("ghost.example.com", Policy::Reject),
        ("below.ghost.example.com", Policy::Reject),
    ] {
        let (outcome, asked) = found(domain);
        assert_eq!(outcome.disposition, disposition, "{domain}");
        // One question is enough.
        assert_eq!(asked.iter().filter(|name| *name == domain).count(), 1, "{asked:?}");
    }
}

#[test]
fn existence_is_asked_for_only_if_it_matters() {
    let zone = zone(&[("example.com", "p=reject")]);
    let (_, asked) = evaluate(&zone, &["a@x.example.com"], Identifiers::default());
    assert_eq!(asked, ["_dmarc.x.example.com", "_dmarc.example.com", "_dmarc.com"]);
}

#[test]
fn a_testing_domain_has_its_policy_lowered() {
    let at = |tags: &str| evaluate(&zone(&[("example.com", tags)]), &["a@example.com"], Identifiers::default()).0;
    assert_eq!(at("p=reject; t=y").disposition, Policy::Quarantine);
    assert_eq!(at("p=reject; t=y").policy, Some(Policy::Reject));
    assert_eq!(at("p=quarantine; t=y").disposition, Policy::None);
    assert_eq!(at("p=none; t=y").disposition, Policy::None);
}

#[test]
fn the_record_of_a_public_suffix_applies_if_there_is_no_other() {
    let zone = zone(&[("bank", "p=reject; sp=quarantine; psd=y"), ("giant.bank", "p=none")]);
    let outcome = evaluate(&zone, &["a@mega.bank"], Identifiers::default()).0;
    assert_eq!((outcome.policy_domain, outcome.policy), (Some(name("bank")), Some(Policy::Quarantine)));
    let outcome = evaluate(&zone, &["a@x.giant.bank"], Identifiers::default()).0;
    assert_eq!((outcome.policy_domain, outcome.policy), (Some(name("giant.bank")), Some(Policy::None)));
}

#[test]
fn strict_and_relaxed_alignment_are_told_apart_for_each_method() {
    let result = |tags: &str, identifiers| {
        evaluate(&zone(&[("example.com", tags)]), &["a@mail.example.com"], identifiers).0.result
    };
    let (pass, fail) = (DmarcResult::Pass, DmarcResult::Fail);
    assert_eq!(result("p=reject", dkim("example.com")), pass);
    assert_eq!(result("p=reject; aspf=s", dkim("example.com")), pass);
    assert_eq!(result("p=reject; adkim=s", dkim("example.com")), fail);
    assert_eq!(result("p=reject; adkim=s", dkim("mail.example.com")), pass);
    assert_eq!(result("p=reject", spf("example.com")), pass);
    assert_eq!(result("p=reject; adkim=s", spf("example.com")), pass);
    assert_eq!(result("p=reject; aspf=s", spf("example.com")), fail);
    assert_eq!(result("p=reject; aspf=s", spf("MAIL.example.com")), pass);
    assert_eq!(result("p=reject", dkim("notexample.com")), fail);
}

#[test]
fn what_the_dns_cannot_tell_is_neither_pass_nor_fail() {
    let mut broken = zone(&[("example.com", "p=reject")]);
    failing(&mut broken, "_dmarc.mail.example.com");
    let outcome = evaluate(&broken, &["a@mail.example.com"], dkim("mail.example.com")).0;
    assert_eq!((outcome.result, outcome.reason), (DmarcResult::TempError, Reason::PolicyLookup));

    // A signature that could not be checked would have been aligned.
    let undecided = Identifier { domain: name("example.com"), authenticated: false };
    let identifiers = Identifiers { spf: None, dkim: vec![undecided] };
    let zone = zone(&[("example.com", "p=reject")]);
    let outcome = evaluate(&zone, &["a@example.com"], identifiers.clone()).0;
    assert_eq!((outcome.result, outcome.disposition), (DmarcResult::TempError, Policy::None));
    let outcome = evaluate(&zone, &["a@example.com"], identifiers.with_spf(name("example.com"))).0;
    assert_eq!(outcome.result, DmarcResult::Pass);
}

/// Section 4.10.2: where the domains are the same, or alignment is strict, no organizational domain is needed.
#[test]
fn what_is_above_the_author_matters_only_for_relaxed_alignment() {
    let outcome = |tags: &str, identifiers| {
        let mut zone = zone(&[("mail.example.com", tags)]);
        failing(&mut zone, "_dmarc.com");
        let outcome = evaluate(&zone, &["a@mail.example.com"], identifiers).0;
        (outcome.result, outcome.reason, outcome.disposition)
    };
    let pass = (DmarcResult::Pass, Reason::Aligned, Policy::None);
    let fail = |reason| (DmarcResult::Fail, reason, Policy::Reject);
    let unknown = (DmarcResult::TempError, Reason::IdentifierLookup, Policy::None);
    for tags in ["p=reject", "p=reject; adkim=s; aspf=s"] {
        assert_eq!(outcome(tags, dkim("mail.example.com")), pass);
        assert_eq!(outcome(tags, spf("mail.example.com").with_dkim(name("x.example.com"))), pass);
        assert_eq!(outcome(tags, Identifiers::default()), fail(Reason::NothingAuthenticated));
        assert_eq!(outcome(tags, dkim("example.net")), fail(Reason::NothingAligned));
    }
    assert_eq!(outcome("p=reject; adkim=s", dkim("example.com")), fail(Reason::NothingAligned));
    assert_eq!(outcome("p=reject", dkim("example.com")), unknown);
    assert_eq!(outcome("p=reject; psd=n", dkim("x.mail.example.com")), pass);
    // Above what is known to be nothing, there is no organizational domain.
    let mut zone = zone(&[("mail.example.com", "p=reject")]);
    failing(&mut zone, "_dmarc.example.com");
    let outcome = |identifiers| evaluate(&zone, &["a@mail.example.com"], identifiers).0;
    assert_eq!(outcome(dkim("evil.com")).reason, Reason::NothingAligned);
    assert_eq!(outcome(dkim("other.example.com")).reason, Reason::IdentifierLookup);
}

/// Whatever is answered first, the outcome is the same.
#[test]
fn the_order_of_the_answers_decides_nothing() {
    let mut below = zone(&[("mail.example.com", "p=reject")]);
    failing(&mut below, "_dmarc.example.com");
    let mut beside = zone(&[("mail.example.com", "p=reject"), ("example.com", "p=none; psd=n")]);
    failing(&mut beside, "_dmarc.evil.com");
    failing(&mut beside, "_dmarc.x.example.com");
    for (zone, identifier, expected) in [
        (&below, "evil.com", Reason::NothingAligned),
        (&below, "x.example.com", Reason::IdentifierLookup),
        (&beside, "evil.com", Reason::NothingAligned),
        (&beside, "x.example.com", Reason::IdentifierLookup),
    ] {
        for turn in 0..6 {
            let authors = Authors::of_fields(["a@mail.example.com"]);
            let mut evaluation = Evaluation::new(Instant::EPOCH, authors, &Limits::default());
            evaluation.handle_identifiers(Instant::EPOCH, spf(identifier));
            let mut open = Vec::new();
            loop {
                open.extend(std::iter::from_fn(|| evaluation.poll_query()));
                if open.is_empty() {
                    break;
                }
                let query = open.remove(turn % open.len());
                evaluation.handle_answer(Instant::EPOCH, query.id, zone.lookup(&query.name, query.record_type));
            }
            assert_eq!(evaluation.outcome().unwrap().reason, expected, "{identifier} {turn}");
        }
    }
}

#[test]
fn a_hundred_signatures_ask_no_more_than_a_few_questions() {
    let zone = zone(&[("example.com", "p=reject")]);
    let mut identifiers = Identifiers::default();
    for n in 0..100 {
        identifiers = identifiers.with_dkim(name(&format!("d{n}.elsewhere.org")));
    }
    let (outcome, asked) = evaluate(&zone, &["a@example.com"], identifiers);
    assert_eq!((outcome.result, outcome.reason), (DmarcResult::Fail, Reason::NothingAligned));
    assert_eq!(asked, ["_dmarc.example.com"]);
    let mut identifiers = Identifiers::default();
    for n in 0..100 {
        identifiers = identifiers.with_dkim(name(&format!("d{n}.com")));
    }
    let (outcome, asked) = evaluate(&zone, &["a@example.com"], identifiers);
    assert_eq!((outcome.result, outcome.reason), (DmarcResult::Fail, Reason::NothingAligned));
    assert_eq!(asked, ["_dmarc.example.com", "_dmarc.com"]);
}

#[test]
fn late_wrong_and_double_answers_change_nothing() {
    let now = Instant::EPOCH;
    let mut evaluation = Evaluation::new(now, Authors::of_fields(["a@example.com"]), &Limits::default());
    let record = Records::text("v=DMARC1; p=reject");
    evaluation.handle_answer(now, QueryId::new(0), Ok(&record));
    evaluation.handle_answer(now, QueryId::new(u32::MAX), Ok(&record));
    evaluation.handle_identifiers(now, dkim("other.org"));
    let (first, second) = (evaluation.poll_query().unwrap(), evaluation.poll_query().unwrap());
    evaluation.handle_answer(now, first.id, Ok(&record));
    evaluation.handle_answer(now, first.id, Ok(&Records::text("v=DMARC1; p=none")));
    evaluation.handle_answer(now, second.id, Ok(&Records::Txt(Vec::new())));
    let outcome = evaluation.outcome().unwrap();
    assert_eq!((outcome.result, outcome.disposition), (DmarcResult::Fail, Policy::Reject));
    assert_eq!((evaluation.poll_timeout(), evaluation.poll_query()), (None, None));
}

#[test]
fn an_evaluation_that_is_never_answered_ends_at_its_deadline() {
    let mut evaluation = Evaluation::new(Instant::EPOCH, Authors::of_fields(["a@example.com"]), &Limits::default());
    evaluation.handle_timeout(evaluation.poll_timeout().unwrap());
    assert_eq!(evaluation.outcome().unwrap().reason, Reason::Deadline);
}

/// Answers some questions, and lets the rest wait until the deadline.
fn late(zone: &Zone, from: &str, identifiers: Identifiers, unanswered: &str) -> (DmarcResult, Reason, Policy) {
    let mut evaluation = Evaluation::new(Instant::EPOCH, Authors::of_fields([from]), &Limits::default());
    evaluation.handle_identifiers(Instant::EPOCH, identifiers);
    while let Some(query) = evaluation.poll_query() {
        if query.name != unanswered {
            evaluation.handle_answer(Instant::EPOCH, query.id, zone.lookup(&query.name, query.record_type));
        }
    }
    assert_eq!(evaluation.outcome(), None);
    let deadline = evaluation.poll_timeout().unwrap();
    evaluation.handle_timeout(deadline);
    assert_eq!(evaluation.poll_timeout(), None);
    let outcome = evaluation.outcome().unwrap();
    (outcome.result, outcome.reason, outcome.disposition)
}

#[test]
fn at_the_deadline_what_is_known_may_be_enough() {
    let zone = zone(&[("example.com", "p=reject; np=quarantine")]);
    let pass = (DmarcResult::Pass, Reason::Aligned, Policy::None);
    let too_late = (DmarcResult::TempError, Reason::Deadline, Policy::None);
    let both = dkim("example.com").with_dkim(name("x.example.com"));
    assert_eq!(late(&zone, "a@example.com", both, "_dmarc.x.example.com"), pass);
    assert_eq!(late(&zone, "a@example.com", dkim("x.example.com"), "_dmarc.x.example.com"), too_late);
    assert_eq!(late(&zone, "a@example.com", dkim("x.example.com"), "_dmarc.com"), too_late);
    assert_eq!(late(&zone, "a@example.com", dkim("example.com"), "_dmarc.example.com"), too_late);
    // Whether the author exists is asked for the policy alone, and what cannot be shown to be missing exists.
    let failed = (DmarcResult::Fail, Reason::NothingAligned, Policy::Reject);
    assert_eq!(late(&zone, "a@x.example.com", dkim("example.com"), "x.example.com"), pass);
    assert_eq!(late(&zone, "a@x.example.com", dkim("example.org"), "x.example.com"), failed);
}

#[test]
fn after_the_deadline_identifiers_are_still_waited_for() {
    let mut evaluation = Evaluation::new(Instant::EPOCH, Authors::of_fields(["a@example.com"]), &Limits::default());
    let own = evaluation.poll_query().unwrap();
    evaluation.handle_answer(Instant::EPOCH, own.id, Ok(&Records::text("v=DMARC1; p=reject")));
    let deadline = evaluation.poll_timeout().unwrap();
    evaluation.handle_timeout(deadline);
    assert_eq!((evaluation.outcome(), evaluation.poll_timeout()), (None, None));
    evaluation.handle_identifiers(deadline, dkim("example.com"));
    assert_eq!(evaluation.outcome().unwrap().result, DmarcResult::Pass);
}

#[test]
fn reports_to_others_need_their_consent() {
    let name_of = report_permission_name(&name("example.com"), &name("thirdparty.example.net")).unwrap();
    assert_eq!(name_of, "example.com._report._dmarc.thirdparty.example.net");
    let consent = |texts: &[&str]| {
        reports_are_permitted(&Records::Txt(texts.iter().map(|text| text.as_bytes().to_vec()).collect()))
    };
    // One is enough, unlike for a policy (RFC 9990 section 4).
    assert!(consent(&["v=DMARC1"]) && consent(&["x", "v=DMARC1;", "v=DMARC1; rua=mailto:a@thirdparty.example.net"]));
    assert!(!consent(&[]) && !consent(&["v=DMARC2;", " v=DMARC1;"]));
}
