//! Bodies that come in pieces, up to the next delimiter line.

use memchr::memchr;

use super::{Event, Mode, Progress, PushParser};
use crate::structure::{Delimiter, MAX_DELIMITER_LINE, content_end, delimiter_line};

/// Where reading stands.
#[derive(Debug, Clone)]
pub(super) struct BodyReader {
    /// A line begins this many bytes into the data and may be a delimiter.
    candidate: Option<usize>,
    /// The length of the line end before the data.
    pub(super) eol: usize,
}

impl BodyReader {
    /// At the beginning of a line.
    pub(super) const fn after(eol: usize) -> Self {
        Self { candidate: Some(0), eol }
    }
}

/// The length of the line end before `at`; `before` is that before the data.
pub(super) fn eol_before(data: &[u8], at: usize, before: usize) -> usize {
    if at == 0 { before } else { at - content_end(data, at) }
}

/// What a line that may be a delimiter turned out to be.
enum Verdict {
    Text,
    Delimiter { len: usize, delimiter: Delimiter },
    Unknown,
}

impl PushParser {
    /// Reads a body up to and with the next delimiter line.
    pub(super) fn read_body(&mut self, data: &[u8], last: bool, sink: &mut dyn FnMut(Event<'_>)) -> Progress {
        if self.builder.boundaries().is_empty() {
            self.body(data, sink);
            return Progress::Wait { done: data.len() };
        }
        let Mode::Body(BodyReader { candidate, eol }) = &mut self.mode else { return Progress::Wait { done: 0 } };
        let (mut candidate, eol) = (candidate.take(), *eol);
        let mut searched = 0;
        loop {
            let Some(line_start) = candidate.take() else {
                let rest = data.get(searched..).unwrap_or_default();
                if let Some(found) = self.dashes.find(rest) {
                    candidate = Some(searched + found + 1);
                    continue;
                }
                let keep = if last { 0 } else { undecided(rest) };
                let done = data.len() - keep;
                self.body(data.get(..done).unwrap_or_default(), sink);
                let next = data.get(done..).and_then(|held| memchr(b'\n', held)).map(|at| at + 1);
                self.wait_at(next);
                return Progress::Wait { done };
            };
            match self.verdict(data.get(line_start..).unwrap_or_default(), last) {
                Verdict::Text => searched = line_start,
                Verdict::Unknown => {
                    let done = line_start - eol_before(data, line_start, 0);
                    self.body(data.get(..done).unwrap_or_default(), sink);
                    self.wait_at(Some(line_start - done));
                    return Progress::Wait { done };
                }
                Verdict::Delimiter { len, delimiter } => {
                    let line_end = line_start + len;
                    let mut done = line_end;
                    if self.builder.makes_leaf(delimiter.frame, delimiter.closing) {
                        // Its line end may be that before the next delimiter line.
                        done = content_end(data, line_end);
                        self.body(data.get(..done).unwrap_or_default(), sink);
                    } else {
                        let before = line_start - eol_before(data, line_start, 0);
                        self.body(data.get(..before).unwrap_or_default(), sink);
                        self.end_body(sink);
                    }
                    let end = self.base + line_start - eol_before(data, line_start, eol);
                    let next = self.builder.delimiter(delimiter.frame, delimiter.closing, end, self.base + line_end);
                    return Progress::Next { done, next };
                }
            }
        }
    }

    fn wait_at(&mut self, line: Option<usize>) {
        if let Mode::Body(reader) = &mut self.mode {
            reader.candidate = line;
        }
    }

    fn verdict(&self, rest: &[u8], last: bool) -> Verdict {
        if !rest.starts_with(b"--") {
            return if !last && b"--".starts_with(rest) { Verdict::Unknown } else { Verdict::Text };
        }
        let near = rest.get(..MAX_DELIMITER_LINE + 1).unwrap_or(rest);
        let line = match memchr(b'\n', near) {
            Some(at) => near.get(..=at).unwrap_or(near),
            None if last || near.len() > MAX_DELIMITER_LINE => near,
            None => return Verdict::Unknown,
        };
        match delimiter_line(line, &self.builder.boundaries()) {
            Some(delimiter) => Verdict::Delimiter { len: line.len(), delimiter },
            None => Verdict::Text,
        }
    }
}

/// How many bytes at the end may be the line end before a delimiter line, and its first hyphen.
fn undecided(rest: &[u8]) -> usize {
    let text = rest.strip_suffix(b"-").unwrap_or(rest);
    match text {
        [.., b'\r', b'\n'] => rest.len() - text.len() + 2,
        [.., b'\n'] => rest.len() - text.len() + 1,
        [.., b'\r'] if text.len() == rest.len() => 1,
        _ => 0,
    }
}
