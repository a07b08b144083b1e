//! RFC 9989 sections 4.7 and 4.8: records are read with much patience.

use mail_auth_spf_dkim::dmarc::{Alignment, FailureOptions, Policy, PublicSuffix, Record, ReportUri};
use mail_auth_spf_dkim::dns::Records;
use proptest::prelude::*;

#[test]
fn the_version_is_first_and_exact() {
    for text in ["v=DMARC1", "v=DMARC1;", "v = DMARC1 ; p=none", "v=DMARC1;p=none;", "V=DMARC1; p=none"] {
        assert!(Record::parse(text.as_bytes()).is_some(), "{text:?}");
    }
    for text in [
        "p=none; v=DMARC1",
        "v=DMARC2; p=none",
        "v=dmarc1; p=none",
        "V=dmarc1",
        "p=none; V=DMARC1",
        "v=DMARC10",
        "v=DMARC1 p=none",
        " v=DMARC1; p=none",
        "\tv=DMARC1; p=none",
        "\nv=DMARC1; p=none",
        "\u{a0}v=DMARC1; p=none",
        "",
        ";",
    ] {
        assert!(Record::parse(text.as_bytes()).is_none(), "{text:?}");
    }
}

#[test]
fn every_default_is_the_one_of_the_table() {
    let record = Record::parse(b"v=DMARC1; p=reject").unwrap();
    assert_eq!(record.dkim_alignment, Alignment::Relaxed);
    assert_eq!(record.spf_alignment, Alignment::Relaxed);
    assert_eq!(record.failure_options, FailureOptions { all: true, any: false, dkim: false, spf: false });
    assert_eq!(record.public_suffix, PublicSuffix::Undeclared);
    assert!(!record.testing && record.aggregate_reports.is_empty() && record.failure_reports.is_empty());
    assert_eq!((record.subdomain_policy, record.nonexistent_policy), (None, None));
}

#[test]
fn every_tag_is_read() {
    let text = "v=DMARC1; p=Reject; sp=quarantine; np=none; adkim=s; aspf=S; psd=n; t=y; fo=1:d:s; \
                rua=mailto:a@x.org, https://x.org/r; ruf=mailto:b@x.org!10k; pct=3; rf=afrf; unknown=\u{e4}";
    let record = Record::parse(text.as_bytes()).unwrap();
    assert_eq!(record.policy, Some(Policy::Reject));
    assert_eq!(record.subdomain_policy, Some(Policy::Quarantine));
    assert_eq!(record.nonexistent_policy, Some(Policy::None));
    assert_eq!((record.dkim_alignment, record.spf_alignment), (Alignment::Strict, Alignment::Strict));
    assert_eq!(record.public_suffix, PublicSuffix::No);
    assert!(record.testing);
    assert_eq!(record.failure_options, FailureOptions { all: false, any: true, dkim: true, spf: true });
    assert_eq!(record.aggregate_reports.len(), 2);
    assert_eq!(record.failure_reports[0].as_str(), "mailto:b@x.org");
}

#[test]
fn what_a_tag_cannot_mean_is_its_default() {
    let record =
        Record::parse(b"v=DMARC1; p=reject; adkim=x; t=maybe; fo=0:1; psd=q; rua=nonsense,mailto:a@x.org; p=none");
    let record = record.unwrap();
    assert_eq!(record.policy, Some(Policy::Reject));
    assert_eq!(record.dkim_alignment, Alignment::Relaxed);
    assert_eq!(record.failure_options, FailureOptions::default());
    assert_eq!(record.aggregate_reports, [ReportUri::new("mailto:a@x.org").unwrap()]);
    // Octets that are no text are not a tag that is missing.
    let record = Record::parse(b"v=DMARC1; p=reject; sp=\xff; n=\xff; adkim=s").unwrap();
    assert_eq!((record.stated_policy(), record.dkim_alignment), (None, Alignment::Strict));
    assert_eq!(Record::parse(b"v=DMARC1; p=\xff; p=reject").unwrap().stated_policy(), None);
    assert!(ReportUri::new("mailto:`a`@x.org").is_err());
    for (uri, mailbox) in [
        ("MAILTO:a@x.org?subject=b@y.org", Some("a@x.org")),
        ("mailto:@", None),
        ("mailto:a@", None),
        ("mailto:@x.org", None),
        ("mailto:?a@x.org", None),
        ("https://a@x.org", None),
    ] {
        assert_eq!(ReportUri::new(uri).unwrap().mailbox(), mailbox, "{uri}");
    }
}

/// Section 4.7: `fo` is to be ignored without `ruf`.
#[test]
fn failure_options_need_somebody_to_report_to() {
    let options = |text: &str| Record::parse(text.as_bytes()).unwrap().failure_options;
    assert_eq!(options("v=DMARC1; p=none; fo=1"), FailureOptions::default());
    assert!(options("v=DMARC1; p=none; fo=1; ruf=mailto:a@x.org").any);
    assert!(options("v=DMARC1; p=none; fo=d:0:s; ruf=mailto:a@x.org").dkim);
    // Section 4.8: each at most once.
    for malformed in ["d:d", "0:0", "1:d:1", "1:", "x"] {
        let text = format!("v=DMARC1; p=none; fo={malformed}; ruf=mailto:a@x.org");
        assert_eq!(options(&text), FailureOptions::default(), "{malformed}");
    }
}

/// Section 4.8: a size was once written behind a URI, with an exclamation mark, which is encoded where it is part of one.
#[test]
fn only_a_size_is_taken_from_a_uri() {
    let uris = |value: &str| {
        let record = Record::parse(format!("v=DMARC1; p=none; rua={value}").as_bytes()).unwrap();
        record.aggregate_reports.iter().map(|uri| uri.as_str().to_owned()).collect::<Vec<_>>()
    };
    for size in ["", "!1", "!10m", "!10K", "!2g", "!3T", " \t"] {
        assert_eq!(uris(&format!("mailto:a@x.org{size}")), ["mailto:a@x.org"], "{size}");
    }
    assert_eq!(uris("mailto:a%21b@x.org"), ["mailto:a%21b@x.org"]);
    let none = [
        "mailto:a!b@x.org",
        "mailto:a@x.org!",
        "mailto:a@x.org!m",
        "mailto:a@x.org!10x",
        "mailto:a@x.org!.evil.example",
        "mailto:a!1@x.org!1",
        "mailto:a%zz@x.org",
        "mailto:a@x.org%2",
        "\u{a0}mailto:a@x.org",
    ];
    for uri in none {
        assert!(uris(uri).is_empty(), "{uri}");
    }
}

/// Section 4.10: what does not begin with the version is no record, and does not make one of two.
#[test]
fn white_space_in_front_makes_no_second_record() {
    let select = |other: &str| Record::select(&Records::Txt(vec![b"v=DMARC1; p=reject".to_vec(), other.into()]));
    assert_eq!(select(" v=DMARC1; p=none").unwrap().policy, Some(Policy::Reject));
    assert_eq!(select("v=DMARC1; p=none"), None);
}

#[test]
fn without_a_policy_reports_decide() {
    let stated = |text: &str| Record::parse(text.as_bytes()).unwrap().stated_policy();
    assert_eq!(stated("v=DMARC1; rua=mailto:a@x.org"), Some(Policy::None));
    assert_eq!(stated("v=DMARC1; p=rejekt; rua=mailto:a@x.org"), Some(Policy::None));
    assert_eq!(stated("v=DMARC1; p=reject; sp=x; rua=mailto:a@x.org"), Some(Policy::None));
    assert_eq!(stated("v=DMARC1; p=reject; np=x"), None);
    assert_eq!(stated("v=DMARC1; rua=nonsense"), None);
    assert_eq!(stated("v=DMARC1"), None);
}

#[test]
fn a_record_without_policy_is_not_written_as_one_with() {
    for text in ["v=DMARC1; p=reject; sp=rejekt", "v=DMARC1; p=reject; np=; rua=mailto:a@b.example"] {
        let record = Record::parse(text.as_bytes()).unwrap();
        let written = Record::parse(record.to_string().as_bytes()).unwrap();
        assert_eq!(written.stated_policy(), record.stated_policy());
        assert_eq!(written.stated_policy_below(false), record.stated_policy_below(false));
        assert_ne!(written.stated_policy(), Some(Policy::Reject));
    }
}

#[test]
fn several_records_are_none() {
    let records = |list: &[&str]| Records::Txt(list.iter().map(|text| text.as_bytes().to_vec()).collect());
    assert!(Record::select(&records(&["v=DMARC1; p=none", "v=DMARC1; p=none"])).is_none());
    assert!(Record::select(&records(&["something", "v=DMARC1; p=none"])).is_some());
}

proptest! {
    #[test]
    fn what_is_written_reads_the_same(
        policies in proptest::collection::vec(proptest::option::of(0..3_u8), 3),
        strict in any::<(bool, bool)>(),
        psd in 0..3_u8,
        testing in any::<bool>(),
        options in any::<(bool, bool, bool)>(),
        uris in proptest::collection::vec("mailto:[a-z]{1,8}@[a-z]{1,8}\\.org", 0..3),
    ) {
        let policy = |index: usize| policies[index].map(|n| [Policy::None, Policy::Quarantine, Policy::Reject][usize::from(n)]);
        let mode = |strict| if strict { Alignment::Strict } else { Alignment::Relaxed };
        let mut record = Record::default();
        (record.policy, record.subdomain_policy, record.nonexistent_policy) = (policy(0), policy(1), policy(2));
        (record.dkim_alignment, record.spf_alignment) = (mode(strict.0), mode(strict.1));
        record.public_suffix = [PublicSuffix::Yes, PublicSuffix::No, PublicSuffix::Undeclared][usize::from(psd)];
        record.testing = testing;
        record.aggregate_reports = uris.iter().map(|uri| ReportUri::new(uri).unwrap()).collect();
        record.failure_reports = record.aggregate_reports.iter().rev().cloned().collect();
        if !uris.is_empty() {
            let (any, dkim, spf) = options;
            record.failure_options = FailureOptions { any, dkim, spf, all: !any };
        }
        prop_assert_eq!(Record::parse(record.to_string().as_bytes()), Some(record));
    }

    #[test]
    fn no_text_makes_the_parser_panic(tail in any::<Vec<u8>>()) {
        let mut text = b"v=DMARC1;".to_vec();
        text.extend(tail);
        let _ = Record::parse(&text);
    }
}
