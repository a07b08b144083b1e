use core::fmt;

use super::parser::find_control;
use super::{EnhancedCode, Reply, ReplyCode};

/// A complete reply as it was received, borrowed.
///
/// Its text is the peer's: any octets but NUL, CR and LF. It is not copied or even looked at until it is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ReplyRef<'a> {
    code: ReplyCode,
    /// Every line with its ending, as [`ReplyParser`](super::ReplyParser) checked them.
    wire: &'a [u8],
}

impl<'a> ReplyRef<'a> {
    /// Only for what a parser has checked.
    pub(crate) const fn checked(code: ReplyCode, wire: &'a [u8]) -> Self {
        Self { code, wire }
    }

    /// The reply code.
    pub const fn code(&self) -> ReplyCode {
        self.code
    }

    /// The enhanced status code that the first line's text begins with, if it is one of the reply's class
    /// (RFC 2034, section 4).
    pub fn enhanced_code(&self) -> Option<EnhancedCode> {
        // It is short: no need to look for the line's end.
        enhanced(self.code, self.wire.get(4..)?).map(|(code, _)| code)
    }

    /// The lines of the text, without codes. There is at least one; it may be empty.
    pub fn lines(&self) -> TextLines<'a> {
        TextLines { code: self.code, raw: self.raw_lines() }
    }

    /// The lines as they are behind `250-` or `250 `: enhanced codes stay, as the keywords of EHLO need it.
    pub(crate) fn raw_lines(&self) -> RawLines<'a> {
        RawLines { rest: self.wire }
    }

    /// How many octets the reply has on the wire.
    pub const fn wire_len(&self) -> usize {
        self.wire.len()
    }

    /// A copy of its own. What a [`Reply`] cannot have is replaced by U+FFFD (octets that are not UTF-8, control
    /// characters) or cut off (what is over [`Reply::LONGEST_TEXT`]).
    pub fn to_reply(&self) -> Reply {
        Reply::lossy(self.code, self.enhanced_code(), self.lines())
    }
}

impl fmt::Display for ReplyRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_reply().fmt(f)
    }
}

impl fmt::Debug for ReplyRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReplyRef({self})")
    }
}

/// The lines of a reply's text. See [`ReplyRef::lines`].
#[derive(Clone, Debug)]
pub struct TextLines<'a> {
    code: ReplyCode,
    raw: RawLines<'a>,
}

impl<'a> Iterator for TextLines<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let line = self.raw.next()?;
        let text = enhanced(self.code, line).and_then(|(_, len)| line.get(len..)).unwrap_or(line);
        // The blank between the enhanced code and the text.
        Some(if text.len() < line.len() { text.get(1..).unwrap_or_default() } else { text })
    }
}

/// What stands behind the code and separator of each line.
#[derive(Clone)]
pub(crate) struct RawLines<'a> {
    rest: &'a [u8],
}

impl<'a> RawLines<'a> {
    /// The text of the next line, and all that follows.
    pub(crate) fn text(&self) -> &'a [u8] {
        self.rest.get(4..).unwrap_or_default()
    }

    /// Leaves the next line out, if its text has that length.
    pub(crate) fn skip_line_of(&mut self, length: usize) -> bool {
        match self.rest.get(4 + length..) {
            Some([b'\r', b'\n', rest @ ..]) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }
}

impl<'a> Iterator for RawLines<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        // The parser has seen to it that the first control character ends the line.
        let (line, end) = self.rest.split_at_checked(find_control(self.rest)?)?;
        self.rest = match end {
            [b'\r', b'\n', rest @ ..] | [_, rest @ ..] => rest,
            [] => end,
        };
        Some(line.get(4..).unwrap_or_default())
    }
}

impl fmt::Debug for RawLines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawLines").finish_non_exhaustive()
    }
}

fn enhanced(code: ReplyCode, text: &[u8]) -> Option<(EnhancedCode, usize)> {
    EnhancedCode::parse_prefix(text).filter(|(enhanced, _)| enhanced.agrees_with(code))
}
