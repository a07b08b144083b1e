//! One part of a message: a header and a body, perhaps with parts inside.

use alloc::{borrow::Cow, vec::Vec};
use core::ops::Range;

use super::{Field, Message};
use crate::{
    charset::Unlabelled,
    codec::{BodyDecoder, Forgiven},
    content::{ContentType, Disposition, DispositionKind, TransferEncoding},
    fields::FieldName,
    structure::{FieldEntry, Kind, Limits, PartEntry, Tables},
};

/// A part of a parsed message: the message itself, a part of a multipart, or a message inside.
#[derive(Clone, Copy)]
pub struct Part<'m> {
    message: &'m Message<'m>,
    index: u32,
}

/// An entry for what cannot be: every message has a root.
static NO_PART: PartEntry = PartEntry {
    kind: Kind::Leaf,
    in_digest: false,
    is_message: true,
    depth: 0,
    parent: 0,
    number: 0,
    children: 0,
    subtree_end: 0,
    first_field: 0,
    field_count: 0,
    header_start: 0,
    header_end: 0,
    body_start: 0,
    body_end: 0,
    kept: 0,
    boundary: (0, 0),
};

/// A decoded body.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded<'m> {
    /// The bytes, without the transfer encoding.
    pub bytes: Cow<'m, [u8]>,
    /// What the decoder stepped over.
    pub forgiven: Forgiven,
}

impl<'m> Part<'m> {
    pub(crate) const fn new(message: &'m Message<'m>, index: u32) -> Self {
        Self { message, index }
    }

    fn entry(&self) -> &'m PartEntry {
        self.message.tables.parts.get(self.index as usize).unwrap_or(&NO_PART)
    }

    /// Its number in document order; the message itself is 0.
    #[must_use]
    pub const fn index(&self) -> usize {
        self.index as usize
    }

    /// How many levels below the root.
    #[must_use]
    pub fn depth(&self) -> usize {
        usize::from(self.entry().depth)
    }

    /// What it is inside of.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let parent = self.entry().parent;
        (parent != self.index).then_some(Self { message: self.message, index: parent })
    }

    /// The parts directly inside, in order.
    #[must_use]
    pub fn children(&self) -> Parts<'m> {
        Parts { message: self.message, next: self.index + 1, end: self.entry().subtree_end, deep: false }
    }

    /// True if no part was found inside.
    #[must_use]
    pub fn is_leaf(&self) -> bool {
        self.entry().kind == Kind::Leaf
    }

    /// True for the message itself and for a message inside a message/rfc822.
    #[must_use]
    pub fn is_message(&self) -> bool {
        self.entry().is_message
    }

    /// The section number of IMAP (RFC 9051 section 6.4.5): `1.2`. Empty for the message itself.
    #[must_use]
    pub fn path(&self) -> Vec<usize> {
        let mut path = Vec::new();
        let mut part = *self;
        while let Some(parent) = part.parent() {
            // The message inside a message/rfc822 has no number of its own, unless it is a single part.
            if parent.entry().kind == Kind::Multipart {
                path.push(part.entry().number as usize);
            } else if part.is_leaf() {
                path.push(1);
            }
            part = parent;
        }
        path.reverse();
        path
    }

    /// The boundary of a multipart; empty otherwise.
    #[must_use]
    pub fn boundary(&self) -> &'m [u8] {
        self.message.tables.boundary(self.entry())
    }

    /// Where the header is, without the empty line.
    #[must_use]
    pub fn header_range(&self) -> Range<usize> {
        self.entry().header_start..self.entry().header_end
    }

    /// Where the body is, without the line end that belongs to the delimiter after it.
    #[must_use]
    pub fn body_range(&self) -> Range<usize> {
        self.entry().body_start..self.entry().body_end
    }

    /// Where the part is: header, empty line and body. These are the bytes that a multipart/signed signs (RFC 1847).
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.entry().header_start..self.entry().body_end
    }

    /// The bytes of [`range`](Self::range).
    #[must_use]
    pub fn raw(&self) -> &'m [u8] {
        self.bytes(self.range())
    }

    /// The body as it stands; empty if the message was parsed by pieces.
    #[must_use]
    pub fn body(&self) -> &'m [u8] {
        self.bytes(self.body_range())
    }

    fn bytes(&self, range: Range<usize>) -> &'m [u8] {
        if self.message.whole { self.message.text.get(range).unwrap_or_default() } else { &[] }
    }

    /// The fields, in order.
    pub fn fields(&self) -> impl DoubleEndedIterator<Item = Field<'m>> + Clone + use<'m> {
        let (message, entry) = (self.message, self.entry());
        message.tables.fields_of(entry).iter().map(move |field| Field::new(message, entry, field))
    }

    /// The fields of that name, in order.
    pub fn fields_named<'n>(&self, name: &'n str) -> impl DoubleEndedIterator<Item = Field<'m>> + use<'m, 'n> {
        self.fields().filter(move |field| field.is(name))
    }

    /// The field of that name that counts: the first, unless [`Limits::duplicates`](crate::Limits::duplicates) says the last.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Field<'m>> {
        match self.message.tables.duplicates {
            crate::Duplicates::First => self.fields_named(name).next(),
            crate::Duplicates::Last => self.fields_named(name).next_back(),
        }
    }

    /// As [`field`](Self::field), for a name that this crate knows; that is faster.
    #[must_use]
    pub fn known(&self, name: FieldName) -> Option<Field<'m>> {
        let entry: &'m FieldEntry = self.message.tables.single(self.entry(), name)?;
        Some(Field::new(self.message, self.entry(), entry))
    }

    /// The media type that the part names, the default if it has none that can be read (RFC 2045 section 5.2, RFC 2046 section
    /// 5.1.5).
    #[must_use]
    pub fn content_type(&self) -> ContentType<'m> {
        let default = if self.entry().in_digest { ContentType::MESSAGE } else { ContentType::TEXT_PLAIN };
        match self.known(FieldName::ContentType) {
            Some(field) => field.content_type().unwrap_or(ContentType::TEXT_PLAIN),
            None => default,
        }
    }

    /// The transfer encoding.
    #[must_use]
    pub fn encoding(&self) -> TransferEncoding {
        self.known(FieldName::ContentTransferEncoding)
            .map_or_else(TransferEncoding::default, |field| TransferEncoding::of(field.body()))
    }

    /// The disposition, if there is one.
    #[must_use]
    pub fn disposition(&self) -> Option<Disposition<'m>> {
        self.known(FieldName::ContentDisposition).map(|field| field.disposition())
    }

    /// True if the disposition says attachment.
    #[must_use]
    pub fn is_attachment(&self) -> bool {
        self.disposition().is_some_and(|disposition| disposition.kind() == DispositionKind::Attachment)
    }

    /// The file name: `filename` of the disposition, or else `name` of the type. It is what the sender wrote, slashes and all:
    /// never use it as a path.
    #[must_use]
    pub fn file_name(&self) -> Option<Cow<'m, str>> {
        self.disposition()
            .and_then(|disposition| disposition.parameter("filename"))
            .or_else(|| self.content_type().parameter("name"))
    }

    /// The charset that the type names.
    #[must_use]
    pub fn charset(&self) -> Option<Cow<'m, str>> {
        self.content_type().parameter("charset")
    }

    /// A multipart is never encoded, whatever it says (RFC 2045 section 6.4).
    fn effective_encoding(&self) -> TransferEncoding {
        let is_multipart = !self.is_leaf() || !self.boundary().is_empty();
        if is_multipart { TransferEncoding::Binary } else { self.encoding() }
    }

    /// The body without its transfer encoding; borrowed if it has none.
    #[must_use]
    pub fn decoded(&self) -> Decoded<'m> {
        let encoding = self.effective_encoding();
        let body = self.body();
        if encoding.is_identity() || encoding == TransferEncoding::Unknown {
            return Decoded { bytes: Cow::Borrowed(body), forgiven: Forgiven::default() };
        }
        let mut bytes = Vec::new();
        let forgiven = self.decode_into(&mut bytes);
        Decoded { bytes: Cow::Owned(bytes), forgiven }
    }

    /// Appends the decoded body to `out`, so that one vector serves many parts.
    pub fn decode_into(&self, out: &mut Vec<u8>) -> Forgiven {
        match self.effective_encoding() {
            TransferEncoding::QuotedPrintable => crate::codec::quoted_printable::decode_into(self.body(), out),
            TransferEncoding::Base64 => crate::codec::base64::decode_into(self.body(), out),
            encoding => {
                let mut decoder = BodyDecoder::new(encoding);
                decoder.push(self.body(), out);
                decoder.finish(out)
            }
        }
    }

    /// The body of a text part as text. `None` for other types, and where nobody knows the transfer encoding: that is
    /// application/octet-stream, whatever the type says (RFC 2045 section 6.4). An unknown or missing charset is read as
    /// [`Limits::unlabelled`](crate::Limits::unlabelled) says: UTF-8, or else windows-1252. [`decoded`](Self::decoded) has the
    /// bytes, of which nothing is lost.
    #[must_use]
    pub fn text(&self) -> Option<Cow<'m, str>> {
        if !self.content_type().is("text", "*") || self.effective_encoding() == TransferEncoding::Unknown {
            return None;
        }
        let unlabelled = self.message.tables.unlabelled;
        let charset = self.charset();
        let label = charset.as_deref().unwrap_or_default().as_bytes();
        Some(match self.decoded().bytes {
            Cow::Borrowed(bytes) => convert(label, bytes, unlabelled),
            Cow::Owned(bytes) => Cow::Owned(convert(label, &bytes, unlabelled).into_owned()),
        })
    }

    /// The message inside a message/rfc822 that came base64 or quoted-printable, decoded and parsed, with the same choices for
    /// [duplicates](crate::Limits::duplicates) and [unlabelled text](crate::Limits::unlabelled). `None` for all other parts: a
    /// message that is not encoded is among the [`children`](Self::children).
    #[must_use]
    pub fn encoded_message(&self) -> Option<Message<'static>> {
        let content_type = self.content_type();
        if !self.is_leaf() || self.encoding().is_identity() {
            return None;
        }
        let is_message = content_type.is("message", "rfc822") || content_type.is("message", "global");
        let Tables { duplicates, unlabelled, .. } = self.message.tables;
        let limits = Limits { duplicates, unlabelled, ..Limits::default() };
        is_message.then(|| Message::parse_owned_within(limits, self.decoded().bytes.into_owned()))
    }
}

/// US-ASCII with the eighth bit set is a label that is wrong, and so is none.
fn convert<'b>(label: &[u8], bytes: &'b [u8], unlabelled: Unlabelled) -> Cow<'b, str> {
    if label.is_empty() || label.eq_ignore_ascii_case(b"us-ascii") {
        unlabelled.decode(bytes)
    } else {
        unlabelled.decode_labelled(label, bytes)
    }
}

impl core::fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Part")
            .field("index", &self.index)
            .field("content_type", &format_args!("{}", self.content_type()))
            .field("range", &self.range())
            .finish_non_exhaustive()
    }
}

/// An iterator over parts in document order.
#[derive(Clone)]
pub struct Parts<'m> {
    message: &'m Message<'m>,
    next: u32,
    end: u32,
    deep: bool,
}

impl<'m> Parts<'m> {
    pub(crate) const fn all(message: &'m Message<'m>) -> Self {
        Self { message, next: 0, end: u32::MAX, deep: true }
    }
}

impl<'m> Iterator for Parts<'m> {
    type Item = Part<'m>;

    fn next(&mut self) -> Option<Part<'m>> {
        if self.next >= self.end {
            return None;
        }
        let entry = self.message.tables.parts.get(self.next as usize)?;
        let part = Part { message: self.message, index: self.next };
        self.next = if self.deep { self.next + 1 } else { entry.subtree_end };
        Some(part)
    }
}
