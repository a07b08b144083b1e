use core::ops::Range;

use memchr::{memchr_iter, memchr2_iter};

use super::scan::{CR, Findings, LARGEST_BLOCK, LF, SMALL_BLOCK, scan};
use crate::LineEnding;

/// What one [`Unstuffer::step`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where in the input the body's next octets lie, dots already taken out. It may be empty.
    pub body: Range<usize>,
    /// How much of the input is done with. What is not must be offered again, with what follows it: at most two
    /// octets, a dot at the beginning of a line and a CR behind it.
    pub consumed: usize,
    /// Whether the final dot was reached. What lies behind `consumed` is no longer body.
    pub end: bool,
}

/// What was wrong with a body, as the offsets of first offences in the body that was handed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BodyDefects {
    /// The first CR that no LF followed.
    pub bare_cr: Option<u64>,
    /// The first LF that no CR preceded.
    pub bare_lf: Option<u64>,
    /// How many lines began with a dot that was not doubled. The sender does not stuff, or not well.
    pub undoubled_dots: u64,
}

impl BodyDefects {
    /// Whether a CR or an LF stood alone: the stuff of which smuggled messages are made.
    pub fn bare_line_ending(&self) -> bool {
        self.bare_cr.is_some() || self.bare_lf.is_some()
    }
}

/// Takes the dots out of a body that is being received and finds its end.
///
/// It copies nothing: each [`step`](Self::step) names a run of the input. Runs are cut only where a dot was taken
/// out and where the input ended. The cost is linear, whatever the input.
#[derive(Clone, Debug)]
pub struct Unstuffer {
    ending: LineEnding,
    keep_undoubled: bool,
    /// The octet before the next one; a body begins as if a line had just ended.
    before: u8,
    at_line_start: bool,
    /// How many of the next octets are known to have no bare CR or LF.
    vetted: usize,
    handed_out: u64,
    defects: BodyDefects,
}

impl Unstuffer {
    /// An unstuffer for one body, at its beginning. With [`LineEnding::CrlfOrLf`], `LF.` begins a line and `.LF`
    /// ends the body too: only for a POP3 server that is known to speak so.
    pub fn new(ending: LineEnding) -> Self {
        Self {
            ending,
            keep_undoubled: false,
            before: LF,
            at_line_start: true,
            vetted: 0,
            handed_out: 0,
            defects: BodyDefects::default(),
        }
    }

    /// Leaves a dot that begins a line alone unless another follows it: for servers that are known to forget the
    /// stuffing. The standards take it away in any case (RFC 5321, section 4.5.2; RFC 1939, section 3).
    pub fn keep_undoubled(mut self, keep: bool) -> Self {
        self.keep_undoubled = keep;
        self
    }

    /// What was wrong so far.
    pub fn defects(&self) -> BodyDefects {
        self.defects
    }

    /// How many octets of body have been handed out.
    pub fn octets(&self) -> u64 {
        self.handed_out
    }

    /// Looks at the input and names the body's next run. A step that consumes nothing needs more input.
    pub fn step(&mut self, input: &[u8]) -> Step {
        let mut start = 0;
        if self.at_line_start && input.first() == Some(&b'.') {
            match (input.get(1), input.get(2)) {
                (None, _) | (Some(&CR), None) => return Step { body: 0..0, consumed: 0, end: false },
                (Some(&CR), Some(&LF)) => return self.end(3),
                (Some(&LF), _) if self.ending == LineEnding::CrlfOrLf => return self.end(2),
                (Some(b'.'), _) => start = 1,
                _ => {
                    self.defects.undoubled_dots += 1;
                    start = usize::from(!self.keep_undoubled);
                }
            }
            self.before = b'.';
        }
        let body = start..self.find_line_start_dot(input, start).unwrap_or(input.len());
        if let [.., last] = input[body.clone()] {
            let after_cr = match body.len() {
                1 => self.before == CR,
                _ => input[body.end - 2] == CR,
            };
            self.at_line_start = last == LF && (after_cr || self.ending == LineEnding::CrlfOrLf);
            self.before = last;
        }
        self.handed_out += body.len() as u64;
        Step { consumed: body.end, body, end: false }
    }

    fn end(&mut self, consumed: usize) -> Step {
        // Back to the beginning of a line, so that a further body may follow.
        self.before = LF;
        self.at_line_start = true;
        self.vetted = 0;
        Step { body: 0..0, consumed, end: true }
    }

    /// Finds the next dot behind `start` that begins a line, and notes bare line endings on the way to it.
    fn find_line_start_dot(&mut self, input: &[u8], start: usize) -> Option<usize> {
        let vetted = core::mem::take(&mut self.vetted).clamp(start, input.len().max(start));
        if let Some(dot) = self.next_line_start_dot(input, start, start..vetted) {
            self.vetted = vetted - dot;
            return Some(dot);
        }
        let mut at = vetted;
        while at < input.len() {
            let size = if self.defects.bare_line_ending() { SMALL_BLOCK } else { LARGEST_BLOCK };
            let end = input.len().min(at + size);
            let before = if at > start { input[at - 1] } else { self.before };
            let Findings { bare, dot } = scan(before, &input[at..end]);
            let found = if dot { self.line_start_dot_in(input, start, at..end) } else { None };
            if bare {
                self.note_bare(before, &input[at..found.unwrap_or(end)], at - start);
            }
            if let Some(dot) = found {
                self.vetted = if bare { 0 } else { end - dot };
                return found;
            }
            at = end;
        }
        None
    }

    /// The first dot in `block` that begins a line, by small pieces of which most have none: a long body's only such
    /// dot is the one behind its end. The line ending before it may lie before the block.
    fn line_start_dot_in(&self, input: &[u8], start: usize, block: Range<usize>) -> Option<usize> {
        // From the octet before the block, as long as that belongs to the same run.
        let mut from = block.start.saturating_sub(1).max(start);
        while from < block.end {
            // Each piece begins with the last octet of the one before it.
            let piece = from..block.end.min(from + SMALL_BLOCK);
            let next = from + (piece.len() - 1).max(1);
            if scan(b' ', &input[piece.clone()]).dot
                && let Some(dot) = self.next_line_start_dot(input, start, piece)
            {
                return Some(dot);
            }
            from = next;
        }
        None
    }

    /// The same, line by line: where one such dot was, another is not far.
    fn next_line_start_dot(&self, input: &[u8], start: usize, block: Range<usize>) -> Option<usize> {
        memchr_iter(LF, &input[block.clone()]).map(|lf| block.start + lf).find_map(|lf| {
            if input[..block.end].get(lf + 1) != Some(&b'.') {
                return None;
            }
            let before = if lf == start { self.before } else { input[lf - 1] };
            (before == CR || self.ending == LineEnding::CrlfOrLf).then_some(lf + 1)
        })
    }

    /// Notes the first bare CR and the first bare LF of a block that lies `offset` octets into the run.
    fn note_bare(&mut self, before: u8, block: &[u8], offset: usize) {
        let offset = self.handed_out + offset as u64;
        if before == CR && block.first().is_some_and(|first| *first != LF) {
            self.defects.bare_cr.get_or_insert(offset.saturating_sub(1));
        }
        for at in memchr2_iter(CR, LF, block) {
            let previous = if at == 0 { before } else { block[at - 1] };
            if block[at] == LF && previous != CR {
                self.defects.bare_lf.get_or_insert(offset + at as u64);
            } else if block[at] == CR && block.get(at + 1).is_some_and(|next| *next != LF) {
                self.defects.bare_cr.get_or_insert(offset + at as u64);
            }
        }
    }
}
