//! Sections 7, 11 and 14: who gave the message to whom, when, and whose it is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_auth_spf_dkim::dkim::Cause as KeyCause;
use mail_auth_spf_dkim::dkim2::{Cause, Dkim2Result};

use crate::host::{Message, NOW, key_record, original, verify, verify_for};

const PASS: (Dkim2Result, Option<Cause>) = (Dkim2Result::Pass, None);

fn fail(cause: Cause) -> (Dkim2Result, Option<Cause>) {
    (Dkim2Result::Fail, Some(cause))
}

fn perm_error(cause: Cause) -> (Dkim2Result, Option<Cause>) {
    (Dkim2Result::PermError, Some(cause))
}

fn by_ann(message: &Message) -> (Dkim2Result, Option<Cause>) {
    verify(message, "<ann@a.example>", "<list@b.example>")
}

#[test]
fn one_hop() {
    assert_eq!(by_ann(&original("Hello!\r\n")), PASS);
    assert_eq!(by_ann(&original("")), PASS);
}

#[test]
fn what_was_changed_fails() {
    let mut body = original("Hello!\r\n");
    body.body = "Hullo!\r\n".into();
    assert_eq!(by_ann(&body), fail(Cause::BodyHash(1)));
    let mut header = original("Hello!\r\n");
    header.fields.push("Subject: Another".into());
    assert_eq!(by_ann(&header), fail(Cause::HeaderHash(1)));
    let mut signature = original("Hello!\r\n");
    signature.fields[0] = signature.fields[0].replacen("m=1;", "m=1; n=1;", 1);
    assert_eq!(by_ann(&signature), fail(Cause::Signature(1, KeyCause::Signature)));
}

#[test]
fn what_hosts_add_on_the_way_is_not_hashed() {
    let mut message = original("Hello!\r\n");
    message.fields.insert(0, "Received: from a.example by b.example".into());
    message.fields.insert(0, "X-Scanned: yes".into());
    message.fields.insert(0, "Received-SPF: pass".into());
    message.body.push_str("\r\n\r\n");
    assert_eq!(by_ann(&message), PASS);
}

#[test]
fn the_envelope_is_that_of_the_last_hop() {
    let message = original("Hello!\r\n");
    assert_eq!(verify(&message, "<ann@A.EXAMPLE>", "<list@B.example>"), PASS);
    assert_eq!(verify(&message, "<Ann@a.example>", "<list@b.example>"), fail(Cause::MailFrom(1)));
    assert_eq!(verify(&message, "<ann@a.example>", "<eve@b.example>"), fail(Cause::RcptTo(1)));
    let next = Message::new("ann@a.example", "Hello!\r\n").instance(1, None);
    let next = next.signed(&format!("i=1; m=1; t={NOW}; d=a.example; nd=b.example;"));
    assert_eq!(by_ann(&next), fail(Cause::NextDomainLast(1)));
}

#[test]
fn every_recipient_is_one_of_the_last_hop() {
    let encoded: Vec<String> = (0..1000).map(|number| STANDARD.encode(format!("<u{number}@B.example>"))).collect();
    let message = Message::new("Ann <ann@a.example>", "Hello!\r\n").instance(1, None).signed(&format!(
        "i=1; m=1; t={NOW}; d=a.example; mf={}; rt={},PHBvc3RtYXN0ZXI+;",
        STANDARD.encode("<ann@a.example>"),
        encoded.join(",")
    ));
    let records = key_record();
    let verify = |recipients: &[&str]| {
        let report = verify_for(&message.octets(), "<ann@a.example>", recipients, usize::MAX, Ok(&records));
        (report.result, report.cause)
    };
    let all: Vec<String> = (0..1000).map(|number| format!("<u{number}@b.EXAMPLE>")).collect();
    let mut all: Vec<&str> = all.iter().map(String::as_str).collect();
    all.push("<postmaster>");
    assert_eq!(verify(&all), PASS);
    for recipient in ["<U7@b.example>", "<u1000@b.example>", "<u7@b.exampl>", "<u7>", "<Postmaster>", "<>"] {
        assert_eq!(verify(&[recipient]), fail(Cause::RcptTo(1)), "{recipient}");
        all[500] = recipient;
        assert_eq!(verify(&all), fail(Cause::RcptTo(1)), "{recipient}");
    }
    assert_eq!(verify(&[]), fail(Cause::RcptTo(1)));
}

#[test]
fn each_hop_was_given_the_message() {
    let forwarded = |domain: &str, mail_from: &str| {
        let message = original("Hello!\r\n").hop("i=2; m=1;", domain, mail_from, "<bob@c.example>");
        verify(&message, mail_from, "<bob@c.example>")
    };
    assert_eq!(forwarded("b.example", "<list@b.example>"), PASS);
    assert_eq!(forwarded("b.example", "<list@bounces.b.example>"), PASS);
    assert_eq!(forwarded("b.example", "<>"), PASS);
    assert_eq!(forwarded("evil.example", "<list@evil.example>"), fail(Cause::Custody(2)));
    assert_eq!(forwarded("evil.example", "<>"), fail(Cause::Custody(2)));
    assert_eq!(forwarded("evil.example", "<list@b.example>"), fail(Cause::MailFromDomain(2)));
    assert_eq!(forwarded("b.example", "<list@notb.example>"), fail(Cause::MailFromDomain(2)));
}

#[test]
fn the_next_domain_is_the_one_that_signs() {
    let given = original("Hello!\r\n").signed(&format!("i=2; m=1; t={NOW}; d=b.example; nd=c.example;"));
    let signed = |domain: &str| {
        let sender = format!("<x@{domain}>");
        let message = given.clone().hop("i=3; m=1;", domain, &sender, "<bob@d.example>");
        verify(&message, &sender, "<bob@d.example>")
    };
    assert_eq!(signed("c.example"), PASS);
    assert_eq!(signed("evil.example"), fail(Cause::Custody(3)));
}

#[test]
fn times() {
    let at = |time: u64| {
        let message = Message::new("ann@a.example", "Hello!\r\n").instance(1, None);
        let envelope = "mf=PGFubkBhLmV4YW1wbGU+; rt=PGxpc3RAYi5leGFtcGxlPg==;";
        by_ann(&message.signed(&format!("i=1; m=1; t={time}; d=a.example; {envelope}")))
    };
    let day = 24 * 60 * 60;
    assert_eq!(at(NOW + day), PASS);
    assert_eq!(at(NOW + day + 61), fail(Cause::Future(1)));
    assert_eq!(at(NOW - 14 * day + 61), PASS);
    assert_eq!(at(NOW - 14 * day), fail(Cause::Expired(1)));
    assert_eq!(at(u64::MAX), fail(Cause::Future(1)));
}

#[test]
fn from_is_of_who_signed_it_first() {
    let written_by = |from: &str| {
        let message = Message::new(from, "Hello!\r\n").instance(1, None);
        by_ann(&message.hop("i=1; m=1;", "a.example", "<ann@a.example>", "<list@b.example>"))
    };
    assert_eq!(written_by("Ann <ann@mail.a.example>"), PASS);
    assert_eq!(written_by("Eve <eve@evil.example>"), fail(Cause::NotAuthentic(1)));
    assert_eq!(written_by("ann@a.example, eve@evil.example"), fail(Cause::NotAuthentic(1)));
    assert_eq!(written_by("nobody"), fail(Cause::NotAuthentic(1)));
}

#[test]
fn numbers_without_gaps() {
    let without = |place: usize| {
        let mut message = original("Hello!\r\n");
        message.fields.remove(place);
        by_ann(&message)
    };
    assert_eq!(without(0), perm_error(Cause::HopNumber(1)));
    assert_eq!(without(1), perm_error(Cause::InstanceNumber(1)));
    let twice = |place: usize| {
        let mut message = original("Hello!\r\n");
        message.fields.insert(0, message.fields[place].clone());
        by_ann(&message)
    };
    assert_eq!(twice(0), perm_error(Cause::HopNumber(2)));
    assert_eq!(twice(1), perm_error(Cause::InstanceNumber(2)));
    let unsigned = original("Hello!\r\n").instance(2, Some(r#"{"h":{"to":[]}}"#));
    assert_eq!(by_ann(&unsigned), perm_error(Cause::UnsignedInstance(2)));
}

#[test]
fn many_hops_cost_nothing() {
    let mut message = original("Hello!\r\n");
    let hop = message.fields[0].clone();
    message.fields.extend((0..1000).map(|_| hop.clone()));
    assert_eq!(by_ann(&message), perm_error(Cause::TooManyHops));
}
