//! Section 5.1: sealing.

use mail_auth_spf_dkim::arc::{ChainStatus, Sealer, SealerError};
use mail_auth_spf_dkim::crypto::{PrivateKey, SignatureAlgorithm, default_provider};
use mail_auth_spf_dkim::dkim::{Identity, Refused, SigningSettings};
use mail_auth_spf_dkim::dns::Name;
use rfc5322_message::fields::Fields;

use crate::sealing::{DATE, MESSAGE, replaced, results, seal, try_seal, try_seal_with, verify};

#[test]
fn three_fields_in_front() {
    let sealed = seal(MESSAGE, "list.example", ChainStatus::None);
    let fields: Vec<_> = Fields::new(&sealed).collect();
    let names: Vec<_> = fields.iter().take(3).map(|field| String::from_utf8_lossy(field.name()).into_owned()).collect();
    assert_eq!(names, ["ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results"]);
    assert!(fields.iter().all(|field| field.raw().split(|octet| *octet == b'\n').all(|line| line.len() <= 79)));
    assert!(sealed.ends_with(MESSAGE));
    let seal = String::from_utf8(fields[0].body().to_vec()).unwrap();
    assert!(seal.starts_with(" i=1; a=ed25519-sha256; cv=none;"), "{seal}");
    assert!(!seal.contains("h="));
}

#[test]
fn a_chain_of_three() {
    let mut message = MESSAGE.to_vec();
    let mut status = ChainStatus::None;
    for (instance, domain) in (1..).zip(["list.example", "forward.example", "list.example"]) {
        message = seal(&message, domain, status);
        let report = verify(&message);
        assert_eq!((report.status, report.links.len()), (ChainStatus::Pass, instance), "{:?}", report.cause);
        assert_eq!(report.oldest_pass, Some(0));
        let last = report.links.last().unwrap();
        assert_eq!(last.domain.as_str(), domain);
        assert_eq!(last.results.as_ref().unwrap(), &results(domain));
        status = report.status;
    }
}

#[test]
fn fifty_links_and_no_more() {
    let mut message = MESSAGE.to_vec();
    let mut status = ChainStatus::None;
    for _ in 0..50 {
        message = seal(&message, "list.example", status);
        status = ChainStatus::Pass;
    }
    let report = verify(&message);
    assert_eq!((report.status, report.links.len()), (ChainStatus::Pass, 50), "{:?}", report.cause);
    assert_eq!(try_seal(&message, "list.example", status), Err(SealerError::TooManyLinks));
}

#[test]
fn a_broken_chain_is_sealed_once_as_broken() {
    let sealed = seal(MESSAGE, "list.example", ChainStatus::None);
    let changed = replaced(&sealed, "Hello, list!", "Buy!");
    assert_eq!(verify(&changed).status, ChainStatus::Fail);
    let marked = seal(&changed, "forward.example", ChainStatus::Fail);
    let report = verify(&marked);
    assert_eq!(report.cause.unwrap().to_string(), "the chain was broken before link 2");
    assert_eq!(try_seal(&marked, "list.example", ChainStatus::Fail), Err(SealerError::Broken));
}

/// The fields of a message without those of one name and instance.
fn without(message: &[u8], name: &str, instance: &str) -> Vec<u8> {
    let instance = format!(" i={instance};");
    let gone =
        Fields::new(message).find(|field| field.is(name) && field.body().starts_with(instance.as_bytes())).unwrap();
    [&message[..gone.range().start], &message[gone.range().end..]].concat()
}

/// Step 3: one more than the highest instance, however many fields there are.
#[test]
fn the_link_of_a_broken_chain_has_the_next_instance() {
    let mut message = MESSAGE.to_vec();
    for status in [ChainStatus::None, ChainStatus::Pass, ChainStatus::Pass] {
        message = seal(&message, "list.example", status);
    }
    let [mut rest, mut results_only] = [message.clone(), message];
    for name in ["ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results"] {
        rest = without(&rest, name, "2");
    }
    assert_eq!(verify(&rest).status, ChainStatus::Fail);
    let sealed = seal(&rest, "forward.example", ChainStatus::Fail);
    assert!(sealed.starts_with(b"ARC-Seal: i=4; a=ed25519-sha256; cv=fail;"));
    for (name, instance) in [("ARC-Seal", "3"), ("ARC-Authentication-Results", "3"), ("ARC-Seal", "2")] {
        results_only = without(&results_only, name, instance);
    }
    let sealed = seal(&results_only, "forward.example", ChainStatus::Fail);
    assert!(sealed.starts_with(b"ARC-Seal: i=4;"));
    // Step 2: where the last has said that the chain is broken, others need not.
    let marked = seal(&rest, "forward.example", ChainStatus::Fail);
    let marked = without(&marked, "ARC-Seal", "3");
    assert_eq!(try_seal(&marked, "list.example", ChainStatus::Fail), Err(SealerError::Broken));
}

/// Section 4.1.2: not the fields of hosts on the way, but all DKIM signatures.
#[test]
fn what_the_signature_over_the_message_names() {
    let settings = SigningSettings::default().only_from().with_field("ARC-Seal").unwrap();
    let settings = settings.with_field_once_more("Authentication-Results").unwrap();
    let signed = [b"DKIM-Signature: v=1; b=\r\nDKIM-Signature: v=1; b=\r\n", MESSAGE].concat();
    let mut message = signed;
    for (status, instance) in [(ChainStatus::None, 1), (ChainStatus::Pass, 2)] {
        message = try_seal_with(&message, "list.example", status, &settings).unwrap();
        assert_eq!((verify(&message).status, verify(&message).links.len()), (ChainStatus::Pass, instance));
        assert!(String::from_utf8_lossy(&message).contains("h=From:From:DKIM-Signature:DKIM-Signature;"));
    }
    let stripped = replaced(&message, "DKIM-Signature: v=1; b=\r\n", "");
    assert_eq!(verify(&stripped).status, ChainStatus::Fail);
}

#[test]
fn the_chain_is_the_one_that_was_verified() {
    let sealed = seal(MESSAGE, "list.example", ChainStatus::None);
    assert_eq!(try_seal(&sealed, "forward.example", ChainStatus::None), Err(SealerError::OtherChain));
    assert_eq!(try_seal(MESSAGE, "forward.example", ChainStatus::Pass), Err(SealerError::OtherChain));
    assert_eq!(try_seal(MESSAGE, "forward.example", ChainStatus::Fail), Err(SealerError::OtherChain));
    let remains = [b"ARC-Seal: i=1\r\n", MESSAGE].concat();
    assert!(try_seal(&remains, "forward.example", ChainStatus::Fail).is_ok());
}

#[test]
fn what_cannot_be_sealed() {
    let malformed = b"From: a@example.org\r\nno field\r\n\r\n";
    assert_eq!(try_seal(malformed, "list.example", ChainStatus::None), Err(SealerError::Header));
    // A field in front of the line of an mbox would leave a line that is none.
    for mbox in ["From ann Fri Jul 11\r\n", "From ann Fri Jul 11\r\nFrom: ann@example.org\r\n\r\nHello\r\n"] {
        assert_eq!(try_seal(mbox.as_bytes(), "list.example", ChainStatus::None), Err(SealerError::Header));
    }
    let many = [&b"To: x\r\n".repeat(1001)[..], b"\r\n"].concat();
    assert_eq!(try_seal(&many, "list.example", ChainStatus::None), Err(SealerError::TooManyFields));
    // What the verifier could not read is not written.
    let (mut sealed, mut refused) = (0, 0);
    for count in (480..520).chain([600]) {
        let names: Vec<String> = (0..count).map(|number| format!("{number:x<60}")).collect();
        let add = |settings: SigningSettings, name: &String| settings.with_field(name).unwrap();
        let settings = names.iter().fold(SigningSettings::default().only_from(), add);
        let fields: String = names.iter().map(|name| format!("{name}: x\r\n")).collect();
        let message = [fields.as_bytes(), MESSAGE].concat();
        match try_seal_with(&message, "list.example", ChainStatus::None, &settings) {
            Ok(message) => {
                assert_eq!(verify(&message).status, ChainStatus::Pass, "{count}");
                sealed += 1;
            }
            Err(error) => {
                assert_eq!(error, SealerError::TooManyFields, "{count}");
                refused += 1;
            }
        }
    }
    assert!(sealed > 0 && refused > 1);
}

fn remote() -> Sealer {
    let (domain, selector) = (Name::parse("list.example").unwrap(), Name::parse("arc").unwrap());
    let identity = Identity::remote(domain, selector, SignatureAlgorithm::Ed25519Sha256).unwrap();
    let settings = SigningSettings::default();
    let mut sealer =
        Sealer::new(DATE, default_provider(), identity, results("list.example"), ChainStatus::None, &settings);
    sealer.handle_input(MESSAGE);
    sealer.handle_eof();
    sealer
}

#[test]
fn a_key_that_is_elsewhere_signs_twice() {
    let key = default_provider().signing_key(&PrivateKey::from_ed25519_seed(&[7; 32])).unwrap();
    let mut sealer = remote();
    for _ in 0..2 {
        assert!(sealer.fields().is_none());
        let request = sealer.poll_signature().unwrap();
        assert_eq!(sealer.poll_signature(), None);
        let signature = key.sign(request.algorithm, &request.message).unwrap();
        sealer.handle_signature(Ok(&signature));
        // Nobody waits for this one.
        sealer.handle_signature(Err(Refused));
    }
    let sealed = [sealer.fields().unwrap().unwrap().as_bytes(), MESSAGE].concat();
    assert_eq!(sealed, seal(MESSAGE, "list.example", ChainStatus::None));

    let mut sealer = remote();
    sealer.poll_signature().unwrap();
    sealer.handle_signature(Err(Refused));
    assert_eq!(sealer.fields(), Some(Err(SealerError::Refused)));
}
