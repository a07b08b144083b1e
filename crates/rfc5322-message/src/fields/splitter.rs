//! One pass over a header block, a field at a time.

use core::{fmt, ops::Range};

use memchr::memchr;

/// Why a header ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HeaderEnd {
    /// The empty line, as RFC 5322 section 2.1 wants it.
    EmptyLine,
    /// A line that is no field: the empty line was forgotten, and the body begins with that line.
    NotAField,
    /// The input ended inside the header.
    EndOfInput,
}

/// One field as it stands in the message, with its folding and its line end.
///
/// The ranges count from the beginning of the bytes that were given to [`Fields::new`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RawField<'a> {
    raw: &'a [u8],
    start: usize,
    name_len: u32,
    body_start: u32,
    body_end: usize,
}

impl<'a> RawField<'a> {
    /// The name as it is spelt, without the blanks that obsolete syntax allows before the colon. Never empty, always
    /// printable ASCII.
    #[must_use]
    pub fn name(&self) -> &'a [u8] {
        self.raw.get(..self.name_len as usize).unwrap_or_default()
    }

    /// True if this is the field of that name; case does not count.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name.as_bytes())
    }

    /// The whole field: name, colon, body, folding, and the line end if the input had one.
    #[must_use]
    pub const fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// What follows the colon, folding and leading blank included, the last line end excluded.
    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        self.raw.get(self.body_start as usize..self.body_end).unwrap_or_default()
    }

    /// The body as one line: each line end before a blank removed (RFC 5322 section 2.2.3).
    #[must_use]
    pub fn unfolded(&self) -> super::Unfolded<'a> {
        super::unfold(self.body())
    }

    /// Where the field begins.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.start
    }

    /// Where [`raw`](Self::raw) stands in the input.
    #[must_use]
    pub const fn range(&self) -> Range<usize> {
        self.start..self.start + self.raw.len()
    }

    /// Where [`name`](Self::name) stands in the input.
    #[must_use]
    pub const fn name_range(&self) -> Range<usize> {
        self.start..self.start + self.name_len as usize
    }

    /// Where [`body`](Self::body) stands in the input.
    #[must_use]
    pub const fn body_range(&self) -> Range<usize> {
        self.start + self.body_start as usize..self.start + self.body_end
    }

    /// The same field, its ranges counted from a point `base` bytes earlier.
    #[must_use]
    pub const fn shifted(mut self, base: usize) -> Self {
        self.start += base;
        self
    }
}

impl fmt::Debug for RawField<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawField")
            .field("offset", &self.start)
            .field("raw", &format_args!("{}", self.raw.escape_ascii()))
            .finish()
    }
}

/// An iterator over the fields of a header, in their order.
///
/// Linear in the length of the header; nothing after the header is looked at.
#[derive(Debug, Clone)]
pub struct Fields<'a> {
    input: &'a [u8],
    position: usize,
    end: Option<(HeaderEnd, usize)>,
}

impl<'a> Fields<'a> {
    /// Reads the header at the beginning of `input`, which may go on after it.
    #[must_use]
    pub fn new(input: &'a [u8]) -> Self {
        Self { input, position: mbox_line(input).unwrap_or(0), end: None }
    }

    /// Reads a header that is not the first of its message: no mbox line is looked for.
    #[must_use]
    pub(crate) const fn inside(input: &'a [u8]) -> Self {
        Self { input, position: 0, end: None }
    }

    /// How the header ended; `None` until the iterator has returned `None`.
    #[must_use]
    pub const fn end(&self) -> Option<HeaderEnd> {
        match self.end {
            Some((end, _)) => Some(end),
            None => None,
        }
    }

    /// Where the next field would begin; once the iterator is done, where the header ends: before the empty line, if
    /// there is one.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.position
    }

    /// Where the body begins, once the iterator is done; the same as [`offset`](Self::offset) before.
    #[must_use]
    pub const fn body_start(&self) -> usize {
        match self.end {
            Some((_, body)) => body,
            None => self.position,
        }
    }
}

/// The position after the next LF, or the end.
fn line_end(input: &[u8], from: usize) -> usize {
    match input.get(from..).and_then(|rest| memchr(b'\n', rest)) {
        Some(at) => from + at + 1,
        None => input.len(),
    }
}

/// No name is longer, and no mbox line: a line of a header has 998 bytes at most (RFC 5322 section 2.1.1).
pub(crate) const LONGEST_NAME: usize = 998;

/// The length of the mbox line at the beginning of a message, if there is one. `From : a@b` is none but a field, with the
/// blank that obsolete syntax allows.
pub(crate) fn mbox_line(input: &[u8]) -> Option<usize> {
    if !input.starts_with(b"From ") || matches!(opening(input), Opening::Field { .. }) {
        return None;
    }
    let len = line_end(input.get(..LONGEST_NAME + 2).unwrap_or(input), 0);
    (len == input.len() || input.get(len - 1) == Some(&b'\n')).then_some(len)
}

/// How a line begins: with a field, with the empty line, or otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    Field { name_len: usize, body_start: usize },
    Empty { len: usize },
    Other,
}

/// `line` is the rest of the input from the beginning of a line; at most one line of it is looked at.
pub(crate) fn opening(line: &[u8]) -> Opening {
    let line = line.get(..LONGEST_NAME + 2).unwrap_or(line);
    let name_len = line.iter().position(|byte| !is_name_byte(*byte)).unwrap_or(line.len());
    match line.get(name_len) {
        Some(b':') if name_len > 0 => return Opening::Field { name_len, body_start: name_len + 1 },
        Some(b' ' | b'\t') if name_len > 0 => {
            // obs-optional: blanks between the name and the colon (RFC 5322 section 4.5.8).
            let rest = line.get(name_len..).unwrap_or_default();
            let blanks = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(rest.len());
            if rest.get(blanks) == Some(&b':') {
                return Opening::Field { name_len, body_start: name_len + blanks + 1 };
            }
        }
        Some(b'\n') if name_len == 0 => return Opening::Empty { len: 1 },
        Some(b'\r') if name_len == 0 && line.get(1) == Some(&b'\n') => return Opening::Empty { len: 2 },
        _ => {}
    }
    Opening::Other
}

/// ftext: printable ASCII except the colon (RFC 5322 section 2.2).
const fn is_name_byte(byte: u8) -> bool {
    byte.wrapping_sub(33) < 94 && byte != b':'
}

impl<'a> Iterator for Fields<'a> {
    type Item = RawField<'a>;

    fn next(&mut self) -> Option<RawField<'a>> {
        if self.end.is_some() {
            return None;
        }
        let start = self.position;
        let line = self.input.get(start..).unwrap_or_default();
        if line.is_empty() {
            self.end = Some((HeaderEnd::EndOfInput, start));
            return None;
        }
        let (name_len, body_start) = match opening(line) {
            Opening::Field { name_len, body_start } => (name_len as u32, body_start as u32),
            Opening::Empty { len } => {
                self.end = Some((HeaderEnd::EmptyLine, start + len));
                return None;
            }
            Opening::Other => {
                self.end = Some((HeaderEnd::NotAField, start));
                return None;
            }
        };

        let mut end = body_start as usize;
        loop {
            end = line_end(line, end);
            if !matches!(line.get(end), Some(b' ' | b'\t')) {
                break;
            }
        }
        let raw = line.get(..end).unwrap_or_default();
        let body_end = match raw {
            [.., b'\r', b'\n'] => end - 2,
            [.., b'\n'] => end - 1,
            _ => end,
        };
        self.position = start + end;
        Some(RawField { raw, start, name_len, body_start, body_end: body_end.max(body_start as usize) })
    }
}

impl core::iter::FusedIterator for Fields<'_> {}
