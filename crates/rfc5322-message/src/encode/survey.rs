//! What a body contains, as far as the choice of its transfer encoding goes.

use memchr::{memchr, memchr_iter, memrchr};

use super::quoted_printable::is_literal;

/// What was seen in a body (RFC 2045 section 2.7 to 2.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Survey {
    /// Its length.
    pub length: usize,
    /// A byte over 127 is in it.
    pub eight_bit: bool,
    /// It is not lines: a NUL, a CR or an LF without its other half, or a line of more than 998 bytes.
    pub binary: bool,
    /// How many bytes quoted-printable would escape.
    pub escapes: usize,
    /// It ends with CRLF.
    pub ends_with_line: bool,
}

impl Survey {
    /// Looks through `body`.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        let mut longest = 0;
        let mut start = 0;
        let mut pairs = 0;
        let mut bare = false;
        for end in memchr_iter(b'\n', body) {
            longest = longest.max(end - start);
            bare |= end == 0 || body.get(end - 1) != Some(&b'\r');
            pairs += 1;
            start = end + 1;
        }
        longest = longest.max(body.len() - start + 1);
        // A line's length includes its CR so far: 999 means 998 and the CR.
        let returns = memchr_iter(b'\r', body).count();
        Self {
            length: body.len(),
            eight_bit: !body.is_ascii(),
            binary: bare || returns != pairs || longest > 999 || memchr(0, body).is_some(),
            escapes: count_escapes(body).saturating_sub(2 * pairs),
            ends_with_line: body.is_empty() || memrchr(b'\n', body) == Some(body.len() - 1),
        }
    }

    /// True if quoted-printable is shorter than base64, and therefore also the one a person can read.
    #[must_use]
    pub const fn mostly_text(&self) -> bool {
        // Base64 adds a third and a CRLF for each line, quoted-printable two bytes an escape.
        self.escapes * 6 <= self.length
    }
}

/// Counted in bytes for short stretches, so that many are counted at once.
fn count_escapes(body: &[u8]) -> usize {
    body.chunks(192)
        .map(|stretch| {
            usize::from(stretch.iter().fold(0_u8, |sum, byte| sum.wrapping_add(u8::from(!is_literal(*byte)))))
        })
        .sum()
}
