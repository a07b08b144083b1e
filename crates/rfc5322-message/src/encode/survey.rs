//! What a body contains, as far as the choice of its transfer encoding goes.

use fearless_simd::{Simd, SimdBase, SimdInt, SimdMask, dispatch, u8x64};

use super::marks::{BLOCK, Marks, windows};

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
    /// It ends with CRLF, or is empty.
    pub ends_with_line: bool,
    /// An LF without a CR is in it.
    pub(crate) bare_line_feed: bool,
    /// An equals sign is in it.
    pub(crate) equals_sign: bool,
}

impl Survey {
    /// Looks through `body`, once.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        dispatch!(crate::vector::level(), simd => survey(simd, body))
    }

    /// True if quoted-printable is shorter than base64, and therefore also the one a person can read.
    #[must_use]
    pub const fn mostly_text(&self) -> bool {
        // Base64 adds a third and a CRLF for each line, quoted-printable two bytes an escape.
        self.escapes * 6 <= self.length
    }
}

#[inline(always)]
fn survey<S: Simd>(simd: S, body: &[u8]) -> Survey {
    let mut seen = u8x64::splat(simd, 0);
    let (mut nul, mut equals_sign) = (seen.simd_lt(seen), seen.simd_lt(seen));
    let (mut bare_cr, mut bare_lf) = (0, 0);
    let (mut escapes, mut longest) = (0, 0);
    let (mut at, mut line_start, mut inside_line_end) = (0, 0, false);
    windows(
        body,
        #[inline(always)]
        |window| {
            let bytes = u8x64::from_slice(simd, &window[..BLOCK]);
            seen |= bytes;
            equals_sign |= bytes.simd_eq(u8x64::splat(simd, b'='));
            nul |= bytes.simd_eq(u8x64::splat(simd, 0));
            let marks = Marks::of(simd, window, inside_line_end);
            inside_line_end = marks.ends_inside_line_end();
            bare_cr |= marks.bare_cr;
            bare_lf |= marks.bare_lf;
            escapes += marks.escapes.count_ones() as usize;
            // Lines that begin and end in one block are short.
            if marks.line_feeds != 0 {
                longest = longest.max(at + marks.line_feeds.trailing_zeros() as usize - line_start);
                line_start = at + BLOCK - marks.line_feeds.leading_zeros() as usize;
            }
            at += BLOCK;
        },
    );
    // A line's length includes its CR: 999 means 998 and the CR.
    longest = longest.max(body.len() - line_start + 1);
    Survey {
        length: body.len(),
        eight_bit: seen.simd_ge(u8x64::splat(simd, 0x80)).any_true(),
        binary: bare_cr | bare_lf != 0 || longest > 999 || nul.any_true(),
        escapes,
        ends_with_line: body.is_empty() || body.ends_with(b"\r\n"),
        bare_line_feed: bare_lf != 0,
        equals_sign: equals_sign.any_true(),
    }
}
