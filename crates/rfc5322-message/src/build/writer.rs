//! Writing by pieces: chunks out, and bytes of sources in.

use alloc::vec::Vec;

use super::{Outgoing, SourceId, outgoing::Segment};
use crate::encode::{Base64Encoder, QuotedPrintableEncoder, TransferEncoding};

/// How much content is encoded at once: whole lines of base64, about 28 KiB.
const PIECE: usize = 57 * 512;

/// Writes a message without holding it. It does no I/O: see [the example](super#example-an-attachment-that-is-never-held).
///
/// Content that stays as it is is lent, not copied. Encoded content passes through one buffer, which grows to some forty
/// KiB, or to a third more than the longest piece that a source gives.
#[derive(Debug)]
pub struct Writer<'o, 'a> {
    message: &'o Outgoing<'a>,
    segment: usize,
    /// How much of the present content or source is done.
    done: u64,
    encoder: Option<Encoder>,
    buffer: Vec<u8>,
    /// The buffer holds what was not handed out yet.
    filled: bool,
}

/// What a [`Writer`] wants next.
#[derive(Debug, PartialEq, Eq)]
pub enum Step<'w> {
    /// Write these bytes; the next call goes on after them.
    Write(&'w [u8]),
    /// Give some bytes of this source, by [`Writer::source_bytes`], or say that there are no more, by
    /// [`Writer::source_end`].
    Read(SourceId),
    /// The message is written.
    Done,
}

/// Why writing cannot go on. It is the caller's mistake, or its source's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// Bytes were given that nobody had asked for.
    #[error("no source was asked for")]
    NotAsked,
    /// A source is not as long as it was said to be. What was announced cannot be kept: give up the transaction.
    #[error("a source is not as long as it was said to be")]
    SourceLength,
    /// The message has sources, and can be written only by pieces.
    #[error("the message has sources that are read while it is written")]
    HasSources,
}

impl<'o, 'a> Writer<'o, 'a> {
    pub(super) const fn new(message: &'o Outgoing<'a>) -> Self {
        Self { message, segment: 0, done: 0, encoder: None, buffer: Vec::new(), filled: false }
    }

    /// What to do next.
    ///
    /// # Errors
    /// None so far; what a source does wrong is told when it gives its bytes.
    pub fn step(&mut self) -> Result<Step<'_>, WriteError> {
        if core::mem::take(&mut self.filled) {
            return Ok(Step::Write(&self.buffer));
        }
        self.buffer.clear();
        let message = self.message;
        while let Some(segment) = message.segments.get(self.segment) {
            match segment {
                Segment::Source { id, .. } => return Ok(Step::Read(*id)),
                Segment::Text(range) => {
                    self.segment += 1;
                    return Ok(Step::Write(message.text.get(range.clone()).unwrap_or_default()));
                }
                Segment::Content { content, encoding } if encoding.is_identity() => {
                    self.segment += 1;
                    if !content.is_empty() {
                        return Ok(Step::Write(content));
                    }
                }
                Segment::Content { content, encoding } => {
                    let rest = usize::try_from(self.done).ok().and_then(|done| content.get(done..)).unwrap_or_default();
                    let piece = rest.get(..PIECE).unwrap_or(rest);
                    let encoder = self.encoder.get_or_insert_with(|| Encoder::of(*encoding));
                    encoder.encode(piece, &mut self.buffer);
                    self.done += piece.len() as u64;
                    if piece.len() == rest.len() {
                        self.finish_segment();
                    }
                    if !self.buffer.is_empty() {
                        return Ok(Step::Write(&self.buffer));
                    }
                }
            }
        }
        Ok(Step::Done)
    }

    /// The next bytes of the source that [`Step::Read`] named: as many as there are, in pieces of any size.
    ///
    /// # Errors
    /// [`WriteError::NotAsked`]; [`WriteError::SourceLength`] if there are more than were announced. Nothing is taken then.
    pub fn source_bytes(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let (length, encoding) = self.asked()?;
        let done = self.done.saturating_add(bytes.len() as u64);
        if length.is_some_and(|length| done > length) {
            return Err(WriteError::SourceLength);
        }
        self.encoder.get_or_insert_with(|| Encoder::of(encoding)).encode(bytes, &mut self.buffer);
        self.done = done;
        self.filled = !self.buffer.is_empty();
        Ok(())
    }

    /// The source that [`Step::Read`] named has no more bytes.
    ///
    /// # Errors
    /// [`WriteError::NotAsked`]; [`WriteError::SourceLength`] if there are less than were announced.
    pub fn source_end(&mut self) -> Result<(), WriteError> {
        let (length, _) = self.asked()?;
        if length.is_some_and(|length| self.done != length) {
            return Err(WriteError::SourceLength);
        }
        self.finish_segment();
        self.filled = !self.buffer.is_empty();
        Ok(())
    }

    /// The source whose turn it is.
    fn asked(&self) -> Result<(Option<u64>, TransferEncoding), WriteError> {
        match self.message.segments.get(self.segment) {
            Some(Segment::Source { length, encoding, .. }) if !self.filled => Ok((*length, *encoding)),
            _ => Err(WriteError::NotAsked),
        }
    }

    fn finish_segment(&mut self) {
        if let Some(mut encoder) = self.encoder.take() {
            encoder.finish(&mut self.buffer);
        }
        self.segment += 1;
        self.done = 0;
    }
}

/// The encoder of one body.
#[derive(Debug, Clone)]
pub(super) enum Encoder {
    Base64(Base64Encoder),
    QuotedPrintable(QuotedPrintableEncoder),
}

impl Encoder {
    /// That of `encoding`, which is not an identity.
    pub(super) fn of(encoding: TransferEncoding) -> Self {
        match encoding {
            TransferEncoding::QuotedPrintable => Self::QuotedPrintable(QuotedPrintableEncoder::new()),
            _ => Self::Base64(Base64Encoder::new()),
        }
    }

    pub(super) fn encode(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Base64(encoder) => encoder.encode(bytes, out),
            Self::QuotedPrintable(encoder) => encoder.encode(bytes, out),
        }
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        match self {
            Self::Base64(encoder) => encoder.finish(out),
            Self::QuotedPrintable(encoder) => encoder.finish(out),
        }
    }
}
