//! Blocks of Resent- fields (RFC 5322 section 3.6.6).

use super::{Field, Message};
use crate::{
    fields::FieldName,
    structure::{FieldEntry, PartEntry},
    syntax::address::Mailboxes,
    value::{DateTime, MessageId},
};

/// The Resent- fields of one resending: who sent the message on, when, and to whom. They say nothing of how it was
/// written.
#[derive(Clone)]
pub struct ResentBlock<'m> {
    message: &'m Message<'m>,
    root: &'m PartEntry,
    fields: &'m [FieldEntry],
}

impl<'m> ResentBlock<'m> {
    /// Its fields, in order.
    pub fn fields(&self) -> impl DoubleEndedIterator<Item = Field<'m>> + Clone + use<'m> {
        let Self { message, root, fields } = *self;
        fields.iter().map(move |entry| Field::new(message, root, entry))
    }

    /// The field of that name: a block has one of each.
    #[must_use]
    pub fn field(&self, name: FieldName) -> Option<Field<'m>> {
        self.fields().find(|field| field.known_name() == name)
    }

    /// The mailboxes in the field of that name; none if there is no such field.
    #[must_use]
    pub fn mailboxes(&self, name: FieldName) -> Mailboxes<'m> {
        self.field(name).map_or(Mailboxes::new(b""), |field| field.mailboxes())
    }

    /// Who sent it on: Resent-From.
    #[must_use]
    pub fn from(&self) -> Mailboxes<'m> {
        self.mailboxes(FieldName::ResentFrom)
    }

    /// When: Resent-Date.
    #[must_use]
    pub fn date(&self) -> Option<DateTime> {
        self.field(FieldName::ResentDate)?.date()
    }

    /// Resent-Message-ID.
    #[must_use]
    pub fn message_id(&self) -> Option<MessageId<'m>> {
        self.field(FieldName::ResentMessageId)?.message_ids().next()
    }
}

impl core::fmt::Debug for ResentBlock<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.fields()).finish()
    }
}

impl<'a> Message<'a> {
    /// The blocks of Resent- fields, the latest resending first: each is put before what was there. A block ends at another
    /// field, or at one of its own that would be there twice.
    ///
    /// ```
    /// use rfc5322_message::{Message, fields::FieldName};
    ///
    /// let message = Message::parse(
    ///     b"Resent-From: bob@example.org\r\nResent-To: eve@example.org\r\n\
    ///       Resent-From: ann@example.org\r\nResent-To: bob@example.org\r\nFrom: jo@example.org\r\n\r\n",
    /// );
    /// let latest = message.resent().next().unwrap();
    /// assert_eq!(latest.from().next().unwrap().to_string(), "bob@example.org");
    /// assert_eq!(latest.mailboxes(FieldName::ResentTo).next().unwrap().to_string(), "eve@example.org");
    /// assert_eq!(message.resent().count(), 2);
    /// ```
    pub fn resent(&self) -> impl Iterator<Item = ResentBlock<'_>> {
        let root = self.tables.parts.first();
        let mut rest = root.map_or(&[][..], |root| self.tables.fields_of(root));
        core::iter::from_fn(move || {
            rest = rest.get(rest.iter().position(|entry| is_resent(entry.name))?..)?;
            let mut seen = 0_u64;
            let length = rest.iter().take_while(|entry| {
                let bit = 1 << entry.name as u64;
                let first = seen & bit == 0;
                seen |= bit;
                is_resent(entry.name) && first
            });
            let (fields, after) = rest.split_at_checked(length.count())?;
            rest = after;
            Some(ResentBlock { message: self, root: root?, fields })
        })
    }
}

/// The names stand side by side.
const fn is_resent(name: FieldName) -> bool {
    name as u8 >= FieldName::ResentDate as u8 && name as u8 <= FieldName::ResentMessageId as u8
}
