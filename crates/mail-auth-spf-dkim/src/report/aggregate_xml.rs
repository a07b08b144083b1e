//! Aggregate reports as XML (RFC 9990 appendix A). Reading takes what receivers of all times write: elements in any
//! order, unknown ones passed over.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Write};

use super::xml::{Escaped, Token, Tokens, append_text, is_held};
use super::{AggregateReport, InvalidAggregateReport, PublishedPolicy, Row};
use crate::dmarc::Policy;

/// The namespace of RFC 9990. Reports of older times have none.
const NAMESPACE: &str = "urn:ietf:params:xml:ns:dmarc-2.0";

/// What has no other meaning: none at all, that of RFC 9990, and that of RFC 7489's schema.
const OWN_NAMESPACES: [&str; 3] = ["", NAMESPACE, "http://dmarc.org/dmarc-xml/0.1"];

impl AggregateReport {
    /// Reads a report. Elements with another prefix than that of the outermost, or another default namespace, are an
    /// extension's: they are passed over.
    /// A reference to a character that XML cannot hold stays as it is written; such a character itself is left out.
    ///
    /// # Errors
    /// [`InvalidAggregateReport`] if this is no report at all, or not a whole one. Values that cannot be understood are
    /// left out.
    pub fn from_xml(text: &str) -> Result<Self, InvalidAggregateReport> {
        let mut report = Self::default();
        let mut tokens = Tokens::new(text);
        let mut path: Vec<&str> = Vec::new();
        let (mut reports_prefix, mut reports_namespaces) = ("", [None; 2]);
        // How many of the open elements are an extension's.
        let mut foreign = 0_usize;
        let mut value = String::new();
        let mut evidence = 0;
        let mut found = false;
        while let Some(token) = tokens.next()? {
            match token {
                Token::Start(_) if tokens.depth() > Self::DEEPEST => return Err(InvalidAggregateReport::TooDeep),
                Token::Start(_) if foreign > 0 => foreign += 1,
                Token::Start(name) => {
                    let (prefix, name) = name.rsplit_once(':').unwrap_or(("", name));
                    if path.is_empty() {
                        reports_prefix = prefix;
                        reports_namespaces = [tokens.namespace(prefix), tokens.namespace("")];
                    }
                    // The old schema has a prefix on the outermost element alone, and some say the namespace inside only,
                    // or take it back there.
                    let is_foreign = if prefix.is_empty() {
                        let namespace = tokens.namespace("").filter(|namespace| !OWN_NAMESPACES.contains(namespace));
                        namespace.is_some() && !reports_namespaces.contains(&namespace)
                    } else {
                        prefix != reports_prefix
                    };
                    if is_foreign {
                        foreign += 1;
                        continue;
                    }
                    path.push(name);
                    value.clear();
                    found |= path == ["feedback"];
                    report.open(&path, &mut evidence)?;
                }
                Token::Text(_) | Token::Data(_) if foreign > 0 => {}
                Token::Text(text) => append_text(text, &mut value),
                Token::Data(text) => value.push_str(text),
                Token::End if foreign > 0 => foreign -= 1,
                Token::End => {
                    value.retain(is_held);
                    report.set(&path, value.trim());
                    value.clear();
                    path.pop();
                }
            }
        }
        if found { Ok(report) } else { Err(InvalidAggregateReport::NoFeedback) }
    }

    /// An element begins: lists grow. `evidence` is how many elements those of the rows have together.
    fn open(&mut self, path: &[&str], evidence: &mut usize) -> Result<(), InvalidAggregateReport> {
        match path {
            ["feedback", "report_metadata", "error"] if self.errors.len() >= Self::MOST_ERRORS => {
                return Err(InvalidAggregateReport::TooMany("error"));
            }
            ["feedback", "record"] => {
                if self.rows.len() >= Self::MOST_ROWS {
                    return Err(InvalidAggregateReport::TooManyRows);
                }
                self.rows.push(Row::default());
            }
            ["feedback", "record", rest @ ..] => {
                let Some(row) = self.rows.last_mut() else { return Ok(()) };
                match rest {
                    ["row", "policy_evaluated", "reason"] => grow(&mut row.overrides, "reason", evidence)?,
                    ["auth_results", "dkim"] => grow(&mut row.dkim, "dkim", evidence)?,
                    ["auth_results", "spf"] => grow(&mut row.spf, "spf", evidence)?,
                    _ => {}
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// An element with this text ends.
    fn set(&mut self, path: &[&str], value: &str) {
        match path {
            ["feedback", "version"] => self.version = value.to_owned(),
            // An empty one says nothing.
            ["feedback", "report_metadata", "error"] if value.is_empty() => {}
            ["feedback", "report_metadata", "error"] => self.errors.push(value.to_owned()),
            ["feedback", "report_metadata", "date_range", "begin"] => self.begin = number(value),
            ["feedback", "report_metadata", "date_range", "end"] => self.end = number(value),
            ["feedback", "report_metadata", name] => {
                let field = match *name {
                    "org_name" => &mut self.organization,
                    "email" => &mut self.email,
                    "extra_contact_info" => &mut self.contact,
                    "report_id" => &mut self.report_id,
                    "generator" => &mut self.generator,
                    _ => return,
                };
                *field = value.to_owned();
            }
            ["feedback", "policy_published", name] => self.policy.set(name, value),
            ["feedback", "record", rest @ ..] => {
                if let Some(row) = self.rows.last_mut() {
                    row.set(rest, value);
                }
            }
            _ => {}
        }
    }

    /// The report as a document.
    pub fn to_xml(&self) -> String {
        let mut document = Document(String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
        // Writing to a String cannot fail.
        let _ = self.write(&mut document);
        document.0
    }

    fn write(&self, document: &mut Document) -> fmt::Result {
        writeln!(document.0, "<feedback xmlns=\"{NAMESPACE}\">")?;
        document.leaf("version", &self.version)?;
        document.open("report_metadata")?;
        document.leaf("org_name", &self.organization)?;
        document.leaf("email", &self.email)?;
        document.leaf("extra_contact_info", &self.contact)?;
        document.leaf("report_id", &self.report_id)?;
        document.open("date_range")?;
        document.leaf("begin", &self.begin.to_string())?;
        document.leaf("end", &self.end.to_string())?;
        document.close("date_range")?;
        for error in &self.errors {
            document.leaf("error", error)?;
        }
        document.leaf("generator", &self.generator)?;
        document.close("report_metadata")?;
        self.policy.write(document)?;
        for row in &self.rows {
            row.write(document)?;
        }
        document.close("feedback")
    }
}

impl PublishedPolicy {
    fn set(&mut self, name: &str, value: &str) {
        let text = match name {
            "domain" => &mut self.domain,
            "discovery_method" => &mut self.discovery_method,
            "adkim" => &mut self.dkim_alignment,
            "aspf" => &mut self.spf_alignment,
            "fo" => &mut self.failure_options,
            "p" => return self.policy = policy(value),
            "sp" => return self.subdomain_policy = policy(value),
            "np" => return self.nonexistent_policy = policy(value),
            "testing" => return self.testing = value.eq_ignore_ascii_case("y"),
            _ => return,
        };
        *text = value.to_owned();
    }

    fn write(&self, document: &mut Document) -> fmt::Result {
        let word = |policy: Option<Policy>| policy.map_or("", Policy::as_str);
        document.open("policy_published")?;
        document.leaf("domain", &self.domain)?;
        document.leaf("discovery_method", &self.discovery_method)?;
        document.leaf("p", word(self.policy))?;
        document.leaf("sp", word(self.subdomain_policy))?;
        document.leaf("np", word(self.nonexistent_policy))?;
        document.leaf("fo", &self.failure_options)?;
        document.leaf("adkim", &self.dkim_alignment)?;
        document.leaf("aspf", &self.spf_alignment)?;
        document.leaf("testing", if self.testing { "y" } else { "n" })?;
        document.close("policy_published")
    }
}

impl Row {
    fn set(&mut self, path: &[&str], value: &str) {
        match path {
            ["row", "source_ip"] => self.source = value.parse().ok(),
            ["row", "count"] => self.count = number(value),
            ["row", "policy_evaluated", "disposition"] => self.disposition = value.to_ascii_lowercase(),
            ["row", "policy_evaluated", "dkim"] => self.dkim_aligned = value.eq_ignore_ascii_case("pass"),
            ["row", "policy_evaluated", "spf"] => self.spf_aligned = value.eq_ignore_ascii_case("pass"),
            ["row", "policy_evaluated", "reason", name] => {
                let Some(reason) = self.overrides.last_mut() else { return };
                match *name {
                    "type" => reason.kind = value.to_owned(),
                    "comment" => reason.comment = value.to_owned(),
                    _ => {}
                }
            }
            // `identities` is what the first drafts called it.
            ["identifiers" | "identities", "header_from"] => self.header_from = value.to_owned(),
            ["identifiers" | "identities", "envelope_from"] => self.envelope_from = value.to_owned(),
            ["identifiers" | "identities", "envelope_to"] => self.envelope_to = value.to_owned(),
            ["auth_results", "dkim", name] => {
                let Some(dkim) = self.dkim.last_mut() else { return };
                match *name {
                    "domain" => dkim.domain = value.to_owned(),
                    "selector" => dkim.selector = value.to_owned(),
                    "result" => dkim.result = value.to_ascii_lowercase(),
                    "human_result" => dkim.human_result = value.to_owned(),
                    _ => {}
                }
            }
            ["auth_results", "spf", name] => {
                let Some(spf) = self.spf.last_mut() else { return };
                match *name {
                    "domain" => spf.domain = value.to_owned(),
                    "scope" => spf.scope = value.to_owned(),
                    "result" => spf.result = value.to_ascii_lowercase(),
                    "human_result" => spf.human_result = value.to_owned(),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn write(&self, document: &mut Document) -> fmt::Result {
        let verdict = |aligned| if aligned { "pass" } else { "fail" };
        document.open("record")?;
        document.open("row")?;
        if let Some(source) = self.source {
            document.leaf("source_ip", &source.to_canonical().to_string())?;
        }
        document.leaf("count", &self.count.to_string())?;
        document.open("policy_evaluated")?;
        document.leaf("disposition", &self.disposition)?;
        document.leaf("dkim", verdict(self.dkim_aligned))?;
        document.leaf("spf", verdict(self.spf_aligned))?;
        for reason in &self.overrides {
            document.open("reason")?;
            document.leaf("type", &reason.kind)?;
            document.leaf("comment", &reason.comment)?;
            document.close("reason")?;
        }
        document.close("policy_evaluated")?;
        document.close("row")?;
        document.open("identifiers")?;
        document.leaf("envelope_to", &self.envelope_to)?;
        document.leaf("envelope_from", &self.envelope_from)?;
        document.leaf("header_from", &self.header_from)?;
        document.close("identifiers")?;
        document.open("auth_results")?;
        for dkim in &self.dkim {
            document.open("dkim")?;
            document.leaf("domain", &dkim.domain)?;
            document.leaf("selector", &dkim.selector)?;
            document.leaf("result", &dkim.result)?;
            document.leaf("human_result", &dkim.human_result)?;
            document.close("dkim")?;
        }
        for spf in &self.spf {
            document.open("spf")?;
            document.leaf("domain", &spf.domain)?;
            document.leaf("scope", &spf.scope)?;
            document.leaf("result", &spf.result)?;
            document.leaf("human_result", &spf.human_result)?;
            document.close("spf")?;
        }
        document.close("auth_results")?;
        document.close("record")
    }
}

fn grow<T: Default>(list: &mut Vec<T>, name: &'static str, evidence: &mut usize) -> Result<(), InvalidAggregateReport> {
    *evidence += 1;
    if *evidence > AggregateReport::MOST_EVIDENCE {
        return Err(InvalidAggregateReport::TooMany(name));
    }
    // Most rows have one of each, and there are many rows.
    if list.is_empty() {
        list.reserve_exact(1);
    }
    list.push(T::default());
    Ok(())
}

/// Digits alone; 0 if it is anything else.
fn number(value: &str) -> u64 {
    if value.bytes().all(|octet| octet.is_ascii_digit()) { value.parse().unwrap_or(0) } else { 0 }
}

fn policy(word: &str) -> Option<Policy> {
    [Policy::None, Policy::Quarantine, Policy::Reject].into_iter().find(|p| p.as_str().eq_ignore_ascii_case(word))
}

struct Document(String);

impl Document {
    fn open(&mut self, name: &str) -> fmt::Result {
        writeln!(self.0, "<{name}>")
    }

    fn close(&mut self, name: &str) -> fmt::Result {
        writeln!(self.0, "</{name}>")
    }

    /// An element with text; none at all if there is no text.
    fn leaf(&mut self, name: &str, text: &str) -> fmt::Result {
        if text.is_empty() { Ok(()) } else { writeln!(self.0, "<{name}>{}</{name}>", Escaped(text)) }
    }
}
