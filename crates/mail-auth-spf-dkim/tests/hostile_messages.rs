//! Messages and answers that are made to cost: of DKIM, ARC and the receiver. Whatever comes, memory has a limit, the
//! work is in proportion to the input, and there is a report.

use std::sync::Arc;

use allocation_counter::measure;
use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::authenticate::{Receiver, Session, Settings};
use mail_auth_spf_dkim::crypto::{PrivateKey, default_provider};
use mail_auth_spf_dkim::dkim::{
    Canonicalization, Cause, DkimResult, Identity, KeyRecord, Policy, Report, Signer, SigningSettings, Verifier,
};
use mail_auth_spf_dkim::dmarc::DmarcResult;
use mail_auth_spf_dkim::dns::{Asks, DnsError, MailExchange, Name, Records};
use mail_auth_spf_dkim::iprev::IprevResult;
use mail_auth_spf_dkim::spf::{Client, SpfResult};
use mail_wire::Instant;

const NOW: Instant = Instant::EPOCH;
const DATE: UnixTime = UnixTime::new(1_778_000_000);
const MESSAGE: &[u8] = b"From: Ann <ann@example.org>\r\nSubject: Hello\r\n\r\nHello!\r\n";

fn verifier() -> Verifier {
    Verifier::new(DATE, default_provider(), &Policy::default())
}

fn settings(form: Canonicalization) -> SigningSettings {
    let mut settings = SigningSettings::default();
    (settings.header_canonicalization, settings.body_canonicalization) = (form, form);
    settings
}

fn signer(form: Canonicalization) -> Signer {
    let key = default_provider().signing_key(&PrivateKey::from_ed25519_seed(&[7; 32])).unwrap();
    let (domain, selector) = (Name::parse("example.org").unwrap(), Name::parse("may").unwrap());
    let identity = Identity::new(domain, selector, Arc::from(key)).unwrap();
    Signer::new(DATE, default_provider(), vec![identity], &settings(form))
}

fn sign(message: &[u8], form: Canonicalization) -> Vec<u8> {
    let mut signer = signer(form);
    signer.handle_input(message);
    signer.handle_eof();
    [signer.fields().unwrap().unwrap().as_bytes(), message].concat()
}

fn key_record() -> Records {
    let key = default_provider().signing_key(&PrivateKey::from_ed25519_seed(&[7; 32])).unwrap();
    Records::text(KeyRecord::new(key.public_key()).to_string())
}

/// Verifies a message; every question gets this answer. Says how many there were.
fn verify_with(message: &[u8], answer: Result<&Records, DnsError>) -> (Report, usize) {
    let mut verifier = verifier();
    message.chunks(65_536).for_each(|piece| verifier.handle_input(NOW, piece));
    verifier.handle_eof(NOW);
    let mut questions = 0;
    while let Some(query) = verifier.poll_query() {
        questions += 1;
        verifier.handle_answer(NOW, query.id, answer);
    }
    (verifier.report().expect("everything is answered").clone(), questions)
}

fn verify(message: &[u8]) -> DkimResult {
    verify_with(message, Ok(&key_record())).0.signatures[0].result
}

/// Lets time pass until nothing is waited for.
fn give_up(machine: &mut impl Asks) -> usize {
    let mut rounds = 0;
    while let Some(due) = machine.poll_timeout() {
        machine.handle_timeout(due);
        rounds += 1;
        assert!(rounds < 10);
    }
    rounds
}

#[test]
fn a_thousand_signatures_with_keys_of_their_own_ask_ten_questions() {
    let signature = |n| {
        format!(
            "DKIM-Signature: v=1; a=ed25519-sha256; d=d{n}.example; s=s; h=from; bh=MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=; b=AAAA\r\n"
        )
    };
    let fields: String = (0..1000).map(signature).collect();
    let message = [fields.as_bytes(), MESSAGE].concat();
    let (report, questions) = verify_with(&message, Ok(&key_record()));
    assert_eq!((questions, report.signatures.len(), report.more_signatures), (10, 10, 990));
    assert!(report.signatures.iter().all(|outcome| outcome.result == DkimResult::Fail));
}

#[test]
fn lengths_of_their_own_cost_no_more_than_ten_hashes() {
    let signature = |n| {
        format!(
            "DKIM-Signature: v=1; a=ed25519-sha256; d=example.org; s=s; h=from; l={n}; bh=MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=; b=AAAA\r\n"
        )
    };
    let fields: String = (0..1000).map(signature).collect();
    let message = [fields.as_bytes(), MESSAGE].concat();
    let mut verifier = verifier();
    verifier.handle_input(NOW, &message);
    let mut held = 0;
    let piece = [b'x'; 65_536];
    for _ in 0..16 {
        held = held.max(measure(|| verifier.handle_input(NOW, &piece)).bytes_max);
    }
    assert!(held < 16 * 1024, "{held} bytes");
}

#[test]
fn a_header_of_the_smallest_fields() {
    let signed = sign(MESSAGE, Canonicalization::Relaxed);
    let fields = b"a:\r\n".repeat(240_000);
    let message = [&fields, signed.as_slice()].concat();
    let counted = measure(|| assert_eq!(verify(&message), DkimResult::Pass));
    assert!(counted.bytes_max < 32 * 1024 * 1024, "{} bytes", counted.bytes_max);
    let message = [signed.as_slice(), b"more\r\n"].concat();
    let message = [&b"From:x\r\n".repeat(130_000), message.as_slice()].concat();
    let (report, _) = verify_with(&message, Ok(&key_record()));
    assert_eq!(report.from_fields, 130_001);
    assert_ne!(report.signatures[0].result, DkimResult::Pass);
}

#[test]
fn a_thousand_names_in_ten_signatures_over_a_full_header() {
    let names = |name: &str| format!("{name}:").repeat(999) + "from";
    for name in ["a", "absent"] {
        let signature = format!(
            "DKIM-Signature: v=1; a=ed25519-sha256; d=example.org; s=may; h={}; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n",
            names(name)
        );
        let fields = "a: b\r\n".repeat(100_000);
        let message = [signature.repeat(10).as_bytes(), fields.as_bytes(), b"From: ann@example.org\r\n\r\n"].concat();
        let (report, questions) = verify_with(&message, Ok(&key_record()));
        assert_eq!((report.signatures.len(), questions), (10, 1));
        assert!(report.signatures.iter().all(|outcome| outcome.result != DkimResult::Pass));
    }
}

/// Pieces of 64 KiB in a body of 1 GiB.
const GIBIBYTE: usize = 16_384;

#[test]
fn a_body_of_a_gibibyte_is_hashed_and_not_held() {
    let mut piece = b"A line of the body,  as long as they are. \t\r\n\r\n".repeat(1_400);
    piece.truncate(65_536);
    for form in [Canonicalization::Simple, Canonicalization::Relaxed] {
        let mut signer = signer(form);
        signer.handle_input(b"From: Ann <ann@example.org>\r\n\r\n");
        let signing = measure(|| (0..GIBIBYTE).for_each(|_| signer.handle_input(&piece)));
        signer.handle_eof();
        let fields = signer.fields().unwrap().unwrap().to_owned();
        let mut verifier = verifier();
        verifier.handle_input(NOW, fields.as_bytes());
        verifier.handle_input(NOW, b"From: Ann <ann@example.org>\r\n\r\n");
        let query = verifier.poll_query().unwrap();
        verifier.handle_answer(NOW, query.id, Ok(&key_record()));
        let verifying = measure(|| (0..GIBIBYTE).for_each(|_| verifier.handle_input(NOW, &piece)));
        verifier.handle_eof(NOW);
        assert_eq!(verifier.report().unwrap().signatures[0].result, DkimResult::Pass);
        for counted in [signing, verifying] {
            assert!(counted.bytes_max < 8192, "{} bytes", counted.bytes_max);
        }
    }
}

#[test]
fn white_space_without_end() {
    for run in ["\r\n", " ", "\t", " \r\n", "\r\n \t", "\r", "\n"] {
        let body = run.repeat(1_000_000 / run.len());
        for form in [Canonicalization::Simple, Canonicalization::Relaxed] {
            let mut verifier = verifier();
            verifier.handle_input(NOW, &sign(b"From: Ann <ann@example.org>\r\n\r\n", form));
            let counted = measure(|| body.as_bytes().chunks(4096).for_each(|piece| verifier.handle_input(NOW, piece)));
            assert!(counted.bytes_max < 8192, "{} bytes for {run:?}", counted.bytes_max);
            let message = [b"From: Ann <ann@example.org>\r\n\r\n", body.as_bytes(), b"end"].concat();
            assert_eq!(verify(&sign(&message, form)), DkimResult::Pass, "{run:?}");
        }
    }
    let folded = format!("From: Ann <ann@example.org>\r\nSubject: a{}b\r\n\r\n", "\r\n ".repeat(300_000));
    for form in [Canonicalization::Simple, Canonicalization::Relaxed] {
        assert_eq!(verify(&sign(folded.as_bytes(), form)), DkimResult::Pass);
    }
    let signature = format!("DKIM-Signature: v{}=1; a=x\r\n", "\r\n ".repeat(300_000));
    let message = [signature.as_bytes(), MESSAGE].concat();
    assert_eq!(verify_with(&message, Ok(&key_record())).1, 0);
}

#[test]
fn answers_of_ten_thousand_records_are_read_as_far_as_the_policy_says() {
    let signed = sign(MESSAGE, Canonicalization::Relaxed);
    let Records::Txt(key) = key_record() else { panic!("keys are texts") };
    let with_key_at = |at: usize| {
        let mut texts = vec![b"v=DKIM1; p=!".to_vec(); 10_000];
        texts[at].clone_from(&key[0]);
        verify_with(&signed, Ok(&Records::Txt(texts))).0.signatures[0].result
    };
    assert_eq!(with_key_at(2), DkimResult::Pass);
    assert_eq!(with_key_at(3), DkimResult::PermError);
}

#[test]
fn records_of_64_kilobytes() {
    let signed = sign(MESSAGE, Canonicalization::Relaxed);
    let Records::Txt(key) = key_record() else { panic!("keys are texts") };
    let cause = |text: Vec<u8>| verify_with(&signed, Ok(&Records::text(text))).0.signatures[0].cause;
    assert!(matches!(cause([&b" ".repeat(65_000), key[0].as_slice()].concat()), Some(Cause::Key(_))));
    assert!(matches!(cause([key[0].as_slice(), b"; n=", &b"x".repeat(65_000)].concat()), Some(Cause::Key(_))));
    assert!(matches!(cause([key[0].as_slice(), &b"; p=".repeat(16_000)].concat()), Some(Cause::Key(_))));
    assert!(matches!(cause(b"v=DKIM1; p=".iter().chain(&b"A".repeat(65_000)).copied().collect()), Some(Cause::Key(_))));
    assert!(matches!(cause(b";".repeat(65_000)), Some(Cause::Key(_))));
    assert!(matches!(cause(b"\0".repeat(65_000)), Some(Cause::Key(_))));
    let many: String = (0..8_000).map(|n| format!("t{n}=; ")).collect();
    assert!(matches!(cause(many.into_bytes()), Some(Cause::Key(_))));
}

/// A DER element with a length of three octets.
fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = u32::try_from(contents.len()).unwrap().to_be_bytes();
    [&[tag, 0x83], &length[1..], contents].concat()
}

#[test]
fn published_keys_with_numbers_as_large_as_their_records() {
    use base64::Engine as _;
    let signed = String::from_utf8(sign(MESSAGE, Canonicalization::Relaxed)).unwrap();
    let signed = signed.replace("a=ed25519-sha256", "a=rsa-sha256").into_bytes();
    let huge = [&[0x7f][..], &[0x55; 40_000]].concat();
    for (modulus, exponent) in [(&huge, &vec![3]), (&vec![0x55; 256], &huge), (&huge, &huge)] {
        let der = element(0x30, &[element(2, modulus), element(2, exponent)].concat());
        let record = format!("v=DKIM1; p={}", base64::engine::general_purpose::STANDARD.encode(der));
        let (report, _) = verify_with(&signed, Ok(&Records::text(record)));
        assert!(matches!(report.signatures[0].cause, Some(Cause::Key(_))));
    }
}

#[test]
fn answers_that_never_come() {
    let mut verifier = verifier();
    verifier.handle_input(NOW, &sign(MESSAGE, Canonicalization::Relaxed));
    verifier.handle_eof(NOW);
    assert_eq!(give_up(&mut verifier), 1);
    assert_eq!(verifier.report().unwrap().signatures[0].result, DkimResult::TempError);
}

#[test]
fn a_receiver_whom_nobody_answers() {
    let message = sign(MESSAGE, Canonicalization::Relaxed);
    for polled in [false, true] {
        let client = Client::new("192.0.2.1".parse().unwrap(), "mail.example.org");
        let session = Session::new(DATE, client, "ann@example.org", "mx.example.net").unwrap();
        let mut receiver = Receiver::new(NOW, session, default_provider(), &Settings::default());
        receiver.handle_input(NOW, &message);
        receiver.handle_eof(NOW);
        while polled && receiver.poll_query().is_some() {}
        give_up(&mut receiver);
        assert_eq!(receiver.report().unwrap().dkim.signatures[0].result, DkimResult::TempError);
    }
}

#[test]
fn a_receiver_whom_everybody_answers_too_much_and_twice() {
    const MANY: usize = 100_000;
    let host = Name::parse("mail.example.org").unwrap();
    let exchange = MailExchange { preference: 1, exchange: host.clone() };
    let mut texts = vec![b"something else".to_vec(); MANY];
    texts[MANY / 2] = b"v=spf1 a ptr mx -all".to_vec();
    let answers = [
        Records::A(vec![[203, 0, 113, 9].into(); MANY]),
        Records::Mx(vec![exchange; MANY]),
        Records::Ptr(vec![host; MANY]),
        Records::Txt(texts),
    ];
    let message = sign(MESSAGE, Canonicalization::Relaxed);
    let client = Client::new("192.0.2.1".parse().unwrap(), "mail.example.org");
    let session = Session::new(DATE, client, "ann@example.org", "mx.example.net").unwrap();
    let mut receiver = Receiver::new(NOW, session, default_provider(), &Settings::default());
    receiver.handle_input(NOW, &message);
    receiver.handle_eof(NOW);
    let mut questions = 0;
    let counted = measure(|| {
        while let Some(query) = receiver.poll_query() {
            questions += 1;
            let answer = answers.iter().find(|records| records.record_type() == query.record_type).unwrap();
            receiver.handle_answer(NOW, query.id, Ok(answer));
            receiver.handle_answer(NOW, query.id, Err(DnsError::NxDomain));
        }
    });
    assert!(questions < 50, "{questions} questions");
    assert!(counted.bytes_max < 64 * 1024, "{} bytes", counted.bytes_max);
    let report = receiver.report().unwrap();
    assert_eq!((report.spf.result, report.helo.result), (SpfResult::PermError, SpfResult::PermError));
    assert_eq!(report.iprev.as_ref().unwrap().result, IprevResult::Fail);
    assert_eq!(report.dkim.signatures[0].result, DkimResult::PermError);
    assert_eq!(report.dmarc.result, DmarcResult::None);
}

#[cfg(feature = "arc")]
mod arc {
    use mail_auth_spf_dkim::arc::{ChainStatus, Verifier};

    use super::*;

    #[test]
    fn chains_of_thousands_ask_nothing() {
        let link = |n| {
            format!(
                "ARC-Seal: i={n}; a=ed25519-sha256; cv=pass; d=d{n}.example; s=s; b=AAAA\r\n\
                 ARC-Message-Signature: i={n}; a=ed25519-sha256; d=d{n}.example; s=s; h=from; bh=AAAA; b=AAAA\r\n\
                 ARC-Authentication-Results: i={n}; mx.example.org; none\r\n"
            )
        };
        for fields in [(1..4000).map(link).collect::<String>(), link(1).repeat(4000)] {
            let mut verifier = Verifier::new(default_provider(), &Policy::default());
            verifier.handle_input(NOW, &[fields.as_bytes(), MESSAGE].concat());
            verifier.handle_eof(NOW);
            assert_eq!(verifier.poll_query(), None);
            assert_eq!(verifier.report().unwrap().status, ChainStatus::Fail);
        }
    }
}
