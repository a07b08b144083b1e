//! Base64 in lines of 76 characters (RFC 2045 section 6.8).

use alloc::vec::Vec;

#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod avx2;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes of content on a line, and characters of a line with the CRLF before it.
const LINE_IN: usize = 57;
const LINE_OUT: usize = 78;

/// The two characters of each value of twelve bits: two looks into it write four characters.
static PAIRS: [[u8; 2]; 4096] = {
    let mut pairs = [[0; 2]; 4096];
    let mut value = 0;
    while value < 4096 {
        pairs[value] = [ALPHABET[value >> 6], ALPHABET[value & 63]];
        value += 1;
    }
    pairs
};

/// Encodes bytes, given in pieces of any size, as lines of 76 characters.
///
/// Lines are separated by CRLF; none follows the last.
#[derive(Debug, Clone)]
pub struct Base64Encoder {
    /// The beginning of a line that is not whole yet.
    held: [u8; LINE_IN],
    held_len: usize,
    first_line: bool,
}

impl Default for Base64Encoder {
    fn default() -> Self {
        Self { held: [0; LINE_IN], held_len: 0, first_line: true }
    }
}

impl Base64Encoder {
    /// An encoder at the beginning of a body.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many bytes `length` bytes of content become, line ends included.
    #[must_use]
    pub const fn encoded_len(length: u64) -> u64 {
        let characters = length.div_ceil(3).saturating_mul(4);
        characters.saturating_add(characters.saturating_sub(1) / 76 * 2)
    }

    /// Encodes the next bytes of the content. At most 56 of them wait for more.
    pub fn encode(&mut self, mut input: &[u8], out: &mut Vec<u8>) {
        if self.held_len > 0 {
            let (more, rest) = input.split_at(input.len().min(LINE_IN - self.held_len));
            self.hold(more);
            input = rest;
            if self.held_len < LINE_IN {
                return;
            }
            let held = self.held;
            self.held_len = 0;
            self.lines(&[held], out);
        }
        let (lines, rest) = input.as_chunks::<LINE_IN>();
        self.lines(lines, out);
        self.hold(rest);
    }

    /// Writes what was waiting. The encoder is as new afterwards.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        let held = self.held.get(..self.held_len).unwrap_or_default();
        if !held.is_empty() && !self.first_line {
            out.extend_from_slice(b"\r\n");
        }
        encode_flat(held, out);
        *self = Self::default();
    }

    fn hold(&mut self, bytes: &[u8]) {
        if let Some(room) = self.held.get_mut(self.held_len..self.held_len + bytes.len()) {
            room.copy_from_slice(bytes);
            self.held_len += bytes.len();
        }
    }

    fn lines(&mut self, mut lines: &[[u8; LINE_IN]], out: &mut Vec<u8>) {
        if self.first_line
            && let Some((first, others)) = lines.split_first()
        {
            self.first_line = false;
            out.extend_from_slice(encode_line(first).split_at(2).1);
            lines = others;
        }
        out.reserve(lines.len() * LINE_OUT);
        let done = encode_pairs(lines, out);
        for line in lines.iter().skip(done) {
            out.extend_from_slice(&encode_line(line));
        }
    }
}

/// Encodes pairs of lines, each with CRLF before it, as far as the processor has vectors for it; returns how many lines.
#[cfg(all(feature = "std", target_arch = "x86_64"))]
fn encode_pairs(lines: &[[u8; LINE_IN]], out: &mut Vec<u8>) -> usize {
    crate::vector::avx2().map_or(0, |avx2| avx2::encode_pairs(avx2, lines, out))
}

/// Leaves all of them to [`encode_line`].
#[cfg(not(all(feature = "std", target_arch = "x86_64")))]
const fn encode_pairs(_: &[[u8; LINE_IN]], _: &mut Vec<u8>) -> usize {
    0
}

/// Encodes `bytes` without line ends, as encoded-words and digests want it.
pub(crate) fn encode_flat(bytes: &[u8], out: &mut Vec<u8>) {
    let (triples, rest) = bytes.as_chunks::<3>();
    out.reserve((triples.len() + 1) * 4);
    for triple in triples {
        out.extend_from_slice(&quad(*triple));
    }
    match *rest {
        [a] => {
            let [first, second, ..] = quad([a, 0, 0]);
            out.extend_from_slice(&[first, second, b'=', b'=']);
        }
        [a, b] => {
            let [first, second, third, _] = quad([a, b, 0]);
            out.extend_from_slice(&[first, second, third, b'=']);
        }
        _ => {}
    }
}

#[inline]
fn quad([a, b, c]: [u8; 3]) -> [u8; 4] {
    let bits = u32::from_be_bytes([0, a, b, c]);
    [18, 12, 6, 0].map(|shift| ALPHABET[(bits >> shift) as usize & 63])
}

/// CRLF and the line: nine times six bytes, each read and written as one word, and three bytes more.
#[inline]
fn encode_line(line: &[u8; LINE_IN]) -> [u8; LINE_OUT] {
    let mut text = [0; LINE_OUT];
    let (end, characters) = text.split_at_mut(2);
    end.copy_from_slice(b"\r\n");
    let (words, tail) = characters.as_chunks_mut::<8>();
    for (index, to) in words.iter_mut().enumerate() {
        let Some(bytes) = line.get(index * 6..).and_then(|rest| rest.first_chunk::<8>()) else { break };
        // The last two of the eight bytes belong to the next word.
        let bits = u64::from_be_bytes(*bytes);
        let pair = |shift: u32| u64::from(u16::from_le_bytes(PAIRS[(bits >> shift) as usize & 0xfff]));
        *to = (pair(52) | pair(40) << 16 | pair(28) << 32 | pair(16) << 48).to_le_bytes();
    }
    if let (Some(last), [a, b, c]) = (tail.first_chunk_mut::<4>(), line.last_chunk::<3>().copied().unwrap_or_default())
    {
        *last = quad([a, b, c]);
    }
    text
}
