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
        "<@relay.org,,(x)@relay . net(y):ann@example.com>",
        "Ann @ Acme Inc. <ann@example.com>",
        "Ann@Work @ <ann@example.com>",
        "'ann@example.com' <ann@example.com>",
        "ann@example.com. <ann@example.com>",
        "Ann @ example.com <ann@example.com>",
        "@ann <ann@example.com>",
        "CORP\\ann <ann@example.com>",
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
        "'a@good.example' <b@evil.example>",
        "a@b\u{fc}cher.example <b@evil.example>",
        "a@good\u{3002}example <b@evil.example>",
        "a@good.example@x <b@evil.example>",
        "a @good.example <b@evil.example>",
        "a\"\"@ good.example <b@evil.example>",
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
        "\\(<a@good.example>) <b@evil.example>",
        "a\\@good.example <b@evil.example>",
        "a@good . example <b@evil.example>",
        "@x@good .example <b@evil.example>",
        "a@@.good.example <b@evil.example>",
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

/// A reader may bring a name into the form that IDNA wants, and show one that is another to DMARC.
#[test]
fn what_is_no_international_name_is_not_taken_for_one() {
    for domain in [
        "ban\u{212a}.example",
        "\u{ff42}ank.example",
        "ba\u{ad}nk.example",
        "ban\u{200b}k.example",
        "bank\u{2060}.example",
        "bank.example\u{feff}",
        "bank\u{2024}example",
        "bu\u{308}cher.example",
        "ban\u{17f}.example",
        "bank\u{fe0f}.example",
        "\u{1d41b}ank.example",
        "\u{24d1}ank.example",
        "o\u{fb03}ce.example",
        "\u{130}stanbul.example",
        "stra\u{1e9e}e.example",
        "\u{3b1}\u{1f71}.example",
        "\u{1112}\u{1161}\u{11ab}.example",
        "\u{304b}\u{3099}.example",
        "\u{fa0b}.example",
        "\u{e33}\u{e01}.example",
        "b\u{e0061}nk.example",
        "bank\u{115f}.example",
        "bank\u{2028}.example",
    ] {
        assert_eq!(author(&format!("ceo@{domain}")), Err(Reason::MalformedFrom), "{domain:?}");
    }
    for (domain, name) in [
        ("FU\u{df}BALL.example", "xn--fuball-cta.example"),
        ("\u{3a3}\u{3af}\u{3c3}\u{3c5}\u{3c6}\u{3bf}\u{3c2}.example", "xn--kxa6ajbbmh.example"),
        ("\u{131}s\u{131}.example", "xn--s-ekab.example"),
        ("\u{65e5}\u{672c}\u{3002}example", "xn--wgv71a.example"),
        ("\u{d55c}\u{ad6d}.example", "xn--3e0b707e.example"),
        ("\u{e44}\u{e17}\u{e22}.example", "xn--o3cw4h.example"),
        ("\u{92d}\u{93e}\u{930}\u{924}.example", "xn--h2brj9c.example"),
        ("\u{627}\u{644}\u{633}\u{639}\u{648}\u{62f}\u{64a}\u{629}.example", "xn--mgberp4a5d4ar.example"),
        ("\u{fa11}.example", "xn--of6c.example"),
        ("l\u{b7}l.example", "xn--ll-0ea.example"),
    ] {
        assert_eq!(author(&format!("ceo@{domain}")).as_deref(), Ok(name), "{domain:?}");
    }
}

/// Readers show a display name as it is, whether it is an address to a parser or not.
#[test]
fn an_address_in_a_display_name_is_read_for_certain_or_not_at_all() {
    for name in [
        "a@good.example\"\"",
        "\"\"a@\"\"good.example",
        "a@\"good.example\"",
        "a@good .example",
        "a@good. example",
        "a@good (x) .example",
        "a@good \u{3002}example",
        "a@good.example[]",
        "a@good\u{2024}example",
        "a@good.example\u{200b}",
        "[a@good.example]",
        "a@good\\.example",
    ] {
        for from in
            [format!("{name} <b@evil.example>"), format!("<b@evil.example> {name}"), format!("{name}: b@c.org;")]
        {
            assert_eq!(author(&from), Err(Reason::MalformedFrom), "{from:?}");
        }
    }
    for name in [
        "a @good.example",
        "a@ good.example",
        "a @ good.example",
        "a@\u{a0}good.example",
        "@good.example",
        "a@(x) good.example",
    ] {
        for from in [format!("{name} <b@evil.example>"), format!("<b@evil.example> {name}")] {
            assert_eq!(author(&from), Err(Reason::SeveralDomains), "{from:?}");
        }
    }
}

#[test]
fn what_is_no_route_in_front_of_an_address_is_not_passed_over() {
    for route in
        ["@a.org,c@good.example", "@a.org,good.example", "@a.org c@good.example", "@", "@a b", "a", "", "@a,\"@b\""]
    {
        assert_eq!(author(&format!("<{route}:b@evil.example>")), Err(Reason::MalformedFrom), "{route:?}");
    }
}

/// To some readers a NUL ends the text, and others leave out what they cannot show.
#[test]
fn a_control_character_makes_the_field_malformed() {
    for control in ['\0', '\u{1}', '\u{b}', '\u{7f}', '\u{85}', '\r'] {
        for from in
            ["a@good.example? <b@evil.example>", "\"?\" <b@evil.example>", "(?) b@evil.example", "b@evil.example?x"]
        {
            let from = from.replace('?', &control.to_string());
            assert_eq!(author(&from), Err(Reason::MalformedFrom), "{from:?}");
        }
    }
    assert_eq!(author("a@good.example\nx <b@evil.example>"), Err(Reason::MalformedFrom));
    assert_eq!(author("\tAnn\r\n\t<ann@example.com>\n (x)\r\n").as_deref(), Ok("example.com"));
}

#[test]
fn what_costs_time_ends_the_reading() {
    let long = format!("x@{}.e,", ('\u{4e00}'..).take(300).collect::<String>()).repeat(1000);
    assert_eq!(author(&long), Err(Reason::MalformedFrom));
    let many: String = (0..50_000).map(|n| format!("x@d{n}.example ")).collect();
    for from in [format!("{many}<x@evil.example>"), many.replace(' ', ",")] {
        let authors = Authors::of_fields([from]);
        assert_eq!(authors.domain(), Err(Reason::SeveralDomains));
        assert!(authors.domains().len() < 20);
    }
    let blanks = format!("a@x{} y <b@evil.example>", " ".repeat(200_000));
    assert_eq!(author(&blanks).as_deref(), Ok("evil.example"));
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
