//! `text/plain; format=flowed` (RFC 3676): paragraphs that a reader wraps again to its own width.

use alloc::{borrow::Cow, string::String};

/// The longest line, its CRLF not counted (RFC 3676 section 4.2).
const LINE: usize = 78;

/// The text in `format=flowed`, with CRLF as its line end.
///
/// Each line of `text` is a paragraph. Long ones are broken after a blank, which stays at the end of the line as the mark
/// of a soft break; lines that begin with a blank, with `>` or with `From ` get one more blank. Blanks at the end of a
/// paragraph are left out, since they would join it to the next; the signature separator `-- ` stays as it is.
///
/// ```
/// use rfc5322_message::encode::flow;
///
/// assert_eq!(flow("One\n> two \n-- \nme"), "One\r\n > two\r\n-- \r\nme");
/// ```
#[must_use]
pub fn flow(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 32);
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push_str("\r\n");
        }
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line == "-- " {
            out.push_str(line);
        } else {
            flow_paragraph(line.trim_end_matches(' '), &mut out);
        }
    }
    out
}

fn flow_paragraph(paragraph: &str, out: &mut String) {
    let mut rest = paragraph;
    loop {
        let stuffed = rest.starts_with([' ', '>']) || rest.starts_with("From ");
        if stuffed {
            out.push(' ');
        }
        let width = LINE - usize::from(stuffed);
        let Some(end) = soft_break(rest, width) else {
            out.push_str(rest);
            return;
        };
        let (line, after) = rest.split_at(end);
        out.push_str(line);
        out.push_str("\r\n");
        rest = after;
    }
}

/// Where to break: after the last blank that fits, else after the first one. Never so that the rest is `-- `, or a line of
/// blanks only.
fn soft_break(line: &str, width: usize) -> Option<usize> {
    line.char_indices().nth(width)?;
    let (mut best, mut blank) = (None, true);
    for (column, (at, character)) in line.char_indices().enumerate() {
        if column >= width && best.is_some() {
            break;
        }
        // A line of blanks, or one that reads as a signature separator, says something else.
        if character == ' ' && !blank && line.get(..=at) != Some("-- ") {
            best = Some(at + 1);
        }
        blank &= character == ' ';
    }
    best.filter(|end| *end < line.len())
}

/// Text with CRLF as its line end: each LF that has no CR before it gets one.
pub(crate) fn canonical(text: Cow<'_, str>) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut bare =
        memchr::memchr_iter(b'\n', bytes).filter(|at| *at == 0 || bytes.get(at - 1) != Some(&b'\r')).peekable();
    if bare.peek().is_none() {
        return text;
    }
    let mut out = String::with_capacity(text.len() + text.len() / 32 + 16);
    let mut start = 0;
    for at in bare {
        out.push_str(text.get(start..at).unwrap_or_default());
        out.push_str("\r\n");
        start = at + 1;
    }
    out.push_str(text.get(start..).unwrap_or_default());
    Cow::Owned(out)
}
