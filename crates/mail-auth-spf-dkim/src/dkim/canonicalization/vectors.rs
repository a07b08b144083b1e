//! The vectors of this processor.

use fearless_simd::{Level, Simd, SimdBase, SimdInt, SimdMask, mask8x64, u8x64};

use super::Canonicalization;
use super::blocks::{BLOCK, Window, by_blocks};
use super::body::BodyDefects;
use super::gathered::Gathered;
use super::lanes::{Block, Lanes};

/// Puts text into canonical form if this processor has vectors that are worth it, and tells whether.
pub(super) fn canonicalize(
    form: Canonicalization,
    text: &[u8],
    defects: &mut BodyDefects,
    out: &mut Gathered,
    sink: &mut dyn FnMut(&[u8]),
) -> bool {
    match Level::new() {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) => avx2.vectorize(
            #[inline(always)]
            || by_blocks(Vectors(avx2), form, text, defects, out, sink),
        ),
        #[cfg(target_arch = "aarch64")]
        Level::Neon(neon) => neon.vectorize(
            #[inline(always)]
            || by_blocks(Vectors(neon), form, text, defects, out, sink),
        ),
        _ => return false,
    }
    true
}

#[derive(Clone, Copy)]
struct Vectors<S>(S);

impl<S: Simd> Vectors<S> {
    #[inline(always)]
    fn octets(self, window: &Window, start: usize) -> u8x64<S> {
        u8x64::from_slice(self.0, &window[start..start + BLOCK])
    }

    #[inline(always)]
    fn are(self, octets: u8x64<S>, octet: u8) -> mask8x64<S> {
        octets.simd_eq(u8x64::splat(self.0, octet))
    }
}

/// A word with a bit for each octet takes long to make, so it is made last.
impl<S: Simd> Lanes for Vectors<S> {
    #[inline(always)]
    fn places(self, window: &Window, start: usize, octet: u8) -> u64 {
        self.are(self.octets(window, start), octet).to_bitmask()
    }

    #[inline(always)]
    fn block(self, window: &Window) -> Block {
        let (here, next, second) = (self.octets(window, 0), self.octets(window, 1), self.octets(window, 2));
        let tabs = self.are(here, b'\t');
        let (cr, lf) = (self.are(next, b'\r'), self.are(second, b'\n'));
        let followed = self.are(next, b' ') | self.are(next, b'\t') | (cr & lf);
        let left_out = (self.are(here, b' ') | tabs) & followed;
        Block { left_out: left_out.to_bitmask(), odd: (tabs | (cr ^ lf)).any_true() }
    }

    #[inline(always)]
    fn stays_as_it_is(self, window: &Window) -> bool {
        let (here, next, second) = (self.octets(window, 0), self.octets(window, 1), self.octets(window, 2));
        let left_out = self.are(here, b' ') & next.simd_le(u8x64::splat(self.0, b' '));
        let bare = self.are(next, b'\r') ^ self.are(second, b'\n');
        !(left_out | self.are(here, b'\t') | bare).any_true()
    }
}
