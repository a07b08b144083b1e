//! Quoted-printable by blocks: text without escapes is copied, and other text is written four bytes at a time.
//!
//! Of four bytes, each form that they may need is laid out in one vector, and a shuffle that goes by which of them are escaped
//! picks the text.

use core::arch::x86_64::{
    __m128i, _mm_and_si128, _mm_set1_epi8, _mm_shuffle_epi8, _mm_srli_epi16, _mm_unpackhi_epi32, _mm_unpackhi_epi64,
    _mm_unpacklo_epi32, _mm_unpacklo_epi64,
};

use fearless_simd::{SimdFrom, u8x16};

use super::{HEX, LINE};
use crate::encode::marks::{BLOCK, Kinds, Marks, Window, padded};

/// What has to be there so that a block can be written wherever it begins, and a block beyond that.
pub(super) const WRITABLE: usize = 5 * BLOCK;

/// Bytes that are written together.
const GROUP: usize = 4;

/// A choice for each combination of escaped bytes in a group.
type ByEscapes<T> = [T; 1 << GROUP];

/// Where the text of a group is in a vector of its bytes, their high digits, their low digits and equals signs.
static PLACES: ByEscapes<[u8; 16]> = {
    let mut places = [[0; 16]; 1 << GROUP];
    let mut escapes = 0;
    while escapes < 1 << GROUP {
        let (mut byte, mut at) = (0, 0);
        while byte < GROUP {
            if escapes >> byte & 1 == 0 {
                places[escapes][at] = byte as u8;
                at += 1;
            } else {
                places[escapes][at] = 3 * GROUP as u8;
                places[escapes][at + 1] = (GROUP + byte) as u8;
                places[escapes][at + 2] = (2 * GROUP + byte) as u8;
                at += 3;
            }
            byte += 1;
        }
        escapes += 1;
    }
    places
};

/// A bit for each character of a group's text before which a line may be broken.
static BREAKS: ByEscapes<u16> = {
    let mut breaks = [0; 1 << GROUP];
    let mut escapes = 0;
    while escapes < 1 << GROUP {
        let (mut byte, mut at) = (0, 0);
        while byte < GROUP {
            breaks[escapes] |= 1 << at;
            at += if escapes >> byte & 1 == 0 { 1 } else { 3 };
            byte += 1;
        }
        escapes += 1;
    }
    breaks
};

/// How much of the text was encoded, what it became, and the column after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress {
    pub(super) read: usize,
    pub(super) written: usize,
    pub(super) column: usize,
}

fearless_simd::kernel!(
    /// Encodes `text` from the beginning, as far as there is room for [`WRITABLE`]. What follows it is no part of a
    /// line end.
    pub(super) fn encode_text(avx2: Avx2, text: &[u8], column: usize, out: &mut [u8]) -> Progress {
        let load = |bytes: &[u8; 16]| -> __m128i { u8x16::simd_from(avx2, *bytes).into() };
        let (digits, nibble, equals) = (load(HEX), _mm_set1_epi8(15), _mm_set1_epi8(b'=' as i8));
        // Four groups, each with all its forms.
        let forms = |bytes: &[u8; 16]| -> [__m128i; 4] {
            let bytes = load(bytes);
            let high = _mm_shuffle_epi8(digits, _mm_and_si128(_mm_srli_epi16::<4>(bytes), nibble));
            let low = _mm_shuffle_epi8(digits, _mm_and_si128(bytes, nibble));
            let (left, right) = (_mm_unpacklo_epi32(bytes, high), _mm_unpacklo_epi32(low, equals));
            let (later_left, later_right) = (_mm_unpackhi_epi32(bytes, high), _mm_unpackhi_epi32(low, equals));
            [
                _mm_unpacklo_epi64(left, right),
                _mm_unpackhi_epi64(left, right),
                _mm_unpacklo_epi64(later_left, later_right),
                _mm_unpackhi_epi64(later_left, later_right),
            ]
        };

        let (mut read, mut written) = (0, 0);
        let (mut column, mut inside_line_end) = (column, false);
        while let (Some(rest), Some(room)) = (
            text.get(read..).filter(|rest| !rest.is_empty()),
            out.get_mut(written..).and_then(|rest| rest.first_chunk_mut::<WRITABLE>()),
        ) {
            let end_of_text;
            let (window, length) = match rest.first_chunk() {
                Some(window) => (window, BLOCK),
                None => {
                    end_of_text = padded(rest);
                    (&end_of_text, rest.len().min(BLOCK))
                }
            };
            let marks = Marks::of(&Kinds::by_vectors(avx2, window), window, inside_line_end);
            let mut place = Place { at: 0, column };
            let mut from = usize::from(inside_line_end);
            let mut line_ends = marks.line_ends;
            loop {
                let to = (line_ends.trailing_zeros() as usize).min(length);
                let escapes = marks.escapes & !(u64::MAX.checked_shl(to as u32).unwrap_or_default());
                let escapes = escapes.checked_shr(from as u32).unwrap_or_default();
                if escapes == 0 {
                    place.literals(window, from, to, room);
                } else {
                    let mut left = escapes;
                    while from < to {
                        let Some(bytes) = window[from & (BLOCK - 1)..].first_chunk() else { break };
                        for form in forms(bytes) {
                            let escapes = left as usize & (PLACES.len() - 1);
                            let text = *u8x16::simd_from(avx2, _mm_shuffle_epi8(form, load(&PLACES[escapes])));
                            let missing = (from + GROUP).saturating_sub(to);
                            place.group(&text, escapes, missing, room);
                            left >>= GROUP;
                            from += GROUP;
                            if from >= to {
                                break;
                            }
                        }
                    }
                }
                if line_ends == 0 {
                    break;
                }
                place.line_break(room);
                from = to + 2;
                line_ends &= line_ends - 1;
            }
            inside_line_end = marks.ends_inside_line_end();
            column = place.column;
            read += length;
            written += place.at;
        }
        // What was written of the last line end has both halves.
        Progress { read: read + usize::from(inside_line_end), written, column }
    }
);

/// Where the text of a block goes on. It is always in the room; masks say so without a branch.
struct Place {
    at: usize,
    column: usize,
}

impl Place {
    /// Copies a piece of the window in which nothing is escaped.
    #[inline(always)]
    fn literals(&mut self, window: &Window, mut from: usize, to: usize, room: &mut [u8; WRITABLE]) {
        while from < to {
            let fit = LINE - self.column;
            let start = from & (BLOCK - 1);
            self.copy(&window[start..start + BLOCK], room);
            if to - from <= fit {
                self.at += to - from;
                self.column += to - from;
                return;
            }
            self.at += fit;
            from += fit;
            self.soft_break(room);
        }
    }

    /// Writes the text of a group, of which `missing` bytes do not count.
    #[inline(always)]
    fn group(&mut self, text: &[u8; 16], escapes: usize, missing: usize, room: &mut [u8; WRITABLE]) {
        let length = GROUP + 2 * escapes.count_ones() as usize - missing;
        self.copy(text, room);
        let fit = LINE - self.column;
        if length > fit {
            // What does not fit is moved behind a soft break.
            let breaks = BREAKS[escapes & (BREAKS.len() - 1)] << (15 - fit.min(15));
            let fit = fit - breaks.leading_zeros() as usize;
            self.at += fit;
            let mut moved = [0; 16];
            moved.copy_from_slice(&room[self.index()..self.index() + 16]);
            self.soft_break(room);
            self.copy(&moved, room);
            self.at += length - fit;
            self.column = length - fit;
        } else {
            self.at += length;
            self.column += length;
        }
    }

    #[inline(always)]
    fn soft_break(&mut self, room: &mut [u8; WRITABLE]) {
        self.copy(b"=\r\n", room);
        self.at += 3;
        self.column = 0;
    }

    #[inline(always)]
    fn line_break(&mut self, room: &mut [u8; WRITABLE]) {
        self.copy(b"\r\n", room);
        self.at += 2;
        self.column = 0;
    }

    #[inline(always)]
    fn copy(&self, bytes: &[u8], room: &mut [u8; WRITABLE]) {
        room[self.index()..self.index() + bytes.len()].copy_from_slice(bytes);
    }

    #[inline(always)]
    const fn index(&self) -> usize {
        self.at & (4 * BLOCK - 1)
    }
}
