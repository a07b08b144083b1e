//! Which transfer encoding, for which content and which server (RFC 2045 section 6, RFC 6152, RFC 3030).

use super::Survey;
use crate::content::TransferEncoding;

impl TransferEncoding {
    /// True if content like `survey` may be written in it.
    #[must_use]
    pub const fn can_hold(self, survey: &Survey) -> bool {
        match self {
            Self::SevenBit => !survey.eight_bit && !survey.binary,
            Self::EightBit => !survey.binary,
            Self::Binary | Self::QuotedPrintable | Self::Base64 => true,
            Self::Uuencode | Self::Unknown => false,
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
