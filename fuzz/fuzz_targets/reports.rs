//! Reports from strangers: no text stops a reader, and what was read once stays the same however often it is written
//! and read. What is written is one part, one document: nothing injects a field or an element.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use mail_auth_spf_dkim::report::{AggregateReport, FailureReport, TlsReport};

#[derive(Arbitrary, Debug)]
enum Token {
    Open(u8),
    Close,
    Empty(u8),
    Leaf(u8, String),
    Text(String),
    Data(String),
    Comment(String),
    Reference(u32),
}

#[derive(Arbitrary, Debug)]
enum Input {
    Xml(String),
    Document(Vec<Token>),
    Json(String),
    Tls(Vec<(u8, String, u64)>),
    Part(Vec<u8>),
    Fields(Vec<(u8, Vec<u8>)>),
}

const ELEMENTS: [&str; 32] = [
    "feedback",
    "record",
    "row",
    "policy_evaluated",
    "reason",
    "auth_results",
    "dkim",
    "spf",
    "report_metadata",
    "date_range",
    "begin",
    "end",
    "error",
    "policy_published",
    "p",
    "sp",
    "np",
    "testing",
    "identifiers",
    "header_from",
    "envelope_to",
    "source_ip",
    "count",
    "disposition",
    "type",
    "comment",
    "domain",
    "result",
    "version",
    "org_name",
    "human_result",
    "unknown",
];

const KEYS: [&str; 6] =
    ["policy-type", "policy-string", "policy-domain", "mx-host", "total-successful-session-count", "failure-details"];

const FIELDS: [&str; 6] = [
    "Feedback-Type: auth-failure\r\n",
    "Version: 1\r\n",
    "User-Agent: ",
    "Source-IP: ",
    "Auth-Failure: ",
    "Version: 0.1\r\n",
];

fn xml(text: &str) {
    let Ok(report) = AggregateReport::from_xml(text) else { return };
    assert_eq!(AggregateReport::from_xml(&report.to_xml()), Ok(report));
}

fn json(text: &str) {
    let Ok(report) = TlsReport::from_json(text) else { return };
    assert_eq!(TlsReport::from_json(&report.to_json()).expect("what was written"), report);
}

fn part(octets: &[u8]) {
    let Ok(report) = FailureReport::parse(octets) else { return };
    let written = report.to_string();
    assert!(
        written.split_terminator("\r\n").all(|line| line.bytes().all(|octet| matches!(octet, b' '..=b'~'))),
        "{written:?}"
    );
    let again = FailureReport::parse(written.as_bytes()).expect("what was written");
    assert_eq!(FailureReport::parse(again.to_string().as_bytes()), Ok(again));
}

fn document(tokens: &[Token]) -> String {
    let mut open = vec!["feedback"];
    let mut text = String::from("<feedback>");
    let element = |n: &u8| ELEMENTS[usize::from(*n) % ELEMENTS.len()];
    for token in tokens {
        text.push_str(&match token {
            Token::Open(n) => {
                open.push(element(n));
                format!("<{}>", element(n))
            }
            // The root stays open: nothing may come behind it.
            Token::Close if open.len() == 1 => continue,
            Token::Close => format!("</{}>", open.pop().expect("an open element")),
            Token::Empty(n) => format!("<{}/>", element(n)),
            Token::Leaf(n, content) => format!("<{0}>{content}</{0}>", element(n)),
            Token::Text(content) => content.clone(),
            Token::Data(content) => format!("<![CDATA[{content}]]>"),
            Token::Comment(content) => format!("<!--{content}-->"),
            Token::Reference(code) => format!("&#{code};"),
        });
    }
    while let Some(name) = open.pop() {
        text.push_str(&format!("</{name}>"));
    }
    text
}

fuzz_target!(|input: Input| match input {
    Input::Xml(text) => xml(&text),
    Input::Document(tokens) => xml(&document(&tokens)),
    Input::Json(text) => json(&text),
    Input::Tls(entries) => {
        let key = |n: &u8| KEYS[usize::from(*n) % KEYS.len()];
        let entry = |(n, text, count): &(u8, String, u64)| {
            format!("{{\"policy\":{{\"{0}\":{text:?}}},\"summary\":{{\"{0}\":{count}}},\"{0}\":[{{}}]}}", key(n))
        };
        let policies: Vec<String> = entries.iter().map(entry).collect();
        json(&format!("{{\"policies\":[{}]}}", policies.join(",")));
    }
    Input::Part(octets) => part(&octets),
    Input::Fields(fields) => {
        let mut octets = b"Feedback-Type: abuse\r\nVersion: 1\r\n".to_vec();
        for (n, value) in &fields {
            octets.extend([FIELDS[usize::from(*n) % FIELDS.len()].as_bytes(), value, b"\r\n"].concat());
        }
        part(&octets);
    }
});
