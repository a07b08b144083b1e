//! RFC 8601 section 2.2: what is written reads the same, and nothing breaks out of a value.

use mail_auth_spf_dkim::authres::{AuthenticationResults, MethodResult};
use proptest::prelude::*;

fn field(property: &str, reason: &str, comment: &str) -> String {
    let mut results = AuthenticationResults::new("mx.example.org").unwrap();
    let result = MethodResult::new("dkim", "fail").unwrap().with_comment(comment).with_reason(reason);
    results.push(result.with_property("header", "d", property).unwrap());
    results.to_string()
}

/// The body of a field, if it is one field: every line but the first is folded.
fn only_body(field: &str) -> &str {
    let body = field.strip_prefix("Authentication-Results:").unwrap();
    let lines = body.strip_suffix("\r\n").unwrap();
    assert!(
        lines.split("\r\n").skip(1).all(|line| line.starts_with('\t') && !line.contains(['\r', '\n'])),
        "{field:?}"
    );
    body
}

#[test]
fn the_injections_of_cve_2020_12272_stay_in_their_value() {
    for attack in ["example.net(.example.com", "example.net\";spf=pass", "a\r\nX: y", "a; dkim=pass header.d=b", "a\\"]
    {
        let written = field(attack, attack, attack);
        let read = AuthenticationResults::parse(only_body(&written).as_bytes()).unwrap();
        assert_eq!(read.results().len(), 1, "{written}");
        assert_eq!(read.results()[0].result(), "fail");
    }
}

#[test]
fn words_are_keywords() {
    for word in ["", "dk im", "dkim=pass", "dkim;", "dkim-", "d\r\n", "\u{e4}"] {
        assert!(MethodResult::new(word, "pass").is_err(), "{word:?}");
        assert!(MethodResult::new("dkim", word).is_err(), "{word:?}");
    }
    assert!(AuthenticationResults::new(" ").is_err());
}

#[test]
fn malformed_fields_say_where() {
    for (body, position) in [
        ("", 0),
        (" example.org dkim=pass", 13),
        (" example.org; dkim", 18),
        (" example.org; dkim=", 19),
        (" example.org; dkim=pass header", 30),
        (" example.org; dkim=pass header.d", 32),
        (" example.org (unclosed", 22),
        (" \"unclosed", 10),
        (" example.org; none; dkim=pass", 18),
    ] {
        assert_eq!(
            AuthenticationResults::parse(body.as_bytes()).map_err(|error| error.position),
            Err(position),
            "{body:?}"
        );
    }
}

#[test]
fn what_hosts_write_in_the_wild_reads() {
    let body = " mx.google.com;\r\n dkim=pass header.i=@x.org header.s=s1 header.b=aB/+c==;\r\n \
                dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=x.org;";
    let results = AuthenticationResults::parse(body.as_bytes()).unwrap();
    assert_eq!(results.results()[0].property("header", "b"), Some("aB/+c=="));
    assert_eq!(results.results()[1].property("header", "from"), Some("x.org"));
}

/// A value that was cut short, or had an octet replaced, does not change its form when it is read and written again.
#[test]
fn what_was_written_once_is_written_the_same_again() {
    for value in ["ix%g\u{fffd}.i=-@-".to_owned(), "a\u{e9}b".to_owned(), "x".repeat(400), "y".repeat(300)] {
        let written = field(&value, &value, "");
        let read = AuthenticationResults::parse(only_body(&written).as_bytes()).unwrap();
        assert_eq!(read.to_string(), written);
    }
}

#[test]
fn half_an_address_is_no_other_address() {
    let value = format!("{}@victim.example{}@example.org", "u".repeat(285), "x".repeat(40));
    let field = field(&value, "", "");
    assert!(field.contains("@victim.exampl?\""), "{field}");
}

/// Section 2.2: the local-part of an address may be a quoted string. Without its quotes it would be another address.
#[test]
fn a_local_part_keeps_its_quotes() {
    for address in
        ["\"a@evil.example\"@example.com", "\"a b\"@example.com", "\"a\\\"; \\\\\"@example.com", "\"\"@example.com"]
    {
        let body = format!(" mx.example.org; spf=pass smtp.mailfrom={address} (a comment);\r\n dkim=none");
        let read = AuthenticationResults::parse(body.as_bytes()).unwrap();
        assert_eq!(read.results()[0].property("smtp", "mailfrom"), Some(address));
        let written = read.to_string();
        assert!(written.contains(&format!("smtp.mailfrom={address};")), "{written}");
        assert_eq!(AuthenticationResults::parse(only_body(&written).as_bytes()).unwrap(), read);
    }
    let folded = AuthenticationResults::parse(b" x.org; spf=pass smtp.mailfrom=\"a\r\n b\"@example.com").unwrap();
    assert_eq!(folded.results()[0].property("smtp", "mailfrom"), Some("\"a b\"@example.com"));
    let no_address = ["\"a", "\"a\"", "\"a\"b\"@x.org", "\"a\\\"@x.org", "\"@x.org", "\"a\"@", "\"a\"@b c"];
    for value in no_address {
        let read = AuthenticationResults::parse(only_body(&field(value, "", "")).as_bytes()).unwrap();
        assert_eq!(read.results()[0].property("header", "d"), Some(value));
        assert_eq!(read.results()[0].properties().len(), 1, "{value}");
    }
}

#[test]
fn an_authserv_id_that_is_no_token_is_quoted() {
    for id in ["@x", "%@x", "a b", "a\"b", "mx.example.org"] {
        let body = AuthenticationResults::new(id).unwrap().body().to_string();
        assert_eq!(AuthenticationResults::parse(body.as_bytes()).unwrap().authserv_id(), id, "{body:?}");
    }
}

/// What is written must be what is looked for on the way in.
#[test]
fn an_authserv_id_is_written_as_it_is_or_not_at_all() {
    let results = AuthenticationResults::new("mx.B\u{fc}cher.example").unwrap();
    assert_eq!(results.body().to_string(), "mx.xn--bcher-kva.example; none\r\n");
    assert!(results.is_by("MX.b\u{fc}cher.example."));
    assert!(AuthenticationResults::new(&"x".repeat(300)).is_ok());
    for id in [&"x".repeat(301), "b\u{fc}cher/1", "a\r\nb", "a\0", "ban\u{212a}.example"] {
        assert!(AuthenticationResults::new(id).is_err(), "{id:?}");
    }
    let read = AuthenticationResults::parse("mx.b\u{fc}cher.example; none".as_bytes()).unwrap();
    assert_eq!(read.body().to_string(), "mx.xn--bcher-kva.example; none\r\n");
}

proptest! {
    #[test]
    fn values_read_as_they_were_written(value in "[ -~]{0,80}", reason in "[ -~]{0,80}", comment in any::<String>()) {
        let written = field(&value, &reason, &comment);
        let read = AuthenticationResults::parse(only_body(&written).as_bytes()).unwrap();
        let result = &read.results()[0];
        prop_assert_eq!(result.property("header", "d"), Some(value.as_str()));
        prop_assert_eq!(result.reason(), Some(reason.as_str()));
        prop_assert_eq!(read.results().len(), 1);
    }

    #[test]
    fn no_value_makes_a_second_field_or_a_long_line(value in any::<String>(), id in "[^ \t\r\n\u{b}-\u{d}\u{85}\u{a0}\u{2000}-\u{3000}]{1,900}") {
        let written = field(&value, &value, "");
        prop_assert!(only_body(&written).lines().all(|line| line.len() <= 998));
        if let Ok(mut results) = AuthenticationResults::new(&id) {
            results.push(MethodResult::new("spf", "none").unwrap());
            prop_assert!(only_body(&results.to_string()).lines().all(|line| line.len() <= 998));
        }
    }

    #[test]
    fn no_body_makes_the_parser_panic(body in any::<Vec<u8>>(), text in "[a-z;=./\"\\\\() \r\n]{0,60}") {
        let _ = AuthenticationResults::parse(&body);
        let _ = AuthenticationResults::parse(text.as_bytes());
    }
}
