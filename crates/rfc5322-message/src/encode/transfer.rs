//! Which transfer encoding, for which content and which server (RFC 2045 section 6, RFC 6152, RFC 3030).

use core::fmt;

use super::Survey;

/// A content transfer encoding (RFC 2045 section 6.1), in the order of what they ask of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TransferEncoding {
    /// Short lines of ASCII, as they are.
    SevenBit,
    /// Any bytes, as mostly readable ASCII.
    QuotedPrintable,
    /// Any bytes, as ASCII.
    Base64,
    /// Short lines of any bytes, as they are: 8BITMIME.
    EightBit,
    /// Any bytes as they are: BINARYMIME.
    Binary,
}

impl TransferEncoding {
    /// Its name in `Content-Transfer-Encoding`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SevenBit => "7bit",
            Self::QuotedPrintable => "quoted-printable",
            Self::Base64 => "base64",
            Self::EightBit => "8bit",
            Self::Binary => "binary",
        }
    }

    /// True if content stays as it is.
    #[must_use]
    pub const fn is_identity(self) -> bool {
        matches!(self, Self::SevenBit | Self::EightBit | Self::Binary)
    }

    /// True if content like `survey` may be written in it.
    #[must_use]
    pub const fn can_hold(self, survey: &Survey) -> bool {
        match self {
            Self::SevenBit => !survey.eight_bit && !survey.binary,
            Self::EightBit => !survey.binary,
            Self::Binary | Self::QuotedPrintable | Self::Base64 => true,
        }
    }

    /// The encoding for content like `survey`, for a server that can take `capabilities`: as it is where that is
    /// possible, else the shorter one.
    #[must_use]
    pub const fn choose(survey: &Survey, capabilities: Capabilities) -> Self {
        if Self::SevenBit.can_hold(survey) {
            Self::SevenBit
        } else if capabilities.eight_bit_mime && Self::EightBit.can_hold(survey) {
            Self::EightBit
        } else if capabilities.binary_mime && survey.binary && !survey.mostly_text() {
            Self::Binary
        } else if survey.mostly_text() {
            Self::QuotedPrintable
        } else {
            Self::Base64
        }
    }
}

impl fmt::Display for TransferEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What the next server can take. The default is nothing but RFC 5321 itself, which every server can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Capabilities {
    /// 8BITMIME (RFC 6152).
    pub eight_bit_mime: bool,
    /// BINARYMIME (RFC 3030).
    pub binary_mime: bool,
    /// SMTPUTF8 (RFC 6531), for addresses that are not ASCII. Nothing else is written in raw UTF-8: a message needs the
    /// extension only when one of its addresses does.
    pub smtp_utf8: bool,
}

impl Capabilities {
    /// A server with every extension.
    pub const ALL: Self = Self { eight_bit_mime: true, binary_mime: true, smtp_utf8: true };
    /// A server with RFC 5321 alone.
    pub const NONE: Self = Self { eight_bit_mime: false, binary_mime: false, smtp_utf8: false };
}
