use alloc::vec::Vec;

use super::{Forgiven, base64, quoted_printable, uuencode};
use crate::content::TransferEncoding;

/// A decoder for any transfer encoding.
#[derive(Debug, Clone)]
pub struct BodyDecoder(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Identity,
    Base64(base64::Decoder),
    QuotedPrintable(quoted_printable::Decoder),
    Uuencode(uuencode::Decoder),
}

impl BodyDecoder {
    /// A decoder for `encoding`. Unknown encodings are passed on as they are (RFC 2045 section 6.4).
    #[must_use]
    pub fn new(encoding: TransferEncoding) -> Self {
        Self(match encoding {
            TransferEncoding::Base64 => Kind::Base64(base64::Decoder::default()),
            TransferEncoding::QuotedPrintable => Kind::QuotedPrintable(quoted_printable::Decoder::default()),
            TransferEncoding::Uuencode => Kind::Uuencode(uuencode::Decoder::default()),
            _ => Kind::Identity,
        })
    }

    /// True if bodies stay as they are.
    pub(crate) const fn is_identity(&self) -> bool {
        matches!(self.0, Kind::Identity)
    }

    /// Decodes the next piece and appends to `out`.
    pub fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        match &mut self.0 {
            Kind::Identity => out.extend_from_slice(piece),
            Kind::Base64(decoder) => decoder.push(piece, out),
            Kind::QuotedPrintable(decoder) => decoder.push(piece, out),
            Kind::Uuencode(decoder) => decoder.push(piece, out),
        }
    }

    /// The body is over: appends what was held back.
    pub fn finish(self, out: &mut Vec<u8>) -> Forgiven {
        match self.0 {
            Kind::Identity => Forgiven::default(),
            Kind::Base64(decoder) => decoder.finish(out),
            Kind::QuotedPrintable(decoder) => decoder.finish(out),
            Kind::Uuencode(decoder) => decoder.finish(out),
        }
    }
}
