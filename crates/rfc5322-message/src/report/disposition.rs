//! Message disposition notifications (RFC 8098).

use alloc::{borrow::Cow, string::String, vec::Vec};

use super::{Block, Typed, block, is_message, keyword};
use crate::{Part, syntax::message_id::MessageIds, value::MessageId};

/// The Disposition field (section 3.2.6). Keywords are in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Disposition {
    /// `manual-action` or `automatic-action`.
    pub action_mode: String,
    /// `mdn-sent-manually` or `mdn-sent-automatically`.
    pub sending_mode: String,
    /// `displayed`, `deleted`, `dispatched` or `processed`.
    pub kind: String,
    /// `error` and others.
    pub modifiers: Vec<String>,
}

/// A message/disposition-notification.
#[derive(Debug, Clone)]
pub struct DispositionNotification<'m> {
    body: Cow<'m, [u8]>,
}

impl<'m> DispositionNotification<'m> {
    /// Reads a part; `None` if it is of another type.
    #[must_use]
    pub fn of(part: &Part<'m>) -> Option<Self> {
        is_message(&part.content_type(), ["disposition-notification", "global-disposition-notification"])
            .then(|| Self { body: part.decoded().bytes })
    }

    /// All of its fields.
    #[must_use]
    pub fn block(&self) -> Block<'_> {
        block(&self.body).0
    }

    /// The user agent that wrote it (section 3.2.1).
    #[must_use]
    pub fn reporting_ua(&self) -> Option<Cow<'_, str>> {
        self.block().text("Reporting-UA")
    }

    /// The recipient whose agent wrote it (section 3.2.4).
    #[must_use]
    pub fn final_recipient(&self) -> Option<Typed<'_>> {
        self.block().typed("Final-Recipient")
    }

    /// The address that the sender gave (section 3.2.3).
    #[must_use]
    pub fn original_recipient(&self) -> Option<Typed<'_>> {
        self.block().typed("Original-Recipient")
    }

    /// The message that it is about (section 3.2.5).
    #[must_use]
    pub fn original_message_id(&self) -> Option<MessageId<'_>> {
        MessageIds::new(self.block().field("Original-Message-ID")?.body()).next()
    }

    /// What was done with the message (section 3.2.6).
    #[must_use]
    pub fn disposition(&self) -> Option<Disposition> {
        let field = keyword(&self.block().text("Disposition")?);
        let (modes, kind) = field.split_once(';')?;
        let (action_mode, sending_mode) = modes.split_once('/')?;
        let (kind, modifiers) = kind.split_once('/').unwrap_or((kind, ""));
        Some(Disposition {
            action_mode: keyword(action_mode),
            sending_mode: keyword(sending_mode),
            kind: keyword(kind),
            modifiers: modifiers.split(',').map(keyword).filter(|modifier| !modifier.is_empty()).collect(),
        })
    }
}
