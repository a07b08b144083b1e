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

use crate::{Field, Message, Part};

/// Why an edit was refused. It is always the caller's mistake; the message is unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// The name of a field is empty, or has bytes other than printable ASCII, or a colon.
    #[error("not a field name")]
    Name,
    /// CR, LF, NUL or another control character in the value of a field.
    #[error("a control character is not allowed in a field")]
    Control,
    /// More than 998 bytes without a blank at which the line could be folded (RFC 5322 section 2.1.1).
    #[error("a word is too long for a line")]
    TooLong,
    /// Two changes of the same bytes.
    #[error("two changes of the same bytes")]
    Overlap,
    /// A new body has a delimiter line of a multipart that it would stand in.
    #[error("the new body holds a delimiter of the multipart around it")]
    Boundary,
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
        if name.is_empty() || name.len() > 76 || !name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':') {
            return Err(EditError::Name);
        }
        if value.bytes().any(|byte| (byte < b' ' && byte != b'\t') || byte == 0x7f) {
            return Err(EditError::Control);
        }
        let longest = value.split([' ', '\t']).map(str::len).max().unwrap_or(0);
        if longest + name.len() > 990 {
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

/// Changes of a message, to be made all at once.
#[derive(Debug, Clone)]
pub struct Edit<'m> {
    message: &'m Message<'m>,
    line_end: &'static str,
    splices: Vec<(Range<usize>, Cow<'m, [u8]>)>,
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
        let mut text = field.write(self.line_end);
        let bytes = self.message.as_bytes();
        if at > 0 && bytes.get(at - 1) != Some(&b'\n') {
            text.insert_str(0, self.line_end);
        }
        self.splices.push((at..at, Cow::Owned(text.into_bytes())));
        self
    }

    /// Replaces a field of this message.
    pub fn replace(&mut self, old: &Field<'_>, new: &NewField<'_>) -> &mut Self {
        self.splices.push((old.range(), Cow::Owned(new.write(self.line_end).into_bytes())));
        self
    }

    /// Removes a field of this message.
    pub fn remove(&mut self, field: &Field<'_>) -> &mut Self {
        self.splices.push((field.range(), Cow::Borrowed(&[])));
        self
    }

    /// Replaces the body of a part by bytes that are already in its transfer encoding.
    ///
    /// [`finish`](Self::finish) refuses bytes with a delimiter line of a multipart around the part.
    pub fn replace_body(&mut self, part: &Part<'_>, encoded: impl Into<Cow<'m, [u8]>>) -> &mut Self {
        let encoded = encoded.into();
        let mut around = part.parent();
        while let Some(outer) = around {
            let boundary = outer.boundary();
            let delimits = |line: &[u8]| {
                line.strip_prefix(b"--").is_some_and(|line| !boundary.is_empty() && line.starts_with(boundary))
            };
            if encoded.split(|byte| *byte == b'\n').any(delimits) {
                self.misuse = self.misuse.or(Some(EditError::Boundary));
            }
            around = outer.parent();
        }
        self.splices.push((part.body_range(), encoded));
        self
    }

    /// The changed message.
    ///
    /// # Errors
    /// [`EditError::Overlap`] and [`EditError::Boundary`].
    pub fn finish(mut self) -> Result<Vec<u8>, EditError> {
        if let Some(misuse) = self.misuse {
            return Err(misuse);
        }
        // Stable: what is inserted at one place keeps its order, before what is replaced there.
        self.splices.sort_by_key(|(range, _)| (range.start, range.end));
        let bytes = self.message.as_bytes();
        let mut out = Vec::with_capacity(bytes.len() + self.splices.iter().map(|(_, new)| new.len()).sum::<usize>());
        let mut at = 0;
        for (range, new) in &self.splices {
            let between = bytes.get(at..range.start).ok_or(EditError::Overlap)?;
            out.extend_from_slice(between);
            out.extend_from_slice(new);
            at = range.end;
        }
        out.extend_from_slice(bytes.get(at..).unwrap_or_default());
        Ok(out)
    }
}
