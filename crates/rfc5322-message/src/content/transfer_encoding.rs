//! Content-Transfer-Encoding (RFC 2045 section 6).

use crate::syntax::cursor::Cursor;

/// How a body is encoded, in the order of what that asks of a server.
///
/// The parser finds all of them in messages. The builder writes those that the standards define: asked for another, it
/// refuses. [`choose`](Self::choose) picks one for given content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum TransferEncoding {
    /// `7bit`: short lines of ASCII, as they are. The default.
    #[default]
    SevenBit,
    /// `quoted-printable`: any bytes, as mostly readable ASCII.
    QuotedPrintable,
    /// `base64`: any bytes, as ASCII.
    Base64,
    /// `x-uuencode` and its other names. It is read and never written.
    Uuencode,
    /// `8bit`: short lines of any bytes, as they are. It needs 8BITMIME (RFC 6152).
    EightBit,
    /// `binary`: any bytes as they are. It needs BINARYMIME (RFC 3030).
    Binary,
    /// Something else; the content is of no known type then (RFC 2045 section 6.4).
    Unknown,
}

impl TransferEncoding {
    /// The encoding that a field's body names.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        let mut cursor = Cursor::new(body);
        cursor.skip_cfws();
        cursor.eat(b'"');
        let name = cursor.token();
        const NAMES: [(&str, TransferEncoding); 10] = [
            ("7bit", TransferEncoding::SevenBit),
            ("8bit", TransferEncoding::EightBit),
            ("base64", TransferEncoding::Base64),
            ("quoted-printable", TransferEncoding::QuotedPrintable),
            ("binary", TransferEncoding::Binary),
            ("x-uuencode", TransferEncoding::Uuencode),
            ("x-uue", TransferEncoding::Uuencode),
            ("uuencode", TransferEncoding::Uuencode),
            ("7-bit", TransferEncoding::SevenBit),
            ("8-bit", TransferEncoding::EightBit),
        ];
        if name.is_empty() {
            return Self::SevenBit;
        }
        NAMES
            .iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()))
            .map_or(Self::Unknown, |(_, encoding)| *encoding)
    }

    /// True if the body stands as it is.
    #[must_use]
    pub const fn is_identity(self) -> bool {
        matches!(self, Self::SevenBit | Self::EightBit | Self::Binary)
    }

    /// The name in the field.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SevenBit => "7bit",
            Self::EightBit => "8bit",
            Self::Binary => "binary",
            Self::QuotedPrintable => "quoted-printable",
            Self::Base64 => "base64",
            Self::Uuencode => "x-uuencode",
            Self::Unknown => "unknown",
        }
    }
}

impl core::fmt::Display for TransferEncoding {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}
