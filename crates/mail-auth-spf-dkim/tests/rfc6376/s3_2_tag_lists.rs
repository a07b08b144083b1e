//! Section 3.2: lists of tags, as the records of keys show them.

use mail_auth_spf_dkim::dkim::{KeyRecord, KeyRecordError, TagListError};

const KEY: &str = "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

fn parse(text: &str) -> Result<KeyRecord, KeyRecordError> {
    KeyRecord::parse(text.as_bytes())
}

fn error(text: &str) -> TagListError {
    match parse(text) {
        Err(KeyRecordError::Syntax(error)) => error,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn white_space_and_folds_stand_anywhere_between() {
    for text in [
        format!("k=ed25519;{KEY}"),
        format!(" k = ed25519 ; {KEY} ;"),
        format!("k\r\n =\r\n\ted25519\r\n ;\r\n {KEY};\r\n "),
        "k=ed25519; p=11qYAYKxCrfVS/7TyWQ\r\n HOg7hcvPapi Mlr\twIaaPcHURo=".to_owned(),
    ] {
        assert!(parse(&text).unwrap().public_key.is_some(), "{text:?}");
    }
}

#[test]
fn a_tag_that_is_there_twice_makes_the_list_invalid() {
    assert_eq!(error(&format!("k=ed25519; {KEY}; k=ed25519")), TagListError::Duplicate(59));
    assert_eq!(error("x=1;x=2"), TagListError::Duplicate(4));
    // Names are case-sensitive: these are two.
    assert!(parse(&format!("k=ed25519; K=rsa; {KEY}")).is_ok());
}

#[test]
fn what_is_no_tag_is_told_with_its_place() {
    assert_eq!(error(""), TagListError::NotATag(0));
    assert_eq!(error("  "), TagListError::NotATag(0));
    assert_eq!(error("k=rsa;;p="), TagListError::NotATag(6));
    assert_eq!(error("k=rsa; p"), TagListError::NotATag(6));
    assert_eq!(error("k=rsa; 1p=x"), TagListError::NotATag(6));
    assert_eq!(error("k=rsa; p q=x"), TagListError::NotATag(6));
    assert_eq!(error("k=r\u{0}sa"), TagListError::Octet(3));
    assert_eq!(error("k=r\u{7f}sa"), TagListError::Octet(3));
}

#[test]
fn unknown_tags_are_passed_over() {
    assert!(parse(&format!("v=DKIM1; k=ed25519; g=*; unknown_1=\"x y\"; n=notes =3B; {KEY}")).is_ok());
}

#[test]
fn a_list_has_an_end() {
    let many: String = (0..70).map(|number| format!("a{number}=x;")).collect();
    assert_eq!(error(&many), TagListError::TooLong);
    assert_eq!(error(&format!("a={}", "x".repeat(40_000))), TagListError::TooLong);
}
