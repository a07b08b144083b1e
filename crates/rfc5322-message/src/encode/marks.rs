//! What text is made of, as quoted-printable sees it, 64 bytes at a time: a bit for each byte, the lowest for the first.

use fearless_simd::{Simd, SimdBase, SimdInt, SimdMask, u8x64};

/// How many bytes are looked at together: as many as a word has bits.
pub(super) const BLOCK: usize = 64;

/// A block, and as much again of what follows it. Behind the end of the text it is filled up with what is never marked.
pub(super) type Window = [u8; 2 * BLOCK];

/// What is found in a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    /// The CR of each CRLF, also of one whose LF is in the next block.
    pub(super) line_ends: u64,
    /// What is escaped: all but printable ASCII, blanks and line ends; the equals sign; blanks before a line end.
    pub(super) escapes: u64,
    pub(super) bare_cr: u64,
    pub(super) line_feeds: u64,
    pub(super) bare_lf: u64,
}

impl Marks {
    /// The marks of a window's first block. `inside_line_end` says that the first byte is the LF of a CRLF whose
    /// CR is in the block before.
    #[inline(always)]
    pub(super) fn of<S: Simd>(simd: S, window: &Window, inside_line_end: bool) -> Self {
        let bytes = u8x64::from_slice(simd, &window[..BLOCK]);
        let is = |byte: u8| bytes.simd_eq(u8x64::splat(simd, byte));
        let printable = (bytes - u8x64::splat(simd, b' ')).simd_lt(u8x64::splat(simd, b'\x7f' - b' '));
        let tab = is(b'\t');
        let special = (!(printable | tab) | is(b'=')).to_bitmask();
        let blank = (tab | is(b' ')).to_bitmask();
        let (cr, lf) = (is(b'\r').to_bitmask(), is(b'\n').to_bitmask());

        let last = |found: bool| u64::from(found) << (BLOCK - 1);
        let line_ends = cr & (lf >> 1 | last(window[BLOCK] == b'\n'));
        let line_end_next = line_ends >> 1 | last(window[BLOCK..].starts_with(b"\r\n"));
        let lf_of_line_end = line_ends << 1 | u64::from(inside_line_end);
        Self {
            line_ends,
            escapes: special & !line_ends & !lf_of_line_end | blank & line_end_next,
            bare_cr: cr & !line_ends,
            line_feeds: lf,
            bare_lf: lf & !lf_of_line_end,
        }
    }

    /// True if the block ends between the CR and the LF of a line end.
    #[inline(always)]
    pub(super) const fn ends_inside_line_end(&self) -> bool {
        self.line_ends >> (BLOCK - 1) != 0
    }
}

/// Windows on every block of `text`.
#[inline(always)]
pub(super) fn windows(text: &[u8], mut each: impl FnMut(&Window)) {
    let mut rest = text;
    while !rest.is_empty() {
        match rest.first_chunk() {
            Some(window) => each(window),
            None => each(&padded(rest)),
        }
        rest = rest.get(BLOCK..).unwrap_or_default();
    }
}

/// A window on the end of a text.
#[inline(always)]
pub(super) fn padded(rest: &[u8]) -> Window {
    let mut window = [b'.'; 2 * BLOCK];
    if let Some(start) = window.get_mut(..rest.len()) {
        start.copy_from_slice(rest);
    }
    window
}
