//! RFC 7208 section 7: macros, seen in the names that are asked for.

use crate::zones::{answer_all, name, zone};
use mail_auth_spf_dkim::dns::{DnsError, RecordType, Records, Zone};
use mail_auth_spf_dkim::spf::{Client, Evaluation, Limits, SpfResult, SyntaxFault};
use mail_wire::Instant;

/// The name that `exists:` asks for.
fn expanded(spec: &str, address: &str, sender: &str) -> String {
    let client = Client::new(address.parse().unwrap(), "mx.example.org");
    let mut evaluation = Evaluation::mail_from(Instant::EPOCH, &client, sender, &Limits::default());
    let policy = evaluation.poll_query().unwrap();
    let record = Records::text(format!("v=spf1 exists:{spec} -all"));
    evaluation.handle_answer(Instant::EPOCH, policy.id, Ok(&record));
    loop {
        let query = evaluation.poll_query().expect("exists asks");
        if query.record_type == RecordType::A {
            return query.name.as_str().to_owned();
        }
        evaluation.handle_answer(Instant::EPOCH, query.id, Err(DnsError::NxDomain));
    }
}

#[test]
fn section_7_4_the_examples_of_the_table() {
    for (written, meant) in [
        ("%{s}.", "strong-bad@email.example.com"),
        ("%{o}", "email.example.com"),
        ("%{d}", "email.example.com"),
        ("%{d4}", "email.example.com"),
        ("%{d3}", "email.example.com"),
        ("%{d2}", "example.com"),
        ("%{d1}", "com"),
        ("%{dr}", "com.example.email"),
        ("%{d2r}", "example.email"),
        ("%{l}", "strong-bad"),
        ("%{l-}", "strong.bad"),
        ("%{lr}", "strong-bad"),
        ("%{lr-}", "bad.strong"),
        ("%{l1r-}", "strong"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
        ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"),
        ("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"),
        ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
    ] {
        let written = written.strip_suffix("}.").map_or(written.to_owned(), |front| format!("{front}}}"));
        assert_eq!(expanded(&written, "192.0.2.3", "strong-bad@email.example.com"), meant, "{written}");
    }
    let ip6 = "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com";
    assert_eq!(expanded("%{ir}.%{v}._spf.%{d2}", "2001:db8::cb01", "strong-bad@email.example.com"), ip6);
}

/// The dot of the root is no label, and what stands behind a macro is part of the same name.
#[test]
fn a_dot_at_the_end_of_the_senders_domain_changes_nothing() {
    for spec in ["%{o}.x.org", "%{d}.x.org", "%{s}.x.org", "%{or}.x.org"] {
        let [without, with] =
            ["a@mail.example.com", "a@mail.example.com."].map(|sender| expanded(spec, "192.0.2.3", sender));
        assert_eq!(with, without, "{spec}");
    }
    let client = Client::new("192.0.2.3".parse().unwrap(), "mx.example.org.");
    let zone = zone(
        "mx.example.org TXT v=spf1 exists:%{h}.%{o}.x.org -all
         mx.example.org.mx.example.org.x.org A 127.0.0.2",
    );
    for mut evaluation in [
        Evaluation::helo(Instant::EPOCH, &client, &Limits::default()),
        Evaluation::mail_from(Instant::EPOCH, &client, "", &Limits::default()),
    ] {
        answer_all(&zone, &mut evaluation);
        assert_eq!(evaluation.outcome().unwrap().result, SpfResult::Pass);
    }
}

#[test]
fn a_mapped_address_is_the_ip4_address_that_it_is() {
    assert_eq!(expanded("%{i}.%{v}.x.org", "::ffff:192.0.2.3", "a@example.com"), "192.0.2.3.in-addr.x.org");
}

#[test]
fn upper_case_letters_escape() {
    assert_eq!(expanded("%{L}.x.org", "192.0.2.3", "a=b/c@example.com"), "a%3db%2fc.x.org");
}

#[test]
fn a_name_that_is_too_long_loses_labels_in_front() {
    let sender = format!("{}@example.com", ["x23456789"; 30].join("."));
    let name = expanded("%{l}.%{d}", "192.0.2.3", &sender);
    assert!(name.len() <= 253 && name.len() > 240 && name.ends_with("x23456789.example.com"));
}

#[test]
fn the_clients_name_must_lead_back_to_it() {
    let policy = "example.com TXT v=spf1 exists:%{p}.names.example.net -all
                  3.2.0.192.in-addr.arpa PTR liar.example.org
                  3.2.0.192.in-addr.arpa PTR host.example.org
                  liar.example.org A 192.0.2.99
                  host.example.org A 192.0.2.3";
    let checked = |listed: &str| {
        let zone: Zone = zone(policy).with(name(listed), Records::address("127.0.0.2".parse().unwrap()));
        crate::zones::check(&zone, "192.0.2.3", "ann@example.com")
    };
    assert_eq!(checked("host.example.org.names.example.net"), "pass");
    assert_eq!(checked("liar.example.org.names.example.net"), "fail");
}

#[test]
fn section_7_3_a_name_of_the_domain_itself_is_preferred() {
    let zone = zone(
        "example.com TXT v=spf1 exists:%{p}.names.example.net -all
         3.2.0.192.in-addr.arpa PTR other.example.org
         3.2.0.192.in-addr.arpa PTR mx.example.com
         other.example.org A 192.0.2.3
         mx.example.com A 192.0.2.3
         mx.example.com.names.example.net A 127.0.0.2",
    );
    assert_eq!(crate::zones::check(&zone, "192.0.2.3", "ann@example.com"), "pass");
}

#[test]
fn d_is_the_domain_at_work_and_o_the_senders() {
    let zone = zone(
        "example.com TXT v=spf1 include:inner.example.net -all
         inner.example.net TXT v=spf1 exists:%{o}.via.%{d} -all
         example.com.via.inner.example.net A 127.0.0.2",
    );
    assert_eq!(crate::zones::check(&zone, "192.0.2.3", "ann@example.com"), "pass");
}

#[test]
fn an_explanation_is_expanded_and_printable() {
    let explain = |text: &str| {
        let zone = zone("example.com TXT v=spf1 -all exp=why.%{d}\n")
            .with(name("why.example.com"), Records::text(text.as_bytes()));
        let client =
            Client::new("192.0.2.3".parse().unwrap(), "h").with_unix_time(1000).with_receiver(name("mx.org.example"));
        let mut evaluation = Evaluation::mail_from(Instant::EPOCH, &client, "ann@example.com", &Limits::default());
        answer_all(&zone, &mut evaluation).explanation
    };
    assert_eq!(
        explain("%{i} may not, at %{t}, by %{r}").as_deref(),
        Some("192.0.2.3 may not, at 1000, by mx.org.example")
    );
    assert_eq!(explain("a line\r\nX: y"), None);
    assert_eq!(explain("not ASCII: \u{e4}"), None);
    assert_eq!(explain("broken %{x}"), None);
    assert_eq!(explain(&"%{s}".repeat(300)), None);
}

#[test]
fn letters_for_explanations_have_no_place_in_a_policy() {
    use mail_auth_spf_dkim::spf::Record;
    for (text, position, fault) in [
        ("v=spf1 exists:%{c}.x.org", 14, SyntaxFault::MacroLetter),
        ("v=spf1 exists:a%{d0}.org", 15, SyntaxFault::Macro),
        ("v=spf1 exists:%(d).org", 14, SyntaxFault::Macro),
        ("v=spf1 exists:x.%{z}", 16, SyntaxFault::Macro),
    ] {
        let error = Record::parse(text.as_bytes()).unwrap_err();
        assert_eq!((error.position, error.fault), (position, fault), "{text}");
    }
}
