//! Folding (RFC 5322 section 2.2.3): lines of at most 78 characters where a line can be broken, never more than 998.
//!
//! A line is broken only before white space that is part of the text, so that unfolding gives the text back.

use alloc::vec::Vec;

use super::encoded_word::{EncodedWords, LONGEST_WORD};

/// The length a line should not pass (RFC 5322 section 2.1.1).
const LINE: usize = 78;
/// The length a line with an encoded-word may not pass (RFC 2047 section 2).
const ENCODED_LINE: usize = 76;
/// The longest text without a break that may be asked for: with a blank before it and a comma behind it, it fits on a
/// line of 998.
pub(crate) const LONGEST_TOKEN: usize = 990;

/// How long the longest piece of `text` is at most that cannot be broken: a word with the blanks before it, as a line is
/// broken only there, and none may be all blank.
pub(crate) fn longest_piece(text: &str) -> usize {
    if text.len() <= LONGEST_TOKEN / 2 {
        // No piece is longer than all of it, and nearly all text is so short that this is enough to know.
        return text.len();
    }
    let (mut longest, mut piece, mut in_word) = (0, 0, false);
    for byte in text.bytes() {
        let is_blank = matches!(byte, b' ' | b'\t');
        if is_blank && in_word {
            piece = 0;
        }
        in_word = !is_blank;
        piece += 1;
        longest = longest.max(piece);
    }
    longest
}

/// Writes one field, breaking its lines.
pub(crate) struct Folder<'o> {
    out: &'o mut Vec<u8>,
    line_start: usize,
    /// The line has an encoded-word, and therefore has to be shorter.
    encoded: bool,
}

impl<'o> Folder<'o> {
    /// Begins a field: its name and colon.
    pub(crate) fn field(name: &str, out: &'o mut Vec<u8>) -> Self {
        let line_start = out.len();
        out.extend_from_slice(name.as_bytes());
        out.push(b':');
        Self { out, line_start, encoded: false }
    }

    fn column(&self) -> usize {
        self.out.len() - self.line_start
    }

    fn break_line(&mut self) {
        self.out.extend_from_slice(b"\r\n");
        self.line_start = self.out.len();
        self.encoded = false;
    }

    /// A blank and a token; the line is broken before the blank if the token does not fit.
    pub(crate) fn token(&mut self, token: &[u8]) {
        self.spaced(1, &[token]);
    }

    /// `blanks` spaces and a token given in pieces, between which nothing is ever broken.
    pub(crate) fn spaced(&mut self, blanks: usize, pieces: &[&[u8]]) {
        let length = blanks + pieces.iter().map(|piece| piece.len()).sum::<usize>();
        let limit = if self.encoded { ENCODED_LINE } else { LINE };
        if self.column() + length > limit {
            self.break_line();
        }
        self.out.resize(self.out.len() + blanks, b' ');
        for piece in pieces {
            self.out.extend_from_slice(piece);
        }
    }

    /// Encoded-words, a blank before each.
    pub(crate) fn encoded_words(&mut self, mut words: EncodedWords<'_>) {
        loop {
            let room = ENCODED_LINE.saturating_sub(self.column() + 1);
            let whole = words.rest_len();
            if whole == EncodedWords::EMPTY {
                return;
            }
            let room = if room >= whole || room >= EncodedWords::LEAST_ROOM + 8 {
                room
            } else {
                self.break_line();
                LONGEST_WORD
            };
            self.out.push(b' ');
            self.encoded = true;
            if !words.write_next(room, self.out) {
                return;
            }
        }
    }

    /// Text that clings to what was written last: a comma, a semicolon.
    pub(crate) fn cling(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }

    /// How many columns are left on a fresh line for a token.
    pub(crate) const fn fresh_room() -> usize {
        LINE - 1
    }

    /// Ends the field.
    pub(crate) fn end(self) {
        self.out.extend_from_slice(b"\r\n");
    }
}
