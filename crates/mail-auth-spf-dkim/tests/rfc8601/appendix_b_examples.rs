//! The examples of RFC 8601 appendix B.

use mail_auth_spf_dkim::authres::AuthenticationResults;

fn parse(body: &str) -> AuthenticationResults {
    AuthenticationResults::parse(body.as_bytes()).unwrap()
}

#[test]
fn b_2_no_authentication_done() {
    let results = parse(" example.org 1; none");
    assert_eq!((results.authserv_id(), results.version()), ("example.org", Some(1)));
    assert!(results.results().is_empty());
    assert_eq!(results.to_string(), "Authentication-Results: example.org 1; none\r\n");
}

#[test]
fn b_3_one_method() {
    let results = parse(" example.com;\r\n          spf=pass smtp.mailfrom=example.net\r\n");
    let [spf] = results.results() else { panic!("one result") };
    assert_eq!((spf.method(), spf.result()), ("spf", "pass"));
    assert_eq!(spf.property("smtp", "mailfrom"), Some("example.net"));
}

#[test]
fn b_4_several_methods() {
    let results = parse(
        " example.com;\r\n auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n spf=pass smtp.mailfrom=example.net\r\n",
    );
    let [auth, spf] = results.results() else { panic!("two results") };
    assert_eq!(auth.property("smtp", "auth"), Some("sender@example.net"));
    assert_eq!(spf.result(), "pass");
}

#[test]
fn b_5_and_b_6_signatures() {
    let results = parse(
        " example.com;\r\n      dkim=pass reason=\"good signature\"\r\n        header.i=@mail-router.example.net;\r\n\
         \x20     dkim=fail reason=\"bad signature\"\r\n        header.i=@newyork.example.com",
    );
    let [good, bad] = results.results() else { panic!("two results") };
    assert_eq!(
        (good.reason(), good.property("header", "i")),
        (Some("good signature"), Some("@mail-router.example.net"))
    );
    assert_eq!((bad.result(), bad.reason()), ("fail", Some("bad signature")));
}

#[test]
fn b_7_comments_everywhere() {
    let results = parse(
        " foo.example.net (foobar) 1 (baz);\r\n    dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n\
         \x20     policy (A dot can go here) . (like that) expired\r\n\
         \x20     (this surprised me) = (as I wasn't expecting it) 1362471462",
    );
    assert_eq!((results.authserv_id(), results.version()), ("foo.example.net", Some(1)));
    let [dkim] = results.results() else { panic!("one result") };
    assert_eq!((dkim.method(), dkim.version(), dkim.result()), ("dkim", Some(1), "fail"));
    assert_eq!(dkim.property("policy", "expired"), Some("1362471462"));
}
