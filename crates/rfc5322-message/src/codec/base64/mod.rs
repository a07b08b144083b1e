//! Base64 (RFC 2045 section 6.8): every byte outside of the alphabet is stepped over; padding ends the data.

use alloc::vec::Vec;

#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod avx2;

use super::Forgiven;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Where a byte has no value.
const NONE: u32 = 1 << 31;

/// The value of each byte, moved to where the first, second, third or fourth of a group belongs.
const fn table(shift: u32) -> [u32; 256] {
    let mut table = [NONE; 256];
    let mut value = 0;
    while value < 64 {
        table[ALPHABET[value] as usize] = (value as u32) << shift;
        value += 1;
    }
    table
}

static FIRST: [u32; 256] = table(18);
static SECOND: [u32; 256] = table(12);
static THIRD: [u32; 256] = table(6);
static FOURTH: [u32; 256] = table(0);

/// A group of four, or a value with [`NONE`] in it.
fn group(first: u8, second: u8, third: u8, fourth: u8) -> u32 {
    FIRST[usize::from(first)] | SECOND[usize::from(second)] | THIRD[usize::from(third)] | FOURTH[usize::from(fourth)]
}

/// A decoder that takes pieces.
#[derive(Debug, Clone, Default)]
pub struct Decoder {
    bits: u32,
    /// How many characters of a group are in `bits`.
    held: u8,
    padded: bool,
    /// Padding that the group before still has to bring.
    padding: u8,
    forgiven: Forgiven,
}

impl Decoder {
    /// Decodes the next piece and appends to `out`.
    pub fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        out.reserve(room_for(piece.len()));
        let mut rest = piece;
        let mut line_start = true;
        loop {
            if self.held == 0 && !self.padded {
                if line_start {
                    rest = lines(rest, out);
                }
                rest = groups(rest, out);
            }
            let Some((&byte, after)) = rest.split_first() else { return };
            rest = after;
            line_start = byte == b'\n';
            self.byte(byte, out);
        }
    }

    fn byte(&mut self, byte: u8, out: &mut Vec<u8>) {
        let value = FOURTH[usize::from(byte)];
        if value != NONE {
            if self.padded {
                // Padding ends the data; what follows is a footer that somebody appended.
                self.forgiven.after_padding = true;
                return;
            }
            self.bits = self.bits << 6 | value;
            self.held += 1;
            if self.held == 4 {
                out.extend_from_slice(&self.bits.to_be_bytes()[1..]);
                self.clear();
            }
        } else if byte == b'=' {
            if self.held > 0 {
                self.padding = 3u8.saturating_sub(self.held);
                self.forgiven.truncated |= self.held == 1;
                self.flush(out);
                self.padded = true;
            } else if self.padding > 0 {
                self.padding -= 1;
            } else {
                self.forgiven.stray += 1;
            }
        } else if !matches!(byte, b'\r' | b'\n' | b' ' | b'\t') {
            self.forgiven.stray += 1;
        }
    }

    fn clear(&mut self) {
        self.bits = 0;
        self.held = 0;
    }

    /// Writes the whole bytes of a group that is not full.
    fn flush(&mut self, out: &mut Vec<u8>) {
        let bytes = (self.bits << (6 * (4 - u32::from(self.held)))).to_be_bytes();
        match self.held {
            2 => out.push(bytes[1]),
            3 => out.extend_from_slice(&bytes[1..3]),
            _ => {}
        }
        self.clear();
    }

    /// The end: appends the bytes of a last group without padding.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Forgiven {
        self.forgiven.truncated |= self.held > 0 || self.padding > 0;
        self.flush(out);
        self.forgiven
    }
}

/// What `length` characters become at most, with room for a vector that writes beyond its bytes.
const fn room_for(length: usize) -> usize {
    length / 4 * 3 + 16
}

/// Decodes whole lines that look alike, until something else comes; returns the rest.
#[cfg(all(feature = "std", target_arch = "x86_64"))]
fn lines<'a>(input: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    /// How much is written at once: what is still in the nearest cache when it is written over.
    const BATCH: usize = 8192;
    let Some((length, ending)) = avx2::shape(input) else { return input };
    let Some(avx2) = crate::vector::avx2() else { return input };
    let mut rest = input;
    loop {
        let start = out.len();
        out.resize(start + room_for(rest.len()).min(BATCH), 0);
        let room = out.get_mut(start..).unwrap_or_default();
        let count = avx2::decode_lines(avx2, rest, length, ending, room);
        out.truncate(start + count * (length / 4 * 3));
        if count == 0 {
            return rest;
        }
        rest = rest.get(count * (length + ending)..).unwrap_or_default();
    }
}

/// Leaves all of it to [`groups`].
#[cfg(not(all(feature = "std", target_arch = "x86_64")))]
const fn lines<'a>(input: &'a [u8], _: &mut Vec<u8>) -> &'a [u8] {
    input
}

/// Decodes whole groups until something else comes; returns the rest.
fn groups<'a>(input: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    let mut rest = input;
    // Four groups at a time, so that the vector grows seldom.
    while let Some((chunk, after)) = rest.split_first_chunk::<16>() {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *chunk;
        let (one, two, three, four) = (group(a, b, c, d), group(e, f, g, h), group(i, j, k, l), group(m, n, o, p));
        if (one | two | three | four) & NONE != 0 {
            break;
        }
        let wide = u128::from(one) << 72 | u128::from(two) << 48 | u128::from(three) << 24 | u128::from(four);
        out.extend_from_slice(&wide.to_be_bytes()[4..]);
        rest = after;
    }
    while let Some((&[a, b, c, d], after)) = rest.split_first_chunk::<4>() {
        let one = group(a, b, c, d);
        if one & NONE != 0 {
            break;
        }
        out.extend_from_slice(&one.to_be_bytes()[1..]);
        rest = after;
    }
    rest
}

/// Decodes all of `input` at once, appending to `out`.
pub fn decode_into(input: &[u8], out: &mut Vec<u8>) -> Forgiven {
    let mut decoder = Decoder::default();
    decoder.push(input, out);
    decoder.finish(out)
}
