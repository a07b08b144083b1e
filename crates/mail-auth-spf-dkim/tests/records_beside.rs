//! The records beside those of SPF, DKIM and DMARC: MTA-STS (RFC 8461), TLSRPT (RFC 8460) and BIMI.

use std::time::Duration;

use mail_auth_spf_dkim::dmarc::ReportUri;
use mail_auth_spf_dkim::dns::{Name, Records};
use mail_auth_spf_dkim::mta_sts::{ExchangerPattern, InvalidPolicy, LONGEST_POLICY, Mode, Policy};
use mail_auth_spf_dkim::{bimi, mta_sts, tls_rpt};
use proptest::prelude::*;

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn texts(list: &[&str]) -> Records {
    Records::Txt(list.iter().map(|text| text.as_bytes().to_vec()).collect())
}

#[test]
fn rfc8461_s3_1_the_record() {
    assert_eq!(mta_sts::Record::name(&name("example.com")).unwrap(), "_mta-sts.example.com");
    for text in ["v=STSv1; id=20160831085700Z;", "v=STSv1;id=1", "v=STSv1; x=y=z; id=a ;", "v=STSv1 ;\tid=b\t; "] {
        assert!(mta_sts::Record::parse(text.as_bytes()).is_some(), "{text:?}");
    }
    let long = format!("v=STSv1; id={}", "a".repeat(33));
    let malformed = [
        "",
        "v=STSv1",
        "v=STSv1;",
        "v=STSv1; id=",
        "v=STSv1; id=a-b",
        "v=STSv2; id=a",
        "id=a; v=STSv1",
        "v=stsv1; id=a",
        " v=STSv1; id=a",
        "v = STSv1; id=a",
        "v=STSv1; id = a",
        "v=STSv1; id=a; junk",
        "v=STSv1;; id=a",
        "v=STSv1; id=a;;",
        "v=STSv1; id=a; \u{e9}=b",
        "v=STSv1; id=a; b=\u{e9}",
        "v=STSv1; id=a; =b",
        &long,
    ];
    for text in malformed {
        assert!(mta_sts::Record::parse(text.as_bytes()).is_none(), "{text:?}");
    }
    let select = |list: &[&str]| mta_sts::Record::select(&texts(list)).map(|record| record.id().to_owned());
    assert_eq!(select(&["v=spf1 -all", "v=STSv1; id=1"]).as_deref(), Some("1"));
    assert_eq!(select(&["v=STSv1; id=1", "v=STSv1; id=1"]), None);
    // Section 3.2: the first of a field counts.
    assert_eq!(select(&["v=STSv1; id=1; id=2"]).as_deref(), Some("1"));
    assert_eq!(select(&["v=STSv1; id=1", "v=STSv1; id=!"]), None);
    // What does not begin with the version and a semicolon does not count as one.
    assert_eq!(select(&["v=STSv1", "v=STSv1; id=2", "v=STSv1x; id=3", " v=STSv1; id=4"]).as_deref(), Some("2"));
}

/// The policy of section 3.2, with one line written otherwise or left out.
fn policy(line: usize, other: &str) -> Result<Policy, InvalidPolicy> {
    let mut lines = ["version: STSv1", "mode: enforce", "mx: mail.example.com", "mx: *.example.net", "max_age: 604800"];
    lines[line] = other;
    Policy::parse(&lines.join("\r\n"))
}

#[test]
fn rfc8461_s3_2_the_policy() {
    let read = policy(1, "mode: enforce").unwrap();
    assert_eq!(
        (read.mode(), read.max_age(), read.exchangers().len()),
        (Mode::Enforce, Duration::from_secs(604_800), 2)
    );
    assert_eq!(policy(1, "mode:testing ").unwrap().mode(), Mode::Testing);
    assert_eq!(policy(1, "mode: none\nmode: enforce\nextension: x: y\n\n").unwrap().mode(), Mode::None);
    assert_eq!(policy(0, "version: STSv2"), Err(InvalidPolicy::Version));
    assert_eq!(policy(0, ""), Err(InvalidPolicy::Version));
    for mode in ["", "mode: ", "mode: Enforce", "mode: report"] {
        assert_eq!(policy(1, mode), Err(InvalidPolicy::Mode), "{mode:?}");
    }
    for age in ["", "max_age:", "max_age: -1", "max_age: 1s", "max_age: 31557601", "max_age: 99999999999999999999"] {
        assert_eq!(policy(4, age), Err(InvalidPolicy::MaxAge), "{age:?}");
    }
    for mx in ["mx:", "mx: a..b", "mx: *", "mx: a.*.example.com", "mx: x@example.com"] {
        assert_eq!(policy(2, mx), Err(InvalidPolicy::Exchanger), "{mx:?}");
    }
    assert_eq!(policy(3, "no field"), Err(InvalidPolicy::Line));
    assert_eq!(Policy::parse("version: STSv1\nmode: enforce\nmax_age: 1"), Err(InvalidPolicy::Exchanger));
    assert!(Policy::parse("version: STSv1\nmode: none\nmax_age: 1").is_ok());
    assert_eq!(Policy::parse(&"x: y\n".repeat(LONGEST_POLICY)), Err(InvalidPolicy::TooLong));
}

#[test]
fn rfc8461_s4_1_an_asterisk_is_one_label() {
    let policy = policy(1, "mode: enforce").unwrap();
    for (host, covered) in [
        ("mail.example.com", true),
        ("MAIL.example.com", true),
        ("x.mail.example.com", false),
        ("backup.example.net", true),
        ("a.backup.example.net", false),
        ("example.net", false),
        ("notexample.net", false),
    ] {
        assert_eq!(policy.covers(&name(host)), covered, "{host}");
    }
}

#[test]
fn rfc8460_s3_the_record() {
    assert_eq!(tls_rpt::Record::name(&name("example.com")).unwrap(), "_smtp._tls.example.com");
    let parse = |text: &str| tls_rpt::Record::parse(text.as_bytes()).map(|record| record.to_string());
    assert_eq!(parse("v=TLSRPTv1;rua=mailto:a@example.com").as_deref(), Some("v=TLSRPTv1; rua=mailto:a@example.com"));
    // What a report cannot go to is passed over.
    let several = "v=TLSRPTv1; x=y; rua=ftp://example.com/, mailto:nobody, https://example.com/v1 ;";
    assert_eq!(parse(several).as_deref(), Some("v=TLSRPTv1; rua=https://example.com/v1"));
    assert!(parse("v=TLSRPTv1 ; rua=mailto:a@example.com?subject=b \t, https://example.com/?a=b\t;\t").is_some());
    for text in [
        "",
        "v=TLSRPTv1",
        "v=TLSRPTv1; rua=",
        "v=TLSRPTv1; rua=ftp://x",
        "v=TLSRPTv2; rua=mailto:a@b.org",
        " v=TLSRPTv1; rua=mailto:a@b.org",
        "v = TLSRPTv1; rua=mailto:a@b.org",
        "v=TLSRPTv1; rua = mailto:a@b.org",
        "v=TLSRPTv1; junk; rua=mailto:a@b.org",
    ] {
        assert_eq!(parse(text), None, "{text:?}");
    }
    for uri in ["https:", "https:x", "https:/x", "https://", "https:///v1", "mailto:@", "mailto:a@", "mailto:@b.org"] {
        assert_eq!(parse(&format!("v=TLSRPTv1; rua={uri}")), None, "{uri:?}");
    }
    let one = "v=TLSRPTv1; rua=mailto:a@example.com";
    assert!(tls_rpt::Record::select(&texts(&["x", one, " v=TLSRPTv1; rua=mailto:b@example.com"])).is_some());
    assert!(tls_rpt::Record::select(&texts(&[one, one])).is_none());
}

#[test]
fn bimi_the_record() {
    let parse = |text: &str| bimi::Record::parse(text.as_bytes());
    assert_eq!(bimi::Record::name(&name("example.com"), "brand").unwrap(), "brand._bimi.example.com");
    for selector in ["", "a b", "a\r\nb", "a..b"] {
        assert!(bimi::Record::name(&name("example.com"), selector).is_err(), "{selector:?}");
    }
    let record = parse("v=BIMI1; l=https://example.com/a.svg; avp=personal; x=y").unwrap();
    assert_eq!((record.location(), record.authority()), (Some("https://example.com/a.svg"), None));
    assert!(record.prefers_personal && !record.is_declined());
    for text in ["v=BIMI1; l=", "v=BIMI1; l=;", "v=BIMI1; l=; a=;", "v=BIMI1; a=; l="] {
        assert!(parse(text).unwrap().is_declined(), "{text:?}");
    }
    for uri in ["https://x", "HTTPS://x:443?y", "https://[2001:db8::1]/", "https://u@x/"] {
        assert_eq!(parse(&format!("v=BIMI1; l={uri}")).unwrap().location(), Some(uri));
    }
    for text in [
        "",
        "v=BIMI2; l=",
        "l=; v=BIMI1",
        "v=BIMI1;",
        "v=BIMI1;x",
        "v=BIMI1; a=https://x/",
        "v=BIMI1; l=https://x/; l=https://y/",
        "v=BIMI1; l=; l=",
        "v=BIMI1; l=; x=1; x=1",
        "v=BIMI1; l=; v=BIMI1",
        "v=BIMI1; l=https://",
        "v=BIMI1; l=https:///a.svg",
        "v=BIMI1; l=https://:443/",
        "v=BIMI1; l=https://u@/",
        "v=BIMI1; l=https://?x",
        "v=BIMI1; l=https:x",
        "v=BIMI1; l=http://example.com/a.svg",
        "v=BIMI1; l=javascript:x",
        "v=BIMI1; l=https://example.com/a.svg,https://example.com/b.svg",
        "v=BIMI1; l=https://example.com/\"><script>",
        "v=BIMI1; l=; a=file:///etc/passwd",
    ] {
        assert_eq!(parse(text), None, "{text:?}");
    }
    assert!(bimi::Record::select(&texts(&["v=BIMI1; l=", "v=BIMI1; l="])).is_none());
}

#[test]
fn what_a_record_cannot_hold_cannot_be_built() {
    for id in ["", "a b", "1; x=", "1\r\n", "\u{e4}", &"a".repeat(33)] {
        assert!(mta_sts::Record::new(id).is_err(), "{id:?}");
    }
    for uri in ["", "http://x", "https://x/; a=https://evil/", "https://x/\r\n", "https://x/ y", "https://x/,", "x"] {
        assert!(bimi::Record::new(Some(uri), None).is_err(), "{uri:?}");
        assert!(bimi::Record::new(None, Some(uri)).is_err(), "{uri:?}");
    }
    let hosts = |count| vec![ExchangerPattern::parse("*.example.net").unwrap(); count];
    let policy = |mode, age, count| Policy::new(mode, age, hosts(count));
    let week = Duration::from_secs(604_800);
    assert_eq!(policy(Mode::Enforce, week, 0), Err(InvalidPolicy::Exchanger));
    assert_eq!(policy(Mode::Testing, week, 0), Err(InvalidPolicy::Exchanger));
    assert!(policy(Mode::None, week, 0).is_ok());
    assert_eq!(policy(Mode::None, Duration::from_secs(31_557_601), 0), Err(InvalidPolicy::MaxAge));
    assert_eq!(policy(Mode::None, Duration::from_millis(1500), 0), Err(InvalidPolicy::MaxAge));
    assert_eq!(policy(Mode::Enforce, week, LONGEST_POLICY / 10), Err(InvalidPolicy::TooLong));
    let short = format!("version:STSv1\nmode:none\nmax_age:1\n{}", "mx:a.b\n".repeat(9_000));
    assert_eq!(Policy::parse(&short), Err(InvalidPolicy::TooLong));
    let uris = |list: &[&str]| list.iter().map(|uri| ReportUri::new(uri).unwrap()).collect();
    for list in [&[][..], &["ftp://x"], &["mailto:a@x.org", "x:y"], &["mailto:a@x.org"; 2000]] {
        assert!(tls_rpt::Record::new(uris(list)).is_err());
    }
}

proptest! {
    #[test]
    fn whatever_can_be_built_reads_the_same(
        text in "[ -~\r\n\u{e4}]{0,40}", path in "[!-~]{0,8100}", age in any::<(u64, u8)>(), hosts in 0..4_usize, personal in any::<bool>(),
    ) {
        if let Ok(record) = mta_sts::Record::new(&text) {
            prop_assert_eq!(mta_sts::Record::parse(record.to_string().as_bytes()), Some(record));
        }
        let path = path.replace([',', ';', '"', '<', '>'], "/");
        for uri in [text.clone(), format!("https://x/{text}"), format!("https://x/{path}")] {
            for (location, authority) in [(Some(&uri), None), (None, Some(&uri)), (Some(&uri), Some(&uri)), (None, None)] {
                let built = bimi::Record::new(location.map(String::as_str), authority.map(String::as_str));
                let Ok(mut record) = built else { continue };
                record.prefers_personal = personal;
                prop_assert_eq!(bimi::Record::parse(record.to_string().as_bytes()), Some(record));
            }
        }
        let age = Duration::new(age.0 >> (age.0 % 64), u32::from(age.1 / 128));
        for mode in [Mode::Enforce, Mode::Testing, Mode::None] {
            let hosts = vec![ExchangerPattern::parse("*.example.net").unwrap(); hosts];
            if let Ok(policy) = Policy::new(mode, age, hosts) {
                prop_assert_eq!(Policy::parse(&policy.to_string()), Ok(policy));
            }
        }
        let uris = [text.as_str(), "https://x", "mailto:a@b"].map(ReportUri::new).into_iter().filter_map(Result::ok);
        if let Ok(record) = tls_rpt::Record::new(uris.collect()) {
            prop_assert_eq!(tls_rpt::Record::parse(record.to_string().as_bytes()), Some(record));
        }
    }

    #[test]
    fn what_is_written_reads_the_same(
        id in "[a-zA-Z0-9]{1,32}", age in 0..=31_557_600_u64, hosts in proptest::collection::vec("(\\*\\.)?[a-z]{1,9}\\.[a-z]{2,5}", 1..5),
        mode in prop_oneof![Just("enforce"), Just("testing"), Just("none")],
    ) {
        let record = mta_sts::Record::parse(format!("v=STSv1; id={id}").as_bytes()).unwrap();
        prop_assert_eq!(mta_sts::Record::parse(record.to_string().as_bytes()), Some(record));
        let lines: String = hosts.iter().map(|host| format!("mx: {host}\n")).collect();
        let policy = Policy::parse(&format!("max_age: {age}\n{lines}mode: {mode}\nversion: STSv1")).unwrap();
        prop_assert_eq!(Policy::parse(&policy.to_string()), Ok(policy));
        for host in &hosts {
            prop_assert_eq!(&ExchangerPattern::parse(host).unwrap().to_string(), host);
        }
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in any::<Vec<u8>>(), line in "[a-z:=;*. \r\n]{0,60}") {
        for version in ["", "v=STSv1;", "v=TLSRPTv1;", "v=BIMI1;"] {
            let text = [version.as_bytes(), &text].concat();
            let _ = (mta_sts::Record::parse(&text), tls_rpt::Record::parse(&text), bimi::Record::parse(&text));
        }
        let _ = Policy::parse(&line);
    }
}
