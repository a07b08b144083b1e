//! What a body contains, as far as the choice of its transfer encoding goes.

use super::marks::{BLOCK, Kinds, Marks, Window, windows};

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
        by_vectors(body).unwrap_or_else(|| survey(body, Kinds::of))
    }

    /// True if quoted-printable is shorter than base64, and therefore also the one a person can read.
    #[must_use]
    pub const fn mostly_text(&self) -> bool {
        // Base64 adds a third and a CRLF for each line, quoted-printable two bytes an escape.
        self.escapes * 6 <= self.length
    }
}

/// Looks through `body` with the vectors of this processor, if it has any that are worth it.
#[cfg(all(feature = "std", any(target_arch = "aarch64", target_arch = "x86_64")))]
fn by_vectors(body: &[u8]) -> Option<Survey> {
    use fearless_simd::Simd;

    #[cfg(target_arch = "aarch64")]
    let simd = crate::vector::level().as_neon()?;
    #[cfg(target_arch = "x86_64")]
    let simd = crate::vector::level().as_avx2()?;
    Some(simd.vectorize(
        #[inline(always)]
        || {
            survey(
                body,
                #[inline(always)]
                |window| Kinds::by_vectors(simd, window),
            )
        },
    ))
}

/// There are none.
#[cfg(not(all(feature = "std", any(target_arch = "aarch64", target_arch = "x86_64"))))]
const fn by_vectors(_: &[u8]) -> Option<Survey> {
    None
}

#[inline(always)]
fn survey(body: &[u8], kinds_of: impl Fn(&Window) -> Kinds) -> Survey {
    // Flags and not words: those would be kept as vectors of bits, and taken apart byte by byte.
    let (mut eight_bit, mut nul, mut equals_sign) = (false, false, false);
    let (mut bare_cr, mut bare_lf) = (0, 0);
    let (mut escapes, mut longest) = (0, 0);
    let (mut at, mut line_start, mut inside_line_end) = (0, 0, false);
    windows(
        body,
        #[inline(always)]
        |window| {
            let kinds = kinds_of(window);
            eight_bit |= kinds.eight_bit != 0;
            nul |= kinds.nul != 0;
            equals_sign |= kinds.equals_sign != 0;
            let marks = Marks::of(&kinds, window, inside_line_end);
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
        eight_bit,
        binary: bare_cr | bare_lf != 0 || nul || longest > 999,
        escapes,
        ends_with_line: body.is_empty() || body.ends_with(b"\r\n"),
        bare_line_feed: bare_lf != 0,
        equals_sign,
    }
}
