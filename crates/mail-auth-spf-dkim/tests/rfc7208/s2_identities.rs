//! RFC 7208 sections 2.3, 2.4 and 4.3: whose name is checked.

use crate::zones::{answer_all, check, client, name, zone};
use mail_auth_spf_dkim::dns::Records;
use mail_auth_spf_dkim::spf::{Cause, Client, Evaluation, Limits, ReceivedSpf, SpfResult};
use mail_wire::Instant;

#[test]
fn helo_and_mail_from_know_nothing_of_each_other() {
    let zone = zone(
        "mail.example.com TXT v=spf1 -all
         example.com TXT v=spf1 ip4:192.0.2.1 -all",
    );
    let limits = Limits::default();
    let mut helo = Evaluation::helo(Instant::EPOCH, &client("192.0.2.1"), &limits);
    let mut mail_from = Evaluation::mail_from(Instant::EPOCH, &client("192.0.2.1"), "ann@example.com", &limits);
    assert_eq!(answer_all(&zone, &mut helo).result, SpfResult::Fail);
    assert_eq!(answer_all(&zone, &mut mail_from).result, SpfResult::Pass);
    assert_eq!(helo.sender(), "postmaster@mail.example.com");
}

#[test]
fn the_null_path_is_checked_by_helo() {
    let zone = zone("mail.example.com TXT v=spf1 ip4:192.0.2.1 -all");
    assert_eq!(check(&zone, "192.0.2.1", ""), "pass");
}

#[test]
fn what_has_no_domain_of_two_labels_has_no_policy() {
    let zone = zone("localhost TXT v=spf1 -all");
    for sender in ["ann@localhost", "ann@[192.0.2.1]", "ann@a..example.com", "ann@.example.com", "ann@"] {
        assert_eq!(check(&zone, "192.0.2.1", sender), "none", "{sender}");
    }
    let long = format!("{}@example.com", "a".repeat(Evaluation::LONGEST_IDENTITY));
    assert_eq!(check(&zone, "192.0.2.1", &long), "none");
}

#[test]
fn an_international_domain_is_asked_for_by_its_a_labels() {
    let zone = zone("xn--bcher-kva.example TXT v=spf1 ip4:192.0.2.1 -all");
    assert_eq!(check(&zone, "192.0.2.1", "ann@B\u{fc}cher.example"), "pass");
}

#[test]
fn macros_have_the_a_labels_of_international_names() {
    let zone = zone(
        "xn--bcher-kva.example TXT v=spf1 exists:%{o}.o.example.com exists:%{h}.h.example.com -all exp=why.example.com
         why.example.com TXT %{s} may not
         xn--bcher-kva.example.o.example.com A 127.0.0.2
         mail.xn--bcher-kva.example.h.example.com A 127.0.0.2",
    );
    assert_eq!(check(&zone, "192.0.2.1", "ann@B\u{fc}cher.example"), "pass");
    let other = zone.with(name("xn--bcher-kva.example.o.example.com"), Records::A(Vec::new()));
    for (helo, result) in [("mail.b\u{fc}cher.example", SpfResult::Pass), ("mail.example.com", SpfResult::Fail)] {
        let client = Client::new("192.0.2.1".parse().unwrap(), helo);
        let path = "ann@b\u{fc}cher.example";
        let mut evaluation = Evaluation::mail_from(Instant::EPOCH, &client, path, &Limits::default());
        let outcome = answer_all(&other, &mut evaluation);
        assert_eq!(outcome.result, result, "{helo}");
        assert_eq!(evaluation.sender(), "ann@xn--bcher-kva.example");
        assert!(ReceivedSpf::new(&evaluation).unwrap().to_string().contains("from=\"ann@xn--bcher-kva.example\""));
        if result == SpfResult::Fail {
            assert_eq!(outcome.explanation.as_deref(), Some("ann@xn--bcher-kva.example may not"));
        }
    }
}

#[test]
fn terms_with_a_local_part_that_is_not_ascii_do_not_match() {
    let zone = zone(
        "example.com TXT v=spf1 exists:%{l}.example.com include:%{l}.example.com ip4:192.0.2.1 -all
         r.example.com TXT v=spf1 redirect=%{l}.example.com",
    );
    assert_eq!(check(&zone, "192.0.2.1", "j\u{f6}@example.com"), "pass");
    assert_eq!(check(&zone, "192.0.2.2", "j\u{f6}@example.com"), "fail");
    assert_eq!(check(&zone, "192.0.2.1", "j\u{f6}@r.example.com"), "permerror");
    // One that is ASCII makes a name, of which there is no policy.
    assert_eq!(check(&zone, "192.0.2.1", "jo@example.com"), "permerror");
}

/// Whatever is made of it: escaped as in a URL, or in part, it would be a name.
#[test]
fn no_part_of_a_local_part_that_is_not_ascii_makes_a_name() {
    let zone = zone(
        "escaped.example TXT v=spf1 exists:%{L}.example.com -all
         part.example TXT v=spf1 a:%{l1-}.example.com -all
         sender.example TXT v=spf1 mx:%{S1r.-}.example.com include:%{l1-}.example.com -all
         redirect.example TXT v=spf1 redirect=%{l1-}.example.com
         domain.example TXT v=spf1 exists:%{o}.example.com -all
         j%c3%b6-x.example.com A 192.0.2.1
         x.example.com A 192.0.2.1
         x.example.com MX 10 x.example.com
         x.example.com TXT v=spf1 +all
         domain.example.example.com A 192.0.2.1",
    );
    for domain in ["escaped.example", "part.example", "sender.example"] {
        assert_eq!(check(&zone, "192.0.2.1", &format!("j\u{f6}-x@{domain}")), "fail", "{domain}");
    }
    assert_eq!(check(&zone, "192.0.2.1", "j\u{f6}-x@redirect.example"), "permerror");
    assert_eq!(check(&zone, "192.0.2.1", "j\u{f6}-x@domain.example"), "pass");
    assert_eq!(check(&zone, "192.0.2.1", "jo-x@part.example"), "pass");
}

#[test]
fn a_greeting_of_any_length_is_cut_between_characters() {
    let client = Client::new("192.0.2.1".parse().unwrap(), &"\u{e4}".repeat(1000));
    assert_eq!(client.helo().len(), Client::LONGEST_HELO);
    let client = Client::new("192.0.2.1".parse().unwrap(), &format!("x{}", "\u{e4}".repeat(1000)));
    assert_eq!(client.helo().len(), Client::LONGEST_HELO - 1);
}

/// Section 4.3: what is malformed, or has one label, has no policy.
#[test]
fn what_is_no_domain_of_several_labels_is_none_and_an_error_where_it_is_included() {
    let zone = zone(
        "example TXT v=spf1 +all
         i.example TXT v=spf1 include:%{d1} +all
         r.example TXT v=spf1 redirect=%{d1}
         xn--bcher-kva.example TXT v=spf1 +all",
    );
    for path in ["ann@example", "ann@.xn--bcher-kva.example", "ann@.b\u{fc}cher.example", "ann@..b\u{fc}cher.example"] {
        assert_eq!(check(&zone, "192.0.2.1", path), "none", "{path}");
    }
    for domain in ["i.example", "r.example"] {
        let path = format!("ann@{domain}");
        let mut evaluation = Evaluation::mail_from(Instant::EPOCH, &client("192.0.2.1"), &path, &Limits::default());
        assert!(matches!(answer_all(&zone, &mut evaluation).cause, Cause::NoTarget { .. }), "{domain}");
    }
}

#[test]
fn a_domain_without_policy_is_none_and_an_included_one_an_error() {
    let zone = zone("example.com TXT v=spf1 include:nothing.example.com -all");
    assert_eq!(check(&zone, "192.0.2.1", "ann@other.example.com"), "none");
    let mut evaluation =
        Evaluation::mail_from(Instant::EPOCH, &client("192.0.2.1"), "ann@example.com", &Limits::default());
    let outcome = answer_all(&zone, &mut evaluation);
    assert_eq!(outcome.result, SpfResult::PermError);
    assert!(matches!(outcome.cause, Cause::UnusablePolicy { domain, .. } if domain == "nothing.example.com"));
}
