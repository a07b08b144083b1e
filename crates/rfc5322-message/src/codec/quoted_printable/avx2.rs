//! Quoted-printable by blocks of 64 bytes: a bit for each `=` and each line end, and what is between them copied.

use core::arch::x86_64::{
    __m256i, _mm256_add_epi8, _mm256_and_si256, _mm256_blendv_epi8, _mm256_cmpeq_epi8, _mm256_cmpgt_epi8,
    _mm256_maddubs_epi16, _mm256_movemask_epi8, _mm256_or_si256, _mm256_packus_epi16, _mm256_set1_epi8,
    _mm256_set1_epi16, _mm256_shuffle_epi8,
};

use fearless_simd::{Simd, SimdFrom, u8x16, u8x32};

use super::is_blank;
use crate::codec::hex_pair;

const BLOCK: usize = 64;

/// What has to be there so that a block can be read from anywhere in a block.
const READABLE: usize = 2 * BLOCK;

/// What has to be there so that a block can be written twice, from wherever that leads to.
pub(super) const WRITABLE: usize = 3 * BLOCK;

/// Where the marks of ten escapes in a row are.
const RUN: u32 = 0b001_001_001_001_001_001_001_001_001_001;

/// The bytes of those, and of the half that a half of a vector takes.
const RUN_BYTES: usize = 30;
const HALF_RUN: usize = RUN_BYTES / 2;

/// The marks of five escapes, as bytes of ones, in each half.
static MARKS: [u8; 32] = {
    let mut table = [0; 32];
    let mut mark = 0;
    while mark < HALF_RUN {
        table[mark] = 255;
        table[16 + mark] = 255;
        mark += 3;
    }
    table
};

/// The digits of five escapes, without what is between them, in each half.
static DIGITS: [u8; 32] = {
    let mut table = [128; 32];
    let mut digit = 0;
    while digit < 10 {
        table[digit] = (digit + digit / 2 + 1) as u8;
        table[16 + digit] = table[digit];
        digit += 1;
    }
    table
};

/// How much of the input was decoded, and what it became.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress {
    pub(super) read: usize,
    pub(super) written: usize,
}

fearless_simd::kernel!(
    /// Decodes from the beginning of `input` up to something odd, the last bytes, or the end of the room. Odd is what is no
    /// escape, and a blank at the end of a line. Blanks that may turn out to be at one are left.
    pub(super) fn decode_text(avx2: Avx2, input: &[u8], out: &mut [u8]) -> Progress {
        let (equals, line_feed) = (_mm256_set1_epi8(b'=' as i8), _mm256_set1_epi8(b'\n' as i8));
        let digit_places: __m256i = u8x32::simd_from(avx2, DIGITS).into();
        let mark_places: __m256i = u8x32::simd_from(avx2, MARKS).into();

        let marks = |bytes: &[u8; 32]| -> u32 {
            let bytes: __m256i = u8x32::simd_from(avx2, *bytes).into();
            let found = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, equals), _mm256_cmpeq_epi8(bytes, line_feed));
            _mm256_movemask_epi8(found) as u32
        };
        // What ten escapes mean, five in each half; and a bit for each byte that is as it should be.
        let decode_run = |bytes: &[u8; HALF_RUN + 16]| -> Option<([u8; 32], u32)> {
            let halves = avx2.combine_u8x16(
                u8x16::simd_from(avx2, *bytes.first_chunk()?),
                u8x16::simd_from(avx2, *bytes.last_chunk()?),
            );
            let bytes: __m256i = halves.into();
            let within = |bytes, least: u8, most: u8| {
                let over = _mm256_cmpgt_epi8(bytes, _mm256_set1_epi8(least as i8 - 1));
                _mm256_and_si256(over, _mm256_cmpgt_epi8(_mm256_set1_epi8(most as i8 + 1), bytes))
            };
            let letters = within(_mm256_or_si256(bytes, _mm256_set1_epi8(0x20)), b'a', b'f');
            let digits = _mm256_or_si256(letters, within(bytes, b'0', b'9'));
            let right = _mm256_blendv_epi8(digits, _mm256_cmpeq_epi8(bytes, equals), mark_places);
            let right = _mm256_movemask_epi8(right) as u32;
            let right = right & ((1 << HALF_RUN) - 1) | right >> 16 << HALF_RUN;

            let nine = _mm256_and_si256(letters, _mm256_set1_epi8(9));
            let values = _mm256_add_epi8(_mm256_and_si256(bytes, _mm256_set1_epi8(15)), nine);
            let pairs = _mm256_maddubs_epi16(_mm256_shuffle_epi8(values, digit_places), _mm256_set1_epi16(0x0110));
            Some((*u8x32::simd_from(avx2, _mm256_packus_epi16(pairs, pairs)), right))
        };

        let (mut read, mut written) = (0, 0);
        while let (Some(window), Some(room)) = (
            input.get(read..).and_then(|rest| rest.first_chunk::<READABLE>()),
            out.get_mut(written..).and_then(|rest| rest.first_chunk_mut::<WRITABLE>()),
        ) {
            let (Some(low), Some(high)) = (window.first_chunk(), window[32..].first_chunk()) else { break };
            let mut left = u64::from(marks(low)) | u64::from(marks(high)) << 32;
            // So much of the window is read; so much of the room is written.
            let (mut from, mut to) = (0, 0);
            let mut odd = false;
            while left != 0 {
                let mark = left.trailing_zeros() as usize & (BLOCK - 1);
                if window[mark] == b'\n' {
                    let line = if mark < 2 { input.get(..read + mark).unwrap_or_default() } else { &window[..mark] };
                    let line = line.strip_suffix(b"\r").unwrap_or(line);
                    if line.last().is_some_and(is_blank) {
                        odd = true;
                        break;
                    }
                    left &= left - 1;
                    continue;
                }
                if from < mark {
                    copy_block(window, from, room, to);
                    to += mark - from;
                    from = mark;
                }
                let run = (!(left >> mark) as u32 & RUN | 1 << RUN_BYTES).trailing_zeros() as usize;
                let digits = &window[mark + 1..mark + 3];
                if run > 3
                    && let Some((bytes, right)) = window[mark..].first_chunk().and_then(&decode_run)
                    && !right & ((1 << run) - 1) == 0
                {
                    let at = to & (2 * BLOCK - 1);
                    room[at..at + 8].copy_from_slice(&bytes[..8]);
                    room[at + 5..at + 13].copy_from_slice(&bytes[16..24]);
                    to += run / 3;
                    from += run;
                } else if let Some(byte) = hex_pair(digits) {
                    room[to & (2 * BLOCK - 1)] = byte;
                    to += 1;
                    from += 3;
                } else if digits == b"\r\n" {
                    from += 3;
                } else if digits[0] == b'\n' {
                    from += 2;
                } else {
                    odd = true;
                    break;
                }
                left &= u64::MAX.checked_shl(from as u32).unwrap_or_default();
            }
            if from < BLOCK && !odd {
                copy_block(window, from, room, to);
                to += BLOCK - from;
                from = BLOCK;
            }
            read += from;
            written += to;
            if odd {
                break;
            }
        }
        let undecided = undecided(input.get(..read).unwrap_or_default());
        Progress { read: read - undecided, written: written - undecided }
    }
);

/// How many bytes at the end are blanks, and a CR after them.
fn undecided(bytes: &[u8]) -> usize {
    let text = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let text = super::trim_blanks(text);
    bytes.len() - text.len()
}

/// Copies a block, of which less may count. Both places are where they should be; masks say so without a branch.
#[inline(always)]
fn copy_block(window: &[u8; READABLE], from: usize, room: &mut [u8; WRITABLE], to: usize) {
    let (from, to) = (from & (BLOCK - 1), to & (2 * BLOCK - 1));
    room[to..to + BLOCK].copy_from_slice(&window[from..from + BLOCK]);
}
