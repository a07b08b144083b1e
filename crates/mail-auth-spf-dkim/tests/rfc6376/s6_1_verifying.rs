//! Section 6.1: verifying, and what goes wrong on the way.

use std::time::Duration;

use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::crypto::default_provider;
use mail_auth_spf_dkim::dkim::{Cause, DkimResult, Key, Policy, SigningSettings, Verifier};
use mail_auth_spf_dkim::dns::{DnsError, QueryId, Records};
use mail_wire::Instant;

use crate::verifying::{
    DATE, MESSAGE, NOW, identity, key_record, replaced, sign, sign_with, verdict, verify, verify_in_pieces, zone,
};

fn verifier() -> Verifier {
    Verifier::new(DATE, default_provider(), &Policy::default())
}

#[test]
fn a_message_without_signatures() {
    let report = verify(MESSAGE, &zone());
    assert!(report.signatures.is_empty());
    assert_eq!(report.from_fields, 1);
    assert!(verify(b"", &zone()).signatures.is_empty());
}

#[test]
fn questions_are_there_at_the_end_of_the_header_and_asked_once() {
    let signed = sign(&sign(MESSAGE));
    let end = signed.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    let mut verifier = verifier();
    verifier.handle_input(NOW, &signed[..end - 1]);
    assert_eq!(verifier.poll_query(), None);
    assert_eq!(verifier.poll_timeout(), None);
    verifier.handle_input(NOW, &signed[end - 1..end]);
    let query = verifier.poll_query().unwrap();
    assert_eq!(query.name.as_str(), "may._domainkey.example.org");
    assert_eq!(verifier.poll_query(), None);
    verifier.handle_answer(NOW, query.id, Ok(&Records::text(key_record())));
    assert_eq!(verifier.poll_timeout(), None);
    verifier.handle_input(NOW, &signed[end..]);
    assert!(verifier.report().is_none());
    verifier.handle_eof(NOW);
    assert_eq!(verifier.report().unwrap().passed().count(), 2);
}

#[test]
fn answers_that_are_late_wrong_or_double() {
    let signed = sign(MESSAGE);
    let mut verifier = verifier();
    verifier.handle_input(NOW, &signed);
    verifier.handle_eof(NOW);
    let key = Records::text(key_record());
    // Before it is asked, and to a question that there is not.
    verifier.handle_answer(NOW, QueryId::new(0), Ok(&key));
    verifier.handle_answer(NOW, QueryId::new(99), Ok(&key));
    assert!(verifier.report().is_none());
    let query = verifier.poll_query().unwrap();
    verifier.handle_answer(NOW, query.id, Err(DnsError::NxDomain));
    let report = verifier.report().unwrap().clone();
    assert_eq!(report.signatures[0].cause, Some(Cause::NoKey(DnsError::NxDomain)));
    verifier.handle_answer(NOW, query.id, Ok(&key));
    assert_eq!(verifier.report(), Some(&report));
}

/// It is signed, though nobody can know what: `none` would say that it is not.
#[test]
fn a_line_that_is_no_field_hides_no_signature() {
    let signed = sign(MESSAGE);
    for message in [[b"no field\r\n", &signed[..]].concat(), [b"no\r\nfield\r\n", &signed[..]].concat()] {
        let mut verifier = verifier();
        verifier.handle_input(NOW, &message);
        verifier.handle_eof(NOW);
        assert!(verifier.poll_query().is_none());
        let [outcome] = verifier.report().unwrap().signatures.as_slice() else { panic!("one signature") };
        assert_eq!((outcome.cause, outcome.result), (Some(Cause::Header), DkimResult::PermError));
    }
}

#[test]
fn records_of_another_type_say_nothing_about_the_key() {
    let address = Records::address("192.0.2.1".parse().unwrap());
    let cases = [
        (address, Cause::Dns(DnsError::Temporary), DkimResult::TempError),
        (Records::Txt(Vec::new()), Cause::NoKey(DnsError::NoData), DkimResult::PermError),
    ];
    for (records, cause, result) in cases {
        let mut verifier = verifier();
        verifier.handle_input(NOW, &sign(MESSAGE));
        verifier.handle_eof(NOW);
        let query = verifier.poll_query().unwrap();
        verifier.handle_answer(NOW, query.id, Ok(&records));
        let outcome = &verifier.report().unwrap().signatures[0];
        assert_eq!((outcome.cause.as_ref(), outcome.result), (Some(&cause), result));
    }
}

#[test]
fn the_dns_has_its_time_and_no_more() {
    let mut verifier = verifier();
    verifier.handle_input(NOW, &sign(MESSAGE));
    let deadline = verifier.poll_timeout().unwrap();
    assert_eq!(deadline, NOW + Duration::from_secs(20));
    let query = verifier.poll_query().unwrap();
    verifier.handle_timeout(NOW + Duration::from_millis(19_999));
    assert_eq!(verifier.poll_timeout(), Some(deadline));
    verifier.handle_timeout(deadline);
    assert_eq!(verifier.poll_timeout(), None);
    verifier.handle_answer(deadline, query.id, Ok(&Records::text(key_record())));
    verifier.handle_eof(deadline);
    assert_eq!(verifier.report().unwrap().signatures[0].result, DkimResult::TempError);
}

#[test]
fn a_key_made_ready_before() {
    let key = Key::parse(default_provider(), key_record().as_bytes()).unwrap();
    for _ in 0..2 {
        let mut verifier = verifier();
        verifier.handle_input(NOW, &sign(MESSAGE));
        let query = verifier.poll_query().unwrap();
        verifier.handle_key(NOW, query.id, key.clone());
        verifier.handle_eof(NOW);
        assert_eq!(verifier.report().unwrap().signatures[0].result, DkimResult::Pass);
    }
}

#[test]
fn times() {
    let mut settings = SigningSettings::default();
    settings.expires_after = Some(Duration::from_secs(1000));
    let signed = sign_with(MESSAGE, vec![identity()], &settings);
    let at = |seconds: i64| {
        let date = UnixTime::new(DATE.seconds().saturating_add_signed(seconds));
        verify_in_pieces(&signed, &zone(), date, &Policy::default(), &[]).signatures[0].cause
    };
    assert_eq!(at(0), None);
    assert_eq!(at(1300), None);
    assert_eq!(at(1301), Some(Cause::Expired));
    assert_eq!(at(-300), None);
    assert_eq!(at(-301), Some(Cause::Future));
}

#[test]
fn a_thousand_signatures_cost_ten() {
    let signed = sign(MESSAGE);
    let field = &signed[..signed.len() - MESSAGE.len()];
    let message = [&field.repeat(1000), MESSAGE].concat();
    let report = verify(&message, &zone());
    assert_eq!((report.signatures.len(), report.more_signatures), (10, 990));
    assert!(report.signatures.iter().all(|outcome| outcome.result == DkimResult::Pass));
}

#[test]
fn a_header_that_others_read_otherwise() {
    let signed = sign(MESSAGE);
    let message = replaced(&signed, "To: Bob", "not a field\r\nTo: Bob");
    assert_eq!(verdict(&message, &zone()), "permerror: the header of the message is malformed or too long");
    let message = [&signed[..signed.len() - MESSAGE.len()], &b"X: y\r\n".repeat(200_000), MESSAGE].concat();
    assert_eq!(verdict(&message, &zone()), "permerror: the header of the message is malformed or too long");
}

#[test]
fn a_signature_that_cannot_be_read_still_says_whose_it_is() {
    let message = [b"DKIM-Signature: v=1; a=rsa-sha9; d=Example.org; s=may; h=from; bh=AA; b=AA\r\n", MESSAGE].concat();
    let report = verify(&message, &zone());
    let [outcome] = report.signatures.as_slice() else { panic!() };
    assert_eq!(outcome.result, DkimResult::Neutral);
    assert_eq!(outcome.domain.as_ref().unwrap().as_str(), "example.org");
    assert_eq!(outcome.selector.as_ref().unwrap().as_str(), "may");
    assert_eq!(outcome.signature, None);
    assert_eq!(outcome.field, 0..76);
}

#[test]
fn nothing_after_the_end_counts() {
    let mut verifier = verifier();
    verifier.handle_input(NOW, &sign(MESSAGE));
    verifier.handle_eof(NOW);
    verifier.handle_input(NOW, b"more");
    verifier.handle_eof(NOW);
    let query = verifier.poll_query().unwrap();
    verifier.handle_answer(Instant::EPOCH, query.id, Ok(&Records::text(key_record())));
    assert_eq!(verifier.report().unwrap().signatures[0].result, DkimResult::Pass);
}

#[test]
fn white_space_does_not_break_a_relaxed_signature() {
    let signed = sign(MESSAGE);
    let message = replaced(&signed, "Subject: Is dinner ready?", "SUBJECT :  Is\r\n\tdinner   ready?  ");
    assert_eq!(verdict(&message, &zone()), "pass");
    let message = replaced(&signed, "We lost the game.  Are", "We\tlost   the game. Are");
    assert_eq!(verdict(&message, &zone()), "pass");
    let message = [signed.as_slice(), b"\r\n \r\n\t\r\n"].concat();
    assert_eq!(verdict(&message, &zone()), "pass");
}
