//! Message disposition notifications: what a reader did with a message (RFC 8098).

use alloc::{format, string::String, vec::Vec};

use super::{Group, Returned, assemble};
use crate::{
    build::{BuildError, Part},
    value::{AddrSpec, MessageId},
};

/// Who decided what happened to the message (RFC 8098 section 3.2.6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActionMode {
    /// A person.
    Manual,
    /// A program.
    Automatic,
}

/// Who decided that a notification is sent (RFC 8098 section 3.2.6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SendingMode {
    /// The person, for this message.
    Manual,
    /// A program, by a general rule.
    Automatic,
}

/// What happened to the message (RFC 8098 section 3.2.6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DispositionKind {
    /// It was shown to somebody, who may not have read it.
    Displayed,
    /// It was sent on, printed or the like.
    Dispatched,
    /// A rule did something with it.
    Processed,
    /// It was deleted.
    Deleted,
}

/// The whole of it: `manual-action/MDN-sent-manually; displayed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Disposition {
    /// Who decided what happened.
    pub action: ActionMode,
    /// Who decided that this is told.
    pub sending: SendingMode,
    /// What happened.
    pub kind: DispositionKind,
    /// Something went wrong; [`DispositionReport::error`] says what.
    pub error: bool,
}

impl Disposition {
    fn text(self) -> String {
        let action = match self.action {
            ActionMode::Manual => "manual-action",
            ActionMode::Automatic => "automatic-action",
        };
        let sending = match self.sending {
            SendingMode::Manual => "MDN-sent-manually",
            SendingMode::Automatic => "MDN-sent-automatically",
        };
        let kind = match self.kind {
            DispositionKind::Displayed => "displayed",
            DispositionKind::Dispatched => "dispatched",
            DispositionKind::Processed => "processed",
            DispositionKind::Deleted => "deleted",
        };
        format!("{action}/{sending}; {kind}{}", if self.error { "/error" } else { "" })
    }
}

const ORDER: [&str; 6] =
    ["Reporting-UA", "Original-Recipient", "Final-Recipient", "Original-Message-ID", "Disposition", "Error"];

/// What a recipient's program did with a message (RFC 8098 section 3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispositionReport {
    fields: Group,
}

impl DispositionReport {
    /// The recipient for whom the message was handled, and how it was.
    ///
    /// # Errors
    /// [`BuildError::TooLong`]. An address that is not ASCII is escaped (RFC 6533 section 3).
    pub fn new(final_recipient: &AddrSpec<'_>, disposition: Disposition) -> Result<Self, BuildError> {
        let mut fields = Group::default();
        fields.set_address("Final-Recipient", final_recipient)?;
        fields.set("Disposition", disposition.text())?;
        Ok(Self { fields })
    }

    /// The program that handled it (RFC 8098 section 3.2.1). It tells the sender something about the recipient.
    ///
    /// # Errors
    /// [`BuildError::NotAscii`], [`BuildError::Value`].
    pub fn reporting_agent(self, host: &str, product: &str) -> Result<Self, BuildError> {
        self.with("Reporting-UA", format!("{host}; {product}"))
    }

    /// The recipient as the sender gave it (RFC 8098 section 3.2.3).
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn original_recipient(mut self, address: &AddrSpec<'_>) -> Result<Self, BuildError> {
        self.fields.set_address("Original-Recipient", address)?;
        Ok(self)
    }

    /// The message it is about (RFC 8098 section 3.2.5).
    ///
    /// # Errors
    /// [`BuildError::NotAscii`], [`BuildError::TooLong`].
    pub fn original_message_id(self, id: &MessageId<'_>) -> Result<Self, BuildError> {
        self.with("Original-Message-ID", format!("{id}"))
    }

    /// What went wrong (RFC 8098 section 3.2.7).
    ///
    /// # Errors
    /// [`BuildError::NotAscii`], [`BuildError::Value`].
    pub fn error(self, text: &str) -> Result<Self, BuildError> {
        self.with("Error", text.into())
    }

    /// The report as a part, to be the body of a message.
    #[must_use]
    pub fn into_part<'a>(self, explanation: Part<'a>, returned: Returned<'a>) -> Part<'a> {
        // Their order is part of the grammar (RFC 8098 section 3.1.1).
        let mut fields = self.fields;
        fields.0.sort_by_key(|field| ORDER.iter().position(|name| field.is(name)));
        let mut text = Vec::new();
        fields.write(&mut text);
        assemble("disposition-notification", explanation, "message/disposition-notification", text, returned)
    }

    fn with(mut self, name: &'static str, value: String) -> Result<Self, BuildError> {
        self.fields.set(name, value)?;
        Ok(self)
    }
}
