//! Delivery status notifications (RFC 3464).

use alloc::borrow::Cow;

use super::{Block, Typed, block, is_message, keyword, typed};
use crate::{Part, value::DateTime};

/// What happened to a recipient (section 2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// It will not be delivered.
    Failed,
    /// It was not delivered yet.
    Delayed,
    /// It was delivered.
    Delivered,
    /// It went to a system that sends no notifications.
    Relayed,
    /// It was delivered and goes on to other addresses.
    Expanded,
}

impl Action {
    const ALL: [Self; 5] = [Self::Failed, Self::Delayed, Self::Delivered, Self::Relayed, Self::Expanded];

    /// Its name in the `Action` field.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Relayed => "relayed",
            Self::Expanded => "expanded",
        }
    }
}

/// A message/delivery-status: a block about the message, then one for each recipient.
#[derive(Debug, Clone)]
pub struct DeliveryStatus<'m> {
    body: Cow<'m, [u8]>,
}

impl<'m> DeliveryStatus<'m> {
    /// Reads a part; `None` if it is of another type.
    #[must_use]
    pub fn of(part: &Part<'m>) -> Option<Self> {
        is_message(&part.content_type(), ["delivery-status", "global-delivery-status"])
            .then(|| Self { body: part.decoded().bytes })
    }

    /// The block about the message.
    #[must_use]
    pub fn message(&self) -> Block<'_> {
        block(&self.body).0
    }

    /// The MTA that wrote the report (section 2.2.2).
    #[must_use]
    pub fn reporting_mta(&self) -> Option<Typed<'_>> {
        self.message().typed("Reporting-MTA")
    }

    /// The envelope identifier of the sender (section 2.2.1).
    #[must_use]
    pub fn original_envelope_id(&self) -> Option<Cow<'_, str>> {
        self.message().text("Original-Envelope-Id")
    }

    /// When the message came (section 2.2.5).
    #[must_use]
    pub fn arrival_date(&self) -> Option<DateTime> {
        self.message().date("Arrival-Date")
    }

    /// The blocks about recipients, in order.
    pub fn recipients(&self) -> impl Iterator<Item = Recipient<'_>> {
        let mut rest = block(&self.body).1;
        core::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let (recipient, after) = block(rest);
            rest = after;
            Some(Recipient { block: recipient })
        })
        .filter(|recipient| recipient.block.fields().next().is_some())
    }
}

/// What a report says about one recipient (section 2.3).
#[derive(Debug, Clone, Copy)]
pub struct Recipient<'a> {
    block: Block<'a>,
}

impl<'a> Recipient<'a> {
    /// All of its fields.
    #[must_use]
    pub const fn block(&self) -> Block<'a> {
        self.block
    }

    /// The address to which delivery was tried.
    #[must_use]
    pub fn final_recipient(&self) -> Option<Typed<'a>> {
        self.block.typed("Final-Recipient")
    }

    /// The address that the sender gave.
    #[must_use]
    pub fn original_recipient(&self) -> Option<Typed<'a>> {
        self.block.typed("Original-Recipient")
    }

    /// What happened.
    #[must_use]
    pub fn action(&self) -> Option<Action> {
        let action = keyword(&self.block.text("Action")?);
        let name = action.split([' ', '(']).next()?;
        Action::ALL.into_iter().find(|action| action.as_str() == name)
    }

    /// The enhanced status code (RFC 3463): class, subject, detail.
    #[must_use]
    pub fn status(&self) -> Option<(u8, u16, u16)> {
        let status = self.block.text("Status")?;
        let code = status.split([' ', '(', '\t']).next()?;
        let mut parts = code.splitn(3, '.');
        let class = parts.next()?.parse().ok()?;
        Some((class, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    }

    /// The MTA that was asked.
    #[must_use]
    pub fn remote_mta(&self) -> Option<Typed<'a>> {
        self.block.typed("Remote-MTA")
    }

    /// What it answered.
    #[must_use]
    pub fn diagnostic_code(&self) -> Option<Typed<'a>> {
        self.block.typed("Diagnostic-Code")
    }

    /// The same in other languages: each with its tag as the type (RFC 6533 section 4.1).
    pub fn localized_diagnostics(&self) -> impl Iterator<Item = Typed<'a>> + use<'a> {
        self.block.fields().filter(|field| field.is("Localized-Diagnostic")).filter_map(|field| typed(field.body()))
    }

    /// When delivery was last tried.
    #[must_use]
    pub fn last_attempt_date(&self) -> Option<DateTime> {
        self.block.date("Last-Attempt-Date")
    }

    /// Until when delivery is tried.
    #[must_use]
    pub fn will_retry_until(&self) -> Option<DateTime> {
        self.block.date("Will-Retry-Until")
    }
}
