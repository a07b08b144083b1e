use core::ops::Range;

use memchr::{memchr, memchr2};

use crate::InputBuffer;

/// What ends a line of the protocol: a command, a reply, a line of a listing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineEnding {
    /// Only CRLF ends a line; a CR or LF by itself is a defect of the line that it stands in (RFC 5321, section
    /// 2.3.8). One line to us is then one line to every strict peer, and no reply can go to the wrong command.
    #[default]
    Crlf,
    /// LF ends a line too, for peers that are known to need it. Never use it where a proxy in between might count
    /// lines differently.
    CrlfOrLf,
}

/// What is wrong with a line. The peer's fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineDefect {
    /// The line is longer than it may be. Its bytes were discarded as they came.
    #[error("the line is too long")]
    TooLong,
    /// A CR that no LF follows.
    #[error("a carriage return without a line feed")]
    BareCr,
    /// An LF that no CR precedes.
    #[error("a line feed without a carriage return")]
    BareLf,
    /// A NUL octet.
    #[error("a NUL octet")]
    Nul,
}

/// One line of the protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it lies in the buffer, without its ending; for [`InputBuffer::get`].
    pub range: Range<usize>,
    /// What is wrong with it, if anything. Such a line must not be obeyed.
    pub defect: Option<LineDefect>,
}

/// What the splitter remembers of an unfinished line.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LineState {
    /// The line passed its limit: bytes are discarded up to its end.
    overlong: bool,
    bare_lf: bool,
}

impl InputBuffer {
    /// Takes the next line off the buffer once it is whole.
    ///
    /// `longest` counts octets with the CRLF, as RFC 5321, section 4.5.3.1, does. A longer line gives
    /// [`LineDefect::TooLong`], once, when it ends; its bytes are not kept, so a line without end needs no memory.
    /// The search goes on where the last one stopped, so a line that comes byte by byte costs linear time.
    pub fn next_line(&mut self, longest: usize, ending: LineEnding) -> Option<Line> {
        loop {
            let unparsed = self.unparsed();
            let Some(found) = memchr(b'\n', unparsed.get(self.searched..).unwrap_or_default()) else {
                self.keep_unfinished(longest);
                return None;
            };
            let lf = self.searched + found;
            let crlf = lf > 0 && unparsed[lf - 1] == b'\r';
            if !crlf && ending == LineEnding::Crlf {
                self.line.bare_lf = true;
                self.searched = lf + 1;
                continue;
            }
            return Some(self.finish_line(lf, lf - usize::from(crlf), longest));
        }
    }

    fn finish_line(&mut self, lf: usize, text_len: usize, longest: usize) -> Line {
        let state = core::mem::take(&mut self.line);
        let whole = self.consume(lf + 1);
        self.searched = 0;
        if state.overlong || lf + 1 > longest {
            // Nobody will see whether there was a password in it.
            self.mark_secret();
            return Line { range: whole.end..whole.end, defect: Some(LineDefect::TooLong) };
        }
        let range = whole.start..whole.start + text_len;
        let defect = if state.bare_lf {
            Some(LineDefect::BareLf)
        } else {
            let text = self.get(range.clone());
            memchr2(b'\r', 0, text).map(|at| match text[at] {
                b'\r' => LineDefect::BareCr,
                _ => LineDefect::Nul,
            })
        };
        Line { range, defect }
    }

    /// No line end is in the buffer: remember how far it was searched, and drop what is over the limit.
    fn keep_unfinished(&mut self, longest: usize) {
        let len = self.unparsed_len();
        // A line of `longest` octets may still lack its LF, never more than that.
        if len < longest {
            self.searched = len;
            return;
        }
        self.line.overlong = true;
        self.mark_secret();
        // A final CR may be the first half of the line's end.
        let kept = usize::from(self.unparsed().last() == Some(&b'\r'));
        self.consume(len - kept);
        self.searched = kept;
    }
}
