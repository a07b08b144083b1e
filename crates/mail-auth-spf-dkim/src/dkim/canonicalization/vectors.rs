//! The vectors of this processor.

use fearless_simd::{Level, Select, Simd, SimdBase, SimdInt, SimdMask, i8x64, mask8x64, u8x64};

use super::Canonicalization;
use super::blocks::{BLOCK, Output, Window, by_blocks};
use super::lanes::{Lanes, take_run};

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

/// The places in a block. They are compared as numbers with a sign, which takes one step where others take two.
const PLACES: [i8; BLOCK] = {
    let mut places = [0; BLOCK];
    let mut place = 1;
    while place < BLOCK {
        places[place] = places[place - 1] + 1;
        place += 1;
    }
    places
};

impl<S: Simd> Vectors<S> {
    /// Octets from which some are gone, without the next run of those that are left out, and how many are gone then.
    #[inline(always)]
    fn without_run(self, window: &Window, octets: u8x64<S>, gone: usize, left_out: &mut u64) -> (u8x64<S>, usize) {
        let (start, length) = take_run(left_out);
        let places = i8x64::from_slice(self.0, &PLACES);
        let in_front = i8x64::splat(self.0, start.wrapping_sub(gone) as i8).simd_gt(places);
        let gone = gone + length;
        // If all is gone, it does not matter what is there.
        (in_front.select(octets, self.octets(window, gone % BLOCK)), gone)
    }
}

impl<S: Simd> Lanes for Vectors<S> {
    type Octets = u8x64<S>;
    type Places = mask8x64<S>;

    #[inline(always)]
    fn octets(self, window: &Window, start: usize) -> u8x64<S> {
        u8x64::from_slice(self.0, &window[start..start + BLOCK])
    }

    #[inline(always)]
    fn put(self, octets: u8x64<S>, room: &mut [u8; BLOCK]) {
        octets.store_slice(room);
    }

    /// To do it once, though there be no run, is faster than to ask: the answer cannot be foreseen.
    #[inline(always)]
    fn without(self, window: &Window, mut left_out: u64) -> (u8x64<S>, usize) {
        let (mut octets, mut gone) = self.without_run(window, self.octets(window, 0), 0, &mut left_out);
        while left_out != 0 {
            (octets, gone) = self.without_run(window, octets, gone, &mut left_out);
        }
        (octets, BLOCK - gone)
    }

    #[inline(always)]
    fn with_spaces(self, octets: u8x64<S>, places: mask8x64<S>) -> u8x64<S> {
        places.select(u8x64::splat(self.0, b' '), octets)
    }

    #[inline(always)]
    fn places(self, octets: u8x64<S>, octet: u8) -> mask8x64<S> {
        octets.simd_eq(u8x64::splat(self.0, octet))
    }

    #[inline(always)]
    fn any(self, places: mask8x64<S>) -> bool {
        places.any_true()
    }

    #[inline(always)]
    fn word(self, places: mask8x64<S>) -> u64 {
        places.to_bitmask()
    }
}
