//! RFC 8601 section 5: forged fields are cut, all in one pass.

use mail_auth_spf_dkim::authres::{AuthenticationResults, forged, without};
use proptest::prelude::*;

fn cut(message: &str, authserv_id: &str) -> String {
    let ranges = forged(message.as_bytes(), authserv_id);
    String::from_utf8(without(message.as_bytes(), &ranges).collect::<Vec<_>>().concat()).unwrap()
}

#[test]
fn every_forgery_goes_and_nothing_else() {
    let message = "Authentication-Results: mx.example.org; spf=pass\r\n\
                   Received: from x\r\n\
                   authentication-results : (hi) \"MX.Example.ORG\" 1;\r\n dkim=pass\r\n header.d=bank.example\r\n\
                   Authentication-Results: elsewhere.org; spf=pass\r\n\
                   Authentication-Results:\r\n mx.example.org.; spf=pass\r\n\
                   ARC-Authentication-Results: i=1; mx.example.org; spf=pass\r\n\
                   Subject: x\r\n\
                   Authentication-Results: mx.example.org; dmarc=pass\r\n\
                   \r\n\
                   Authentication-Results: mx.example.org; in the body\r\n";
    let left = "Received: from x\r\n\
                Authentication-Results: elsewhere.org; spf=pass\r\n\
                ARC-Authentication-Results: i=1; mx.example.org; spf=pass\r\n\
                Subject: x\r\n\
                \r\n\
                Authentication-Results: mx.example.org; in the body\r\n";
    assert_eq!(cut(message, "mx.example.org"), left);
}

#[test]
fn adjacent_forgeries_do_not_shelter_each_other() {
    let message = "Authentication-Results: a.org; x=y\r\n".repeat(50);
    assert_eq!(cut(&message, "a.org"), "");
}

#[test]
fn what_others_may_read_otherwise_goes_too() {
    assert_eq!(cut("Authentication-Results: (open mx.example.org; dkim=pass\r\n\r\n", "mx.example.org"), "\r\n");
    assert_eq!(cut("Authentication-Results: ; dkim=pass\r\n\r\n", "mx.example.org"), "\r\n");
}

#[test]
fn a_line_that_is_no_field_hides_nothing() {
    let message = "To: a\r\nnot a field\r\nAuthentication-Results: a.org; x=y\r\nat all\r\n\r\nbody";
    assert_eq!(cut(message, "a.org"), "To: a\r\nnot a field\r\nat all\r\n\r\nbody");
}

/// To some readers a CR that stands alone ends a line.
#[test]
fn nothing_hides_behind_a_cr_that_stands_alone() {
    for hiding in [
        "X-A: b\rAuthentication-Results: a.org; x=y\r\n",
        "X-A: b\r\n c\r\rauthentication-results :\r a.org; x=y\r\n",
        "X-A: b\rAuthentication-Results: (\r\n",
        "X-A: b\rAuthentication-Results: a\r\n .org; dkim=pass\r\n",
        "X-A: b\rAuthentication-Results: b.org\r\n 2; dkim=pass\r\n",
        "X-A: b\rAuthentication-Results: b\r\n (,) a.org; dkim=pass\r\n",
        "X-A: b\rAuthentication-Results\r\n : a.org; dkim=pass\r\n",
        "X-A: b\r\n c\rd\rAuthentication-Results:\r\n\ta.org; dkim=pass\r\n",
        "X-A: b\rAuthentication-Results: a\r .org; dkim=pass\r\n",
        "X-A: b\rAuthentication-Results\r\t: a.org; dkim=pass\r\n",
        "X-A: b\rAuthentication-Results: b.org\r 2; dkim=pass\r\n",
        "X-A: b\rAuthentication-Results: b\r (,) a.org; dkim=pass\r\n",
        "no field\rAuthentication-Results: a\r .org; dkim=pass\r\n",
        "no field\rAuthentication-Results: a.org; x=y\r\n",
        "no field\rAuthentication-Results: a.org;\r\n ; dkim=pass header.d=bank.example\r\n",
    ] {
        assert_eq!(
            cut(&format!("To: a\r\n{hiding}Subject: b\r\n\r\n"), "a.org"),
            "To: a\r\nSubject: b\r\n\r\n",
            "{hiding:?}"
        );
    }
    let mbox = "From x\rAuthentication-Results: a.org; x=y\r\nSubject: b\r\n\r\n";
    assert_eq!(cut(mbox, "a.org"), "Subject: b\r\n\r\n");
    let continued = "From x\rAuthentication-Results: a.org; x=y\r\n ; dkim=pass\r\n\tx\r\nSubject: b\r\n\r\n";
    assert_eq!(cut(continued, "a.org"), "Subject: b\r\n\r\n");
    let mbox = "From x\r\nAuthentication-Results: a.org; x=y\r\nSubject: b\r\n\r\n";
    assert_eq!(cut(mbox, "a.org"), "From x\r\nSubject: b\r\n\r\n");
    let behind = "To: a\r\nno field\r\nFrom x\rAuthentication-Results: a.org; x=y\r\nSubject: b\r\n\r\n";
    assert_eq!(cut(behind, "a.org"), "To: a\r\nno field\r\nSubject: b\r\n\r\n");
    let other = "X-A: b\rAuthentication-Results: b.org; x=y\r\n\r\n";
    assert_eq!(cut(other, "a.org"), other);
    let many = format!("X-A: {}\r\n\r\n", "\rAuthentication-Results: b.org".repeat(40_000));
    assert_eq!(cut(&many, "a.org"), many);
}

/// What begins with a blank would continue the results of this host that are put in front.
#[test]
fn nothing_continues_the_results_in_front() {
    let message = " ; dkim=pass header.d=bank.example\r\n\tx\r\nTo: a\r\n b\r\n\r\n";
    assert_eq!(cut(message, "a.org"), "To: a\r\n b\r\n\r\n");
    assert_eq!(cut(" only", "a.org"), "");
}

#[test]
fn what_is_of_an_unknown_version_goes() {
    for version in ["2", "0", "99999999999", "1 2"] {
        let message = format!("Authentication-Results: b.org {version}; x=y\r\n\r\n");
        let left = if version == "1 2" { message.as_str() } else { "\r\n" };
        assert_eq!(cut(&message, "a.org"), left, "{version}");
    }
}

#[test]
fn international_names_are_compared_by_their_a_labels() {
    let message = "Authentication-Results: mx.B\u{fc}cher.example; spf=pass\r\n\r\n";
    assert_eq!(cut(message, "mx.xn--bcher-kva.example"), "\r\n");
}

/// Some readers take comments and blanks out before they look for the authserv-id, others look for it anywhere.
#[test]
fn an_authserv_id_in_pieces_is_found() {
    for claim in [
        "mx.exam(x)ple.org",
        "mx.exam ple.org",
        "mx.exam\r\n ple.org",
        "mx.exam\"ple.org\"",
        "\"mx.exam\"ple.org",
        "b.org mx.example.org",
        "b.org/mx.example.org",
        "b.org\u{1}",
        "m\u{2179}.example.org",
        "mx.example\u{2024}org",
    ] {
        assert_eq!(
            cut(&format!("Authentication-Results: {claim}; dmarc=pass\r\n\r\n"), "mx.example.org"),
            "\r\n",
            "{claim:?}"
        );
    }
    assert_eq!(cut("Authentication-Results: mx.exam(x)1(x)ple.org; dmarc=pass\r\n\r\n", "mx.exam1ple.org"), "\r\n");
    assert_eq!(cut("Authentication-Results: mx.exam (x) 1; dmarc=pass\r\n\r\n", "mx.exam1"), "\r\n");
    for claim in ["b(x).org", "b.org (x) 1 (y)", "(x)b.org"] {
        let message = format!("Authentication-Results: {claim}; dmarc=pass\r\n\r\n");
        let left = if claim.starts_with("b(") { "\r\n" } else { message.as_str() };
        assert_eq!(cut(&message, "mx.example.org"), left, "{claim:?}");
    }
}

/// A line with so many blanks in front of its colon is no field to all readers, but to some.
#[test]
fn blanks_in_front_of_the_colon_hide_nothing() {
    let blanks = " \t".repeat(500);
    for name in [
        format!("Authentication-Results{blanks}"),
        format!("X\rauthentication-results{blanks}"),
        "Authentication-Results\r\n ".to_owned(),
    ] {
        let message = format!("To: a\r\n{name}: a.org; dmarc=pass\r\n x\r\nSubject: b\r\n\r\n");
        assert_eq!(cut(&message, "a.org"), "To: a\r\nSubject: b\r\n\r\n");
        let message = message.replace("a.org", "b.org");
        assert_eq!(cut(&message, "a.org"), message);
    }
}

proptest! {
    #[test]
    fn what_is_written_is_found(
        id in prop_oneof![any::<String>(), "[ -~]{1,310}", "[a-zA-Z\u{e4}\u{212a}\u{ff0e}\u{3a3}. ]{1,20}", "[xX\u{fc}]{1,61}(\\.[a-z]{1,61}){0,6}"],
    ) {
        if let Ok(results) = AuthenticationResults::new(&id) {
            let field = results.to_string();
            prop_assert_eq!(cut(&field, &id), "");
            prop_assert_eq!(cut(&field, results.authserv_id()), "");
            let read = AuthenticationResults::parse(field.split_once(':').unwrap().1.as_bytes()).unwrap();
            prop_assert_eq!(read.authserv_id(), results.authserv_id());
            prop_assert!(read.is_by(&id));
        }
    }

    #[test]
    fn after_cutting_nothing_is_forged(
        fields in proptest::collection::vec("(Authentication-Results: (a\\.org|\"A\\.org\"|b\\.org|\\(x); x=y|To: a)\r\n", 0..20),
    ) {
        let message = fields.concat() + "\r\nbody";
        let cut = cut(&message, "a.org");
        prop_assert!(forged(cut.as_bytes(), "a.org").is_empty());
        prop_assert_eq!(cut.matches("To: a").count(), message.matches("To: a").count());
        prop_assert_eq!(cut.matches(": b.org").count(), message.matches(": b.org").count());
    }

    #[test]
    fn any_ranges_cut_only_what_is_there(
        message in any::<Vec<u8>>(),
        ranges in proptest::collection::vec((0..300_usize, 0..300_usize), 0..5),
    ) {
        let ranges: Vec<_> = ranges.into_iter().map(|(a, b)| a.min(b)..a.max(b)).collect();
        let left: usize = without(&message, &ranges).map(<[u8]>::len).sum();
        prop_assert!(left <= message.len());
    }
}
