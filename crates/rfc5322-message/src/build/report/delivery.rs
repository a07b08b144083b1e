//! Delivery status notifications (RFC 3464).

use alloc::{string::ToString, vec::Vec};
use core::fmt;

use super::{Group, Returned, assemble};
use crate::{
    build::{BuildError, Part},
    value::{AddrSpec, DateTime, InvalidValue},
};

/// What became of a message for one recipient (RFC 3464 section 2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// It could not be delivered, and will not be.
    Failed,
    /// It was not delivered so far, and will be tried again.
    Delayed,
    /// It was delivered.
    Delivered,
    /// It went to a place that does not report.
    Relayed,
    /// It was delivered, and from there sent to several others.
    Expanded,
}

impl Action {
    /// Its name in the `Action` field.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Relayed => "relayed",
            Self::Expanded => "expanded",
        }
    }
}

/// A status code such as 5.1.1 (RFC 3463 section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Status {
    class: u8,
    subject: u16,
    detail: u16,
}

impl Status {
    /// Class 2, 4 or 5, and two numbers below 1000.
    ///
    /// # Errors
    /// [`BuildError::Value`].
    pub fn new(class: u8, subject: u16, detail: u16) -> Result<Self, BuildError> {
        if matches!(class, 2 | 4 | 5) && subject < 1000 && detail < 1000 {
            Ok(Self { class, subject, detail })
        } else {
            Err(BuildError::value("Status", InvalidValue::Empty))
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// What became of the message for one recipient (RFC 3464 section 2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientStatus {
    fields: Group,
}

impl RecipientStatus {
    /// The recipient as it was when the message was tried, what happened, and why.
    ///
    /// # Errors
    /// [`BuildError::TooLong`]. An address that is not ASCII is escaped (RFC 6533 section 3).
    pub fn new(final_recipient: AddrSpec<'_>, action: Action, status: Status) -> Result<Self, BuildError> {
        let mut fields = Group::default();
        fields.set_address("Final-Recipient", &final_recipient)?;
        Self::with_fate(fields, action, status)
    }

    /// A recipient of another mail system, behind a gateway: the type of its address, and the address (RFC 3464 section 4).
    ///
    /// # Errors
    /// [`BuildError::ParameterName`] for a type that is no atom, [`BuildError::NotAscii`], [`BuildError::Value`],
    /// [`BuildError::TooLong`].
    pub fn foreign(kind: &str, address: &str, action: Action, status: Status) -> Result<Self, BuildError> {
        let mut fields = Group::default();
        fields.set_typed("Final-Recipient", kind, address)?;
        Self::with_fate(fields, action, status)
    }

    fn with_fate(mut fields: Group, action: Action, status: Status) -> Result<Self, BuildError> {
        fields.set("Action", action.name().into())?;
        fields.set("Status", status.to_string())?;
        Ok(Self { fields })
    }

    /// The recipient as the sender gave it (RFC 3464 section 2.3.1).
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn original_recipient(mut self, address: &AddrSpec<'_>) -> Result<Self, BuildError> {
        let mut fields = Group::default();
        fields.set_address("Original-Recipient", address)?;
        fields.0.append(&mut self.fields.0);
        Ok(Self { fields })
    }

    /// The server that was talked to (RFC 3464 section 2.3.5).
    ///
    /// # Errors
    /// [`BuildError::NotAscii`], [`BuildError::Value`].
    pub fn remote_mta(mut self, name: &str) -> Result<Self, BuildError> {
        self.fields.set_typed("Remote-MTA", "dns", name)?;
        Ok(self)
    }

    /// What that server said, and in which language: `smtp` (RFC 3464 section 2.3.6).
    ///
    /// # Errors
    /// [`BuildError::NotAscii`], [`BuildError::Value`], [`BuildError::TooLong`].
    pub fn diagnostic(mut self, kind: &str, text: &str) -> Result<Self, BuildError> {
        self.fields.set_typed("Diagnostic-Code", kind, text)?;
        Ok(self)
    }

    /// When it was last tried (RFC 3464 section 2.3.7).
    #[must_use]
    pub fn last_attempt(mut self, date: DateTime) -> Self {
        // A date is tokens, always.
        let _ = self.fields.set("Last-Attempt-Date", date.to_string());
        self
    }

    /// Until when it will be tried, if it is delayed (RFC 3464 section 2.3.9).
    #[must_use]
    pub fn will_retry_until(mut self, date: DateTime) -> Self {
        let _ = self.fields.set("Will-Retry-Until", date.to_string());
        self
    }
}

/// What became of a message (RFC 3464 section 2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryReport {
    message: Group,
    recipients: Vec<RecipientStatus>,
}

impl DeliveryReport {
    /// A report of the server `reporting_mta`, a domain name.
    ///
    /// # Errors
    /// [`BuildError::NotAscii`], [`BuildError::Value`].
    pub fn new(reporting_mta: &str) -> Result<Self, BuildError> {
        let mut message = Group::default();
        message.set_typed("Reporting-MTA", "dns", reporting_mta)?;
        Ok(Self { message, recipients: Vec::new() })
    }

    /// A report of a gateway to another mail system: the type of its name, and the name (RFC 3464 section 4).
    ///
    /// # Errors
    /// [`BuildError::ParameterName`] for a type that is no atom, [`BuildError::NotAscii`], [`BuildError::Value`].
    pub fn of_gateway(kind: &str, name: &str) -> Result<Self, BuildError> {
        let mut message = Group::default();
        message.set_typed("Reporting-MTA", kind, name)?;
        Ok(Self { message, recipients: Vec::new() })
    }

    /// The envelope identifier that the sender gave (RFC 3461 section 4.4).
    ///
    /// # Errors
    /// [`BuildError::NotAscii`], [`BuildError::Value`].
    pub fn original_envelope_id(mut self, id: &str) -> Result<Self, BuildError> {
        self.message.set("Original-Envelope-Id", id.into())?;
        Ok(self)
    }

    /// From which server the message came (RFC 3464 section 2.2.4).
    ///
    /// # Errors
    /// [`BuildError::NotAscii`], [`BuildError::Value`].
    pub fn received_from(mut self, mta: &str) -> Result<Self, BuildError> {
        self.message.set_typed("Received-From-MTA", "dns", mta)?;
        Ok(self)
    }

    /// When the message arrived (RFC 3464 section 2.2.5).
    #[must_use]
    pub fn arrival(mut self, date: DateTime) -> Self {
        let _ = self.message.set("Arrival-Date", date.to_string());
        self
    }

    /// One recipient more.
    #[must_use]
    pub fn recipient(mut self, recipient: RecipientStatus) -> Self {
        self.recipients.push(recipient);
        self
    }

    /// The report as a part, to be the body of a message.
    ///
    /// # Errors
    /// [`BuildError::Empty`] without a recipient.
    pub fn into_part<'a>(self, explanation: Part<'a>, returned: Returned<'a>) -> Result<Part<'a>, BuildError> {
        if self.recipients.is_empty() {
            return Err(BuildError::Empty("a delivery report"));
        }
        let mut text = Vec::new();
        self.message.write(&mut text);
        for recipient in &self.recipients {
            text.extend_from_slice(b"\r\n");
            recipient.fields.write(&mut text);
        }
        Ok(assemble("delivery-status", explanation, "message/delivery-status", text, returned))
    }
}
