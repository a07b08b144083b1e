use alloc::vec::Vec;

use memchr::memchr2_iter;

use super::Canonicalization;

/// Line ends in a body that are none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct BodyDefects {
    /// CRs without an LF behind them.
    pub bare_cr: u64,
    /// LFs without a CR in front of them.
    pub bare_lf: u64,
}

/// Brings a body into canonical form while it arrives, in pieces of any size and constant memory.
#[derive(Debug)]
pub struct BodyCanonicalizer {
    canonicalization: Canonicalization,
    /// Line ends that are held back, for they may be the end.
    line_ends: u64,
    /// Whether the last octet was a CR, which is held back.
    cr: bool,
    /// Whether white space is held back, for it may stand at the end of its line.
    blank: bool,
    /// Whether anything was handed on.
    content: bool,
    defects: BodyDefects,
    /// What was gathered for the sink: it gets a few large pieces.
    gathered: Vec<u8>,
}

/// How much is gathered before it is handed on.
const GATHERED: usize = 8 * 1024;

impl BodyCanonicalizer {
    /// Before the first octet of a body.
    pub fn new(canonicalization: Canonicalization) -> Self {
        Self {
            canonicalization,
            line_ends: 0,
            cr: false,
            blank: false,
            content: false,
            defects: BodyDefects::default(),
            gathered: Vec::new(),
        }
    }

    /// Takes the next piece. What is certain of the canonical form is handed to `sink`, in order.
    pub fn update(&mut self, piece: &[u8], sink: &mut dyn FnMut(&[u8])) {
        self.count_defects(piece);
        match self.canonicalization {
            Canonicalization::Simple => self.simple(piece, sink),
            Canonicalization::Relaxed => self.relaxed(piece, sink),
        }
        self.cr = piece.last().map_or(self.cr, |last| *last == b'\r');
    }

    /// Hands on the end: the body is complete.
    pub fn finish(&mut self, sink: &mut dyn FnMut(&[u8])) {
        if core::mem::take(&mut self.cr) {
            self.defects.bare_cr += 1;
            self.put(b"\r", sink);
        }
        // White space at the very end is at the end of a line.
        self.blank = false;
        if self.content || self.canonicalization == Canonicalization::Simple {
            self.gathered.extend_from_slice(b"\r\n");
        }
        self.hand_on(sink);
    }

    /// The line ends so far that are none.
    pub const fn defects(&self) -> BodyDefects {
        self.defects
    }

    fn count_defects(&mut self, piece: &[u8]) {
        let mut previous_cr = self.cr.then_some(usize::MAX);
        for position in memchr2_iter(b'\r', b'\n', piece) {
            let follows = previous_cr.is_some_and(|cr| cr.wrapping_add(1) == position);
            if piece.get(position) == Some(&b'\n') {
                if !follows {
                    self.defects.bare_lf += 1;
                    self.defects.bare_cr += u64::from(previous_cr.is_some());
                }
                previous_cr = None;
            } else {
                self.defects.bare_cr += u64::from(previous_cr.is_some());
                previous_cr = Some(position);
            }
        }
        // A CR that is not the last octet has something else behind it.
        let at_end = previous_cr.is_some_and(|cr| cr.wrapping_add(1) == piece.len());
        self.defects.bare_cr += u64::from(previous_cr.is_some() && !at_end);
    }

    fn simple(&mut self, mut piece: &[u8], sink: &mut dyn FnMut(&[u8])) {
        if let (true, Some((first, rest))) = (self.cr, piece.split_first()) {
            if *first == b'\n' {
                self.line_ends += 1;
                piece = rest;
            } else {
                self.put(b"\r", sink);
            }
        }
        // What is at the end of the piece may be at the end of the body.
        let mut text = piece.strip_suffix(b"\r").unwrap_or(piece);
        let mut line_ends = 0;
        while let Some(rest) = text.strip_suffix(b"\r\n") {
            text = rest;
            line_ends += 1;
        }
        if !text.is_empty() {
            self.put(text, sink);
        }
        self.line_ends += line_ends;
    }

    fn relaxed(&mut self, piece: &[u8], sink: &mut dyn FnMut(&[u8])) {
        let mut rest = piece;
        let mut cr = self.cr;
        while let Some((first, more)) = rest.split_first() {
            if core::mem::take(&mut cr) && *first == b'\n' {
                self.blank = false;
                self.line_ends += 1;
                rest = more;
                continue;
            }
            if self.cr && rest.len() == piece.len() {
                // The CR of the piece before was none of a line end.
                self.put(b"\r", sink);
            }
            match first {
                b' ' | b'\t' => {
                    self.blank = true;
                    rest = more;
                }
                b'\r' if more.is_empty() => return,
                b'\r' if more.first() == Some(&b'\n') => {
                    cr = true;
                    rest = more;
                }
                _ => {
                    let length = 1 + more.iter().take_while(|octet| !matches!(octet, b' ' | b'\t' | b'\r')).count();
                    let (text, more) = rest.split_at(length.min(rest.len()));
                    self.put(text, sink);
                    rest = more;
                }
            }
        }
    }

    /// Hands on content, and in front of it what was held back.
    fn put(&mut self, text: &[u8], sink: &mut dyn FnMut(&[u8])) {
        while self.line_ends > 0 {
            let count = usize::try_from(self.line_ends).unwrap_or(usize::MAX).min(GATHERED / 2);
            self.gathered.extend(b"\r\n".iter().cycle().take(2 * count));
            self.line_ends -= count as u64;
            self.hand_on_if_full(sink);
        }
        if core::mem::take(&mut self.blank) {
            self.gathered.push(b' ');
        }
        self.content = true;
        if text.len() < GATHERED / 8 {
            self.gathered.extend_from_slice(text);
            self.hand_on_if_full(sink);
        } else {
            self.hand_on(sink);
            sink(text);
        }
    }

    fn hand_on_if_full(&mut self, sink: &mut dyn FnMut(&[u8])) {
        if self.gathered.len() >= GATHERED {
            self.hand_on(sink);
        }
    }

    fn hand_on(&mut self, sink: &mut dyn FnMut(&[u8])) {
        if !self.gathered.is_empty() {
            sink(&self.gathered);
            self.gathered.clear();
        }
    }
}
