//! Answers that are late, wrong, double, huge, or to another question.

use crate::zones::{answer_all, client, name, zone};
use mail_auth_spf_dkim::dns::{DnsError, QueryId, RecordType, Records};
use mail_auth_spf_dkim::spf::{Cause, Client, Evaluation, Limits, ReceivedSpf, Record, SpfResult};
use mail_wire::Instant;
use proptest::prelude::*;

const NOW: Instant = Instant::EPOCH;

fn evaluation() -> Evaluation {
    Evaluation::mail_from(NOW, &client("192.0.2.1"), "ann@example.com", &Limits::default())
}

#[test]
fn an_answer_to_no_open_question_changes_nothing() {
    let mut evaluation = evaluation();
    let pass = Records::text("v=spf1 +all");
    // Not asked yet.
    evaluation.handle_answer(NOW, QueryId::new(0), Ok(&pass));
    let policy = evaluation.poll_query().unwrap();
    evaluation.handle_answer(NOW, QueryId::new(77), Ok(&pass));
    assert!(evaluation.outcome().is_none());
    evaluation.handle_answer(NOW, policy.id, Ok(&Records::text("v=spf1 a:x.example.com -all")));
    // Twice.
    evaluation.handle_answer(NOW, policy.id, Ok(&pass));
    assert!(evaluation.outcome().is_none());
    let address = evaluation.poll_query().unwrap();
    evaluation.handle_answer(NOW, address.id, Err(DnsError::NoData));
    assert_eq!(evaluation.outcome().unwrap().result, SpfResult::Fail);
    // Late.
    evaluation.handle_answer(NOW, address.id, Ok(&Records::address("192.0.2.1".parse().unwrap())));
    assert_eq!(evaluation.outcome().unwrap().result, SpfResult::Fail);
}

#[test]
fn records_of_another_type_are_a_temporary_error() {
    let mut evaluation = evaluation();
    let policy = evaluation.poll_query().unwrap();
    evaluation.handle_answer(NOW, policy.id, Ok(&Records::A(vec![[192, 0, 2, 1].into()])));
    let outcome = evaluation.outcome().unwrap();
    assert_eq!(outcome.cause, Cause::Dns { name: name("example.com"), record_type: RecordType::Txt });
    assert_eq!(outcome.result, SpfResult::TempError);
}

#[test]
fn huge_answers_are_looked_through_and_forgotten() {
    let mut evaluation = evaluation();
    let policy = evaluation.poll_query().unwrap();
    let mut texts = vec![b"v=spf1 a -all".to_vec()];
    texts.resize(100_000, b"something else".to_vec());
    evaluation.handle_answer(NOW, policy.id, Ok(&Records::Txt(texts)));
    let address = evaluation.poll_query().unwrap();
    let mut addresses = vec![[203, 0, 113, 1].into(); 100_000];
    addresses.push([192, 0, 2, 1].into());
    evaluation.handle_answer(NOW, address.id, Ok(&Records::A(addresses)));
    assert_eq!(evaluation.outcome().unwrap().result, SpfResult::Pass);
}

#[test]
fn a_policy_read_before_is_as_good_as_its_text() {
    let mut evaluation = evaluation();
    let policy = evaluation.poll_query().unwrap();
    let record = Record::parse(b"v=spf1 ip4:192.0.2.0/24 -all").unwrap();
    evaluation.handle_policy(NOW, policy.id, Ok(record.into()));
    assert_eq!(evaluation.outcome().unwrap().result, SpfResult::Pass);
}

#[test]
fn a_question_that_was_only_looked_at_is_asked_all_the_same() {
    let mut evaluation = evaluation();
    let (id, name) = evaluation.poll_query_ref().map(|query| (query.id, query.name.clone())).unwrap();
    assert_eq!(name.as_str(), "example.com");
    assert!(!evaluation.has_query());
    assert_eq!((evaluation.poll_query(), evaluation.poll_query_ref()), (None, None));
    evaluation.handle_policy(NOW, id, Ok(Record::parse(b"v=spf1 include:a.example -all").unwrap().into()));
    let included = evaluation.poll_query().unwrap();
    assert_eq!(included.name.as_str(), "a.example");
    assert_eq!(evaluation.poll_query_ref(), None);
    evaluation.handle_policy(NOW, included.id, Ok(Record::parse(b"v=spf1 +all").unwrap().into()));
    assert_eq!(evaluation.outcome().unwrap().result, SpfResult::Pass);
    assert_eq!(evaluation.poll_query_ref(), None);
}

#[test]
fn policies_include_each_other_as_deep_as_the_limit_allows() {
    let policy = |text: &str| Ok(Record::parse(text.as_bytes()).unwrap().into());
    for depth in 1..=10 {
        // Each goes on in its own policy when the included one does not pass.
        for (innermost, result) in
            [("v=spf1 ip4:192.0.2.1 -all", SpfResult::Pass), ("v=spf1 -all", SpfResult::SoftFail)]
        {
            let mut evaluation = evaluation();
            for inner in 1..=depth {
                let query = evaluation.poll_query().unwrap();
                let text = format!("v=spf1 ip4:203.0.113.9 include:d{inner}.example ~all");
                evaluation.handle_policy(NOW, query.id, policy(&text));
            }
            let query = evaluation.poll_query().unwrap();
            assert_eq!(query.name.as_str(), format!("d{depth}.example"));
            evaluation.handle_policy(NOW, query.id, policy(innermost));
            let outcome = evaluation.outcome().unwrap();
            assert_eq!(outcome.result, result, "{depth}");
            let Cause::Directive { domain, index, .. } = &outcome.cause else { panic!("{:?}", outcome.cause) };
            assert_eq!((domain.as_str(), *index), ("example.com", if result == SpfResult::Pass { 1 } else { 2 }));
        }
    }
}

#[test]
fn the_addresses_of_exchangers_are_asked_for_at_once() {
    let zone = zone(
        "example.com TXT v=spf1 mx -all
         example.com MX 10 one.example.com
         example.com MX 20 two.example.com
         one.example.com A 192.0.2.9
         two.example.com A 192.0.2.1",
    );
    let mut evaluation = evaluation();
    for _ in 0..2 {
        let query = evaluation.poll_query().unwrap();
        evaluation.handle_answer(NOW, query.id, zone.lookup(&query.name, query.record_type));
    }
    let (one, two) = (evaluation.poll_query().unwrap(), evaluation.poll_query().unwrap());
    assert_eq!((one.name.as_str(), two.name.as_str()), ("one.example.com", "two.example.com"));
    evaluation.handle_answer(NOW, two.id, zone.lookup(&two.name, two.record_type));
    assert!(evaluation.outcome().is_none());
    evaluation.handle_answer(NOW, one.id, Err(DnsError::Temporary));
    assert_eq!(evaluation.outcome().unwrap().result, SpfResult::TempError);
}

#[test]
fn the_trace_shows_a_person_what_happened() {
    let zone = zone(
        "example.com TXT v=spf1 mx include:_spf.example.net -all
         example.com MX 10 mx.example.com
         mx.example.com A 192.0.2.9
         _spf.example.net TXT v=spf1 ip4:192.0.2.0/24 -all",
    );
    let mut limits = Limits::default();
    limits.trace = true;
    let mut evaluation = Evaluation::mail_from(NOW, &client("192.0.2.1"), "ann@example.com", &limits);
    answer_all(&zone, &mut evaluation);
    let shown = "\
TXT example.com: 1 found
example.com: v=spf1 mx include:_spf.example.net -all
  mx
    MX example.com: 1 found
    A mx.example.com: 1 found
    does not match
  include:_spf.example.net
    TXT _spf.example.net: 1 found
    _spf.example.net: v=spf1 ip4:192.0.2.0/24 -all
      ip4:192.0.2.0/24
        matches
    matches
";
    let trace = evaluation.trace().to_string();
    assert_eq!(trace, shown, "\n{trace}");
}

/// The octet that a fault is at is of no use without the text.
#[test]
fn the_trace_shows_what_is_no_policy() {
    let zone = zone(
        "example.com TXT v=spf1 include:two.example.com -all
         bad.example.com TXT v=spf1 a:b.com/33 -all
         two.example.com TXT v=spf1 \u{e9}\u{1b}[1m
         two.example.com TXT v=spf1 -all
         two.example.com TXT something else",
    );
    let mut limits = Limits::default();
    limits.trace = true;
    let trace = |domain: &str| {
        let mut evaluation = Evaluation::mail_from(NOW, &client("192.0.2.1"), &format!("ann@{domain}"), &limits);
        answer_all(&zone, &mut evaluation);
        evaluation.trace().to_string()
    };
    assert_eq!(trace("bad.example.com"), "TXT bad.example.com: 1 found\nbad.example.com: v=spf1 a:b.com/33 -all\n");
    let several = "    TXT two.example.com: 3 found\n    two.example.com: v=spf1 \u{e9}\u{fffd}[1m\n    \
                   two.example.com: v=spf1 -all\n";
    assert!(trace("example.com").ends_with(several), "{}", trace("example.com"));
}

#[test]
fn received_spf_is_one_field_whatever_the_client_says() {
    let client = Client::new("192.0.2.1".parse().unwrap(), "x\"\r\nEvil: y (");
    let client = client.with_receiver(name("mx.example.org"));
    let mut evaluation = Evaluation::mail_from(NOW, &client, "a\"\r\nb@example.com", &Limits::default());
    assert!(ReceivedSpf::new(&evaluation).is_none());
    answer_all(&zone("example.com TXT v=spf1 -all"), &mut evaluation);
    let field = ReceivedSpf::new(&evaluation).unwrap().to_string();
    assert!(field.starts_with("Received-SPF: fail (mx.example.org: example.com: -all)\r\n"), "{field}");
    assert!(field.contains("\tenvelope-from=\"a\\\"??b@example.com\";\r\n"), "{field}");
    assert!(field.contains("\thelo=\"x\\\"??Evil: y (\";\r\n"), "{field}");
    let lines: Vec<_> = field.split_terminator("\r\n").collect();
    assert!(lines.iter().skip(1).all(|line| line.starts_with('\t') && !line.contains(['\r', '\n'])));
}

/// What the greeting is checked with is no sender that anybody has named.
#[test]
fn received_spf_of_a_greeting_names_no_sender() {
    let client = Client::new("192.0.2.1".parse().unwrap(), "mx.example.com");
    let mut evaluation = Evaluation::helo(NOW, &client, &Limits::default());
    answer_all(&zone("mx.example.com TXT v=spf1 -all"), &mut evaluation);
    let field = ReceivedSpf::new(&evaluation).unwrap().to_string();
    let written = "\tclient-ip=192.0.2.1;\r\n\thelo=\"mx.example.com\";\r\n\tidentity=helo\r\n";
    assert!(field.ends_with(written), "{field}");
}

/// Section 9.1: a value is a dot-atom or quoted, and no line has more than 998 octets (RFC 5322 section 2.1.1).
#[test]
fn received_spf_has_no_line_that_is_too_long_and_no_colon_without_quotes() {
    let zone =
        zone(&format!("example.com TXT v=spf1 exists:{}.%{{d}} -all\nexample.com A 192.0.2.1", "a".repeat(5000)));
    for (address, written) in [("2001:db8::1", "\tclient-ip=\"2001:db8::1\";"), ("192.0.2.1", "\tclient-ip=192.0.2.1;")]
    {
        let client = Client::new(address.parse().unwrap(), &"\"".repeat(1000));
        let sender = format!("{}@example.com", "\\".repeat(480));
        let mut evaluation = Evaluation::mail_from(NOW, &client, &sender, &Limits::default());
        assert_eq!(answer_all(&zone, &mut evaluation).result, SpfResult::Pass);
        let field = ReceivedSpf::new(&evaluation).unwrap().to_string();
        assert!(field.split("\r\n").any(|line| line == written), "{field}");
        assert!(field.split("\r\n").all(|line| line.len() <= 998), "{field}");
    }
}

proptest! {
    #[test]
    fn nothing_that_the_dns_says_makes_the_machine_panic(
        record in "v=spf1( [-~?]?(include|a|mx|ptr|exists|redirect=|exp=|ip4)(:?[a-z%{}.]{0,8})(/[0-9]{1,2})?){0,6}",
        answers in proptest::collection::vec(0..6_u8, 0..40),
    ) {
        let mut evaluation = evaluation();
        let policy = Records::text(record);
        let every = [
            Records::A(vec![[192, 0, 2, 1].into()]),
            Records::Ptr(vec![name("example.com"), name("x.example.com")]),
            Records::Mx(vec![mail_auth_spf_dkim::dns::MailExchange { preference: 1, exchange: name("mx.example.com") }]),
        ];
        for choice in answers {
            let Some(query) = evaluation.poll_query() else { break };
            let fitting = every.iter().find(|records| records.record_type() == query.record_type);
            let answer = match choice {
                0 => Err(DnsError::NxDomain),
                1 => Err(DnsError::Temporary),
                2 => Ok(&every[0]),
                _ => Ok(fitting.unwrap_or(&policy)),
            };
            evaluation.handle_answer(NOW, query.id, answer);
        }
        evaluation.handle_timeout(NOW + std::time::Duration::from_secs(60));
        prop_assert!(evaluation.outcome().is_some());
    }
}
