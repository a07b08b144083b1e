//! Section 3.5: the tags of a signature, one by one, with their defaults and what they cannot be.

use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::crypto::SignatureAlgorithm;
use mail_auth_spf_dkim::dkim::{Canonicalization, Signature, SignatureError, TagListError};

const LEAST: &str = "v=1; a=rsa-sha256; d=example.org; s=may; h=from; bh=AAAA; b=BBBB";

fn parse(text: &str) -> Result<Signature, SignatureError> {
    Signature::parse(text.as_bytes())
}

/// The least signature with one tag written otherwise, or left out.
fn with(tag: &str, value: Option<&str>) -> Result<Signature, SignatureError> {
    let mut tags: Vec<String> =
        LEAST.split("; ").filter(|t| !t.starts_with(&format!("{tag}="))).map(str::to_owned).collect();
    tags.extend(value.map(|value| format!("{tag}={value}")));
    parse(&tags.join("; "))
}

#[test]
fn what_is_left_out_has_a_default() {
    let signature = parse(LEAST).unwrap();
    assert_eq!(signature.algorithm, SignatureAlgorithm::RsaSha256);
    assert_eq!(signature.header_canonicalization, Canonicalization::Simple);
    assert_eq!(signature.body_canonicalization, Canonicalization::Simple);
    assert_eq!(signature.domain.as_str(), "example.org");
    assert_eq!(signature.selector.as_str(), "may");
    assert_eq!(signature.identity, None);
    assert_eq!(signature.body_length, None);
    assert_eq!(signature.timestamp, None);
    assert_eq!(signature.expiration, None);
}

#[test]
fn what_must_be_there() {
    for tag in ["v", "a", "d", "s", "h", "bh", "b"] {
        let expected = SignatureError::Missing(match tag {
            "v" => "v",
            "a" => "a",
            "d" => "d",
            "s" => "s",
            "h" => "h",
            "bh" => "bh",
            _ => "b",
        });
        assert_eq!(with(tag, None).unwrap_err(), expected);
    }
}

#[test]
fn canonicalizations() {
    use Canonicalization::{Relaxed, Simple};
    for (value, header, body) in [
        ("simple", Simple, Simple),
        ("relaxed", Relaxed, Simple),
        ("relaxed/simple", Relaxed, Simple),
        ("simple/relaxed", Simple, Relaxed),
        ("relaxed/relaxed", Relaxed, Relaxed),
    ] {
        let signature = with("c", Some(value)).unwrap();
        assert_eq!((signature.header_canonicalization, signature.body_canonicalization), (header, body), "{value}");
    }
    for value in ["", "nowsp", "relaxed/", "/relaxed", "simple/simple/simple", "Relaxed"] {
        assert_eq!(with("c", Some(value)).unwrap_err(), SignatureError::Canonicalization, "{value}");
    }
}

#[test]
fn domains_are_domains() {
    for tag in ["d", "s"] {
        for value in
            ["", "example..org", ".example.org", "a b", "example.net(.example.com", "example.org\0", "ex@mple", "*"]
        {
            assert!(with(tag, Some(value)).is_err(), "{tag}={value:?}");
        }
    }
    // A name with a final dot is the same name, and case does not count.
    assert_eq!(with("d", Some("Example.ORG")).unwrap().domain.as_str(), "example.org");
    assert_eq!(with("d", Some("b\u{fc}cher.example")).unwrap().domain.as_str(), "xn--bcher-kva.example");
    let signature = with("s", Some("foo.bar")).unwrap();
    assert_eq!(signature.key_name().unwrap().as_str(), "foo.bar._domainkey.example.org");
    let long = format!("{0}.{0}.{0}.{1}", "x".repeat(63), "y".repeat(40));
    assert_eq!(with("s", Some(&long)).unwrap().key_name(), None);
}

#[test]
fn the_identity_is_within_the_domain() {
    for value in ["@example.org", "ann@example.org", "ann@mail.example.org", "a=3Db@EXAMPLE.org", "\"a@b\"@example.org"]
    {
        assert!(with("i", Some(value)).is_ok(), "{value}");
    }
    assert_eq!(with("i", Some("a=3Bb @example.org")).unwrap().identity.as_deref(), Some("a;b@example.org"));
    for value in ["ann@example.com", "ann@badexample.org", "@org"] {
        assert_eq!(with("i", Some(value)).unwrap_err(), SignatureError::Identity, "{value}");
    }
    for value in ["", "example.org", "ann@", "a=4@example.org", "a=FF@example.org"] {
        assert_eq!(with("i", Some(value)).unwrap_err(), SignatureError::Value("i"), "{value}");
    }
}

#[test]
fn numbers_are_numbers() {
    assert_eq!(with("l", Some("0")).unwrap().body_length, Some(0));
    assert_eq!(with("l", Some("18446744073709551616")).unwrap().body_length, Some(u64::MAX));
    assert_eq!(with("t", Some("1117574938")).unwrap().timestamp, Some(UnixTime::new(1_117_574_938)));
    for tag in ["l", "t", "x"] {
        for value in ["", "-1", "+1", "1.0", "1 2", "x", &"9".repeat(77)] {
            assert_eq!(with(tag, Some(value)).unwrap_err().to_string(), format!("the value of {tag}= is malformed"));
        }
    }
    let both = |t: &str, x: &str| parse(&format!("{LEAST}; t={t}; x={x}"));
    assert!(both("5", "6").is_ok());
    assert_eq!(both("5", "5").unwrap_err(), SignatureError::Expiration);
}

#[test]
fn what_is_unknown_is_told_apart_from_what_is_malformed() {
    for version in ["", "0", "2", "1.0", "01"] {
        assert_eq!(with("v", Some(version)).unwrap_err(), SignatureError::Version, "{version}");
    }
    for algorithm in ["", "rsa", "rsa-sha512", "RSA-SHA256", "dsa-sha256"] {
        assert_eq!(with("a", Some(algorithm)).unwrap_err(), SignatureError::Algorithm, "{algorithm}");
    }
    assert!(with("q", Some("dns/txt")).is_ok());
    assert!(with("q", Some("https : dns/txt")).is_ok());
    for method in ["", "dns", "dns/mx", "https"] {
        assert_eq!(with("q", Some(method)).unwrap_err(), SignatureError::QueryMethod, "{method}");
    }
    for tag in ["b", "bh"] {
        for value in ["", "?", "A", "=="] {
            assert!(with(tag, Some(value)).is_err(), "{tag}={value}");
        }
    }
}

#[test]
fn from_must_be_signed() {
    for list in ["from", "FROM", "to : From", "\r\n from :\r\n to"] {
        assert!(with("h", Some(list)).is_ok(), "{list:?}");
    }
    for list in ["", "to", "x-from", "froms"] {
        assert_eq!(with("h", Some(list)).unwrap_err(), SignatureError::FromNotSigned, "{list:?}");
    }
    assert_eq!(with("h", Some("from:a b")).unwrap_err(), SignatureError::Value("h"));
    let many = vec!["from"; 1001].join(":");
    assert_eq!(with("h", Some(&many)).unwrap_err(), SignatureError::Value("h"));
}

/// Section 6.1.1: a tag with a value that is no text is malformed, not missing. What the others say does not matter.
#[test]
fn tags_that_are_no_text_are_not_passed_over() {
    let parse = |tags: &[u8]| Signature::parse(&[b"v=1; bh=AAAA; b=BBBB; ", tags].concat());
    let octet = |position| Err(SignatureError::Syntax(TagListError::Octet(position)));
    let least = &b"a=rsa-sha256; d=example.org; s=may; h=from"[..];
    for tag in ["c", "i", "l", "q", "t", "x"] {
        let tags = [least, b"; ", tag.as_bytes(), b"= 1\xff"].concat();
        assert_eq!(parse(&tags), octet(70), "{tag}");
    }
    assert_eq!(parse(b"a=rsa-sha256; d=\xe9.example.org; s=may; h=from"), octet(38));
    assert_eq!(parse(b"a=rsa-sha256; d=example.org; s=may; h=from:\xff"), octet(65));
    assert!(parse(&[least, b"; z=\xff; n=\xff"].concat()).is_ok());
    assert_eq!(Signature::parse(b"v=\xff; a=rsa-sha256"), octet(2));
}
