//! The vectors of this processor.

use fearless_simd::{Level, Simd, SimdBase, SimdInt, SimdMask, mask8x64, u8x64};

use super::Canonicalization;
use super::blocks::{BLOCK, Output, Window, by_blocks};
use super::lanes::Lanes;

/// Puts text into canonical form if this processor has vectors that are worth it, and tells whether.
pub(super) fn canonicalize(form: Canonicalization, text: &[u8], out: &mut Output<'_>) -> bool {
    #[cfg(target_arch = "aarch64")]
    let simd = Level::new().as_neon();
    #[cfg(target_arch = "x86_64")]
    let simd = Level::new().as_avx2();
    let Some(simd) = simd else { return false };
    simd.vectorize(
        #[inline(always)]
        || by_blocks(Vectors(simd), form, text, out),
    );
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
    fn is_odd(self, window: &Window) -> bool {
        let (here, next, second) = (self.octets(window, 0), self.octets(window, 1), self.octets(window, 2));
        (self.are(here, b'\t') | (self.are(next, b'\r') ^ self.are(second, b'\n'))).any_true()
    }

    #[inline(always)]
    fn spaces_left_out(self, window: &Window) -> u64 {
        let (here, next) = (self.octets(window, 0), self.octets(window, 1));
        let followed = self.are(next, b' ') | self.are(next, b'\t') | self.are(next, b'\r');
        (self.are(here, b' ') & followed).to_bitmask()
    }

    #[inline(always)]
    fn stays_as_it_is(self, window: &Window) -> bool {
        let (here, next, second) = (self.octets(window, 0), self.octets(window, 1), self.octets(window, 2));
        let left_out = self.are(here, b' ') & next.simd_le(u8x64::splat(self.0, b' '));
        let bare = self.are(next, b'\r') ^ self.are(second, b'\n');
        !(left_out | self.are(here, b'\t') | bare).any_true()
    }
}
