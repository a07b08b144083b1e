//! One header that comes in pieces: what [`Fields`] does with all of it in sight.

use memchr::memchr;

use crate::{
    fields::{Fields, HeaderEnd, LONGEST_NAME, Opening, mbox_line, opening},
    structure::{Builder, FieldVerdict, MAX_DELIMITER_LINE, delimiter_line, line_at},
};

/// Where reading stands. Offsets count from the beginning of the header.
#[derive(Debug, Clone, Default)]
pub(super) struct HeaderReader {
    /// Where the present field begins.
    field: usize,
    /// How much of it was searched for line ends.
    searched: usize,
    /// Its first line is known to begin a field.
    opened: bool,
    /// It is not the first header of the message: there is no mbox line.
    inside: bool,
    /// The length of the line end before the header.
    pub(super) eol: usize,
}

/// How a header ended. Offsets count from its beginning.
pub(super) struct End {
    pub(super) how: Option<HeaderEnd>,
    pub(super) header_end: usize,
    pub(super) body_start: usize,
}

impl HeaderReader {
    pub(super) fn after(offset: usize, eol: usize) -> Self {
        Self { inside: offset > 0, eol, ..Self::default() }
    }

    /// Reads on. `data` is all of the header that is there, `base` where it stands in the message.
    pub(super) fn read(&mut self, data: &[u8], base: usize, last: bool, builder: &mut Builder) -> Option<End> {
        loop {
            if !self.opened && self.inside && self.whole_fields(data, base, builder).is_err() {
                return Some(self.end(None, 0));
            }
            if !self.opened {
                let line = self.first_line(data, last)?;
                if !self.inside {
                    self.inside = true;
                    if let Some(len) = mbox_line(line) {
                        self.field = len;
                        self.searched = len;
                        continue;
                    }
                }
                if let Some(end) = self.open(line, builder) {
                    return Some(end);
                }
            }
            let Some(end) = self.field_end(data, last) else {
                let len = data.len() - self.field;
                // Longer than any limit allows, wherever it ends.
                let refused = len > builder.field_budget() && builder.refuses(base + self.field, len);
                return refused.then(|| self.end(None, 0));
            };
            let raw = data.get(self.field..end).unwrap_or_default();
            let taken = Fields::inside(raw).next().map(|field| builder.field(&field.shifted(base + self.field)));
            if taken != Some(FieldVerdict::Taken) {
                return Some(self.end(None, 0));
            }
            self.field = end;
            self.searched = end;
            self.opened = false;
        }
    }

    /// Takes the fields that are there as a whole. An error if one of them ends the header.
    fn whole_fields(&mut self, data: &[u8], base: usize, builder: &mut Builder) -> Result<(), ()> {
        let start = self.field;
        let rest = data.get(start..).unwrap_or_default();
        let mut fields = Fields::inside(rest);
        while let Some(field) = fields.next() {
            // The next line might go on with it.
            if fields.offset() == rest.len() {
                break;
            }
            let delimits = field.name().starts_with(b"--")
                && delimiter_line(line_at(rest, field.offset()), &builder.boundaries()).is_some();
            if delimits || builder.field(&field.shifted(base + start)) != FieldVerdict::Taken {
                return Err(());
            }
            self.field = start + fields.offset();
        }
        self.searched = self.field;
        Ok(())
    }

    fn end(&self, how: Option<HeaderEnd>, empty_line: usize) -> End {
        End { how, header_end: self.field, body_start: self.field + empty_line }
    }

    /// The first line of what may be a field, or as much of it as decides.
    fn first_line<'d>(&mut self, data: &'d [u8], last: bool) -> Option<&'d [u8]> {
        let rest = data.get(self.field..).unwrap_or_default();
        let most = (MAX_DELIMITER_LINE + 1).max(LONGEST_NAME + 3);
        let near = rest.get(..most).unwrap_or(rest);
        if let Some(at) = memchr(b'\n', near) {
            return near.get(..=at);
        }
        (last || near.len() == most).then_some(near)
    }

    /// Decides on a first line: `None` if a field begins, or else the end.
    fn open(&mut self, line: &[u8], builder: &Builder) -> Option<End> {
        let delimits = line.starts_with(b"--") && delimiter_line(line, &builder.boundaries()).is_some();
        match opening(line) {
            _ if line.is_empty() => Some(self.end(Some(HeaderEnd::EndOfInput), 0)),
            _ if delimits => Some(self.end(None, 0)),
            Opening::Field { .. } => {
                self.opened = true;
                None
            }
            Opening::Empty { len } => Some(self.end(Some(HeaderEnd::EmptyLine), len)),
            Opening::Other => Some(self.end(Some(HeaderEnd::NotAField), 0)),
        }
    }

    /// Where the present field ends: after a line that no blank follows.
    fn field_end(&mut self, data: &[u8], last: bool) -> Option<usize> {
        loop {
            let at_line_start = self.searched > self.field && data.get(self.searched - 1) == Some(&b'\n');
            if at_line_start {
                match data.get(self.searched) {
                    Some(b' ' | b'\t') => {}
                    Some(_) => return Some(self.searched),
                    None => return last.then_some(self.searched),
                }
            }
            match data.get(self.searched..).and_then(|rest| memchr(b'\n', rest)) {
                Some(at) => self.searched += at + 1,
                None => {
                    self.searched = data.len();
                    return last.then_some(data.len());
                }
            }
        }
    }
}
