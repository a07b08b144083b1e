//! Whole lines of base64 by vectors of 32 characters.
//!
//! Classes and values are looked up by nibble: W. Muła and D. Lemire, "Faster Base64 Encoding and Decoding using AVX2
//! Instructions" (2018).

use core::arch::x86_64::{
    __m256i, _mm256_add_epi8, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_madd_epi16, _mm256_maddubs_epi16,
    _mm256_or_si256, _mm256_permutevar8x32_epi32, _mm256_set1_epi8, _mm256_set1_epi16, _mm256_set1_epi32,
    _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi32, _mm256_testz_si256,
};

use fearless_simd::{Simd, SimdBase, SimdFrom, u8x16, u8x32, u32x8};
use memchr::memchr;

use super::ALPHABET;

/// Characters of a vector, and the bytes they become.
pub(super) const STEP_IN: usize = 32;
pub(super) const STEP_OUT: usize = 24;

/// What a vector writes beyond its bytes.
pub(super) const SLACK: usize = STEP_IN - STEP_OUT;

/// The longest line that is looked for.
const LONGEST_LINE: usize = 1024;

/// The shortest line that is worth a vector.
const SHORTEST_LINE: usize = 32;

/// How the lines of a text look that begins like `input`: how many characters each has, and its line end. Text without
/// line ends is cut into lines of its own.
pub(super) fn shape(input: &[u8]) -> Option<(usize, usize)> {
    const WITHOUT_END: (usize, usize) = (2 * SHORTEST_LINE, 0);
    let near = input.get(..LONGEST_LINE).unwrap_or(input);
    let Some(end) = memchr(b'\n', near) else {
        return (near.len() >= WITHOUT_END.0).then_some(WITHOUT_END);
    };
    let (length, ending) = match near.get(..end) {
        Some([line @ .., b'\r']) => (line.len(), 2),
        _ => (end, 1),
    };
    match length {
        ..SHORTEST_LINE => None,
        length if length % 4 == 0 => Some((length, ending)),
        length => (length >= WITHOUT_END.0).then_some(WITHOUT_END),
    }
}

/// A table for each of the two halves of a vector.
const fn twice(table: [u8; 16]) -> [u8; 32] {
    let mut both = [0; 32];
    let mut at = 0;
    while at < 32 {
        both[at] = table[at % 16];
        at += 1;
    }
    both
}

/// The class of a high nibble, as one bit: rows of ASCII that have the same columns in the alphabet are one class.
const fn class(row: u8) -> u8 {
    match row {
        2 => 1,
        3 => 2,
        4 | 6 => 4,
        5 | 7 => 8,
        _ => 16,
    }
}

const fn in_alphabet(byte: u8) -> bool {
    let mut value = 0;
    while value < 64 {
        if ALPHABET[value] == byte {
            return true;
        }
        value += 1;
    }
    false
}

static CLASS_OF_ROW: [u8; 32] = {
    let mut table = [0; 16];
    let mut row = 0;
    while row < 16 {
        table[row as usize] = class(row);
        row += 1;
    }
    twice(table)
};

/// The classes in which a low nibble is not in the alphabet.
static NOT_IN_COLUMN: [u8; 32] = {
    let mut table = [0; 16];
    let mut byte = 0;
    while byte < 256 {
        if !in_alphabet(byte as u8) {
            table[byte & 15] |= class((byte >> 4) as u8);
        }
        byte += 1;
    }
    twice(table)
};

/// What turns a character into its value, by its high nibble; for the slash, by the nibble before.
static TO_VALUE: [u8; 32] = {
    const fn offset(character: u8, value: u8) -> u8 {
        value.wrapping_sub(character)
    }
    let mut table = [0; 16];
    table[1] = offset(b'/', 63);
    table[2] = offset(b'+', 62);
    table[3] = offset(b'0', 52);
    table[4] = offset(b'A', 0);
    table[5] = table[4];
    table[6] = offset(b'a', 26);
    table[7] = table[6];
    twice(table)
};

/// Three bytes of each word of four, the highest first. What the other four are does not matter.
static THREE_OF_FOUR: [u8; 32] = twice([2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 15, 15, 15, 15]);

/// Closes the gap between the halves.
static TOGETHER: [u32; 8] = [0, 1, 2, 4, 5, 6, 3, 7];

/// The lines that nearly all mail has.
const LINE: usize = 76;
const LINE_OUT: usize = 57;

/// Where the last twelve characters of such a line go, with four before them that are decoded again; and where the step
/// before wrote beyond its bytes.
const END: core::ops::Range<usize> = LINE_OUT - 12..LINE_OUT + 4;

fearless_simd::kernel!(
    /// Decodes lines of `length` characters and a line end of `ending` bytes, from the beginning of `input`, as long as
    /// they are whole and there is room for them and [`SLACK`]. Gives how many there were.
    ///
    /// `length` is a multiple of four and at least [`STEP_IN`].
    pub(super) fn decode_lines(avx2: Avx2, input: &[u8], length: usize, ending: usize, out: &mut [u8]) -> usize {
        let load = |bytes: &[u8; 32]| -> __m256i { u8x32::simd_from(avx2, *bytes).into() };
        let class_of_row = load(&CLASS_OF_ROW);
        let not_in_column = load(&NOT_IN_COLUMN);
        let to_value = load(&TO_VALUE);
        let three_of_four = load(&THREE_OF_FOUR);
        let together: __m256i = u32x8::simd_from(avx2, TOGETHER).into();
        let nibble = _mm256_set1_epi8(15);
        let slash = _mm256_set1_epi8(b'/' as i8);
        let pairs = _mm256_set1_epi16(0x0140);
        let fours = _mm256_set1_epi32(0x0001_1000);

        // Twelve bytes in each half, and where the characters are not base64.
        let halves = |characters: __m256i| -> (__m256i, __m256i) {
            let row = _mm256_and_si256(_mm256_srli_epi32::<4>(characters), nibble);
            let column = _mm256_and_si256(characters, nibble);
            let odd =
                _mm256_and_si256(_mm256_shuffle_epi8(class_of_row, row), _mm256_shuffle_epi8(not_in_column, column));
            let row = _mm256_add_epi8(row, _mm256_cmpeq_epi8(characters, slash));
            let values = _mm256_add_epi8(characters, _mm256_shuffle_epi8(to_value, row));
            let groups = _mm256_madd_epi16(_mm256_maddubs_epi16(values, pairs), fours);
            (_mm256_shuffle_epi8(groups, three_of_four), odd)
        };
        // The bytes of a vector.
        let decode = |characters: &[u8; STEP_IN]| -> ([u8; 32], __m256i) {
            let (bytes, odd) = halves(load(characters));
            (*u8x32::simd_from(avx2, _mm256_permutevar8x32_epi32(bytes, together)), odd)
        };

        // Whole steps, and the end of the line, of which the beginning is decoded again.
        let decode_line = |line: &[u8], to: &mut [u8]| -> __m256i {
            let mut odd = _mm256_setzero_si256();
            let (steps, left) = line.as_chunks();
            for (step, characters) in steps.iter().enumerate() {
                let (decoded, here) = decode(characters);
                odd = _mm256_or_si256(odd, here);
                if let Some(to) = to.get_mut(step * STEP_OUT..).and_then(|to| to.first_chunk_mut()) {
                    *to = decoded;
                }
            }
            if !left.is_empty()
                && let (Some(characters), Some(to)) = (line.last_chunk(), to.last_chunk_mut())
            {
                let (decoded, here) = decode(characters);
                odd = _mm256_or_si256(odd, here);
                *to = decoded;
            }
            odd
        };
        let ends_line = |after: &[u8]| match ending {
            2 => after.starts_with(b"\r\n"),
            1 => after.starts_with(b"\n"),
            _ => true,
        };

        let mut lines = 0;
        let (mut rest, mut room) = (input, out);
        if length == LINE {
            // Two at a time, the ends of both in one vector.
            while let Some((first, second)) = rest.get(..2 * (LINE + ending)).map(|pair| pair.split_at(LINE + ending)) {
                let ((first, first_end), (second, second_end)) = (first.split_at(LINE), second.split_at(LINE));
                let Some(to) = room.first_chunk_mut::<{ 2 * LINE_OUT + SLACK }>() else { break };
                let ends = avx2.combine_u8x16(
                    u8x16::from_slice(avx2, &first[LINE - 16..]),
                    u8x16::from_slice(avx2, &second[LINE - 16..]),
                );
                let (ends, odd_ends) = halves(ends.into());
                let (first_bytes, second_bytes) = avx2.split_u8x32(u8x32::simd_from(avx2, ends));
                // In this order: what is written too much is written over.
                let odd_first = decode_line(&first[..2 * STEP_IN], to);
                first_bytes.store_slice(&mut to[END]);
                let to = &mut to[LINE_OUT..];
                let odd_second = decode_line(&second[..2 * STEP_IN], to);
                second_bytes.store_slice(&mut to[END]);
                let odd = _mm256_or_si256(odd_ends, _mm256_or_si256(odd_first, odd_second));
                if _mm256_testz_si256(odd, odd) == 0 || !ends_line(first_end) || !ends_line(second_end) {
                    break;
                }
                lines += 2;
                rest = rest.get(2 * (LINE + ending)..).unwrap_or_default();
                room = room.get_mut(2 * LINE_OUT..).unwrap_or_default();
            }
        }
        if (length, ending) == (2 * STEP_IN, 0) {
            for line in rest.as_chunks::<{ 2 * STEP_IN }>().0 {
                let Some(to) = room.first_chunk_mut::<{ 2 * STEP_OUT + SLACK }>() else { break };
                let odd = decode_line(line, to);
                if _mm256_testz_si256(odd, odd) == 0 {
                    break;
                }
                lines += 1;
                room = room.split_at_mut(2 * STEP_OUT).1;
            }
            return lines;
        }
        while let Some((line, after)) = rest.split_at_checked(length) {
            let Some(to) = room.get_mut(..length / 4 * 3 + SLACK) else { break };
            let odd = decode_line(line, to);
            if _mm256_testz_si256(odd, odd) == 0 || !ends_line(after) {
                break;
            }
            lines += 1;
            rest = after.get(ending..).unwrap_or_default();
            room = room.get_mut(length / 4 * 3..).unwrap_or_default();
        }
        lines
    }
);
