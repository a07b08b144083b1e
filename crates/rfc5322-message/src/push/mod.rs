//! Parsing a message that comes in pieces.
//!
//! The headers are kept, within [`Limits::header_bytes`](crate::Limits::header_bytes); bodies are handed on, decoded on the way,
//! and never held. Wherever the pieces are cut, the events (bodies joined) and the result are the same, and the result has
//! the structure that parsing the whole at once gives.
//!
//! # Example: the length of every leaf, in little memory
//!
//! ```
//! use rfc5322_message::{Limits, push::{Event, PushParser}};
//!
//! let mut parser = PushParser::new(Limits::default());
//! let mut length = 0;
//! for piece in [&b"Content-Transfer-Encoding: base64\r"[..], b"\n\r\naGVs", b"bG8="] {
//!     parser.push(piece, |event| {
//!         if let Event::Body { bytes, .. } = event {
//!             length += bytes.len();
//!         }
//!     });
//! }
//! let message = parser.finish(|_| {});
//! assert_eq!(length, 5);
//! assert_eq!(message.fields().count(), 1);
//! assert!(!message.has_bodies());
//! ```
//!
//! # Example: message after message, in the same memory
//!
//! ```
//! use rfc5322_message::{Limits, push::PushParser};
//!
//! let mut parser = PushParser::new(Limits::default());
//! for input in [&b"Subject: a\r\n\r\n"[..], b"Subject: b\r\n\r\n"] {
//!     parser.push(input, |_| {});
//!     let message = parser.finish(|_| {});
//!     assert_eq!(message.fields().count(), 1);
//!     parser.recycle(message);
//! }
//! ```

mod body;
mod header;

use alloc::{borrow::Cow, vec::Vec};

use body::BodyReader;
use header::HeaderReader;

use crate::{
    Limits, Message,
    codec::{BodyDecoder, Forgiven},
    content::TransferEncoding,
    fields::FieldName,
    structure::{Builder, Dashes, Next},
};

/// What happened in a message.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'e> {
    /// The header of a part is complete.
    Part {
        /// The number of the part in document order, as in [`Part::index`](crate::Part::index).
        part: usize,
        /// The header, without the empty line.
        header: &'e [u8],
    },
    /// A piece of the body of a leaf, without the transfer encoding. For a multipart: what stands before its first part.
    Body {
        /// Which part.
        part: usize,
        /// Never empty.
        bytes: &'e [u8],
    },
    /// The body of a leaf is complete.
    End {
        /// Which part.
        part: usize,
        /// What the decoder stepped over.
        forgiven: Forgiven,
    },
}

/// Takes a message by pieces.
#[derive(Debug, Clone)]
pub struct PushParser {
    builder: Builder,
    /// The headers so far.
    kept: Vec<u8>,
    /// What was given and could not be told yet.
    held: Vec<u8>,
    /// Where `held` begins in the message.
    base: usize,
    mode: Mode,
    /// The root is open.
    started: bool,
    decoding: Option<(u32, BodyDecoder)>,
    decoded: Vec<u8>,
    dashes: Dashes,
}

#[derive(Debug, Clone)]
enum Mode {
    Header(HeaderReader),
    Body(BodyReader),
}

/// What a reader came to.
enum Progress {
    /// So many bytes are done with; the rest has to wait for more.
    Wait { done: usize },
    /// So many bytes are done with, and this comes next.
    Next { done: usize, next: Next },
}

impl PushParser {
    /// A parser with these limits.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            builder: Builder::new(limits),
            kept: Vec::new(),
            held: Vec::new(),
            base: 0,
            mode: Mode::Header(HeaderReader::default()),
            started: false,
            decoding: None,
            decoded: Vec::new(),
            dashes: Dashes::new(),
        }
    }

    /// The next piece. `sink` is called for everything that it completes.
    pub fn push(&mut self, piece: &[u8], mut sink: impl FnMut(Event<'_>)) {
        self.start();
        if self.held.is_empty() {
            let done = self.read(piece, false, &mut sink);
            self.held.extend_from_slice(piece.get(done..).unwrap_or_default());
        } else {
            let mut data = core::mem::take(&mut self.held);
            data.extend_from_slice(piece);
            let done = self.read(&data, false, &mut sink);
            data.drain(..done);
            self.held = data;
        }
    }

    /// The end of the message; another may come after it. Give the message to [`recycle`](Self::recycle) when it is no longer
    /// needed, and the next one takes its memory.
    pub fn finish(&mut self, mut sink: impl FnMut(Event<'_>)) -> Message<'static> {
        self.start();
        let mut data = core::mem::take(&mut self.held);
        let len = self.base + data.len();
        self.read(&data, true, &mut sink);
        self.end_body(&mut sink);
        self.builder.finish(len);
        data.clear();
        self.held = data;
        self.base = 0;
        self.mode = Mode::Header(HeaderReader::default());
        self.started = false;
        let text = Cow::Owned(core::mem::take(&mut self.kept));
        Message { text, whole: false, tables: core::mem::take(&mut self.builder.tables) }
    }

    /// Takes back the memory of a message that is no longer needed, if the next one has not begun.
    pub fn recycle(&mut self, message: Message<'static>) {
        if !self.started {
            self.builder.tables = message.tables;
            self.kept = message.text.into_owned();
            self.kept.clear();
        }
    }

    /// Opens the root before the first piece.
    fn start(&mut self) {
        if !core::mem::replace(&mut self.started, true) {
            self.builder.start();
        }
    }

    /// How many bytes are held at present, headers included.
    #[must_use]
    pub fn held(&self) -> usize {
        self.kept.len() + self.held.len()
    }

    /// Reads what can be told now; returns how many bytes that was.
    fn read(&mut self, data: &[u8], last: bool, sink: &mut dyn FnMut(Event<'_>)) -> usize {
        let mut at = 0;
        loop {
            let rest = data.get(at..).unwrap_or_default();
            let progress = match &mut self.mode {
                Mode::Header(reader) => match reader.read(rest, self.base, last, &mut self.builder) {
                    None => Progress::Wait { done: 0 },
                    Some(end) => {
                        let next = self.end_header(rest, &end, sink);
                        Progress::Next { done: end.body_start, next }
                    }
                },
                Mode::Body(_) => self.read_body(rest, last, sink),
            };
            let (Progress::Wait { done } | Progress::Next { done, .. }) = progress;
            let eol = match &self.mode {
                Mode::Header(reader) => reader.eol,
                Mode::Body(reader) => reader.eol,
            };
            let eol = if done == 0 { eol } else { body::eol_before(rest, done, eol) };
            at += done;
            self.base += done;
            match progress {
                Progress::Wait { .. } => {
                    if let Mode::Body(reader) = &mut self.mode {
                        reader.eol = eol;
                    }
                    return at;
                }
                Progress::Next { next: Next::Header, .. } => {
                    self.mode = Mode::Header(HeaderReader::after(self.base, eol));
                }
                Progress::Next { next: Next::Body, .. } => self.mode = Mode::Body(BodyReader::after(eol)),
            }
        }
    }

    fn end_header(&mut self, data: &[u8], end: &header::End, sink: &mut dyn FnMut(Event<'_>)) -> Next {
        let header = data.get(..end.header_end).unwrap_or_default();
        let part = self.builder.current().unwrap_or_default();
        let encoding = self.encoding_of(header, part);
        let next = self.builder.end_header(end.how, self.base + end.header_end, self.base + end.body_start, &self.kept);
        sink(Event::Part { part: part as usize, header });
        self.decoding = match next {
            Next::Header => None,
            Next::Body if self.builder.takes_body() => {
                let encoding = if self.builder.in_multipart() { TransferEncoding::Binary } else { encoding };
                Some((part, BodyDecoder::new(encoding)))
            }
            Next::Body => None,
        };
        next
    }

    /// Keeps a header, and finds how the body after it is encoded.
    fn encoding_of(&mut self, header: &[u8], part: u32) -> TransferEncoding {
        let kept = self.kept.len();
        self.kept.extend_from_slice(header);
        self.builder.keep_at(kept);
        let tables = &self.builder.tables;
        let Some(entry) = tables.parts.get(part as usize) else { return TransferEncoding::default() };
        tables.single(entry, FieldName::ContentTransferEncoding).map_or_else(TransferEncoding::default, |field| {
            TransferEncoding::of(crate::structure::entry_body(entry, field, &self.kept))
        })
    }

    fn body(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Event<'_>)) {
        if bytes.is_empty() || !self.builder.takes_body() {
            return;
        }
        let Some((part, decoder)) = &mut self.decoding else { return };
        if decoder.is_identity() {
            return sink(Event::Body { part: *part as usize, bytes });
        }
        self.decoded.clear();
        decoder.push(bytes, &mut self.decoded);
        if !self.decoded.is_empty() {
            sink(Event::Body { part: *part as usize, bytes: &self.decoded });
        }
    }

    fn end_body(&mut self, sink: &mut dyn FnMut(Event<'_>)) {
        let Some((part, decoder)) = self.decoding.take() else { return };
        self.decoded.clear();
        let forgiven = decoder.finish(&mut self.decoded);
        if !self.decoded.is_empty() {
            sink(Event::Body { part: part as usize, bytes: &self.decoded });
        }
        sink(Event::End { part: part as usize, forgiven });
    }
}
