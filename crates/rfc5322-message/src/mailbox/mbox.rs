//! mbox files (RFC 4155), read and written as a stream.
//!
//! # Example: there and back
//!
//! ```
//! use rfc5322_message::mailbox::mbox::{Reader, Quoting, Writer};
//!
//! let mut writer = Writer::new(Vec::new(), Quoting::Mboxrd);
//! writer.write("a@example.org", "Mon Nov 23 16:55:00 2026", b"Subject: x\n\nFrom here on\n>From there\n")?;
//! let file = writer.into_inner();
//! let entry = Reader::new(&file[..], Quoting::Mboxrd).next().unwrap()?;
//! assert_eq!(entry.message, b"Subject: x\n\nFrom here on\n>From there\n");
//! # Ok::<(), std::io::Error>(())
//! ```

extern crate std;

use alloc::vec::Vec;
use std::io::{self, BufRead, Read as _, Write};

use crate::fields::{Fields, HeaderEnd};

/// How lines that begin with `From ` are told from those that begin a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Quoting {
    /// `From ` is quoted as `>From `; reading cannot tell it from what was there before.
    Mboxo,
    /// Every line of `>`s and `From ` gets one more `>`. Loses nothing.
    #[default]
    Mboxrd,
    /// Nothing is quoted; Content-Length says how long the body is. It is believed if it is within the reader's limit and the
    /// end of the file follows, or empty lines and a `From ` line; otherwise the next `From ` line counts. The writer works it
    /// out.
    Mboxcl2,
}

/// One message of an mbox.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The `From ` line, without its line end.
    pub from_line: Vec<u8>,
    /// The message, with the quoting undone and without the empty line after it.
    pub message: Vec<u8>,
}

/// No Content-Length is believed beyond what is there, and no message is longer than this.
const DEFAULT_LIMIT: usize = 256 << 20;

/// How much is looked at behind a body whose length was told: one or two empty lines stand there, if the length is right.
const LOOK: usize = 1000;

/// Reads an mbox, a message at a time. A message longer than the limit (256 MiB) is an error of kind `InvalidData`.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    /// What was read of the input to see whether a Content-Length is right, and comes before the rest of it.
    ahead: io::Cursor<Vec<u8>>,
    quoting: Quoting,
    limit: usize,
    line: Vec<u8>,
    started: bool,
    done: bool,
}

impl<R: BufRead> Reader<R> {
    /// Reads from `input`.
    pub const fn new(input: R, quoting: Quoting) -> Self {
        let ahead = io::Cursor::new(Vec::new());
        Self { input, ahead, quoting, limit: DEFAULT_LIMIT, line: Vec::new(), started: false, done: false }
    }

    /// With another limit for one message.
    #[must_use]
    pub const fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// The next line into `self.line`; false at the end.
    fn read_line(&mut self) -> io::Result<bool> {
        self.line.clear();
        let most = self.limit as u64 + 1;
        (&mut self.ahead).chain(&mut self.input).take(most).read_until(b'\n', &mut self.line)?;
        if self.line.len() > self.limit {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a line longer than the limit for a message"));
        }
        Ok(!self.line.is_empty())
    }

    fn entry(&mut self) -> io::Result<Option<Entry>> {
        while !self.started {
            if !self.read_line()? {
                return Ok(None);
            }
            self.started = self.line.starts_with(b"From ");
        }
        if self.line.is_empty() {
            return Ok(None);
        }
        let from_line = Vec::from(self.line.trim_ascii_end());
        let mut message = Vec::new();
        let mut in_header = true;
        let mut length = None;
        // How long the last line is, if it is an empty one after the header.
        let mut empty_line = 0;
        while self.read_line()? {
            if !in_header && self.line.starts_with(b"From ") {
                break;
            }
            // A `From ` line in a header belongs to the next message only if the header is cut short.
            if in_header
                && self.line.starts_with(b"From ")
                && memchr::memchr(b':', &self.line).is_none_or(|at| at > 5)
                && !message.is_empty()
            {
                break;
            }
            message.extend_from_slice(self.unquoted());
            if message.len() > self.limit {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a message longer than the limit"));
            }
            let is_empty = matches!(self.line.as_slice(), b"\n" | b"\r\n");
            if !in_header {
                empty_line = if is_empty { self.line.len() } else { 0 };
                continue;
            }
            if self.quoting == Quoting::Mboxcl2 {
                length = length.or_else(|| content_length(&self.line));
            }
            in_header = !is_empty;
            if let (false, Some(length)) = (in_header, length)
                && self.counted(length, &mut message)?
            {
                while self.read_line()? && !self.line.starts_with(b"From ") {}
                return Ok(Some(Entry { from_line, message }));
            }
        }
        // The empty line before the next `From ` belongs to the format; that after a header is the message's.
        message.truncate(message.len() - empty_line);
        Ok(Some(Entry { from_line, message }))
    }

    /// Reads a body of that length, if the message can end after it: only empty lines are left then before the next.
    fn counted(&mut self, length: usize, message: &mut Vec<u8>) -> io::Result<bool> {
        if length > self.limit.saturating_sub(message.len()) {
            return Ok(false);
        }
        self.look_ahead(length.saturating_add(LOOK))?;
        let at = usize::try_from(self.ahead.position()).unwrap_or(usize::MAX);
        let ahead = self.ahead.get_ref().get(at..).unwrap_or_default();
        let Some((body, after)) = ahead.split_at_checked(length) else { return Ok(false) };
        let ends = ends_message(body, after);
        if ends {
            message.extend_from_slice(body);
            self.ahead.consume(length);
        }
        Ok(ends)
    }

    /// Holds the next `most` bytes ahead, or all that are left. A byte is read once, however many lengths are wrong.
    fn look_ahead(&mut self, most: usize) -> io::Result<()> {
        let at = usize::try_from(self.ahead.position()).unwrap_or(usize::MAX);
        let ahead = self.ahead.get_mut();
        let held = ahead.len().saturating_sub(at);
        if held >= most {
            return Ok(());
        }
        // Moving what is held costs no more than reading what is dropped did.
        if at >= held {
            ahead.drain(..ahead.len() - held);
            self.ahead.set_position(0);
        }
        (&mut self.input).take((most - held) as u64).read_to_end(self.ahead.get_mut())?;
        Ok(())
    }

    fn unquoted(&self) -> &[u8] {
        let quotes = self.line.iter().take_while(|byte| **byte == b'>').count();
        let is_quoted = quotes > 0 && self.line.get(quotes..).is_some_and(|rest| rest.starts_with(b"From "));
        match self.quoting {
            Quoting::Mboxrd if is_quoted => self.line.get(1..).unwrap_or_default(),
            Quoting::Mboxo if is_quoted && quotes == 1 => self.line.get(1..).unwrap_or_default(),
            _ => &self.line,
        }
    }
}

/// True if a message can end between `body` and `after`: the file ends, or there are empty lines and a `From ` line.
fn ends_message(body: &[u8], after: &[u8]) -> bool {
    let after = after.get(..LOOK).unwrap_or(after);
    let text = after.trim_ascii_start();
    let line_end = match after.split_at(after.len() - text.len()).0 {
        [] => body.is_empty() || body.ends_with(b"\n"),
        between => between.ends_with(b"\n"),
    };
    (text.is_empty() && after.len() < LOOK) || (line_end && text.starts_with(b"From "))
}

fn content_length(line: &[u8]) -> Option<usize> {
    let (name, value) = line.split_at_checked(15)?;
    if !name.eq_ignore_ascii_case(b"content-length:") {
        return None;
    }
    core::str::from_utf8(value).ok()?.trim().parse().ok()
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = io::Result<Entry>;

    fn next(&mut self) -> Option<io::Result<Entry>> {
        if self.done {
            return None;
        }
        let entry = self.entry().transpose();
        self.done = !matches!(entry, Some(Ok(_)));
        entry
    }
}

/// Writes an mbox.
#[derive(Debug)]
pub struct Writer<W> {
    output: W,
    quoting: Quoting,
}

impl<W: Write> Writer<W> {
    /// Appends to `output`.
    pub const fn new(output: W, quoting: Quoting) -> Self {
        Self { output, quoting }
    }

    /// Writes one message, its line ends as they are. `date` is in the form of C's asctime.
    ///
    /// For [`Quoting::Mboxcl2`] the header gets the Content-Length that the body has, at its end, in place of any that is
    /// there and wrong.
    ///
    /// # Errors
    /// What the output says; `InvalidInput` if sender or date has a line end or NUL.
    pub fn write(&mut self, sender: &str, date: &str, message: &[u8]) -> io::Result<()> {
        if [sender, date].iter().any(|text| text.contains(['\r', '\n', '\0'])) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a control character in a From line"));
        }
        writeln!(self.output, "From {sender} {date}")?;
        if self.quoting == Quoting::Mboxcl2 {
            return self.write_counted(message);
        }
        for line in message.split_inclusive(|byte| *byte == b'\n') {
            let quotes = match self.quoting {
                Quoting::Mboxrd => line.iter().take_while(|byte| **byte == b'>').count(),
                _ => 0,
            };
            let looks = line.get(quotes..).is_some_and(|rest| rest.starts_with(b"From "));
            if looks {
                self.output.write_all(b">")?;
            }
            self.output.write_all(line)?;
        }
        if !message.ends_with(b"\n") {
            self.output.write_all(b"\n")?;
        }
        self.output.write_all(b"\n")
    }

    /// Writes a message with its Content-Length, and nothing quoted.
    fn write_counted(&mut self, message: &[u8]) -> io::Result<()> {
        let mut fields = Fields::new(message);
        let lengths: Vec<_> = fields.by_ref().filter(|field| field.is("Content-Length")).collect();
        let (header, body) = message.split_at(fields.body_start());
        let is_right = fields.end() == Some(HeaderEnd::EmptyLine)
            && matches!(lengths.as_slice(), [field] if content_length(field.raw()) == Some(body.len()));
        if is_right {
            self.output.write_all(header)?;
        } else {
            let line_end: &[u8] = if header.windows(2).any(|pair| pair == b"\r\n") { b"\r\n" } else { b"\n" };
            let header = header.get(..fields.offset()).unwrap_or_default();
            let mut at = 0;
            for field in lengths {
                self.output.write_all(header.get(at..field.range().start).unwrap_or_default())?;
                at = field.range().end;
            }
            let rest = header.get(at..).unwrap_or_default();
            self.output.write_all(rest)?;
            if !rest.is_empty() && !rest.ends_with(b"\n") {
                self.output.write_all(line_end)?;
            }
            write!(self.output, "Content-Length: {}", body.len())?;
            self.output.write_all(line_end)?;
            self.output.write_all(line_end)?;
        }
        self.output.write_all(body)?;
        // An empty line between messages; a body that does not end its last line is told by its length.
        self.output.write_all(if body.is_empty() || body.ends_with(b"\n") { b"\n" } else { b"\n\n" })
    }

    /// The output.
    pub fn into_inner(self) -> W {
        self.output
    }
}
