//! Quoted-printable (RFC 2045 section 6.7).

use alloc::vec::Vec;

/// Characters of content on a line; a soft line break makes it 76.
const LINE: usize = 75;

const HEX: &[u8; 16] = b"0123456789ABCDEF";

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
        let mut rest = self.resolve_held(input, out);
        out.reserve(rest.len() + rest.len() / 16);
        while let Some(&byte) = rest.first() {
            let (run, after) = rest.split_at(literal_run(rest));
            rest = match (run, after) {
                // Blanks are literal unless the line ends after them, so the last one of a run waits for what follows.
                ([most @ .., blank @ (b' ' | b'\t')], after) => {
                    self.literal(most, out);
                    match after {
                        [b'\r', b'\n', after @ ..] => {
                            self.escape(*blank, out);
                            self.line_break(out);
                            after
                        }
                        [b'\r'] => return self.held = Held::BlankCr(*blank),
                        [] => return self.held = Held::Blank(*blank),
                        after => {
                            self.literal(&[*blank], out);
                            after
                        }
                    }
                }
                ([_, ..], after) => {
                    self.literal(run, out);
                    after
                }
                ([], [b'\r', b'\n', after @ ..]) => {
                    self.line_break(out);
                    after
                }
                ([], [b'\r']) => return self.held = Held::Cr,
                ([], after) => {
                    self.escape(byte, out);
                    after.get(1..).unwrap_or_default()
                }
            };
        }
    }

    /// Writes what was waiting. The encoder is as new afterwards.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        match self.held {
            Held::Nothing => {}
            Held::Blank(blank) => self.escape(blank, out),
            Held::Cr => self.escape(b'\r', out),
            Held::BlankCr(blank) => {
                self.literal(&[blank], out);
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
                self.literal(&[blank], out);
                input
            }
            (Held::BlankCr(blank), _) => {
                self.literal(&[blank], out);
                self.escape(b'\r', out);
                input
            }
        }
    }

    fn literal(&mut self, mut run: &[u8], out: &mut Vec<u8>) {
        while !run.is_empty() {
            if self.column == LINE {
                self.soft_break(out);
            }
            let (now, later) = run.split_at(run.len().min(LINE - self.column));
            out.extend_from_slice(now);
            self.column += now.len();
            run = later;
        }
    }

    fn escape(&mut self, byte: u8, out: &mut Vec<u8>) {
        if self.column + 3 > LINE {
            self.soft_break(out);
        }
        out.extend_from_slice(&escaped(byte));
        self.column += 3;
    }

    fn soft_break(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"=\r\n");
        self.column = 0;
    }

    fn line_break(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\r\n");
        self.column = 0;
    }
}

/// `=` and two hexadecimal digits.
pub(crate) const fn escaped(byte: u8) -> [u8; 3] {
    [b'=', HEX[(byte >> 4) as usize], HEX[(byte & 15) as usize]]
}

/// True for what is written as itself: printable ASCII but `=`, and blanks.
#[inline]
pub(crate) const fn is_literal(byte: u8) -> bool {
    (byte.wrapping_sub(b' ') < 0x5f && byte != b'=') || byte == b'\t'
}

/// How many literal bytes `bytes` begins with. Whole blocks are judged at once, without a branch for each byte.
fn literal_run(bytes: &[u8]) -> usize {
    let (blocks, _) = bytes.as_chunks::<16>();
    let clean =
        blocks.iter().take_while(|block| block.iter().fold(true, |all, byte| all & is_literal(*byte))).count() * 16;
    let rest = bytes.get(clean..).unwrap_or_default();
    clean + rest.iter().position(|byte| !is_literal(*byte)).unwrap_or(rest.len())
}
