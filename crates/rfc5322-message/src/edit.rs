//! Changing a message without touching anything else.
//!
//! An edit is a list of splices over the original bytes: whatever is not replaced stays as it was, to the byte, so that
//! signatures over other fields and parts survive.
//!
//! # Example: a trace field in front, a subject changed
//!
//! ```
//! use rfc5322_message::{Message, edit::{Edit, NewField}};
//!
//! let message = Message::parse(b"To: a@example.org\r\nSubject: old\r\n\r\nbody\r\n");
//! let mut edit = Edit::new(&message);
//! edit.prepend(&NewField::new("X-Seen", "yes")?);
//! edit.replace(&message.field("subject").unwrap(), &NewField::new("Subject", "new")?);
//! assert_eq!(edit.finish()?, b"X-Seen: yes\r\nTo: a@example.org\r\nSubject: new\r\n\r\nbody\r\n");
//! # Ok::<(), rfc5322_message::edit::EditError>(())
//! ```

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::ops::Range;

use crate::{
    Field, Message, Part,
    content::TransferEncoding,
    encode::{Base64Encoder, Capabilities, QuotedPrintableEncoder, Survey, longest_piece},
    fields::FieldName,
    value::{has_control, is_field_name},
};

/// Why an edit was refused. It is always the caller's mistake; the message is unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// Not a field name: printable ASCII without a colon, at most 76 characters, not like a delimiter (RFC 5322 section 2.2).
    #[error("not a field name")]
    Name,
    /// CR, LF, NUL or another control character in the value of a field, or a line end of Unicode.
    #[error("a control character is not allowed in a field")]
    Control,
    /// More than 998 bytes without a place at which the line could be folded: a word with the blanks before it (RFC 5322
    /// section 2.1.1).
    #[error("a word is too long for a line")]
    TooLong,
    /// Two changes of the same bytes.
    #[error("two changes of the same bytes")]
    Overlap,
    /// A new body has a delimiter line of a multipart that it would stand in.
    #[error("the new body holds a delimiter of the multipart around it")]
    Boundary,
    /// The new body would have to be encoded, in a multipart or message (RFC 2045 section 6.4).
    #[error("a multipart or message cannot be encoded")]
    Composite,
    /// The message was parsed by pieces: its bytes are not there.
    #[error("the bytes of the message are not there")]
    NotWhole,
}

/// A field to be put into a message: a name, a value, nothing that could end the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewField<'a> {
    name: Cow<'a, str>,
    value: Cow<'a, str>,
}

impl<'a> NewField<'a> {
    /// A field of that name and value. The value is written as it is, folded at its blanks; encode it first if it is text that
    /// is not ASCII and the message has to be.
    ///
    /// # Errors
    /// [`EditError::Name`], [`EditError::Control`], [`EditError::TooLong`].
    pub fn new(name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Result<Self, EditError> {
        let (name, value) = (name.into(), value.into());
        if !is_field_name(&name) {
            return Err(EditError::Name);
        }
        if has_control(&value) {
            return Err(EditError::Control);
        }
        if longest_piece(value.trim_matches([' ', '\t'])) + name.len() > 990 {
            return Err(EditError::TooLong);
        }
        Ok(Self { name, value })
    }

    /// The field with its line end, folded before blanks so that lines have 78 bytes where they can.
    fn write(&self, line_end: &str) -> String {
        let mut out = String::with_capacity(self.name.len() + self.value.len() + 4);
        out.push_str(&self.name);
        out.push_str(": ");
        let mut line = out.len();
        let mut rest = self.value.trim_matches([' ', '\t']);
        while !rest.is_empty() {
            // One word with the blanks before it.
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            let word = rest.get(blanks..).unwrap_or_default();
            let len = blanks + word.find([' ', '\t']).unwrap_or(word.len());
            let (next, after) = rest.split_at(len);
            if line + next.len() > 78 && blanks > 0 {
                out.push_str(line_end);
                line = 0;
            }
            out.push_str(next);
            line += next.len();
            rest = after;
        }
        out.push_str(line_end);
        out
    }
}

/// Bytes in the place of others.
#[derive(Debug, Clone)]
struct Splice<'m> {
    range: Range<usize>,
    kind: Kind,
    new: Cow<'m, [u8]>,
}

/// What the new bytes are; in the order in which they stand at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A field, or nothing in the place of one.
    Field,
    Body,
    /// A body where no empty line ends the header before it.
    BodyAfterOpenHeader,
}

/// Changes of a message, to be made all at once.
#[derive(Debug, Clone)]
pub struct Edit<'m> {
    message: &'m Message<'m>,
    line_end: &'static str,
    splices: Vec<Splice<'m>>,
    misuse: Option<EditError>,
}

impl<'m> Edit<'m> {
    /// No change yet.
    #[must_use]
    pub fn new(message: &'m Message<'m>) -> Self {
        let bytes = message.as_bytes();
        let first = memchr::memchr(b'\n', bytes);
        let bare = first.is_some_and(|at| at == 0 || bytes.get(at - 1) != Some(&b'\r'));
        Self {
            message,
            line_end: if bare { "\n" } else { "\r\n" },
            splices: Vec::new(),
            misuse: (!message.has_bodies()).then_some(EditError::NotWhole),
        }
    }

    /// Puts a field before all others, as trace fields want it. Of several, the first call's stands first.
    pub fn prepend(&mut self, field: &NewField<'_>) -> &mut Self {
        let at = self.message.fields().next().map_or(0, |first| first.range().start);
        self.insert(at, field)
    }

    /// Puts a field after all others.
    pub fn append(&mut self, field: &NewField<'_>) -> &mut Self {
        self.append_to(&self.message.root(), field)
    }

    /// Puts a field after all others of a part.
    pub fn append_to(&mut self, part: &Part<'_>, field: &NewField<'_>) -> &mut Self {
        self.insert(part.header_range().end, field)
    }

    fn insert(&mut self, at: usize, field: &NewField<'_>) -> &mut Self {
        self.splice(at..at, Kind::Field, field.write(self.line_end).into_bytes())
    }

    /// Replaces a field of this message.
    pub fn replace(&mut self, old: &Field<'_>, new: &NewField<'_>) -> &mut Self {
        self.splice(old.range(), Kind::Field, new.write(self.line_end).into_bytes())
    }

    /// Removes a field of this message.
    pub fn remove(&mut self, field: &Field<'_>) -> &mut Self {
        self.splice(field.range(), Kind::Field, &[][..])
    }

    /// Replaces the body of a part by bytes that are already in its transfer encoding.
    ///
    /// [`finish`](Self::finish) refuses bytes with a delimiter line of a multipart around the part.
    pub fn replace_body(&mut self, part: &Part<'_>, encoded: impl Into<Cow<'m, [u8]>>) -> &mut Self {
        let encoded = encoded.into();
        if holds_delimiter(part, &encoded) {
            self.misuse = self.misuse.or(Some(EditError::Boundary));
        }
        self.put_body(part, encoded)
    }

    /// Replaces the body of a part by `content`, which is written in the part's transfer encoding. Where that cannot hold it
    /// (8-bit text in a part that says 7bit, a part of unknown encoding), the shorter of quoted-printable and base64 is taken
    /// and Content-Transfer-Encoding changed to say so. Its other fields, the charset above all, stay: text is given in the
    /// charset that the part names.
    ///
    /// [`finish`](Self::finish) refuses what would have to be encoded in a multipart or message, which never is
    /// ([`EditError::Composite`]).
    ///
    /// ```
    /// use rfc5322_message::{Message, edit::Edit};
    ///
    /// let message = Message::parse(b"Content-Type: text/plain; charset=utf-8\r\n\r\nold\r\n");
    /// let mut edit = Edit::new(&message);
    /// edit.replace_content(&message.root(), "Gr\u{fc}\u{df}e aus K\u{f6}ln und der ganzen Umgebung\r\n".as_bytes());
    /// assert_eq!(
    ///     edit.finish()?,
    ///     b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
    ///       Gr=C3=BC=C3=9Fe aus K=C3=B6ln und der ganzen Umgebung\r\n"
    /// );
    /// # Ok::<(), rfc5322_message::edit::EditError>(())
    /// ```
    pub fn replace_content(&mut self, part: &Part<'_>, content: &[u8]) -> &mut Self {
        // In a message of bare LF the text has them too; the encoders know but CRLF.
        let canonical = if self.line_end == "\n" && memchr::memchr(b'\r', content).is_none() {
            let lines: Vec<_> = content.split(|byte| *byte == b'\n').collect();
            Cow::Owned(lines.join(&b"\r\n"[..]))
        } else {
            Cow::Borrowed(content)
        };
        let survey = Survey::of(&canonical);
        let declared = part.encoding();
        let content_type = part.content_type();
        let is_composite = !part.is_leaf()
            || content_type.is("multipart", "*")
            || (content_type.is("message", "*") && !content_type.subtype().to_ascii_lowercase().starts_with("global"));
        let usable = |encoding: TransferEncoding| {
            let fits = if encoding.is_identity() { !holds_delimiter(part, content) } else { !is_composite };
            fits && encoding.can_hold(&survey)
        };
        let chosen = [declared, TransferEncoding::choose(&survey, Capabilities::NONE), TransferEncoding::Base64];
        let Some(encoding) = chosen.into_iter().find(|encoding| usable(*encoding)) else {
            let misuse = if survey.eight_bit || survey.binary { EditError::Composite } else { EditError::Boundary };
            self.misuse = self.misuse.or(Some(misuse));
            return self;
        };
        let mut body = self.encode(encoding, &canonical, content);
        if holds_delimiter(part, &body) {
            body = self.encode(TransferEncoding::Base64, &canonical, content);
            self.declare(part, TransferEncoding::Base64);
        } else if encoding != declared {
            self.declare(part, encoding);
        }
        self.put_body(part, Cow::Owned(body))
    }

    fn put_body(&mut self, part: &Part<'_>, mut body: Cow<'m, [u8]>) -> &mut Self {
        let range = part.body_range();
        let after = self.message.as_bytes().get(range.end..).unwrap_or_default();
        // A delimiter has the line end before it. Where there was no body, that was the header's, and is still.
        if !body.is_empty() && !after.is_empty() && !after.starts_with(b"\r\n") && !after.starts_with(b"\n") {
            body.to_mut().extend_from_slice(self.line_end.as_bytes());
        }
        let kind = if part.header_range().end == range.start { Kind::BodyAfterOpenHeader } else { Kind::Body };
        self.splice(range, kind, body)
    }

    fn splice(&mut self, range: Range<usize>, kind: Kind, new: impl Into<Cow<'m, [u8]>>) -> &mut Self {
        self.splices.push(Splice { range, kind, new: new.into() });
        self
    }

    /// `canonical` in that encoding, with the line ends of the message; the content itself where nothing is encoded.
    fn encode(&self, encoding: TransferEncoding, canonical: &[u8], content: &[u8]) -> Vec<u8> {
        let mut encoded = Vec::new();
        match encoding {
            TransferEncoding::QuotedPrintable => {
                let mut encoder = QuotedPrintableEncoder::new();
                encoder.encode(canonical, &mut encoded);
                encoder.finish(&mut encoded);
            }
            TransferEncoding::Base64 => {
                let mut encoder = Base64Encoder::new();
                encoder.encode(content, &mut encoded);
                encoder.finish(&mut encoded);
                if !encoded.is_empty() && !encoded.ends_with(b"\n") {
                    encoded.extend_from_slice(b"\r\n");
                }
            }
            _ => return content.into(),
        }
        if self.line_end == "\n" {
            encoded.retain(|byte| *byte != b'\r');
        }
        encoded
    }

    /// Makes a part say that it has this transfer encoding.
    fn declare(&mut self, part: &Part<'_>, encoding: TransferEncoding) {
        let name = Cow::Borrowed("Content-Transfer-Encoding");
        let field = NewField { name, value: Cow::Borrowed(encoding.as_str()) };
        match part.known(FieldName::ContentTransferEncoding) {
            Some(old) => self.replace(&old, &field),
            None => self.append_to(part, &field),
        };
    }

    /// The changed message.
    ///
    /// # Errors
    /// [`EditError::Overlap`], [`EditError::Boundary`], [`EditError::Composite`], [`EditError::NotWhole`].
    pub fn finish(mut self) -> Result<Vec<u8>, EditError> {
        if let Some(misuse) = self.misuse {
            return Err(misuse);
        }
        // Stable: what is inserted at one place keeps its order, before what is replaced there.
        self.splices.sort_by_key(|splice| (splice.range.start, splice.range.end, splice.kind));
        let bytes = self.message.as_bytes();
        let new_bytes: usize = self.splices.iter().map(|splice| splice.new.len()).sum();
        let out = Vec::with_capacity(bytes.len() + new_bytes);
        let mut text = Spliced { out, line_end: self.line_end.as_bytes(), after_field: false };
        let mut at = 0;
        for Splice { range, kind, new } in &self.splices {
            text.keep(bytes.get(at..range.start).ok_or(EditError::Overlap)?);
            text.put(*kind, new);
            at = range.end;
        }
        text.keep(bytes.get(at..).unwrap_or_default());
        Ok(text.out)
    }
}

/// The changed message as far as it is written.
struct Spliced {
    out: Vec<u8>,
    line_end: &'static [u8],
    /// A new field was written last.
    after_field: bool,
}

impl Spliced {
    /// Writes old bytes. A body that has no header before it may begin with a blank, and must not continue a new field.
    fn keep(&mut self, old: &[u8]) {
        let Some(first) = old.first() else { return };
        if self.after_field && matches!(first, b' ' | b'\t') {
            self.out.extend_from_slice(self.line_end);
        }
        self.out.extend_from_slice(old);
        self.after_field = false;
    }

    /// Writes new bytes, at the beginning of a line where they have to be.
    fn put(&mut self, kind: Kind, new: &[u8]) {
        if new.is_empty() {
            return;
        }
        if kind != Kind::Body && !self.out.is_empty() && !self.out.ends_with(b"\n") {
            self.out.extend_from_slice(self.line_end);
        }
        if kind == Kind::BodyAfterOpenHeader {
            self.out.extend_from_slice(self.line_end);
        }
        self.out.extend_from_slice(new);
        self.after_field = kind == Kind::Field;
    }
}

/// True if a line of `body` would end a multipart around the part.
fn holds_delimiter(part: &Part<'_>, body: &[u8]) -> bool {
    let mut around = part.parent();
    while let Some(outer) = around {
        let boundary = outer.boundary();
        let delimits = |line: &[u8]| {
            line.strip_prefix(b"--").is_some_and(|line| !boundary.is_empty() && line.starts_with(boundary))
        };
        if body.split(|byte| *byte == b'\n').any(delimits) {
            return true;
        }
        around = outer.parent();
    }
    false
}
