use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use rfc5322_message::fields::{Fields, unfold};

/// The part `message/feedback-report` of a report about one message: abuse (RFC 5965), or an authentication failure
/// (RFC 6591, RFC 9991).
///
/// It displays as the part's content. What a header cannot hold becomes `?`. A value that is too long for a line is folded
/// where it has a space; one without spaces, such as base64, gets them with the folds; hundreds of spaces in a row become
/// fewer. Fields with names of more than 70 characters are passed over.
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

/// The longest name of a field.
const LONGEST_NAME: usize = 70;

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
        for field in Fields::new(part).take(MOST_FIELDS).filter(|field| field.name().len() <= LONGEST_NAME) {
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
    /// [`InvalidFailureReport::FieldName`] if the name has other characters than letters, digits and hyphens, or more than
    /// 70.
    pub fn push(&mut self, name: &str, value: &str) -> Result<(), InvalidFailureReport> {
        if !(1..=LONGEST_NAME).contains(&name.len())
            || !name.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
        {
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
        write!(f, "Feedback-Type: {}\r\n", Folded(&self.feedback_type))?;
        write!(f, "User-Agent: {}\r\nVersion: 1\r\n", Folded(&self.user_agent))?;
        self.fields.iter().try_for_each(|(name, value)| write!(f, "{name}: {}\r\n", Folded(value)))
    }
}

/// A value that cannot start a new field, nor make a line too long for RFC 5322.
struct Folded<'a>(&'a str);

/// Lines longer than this are folded at the next space; those longer than that wherever they are. With the longest name and
/// the characters that a line may have by RFC 5322, 998, there is room for both.
const LONG: usize = 400;
const TOO_LONG: usize = 900;

impl fmt::Display for Folded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use core::fmt::Write as _;
        let (mut length, mut spaces) = (0, 0);
        let mut characters = self.0.trim_end().chars().peekable();
        while let Some(character) = characters.next() {
            spaces = if character == ' ' { spaces + 1 } else { 0 };
            if spaces >= LONG {
                // A line of nothing but blanks would end the header for some readers.
                continue;
            }
            if length >= TOO_LONG {
                f.write_str("\r\n ")?;
                length = 1;
            } else if length >= LONG && character == ' ' && characters.peek().is_some_and(|next| *next != ' ') {
                f.write_str("\r\n")?;
                length = 0;
            }
            f.write_char(if matches!(character, ' '..='~') { character } else { '?' })?;
            length += 1;
        }
        Ok(())
    }
}
