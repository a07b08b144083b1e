//! Abuse feedback reports (RFC 5965).

use alloc::{format, string::String, string::ToString, vec::Vec};
use core::net::IpAddr;

use super::{Group, Returned, assemble};
use crate::{
    build::{BuildError, ListUri, Part},
    value::{AddrSpec, DateTime, InvalidValue},
};

/// What the report says about a message (RFC 5965 section 7.3, RFC 6591, RFC 6430).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FeedbackKind {
    /// Unwanted mail.
    Abuse,
    /// Fraud.
    Fraud,
    /// A virus in it.
    Virus,
    /// Not spam: an earlier report was mistaken.
    NotSpam,
    /// Authentication failed.
    AuthFailure,
    /// Anything else.
    Other,
}

impl FeedbackKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Abuse => "abuse",
            Self::Fraud => "fraud",
            Self::Virus => "virus",
            Self::NotSpam => "not-spam",
            Self::AuthFailure => "auth-failure",
            Self::Other => "other",
        }
    }
}

/// A complaint about a message (RFC 5965 section 3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedbackReport {
    fields: Group,
}

impl FeedbackReport {
    /// What is said, and by which program: `Example/1.0`.
    ///
    /// # Errors
    /// [`BuildError::NotAscii`], [`BuildError::Value`].
    pub fn new(kind: FeedbackKind, user_agent: &str) -> Result<Self, BuildError> {
        let report = Self { fields: Group::default() };
        report
            .with("Feedback-Type", kind.name().into())?
            .with("User-Agent", user_agent.into())?
            .with("Version", "1".into())
    }

    /// The reverse-path of the message.
    ///
    /// # Errors
    /// [`BuildError::NotAscii`], [`BuildError::TooLong`].
    pub fn original_mail_from(self, address: &AddrSpec<'_>) -> Result<Self, BuildError> {
        let text = if address.is_null() { String::new() } else { address.to_string() };
        self.with("Original-Mail-From", format!("<{text}>"))
    }

    /// One of the message's recipients. May be said for each of them.
    ///
    /// # Errors
    /// [`BuildError::NotAscii`], [`BuildError::TooLong`].
    pub fn original_rcpt_to(self, address: &AddrSpec<'_>) -> Result<Self, BuildError> {
        self.with("Original-Rcpt-To", format!("<{address}>"))
    }

    /// When the message arrived.
    #[must_use]
    pub fn arrival(mut self, date: DateTime) -> Self {
        // A date is tokens, always.
        let _ = self.fields.set("Arrival-Date", date.to_string());
        self
    }

    /// The server that reports: a domain name.
    ///
    /// # Errors
    /// [`BuildError::NotAscii`], [`BuildError::Value`].
    pub fn reporting_mta(mut self, name: &str) -> Result<Self, BuildError> {
        self.fields.set_typed("Reporting-MTA", "dns", name)?;
        Ok(self)
    }

    /// From where the message came.
    #[must_use]
    pub fn source_ip(mut self, address: IpAddr) -> Self {
        let _ = self.fields.set("Source-IP", address.to_string());
        self
    }

    /// A domain the report is about. May be said for each of them.
    ///
    /// # Errors
    /// [`BuildError::NotAscii`], [`BuildError::Value`].
    pub fn reported_domain(self, domain: &str) -> Result<Self, BuildError> {
        self.with("Reported-Domain", domain.into())
    }

    /// A URI the report is about. May be said for each of them.
    ///
    /// # Errors
    /// [`BuildError::TooLong`].
    pub fn reported_uri(self, uri: &ListUri<'_>) -> Result<Self, BuildError> {
        self.with("Reported-URI", uri.as_str().into())
    }

    /// The body of an Authentication-Results field. May be said several times.
    ///
    /// # Errors
    /// [`BuildError::NotAscii`], [`BuildError::Value`], [`BuildError::TooLong`].
    pub fn authentication_results(self, body: &str) -> Result<Self, BuildError> {
        self.with("Authentication-Results", body.into())
    }

    /// How many messages like this one it stands for.
    ///
    /// # Errors
    /// [`BuildError::Value`] for none.
    pub fn incidents(self, count: u32) -> Result<Self, BuildError> {
        if count == 0 {
            return Err(BuildError::value("Incidents", InvalidValue::Empty));
        }
        self.with("Incidents", count.to_string())
    }

    /// The report as a part, to be the body of a message. It gives back the message or its header (RFC 5965 section 2).
    ///
    /// # Errors
    /// [`BuildError::Empty`] for [`Returned::Nothing`].
    pub fn into_part<'a>(self, explanation: Part<'a>, returned: Returned<'a>) -> Result<Part<'a>, BuildError> {
        if returned == Returned::Nothing {
            return Err(BuildError::Empty("a feedback report"));
        }
        let mut text = Vec::new();
        self.fields.write(&mut text);
        Ok(assemble("feedback-report", explanation, "message/feedback-report", text, returned))
    }

    fn with(mut self, name: &'static str, value: String) -> Result<Self, BuildError> {
        self.fields.set(name, value)?;
        Ok(self)
    }
}
