//! Quoted-printable (RFC 2045 section 6.7).

use alloc::vec::Vec;

/// Characters of content on a line; a soft line break makes it 76.
const LINE: usize = 75;

const HEX: &[u8; 16] = b"0123456789ABCDEF";

#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod avx2;

/// Encodes bytes, given in pieces of any size, so that decoding gives exactly these bytes.
///
/// CRLF is a line break of the text and stays one. CR and LF that do not make a pair are escaped, and so is a blank at the
/// end of a line. No line is longer than 76 characters. Text with other line ends is best made canonical first.
///
/// ```
/// use rfc5322_message::encode::QuotedPrintableEncoder;
///
/// let mut encoder = QuotedPrintableEncoder::new();
/// let mut out = Vec::new();
/// encoder.encode("Grüße \r\n1=1".as_bytes(), &mut out);
/// encoder.finish(&mut out);
/// assert_eq!(out, b"Gr=C3=BC=C3=9Fe=20\r\n1=3D1");
/// ```
#[derive(Debug, Clone, Default)]
pub struct QuotedPrintableEncoder {
    column: usize,
    held: Held,
}

/// What waits for the next piece, because it is written differently before a line break.
#[derive(Debug, Clone, Copy, Default)]
enum Held {
    #[default]
    Nothing,
    Blank(u8),
    Cr,
    BlankCr(u8),
}

impl QuotedPrintableEncoder {
    /// An encoder at the beginning of a body.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Encodes the next bytes of the content. At most two of them wait for more.
    pub fn encode(&mut self, input: &[u8], out: &mut Vec<u8>) {
        let rest = self.resolve_held(input, out);
        let undecided = match *rest {
            [.., b' ' | b'\t', b'\r'] => 2,
            [.., b' ' | b'\t' | b'\r'] => 1,
            _ => 0,
        };
        let (text, undecided) = rest.split_at(rest.len() - undecided);
        self.text(text, out);
        match *undecided {
            [b'\r'] => self.held = Held::Cr,
            [blank, b'\r'] => self.held = Held::BlankCr(blank),
            [blank] => self.held = Held::Blank(blank),
            _ => {}
        }
    }

    /// Encodes what does not end a line after its end: there, a blank is a blank and a CR is bare.
    fn text(&mut self, text: &[u8], out: &mut Vec<u8>) {
        let mut rest = text.get(self.blocks(text, out)..).unwrap_or_default();
        while !rest.is_empty() {
            let start = out.len();
            let length = rest.len().min(PIECE);
            out.resize(start + room_for(length), 0);
            let room = Room { bytes: out.get_mut(start..).unwrap_or_default(), at: 0, column: self.column };
            let (taken, written, column) = room.encode(rest, length);
            self.column = column;
            out.truncate(start + written);
            rest = rest.get(taken..).unwrap_or_default();
        }
    }

    /// Encodes by blocks, if that is worth it; returns how many bytes that was.
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    fn blocks(&mut self, text: &[u8], out: &mut Vec<u8>) -> usize {
        /// The shortest text that is worth a vector.
        const LEAST: usize = 32;
        /// How much is written at once: what was cleared for it is still in the nearest cache.
        const BATCH: usize = 4096;
        if text.len() < LEAST {
            return 0;
        }
        let Some(avx2) = crate::vector::avx2() else { return 0 };
        let (mut read, mut end) = (0, out.len());
        while let Some(rest) = text.get(read..).filter(|rest| !rest.is_empty()) {
            // Memory that is there is used up before there is more.
            let room = (out.capacity() - end).clamp(avx2::WRITABLE, BATCH);
            if out.len() < end + room {
                out.resize(end + room, 0);
            }
            let progress = avx2::encode_text(avx2, rest, self.column, out.get_mut(end..).unwrap_or_default());
            read += progress.read;
            end += progress.written;
            self.column = progress.column;
        }
        out.truncate(end);
        read
    }

    /// Leaves all of it to [`Room::encode`].
    #[cfg(not(all(feature = "std", target_arch = "x86_64")))]
    const fn blocks(&mut self, _: &[u8], _: &mut Vec<u8>) -> usize {
        0
    }

    /// Writes what was waiting. The encoder is as new afterwards.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        match self.held {
            Held::Nothing => {}
            Held::Blank(blank) => self.escape(blank, out),
            Held::Cr => self.escape(b'\r', out),
            Held::BlankCr(blank) => {
                self.literal(blank, out);
                self.escape(b'\r', out);
            }
        }
        *self = Self::default();
    }

    /// Writes what waited, now that the next byte is known. Gives the rest of the input.
    fn resolve_held<'i>(&mut self, input: &'i [u8], out: &mut Vec<u8>) -> &'i [u8] {
        if input.is_empty() {
            return input;
        }
        match (core::mem::take(&mut self.held), input) {
            (Held::Cr, [b'\n', rest @ ..]) => {
                self.line_break(out);
                rest
            }
            (Held::BlankCr(blank), [b'\n', rest @ ..]) | (Held::Blank(blank), [b'\r', b'\n', rest @ ..]) => {
                self.escape(blank, out);
                self.line_break(out);
                rest
            }
            (Held::Blank(blank), [b'\r']) => {
                self.held = Held::BlankCr(blank);
                &[]
            }
            (Held::Nothing, _) => input,
            (Held::Cr, _) => {
                self.escape(b'\r', out);
                input
            }
            (Held::Blank(blank), _) => {
                self.literal(blank, out);
                input
            }
            (Held::BlankCr(blank), _) => {
                self.literal(blank, out);
                self.escape(b'\r', out);
                input
            }
        }
    }

    fn literal(&mut self, byte: u8, out: &mut Vec<u8>) {
        self.with_room(out, |room| room.literal(byte));
    }

    fn escape(&mut self, byte: u8, out: &mut Vec<u8>) {
        self.with_room(out, |room| room.escape(byte));
    }

    fn line_break(&mut self, out: &mut Vec<u8>) {
        self.with_room(out, |room| room.line_break());
    }

    fn with_room(&mut self, out: &mut Vec<u8>, write: impl FnOnce(&mut Room<'_>)) {
        let mut bytes = [0; 8];
        let mut room = Room { bytes: &mut bytes, at: 0, column: self.column };
        write(&mut room);
        let at = room.at;
        self.column = room.column;
        out.extend_from_slice(bytes.get(..at).unwrap_or_default());
    }
}

/// How much content is encoded at once.
const PIECE: usize = 1024;

/// The most that `length` bytes can become: each of them escaped, and a soft break in every line.
const fn room_for(length: usize) -> usize {
    length * 3 + (length * 3 / (LINE - 2) + 1) * 3 + 16
}

/// Room for what a piece becomes.
struct Room<'r> {
    bytes: &'r mut [u8],
    at: usize,
    column: usize,
}

impl Room<'_> {
    /// Encodes the first `length` bytes of `text`, and the LF of a line end that goes beyond them. Gives how much it took, how
    /// much it wrote, and the column. By value, so that counters stay in registers.
    fn encode(mut self, text: &[u8], length: usize) -> (usize, usize, usize) {
        let mut index = 0;
        while index < length {
            match text.get(index..).unwrap_or_default() {
                [b'\r', b'\n', ..] => {
                    self.line_break();
                    index += 2;
                }
                [blank @ (b' ' | b'\t'), b'\r', b'\n', ..] => {
                    self.escape(*blank);
                    index += 1;
                }
                rest @ [byte, ..] if is_literal(*byte) => {
                    let rest = rest.get(..length - index).unwrap_or(rest);
                    // A blank waits for what follows it.
                    let run = match rest.get(..literal_run(rest)).unwrap_or_default() {
                        [most @ .., b' ' | b'\t'] if !most.is_empty() => most,
                        run => run,
                    };
                    self.literals(run);
                    index += run.len();
                }
                [byte, ..] => {
                    self.escape(*byte);
                    index += 1;
                }
                [] => break,
            }
        }
        (index, self.at, self.column)
    }

    /// Copies literal bytes, with soft breaks where lines are full.
    #[inline(always)]
    fn literals(&mut self, mut run: &[u8]) {
        while !run.is_empty() {
            if self.column == LINE {
                self.soft_break();
            }
            let (now, later) = run.split_at(run.len().min(LINE - self.column));
            if let Some(place) = self.bytes.get_mut(self.at..self.at + now.len()) {
                place.copy_from_slice(now);
            }
            self.at += now.len();
            self.column += now.len();
            run = later;
        }
    }

    #[inline(always)]
    fn literal(&mut self, byte: u8) {
        if self.column == LINE {
            self.soft_break();
        }
        self.put([byte]);
        self.column += 1;
    }

    #[inline(always)]
    fn escape(&mut self, byte: u8) {
        if self.column + 3 > LINE {
            self.soft_break();
        }
        // A fourth byte is written and then overwritten: that is one store.
        self.put(ESCAPED[usize::from(byte)]);
        self.at -= 1;
        self.column += 3;
    }

    #[inline(always)]
    fn soft_break(&mut self) {
        self.put(*b"=\r\n");
        self.column = 0;
    }

    #[inline(always)]
    fn line_break(&mut self) {
        self.put(*b"\r\n");
        self.column = 0;
    }

    #[inline(always)]
    fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        if let Some(place) = self.bytes.get_mut(self.at..).and_then(|rest| rest.first_chunk_mut::<N>()) {
            *place = bytes;
        }
        self.at += N;
    }
}

/// Every byte escaped.
static ESCAPED: [[u8; 4]; 256] = {
    let mut table = [[0; 4]; 256];
    let mut byte = 0;
    while byte < 256 {
        let [mark, high, low] = escaped(byte as u8);
        table[byte] = [mark, high, low, 0];
        byte += 1;
    }
    table
};

/// `=` and two hexadecimal digits.
pub(crate) const fn escaped(byte: u8) -> [u8; 3] {
    [b'=', HEX[(byte >> 4) as usize], HEX[(byte & 15) as usize]]
}

/// True for what is written as itself: printable ASCII but `=`, and blanks.
#[inline]
pub(crate) const fn is_literal(byte: u8) -> bool {
    (byte.wrapping_sub(b' ') < 0x5f && byte != b'=') || byte == b'\t'
}

/// How many literal bytes `bytes` begins with. Long runs are judged in blocks, without a branch for each byte.
#[inline(always)]
fn literal_run(bytes: &[u8]) -> usize {
    let (blocks, _) = bytes.as_chunks::<16>();
    let clean =
        blocks.iter().take_while(|block| block.iter().fold(true, |all, byte| all & is_literal(*byte))).count() * 16;
    let rest = bytes.get(clean..).unwrap_or_default();
    clean + rest.iter().position(|byte| !is_literal(*byte)).unwrap_or(rest.len())
}
