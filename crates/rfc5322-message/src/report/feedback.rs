//! Abuse reports (RFC 5965).

use alloc::{borrow::Cow, string::String};

use super::{Block, block, keyword};
use crate::{Part, value::DateTime};

/// A message/feedback-report.
#[derive(Debug, Clone)]
pub struct FeedbackReport<'m> {
    body: Cow<'m, [u8]>,
}

impl<'m> FeedbackReport<'m> {
    /// Reads a part; `None` if it is of another type.
    #[must_use]
    pub fn of(part: &Part<'m>) -> Option<Self> {
        part.content_type().is("message", "feedback-report").then(|| Self { body: part.decoded().bytes })
    }

    /// All of its fields.
    #[must_use]
    pub fn block(&self) -> Block<'_> {
        block(&self.body).0
    }

    /// `abuse`, `fraud`, `virus`, `not-spam`, `auth-failure` (section 7.3); in lower case.
    #[must_use]
    pub fn feedback_type(&self) -> Option<String> {
        self.block().text("Feedback-Type").map(|kind| keyword(&kind))
    }

    /// The software that wrote it.
    #[must_use]
    pub fn user_agent(&self) -> Option<Cow<'_, str>> {
        self.block().text("User-Agent")
    }

    /// The address that the message came from.
    #[must_use]
    pub fn source_ip(&self) -> Option<core::net::IpAddr> {
        self.block().text("Source-IP")?.trim().parse().ok()
    }

    /// The envelope sender.
    #[must_use]
    pub fn original_mail_from(&self) -> Option<Cow<'_, str>> {
        self.block().text("Original-Mail-From")
    }

    /// When the message came; its older name is Received-Date.
    #[must_use]
    pub fn arrival_date(&self) -> Option<DateTime> {
        self.block().date("Arrival-Date").or_else(|| self.block().date("Received-Date"))
    }

    /// How many messages it is about; 1 if it does not say.
    #[must_use]
    pub fn incidents(&self) -> u64 {
        self.block().text("Incidents").and_then(|text| text.trim().parse().ok()).unwrap_or(1)
    }
}
