//! Quoted-printable (RFC 2045 section 6.7).
//!
//! An equals sign that begins no escape stays as it is; blanks before a line end go, because transports add them.

use alloc::vec::Vec;

use memchr::memchr2;

#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod avx2;

use super::{Forgiven, hex_pair};

/// How many blanks before a line end are held back to be dropped. A longer run is text.
const MOST_BLANKS: usize = 1000;

/// A decoder that takes pieces. It holds back a kilobyte at most.
#[derive(Debug, Clone, Default)]
pub struct Decoder {
    carry: Vec<u8>,
    /// The input so far ended in a run of blanks that was too long to drop.
    in_long_run: bool,
    forgiven: Forgiven,
}

impl Decoder {
    /// Decodes the next piece and appends to `out`.
    pub fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        if self.carry.is_empty() {
            let done = self.decode(piece, false, out);
            self.carry.extend_from_slice(piece.get(done..).unwrap_or_default());
        } else {
            let mut data = core::mem::take(&mut self.carry);
            data.extend_from_slice(piece);
            let done = self.decode(&data, false, out);
            data.drain(..done);
            self.carry = data;
        }
    }

    /// The end: appends what was held back.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Forgiven {
        let data = core::mem::take(&mut self.carry);
        self.decode(&data, true, out);
        self.forgiven
    }

    /// Decodes what can be told now; returns how many bytes that was.
    fn decode(&mut self, input: &[u8], last: bool, out: &mut Vec<u8>) -> usize {
        out.reserve(input.len());
        let mut at = 0;
        if self.in_long_run {
            at = blanks(input, 0);
            out.extend_from_slice(input.get(..at).unwrap_or_default());
            if at == input.len() {
                return at;
            }
            self.in_long_run = false;
        }
        let mut line_start = true;
        loop {
            if line_start {
                at += text(input.get(at..).unwrap_or_default(), out);
                line_start = false;
            }
            let rest = input.get(at..).unwrap_or_default();
            let Some(found) = memchr2(b'=', b'\n', rest) else { break };
            let literal = rest.get(..found).unwrap_or_default();
            if rest.get(found) == Some(&b'\n') {
                push_line(literal, out);
                at += found + 1;
                line_start = true;
                continue;
            }
            out.extend_from_slice(literal);
            at += found;
            match escape(input.get(at + 1..).unwrap_or_default(), last) {
                Escape::Byte(byte) => {
                    out.push(byte);
                    at += 3;
                }
                Escape::SoftBreak { len } => {
                    at += 1 + len;
                    line_start = true;
                }
                Escape::End => {
                    self.forgiven.truncated = true;
                    return input.len();
                }
                Escape::Stray => {
                    self.forgiven.stray += 1;
                    out.push(b'=');
                    at += 1;
                }
                Escape::Unknown => return at,
            }
        }
        // Trailing blanks, and the CR that may be part of the line end, wait for what comes.
        let rest = input.get(at..).unwrap_or_default();
        let body = rest.strip_suffix(b"\r").unwrap_or(rest);
        let keep = trim_blanks(body).len();
        if last {
            // A CR at the very end belongs to no line end.
            let all = body.len() < rest.len() || body.len() - keep > MOST_BLANKS;
            out.extend_from_slice(if all { rest } else { rest.get(..keep).unwrap_or_default() });
            return input.len();
        }
        if body.len() - keep > MOST_BLANKS {
            out.extend_from_slice(body);
            self.in_long_run = body.len() == rest.len();
            return at + body.len();
        }
        out.extend_from_slice(rest.get(..keep).unwrap_or_default());
        at + keep
    }
}

/// Decodes by blocks until something odd comes, or too little is left; returns how many bytes that was.
#[cfg(all(feature = "std", target_arch = "x86_64"))]
fn text(input: &[u8], out: &mut Vec<u8>) -> usize {
    /// How much is decoded at once: less at the beginning, in case that there is something odd in every line.
    const LEAST: usize = 512;
    const MOST: usize = 8192;
    if input.len() < LEAST {
        return 0;
    }
    let Some(avx2) = crate::vector::avx2() else { return 0 };
    let mut at = 0;
    let mut batch = LEAST;
    loop {
        let rest = input.get(at..).unwrap_or_default();
        let rest = rest.get(..batch).unwrap_or(rest);
        let start = out.len();
        out.resize(start + rest.len() + avx2::WRITABLE, 0);
        let progress = avx2::decode_text(avx2, rest, out.get_mut(start..).unwrap_or_default());
        out.truncate(start + progress.written);
        at += progress.read;
        if progress.read < batch / 2 {
            return at;
        }
        batch = (2 * batch).min(MOST);
    }
}

/// Leaves all to the search for what is not text.
#[cfg(not(all(feature = "std", target_arch = "x86_64")))]
const fn text(_: &[u8], _: &mut Vec<u8>) -> usize {
    0
}

/// Appends a line, its blanks at the end dropped, and a line end as it was.
fn push_line(literal: &[u8], out: &mut Vec<u8>) {
    let (line, end): (&[u8], &[u8]) = match literal.strip_suffix(b"\r") {
        Some(line) => (line, b"\r\n"),
        None => (literal, b"\n"),
    };
    let kept = trim_blanks(line);
    out.extend_from_slice(if line.len() - kept.len() > MOST_BLANKS { line } else { kept });
    out.extend_from_slice(end);
}

const fn is_blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn trim_blanks(line: &[u8]) -> &[u8] {
    let len = line.iter().rposition(|byte| !is_blank(byte)).map_or(0, |last| last + 1);
    line.get(..len).unwrap_or_default()
}

/// Where the blanks that begin at `from` end.
fn blanks(input: &[u8], from: usize) -> usize {
    let rest = input.get(from..).unwrap_or_default();
    from + rest.iter().position(|byte| !is_blank(byte)).unwrap_or(rest.len())
}

enum Escape {
    Byte(u8),
    SoftBreak {
        len: usize,
    },
    /// An equals sign at the very end.
    End,
    Stray,
    /// More has to come.
    Unknown,
}

/// What follows an equals sign.
fn escape(after: &[u8], last: bool) -> Escape {
    if let Some(byte) = after.get(..2).and_then(hex_pair) {
        return Escape::Byte(byte);
    }
    if after.len() < 2 && after.iter().all(u8::is_ascii_hexdigit) && !after.is_empty() {
        return if last { Escape::Stray } else { Escape::Unknown };
    }
    let end = blanks(after, 0);
    if end > MOST_BLANKS {
        return Escape::Stray;
    }
    match after.get(end..) {
        Some([b'\n', ..]) => Escape::SoftBreak { len: end + 1 },
        Some([b'\r', b'\n', ..]) => Escape::SoftBreak { len: end + 2 },
        Some([] | [b'\r']) if !last => Escape::Unknown,
        Some([]) => Escape::End,
        _ => Escape::Stray,
    }
}

/// Decodes all of `input` at once, appending to `out`.
pub fn decode_into(input: &[u8], out: &mut Vec<u8>) -> Forgiven {
    let mut decoder = Decoder::default();
    let done = decoder.decode(input, true, out);
    debug_assert_eq!(done, input.len());
    decoder.forgiven
}
