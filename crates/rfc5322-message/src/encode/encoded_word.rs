//! Encoded-words (RFC 2047).

use alloc::{string::String, vec::Vec};

use super::{base64::encode_flat, quoted_printable::escaped};

/// `=?utf-8?Q?` and `?=`.
const FRAME: usize = 12;

/// The longest encoded-word (RFC 2047 section 2).
pub(crate) const LONGEST_WORD: usize = 75;

/// Where encoded-words stand, which decides what Q may leave as it is (RFC 2047 section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordContext {
    /// In unstructured text: a Subject.
    Text,
    /// In a phrase: a display name.
    Phrase,
}

/// The encoded-words for `text`, in UTF-8 and the shorter one of B and Q, each at most 75 characters long. They are
/// written with a blank between them, which decoders take out again. No character is cut in two.
///
/// ```
/// use rfc5322_message::encode::{WordContext, encoded_words};
///
/// let words: Vec<String> = encoded_words("Keld Jørn Simonsen", WordContext::Phrase).collect();
/// assert_eq!(words, ["=?utf-8?Q?Keld_J=C3=B8rn_Simonsen?="]);
/// ```
#[must_use]
pub fn encoded_words(text: &str, context: WordContext) -> EncodedWords<'_> {
    let quoted: usize = text.bytes().map(|byte| cost(byte, context)).sum();
    EncodedWords { rest: text, context, base64: text.len().div_ceil(3) * 4 < quoted }
}

/// An iterator of encoded-words. See [`encoded_words`].
#[derive(Debug, Clone)]
pub struct EncodedWords<'a> {
    rest: &'a str,
    context: WordContext,
    base64: bool,
}

impl EncodedWords<'_> {
    /// The fewest columns in which a word is certain to fit: one character of four bytes, each escaped.
    pub(crate) const LEAST_ROOM: usize = FRAME + 12;

    /// What [`rest_len`](Self::rest_len) says when nothing is left.
    pub(crate) const EMPTY: usize = FRAME;

    /// How long the one word would be that holds all the rest.
    pub(crate) fn rest_len(&self) -> usize {
        FRAME
            + if self.base64 {
                self.rest.len().div_ceil(3) * 4
            } else {
                self.rest.bytes().map(|byte| cost(byte, self.context)).sum()
            }
    }

    /// Writes the next word, no longer than `room`. False if there is none.
    pub(crate) fn write_next(&mut self, room: usize, out: &mut Vec<u8>) -> bool {
        let room = room.clamp(Self::LEAST_ROOM, LONGEST_WORD) - FRAME;
        let mut cost_so_far = 0;
        let mut length = 0;
        for character in self.rest.chars() {
            let size = character.len_utf8();
            let after = if self.base64 {
                (length + size).div_ceil(3) * 4
            } else {
                let mut bytes = [0; 4];
                cost_so_far
                    + character.encode_utf8(&mut bytes).bytes().map(|byte| cost(byte, self.context)).sum::<usize>()
            };
            if after > room {
                break;
            }
            cost_so_far = after;
            length += size;
        }
        let Some((word, rest)) = self.rest.split_at_checked(length).filter(|(word, _)| !word.is_empty()) else {
            return false;
        };
        self.rest = rest;
        if self.base64 {
            out.extend_from_slice(b"=?utf-8?B?");
            encode_flat(word.as_bytes(), out);
        } else {
            out.extend_from_slice(b"=?utf-8?Q?");
            for byte in word.bytes() {
                match cost(byte, self.context) {
                    _ if byte == b' ' => out.push(b'_'),
                    1 => out.push(byte),
                    _ => out.extend_from_slice(&escaped(byte)),
                }
            }
        }
        out.extend_from_slice(b"?=");
        true
    }
}

impl Iterator for EncodedWords<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let mut word = Vec::new();
        self.write_next(LONGEST_WORD, &mut word).then(|| String::from_utf8(word).unwrap_or_default())
    }
}

/// True if something in the text could be taken for an encoded-word.
pub(crate) fn has_encoded_word(text: &str) -> bool {
    text.as_bytes().windows(2).any(|pair| pair == b"=?")
}

/// How many characters Q takes for `byte`.
fn cost(byte: u8, context: WordContext) -> usize {
    let literal = match context {
        WordContext::Text => byte.is_ascii_graphic() && !matches!(byte, b'=' | b'?' | b'_'),
        WordContext::Phrase => byte.is_ascii_alphanumeric() || matches!(byte, b'!' | b'*' | b'+' | b'-' | b'/'),
    };
    if literal || byte == b' ' { 1 } else { 3 }
}
