//! Lines that begin with two hyphens: only those can be delimiter lines (RFC 2046 section 5.1.1).

use memchr::memmem;

/// What such a line begins with, after the end of the line before.
const DASHES: &[u8; 3] = b"\n--";

/// Finds lines that begin with two hyphens.
#[derive(Debug, Clone)]
pub(crate) struct Dashes(memmem::Finder<'static>);

impl Dashes {
    pub(crate) fn new() -> Self {
        Self(memmem::Finder::new(DASHES))
    }

    /// Where the line end before the first such line is; a line at the very beginning of `text` is not looked at.
    pub(crate) fn find(&self, text: &[u8]) -> Option<usize> {
        let skipped = without(text);
        let found = self.0.find(text.get(skipped..)?)?;
        Some(skipped + found)
    }
}

/// How many bytes at the beginning can be left out of the search, because nothing that is sought begins there.
#[cfg(all(feature = "std", target_arch = "x86_64"))]
fn without(text: &[u8]) -> usize {
    if text.len() < avx2::WINDOW {
        return 0;
    }
    crate::vector::avx2().map_or(0, |avx2| avx2::without(avx2, text))
}

/// All of it has to be searched.
#[cfg(not(all(feature = "std", target_arch = "x86_64")))]
const fn without(_: &[u8]) -> usize {
    0
}

#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod avx2 {
    use core::arch::x86_64::{
        __m256i, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_testz_si256,
    };

    use fearless_simd::{SimdBase, u8x32};

    use super::DASHES;

    const STEP: usize = 32;

    /// So many bytes are looked at together, and the two behind them.
    const BLOCK: usize = 4 * STEP;
    pub(super) const WINDOW: usize = BLOCK + DASHES.len() - 1;

    fearless_simd::kernel!(
        /// How many bytes are in the blocks before the first in which [`DASHES`] begins, or before the last bytes.
        pub(super) fn without(avx2: Avx2, text: &[u8]) -> usize {
            let sought = DASHES.map(|byte| _mm256_set1_epi8(byte as i8));
            let mut skipped = 0;
            while let Some(window) = text.get(skipped..).and_then(|rest| rest.first_chunk::<WINDOW>()) {
                let is = |step: usize, nth: usize| -> __m256i {
                    let bytes: __m256i = u8x32::from_slice(avx2, &window[step * STEP + nth..][..STEP]).into();
                    _mm256_cmpeq_epi8(bytes, sought[nth])
                };
                let any = |[a, b, c, d]: [__m256i; 4]| {
                    let any = _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));
                    _mm256_testz_si256(any, any) == 0
                };
                // Two hyphens are rare, and mostly at the beginning of a line.
                let hyphens = [0, 1, 2, 3].map(|step| _mm256_and_si256(is(step, 1), is(step, 2)));
                if any(hyphens) && any([0, 1, 2, 3].map(|step| _mm256_and_si256(is(step, 0), hyphens[step]))) {
                    break;
                }
                skipped += BLOCK;
            }
            skipped
        }
    );
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::Dashes;

    /// In every place of texts of many lengths, and nearly so before it.
    #[test]
    fn found_wherever_it_is() {
        let dashes = Dashes::new();
        for len in (3..300).chain([500, 1000]) {
            for place in 0..len - 2 {
                let mut text = vec![b'-'; len];
                text[..place].iter_mut().step_by(2).for_each(|byte| *byte = b'\n');
                text[place..place + 3].copy_from_slice(b"\n--");
                assert_eq!(dashes.find(&text), Some(place), "{place} of {len}");
                text[place + 2] = b'\n';
                let rest = text[place + 2..].starts_with(b"\n--").then_some(place + 2);
                assert_eq!(dashes.find(&text), rest, "{place} of {len}");
            }
        }
    }
}
