//! Unfolding (RFC 5322 section 2.2.3).

use memchr::memchr;

/// The pieces of a folded body, the line ends between them left out.
///
/// Only line ends go; the blank that follows each of them stays, as the RFC says.
#[derive(Debug, Clone)]
pub struct Unfolded<'a> {
    rest: &'a [u8],
}

/// Unfolds `body` without copying: the pieces, one after the other, are the unfolded text.
///
/// ```
/// use rfc5322_message::fields::unfold;
///
/// let text: Vec<u8> = unfold(b" a\r\n b\n\tc").flatten().copied().collect();
/// assert_eq!(text, b" a b\tc");
/// ```
#[must_use]
pub const fn unfold(body: &[u8]) -> Unfolded<'_> {
    Unfolded { rest: body }
}

impl<'a> Iterator for Unfolded<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let (line, rest) = match memchr(b'\n', self.rest) {
            Some(at) => (self.rest.get(..at)?, self.rest.get(at + 1..)?),
            None => (self.rest, &[][..]),
        };
        let ended = line.len() < self.rest.len();
        self.rest = rest;
        Some(match line {
            [piece @ .., b'\r'] if ended => piece,
            piece => piece,
        })
    }
}
