//! A message that is ready to be written.

use alloc::{borrow::Cow, vec::Vec};
use core::ops::Range;

use super::{Envelope, Field, SourceId, WriteError, Writer, writer::Encoder};
use crate::{
    encode::{Base64Encoder, Capabilities, TransferEncoding},
    value::AddrSpec,
};

/// What happens to Bcc when the message is written (RFC 5322 section 3.6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bcc {
    /// It is left out. Its addresses are in the envelope.
    #[default]
    Strip,
    /// It is written, for a draft or a copy that the author keeps.
    Keep,
}

/// For whom a message is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// What the server can take. Nothing special, if nothing is said.
    pub capabilities: Capabilities,
    /// Sixteen random bytes, new ones for each message: boundaries and the Message-ID are made of them.
    pub randomness: [u8; 16],
    /// What happens to Bcc.
    pub bcc: Bcc,
}

impl Options {
    /// For any server at all.
    #[must_use]
    pub const fn new(randomness: [u8; 16]) -> Self {
        Self { capabilities: Capabilities::NONE, randomness, bcc: Bcc::Strip }
    }

    /// For a server with these extensions.
    #[must_use]
    pub const fn with_capabilities(mut self, capabilities: Capabilities) -> Self {
        self.capabilities = capabilities;
        self
    }

    /// With Bcc in the message or not.
    #[must_use]
    pub const fn with_bcc(mut self, bcc: Bcc) -> Self {
        self.bcc = bcc;
        self
    }
}

/// A message that is checked and laid out. Writing it cannot fail but for its sources.
#[derive(Debug, Clone)]
pub struct Outgoing<'a> {
    pub(super) fields: Vec<Field<'a>>,
    pub(super) reverse_path: Option<AddrSpec<'a>>,
    /// Headers and delimiters, which segments refer to.
    pub(super) text: Vec<u8>,
    pub(super) segments: Vec<Segment<'a>>,
    /// That of the outermost part.
    pub(super) encoding: TransferEncoding,
    /// An address or identifier is not ASCII: in the header, in that of a part, or in the envelope.
    pub(super) smtp_utf8: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Segment<'a> {
    Text(Range<usize>),
    Content { content: Cow<'a, [u8]>, encoding: TransferEncoding },
    Source { id: SourceId, length: Option<u64>, encoding: TransferEncoding },
}

impl<'a> Outgoing<'a> {
    /// From whom and to whom it goes.
    #[must_use]
    pub fn envelope(&self) -> Envelope<'a> {
        let envelope = Envelope::of(&self.fields);
        match &self.reverse_path {
            Some(address) => envelope.with_reverse_path(address.clone()),
            None => envelope,
        }
    }

    /// Which extensions the server must have for this message; a part of those it was laid out for.
    #[must_use]
    pub fn needs(&self) -> Capabilities {
        Capabilities {
            eight_bit_mime: self.encoding == TransferEncoding::EightBit,
            binary_mime: self.encoding == TransferEncoding::Binary,
            smtp_utf8: self.smtp_utf8,
        }
    }

    /// Its length in bytes, for `SIZE`; unknown if a source is of unknown length or in quoted-printable.
    #[must_use]
    pub fn encoded_len(&self) -> Option<u64> {
        let mut scratch = Vec::new();
        self.segments.iter().try_fold(0_u64, |sum, segment| {
            let length = match segment {
                Segment::Text(range) => range.len() as u64,
                Segment::Content { content, encoding: TransferEncoding::QuotedPrintable } => {
                    let mut encoder = Encoder::of(TransferEncoding::QuotedPrintable);
                    let mut length = 0;
                    for piece in content.chunks(8192) {
                        encoder.encode(piece, &mut scratch);
                        length += scratch.len() as u64;
                        scratch.clear();
                    }
                    encoder.finish(&mut scratch);
                    length += scratch.len() as u64;
                    scratch.clear();
                    length
                }
                Segment::Content { content, encoding: TransferEncoding::Base64 } => {
                    Base64Encoder::encoded_len(content.len() as u64)
                }
                Segment::Content { content, .. } => content.len() as u64,
                Segment::Source { length, encoding: TransferEncoding::Base64, .. } => {
                    Base64Encoder::encoded_len((*length)?)
                }
                Segment::Source { .. } => return None,
            };
            sum.checked_add(length)
        })
    }

    /// Writes it by pieces, with its sources read as they are needed.
    #[must_use]
    pub fn writer(&self) -> Writer<'_, 'a> {
        Writer::new(self)
    }

    /// Writes it at once.
    ///
    /// # Errors
    /// [`WriteError::HasSources`] if it has sources: use [`writer`](Self::writer).
    pub fn to_vec(&self) -> Result<Vec<u8>, WriteError> {
        let mut out = Vec::new();
        self.write(&mut out)?;
        Ok(out)
    }

    /// Appends it to `out` at once.
    ///
    /// # Errors
    /// As [`to_vec`](Self::to_vec), and then nothing was appended.
    pub fn write(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        let mut length = 0;
        for segment in &self.segments {
            length += match segment {
                Segment::Source { .. } => return Err(WriteError::HasSources),
                Segment::Text(range) => range.len(),
                Segment::Content { content, encoding } if encoding.is_identity() => content.len(),
                Segment::Content { content, encoding: TransferEncoding::Base64 } => {
                    usize::try_from(Base64Encoder::encoded_len(content.len() as u64)).unwrap_or_default()
                }
                // As long as it may be where base64 is no shorter, and what the encoder clears in advance.
                Segment::Content { content, .. } => content.len() + content.len() / 5 * 2 + 512,
            };
        }
        out.reserve(length);
        for segment in &self.segments {
            match segment {
                Segment::Text(range) => out.extend_from_slice(self.text.get(range.clone()).unwrap_or_default()),
                Segment::Content { content, encoding } if encoding.is_identity() => out.extend_from_slice(content),
                Segment::Content { content, encoding } => {
                    let mut encoder = Encoder::of(*encoding);
                    encoder.encode(content, out);
                    encoder.finish(out);
                }
                Segment::Source { .. } => {}
            }
        }
        Ok(())
    }
}
