//! Transfer encodings, read leniently and by pieces (RFC 2045 section 6).
//!
//! A decoder never fails: it takes what it can and [`Forgiven`] tells what it stepped over. Pieces may be cut anywhere; the
//! result is the same.
//!
//! # Example: a body that comes in pieces
//!
//! ```
//! use rfc5322_message::codec::BodyDecoder;
//! use rfc5322_message::content::TransferEncoding;
//!
//! let mut decoder = BodyDecoder::new(TransferEncoding::Base64);
//! let mut text = Vec::new();
//! decoder.push(b"aGVs\r\nbG", &mut text);
//! decoder.push(b"8=", &mut text);
//! assert!(decoder.finish(&mut text).is_clean());
//! assert_eq!(text, b"hello");
//! ```

pub mod base64;
#[cfg(feature = "message")]
mod body;
pub mod quoted_printable;
pub mod uuencode;

#[cfg(feature = "message")]
pub use body::BodyDecoder;

/// What a decoder stepped over. All zero for a body that is encoded as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
#[non_exhaustive]
pub struct Forgiven {
    /// Bytes that have no meaning in the encoding, left out (base64) or kept as they are (quoted-printable).
    pub stray: u64,
    /// Base64 ended inside a group, or padding was missing; quoted-printable ended inside an escape.
    pub truncated: bool,
    /// Base64 went on after its padding; the rest was left out.
    pub after_padding: bool,
}

impl Forgiven {
    /// True if there was nothing to forgive.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        *self == Self::default()
    }
}

/// What a hexadecimal digit means; more than 15 for any other byte.
static DIGIT: [u8; 256] = {
    let mut table = [255; 256];
    let mut value = 0;
    while value < 16 {
        table[b"0123456789ABCDEF"[value] as usize] = value as u8;
        table[b"0123456789abcdef"[value] as usize] = value as u8;
        value += 1;
    }
    table
};

/// The byte that two hexadecimal digits mean.
#[inline]
pub(crate) fn hex_pair(pair: &[u8]) -> Option<u8> {
    let [high, low] = pair else { return None };
    let (high, low) = (DIGIT[usize::from(*high)], DIGIT[usize::from(*low)]);
    ((high | low) < 16).then_some(high << 4 | low)
}
