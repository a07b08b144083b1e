//! Lines of base64 by vectors of 24 bytes, two lines at a time.
//!
//! Values are cut out of words by multiplication and become characters by one table: W. Muła and D. Lemire, "Faster Base64
//! Encoding and Decoding using AVX2 Instructions" (2018).

use alloc::vec::Vec;
use core::arch::x86_64::{
    __m256i, _mm256_add_epi8, _mm256_and_si256, _mm256_cmpgt_epi8, _mm256_mullo_epi16, _mm256_or_si256,
    _mm256_set1_epi8, _mm256_set1_epi32, _mm256_shuffle_epi8, _mm256_srli_epi16, _mm256_sub_epi8, _mm256_subs_epu8,
};
use core::hint::black_box;

use fearless_simd::{Simd, SimdBase, SimdFrom, u8x16, u8x32};

use super::{ALPHABET, LINE_IN, LINE_OUT};

/// Bytes that half a vector takes, and the characters they become.
const HALF_IN: usize = 12;
const HALF_OUT: usize = 16;

/// Where the characters of a line begin: after the CRLF.
const START: usize = 2;

/// For each word, the bytes of a group in an order in which each value can be moved to its place; of the groups that begin
/// with byte `from` of a half.
const fn groups(from: u8) -> [u8; 16] {
    let mut places = [0; 16];
    let mut group = 0;
    while group < 4 {
        let byte = from + 3 * group as u8;
        (places[4 * group], places[4 * group + 1]) = (byte + 1, byte);
        (places[4 * group + 2], places[4 * group + 3]) = (byte + 2, byte + 1);
        group += 1;
    }
    places
}

/// What turns a value into its character, by row: 0 for capital letters, 1 for small ones, 2 to 11 for digits, then the two
/// signs.
const TO_CHARACTER: [u8; 16] = {
    const fn offset(value: usize) -> u8 {
        ALPHABET[value].wrapping_sub(value as u8)
    }
    let mut table = [offset(52); 16];
    (table[0], table[1]) = (offset(0), offset(26));
    (table[12], table[13]) = (offset(62), offset(63));
    table
};

fearless_simd::kernel!(
    /// Encodes pairs of lines, each with CRLF before it, and appends them to `out`. Gives how many lines that were.
    pub(super) fn encode_pairs(avx2: Avx2, lines: &[[u8; LINE_IN]], out: &mut Vec<u8>) -> usize {
        let twice = |table: [u8; 16]| -> __m256i {
            let half = u8x16::simd_from(avx2, table);
            avx2.combine_u8x16(half, half).into()
        };
        let (groups_of_start, groups_of_end) = (twice(groups(0)), twice(groups((HALF_OUT - HALF_IN) as u8)));
        let to_character = twice(TO_CHARACTER);
        // By these, the first and the third value get to the upper end of a half word, and the others to where they belong.
        // In a black box, because what is known to be a shift is compiled as several.
        let first_and_third = _mm256_set1_epi32(black_box(0x0010_0001));
        let second_and_fourth = _mm256_set1_epi32(black_box(0x0100_0010));
        let inside = _mm256_set1_epi32(0x003f_03f0);
        let (last_capital, last_small) = (_mm256_set1_epi8(25), _mm256_set1_epi8(51));

        // Two halves of sixteen bytes, of which twelve count.
        let encode = |low: &[u8], high: &[u8], groups: __m256i| -> u8x32<_> {
            let halves = avx2.combine_u8x16(u8x16::from_slice(avx2, low), u8x16::from_slice(avx2, high));
            let words = _mm256_shuffle_epi8(halves.into(), groups);
            let values = _mm256_or_si256(
                _mm256_srli_epi16::<10>(_mm256_mullo_epi16(words, first_and_third)),
                _mm256_mullo_epi16(_mm256_and_si256(words, inside), second_and_fourth),
            );
            let no_capital = _mm256_cmpgt_epi8(values, last_capital);
            let row = _mm256_sub_epi8(_mm256_subs_epu8(values, last_small), no_capital);
            u8x32::simd_from(avx2, _mm256_add_epi8(values, _mm256_shuffle_epi8(to_character, row)))
        };
        // Two whole vectors; the nine bytes at the end, with three that are encoded again, fit in half of one.
        let encode_start = |line: &[u8; LINE_IN], text: &mut [u8]| {
            text[..START].copy_from_slice(b"\r\n");
            encode(&line[..16], &line[12..28], groups_of_start).store_slice(&mut text[START..START + 32]);
            encode(&line[24..40], &line[36..52], groups_of_start).store_slice(&mut text[START + 32..START + 64]);
        };

        let (pairs, _) = lines.as_chunks::<2>();
        for [first, second] in pairs {
            out.extend_from_slice(&[0; 2 * LINE_OUT]);
            let Some((_, texts)) = out.split_last_chunk_mut::<{ 2 * LINE_OUT }>() else { break };
            let (first_text, second_text) = texts.split_at_mut(LINE_OUT);
            encode_start(first, first_text);
            encode_start(second, second_text);
            let ends = encode(&first[LINE_IN - 16..], &second[LINE_IN - 16..], groups_of_end);
            let (first_end, second_end) = avx2.split_u8x32(ends);
            first_end.store_slice(&mut first_text[LINE_OUT - HALF_OUT..]);
            second_end.store_slice(&mut second_text[LINE_OUT - HALF_OUT..]);
        }
        2 * pairs.len()
    }
);
