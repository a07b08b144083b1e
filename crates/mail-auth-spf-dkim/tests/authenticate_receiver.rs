//! The receiver: connection facts and a message in pieces, one report.

use std::collections::BTreeSet;
use std::sync::Arc;

use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::authenticate::{Receiver, Report, Session, Settings};
use mail_auth_spf_dkim::authres::{MethodResult, without};
use mail_auth_spf_dkim::crypto::{PrivateKey, default_provider};
use mail_auth_spf_dkim::dkim::{Identity, Key, KeyRecord, Signer, SigningSettings};
use mail_auth_spf_dkim::dmarc::{DmarcResult, Policy, Reason};
use mail_auth_spf_dkim::dns::{DnsError, Name, QueryId, RecordType, Records, Zone};
use mail_auth_spf_dkim::iprev::IprevResult;
use mail_auth_spf_dkim::spf::{Client, SpfResult};
use mail_wire::Instant;
use proptest::prelude::*;

const NOW: Instant = Instant::EPOCH;
const DATE: UnixTime = UnixTime::new(1_778_000_000);

const MESSAGE: &str = "Received: from x\r\n\
                       Authentication-Results: mx.example.org; dmarc=pass\r\n\
                       From: Ann <ann@example.com>\r\n\
                       authentication-results: MX.EXAMPLE.ORG; spf=pass\r\n\
                       \r\n\
                       From: nobody@evil.example\r\n";

fn name(text: &str) -> Name {
    Name::for_query(text).unwrap()
}

fn zone() -> Zone {
    let address = "192.0.2.1".parse().unwrap();
    Zone::new()
        .with(name("example.com"), Records::text("v=spf1 a:mail.example.com -all"))
        .with(name("mail.example.com"), Records::address(address))
        .with(Name::reverse(address), Records::Ptr(vec![name("mail.example.com")]))
        .with(name("_dmarc.example.com"), Records::text("v=DMARC1; p=reject"))
}

fn receiver(address: &str, reverse_path: &str) -> Receiver {
    let client = Client::new(address.parse().unwrap(), "mail.example.com");
    let session = Session::new(DATE, client, reverse_path, "mx.example.org").unwrap();
    Receiver::new(NOW, session, default_provider(), &Settings::default())
}

fn answer_all(zone: &Zone, receiver: &mut Receiver) -> Vec<String> {
    let mut asked = Vec::new();
    while let Some(query) = receiver.poll_query() {
        asked.push(format!("{} {}", query.record_type, query.name));
        receiver.handle_answer(NOW, query.id, zone.lookup(&query.name, query.record_type));
    }
    asked
}

fn receive(message: &[u8], pieces: &[usize]) -> Report {
    let mut receiver = receiver("192.0.2.1", "ann@example.com");
    let mut rest = message;
    for size in pieces {
        let (piece, left) = rest.split_at((*size).min(rest.len()));
        receiver.handle_input(NOW, piece);
        rest = left;
    }
    receiver.handle_input(NOW, rest);
    receiver.handle_eof(NOW);
    answer_all(&zone(), &mut receiver);
    receiver.report().expect("everything is answered").clone()
}

#[test]
fn a_message_from_an_allowed_host() {
    let report = receive(MESSAGE.as_bytes(), &[]);
    assert_eq!(report.spf.result, SpfResult::Pass);
    assert_eq!(report.helo.result, SpfResult::None);
    assert_eq!(report.iprev.as_ref().unwrap().result, IprevResult::Pass);
    assert_eq!((report.dmarc.result, report.dmarc.disposition), (DmarcResult::Pass, Policy::None));
    let left: Vec<u8> = without(MESSAGE.as_bytes(), &report.cut).flatten().copied().collect();
    let left = String::from_utf8(left).unwrap();
    assert_eq!(left, "Received: from x\r\nFrom: Ann <ann@example.com>\r\n\r\nFrom: nobody@evil.example\r\n");
    assert_eq!(
        report.header.to_string(),
        "Authentication-Results: mx.example.org;\r\n\
         \tiprev=pass (mail.example.com)\r\n\t policy.iprev=192.0.2.1;\r\n\
         \tspf=none (mail.example.com: no policy is published)\r\n\t smtp.helo=mail.example.com;\r\n\
         \tspf=pass (example.com: a:mail.example.com)\r\n\t smtp.mailfrom=example.com;\r\n\
         \tdkim=none;\r\n\
         \tdmarc=pass (p=reject dis=none)\r\n\t header.from=example.com"
            .to_owned()
            + if cfg!(feature = "arc") { ";\r\n\tarc=none\r\n" } else { "\r\n" }
    );
}

#[test]
fn each_question_is_asked_once() {
    let mut receiver = receiver("192.0.2.1", "ann@example.com");
    receiver.handle_input(NOW, MESSAGE.as_bytes());
    receiver.handle_eof(NOW);
    let asked = answer_all(&zone(), &mut receiver);
    let different: BTreeSet<_> = asked.iter().collect();
    assert_eq!(asked.len(), different.len(), "{asked:?}");
    // Two want to know: SPF for the reverse-path and the reverse name of the client.
    assert!(asked.contains(&"A mail.example.com".to_owned()));
}

/// DKIM and ARC want the same key, both SPF evaluations the same policy and hosts, and DMARC its record twice.
#[test]
fn each_question_is_asked_once_whoever_wants_to_know() {
    let (message, record) = signed();
    let twice = [&message[..message.len() - MESSAGE.len()], &message].concat();
    let zone = zone()
        .with(name("mail.example.com"), Records::text("v=spf1 a:mail.example.com mx:example.com -all"))
        .with(name("example.com"), Records::text("v=spf1 include:mail.example.com a:mail.example.com ~all"))
        .with(name("may._domainkey.example.com"), Records::text(record));
    for polled_together in [false, true] {
        let mut receiver = receiver("203.0.113.9", "ann@mail.example.com");
        receiver.handle_input(NOW, &twice);
        receiver.handle_eof(NOW);
        let mut asked = Vec::new();
        while let Some(first) = receiver.poll_query() {
            let mut queries = vec![first];
            while polled_together && let Some(query) = receiver.poll_query() {
                queries.push(query);
            }
            for query in queries {
                asked.push(format!("{} {}", query.record_type, query.name));
                receiver.handle_answer(NOW, query.id, zone.lookup(&query.name, query.record_type));
            }
        }
        let different: BTreeSet<_> = asked.iter().collect();
        assert_eq!(asked.len(), different.len(), "{asked:?}");
        assert_eq!(receiver.report().unwrap().dkim.passed().count(), 2);
    }
}

#[test]
fn the_questions_of_the_header_are_there_before_the_body() {
    let mut receiver = receiver("192.0.2.1", "ann@example.com");
    let first: Vec<_> = std::iter::from_fn(|| receiver.poll_query()).collect();
    assert_eq!(first.len(), 3);
    receiver.handle_input(NOW, b"From: ann@example.com\r\n\r\n");
    let names: Vec<_> = std::iter::from_fn(|| receiver.poll_query()).map(|q| q.name.as_str().to_owned()).collect();
    assert_eq!(names, ["_dmarc.example.com", "_dmarc.com"]);
    assert!(receiver.report().is_none());
}

/// RFC 6008: as many characters of a signature as tell it from the others.
#[test]
fn signatures_that_begin_alike_are_told_apart() {
    let field = |signature: &str| {
        let bh = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=";
        format!("DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=may; h=from; bh={bh}; b={signature}\r\n")
    };
    let prefixes = |signatures: &[&str]| {
        let message =
            signatures.iter().map(|signature| field(signature)).collect::<String>() + "From: a@example.com\r\n\r\n";
        let header = receive(message.as_bytes(), &[]).header;
        let of_result = |result: &MethodResult| result.property("header", "b").map(str::to_owned);
        header.results().iter().filter(|result| result.method() == "dkim").filter_map(of_result).collect::<Vec<_>>()
    };
    assert_eq!(prefixes(&["AAAABBBBCCCCDDDD", "AAAABBBBEEEE", "FFFFGGGGHHHH"]), ["AAAABBBBC", "AAAABBBBE", "FFFFGGGG"]);
    assert_eq!(
        prefixes(&["AAAABBBBCCCC", "AAAABBBBCCCC", "AAAABBBBCCCCDDDD"]),
        ["AAAABBBBCCCC", "AAAABBBBCCCC", "AAAABBBBCCCCD"]
    );
    assert_eq!(prefixes(&["AAAA"]), ["AAAA"]);
}

/// To some readers a CR that stands alone ends a line, so that they find another author.
#[test]
fn what_is_too_long_is_not_cut_to_the_name_of_another() {
    let rest = "x".repeat(40);
    let field = |local_part: &str| {
        let message = format!(
            "DKIM-Signature: v=1; a=ed25519-sha256; d=example.org; s=may; h=from; bh=QQ==; b=QQ==;\r\n \
             i={local_part}@example.org\r\nFrom: Ann <ann@example.com>\r\n\r\nHello!\r\n"
        );
        receive(message.as_bytes(), &[]).header.to_string()
    };
    let attack = format!("{}@victim.example{rest}", "u".repeat(285));
    assert!(field(&attack).contains("header.i=@example.org\r\n"), "{}", field(&attack));
    let longest = "u".repeat(300 - "@example.org".len());
    assert!(field(&longest).contains(&format!("header.i=\"{longest}@example.org\"\r\n")), "{}", field(&longest));

    let helo = format!("{}.victim.example{rest}", "u".repeat(285));
    let client = Client::new("192.0.2.1".parse().unwrap(), &helo);
    let session = Session::new(DATE, client, &format!("{attack}@no..name"), "mx.example.org").unwrap();
    let mut receiver = Receiver::new(NOW, session, default_provider(), &Settings::default());
    receiver.handle_input(NOW, MESSAGE.as_bytes());
    receiver.handle_eof(NOW);
    answer_all(&zone(), &mut receiver);
    let field = receiver.report().unwrap().header.to_string();
    assert!(field.contains("spf=") && !field.contains("smtp."), "{field}");
    let field = receiver.received_spf().unwrap().to_string();
    assert!(!field.contains("victim.example\""), "{field}");
}

#[test]
fn an_author_behind_a_cr_that_stands_alone_is_not_passed_over() {
    let (message, record) = signed();
    let zone = zone().with(name("may._domainkey.example.com"), Records::text(record));
    let results = |front: &str| {
        let mut receiver = receiver("192.0.2.9", "eve@evil.example");
        receiver.handle_input(NOW, front.as_bytes());
        receiver.handle_input(NOW, &message);
        receiver.handle_eof(NOW);
        answer_all(&zone, &mut receiver);
        let report = receiver.report().unwrap();
        (report.dkim.passed().count(), report.dmarc.result, report.dmarc.reason)
    };
    assert_eq!(results("X-A: b\r\n"), (1, DmarcResult::Pass, Reason::Aligned));
    let hidden = results("X-A: b\rFrom: Eve <eve@evil.example>\r\n");
    assert_eq!(hidden, (1, DmarcResult::PermError, Reason::MalformedHeader));
}

/// An LF that stands alone may end the header for some, while others find more fields, and another author, behind it.
#[test]
fn an_author_behind_an_empty_line_of_an_lf_is_not_passed_over() {
    let hidden = ["X-A: b\r\n\n", "X-A: b\n\n", "X-A: b\n\r\n", "\n\r\n", "\n"];
    for end in hidden {
        let message = format!("From: a@example.com\r\n{end}X-B: c\r\nFrom: ceo@bank.example\r\n\r\nhi\r\n");
        let report = receive(message.as_bytes(), &[]);
        assert_eq!(report.dmarc.reason, Reason::MalformedHeader, "{end:?}");
        let at_start = format!("{end}From: a@example.com\r\n\r\nhi\r\n");
        assert_eq!(receive(at_start.as_bytes(), &[]).dmarc.reason, Reason::MalformedHeader, "{end:?}");
    }
    for message in
        ["From: a@example.com\r\n\r\n\n\nhi\r\n", "From: a@example.com\n X: b\r\n\r\n", "From: a@example.com"]
    {
        assert_ne!(receive(message.as_bytes(), &[]).dmarc.reason, Reason::MalformedHeader, "{message:?}");
    }
}

/// The reason names what is wrong, and not a field that is as it should be.
#[test]
fn a_header_that_cannot_be_read_is_no_malformed_author() {
    let reason = |message: &[u8]| {
        let report = receive(message, &[]);
        (report.dmarc.result, report.dmarc.reason)
    };
    let long = [b"From: a@example.com\r\n".as_slice(), &b"X-A: b\r\n".repeat(200_000), b"\r\n"].concat();
    for message in [b"From: a@example.com\r\nno field\r\nSubject: x\r\n\r\n".as_slice(), b"\0\x01\xff", &long] {
        assert_eq!(reason(message), (DmarcResult::PermError, Reason::MalformedHeader));
    }
    assert_eq!(reason(b"From: a@\r\n\r\n").1, Reason::MalformedFrom);
    assert_eq!(reason(b"Subject: x\r\n\r\n").1, Reason::NoAuthor);
}

/// What is delivered is what was verified: with fields in front, the line would be one in the middle of the header, where
/// some readers stop, and others take it for an author.
#[test]
fn the_line_of_an_mbox_is_cut() {
    let left = |message: &str| {
        let report = receive(message.as_bytes(), &[7]);
        let left = without(message.as_bytes(), &report.cut).flatten().copied().collect();
        (String::from_utf8(left).unwrap(), report.dmarc.reason)
    };
    for line in [
        "From ceo@bank.example\r\n",
        "From x\r\n ; dmarc=pass\r\n",
        "From x\rAuthentication-Results: mx.example.org; a=b\r\n",
        "From x\r\nFrom y\r\n z\r\nFrom w\r\n",
        "Authentication-Results: mx.example.org; a=b\r\nFrom x\r\nAuthentication-Results: mx.example.org; a=b\r\n",
    ] {
        let (text, reason) = left(&format!("{line}{MESSAGE}"));
        assert_eq!(
            text, "Received: from x\r\nFrom: Ann <ann@example.com>\r\n\r\nFrom: nobody@evil.example\r\n",
            "{line:?}"
        );
        let expected = if line.starts_with("From c") { Reason::Aligned } else { Reason::MalformedHeader };
        assert_eq!(reason, expected, "{line:?}");
    }
    let field = "From : ann@example.com\r\n\r\n";
    assert_eq!(left(field), (field.to_owned(), Reason::Aligned));
}

/// Who forges a message chooses how many keys are asked for, and that nobody answers.
#[test]
fn keys_that_nobody_answers_for_do_not_keep_the_policy_from_being_found() {
    let mut message = String::new();
    for n in 0..10 {
        message += &format!(
            "DKIM-Signature: v=1; a=rsa-sha256; d=evil.example; s=s{n}; h=from;\r\n\tbh=MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=; b=dzdV\r\n"
        );
    }
    message += "From: Ann <ann@example.com>\r\n\r\n";
    let zone = zone().with(name("example.com"), Records::text("v=spf1 include:a.example.com -all"));
    let mut receiver = receiver("192.0.2.9", "ann@example.com");
    receiver.handle_input(NOW, message.as_bytes());
    receiver.handle_eof(NOW);
    let is_for_key = |name: &Name| name.as_str().contains("._domainkey.");
    let mut out = Vec::new();
    while let Some(query) = receiver.poll_query() {
        if is_for_key(&query.name) {
            out.push(query);
        } else {
            assert!(out.is_empty() || query.name == "a.example.com", "{query:?} comes after a key");
            receiver.handle_answer(NOW, query.id, zone.lookup(&query.name, query.record_type));
        }
    }
    assert_eq!(out.len(), 8, "so many at the same time");
    receiver.handle_answer(NOW, out[0].id, Err(DnsError::NxDomain));
    let next = receiver.poll_query().unwrap();
    assert!(is_for_key(&next.name) && receiver.poll_query().is_none());
    receiver.handle_timeout(receiver.poll_timeout().unwrap());
    let report = receiver.report().unwrap();
    // The includes have no policy; what matters here is that it was found out.
    assert_eq!((report.spf.result, report.dmarc.policy), (SpfResult::PermError, Some(Policy::Reject)));
}

/// Else the order of the message decides whether the one that counts is asked for at all.
#[test]
fn keys_of_the_authors_domain_are_asked_for_first() {
    for domain in ["bank.example", "mail.bank.example", "other.bank.example"] {
        let field = |domain: &str, n: usize| {
            format!(
                "DKIM-Signature: v=1; a=rsa-sha256; d={domain}; s=s{n}; h=from;\r\n\tbh=MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=; b=dzdV\r\n"
            )
        };
        let message: String = (0..9).map(|n| field("bank._domainkey.evil.example", n)).collect();
        let message = message + &field(domain, 9) + "From: Ann <ann@mail.bank.example>\r\n\r\n";
        let mut receiver = receiver("192.0.2.9", "ann@example.com");
        receiver.handle_input(NOW, message.as_bytes());
        let names = std::iter::from_fn(|| receiver.poll_query()).map(|query| query.name.as_str().to_owned());
        let keys: Vec<_> = names.filter(|name| name.contains("._domainkey.")).collect();
        assert_eq!((keys.len(), keys[0].clone()), (8, format!("s9._domainkey.{domain}")));
    }
}

#[test]
fn the_null_path_is_one_result_for_helo() {
    let mut receiver = receiver("192.0.2.1", "");
    receiver.handle_eof(NOW);
    answer_all(&zone(), &mut receiver);
    let report = receiver.report().unwrap();
    assert_eq!(report.header.results().iter().filter(|result| result.method() == "spf").count(), 1);
    assert_eq!(report.dmarc.reason, Reason::NoAuthor);
}

#[test]
fn two_authors_never_pass_however_they_are_hidden() {
    for message in [
        "From: ann@example.com\r\nFrom: ann@example.com\r\n\r\n",
        "From: ann@example.com, b@evil.example\r\n\r\n",
        "From: ann@example.com\r\nno field\r\nFrom: b@evil.example\r\n\r\n",
        "From : b@evil.example\r\nFROM: ann@example.com\r\n\r\n",
    ] {
        assert_eq!(receive(message.as_bytes(), &[]).dmarc.result, DmarcResult::PermError, "{message:?}");
    }
    let mut long = b"From: ann@example.com\r\nX: ".to_vec();
    long.resize(2 * 1024 * 1024, b'x');
    long.extend(b"\r\nFrom: b@evil.example\r\n\r\n");
    let report = receive(&long, &[1000, 100_000]);
    assert!(report.header_too_long && report.dmarc.result == DmarcResult::PermError);
}

#[test]
fn without_any_answer_the_deadline_ends_everything() {
    let mut receiver = receiver("192.0.2.1", "ann@example.com");
    receiver.handle_input(NOW, MESSAGE.as_bytes());
    receiver.handle_eof(NOW);
    let mut steps = 0;
    while let Some(deadline) = receiver.poll_timeout() {
        receiver.handle_timeout(deadline);
        steps += 1;
        assert!(steps < 10);
    }
    let report = receiver.report().unwrap();
    assert_eq!((report.spf.result, report.dmarc.result), (SpfResult::TempError, DmarcResult::TempError));
}

/// A message with a signature of its author's domain in front.
fn signed() -> (Vec<u8>, String) {
    let key = default_provider().signing_key(&PrivateKey::from_ed25519_seed(&[7; 32])).unwrap();
    let record = KeyRecord::new(key.public_key()).to_string();
    let identity = Identity::new(name("example.com"), name("may"), Arc::from(key)).unwrap();
    let mut signer = Signer::new(DATE, default_provider(), vec![identity], &SigningSettings::default());
    signer.handle_input(MESSAGE.as_bytes());
    signer.handle_eof();
    let fields = signer.fields().unwrap().unwrap();
    ([fields.as_bytes(), MESSAGE.as_bytes()].concat(), record)
}

#[test]
fn a_signature_of_the_authors_domain_makes_up_for_the_host() {
    let (message, record) = signed();
    let zone = zone().with(name("may._domainkey.example.com"), Records::text(record));
    let mut receiver = receiver("203.0.113.9", "ann@example.com");
    receiver.handle_input(NOW, &message);
    let asked = answer_all(&zone, &mut receiver);
    assert!(asked.contains(&"TXT may._domainkey.example.com".to_owned()));
    assert!(receiver.report().is_none());
    receiver.handle_eof(NOW);
    answer_all(&zone, &mut receiver);
    let report = receiver.report().unwrap();
    assert_eq!((report.spf.result, report.dmarc.result), (SpfResult::Fail, DmarcResult::Pass));
    assert_eq!(report.dkim.passed().collect::<Vec<_>>(), [&name("example.com")]);
    let result = report.header.results().iter().find(|result| result.method() == "dkim").unwrap();
    assert_eq!((result.result(), result.property("header", "d")), ("pass", Some("example.com")));
    assert_eq!(result.property("header", "a"), Some("ed25519-sha256"));
    assert_eq!(result.property("header", "b").map(str::len), Some(8));
}

#[test]
fn a_revoked_key_is_reported_without_a_size() {
    let (message, _) = signed();
    let zone = zone().with(name("may._domainkey.example.com"), Records::text("v=DKIM1; p="));
    let mut receiver = receiver("192.0.2.1", "ann@example.com");
    receiver.handle_input(NOW, &message);
    receiver.handle_eof(NOW);
    answer_all(&zone, &mut receiver);
    let field = receiver.report().unwrap().header.to_string();
    assert!(field.contains("dkim=permerror\r\n\t reason=\"the key is revoked\"\r\n"), "{field}");
}

#[test]
fn a_key_that_is_kept_is_read_once() {
    let (message, record) = signed();
    let key = Key::parse(default_provider(), record.as_bytes()).unwrap();
    for _ in 0..2 {
        let mut receiver = receiver("203.0.113.9", "ann@example.com");
        receiver.handle_input(NOW, &message);
        receiver.handle_eof(NOW);
        // Not asked yet, and never asked.
        receiver.handle_key(NOW, QueryId::new(0), &key);
        receiver.handle_key(NOW, QueryId::new(99), &key);
        while let Some(query) = receiver.poll_query() {
            match query.name.as_str() {
                "may._domainkey.example.com" => receiver.handle_key(NOW, query.id, &key),
                _ => receiver.handle_answer(NOW, query.id, zone().lookup(&query.name, query.record_type)),
            }
        }
        let report = receiver.report().unwrap();
        assert_eq!((report.spf.result, report.dmarc.result), (SpfResult::Fail, DmarcResult::Pass));
    }
}

#[test]
fn a_key_is_no_policy() {
    let (message, record) = signed();
    let key = Key::parse(default_provider(), record.as_bytes()).unwrap();
    let zone = zone().with(name("example.com"), Records::text("v=spf1 include:may._domainkey.example.com -all"));
    let mut receiver = receiver("203.0.113.9", "ann@example.com");
    receiver.handle_input(NOW, &message);
    receiver.handle_eof(NOW);
    let mut asked = 0;
    while let Some(query) = receiver.poll_query() {
        if query.name == "may._domainkey.example.com" {
            asked += 1;
            receiver.handle_key(NOW, query.id, &key);
        } else {
            receiver.handle_answer(NOW, query.id, zone.lookup(&query.name, query.record_type));
        }
    }
    let report = receiver.report().unwrap();
    assert_eq!((report.spf.result, report.dmarc.result), (SpfResult::PermError, DmarcResult::Pass));
    assert!(asked <= 2, "{asked}");
}

#[test]
fn a_broken_signature_makes_up_for_nothing() {
    let (mut message, record) = signed();
    message.extend_from_slice(b"more\r\n");
    let zone = zone().with(name("may._domainkey.example.com"), Records::text(record));
    let mut receiver = receiver("203.0.113.9", "ann@example.com");
    receiver.handle_input(NOW, &message);
    receiver.handle_eof(NOW);
    answer_all(&zone, &mut receiver);
    let report = receiver.report().unwrap();
    assert_eq!((report.dmarc.result, report.dmarc.disposition), (DmarcResult::Fail, Policy::Reject));
    let result = report.header.results().iter().find(|result| result.method() == "dkim").unwrap();
    assert_eq!((result.result(), result.reason()), ("fail", Some("the body was changed")));
}

#[test]
fn a_key_that_nobody_answers_for_is_no_reason_to_refuse() {
    let (message, _) = signed();
    let mut zone = zone();
    zone.insert_error(name("may._domainkey.example.com"), RecordType::Txt, DnsError::Temporary);
    let mut receiver = receiver("203.0.113.9", "ann@example.com");
    receiver.handle_input(NOW, &message);
    receiver.handle_eof(NOW);
    answer_all(&zone, &mut receiver);
    assert_eq!(receiver.report().unwrap().dmarc.result, DmarcResult::TempError);
}

#[test]
fn a_slow_body_costs_no_deadline() {
    let mut receiver = receiver("192.0.2.1", "ann@example.com");
    receiver.handle_input(NOW, MESSAGE.as_bytes());
    answer_all(&zone(), &mut receiver);
    assert_eq!(receiver.poll_timeout(), None);
    receiver.handle_eof(NOW + std::time::Duration::from_secs(3600));
    assert_eq!(receiver.report().unwrap().dmarc.result, DmarcResult::Pass);
}

proptest! {
    #[test]
    fn pieces_change_nothing(pieces in proptest::collection::vec(0..40_usize, 0..20)) {
        prop_assert_eq!(receive(MESSAGE.as_bytes(), &pieces), receive(MESSAGE.as_bytes(), &[]));
    }

    #[test]
    fn no_message_and_no_answers_make_it_panic(
        message in any::<Vec<u8>>(),
        answers in proptest::collection::vec((0..12_u32, 0..4_u8), 0..40),
    ) {
        let mut receiver = receiver("2001:db8::1", "ann@example.com");
        receiver.handle_input(NOW, &message);
        for (id, choice) in answers {
            let _ = receiver.poll_query();
            let records = [Records::text("v=spf1 mx ptr -all"), Records::Ptr(vec![name("example.com")])];
            let answer = match choice {
                0 => Err(DnsError::NxDomain),
                1 => Err(DnsError::Temporary),
                2 => Ok(&records[0]),
                _ => Ok(&records[1]),
            };
            receiver.handle_answer(NOW, QueryId::new(id), answer);
        }
        receiver.handle_eof(NOW);
        while let Some(deadline) = receiver.poll_timeout() {
            receiver.handle_timeout(deadline);
        }
        prop_assert!(receiver.report().is_some());
    }
}
