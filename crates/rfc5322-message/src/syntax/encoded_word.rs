//! Encoded-words (RFC 2047): recognising one, and decoding its text.

use alloc::vec::Vec;

use memchr::memchr;

use crate::codec::base64;

/// How the text of an encoded-word is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WordEncoding {
    B,
    Q,
}

/// One encoded-word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EncodedWord<'a> {
    /// Without the language of RFC 2231 section 5.
    pub(crate) charset: &'a [u8],
    pub(crate) encoding: WordEncoding,
    pub(crate) text: &'a [u8],
    /// The length of the whole word.
    pub(crate) len: usize,
}

/// How far a stray question mark inside a Q word is forgiven.
const STRAY: usize = 512;

/// The encoded-word at the beginning of `input`.
pub(crate) fn encoded_word(input: &[u8]) -> Option<EncodedWord<'_>> {
    let rest = input.strip_prefix(b"=?")?;
    let mark = memchr(b'?', rest)?;
    let (charset, rest) = (rest.get(..mark)?, rest.get(mark + 1..)?);
    if charset.is_empty() || charset.iter().any(|byte| *byte <= b' ') {
        return None;
    }
    let charset = charset.split(|byte| *byte == b'*').next()?;
    let encoding = match rest.first()? {
        b'b' | b'B' => WordEncoding::B,
        b'q' | b'Q' => WordEncoding::Q,
        _ => return None,
    };
    let rest = rest.get(1..)?.strip_prefix(b"?")?;
    let mut end = memchr(b'?', rest)?;
    if rest.get(end + 1) != Some(&b'=') {
        if encoding == WordEncoding::B {
            return None;
        }
        let near = rest.get(..STRAY).unwrap_or(rest);
        end = near.windows(2).position(|pair| pair == b"?=")?;
        if near.get(..end)?.iter().any(|byte| *byte <= b' ') {
            return None;
        }
    }
    let text = rest.get(..end)?;
    if text.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
        return None;
    }
    let len = input.len() - rest.len() + end + 2;
    Some(EncodedWord { charset, encoding, text, len })
}

impl EncodedWord<'_> {
    /// Appends the bytes that the word stands for.
    pub(crate) fn decode_into(&self, out: &mut Vec<u8>) {
        match self.encoding {
            WordEncoding::B => {
                base64::decode_into(self.text, out);
            }
            WordEncoding::Q => decode_q(self.text, out),
        }
    }
}

/// The Q encoding (RFC 2047 section 4.2). An equals sign without two digits stays.
fn decode_q(text: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b'_' => out.push(b' '),
            b'=' => match text.get(at..at + 2).and_then(crate::codec::hex_pair) {
                Some(decoded) => {
                    out.push(decoded);
                    at += 2;
                }
                None => out.push(b'='),
            },
            byte => out.push(byte),
        }
    }
}
