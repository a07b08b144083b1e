use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value, json};

/// A TLS report (RFC 8460 section 4): how often TLS failed on the way to a domain.
///
/// Texts that the format leaves open are empty if they are absent.
///
/// ```
/// use mail_auth_spf_dkim::report::{TlsPolicy, TlsReport};
///
/// let mut report = TlsReport::default();
/// report.organization = "Company-X".into();
/// let mut policy = TlsPolicy::default();
/// policy.kind = "sts".into();
/// policy.successes = 5326;
/// report.policies.push(policy);
/// assert_eq!(TlsReport::from_json(&report.to_json()).unwrap(), report);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct TlsReport {
    /// `organization-name`.
    pub organization: String,
    /// `date-range/start-datetime`, in RFC 3339's form.
    pub start: String,
    /// `date-range/end-datetime`, in RFC 3339's form.
    pub end: String,
    /// `contact-info`.
    pub contact: String,
    /// `report-id`.
    pub report_id: String,
    /// `policies`.
    pub policies: Vec<TlsPolicy>,
}

/// What happened under one policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct TlsPolicy {
    /// `policy-type`: `tlsa`, `sts` or `no-policy-found`.
    pub kind: String,
    /// `policy-string`: the policy, line by line.
    pub lines: Vec<String>,
    /// `policy-domain`.
    pub domain: String,
    /// `mx-host`: the patterns of the policy.
    pub exchangers: Vec<String>,
    /// `total-successful-session-count`.
    pub successes: u64,
    /// `total-failure-session-count`.
    pub failures: u64,
    /// `failure-details`.
    pub details: Vec<TlsFailure>,
}

/// Failures that are alike.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct TlsFailure {
    /// `result-type`: `starttls-not-supported`, `certificate-expired`, …
    pub result: String,
    /// `sending-mta-ip`.
    pub sender: String,
    /// `receiving-mx-hostname`.
    pub receiver_name: String,
    /// `receiving-mx-helo`.
    pub receiver_helo: String,
    /// `receiving-ip`.
    pub receiver: String,
    /// `failed-session-count`.
    pub sessions: u64,
    /// `additional-information`: a URI.
    pub information: String,
    /// `failure-reason-code`.
    pub reason: String,
}

/// Why a text is no TLS report. The fault is of whoever wrote it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidTlsReport {
    /// It is no JSON.
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// It is no object with a list of policies.
    #[error("there is no list of policies")]
    NoPolicies,
    /// There are more values than [`TlsReport::MOST_VALUES`].
    #[error("there are too many values")]
    TooManyValues,
}

impl TlsReport {
    /// How many values a report may have, counted by commas and opening brackets; one with more is refused. A failure has
    /// eight, and some thirty thousand failures fit in.
    pub const MOST_VALUES: usize = 250_000;

    /// Reads a report. Values of another type than the format's count as absent, in lists too.
    ///
    /// # Errors
    /// [`InvalidTlsReport`] if this is no report at all.
    pub fn from_json(report: &str) -> Result<Self, InvalidTlsReport> {
        // A value of one octet takes many in memory.
        let values = report.bytes().filter(|octet| matches!(octet, b',' | b'[' | b'{')).count();
        if values > Self::MOST_VALUES {
            return Err(InvalidTlsReport::TooManyValues);
        }
        let report: Value = serde_json::from_str(report)?;
        let policies = report.get("policies").and_then(Value::as_array).ok_or(InvalidTlsReport::NoPolicies)?;
        let range = report.get("date-range").unwrap_or(&Value::Null);
        Ok(Self {
            organization: text(&report, "organization-name"),
            start: text(range, "start-datetime"),
            end: text(range, "end-datetime"),
            contact: text(&report, "contact-info"),
            report_id: text(&report, "report-id"),
            policies: objects(Some(policies), TlsPolicy::read),
        })
    }

    /// The report as JSON. What is empty is left out.
    pub fn to_json(&self) -> String {
        let mut report = Map::new();
        put(&mut report, "organization-name", &self.organization);
        let mut range = Map::new();
        put(&mut range, "start-datetime", &self.start);
        put(&mut range, "end-datetime", &self.end);
        if !range.is_empty() {
            report.insert("date-range".to_owned(), Value::Object(range));
        }
        put(&mut report, "contact-info", &self.contact);
        put(&mut report, "report-id", &self.report_id);
        let policies = self.policies.iter().map(TlsPolicy::write).collect();
        report.insert("policies".to_owned(), Value::Array(policies));
        alloc::format!("{}", Value::Object(report))
    }
}

impl TlsPolicy {
    fn read(value: &Value) -> Self {
        let policy = value.get("policy").unwrap_or(&Value::Null);
        let summary = value.get("summary").unwrap_or(&Value::Null);
        let details = value.get("failure-details").and_then(Value::as_array);
        Self {
            kind: text(policy, "policy-type"),
            lines: texts(policy, "policy-string"),
            domain: text(policy, "policy-domain"),
            exchangers: texts(policy, "mx-host"),
            successes: number(summary, "total-successful-session-count"),
            failures: number(summary, "total-failure-session-count"),
            details: objects(details, TlsFailure::read),
        }
    }

    fn write(&self) -> Value {
        let mut policy = Map::new();
        put(&mut policy, "policy-type", &self.kind);
        for (name, list) in [("policy-string", &self.lines), ("mx-host", &self.exchangers)] {
            if !list.is_empty() {
                policy.insert(name.to_owned(), json!(list));
            }
        }
        put(&mut policy, "policy-domain", &self.domain);
        let summary = json!({
            "total-successful-session-count": self.successes,
            "total-failure-session-count": self.failures,
        });
        let mut written = Map::new();
        if !policy.is_empty() {
            written.insert("policy".to_owned(), Value::Object(policy));
        }
        written.insert("summary".to_owned(), summary);
        if !self.details.is_empty() {
            let details = self.details.iter().map(TlsFailure::write).collect();
            written.insert("failure-details".to_owned(), Value::Array(details));
        }
        Value::Object(written)
    }
}

impl TlsFailure {
    fn read(value: &Value) -> Self {
        Self {
            result: text(value, "result-type"),
            sender: text(value, "sending-mta-ip"),
            receiver_name: text(value, "receiving-mx-hostname"),
            receiver_helo: text(value, "receiving-mx-helo"),
            receiver: text(value, "receiving-ip"),
            sessions: number(value, "failed-session-count"),
            information: text(value, "additional-information"),
            reason: text(value, "failure-reason-code"),
        }
    }

    fn write(&self) -> Value {
        let mut failure = Map::new();
        put(&mut failure, "result-type", &self.result);
        put(&mut failure, "sending-mta-ip", &self.sender);
        put(&mut failure, "receiving-mx-hostname", &self.receiver_name);
        put(&mut failure, "receiving-mx-helo", &self.receiver_helo);
        put(&mut failure, "receiving-ip", &self.receiver);
        failure.insert("failed-session-count".to_owned(), json!(self.sessions));
        put(&mut failure, "additional-information", &self.information);
        put(&mut failure, "failure-reason-code", &self.reason);
        Value::Object(failure)
    }
}

/// What the objects of a list say.
fn objects<T>(list: Option<&Vec<Value>>, read: impl Fn(&Value) -> T) -> Vec<T> {
    list.into_iter().flatten().filter(|value| value.is_object()).map(read).collect()
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A list of texts, or a single one.
fn texts(value: &Value, name: &str) -> Vec<String> {
    match value.get(name) {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect(),
        Some(Value::String(single)) => alloc::vec![single.clone()],
        _ => Vec::new(),
    }
}

fn number(value: &Value, name: &str) -> u64 {
    value.get(name).and_then(Value::as_u64).unwrap_or(0)
}

fn put(map: &mut Map<String, Value>, name: &str, value: &str) {
    if !value.is_empty() {
        map.insert(name.to_owned(), Value::String(value.to_owned()));
    }
}
