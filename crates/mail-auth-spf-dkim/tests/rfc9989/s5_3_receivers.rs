//! RFC 9989 sections 5.3 and 11.5: who the author is, and attacks on that question.

use mail_auth_spf_dkim::dmarc::{Authors, DmarcResult, Identifiers, Policy, Reason};
use proptest::prelude::*;

use crate::zones::{dkim, evaluate, zone};

fn author(from: &str) -> Result<String, Reason> {
    Authors::of_fields([from]).domain().map(|domain| domain.as_str().to_owned())
}

#[test]
fn one_author_in_any_dress() {
    for from in [
        "ann@example.com",
        " <ann@example.com>\r\n",
        "Ann Example <ann@Example.COM>",
        "\"Example, Ann; <a@evil.org>\" <ann@example.com>",
        "Ann (a@evil.org <b@evil.org>) <ann@example.com> (later)",
        "=?utf-8?q?Ann?=\r\n <ann@example.com>",
        "ann . ex @ example . com",
        "\"a@b\"@example.com",
        "<@relay.org,@relay.net:ann@example.com>",
        "ann@example.com, bob@example.com",
        "Team: ann@example.com, Bob <bob@example.com>;",
        "ann@example.com <ann@example.com>",
        "Ann @ Work <ann@example.com>",
        "ann@example.com.",
        "ann(x)@(y)example(z).\r\n com (later)",
        "< ann @ example . com >",
        "< @relay.org, @relay.net : ann@example.com>",
    ] {
        assert_eq!(author(from).as_deref(), Ok("example.com"), "{from:?}");
    }
    assert_eq!(author("ann@B\u{fc}cher.example").as_deref(), Ok("xn--bcher-kva.example"));
}

#[test]
fn every_address_counts() {
    for from in [
        "a@good.example, b@evil.example",
        "a@good.example <b@evil.example>",
        "<a@good.example> b@evil.example",
        "G: a@good.example;, b@evil.example",
        "a@good.example; b@evil.example",
        "a@good(x).example <b@evil.example>",
        "a(x)@good.example <b@evil.example>",
        "a@good.example(x) <b@evil.example>",
        "(x)a@good.example(x)y <b@evil.example>",
    ] {
        assert_eq!(author(from), Err(Reason::SeveralDomains), "{from:?}");
    }
}

#[test]
fn what_cannot_be_read_for_certain_is_not_guessed_at() {
    for from in [
        "a@good.example@evil.example",
        "<a@good.example@evil.example>",
        "a@good.example b@evil.example",
        "\"a@good.example",
        "<a@good.example",
        "(a@good.example",
        "<a@good.example<b@evil.example>>",
        "<a@good.example> <b@good.example>",
        "a@[192.0.2.1]",
        "a@good.example(.evil.example",
        "a@good_\u{0}.example",
        "Ann <ann>",
        // A signature of goodevil.example must not stand for either.
        "a@good evil.example",
        "a@good.example evil",
        "<a@good evil.example>",
        "<a@good\r\n evil.example>",
        "a@good(x)evil.example",
        "a@good\u{a0}evil.example",
        "<a@good\u{2028}evil.example>",
        "a@.b\u{fc}cher.example",
    ] {
        assert_eq!(author(from), Err(Reason::MalformedFrom), "{from:?}");
    }
    assert_eq!(Authors::of_fields([b"a\xff@good.example"]).domain(), Err(Reason::MalformedFrom));
    assert_eq!(author(""), Err(Reason::NoAuthor));
    assert_eq!(author("Nobody <>"), Err(Reason::NoAuthor));
    assert_eq!(Authors::default().domain(), Err(Reason::NoAuthor));
}

#[test]
fn two_from_fields_never_pass() {
    let zone = zone(&[("good.example", "p=reject")]);
    for from in [["a@good.example", "a@good.example"], ["a@good.example", "b@evil.example"]] {
        let outcome = evaluate(&zone, &from, dkim("good.example")).0;
        assert_eq!((outcome.result, outcome.reason), (DmarcResult::PermError, Reason::SeveralFromFields));
    }
}

#[test]
fn without_a_policy_dmarc_does_not_apply() {
    let outcome = evaluate(&zone(&[]), &["a@example.com"], dkim("example.com")).0;
    assert_eq!((outcome.result, outcome.reason), (DmarcResult::None, Reason::NoPolicy));
    let outcome = evaluate(&zone(&[("example.com", "x=y")]), &["a@example.com"], dkim("example.com")).0;
    assert_eq!((outcome.result, outcome.reason), (DmarcResult::None, Reason::UnusableRecord));
}

#[test]
fn a_fail_says_what_is_missing() {
    let zone = zone(&[("example.com", "p=reject")]);
    let reason = |identifiers| evaluate(&zone, &["a@example.com"], identifiers).0.reason;
    assert_eq!(reason(Identifiers::default()), Reason::NothingAuthenticated);
    assert_eq!(reason(dkim("example.org")), Reason::NothingAligned);
    let outcome = evaluate(&zone, &["a@example.com"], Identifiers::default()).0;
    assert_eq!(outcome.disposition, Policy::Reject);
}

proptest! {
    #[test]
    fn no_field_makes_the_reader_panic(body in any::<Vec<u8>>(), text in "[a<>@,;:\"\\\\() .]{0,40}") {
        let _ = Authors::of_fields([body]).domain();
        let _ = Authors::of_fields([text]).domain();
    }
}
