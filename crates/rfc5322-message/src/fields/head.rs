//! The end of a header that comes in pieces.

use memchr::memchr;

/// What [`HeadScanner::push`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeadStatus {
    /// The whole piece belongs to the header, and the header goes on.
    More,
    /// The header ended. The first `consumed` bytes of this piece complete it, the empty line included; the body begins
    /// after them.
    Complete {
        /// How many bytes of the piece belong to the header.
        consumed: usize,
    },
}

/// Finds the empty line that ends a header, in pieces of any size.
///
/// It keeps a handful of bytes of state and no input: collect the pieces until it says
/// [`Complete`](HeadStatus::Complete), then give the collected bytes to [`Fields`](super::Fields), which also finds a header
/// that ends without an empty line.
///
/// # Example: a header that arrives in two reads
///
/// ```
/// use rfc5322_message::fields::{HeadScanner, HeadStatus};
///
/// let mut scanner = HeadScanner::new();
/// assert_eq!(scanner.push(b"Subject: x\r\n\r"), HeadStatus::More);
/// assert_eq!(scanner.push(b"\nbody"), HeadStatus::Complete { consumed: 1 });
/// assert_eq!(scanner.header_len(), 14);
/// ```
#[derive(Debug, Clone)]
pub struct HeadScanner {
    state: State,
    len: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the beginning of a line.
    LineStart,
    /// A line of which only a CR was seen.
    AfterCr,
    InLine,
    Done,
}

impl Default for HeadScanner {
    fn default() -> Self {
        Self::new()
    }
}

impl HeadScanner {
    /// A scanner at the beginning of a header.
    #[must_use]
    pub const fn new() -> Self {
        Self { state: State::LineStart, len: 0 }
    }

    /// The number of bytes that belonged to the header so far, the empty line included.
    #[must_use]
    pub const fn header_len(&self) -> u64 {
        self.len
    }

    /// Looks at the next piece. After [`HeadStatus::Complete`] every further piece is `Complete { consumed: 0 }`.
    pub fn push(&mut self, piece: &[u8]) -> HeadStatus {
        let mut at = 0;
        while let Some(&byte) = piece.get(at) {
            match (self.state, byte) {
                (State::Done, _) => break,
                (State::LineStart | State::AfterCr, b'\n') => {
                    at += 1;
                    self.state = State::Done;
                    break;
                }
                (State::LineStart, b'\r') => {
                    at += 1;
                    self.state = State::AfterCr;
                }
                _ => match piece.get(at..).and_then(|rest| memchr(b'\n', rest)) {
                    Some(line_end) => {
                        at += line_end + 1;
                        self.state = State::LineStart;
                    }
                    None => {
                        at = piece.len();
                        self.state = State::InLine;
                    }
                },
            }
        }
        self.len += at as u64;
        if self.state == State::Done { HeadStatus::Complete { consumed: at } } else { HeadStatus::More }
    }
}
