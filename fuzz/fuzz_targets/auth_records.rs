//! The records beside SPF's and DKIM's: any octets are one or are not, and what is one is the same when it is written
//! and read again.
#![no_main]

use std::fmt::{Debug, Display};

use libfuzzer_sys::fuzz_target;
use mail_auth_spf_dkim::authres::AuthenticationResults;
use mail_auth_spf_dkim::{bimi, dmarc, mta_sts, tls_rpt};

fn read_and_written<R: Display + Debug + PartialEq>(parse: impl Fn(&[u8]) -> Option<R>, text: &[u8]) {
    if let Some(read) = parse(text) {
        let written = read.to_string();
        assert!(!written.contains('\0'));
        assert_eq!(parse(written.as_bytes()).as_ref(), Some(&read), "{written:?}");
    }
}

/// A record that fails to state its policy is written without one.
fn dmarc_record(text: &[u8]) -> Option<dmarc::Record> {
    let record = dmarc::Record::parse(text)?;
    if !record.malformed_subdomain_policy {
        return Some(record);
    }
    let written = dmarc::Record::parse(record.to_string().as_bytes()).expect("what was written");
    assert_eq!(written.stated_policy(), record.stated_policy());
    assert_eq!(written.stated_policy_below(true), record.stated_policy_below(true));
    Some(written)
}

fn every_record(text: &[u8]) {
    read_and_written(dmarc_record, text);
    read_and_written(mta_sts::Record::parse, text);
    read_and_written(tls_rpt::Record::parse, text);
    read_and_written(bimi::Record::parse, text);
    read_and_written(|text| mta_sts::Policy::parse(std::str::from_utf8(text).ok()?).ok(), text);
    read_and_written(|text| mta_sts::ExchangerPattern::parse(std::str::from_utf8(text).ok()?), text);
}

fuzz_target!(|text: Vec<u8>| {
    every_record(&text);
    let versions = [
        "v=DMARC1;",
        "v=DMARC1; p=reject; ",
        "v=STSv1; id=",
        "v=TLSRPTv1; rua=",
        "v=BIMI1; l=",
        "version: STSv1\r\nmode: enforce\r\nmax_age: 86400\r\nmx: ",
    ];
    for version in versions {
        every_record(&[version.as_bytes(), &text].concat());
    }

    // What a field cannot hold is replaced when the results are written, so it is the writing that is the same.
    for text in [text.clone(), [b"mx.example.org; spf=pass ", &text[..]].concat()] {
        if let Ok(results) = AuthenticationResults::parse(&text) {
            let written = results.body().to_string();
            let again = AuthenticationResults::parse(written.as_bytes()).expect("what was written can be read");
            assert_eq!(again.body().to_string(), written);
            assert_eq!(again.results().len(), results.results().len());
            let field = results.to_string();
            assert!(field.split_terminator("\r\n").skip(1).all(|line| line.starts_with([' ', '\t'])), "{field:?}");
            assert!(!field.replace("\r\n", "").contains(['\r', '\n', '\0']), "{field:?}");
        }
    }
});
