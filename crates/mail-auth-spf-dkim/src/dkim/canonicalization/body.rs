use super::Canonicalization;
use super::blanks::{without_blanks_at_end, without_blanks_at_start};
use super::blocks::{self, Output};
use super::gathered::Gathered;

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
///
/// What may change with the next piece is held back, as a state and never as octets: a CR, white space, and the line
/// ends that may be the body's last.
#[derive(Debug)]
pub struct BodyCanonicalizer {
    canonicalization: Canonicalization,
    /// Whether white space is held back, for it may stand at the end of its line.
    blank: bool,
    /// Whether the last octet was a CR, which is held back; it stands behind the white space.
    cr: bool,
    defects: BodyDefects,
    gathered: Gathered,
}

impl BodyCanonicalizer {
    /// Before the first octet of a body.
    pub fn new(canonicalization: Canonicalization) -> Self {
        Self {
            canonicalization,
            blank: false,
            cr: false,
            defects: BodyDefects::default(),
            gathered: Gathered::default(),
        }
    }

    /// Takes the next piece. What is certain of the canonical form is handed to `sink`, in order.
    pub fn update(&mut self, piece: &[u8], sink: &mut dyn FnMut(&[u8])) {
        let Some(text) = self.settle(piece, sink) else { return };
        let text = match text.strip_suffix(b"\r") {
            Some(text) => {
                self.cr = true;
                text
            }
            None => text,
        };
        let content = match self.canonicalization {
            Canonicalization::Simple => text,
            Canonicalization::Relaxed => without_blanks_at_end(text),
        };
        self.blank = content.len() < text.len();
        let mut out = Output { defects: &mut self.defects, gathered: &mut self.gathered, sink };
        blocks::canonicalize(self.canonicalization, content, &mut out);
    }

    /// Hands on the end: the body is complete.
    pub fn finish(&mut self, sink: &mut dyn FnMut(&[u8])) {
        if core::mem::take(&mut self.cr) {
            self.put_bare_cr(sink);
        }
        // White space at the very end is at the end of a line.
        self.blank = false;
        self.gathered.finish(self.canonicalization, sink);
    }

    /// The line ends so far that are none.
    pub const fn defects(&self) -> BodyDefects {
        self.defects
    }

    /// What is held back of the pieces before is decided by how the next one begins. The rest of it is given back,
    /// `None` if nothing could be decided.
    fn settle<'a>(&mut self, piece: &'a [u8], sink: &mut dyn FnMut(&[u8])) -> Option<&'a [u8]> {
        let mut text = piece;
        let first = text.first()?;
        if core::mem::take(&mut self.cr) {
            if *first == b'\n' {
                self.blank = false;
                self.gathered.put(b"\r\n", sink);
                text = text.get(1..)?;
            } else {
                self.put_bare_cr(sink);
            }
        }
        if self.blank {
            text = without_blanks_at_start(text);
            match text {
                [] => return None,
                [b'\r'] => {
                    self.cr = true;
                    return None;
                }
                [b'\r', b'\n', ..] => {}
                _ => self.gathered.put(b" ", sink),
            }
            self.blank = false;
        }
        Some(text)
    }

    /// The CR that was held back was not that of a CRLF.
    fn put_bare_cr(&mut self, sink: &mut dyn FnMut(&[u8])) {
        self.defects.bare_cr += 1;
        if core::mem::take(&mut self.blank) {
            self.gathered.put(b" ", sink);
        }
        self.gathered.put(b"\r", sink);
    }
}

impl BodyDefects {
    /// Looks at two octets that stand side by side.
    pub(super) fn look_at(&mut self, left: u8, right: u8) {
        let (cr, lf) = (left == b'\r', right == b'\n');
        self.bare_cr += u64::from(cr && !lf);
        self.bare_lf += u64::from(lf && !cr);
    }
}
