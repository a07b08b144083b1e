//! What text is made of, as quoted-printable sees it, 64 bytes at a time: a bit for each byte, the lowest for the first.

#[cfg(all(feature = "std", any(target_arch = "aarch64", target_arch = "x86_64")))]
use fearless_simd::{Simd, SimdBase, SimdInt, SimdMask, u8x64};

/// How many bytes are looked at together: as many as a word has bits.
pub(super) const BLOCK: usize = 64;

/// A block, and as much again of what follows it. Behind the end of the text it is filled up with what is never marked.
pub(super) type Window = [u8; 2 * BLOCK];

/// Of what kinds the bytes of a block are, each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds {
    /// What is never written as it is, but for line ends: all but printable ASCII and blanks, and the equals sign.
    special: u64,
    blank: u64,
    cr: u64,
    lf: u64,
    pub(super) nul: u64,
    pub(super) equals_sign: u64,
    pub(super) eight_bit: u64,
}

impl Kinds {
    /// The kinds of a window's first block.
    pub(super) fn of(window: &Window) -> Self {
        Self {
            special: places(window, |byte| !matches!(byte, b' '..=b'<' | b'>'..=b'~' | b'\t')),
            blank: places(window, |byte| matches!(byte, b' ' | b'\t')),
            cr: places(window, |byte| byte == b'\r'),
            lf: places(window, |byte| byte == b'\n'),
            nul: places(window, |byte| byte == 0),
            equals_sign: places(window, |byte| byte == b'='),
            eight_bit: places(window, |byte| byte >= 0x80),
        }
    }

    /// The same by vectors.
    #[cfg(all(feature = "std", any(target_arch = "aarch64", target_arch = "x86_64")))]
    #[inline(always)]
    pub(super) fn by_vectors<S: Simd>(simd: S, window: &Window) -> Self {
        let bytes = u8x64::from_slice(simd, &window[..BLOCK]);
        let are = |byte: u8| bytes.simd_eq(u8x64::splat(simd, byte));
        let printable = (bytes - u8x64::splat(simd, b' ')).simd_lt(u8x64::splat(simd, b'\x7f' - b' '));
        let (tab, equals_sign) = (are(b'\t'), are(b'='));
        Self {
            special: (!(printable | tab) | equals_sign).to_bitmask(),
            blank: (tab | are(b' ')).to_bitmask(),
            cr: are(b'\r').to_bitmask(),
            lf: are(b'\n').to_bitmask(),
            nul: are(0).to_bitmask(),
            equals_sign: equals_sign.to_bitmask(),
            eight_bit: bytes.simd_ge(u8x64::splat(simd, 0x80)).to_bitmask(),
        }
    }
}

/// Where a window's first block has bytes that are something.
#[inline(always)]
fn places(window: &Window, is: impl Fn(u8) -> bool) -> u64 {
    let Some(block) = window.first_chunk::<BLOCK>() else { return 0 };
    let found = block.map(|byte| u8::from(is(byte)));
    // Of eight bytes that are zero or one, the product has in its highest byte a bit for each.
    let bits = |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    found.as_chunks().0.iter().rev().fold(0, |places, eight| places << 8 | bits(eight))
}

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
    pub(super) fn of(kinds: &Kinds, window: &Window, inside_line_end: bool) -> Self {
        let Kinds { special, blank, cr, lf, .. } = *kinds;
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

#[cfg(all(test, feature = "std", any(target_arch = "aarch64", target_arch = "x86_64")))]
mod tests {
    use super::*;

    #[test]
    fn vectors_see_every_byte_as_it_is() {
        for first in (0..=u8::MAX).step_by(BLOCK) {
            let window = core::array::from_fn(|at| first.wrapping_add(at as u8));
            let kinds = fearless_simd::dispatch!(crate::vector::level(), simd => Kinds::by_vectors(simd, &window));
            assert_eq!(kinds, Kinds::of(&window));
        }
    }
}
