use core::fmt;

use super::Canonicalization;
use super::blocks::BLOCK;

/// Canonical text on its way to the sink. Hashing has a cost per call, so it is gathered into pieces; line ends are handed on
/// when there is text behind them, for they may be the body's last.
pub(super) struct Gathered {
    buffer: [u8; SIZE],
    /// How much of the buffer is filled.
    filled: usize,
    /// Line ends in front of what the buffer has.
    line_ends: u64,
    /// Whether text was handed on.
    content: bool,
}

/// How much is gathered. With much more, a message that is not in the cache is waited for: so much of it would be read at
/// once, and nothing while that is hashed.
pub(super) const SIZE: usize = 34 * BLOCK;
/// Hashes work on blocks of so many octets, and take whole blocks without a copy.
const HASH_BLOCK: usize = 64;

const LINE_ENDS: [u8; 512] = {
    let mut line_ends = [b'\r'; 512];
    let mut at = 1;
    while at < line_ends.len() {
        line_ends[at] = b'\n';
        at += 2;
    }
    line_ends
};

impl Default for Gathered {
    fn default() -> Self {
        Self { buffer: [0; SIZE], filled: 0, line_ends: 0, content: false }
    }
}

impl Gathered {
    /// Adds text, however long.
    pub(super) fn put(&mut self, text: &[u8], sink: &mut dyn FnMut(&[u8])) {
        let mut rest = text;
        if split_line_ends(text).0.len() >= SIZE {
            // What is in front of it is filled up to whole blocks of a hash; then whole blocks are handed on where they lie.
            let (first, text) = text.split_at(self.filled.next_multiple_of(HASH_BLOCK) - self.filled);
            self.gather(first, sink);
            if self.filled > 0 {
                self.hand_on(self.filled, sink);
                self.filled = 0;
            }
            let content = split_line_ends(text).0;
            let (whole, more) = text.split_at(content.len() / HASH_BLOCK * HASH_BLOCK);
            self.hand_on_line_ends(sink);
            sink(whole);
            self.content = true;
            rest = more;
        }
        self.gather(rest, sink);
    }

    /// Adds text to what is gathered.
    fn gather(&mut self, text: &[u8], sink: &mut dyn FnMut(&[u8])) {
        let mut rest = text;
        while !rest.is_empty() {
            let (room, filled) = self.room(sink);
            let room = room.get_mut(*filled..).unwrap_or_default();
            let (fits, more) = rest.split_at(rest.len().min(room.len()));
            if let Some(room) = room.get_mut(..fits.len()) {
                room.copy_from_slice(fits);
            }
            *filled += fits.len();
            rest = more;
        }
    }

    /// Adds text that goes on: the LF of a CR at its end may follow.
    pub(super) fn put_part(&mut self, text: &[u8], sink: &mut dyn FnMut(&[u8])) {
        let whole = text.strip_suffix(b"\r").unwrap_or(text);
        self.put(whole, sink);
        self.put(text.get(whole.len()..).unwrap_or_default(), sink);
    }

    /// The buffer, with room for a block behind the octets that are filled: for who fills it.
    #[inline(always)]
    pub(super) fn room(&mut self, sink: &mut dyn FnMut(&[u8])) -> (&mut [u8; SIZE], &mut usize) {
        while self.filled > SIZE - BLOCK {
            self.make_room(sink);
        }
        (&mut self.buffer, &mut self.filled)
    }

    /// Hands on what whole blocks of a hash there are, but no line end that may be the last.
    fn make_room(&mut self, sink: &mut dyn FnMut(&[u8])) {
        let text = self.buffer.get(..self.filled).unwrap_or_default();
        // The LF of a CR at the end may not be here yet.
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let (content, line_ends) = split_line_ends(text);
        let (mut gone, content) = (text.len(), content.len());
        if content >= HASH_BLOCK {
            gone = content / HASH_BLOCK * HASH_BLOCK;
            self.hand_on(gone, sink);
        } else {
            if content > 0 {
                self.hand_on(content, sink);
            }
            self.line_ends += line_ends;
        }
        self.buffer.copy_within(gone..self.filled, 0);
        self.filled -= gone;
    }

    /// Hands on so much of the buffer, and the line ends in front of it.
    fn hand_on(&mut self, length: usize, sink: &mut dyn FnMut(&[u8])) {
        self.hand_on_line_ends(sink);
        sink(self.buffer.get(..length).unwrap_or_default());
        self.content = true;
    }

    /// The body is complete: hands on what is left, and a line end that replaces all those at the end.
    pub(super) fn finish(&mut self, canonicalization: Canonicalization, sink: &mut dyn FnMut(&[u8])) {
        let content = split_line_ends(self.buffer.get(..self.filled).unwrap_or_default()).0.len();
        if content > 0 {
            self.hand_on(content, sink);
            sink(b"\r\n");
        } else if self.content || canonicalization == Canonicalization::Simple {
            sink(b"\r\n");
        }
        (self.filled, self.line_ends, self.content) = (0, 0, false);
    }

    fn hand_on_line_ends(&mut self, sink: &mut dyn FnMut(&[u8])) {
        while self.line_ends > 0 {
            let octets = usize::try_from(self.line_ends).map_or(usize::MAX, |count| count.saturating_mul(2));
            let piece = LINE_ENDS.get(..octets).unwrap_or(&LINE_ENDS);
            sink(piece);
            self.line_ends -= piece.len() as u64 / 2;
        }
    }
}

/// Splits text from the line ends at its end, which are counted.
fn split_line_ends(text: &[u8]) -> (&[u8], u64) {
    let (mut content, mut line_ends) = (text, 0);
    while let Some(rest) = content.strip_suffix(b"\r\n") {
        content = rest;
        line_ends += 1;
    }
    (content, line_ends)
}

impl fmt::Debug for Gathered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gathered")
            .field("filled", &self.filled)
            .field("line_ends", &self.line_ends)
            .finish_non_exhaustive()
    }
}
