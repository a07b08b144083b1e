//! Uuencode, as POSIX describes it: `begin`, lines that say their length, `end`.

use alloc::vec::Vec;

use memchr::memchr;

use super::Forgiven;

/// No line of uuencoded data is longer, its end left aside.
const LONGEST_LINE: usize = 128;

/// A decoder that takes pieces. What stands before `begin` and after `end` is left out.
#[derive(Debug, Clone, Default)]
pub struct Decoder {
    line: Vec<u8>,
    state: State,
    /// The line is longer than any line of data; its beginning is held.
    overlong: bool,
    forgiven: Forgiven,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Before,
    Inside,
    After,
}

impl Decoder {
    /// Decodes the next piece and appends to `out`.
    pub fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        let mut rest = piece;
        while let Some(end) = memchr(b'\n', rest) {
            self.hold(rest.get(..end).unwrap_or_default());
            self.end_line(out);
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        self.hold(rest);
    }

    fn hold(&mut self, text: &[u8]) {
        // With a CR that may be part of its end.
        let room = (LONGEST_LINE + 1).saturating_sub(self.line.len());
        self.overlong |= text.len() > room;
        self.line.extend_from_slice(text.get(..room).unwrap_or(text));
    }

    fn end_line(&mut self, out: &mut Vec<u8>) {
        let line = self.line.strip_suffix(b"\r").unwrap_or(&self.line);
        let overlong = self.overlong || line.len() > LONGEST_LINE;
        match self.state {
            // A file name can make this line long.
            State::Before if begins(line) => self.state = State::Inside,
            State::Inside if line == b"end" && !overlong => self.state = State::After,
            State::Inside if overlong || !data_line(line, out) => self.forgiven.stray += 1,
            _ => {}
        }
        self.line.clear();
        self.overlong = false;
    }

    /// The end of the input.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Forgiven {
        self.end_line(out);
        self.forgiven.truncated = self.state != State::After;
        self.forgiven
    }
}

/// `begin 644 name`.
fn begins(line: &[u8]) -> bool {
    line.strip_prefix(b"begin ").is_some_and(|rest| {
        let mode = rest.iter().take_while(|byte| (b'0'..=b'7').contains(*byte)).count();
        (3..=4).contains(&mode) && rest.get(mode) == Some(&b' ')
    })
}

/// One line of data; false if it is none.
fn data_line(line: &[u8], out: &mut Vec<u8>) -> bool {
    let Some((&count, data)) = line.split_first() else { return true };
    if !(b' '..=b'`').contains(&count) {
        return false;
    }
    let count = usize::from((count - b' ') & 63);
    let value = |byte: Option<&u8>| u32::from(byte.map_or(0, |byte| byte.wrapping_sub(b' ') & 63));
    let mut left = count;
    // Blanks at the end of a line get lost on the way; they mean zero.
    let mut groups = data.chunks(4);
    while left > 0 {
        let group = groups.next().unwrap_or_default();
        let bits =
            value(group.first()) << 18 | value(group.get(1)) << 12 | value(group.get(2)) << 6 | value(group.get(3));
        let bytes = bits.to_be_bytes();
        let take = left.min(3);
        out.extend_from_slice(bytes.get(1..=take).unwrap_or_default());
        left -= take;
    }
    true
}

/// A file inside a text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attachment {
    /// The name after the mode, as it stands.
    pub name: Vec<u8>,
    /// What is in it.
    pub data: Vec<u8>,
    /// Where `begin` stands in the text.
    pub start: usize,
    /// Where the line after `end` begins.
    pub end: usize,
}

/// The uuencoded files in a text body: those that have both a `begin` and an `end`.
#[must_use]
pub fn attachments(text: &[u8]) -> Vec<Attachment> {
    let mut found = Vec::new();
    let mut open: Option<Attachment> = None;
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let start = at;
        at += line.len();
        let line = line.trim_ascii_end();
        match &mut open {
            None if begins(line) => {
                let name = line.splitn(3, |byte| *byte == b' ').nth(2).unwrap_or_default();
                open = Some(Attachment { name: Vec::from(name), data: Vec::new(), start, end: at });
            }
            None => {}
            Some(_) if line == b"end" => {
                if let Some(mut attachment) = open.take() {
                    attachment.end = at;
                    found.push(attachment);
                }
            }
            Some(attachment) => {
                let taken = line.len() <= LONGEST_LINE && data_line(line, &mut attachment.data);
                open = open.filter(|_| taken);
            }
        }
    }
    found
}
