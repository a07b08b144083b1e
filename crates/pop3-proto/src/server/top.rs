use memchr::memchr2;

/// Finds where TOP ends a message: behind the header, the empty line, and so many lines of the body (RFC 1939,
/// section 7). Lines may end in CRLF, LF or CR, as everywhere where bodies are normalised.
#[derive(Clone, Debug)]
pub(super) struct TopCut {
    in_header: bool,
    lines_left: u64,
    line_is_empty: bool,
    before: u8,
}

impl TopCut {
    pub(super) fn after_lines(lines: u64) -> Self {
        Self { in_header: true, lines_left: lines, line_is_empty: true, before: b'\n' }
    }

    /// How much of `body` belongs to what is wanted, and whether nothing behind it does.
    pub(super) fn measure(&mut self, body: &[u8]) -> (usize, bool) {
        let mut rest = body;
        while let Some(&first) = rest.first() {
            let completes_crlf = first == b'\n' && self.before == b'\r';
            if !completes_crlf && self.is_done() {
                return (body.len() - rest.len(), true);
            }
            let text = memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
            if text > 0 {
                self.line_is_empty = false;
                self.before = b' ';
            }
            let Some((&ending, after)) = rest.get(text..).and_then(<[u8]>::split_first) else { break };
            if !(ending == b'\n' && self.before == b'\r') {
                self.end_line();
            }
            self.before = ending;
            rest = after;
        }
        (body.len(), self.before == b'\n' && self.is_done())
    }

    fn end_line(&mut self) {
        if !self.in_header {
            self.lines_left = self.lines_left.saturating_sub(1);
        } else if self.line_is_empty {
            self.in_header = false;
        }
        self.line_is_empty = true;
    }

    /// Whether a line that began now would be one too many.
    fn is_done(&self) -> bool {
        !self.in_header && self.lines_left == 0 && self.line_is_empty
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition: cut at the end of the line that is one too many, in one piece.
    fn cut(message: &str, lines: u64, size: usize) -> &str {
        let mut top = TopCut::after_lines(lines);
        let mut taken = 0;
        for piece in message.as_bytes().chunks(size) {
            let (length, end) = top.measure(piece);
            taken += length;
            if end {
                break;
            }
        }
        &message[..taken]
    }

    #[test]
    fn counts_lines_of_the_body_only() {
        for size in 1..20 {
            assert_eq!(cut("A: b\r\nC: d\r\n\r\n1\r\n2\r\n", 0, size), "A: b\r\nC: d\r\n\r\n");
            assert_eq!(cut("A: b\r\n\r\n1\r\n\r\n3\r\n", 2, size), "A: b\r\n\r\n1\r\n\r\n");
            assert_eq!(cut("A: b\n\n1\n2\n", 1, size), "A: b\n\n1\n");
            assert_eq!(cut("A: b\r\r1\r2\r", 1, size), "A: b\r\r1\r");
            assert_eq!(cut("\r\n1\r\n2\r\n", 1, size), "\r\n1\r\n");
            assert_eq!(cut("A: b\r\n", 5, size), "A: b\r\n");
            assert_eq!(cut("A: b\r\n\r\n1\r\n2", 2, size), "A: b\r\n\r\n1\r\n2");
            assert_eq!(cut("A: b\r\n\r\n1\r\n2", u64::MAX, size), "A: b\r\n\r\n1\r\n2");
        }
    }
}
