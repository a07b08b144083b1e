use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use rfc5322_message::fields::{Fields, unfold};

/// The part `message/feedback-report` of a report about one message: abuse (RFC 5965), or an authentication failure
/// (RFC 6591, RFC 9991).
///
/// It displays as the part's content. Values are one line: what a header cannot hold becomes `?`.
///
/// ```
/// use mail_auth_spf_dkim::report::FailureReport;
///
/// let part = b"Feedback-Type: auth-failure\r\nUser-Agent: Example/1.0\r\nVersion: 1\r\nAuth-Failure: dmarc\r\n\
///              Reported-Domain: example.com\r\nReported-URI: mailto:a@example.com\r\n";
/// let report = FailureReport::parse(part).unwrap();
/// assert_eq!(report.feedback_type, "auth-failure");
/// assert_eq!(report.get("auth-failure"), Some("dmarc"));
/// assert_eq!(report.to_string().as_bytes(), part);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct FailureReport {
    /// `Feedback-Type`: `auth-failure`, `abuse`, `fraud`, …
    pub feedback_type: String,
    /// `User-Agent`: the software that made the report.
    pub user_agent: String,
    /// All other fields but `Version`, in order, names as written.
    fields: Vec<(String, String)>,
}

/// Why a part is no feedback report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidFailureReport {
    /// There is no `Feedback-Type`.
    #[error("there is no Feedback-Type field")]
    NoFeedbackType,
    /// `Version` is missing or unknown.
    #[error("the version is missing or unknown")]
    Version,
    /// A field's name is not a name.
    #[error("this is no field name")]
    FieldName,
}

/// How many fields are read.
const MOST_FIELDS: usize = 200;

impl FailureReport {
    /// A report of this type.
    pub fn new(feedback_type: &str, user_agent: &str) -> Self {
        Self { feedback_type: feedback_type.to_owned(), user_agent: user_agent.to_owned(), fields: Vec::new() }
    }

    /// Reads the content of a part.
    ///
    /// # Errors
    /// [`InvalidFailureReport`] says what is missing.
    pub fn parse(part: &[u8]) -> Result<Self, InvalidFailureReport> {
        let mut report = Self::default();
        let mut version = String::new();
        for field in Fields::new(part).take(MOST_FIELDS) {
            let value = unfold(field.body()).collect::<Vec<_>>().concat();
            let value = String::from_utf8_lossy(&value).trim().to_owned();
            let name = String::from_utf8_lossy(field.name()).into_owned();
            match () {
                () if field.is("Feedback-Type") => report.feedback_type = value.to_ascii_lowercase(),
                () if field.is("User-Agent") => report.user_agent = value,
                () if field.is("Version") => version = value,
                () => report.fields.push((name, value)),
            }
        }
        if report.feedback_type.is_empty() {
            return Err(InvalidFailureReport::NoFeedbackType);
        }
        // The first reports had version 0.1.
        if !matches!(version.as_str(), "1" | "0.1") {
            return Err(InvalidFailureReport::Version);
        }
        Ok(report)
    }

    /// Adds a field; several may have the same name.
    ///
    /// # Errors
    /// [`InvalidFailureReport::FieldName`] if the name has other characters than letters, digits and hyphens.
    pub fn push(&mut self, name: &str, value: &str) -> Result<(), InvalidFailureReport> {
        if name.is_empty() || !name.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-') {
            return Err(InvalidFailureReport::FieldName);
        }
        self.fields.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    /// The value of the first field of this name, whatever its case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The values of all fields of this name.
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

impl fmt::Display for FailureReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Feedback-Type: {}\r\n", OneLine(&self.feedback_type))?;
        write!(f, "User-Agent: {}\r\nVersion: 1\r\n", OneLine(&self.user_agent))?;
        self.fields.iter().try_for_each(|(name, value)| write!(f, "{name}: {}\r\n", OneLine(value)))
    }
}

/// A value that cannot start a new line.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use core::fmt::Write as _;
        // 900 characters leave room for the longest name in a line.
        for character in self.0.chars().take(900) {
            f.write_char(if matches!(character, ' '..='~') { character } else { '?' })?;
        }
        Ok(())
    }
}
