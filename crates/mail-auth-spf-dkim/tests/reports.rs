//! Reports, read and written; and the published pairs, where they are present.
#![cfg(feature = "reports")]

use std::io::Read;

use allocation_counter::measure;
use base64::Engine as _;
use flate2::read::{DeflateDecoder, GzDecoder};
use mail_auth_spf_dkim::dmarc::Policy;
use mail_auth_spf_dkim::report::{
    AggregateReport, FailureReport, InvalidAggregateReport, InvalidTlsReport, Override, Row, TlsPolicy, TlsReport,
};
use proptest::prelude::*;
use rfc5322_message::Message;
use rfc5322_message::report::ReportKind;
use serde_json::Value;

const SUITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/suites/dmarc-reports");

/// A file of the suite; says that it was skipped if there is none.
fn suite_file(path: &str) -> Option<String> {
    let text = std::fs::read_to_string(format!("{SUITE}/{path}")).ok();
    if text.is_none() {
        println!("skipped: {SUITE}/{path} is absent");
    }
    text
}

fn same(found: &str, expected: &Value, what: &str) {
    let expected = match expected {
        Value::String(text) if text == "Unspecified" => String::new(),
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    assert!(found.eq_ignore_ascii_case(&expected), "{what}: {found:?} is not {expected:?}");
}

/// The report that is attached to a message, unpacked. MIME and packing are not this crate's business, so this is as much
/// of them as the suite needs.
fn attached(message: &str) -> String {
    let message = message.replace("\r\n", "\n");
    let start = ["\n\nH4sI", "\n\nUEsD"].iter().find_map(|start| message.find(start)).expect("gzip or zip in base64");
    let encoded = &message[start + 2..];
    let encoded = encoded[..encoded.find("\n\n").or(encoded.find("\n--")).unwrap_or(encoded.len())].replace('\n', "");
    let packed = base64::engine::general_purpose::STANDARD.decode(encoded).unwrap();
    let mut report = String::new();
    if packed.starts_with(&[0x1f, 0x8b]) {
        GzDecoder::new(packed.as_slice()).read_to_string(&mut report).unwrap();
        return report;
    }
    // The first entry of the central directory says where the file is, and how long.
    let directory = packed.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    let number = |at: usize| usize::from(u16::from_le_bytes([packed[at], packed[at + 1]]));
    let local = number(directory + 42) | number(directory + 44) << 16;
    let length = number(directory + 20) | number(directory + 22) << 16;
    let content = local + 30 + number(local + 26) + number(local + 28);
    let mut content = &packed[content..content + length];
    match number(directory + 10) {
        0 => content.read_to_string(&mut report).unwrap(),
        _ => DeflateDecoder::new(content).read_to_string(&mut report).unwrap(),
    };
    report
}

/// The first letter of a word of alignment, as the record has it.
fn letter(word: &Value) -> Value {
    match word.as_str() {
        Some("Relaxed") => "r".into(),
        Some("Strict") => "s".into(),
        _ => word.clone(),
    }
}

/// The published values of extensions, and of the version of the policy, are of no RFC's format, and not read.
#[test]
fn the_published_aggregate_reports_are_understood() {
    for file in ["001.xml", "002.xml", "004.xml", "101.eml", "102.eml", "103.eml"] {
        let Some(text) = suite_file(&format!("dmarc-feedback/{file}")) else { return };
        let xml = if file.ends_with("eml") { attached(&text) } else { text };
        let expected = suite_file(&format!("dmarc-feedback/{}.json", &file[..3])).unwrap();
        let expected: Value = serde_json::from_str(&expected).unwrap();
        let report = AggregateReport::from_xml(&xml).unwrap();
        assert_eq!(Some(report.version.parse().unwrap_or(0.0)), expected["version"].as_f64(), "{file}");
        let metadata = &expected["report_metadata"];
        same(&report.organization, &metadata["org_name"], "org_name");
        same(&report.email, &metadata["email"], "email");
        same(&report.contact, &metadata["extra_contact_info"], "extra_contact_info");
        same(&report.report_id, &metadata["report_id"], "report_id");
        assert_eq!(Some(report.begin), metadata["date_range"]["begin"].as_u64());
        assert_eq!(Some(report.end), metadata["date_range"]["end"].as_u64());
        assert_eq!(Value::from(report.errors.clone()), metadata["error"]);
        let policy = &expected["policy_published"];
        same(&report.policy.domain, &policy["domain"], "domain");
        same(report.policy.policy.map_or("", Policy::as_str), &policy["p"], "p");
        same(report.policy.subdomain_policy.map_or("", Policy::as_str), &policy["sp"], "sp");
        same(&report.policy.dkim_alignment, &letter(&policy["adkim"]), "adkim");
        same(&report.policy.spf_alignment, &letter(&policy["aspf"]), "aspf");
        same(&report.policy.failure_options, &policy["fo"], "fo");
        assert_eq!(Some(report.policy.testing), policy["testing"].as_bool());
        let rows = expected["record"].as_array().unwrap();
        assert_eq!(report.rows.len(), rows.len());
        for (row, expected) in report.rows.iter().zip(rows) {
            same_row(row, expected);
        }
        assert_eq!(AggregateReport::from_xml(&report.to_xml()), Ok(report));
    }
}

fn same_row(row: &Row, expected: &Value) {
    let evaluated = &expected["row"]["policy_evaluated"];
    same(&row.source.unwrap().to_string(), &expected["row"]["source_ip"], "source_ip");
    assert_eq!(Some(row.count), expected["row"]["count"].as_u64());
    same(&row.disposition, &evaluated["disposition"], "disposition");
    assert_eq!(row.dkim_aligned, evaluated["dkim"] == "Pass");
    assert_eq!(row.spf_aligned, evaluated["spf"] == "Pass");
    let reasons = evaluated["reason"].as_array().unwrap();
    assert_eq!(row.overrides.len(), reasons.len());
    for (reason, expected) in row.overrides.iter().zip(reasons) {
        same(&reason.kind.replace('_', ""), &expected["type"], "type");
        same(&reason.comment, &expected["comment"], "comment");
    }
    let identifiers = &expected["identifiers"];
    same(&row.header_from, &identifiers["header_from"], "header_from");
    same(&row.envelope_from, &identifiers["envelope_from"], "envelope_from");
    same(&row.envelope_to, &identifiers["envelope_to"], "envelope_to");
    let list = expected["auth_results"]["dkim"].as_array().unwrap();
    assert_eq!(row.dkim.len(), list.len());
    for (dkim, expected) in row.dkim.iter().zip(list) {
        same(&dkim.domain, &expected["domain"], "dkim domain");
        same(&dkim.selector, &expected["selector"], "selector");
        same(&dkim.result, &expected["result"], "dkim result");
        same(&dkim.human_result, &expected["human_result"], "dkim human_result");
    }
    let list = expected["auth_results"]["spf"].as_array().unwrap();
    assert_eq!(row.spf.len(), list.len());
    for (spf, expected) in row.spf.iter().zip(list) {
        same(&spf.domain, &expected["domain"], "spf domain");
        same(&spf.scope.replace("mfrom", "MailFrom"), &expected["scope"], "scope");
        same(&spf.result, &expected["result"], "spf result");
        same(&spf.human_result, &expected["human_result"], "spf human_result");
    }
}

#[test]
fn the_published_tls_report_comes_out_of_its_message() {
    let (Some(message), Some(text)) = (suite_file("tlsrpt/rpt01.eml"), suite_file("tlsrpt/rpt01.json")) else { return };
    assert_eq!(TlsReport::from_json(&attached(&message)).unwrap(), TlsReport::from_json(&text).unwrap());
    let message = suite_file("tlsrpt/rpt02.eml").unwrap();
    let json = &message[message.find("\n{").unwrap()..=message.rfind('}').unwrap()];
    let text = suite_file("tlsrpt/rpt02.json").unwrap();
    assert_eq!(TlsReport::from_json(json).unwrap(), TlsReport::from_json(&text).unwrap());
}

#[test]
fn the_published_tls_reports_come_back_as_they_were() {
    for number in ["01", "02", "03"] {
        let Some(text) = suite_file(&format!("tlsrpt/rpt{number}.json")) else { return };
        let report = TlsReport::from_json(&text).unwrap();
        assert_eq!(TlsReport::from_json(&report.to_json()).unwrap(), report, "rpt{number}");
        if number != "03" {
            // The third leaves a count out that ours always has.
            let written: Value = serde_json::from_str(&report.to_json()).unwrap();
            assert_eq!(written, serde_json::from_str::<Value>(&text).unwrap(), "rpt{number}");
        }
    }
}

#[test]
fn what_is_no_policy_or_failure_is_left_out() {
    let json = r#"{"policies":[0,"x",null,[{}],{"failure-details":[1,[],{"result-type":"sts-policy-invalid"},2]},{"failure-details":{}}]}"#;
    let report = TlsReport::from_json(json).unwrap();
    let [first, second] = report.policies.as_slice() else { panic!("{report:?}") };
    assert_eq!((first.details.len(), second.details.len()), (1, 0));
    assert_eq!(first.details[0].result, "sts-policy-invalid");
}

#[test]
fn what_is_empty_is_not_written() {
    let mut report = TlsReport::default();
    assert_eq!(report.to_json(), r#"{"policies":[]}"#);
    report.end = "2016-04-01T23:59:59Z".into();
    assert_eq!(report.to_json(), r#"{"date-range":{"end-datetime":"2016-04-01T23:59:59Z"},"policies":[]}"#);
    report.policies.push(TlsPolicy::default());
    assert!(!report.to_json().contains("{}"), "{}", report.to_json());
    assert_eq!(TlsReport::from_json(&report.to_json()).unwrap(), report);
}

#[test]
fn the_published_feedback_reports_are_understood() {
    for number in ["001", "002", "003", "004"] {
        let Some(message) = suite_file(&format!("arf/{number}.eml")) else { return };
        let expected: Value = serde_json::from_str(&suite_file(&format!("arf/{number}.json")).unwrap()).unwrap();
        let parsed = Message::parse(message.as_bytes());
        let (kind, found) = ReportKind::find(&parsed).unwrap();
        assert_eq!(kind, ReportKind::Feedback);
        let found = FailureReport::parse(&found.decoded().bytes).unwrap();
        // The part by its own fields; MIME is not this crate's business.
        let message = message.replace("\r\n", "\n");
        let start = message.to_ascii_lowercase().find("content-type: message/feedback-report").unwrap();
        let part = &message[start..];
        let part = &part[part.find("\n\n").unwrap() + 2..];
        let report = FailureReport::parse(&part.as_bytes()[..part.find("\n--").unwrap()]).unwrap();
        assert_eq!(found, report);
        same(&report.feedback_type.replace('-', ""), &expected["feedback_type"], "feedback_type");
        same(&report.user_agent, &expected["user_agent"], "user_agent");
        // Some put a comment behind the address.
        let source = report.get("source-ip").unwrap_or_default().split(' ').next().unwrap();
        same(source, &expected["source_ip"], "source_ip");
        let fields =
            ["original_envelope_id", "original_mail_from", "original_rcpt_to", "reporting_mta", "delivery_result"];
        let keys = ["dkim_adsp_dns", "dkim_domain", "dkim_identity", "dkim_selector", "dkim_selector_dns", "spf_dns"];
        for field in fields.into_iter().chain(keys) {
            let found = report.get(&field.replace('_', "-")).unwrap_or_default();
            same(found.trim_start_matches("dns;").trim(), &expected[field], field);
        }
        same(
            &report.get("auth-failure").unwrap_or_default().replace('-', ""),
            &expected["auth_failure"],
            "auth_failure",
        );
        same(report.get("incidents").unwrap_or("1"), &expected["incidents"], "incidents");
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        for (name, field) in [("authentication-results", "authentication_results"), ("reported-uri", "reported_uri")] {
            let found: Vec<_> = report.get_all(name).map(words).collect();
            let list = expected[field].as_array().unwrap();
            assert_eq!(found, list.iter().filter_map(Value::as_str).map(words).collect::<Vec<_>>(), "{field}");
        }
        let domains: Vec<_> = report.get_all("reported-domain").collect();
        let expected: Vec<_> =
            expected["reported_domain"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(domains, expected);
    }
}

#[test]
fn a_text_of_ampersands_takes_linear_time() {
    let text = format!("<feedback><version>{}&#x41;</version></feedback>", "&".repeat(4_000_000));
    let report = AggregateReport::from_xml(&text).unwrap();
    assert_eq!((report.version.len(), report.version.ends_with("&A")), (4_000_001, true));
}

#[test]
fn xml_that_attacks_its_reader_is_refused() {
    let refused = ["<!DOCTYPE x [<!ENTITY a \"b\">]><feedback/>", "<feedback", "<feedback><!-- ", "<>", "< x>"];
    for text in refused {
        assert!(matches!(AggregateReport::from_xml(text), Err(InvalidAggregateReport::Xml(_))), "{text}");
    }
    assert_eq!(AggregateReport::from_xml("<html/>"), Err(InvalidAggregateReport::NoFeedback));
    let deep = |levels: usize| {
        let (open, close) = ("<a>".repeat(levels - 1), "</a>".repeat(levels - 1));
        AggregateReport::from_xml(&format!("<feedback>{open}{close}<version>2</version></feedback>"))
    };
    assert_eq!(deep(AggregateReport::DEEPEST).unwrap().version, "2");
    assert_eq!(deep(AggregateReport::DEEPEST + 1), Err(InvalidAggregateReport::TooDeep));
    assert_eq!(deep(1_000_000), Err(InvalidAggregateReport::TooDeep));
    let unclosed = format!("<feedback>{}<version>9</version></feedback>", "<a>".repeat(10));
    assert!(matches!(AggregateReport::from_xml(&unclosed), Err(InvalidAggregateReport::Xml(_))));
}

/// A list without end of elements without content costs more memory than text.
#[test]
fn lists_without_end_are_refused_before_they_fill_the_memory() {
    let (rows, evidence) = (AggregateReport::MOST_ROWS, AggregateReport::MOST_EVIDENCE);
    let record = |inner: &str| format!("<feedback><record>{inner}</record></feedback>");
    let errors = "<error>a</error>".repeat(AggregateReport::MOST_ERRORS + 1);
    for text in [
        format!("<feedback>{}</feedback>", "<record/>".repeat(rows + 1)),
        format!("<feedback><report_metadata>{errors}</report_metadata></feedback>"),
        record(&format!("<auth_results>{}</auth_results>", "<dkim/>".repeat(evidence + 1))),
        record(&format!("<auth_results>{}</auth_results>", "<spf/><dkim/>".repeat(evidence / 2 + 1))),
        record(&"<row><policy_evaluated><reason/></policy_evaluated></row>".repeat(evidence + 1)),
    ] {
        let memory = measure(|| match AggregateReport::from_xml(&text) {
            Err(InvalidAggregateReport::TooManyRows | InvalidAggregateReport::TooMany(_)) => {}
            other => panic!("{:?} for {}", other.map(|report| report.rows.len()), &text[..100]),
        });
        assert!(memory.bytes_max < 200 << 20, "{} octets for {}", memory.bytes_max, &text[..100]);
    }
    let row = "<record><auth_results><dkim/><spf/></auth_results></record>";
    let many = format!("<feedback>{}</feedback>", row.repeat(10_000));
    assert_eq!(AggregateReport::from_xml(&many).unwrap().rows.len(), 10_000);
    let name = record(&format!("<auth_results>{}</auth_results>", "<spf/>".repeat(evidence + 1)));
    let refused = AggregateReport::from_xml(&name).unwrap_err();
    assert_eq!(refused.to_string(), "there are too many spf elements");

    // Two of the values are the object and the list around them.
    let most = TlsReport::MOST_VALUES - 1;
    for (value, count) in [("0", most), ("{}", most / 2), ("{\"\":0}", most / 2), ("[0]", most / 2)] {
        let text = |count: usize| format!("{{\"policies\":[{}{value}]}}", format!("{value},").repeat(count - 1));
        let whole = text(count);
        let memory = measure(|| assert!(TlsReport::from_json(&whole).is_ok(), "{value}"));
        assert!(memory.bytes_max < 150 << 20, "{} octets for {value}", memory.bytes_max);
        assert!(matches!(TlsReport::from_json(&text(count + 1)), Err(InvalidTlsReport::TooManyValues)), "{value}");
    }
}

#[test]
fn a_part_of_a_report_is_none() {
    let mut report = AggregateReport::default();
    (report.organization, report.errors) = ("A & B".into(), vec!["a".into()]);
    let mut row = Row::default();
    (row.count, row.header_from) = (1001, "example.com".into());
    row.overrides.push(Override::default());
    report.rows = vec![row; 3];
    let whole = report.to_xml();
    for end in 0..whole.trim_end().len() {
        let part = AggregateReport::from_xml(&whole[..end]);
        assert!(matches!(part, Err(InvalidAggregateReport::Xml(_))), "{}: {part:?}", &whole[..end]);
    }
    assert_eq!(AggregateReport::from_xml(whole.trim_end()), Ok(report));
}

#[test]
fn xml_that_is_malformed_is_no_report() {
    for text in [
        "",
        " <!-- a --> ",
        "<feedback></a></b><version>2</version>",
        "<feedback><version>2</feedback></version>",
        "<feedback><version>2</versio></feedback>",
        "<f:feedback></feedback>",
        "<feedback></feedback",
        "<feedback></feedback></feedback>",
        "<feedback/></feedback>",
        "<feedback/><feedback><version>3</version></feedback>",
        "<feedback/><record/>",
        "<feedback/>text",
        "<feedback/>&#32;",
        "text<feedback/>",
        "<![CDATA[text]]><feedback/>",
        "<feedback/><![CDATA[]]>",
        "<feedback/>\u{feff}",
        "<feedback <version>2</version></feedback>",
        "<feedback><version>2</version></feedback a>",
        "<feedback><a/b></a/b></feedback>",
        "<feedback><1></1></feedback>",
        "<feedback></></feedback>",
    ] {
        assert!(matches!(AggregateReport::from_xml(text), Err(InvalidAggregateReport::Xml(_))), "{text}");
    }
    let around =
        "\u{feff}<?xml version='1.0'?>\r\n<!-- a -->\t<feedback\n><version >2</version\n></feedback> <!-- b --><?c?>\n";
    assert_eq!(AggregateReport::from_xml(around).unwrap().version, "2");
}

#[test]
fn text_is_text_in_whatever_form() {
    let xml = "<f:feedback xmlns:f='x>y'><report_metadata><org_name a=\"/>\">A &amp; <![CDATA[<B>]]>&#x21;&bad; &</org_name>\
               <email/></report_metadata></f:feedback>";
    assert_eq!(AggregateReport::from_xml(xml).unwrap().organization, "A & <B>!&bad; &");
}

#[test]
fn a_reference_is_resolved_to_what_xml_can_hold() {
    let read = |text: &str| {
        AggregateReport::from_xml(&format!("<feedback><version>[{text}]</version></feedback>")).unwrap().version
    };
    for (text, resolved) in [
        ("&#x41;&#65;&#x0000041;&#00000000000065;", "AAAA"),
        ("&#9;&#10;&#13;&#x20;&#xe4;&#xfffd;&#x10ffff;", "\t\n\r \u{e4}\u{fffd}\u{10ffff}"),
        ("\u{0}a\u{1b}[31m\u{fffe}", "a[31m"),
        ("<![CDATA[\u{1}&#65;]]>", "&#65;"),
    ] {
        assert_eq!(read(text), format!("[{resolved}]"), "{text:?}");
    }
    for text in [
        "&#0;",
        "&#27;",
        "&#x1F;",
        "&#xD800;",
        "&#xFFFE;",
        "&#x110000;",
        "&#x+41;",
        "&#+65;",
        "&#x;",
        "&#;",
        "&;",
        "&#-1;",
        "&#99999999999;",
        "& lt;",
        "&lt",
    ] {
        assert_eq!(read(text), format!("[{text}]"));
    }
}

#[test]
fn a_number_is_digits_alone() {
    for (text, number) in [("5", 5), (" 05\n", 5), ("+5", 0), ("-5", 0), ("5.0", 0), ("0x5", 0), ("", 0)] {
        let report = AggregateReport::from_xml(&format!(
            "<feedback><report_metadata><date_range><begin>{text}</begin><end>{text}</end></date_range></report_metadata>\
             <record><row><count>{text}</count></row></record></feedback>"
        ));
        let report = report.unwrap();
        assert_eq!((report.begin, report.end, report.rows[0].count), (number, number, number), "{text:?}");
    }
}

#[test]
fn what_an_extension_says_is_passed_over() {
    let inner = |f: &str| {
        format!(
            "<{f}version>1<x:version>2</x:version></{f}version><x:policy_published><{f}p>none</{f}p></x:policy_published>\
             <{f}record><{f}row><{f}count>5</{f}count></{f}row><{f}identifiers><{f}header_from>a.test</{f}header_from>\
             </{f}identifiers><x:identifiers><x:header_from>evil.test</x:header_from><header_from>evil.test</header_from>\
             </x:identifiers><x:row><x:count>7</x:count></x:row><x:row/></{f}record><x:record/>"
        )
    };
    for (prefix, child) in [("", ""), ("f:", "f:"), ("f:", "")] {
        let xml = format!("<{prefix}feedback xmlns:x='urn:x'>{}</{prefix}feedback>", inner(child));
        let report = AggregateReport::from_xml(&xml).unwrap();
        let [row] = report.rows.as_slice() else { panic!("one record: {xml}") };
        assert_eq!((row.count, row.header_from.as_str()), (5, "a.test"), "{xml}");
        assert_eq!((report.version.as_str(), report.policy.policy), ("1", None), "{xml}");
    }
}

#[test]
fn an_extension_may_have_a_namespace_for_a_prefix() {
    let report = |feedback: &str, row: &str| {
        let record =
            format!("<record><row{row}><count>1</count></row><row xmlns = 'u'><count>9</count></row></record>");
        AggregateReport::from_xml(&format!("<feedback{feedback}>{record}</feedback>")).unwrap()
    };
    // Some that are written by libraries take the namespace back, which changes nothing for who reads them.
    for (feedback, row) in [
        ("", ""),
        (" xmlns=\"v\"", ""),
        (" a='xmlns=\"u\"' xmlns:x='u' xmlns='v' b=\"\"", " xmlns=\"v\""),
        (" xmlns='v'", " xmlns=''"),
        ("", " xmlns='urn:ietf:params:xml:ns:dmarc-2.0'"),
        (" xmlns='http://dmarc.org/dmarc-xml/0.1'", " xmlns='urn:ietf:params:xml:ns:dmarc-2.0'"),
        (" xmlns='v'", " xmlns='http://dmarc.org/dmarc-xml/0.1'"),
    ] {
        let report = report(feedback, row);
        assert_eq!((report.rows.len(), report.rows[0].count), (1, 1), "{feedback}{row}");
    }
    assert_eq!(report(" xmlns='u'", "").rows[0].count, 9);
    let prefixed = "<d:feedback xmlnsd='w' xmlns:e='w' xmlns:d='v'><record xmlns='v'><row><count>1</count></row></record>\
                    <record xmlns='w'/></d:feedback>";
    assert_eq!(AggregateReport::from_xml(prefixed).unwrap().rows.len(), 1);
}

#[test]
fn an_address_is_written_as_the_one_that_it_maps_to() {
    let mut report = AggregateReport::default();
    report.rows.push(Row::default());
    report.rows[0].source = Some("::ffff:192.0.2.1".parse().unwrap());
    assert!(report.to_xml().contains("<source_ip>192.0.2.1</source_ip>"));
}

/// The example of RFC 9990 appendix B.
#[test]
fn the_report_of_the_text_is_read_and_written_with_its_namespace() {
    let xml = "<feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\">
      <version>1.0</version>
      <report_metadata>
        <org_name>Sample Reporter</org_name>
        <email>report_sender@example-reporter.com</email>
        <report_id>3v98abbp8ya9n3va8yr8oa3ya</report_id>
        <date_range><begin>302832000</begin><end>302918399</end></date_range>
        <generator>Example DMARC Aggregate Reporter v1.2</generator>
      </report_metadata>
      <policy_published>
        <domain>example.com</domain>
        <p>quarantine</p><sp>none</sp><np>none</np>
        <testing>n</testing>
        <discovery_method>treewalk</discovery_method>
      </policy_published>
      <record>
        <row>
          <source_ip>192.0.2.123</source_ip>
          <count>123</count>
          <policy_evaluated><disposition>pass</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated>
        </row>
        <identifiers><envelope_from>example.com</envelope_from><header_from>example.com</header_from></identifiers>
        <auth_results>
          <dkim><domain>example.com</domain><result>pass</result><selector>abc123</selector></dkim>
          <spf><domain>example.com</domain><result>fail</result></spf>
        </auth_results>
      </record>
    </feedback>";
    let report = AggregateReport::from_xml(xml).unwrap();
    assert_eq!((report.begin, report.end), (302_832_000, 302_918_399));
    assert_eq!(
        (report.policy.policy, report.policy.nonexistent_policy),
        (Some(Policy::Quarantine), Some(Policy::None))
    );
    assert_eq!((report.policy.discovery_method.as_str(), report.policy.testing), ("treewalk", false));
    let [row] = report.rows.as_slice() else { panic!("one record") };
    assert_eq!((row.count, row.disposition.as_str(), row.dkim_aligned, row.spf_aligned), (123, "pass", true, false));
    assert_eq!((row.dkim[0].selector.as_str(), row.spf[0].result.as_str()), ("abc123", "fail"));
    let written = report.to_xml();
    assert!(written.contains("<feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\">"), "{written}");
    assert_eq!(AggregateReport::from_xml(&written), Ok(report));
}

#[test]
fn an_error_that_says_nothing_is_none() {
    let xml = "<feedback><report_metadata><error> </error><error/><error>a &#1;</error></report_metadata></feedback>";
    let report = AggregateReport::from_xml(xml).unwrap();
    assert_eq!(report.errors, ["a &#1;"]);
    assert_eq!(AggregateReport::from_xml(&report.to_xml()), Ok(report));
}

#[test]
fn a_failure_report_has_one_line_for_each_field() {
    let mut report = FailureReport::new("auth-failure\r\nX: y", "a");
    report.push("Reported-Domain", "example.com\r\nSource-IP: 192.0.2.1").unwrap();
    assert!(report.push("Bad\r\nName", "x").is_err());
    assert_eq!(report.to_string().lines().count(), 4);
    assert!(FailureReport::parse(b"Version: 1\r\n").is_err());
    assert!(FailureReport::parse(b"Feedback-Type: abuse\r\nVersion: 2\r\n").is_err());
}

/// RFC 6591 section 3.2 has whole messages in base64 in such fields.
#[test]
fn a_long_value_of_a_failure_report_is_folded() {
    let mut report = FailureReport::new("auth-failure", "a");
    let (base64, words) = ("QUJD".repeat(1000), "  one word and another ".repeat(200));
    report.push("DKIM-Canonicalized-Body", &base64).unwrap();
    report.push("Authentication-Results", words.trim()).unwrap();
    assert!(report.push(&"x".repeat(71), "y").is_err());
    report.push(&"x".repeat(70), &format!("{}{}", "y".repeat(890), " ".repeat(300))).unwrap();
    report.push("Gaps", &format!("a{}b{}c", " ".repeat(1900), " ".repeat(900))).unwrap();
    report.push("Gap", &format!("{}{}z", "y".repeat(900), " ".repeat(400))).unwrap();
    let written = report.to_string();
    assert!(written.split("\r\n").all(|line| line.len() <= 998 && (line.is_empty() || line.trim() != "")));
    let read = FailureReport::parse(written.as_bytes()).unwrap();
    assert_eq!(read.get("dkim-canonicalized-body").unwrap().replace(' ', ""), base64);
    assert_eq!(read.get("authentication-results"), Some(words.trim()));
}

proptest! {
    #[test]
    fn a_failure_report_is_read_as_it_was_written(
        words in proptest::collection::vec("[!-~]{1,300}", 1..20),
        gaps in proptest::collection::vec(1..4_usize, 20),
    ) {
        let value: String = words.iter().zip(gaps).map(|(word, gap)| format!("{word}{}", " ".repeat(gap))).collect();
        let mut report = FailureReport::new("abuse", "a");
        report.push("Original-Mail-From", value.trim_end()).unwrap();
        let written = report.to_string();
        prop_assert!(written.lines().all(|line| line.len() <= 998));
        prop_assert_eq!(FailureReport::parse(written.as_bytes()), Ok(report));
    }

    #[test]
    fn what_is_written_reads_the_same(texts in proptest::collection::vec("[ -~\u{e4}]{0,20}", 8), count in any::<u64>()) {
        let text = |n: usize| texts[n].trim().to_owned();
        let mut report = AggregateReport::default();
        (report.organization, report.email, report.generator) = (text(0), text(1), text(2));
        report.policy.domain = text(3);
        let mut row = Row::default();
        (row.count, row.header_from, row.envelope_to) = (count, text(4), text(5));
        let mut reason = Override::default();
        (reason.kind, reason.comment) = (text(6), text(7));
        row.overrides.push(reason);
        report.rows.push(row);
        prop_assert_eq!(AggregateReport::from_xml(&report.to_xml()), Ok(report));
    }

    #[test]
    fn what_was_read_is_read_as_it_was_written(
        texts in proptest::collection::vec("([ -~\u{0}-\u{1f}\u{7f}-\u{a0}\u{2028}\u{fffc}-\u{ffff}]|&#x?[0-9a-f]{1,4};){0,12}", 4),
    ) {
        let text = |n: usize| texts[n].replace('<', "").replace("\u{0}", "&#13;");
        let xml = format!(
            "<feedback><version>{}</version><report_metadata><error>{}</error></report_metadata><record><identifiers>\
             <header_from>{}</header_from></identifiers><auth_results><spf><result>{}</result></spf></auth_results></record></feedback>",
            text(0), text(1), text(2), text(3),
        );
        let report = AggregateReport::from_xml(&xml).unwrap();
        prop_assert_eq!(AggregateReport::from_xml(&report.to_xml()), Ok(report));
    }

    #[test]
    fn no_text_makes_a_reader_panic(xml in "[<>/!\\[\\]&;a\"' -]{0,60}", json in "[\\[\\]{}:,\"a-z0-9 ]{0,40}", any in any::<String>()) {
        let _ = AggregateReport::from_xml(&xml);
        let _ = AggregateReport::from_xml(&format!("<feedback><record>{any}</record></feedback>"));
        let _ = TlsReport::from_json(&json);
        let _ = FailureReport::parse(any.as_bytes());
    }
}
