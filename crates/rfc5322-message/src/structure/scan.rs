//! The structure of a message that is there as a whole.

use memchr::memchr;

use super::{Boundaries, Builder, Dashes, FieldVerdict, Next};
use crate::fields::{Fields, HeaderEnd};

/// No line that is longer is a delimiter line, whatever blanks it ends with; so the push parser needs to hold no more.
pub(crate) const MAX_DELIMITER_LINE: usize = 1000;

/// A delimiter line: of which open multipart, and whether it closes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Delimiter {
    pub(crate) frame: usize,
    pub(crate) closing: bool,
}

/// Compares a whole line, its line end included, with the open boundaries (RFC 2046 section 5.1.1): two hyphens, the boundary,
/// perhaps two hyphens, blanks. A line that goes on with anything else is text.
pub(crate) fn delimiter_line(line: &[u8], boundaries: &Boundaries<'_>) -> Option<Delimiter> {
    if line.len() > MAX_DELIMITER_LINE {
        return None;
    }
    let text = line.strip_prefix(b"--")?.trim_ascii_end();
    if let Some(frame) = boundaries.find(text) {
        return Some(Delimiter { frame, closing: false });
    }
    let frame = boundaries.find(text.strip_suffix(b"--")?)?;
    Some(Delimiter { frame, closing: true })
}

/// The line at `from`, its line end included; not more than can be a delimiter line.
pub(crate) fn line_at(input: &[u8], from: usize) -> &[u8] {
    let rest = input.get(from..).unwrap_or_default();
    let rest = rest.get(..MAX_DELIMITER_LINE + 1).unwrap_or(rest);
    memchr(b'\n', rest).and_then(|at| rest.get(..=at)).unwrap_or(rest)
}

/// Where the content before a delimiter line ends: the line end before it belongs to the delimiter.
pub(crate) fn content_end(input: &[u8], line_start: usize) -> usize {
    match input.get(..line_start) {
        Some([.., b'\r', b'\n']) => line_start - 2,
        Some([.., b'\n']) => line_start - 1,
        _ => line_start,
    }
}

/// Reads the whole structure into the builder's tables.
pub(crate) fn scan(builder: &mut Builder, input: &[u8]) {
    builder.start();
    let dashes = Dashes::new();
    let mut position = 0;
    let mut next = Next::Header;
    loop {
        match next {
            Next::Header => (next, position) = header(builder, input, position),
            Next::Body => {
                let boundaries = builder.boundaries();
                if boundaries.is_empty() {
                    break;
                }
                let Some((line_start, line_len, delimiter)) = next_delimiter(&dashes, input, position, &boundaries)
                else {
                    break;
                };
                position = line_start + line_len;
                next = builder.delimiter(delimiter.frame, delimiter.closing, content_end(input, line_start), position);
            }
        }
    }
    builder.finish(input.len());
}

/// One header; returns what comes next, and where.
fn header(builder: &mut Builder, input: &[u8], start: usize) -> (Next, usize) {
    // Only the message itself may begin with an mbox line.
    let (base, skipped) = if start == 0 { (0, 0) } else { (start, start) };
    let rest = input.get(base..).unwrap_or_default();
    let mut fields = if start == 0 { Fields::new(rest) } else { Fields::inside(rest) };
    loop {
        let before = fields.offset();
        let Some(field) = fields.next() else { break };
        let delimits = field.name().starts_with(b"--")
            && delimiter_line(line_at(input, base + before), &builder.boundaries()).is_some();
        if delimits || builder.field(&field.shifted(skipped)) == FieldVerdict::Refused {
            let end = base + before;
            return (builder.end_header(None, end, end, input), end);
        }
    }
    let (end, body) = (base + fields.offset(), base + fields.body_start());
    let mut how = fields.end();
    if how == Some(HeaderEnd::NotAField) && delimiter_line(line_at(input, end), &builder.boundaries()).is_some() {
        how = None;
    }
    (builder.end_header(how, end, body, input), body)
}

/// The next delimiter line at or after `from`, which is the beginning of a line: where it is, how long, what it is.
fn next_delimiter(
    dashes: &Dashes,
    input: &[u8],
    from: usize,
    boundaries: &Boundaries<'_>,
) -> Option<(usize, usize, Delimiter)> {
    let mut line_start = from;
    loop {
        let line = line_at(input, line_start);
        if let Some(delimiter) = delimiter_line(line, boundaries) {
            return Some((line_start, line.len(), delimiter));
        }
        line_start += dashes.find(input.get(line_start..)?)? + 1;
    }
}
