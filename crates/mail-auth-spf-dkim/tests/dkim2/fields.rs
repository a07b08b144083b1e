//! Sections 8 to 10: the fields.

use mail_auth_spf_dkim::crypto::{HashAlgorithm, SignatureAlgorithm};
use mail_auth_spf_dkim::dkim::TagListError;
use mail_auth_spf_dkim::dkim2::{Custody, FieldError, MessageInstance, Path, Signature};
use proptest::prelude::*;

const TAGS: &str =
    "i=2; m=1; t=5; d=a.example; mf=PGFAYS5leGFtcGxlPg==; rt=PGJAYi5leGFtcGxlPg==,PD4=; s=x:rsa-sha256:QQ==;";

fn error(tags: &str) -> FieldError {
    Signature::parse(tags.as_bytes()).unwrap_err()
}

fn with(from: &str, to: &str) -> String {
    assert!(TAGS.contains(from));
    TAGS.replacen(from, to, 1)
}

#[test]
fn a_signature() {
    let signature = Signature::parse(TAGS.as_bytes()).unwrap();
    assert_eq!((signature.hop, signature.instance, signature.timestamp.seconds()), (2, 1, 5));
    let Custody::Envelope { mail_from, rcpt_to } = &signature.custody else { panic!("an envelope") };
    assert_eq!((mail_from.address(), rcpt_to.len()), ("a@a.example", 2));
    let groups = Signature::parse(with("s=x", "s=y:later:QQ==|z:ed25519-sha256:QQ==,x").as_bytes()).unwrap().groups;
    assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [1, 2]);
    let algorithms = groups.iter().flatten().map(|entry| entry.algorithm);
    let (ed25519, rsa) = (SignatureAlgorithm::Ed25519Sha256, SignatureAlgorithm::RsaSha256);
    assert_eq!(algorithms.collect::<Vec<_>>(), [None, Some(ed25519), Some(rsa)]);
}

#[test]
fn malformed_signatures() {
    for (from, to, expected) in [
        ("i=2", "j=2", FieldError::Missing("i")),
        ("i=2", "i=0", FieldError::Value("i")),
        ("i=2", "i=+2", FieldError::Value("i")),
        ("i=2", "i=99999999999", FieldError::Value("i")),
        ("m=1", "M=1", FieldError::Missing("m")),
        ("t=5", "t=-5", FieldError::Value("t")),
        ("t=5", "t=+5", FieldError::Value("t")),
        ("t=5", "t=", FieldError::Value("t")),
        ("d=a.example", "d=", FieldError::Value("d")),
        ("mf=PGFAYS5leGFtcGxlPg==", "mf=YUBhLmV4YW1wbGU=", FieldError::Value("mf")),
        ("mf=PGFAYS5leGFtcGxlPg==;", "", FieldError::Missing("mf")),
        ("rt=PGJAYi5leGFtcGxlPg==,PD4=", "rt=", FieldError::Value("rt")),
        ("rt=", "nd=b.example; rt=", FieldError::Unexpected("mf")),
        ("s=x:", "n=a b\u{7f}; s=x:", FieldError::Tags(TagListError::Octet(88))),
        ("s=x:rsa-sha256:QQ==", "s=", FieldError::Value("s")),
        ("s=x:rsa-sha256:QQ==", "s=x:rsa-sha256:", FieldError::Value("s")),
        ("s=x:", "s=x:ed25519-sha256:QQ==|x:", FieldError::DuplicateSelector),
    ] {
        assert_eq!(error(&with(from, to)), expected, "{to}");
    }
    let many: Vec<String> = (0..9).map(|number| format!("k{number}:rsa-sha256:QQ==")).collect();
    assert_eq!(error(&with("x:rsa-sha256:QQ==", &many.join(","))), FieldError::TooManyEntries);
    assert_eq!(error(&with("s=x:", &format!("n={}; s=x:", "n".repeat(65)))), FieldError::Value("n"));
    assert!(matches!(error(&with("i=2", "i=2; i=2")), FieldError::Tags(_)));
}

#[test]
fn tags_that_are_no_text_are_not_passed_over() {
    let parse = |tag: &[u8]| Signature::parse(&[TAGS.as_bytes(), tag].concat());
    for tag in ["nd", "n", "f"] {
        let error = parse(&[tag.as_bytes(), b"=\xff;"].concat()).unwrap_err();
        assert_eq!(error, FieldError::Tags(TagListError::Octet(TAGS.len() + tag.len() + 1)), "{tag}");
    }
    assert!(parse(b"note=\xff;").is_ok());
    assert_eq!(MessageInstance::parse(b"m=1; h=\xff;").unwrap_err(), FieldError::Tags(TagListError::Octet(7)));
}

#[test]
fn paths() {
    for path in
        ["<>", "<ann>", "<ann@a.example>", "<\"a b\"@a.example>", "<\"a\\\" b\"@a.example>", "<\"\u{a0}\".x@a.example>"]
    {
        assert_eq!(Path::parse(path).map(|path| format!("<{}>", path.address())), Some(path.to_owned()));
    }
    for path in [
        "ann@a.example",
        "< ann@a.example>",
        "<a b@a.example>",
        "<a\u{a0}b@a.example>",
        "<ann@a.\u{2003}example>",
        "<a\u{85}b@a.example>",
        "<\"a\tb\"@a.example>",
        "<\"a\" b@a.example>",
        "<\"a\\\" b@a.example>",
        "<\"a b@a.example>",
        "<ann@\"a b\".example>",
        "<@a.example>",
        "<a<b@a.example>",
    ] {
        assert_eq!(Path::parse(path), None, "{path}");
    }
}

#[test]
fn instances() {
    let hash = "A".repeat(43) + "=";
    let parse = |tags: &str| MessageInstance::parse(tags.as_bytes());
    let instance = parse(&format!("m=1; h=sha256:{hash}:{hash},later:QQ==:QQ==;")).unwrap();
    assert_eq!(instance.groups[0][0].algorithm, Some(HashAlgorithm::Sha256));
    assert_eq!(instance.groups[0][1].algorithm, None);
    assert_eq!(parse("m=1; h=sha256:QQ==:QQ==;").unwrap_err(), FieldError::Value("h"));
    assert_eq!(parse(&format!("m=1; h=sha256:{hash};")).unwrap_err(), FieldError::Value("h"));
    let twice = format!("m=1; h=sha256:{hash}:{hash}|sha256:{hash}:{hash};");
    assert_eq!(parse(&twice).unwrap_err(), FieldError::Value("h"));
    assert_eq!(parse(&format!("m=2; h=sha256:{hash}:{hash};")).unwrap_err(), FieldError::Missing("r"));
    assert_eq!(parse(&format!("m=2; h=sha256:{hash}:{hash}; r=!;")).unwrap_err(), FieldError::Value("r"));
}

proptest! {
    /// Whatever stands in a field, reading it ends.
    #[test]
    fn any_octets(octets in proptest::collection::vec(any::<u8>(), 0..200), tags in "[imtdnsfrh]=[ -~]{0,20}(;[mr][ft]=[A-Za-z0-9+/=]{0,20}){0,3}") {
        for text in [octets.as_slice(), tags.as_bytes()] {
            let _ = Signature::parse(text);
            let _ = MessageInstance::parse(text);
        }
    }
}
