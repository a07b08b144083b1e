//! A parsed message and the views into it.

mod field;
mod parser;
mod part;
mod resent;

use alloc::{borrow::Cow, vec::Vec};
use core::fmt;

pub use field::Field;
pub use parser::Parser;
pub use part::{Decoded, Part, Parts};
pub use resent::ResentBlock;

use crate::{
    fields::FieldName,
    structure::{Defect, Limits, Tables},
    syntax::address::Mailboxes,
    value::{DateTime, MessageId},
};

/// A message: its bytes and where everything in them is.
///
/// Parsing never fails: any bytes are a message, perhaps with [`defects`](Self::defects). The bytes are never changed.
///
/// # Example: who wrote what
///
/// ```
/// use rfc5322_message::Message;
///
/// let message = Message::parse(b"From: =?utf-8?q?Ren=C3=A9?= <rene@example.org>\r\nSubject: Hi\r\n\r\nHello!\r\n");
/// let from = message.from().next().unwrap();
/// assert_eq!(from.name(), Some("René"));
/// assert_eq!(from.address().to_string(), "rene@example.org");
/// assert_eq!(message.subject().as_deref(), Some("Hi"));
/// assert_eq!(message.root().text().as_deref(), Some("Hello!\r\n"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Message<'a> {
    /// The whole message, or its headers alone if it came by pieces.
    pub(crate) text: Cow<'a, [u8]>,
    pub(crate) whole: bool,
    pub(crate) tables: Tables,
}

impl<'a> Message<'a> {
    /// Parses with the default [`Limits`].
    #[must_use]
    pub fn parse(input: &'a [u8]) -> Self {
        Parser::new(Limits::default()).parse(input)
    }

    /// Parses bytes that the message keeps.
    #[must_use]
    pub fn parse_owned(input: Vec<u8>) -> Message<'static> {
        Self::parse_owned_within(Limits::default(), input)
    }

    fn parse_owned_within(limits: Limits, input: Vec<u8>) -> Message<'static> {
        let tables = Parser::new(limits).parse(&input).tables;
        Message { text: Cow::Owned(input), whole: true, tables }
    }

    /// The same message, owning its bytes.
    #[must_use]
    pub fn into_owned(self) -> Message<'static> {
        Message { text: Cow::Owned(self.text.into_owned()), whole: self.whole, tables: self.tables }
    }

    /// The bytes of the message, just as they came. For a message that was parsed by pieces: its headers, one after the other.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// The length of the message in bytes, whether they are kept or not.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.tables.len
    }

    /// True for no bytes at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.tables.len == 0
    }

    /// False if the message came by pieces, so that its bodies are not kept.
    #[must_use]
    pub const fn has_bodies(&self) -> bool {
        self.whole
    }

    /// What is wrong with its structure, in the order in which it was found. What is wrong inside a field, the field tells:
    /// [`Field::value_defect`].
    #[must_use]
    pub fn defects(&self) -> &[Defect] {
        &self.tables.defects
    }

    /// The message itself as a part: the root of the tree.
    #[must_use]
    pub const fn root(&self) -> Part<'_> {
        Part::new(self, 0)
    }

    /// Every part in document order, the root first.
    #[must_use]
    pub const fn parts(&self) -> Parts<'_> {
        Parts::all(self)
    }

    /// The part of that index in document order.
    #[must_use]
    pub fn part(&self, index: usize) -> Option<Part<'_>> {
        let index = u32::try_from(index).ok()?;
        ((index as usize) < self.tables.parts.len()).then(|| Part::new(self, index))
    }

    /// The fields of the message's own header, in order.
    pub fn fields(&self) -> impl DoubleEndedIterator<Item = Field<'_>> + Clone {
        self.root().fields()
    }

    /// The field of that name that counts; see [`Part::field`].
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Field<'_>> {
        self.root().field(name)
    }

    fn known(&self, name: FieldName) -> Option<Field<'_>> {
        self.root().known(name)
    }

    /// The subject, decoded.
    #[must_use]
    pub fn subject(&self) -> Option<Cow<'_, str>> {
        self.known(FieldName::Subject).map(|field| field.text())
    }

    /// The authors.
    #[must_use]
    pub fn from(&self) -> Mailboxes<'_> {
        self.mailboxes(FieldName::From)
    }

    /// The recipients in To.
    #[must_use]
    pub fn to(&self) -> Mailboxes<'_> {
        self.mailboxes(FieldName::To)
    }

    /// The recipients in Cc.
    #[must_use]
    pub fn cc(&self) -> Mailboxes<'_> {
        self.mailboxes(FieldName::Cc)
    }

    /// The mailboxes in the field of that name that counts; none if there is no such field.
    #[must_use]
    pub fn mailboxes(&self, name: FieldName) -> Mailboxes<'_> {
        self.known(name).map_or(Mailboxes::new(b""), |field| field.mailboxes())
    }

    /// The date.
    #[must_use]
    pub fn date(&self) -> Option<DateTime> {
        self.known(FieldName::Date)?.date()
    }

    /// The identifier.
    #[must_use]
    pub fn message_id(&self) -> Option<MessageId<'_>> {
        self.known(FieldName::MessageId)?.message_ids().next()
    }
}

impl AsRef<[u8]> for Message<'_> {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("len", &self.len())
            .field("parts", &self.tables.parts.len())
            .field("fields", &self.tables.fields.len())
            .field("defects", &self.tables.defects)
            .finish_non_exhaustive()
    }
}
