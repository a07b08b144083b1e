//! One field, read as whatever it is asked for.

use alloc::{borrow::Cow, vec::Vec};
use core::ops::Range;

use super::Message;
use crate::{
    charset::Unlabelled,
    content::{ContentType, Disposition, TransferEncoding},
    fields::{FieldName, Unfolded, unfold},
    structure::{Defect, DefectKind, FieldEntry, PartEntry},
    syntax::{
        address::{self, Mailboxes},
        cursor::Cursor,
        date,
        list::{self, ListId, ListUrls},
        message_id::MessageIds,
        received::{self, Received},
        text,
    },
    value::{Address, DateTime, Zone},
};

/// A field of a parsed message. Reading it costs when it is read, and only then.
///
/// What is read borrows from the message, and nothing is allocated for it, where it means what it says as it stands. What has
/// to be put together first owns its text: folded or with encoded-words in it, a quoted name with backslashes, a parameter in
/// pieces, text that is neither ASCII nor UTF-8. So does a list that is returned as a vector.
#[derive(Clone, Copy)]
pub struct Field<'m> {
    message: &'m Message<'m>,
    part: &'m PartEntry,
    entry: &'m FieldEntry,
}

impl<'m> Field<'m> {
    pub(crate) const fn new(message: &'m Message<'m>, part: &'m PartEntry, entry: &'m FieldEntry) -> Self {
        Self { message, part, entry }
    }

    fn bytes(&self, range: Range<usize>) -> &'m [u8] {
        self.message.text.get(self.part.kept_range(range)).unwrap_or_default()
    }

    const fn unlabelled(&self) -> Unlabelled {
        self.message.tables.unlabelled
    }

    /// The name as it is spelt.
    #[must_use]
    pub fn name(&self) -> &'m str {
        let start = self.entry.start;
        core::str::from_utf8(self.bytes(start..start + self.entry.name_len as usize)).unwrap_or_default()
    }

    /// The name, if it is one of those that this crate knows.
    #[must_use]
    pub const fn known_name(&self) -> FieldName {
        self.entry.name
    }

    /// True if this is the field of that name; case does not count.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name)
    }

    /// The whole field with folding and line end.
    #[must_use]
    pub fn raw(&self) -> &'m [u8] {
        self.bytes(self.range())
    }

    /// What follows the colon, with folding, without the last line end.
    #[must_use]
    pub fn body(&self) -> &'m [u8] {
        match self.bytes(self.entry.start + self.entry.body_start as usize..self.entry.end) {
            [body @ .., b'\r', b'\n'] | [body @ .., b'\n'] => body,
            body => body,
        }
    }

    /// Where the field stands in the message.
    #[must_use]
    pub const fn range(&self) -> Range<usize> {
        self.entry.start..self.entry.end
    }

    /// The body as one line, in pieces.
    #[must_use]
    pub fn unfolded(&self) -> Unfolded<'m> {
        unfold(self.body())
    }

    /// As unstructured text: unfolded, encoded-words decoded, control characters made blanks (RFC 5322 section 2.2.1, RFC 2047).
    #[must_use]
    pub fn text(&self) -> Cow<'m, str> {
        text::unstructured(self.body(), self.unlabelled())
    }

    /// As an address list, its mailboxes alone (RFC 5322 section 3.4).
    #[must_use]
    pub fn mailboxes(&self) -> Mailboxes<'m> {
        Mailboxes::reading(self.body(), self.unlabelled())
    }

    /// As an address list with its groups.
    #[must_use]
    pub fn addresses(&self) -> Vec<Address<'m>> {
        address::addresses(self.body(), self.unlabelled())
    }

    /// As a date (RFC 5322 section 3.3).
    #[must_use]
    pub fn date(&self) -> Option<DateTime> {
        date::date(self.body())
    }

    /// As message identifiers (RFC 5322 section 3.6.4).
    #[must_use]
    pub fn message_ids(&self) -> MessageIds<'m> {
        MessageIds::reading(self.body(), self.unlabelled())
    }

    /// As a trace field (RFC 5321 section 4.4).
    #[must_use]
    pub fn received(&self) -> Received<'m> {
        received::received(self.body(), self.unlabelled())
    }

    /// As a media type (RFC 2045 section 5).
    #[must_use]
    pub fn content_type(&self) -> Option<ContentType<'m>> {
        ContentType::read(Cursor::reading(self.body(), self.unlabelled()))
    }

    /// As a disposition (RFC 2183).
    #[must_use]
    pub fn disposition(&self) -> Disposition<'m> {
        Disposition::read(Cursor::reading(self.body(), self.unlabelled()))
    }

    /// What is wrong with the value, for the fields whose meaning the parser needs: dates, Content-Type and
    /// Content-Transfer-Encoding. Structure alone does not tell, so it is worked out when asked for, and is not among
    /// [`Message::defects`].
    ///
    /// ```
    /// use rfc5322_message::{DefectKind, Message};
    ///
    /// let message = Message::parse(b"Date: Fri, 21 Nov 0102 09:55:06 -0600\r\n\r\n");
    /// let field = message.field("Date").unwrap();
    /// assert_eq!(field.date().unwrap().year(), 102);
    /// assert_eq!(field.value_defect().unwrap().kind(), DefectKind::YearBefore1900);
    /// ```
    #[must_use]
    pub fn value_defect(&self) -> Option<Defect> {
        let kind = match self.known_name() {
            FieldName::Date | FieldName::ResentDate => match self.date() {
                None => DefectKind::UnreadableDate,
                Some(date) if date.year() < 1900 => DefectKind::YearBefore1900,
                Some(date) if date.zone() == Zone::Missing => DefectKind::MissingZone,
                Some(_) => return None,
            },
            FieldName::ContentType if self.content_type().is_none() => DefectKind::UnreadableContentType,
            FieldName::ContentTransferEncoding if TransferEncoding::of(self.body()) == TransferEncoding::Unknown => {
                DefectKind::UnknownTransferEncoding
            }
            _ => return None,
        };
        Some(Defect::new(kind, self.entry.start))
    }

    /// As the URLs of a List- field (RFC 2369).
    #[must_use]
    pub fn list_urls(&self) -> ListUrls<'m> {
        ListUrls::reading(self.body(), self.unlabelled())
    }

    /// As a List-ID (RFC 2919).
    #[must_use]
    pub fn list_id(&self) -> Option<ListId<'m>> {
        list::list_id(self.body(), self.unlabelled())
    }
}

impl core::fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Field")
            .field("offset", &self.entry.start)
            .field("raw", &format_args!("{}", self.raw().escape_ascii()))
            .finish()
    }
}
