use memchr::{memchr2, memmem};

use super::scan::{CR, LARGEST_BLOCK, LF, scan};
use crate::OutputQueue;

/// What a [`Stuffer`] does with a CR or an LF that stands alone. On the wire there is never one: a strict receiver
/// refuses it and a lax one may take it for a line's end (RFC 5321, section 2.3.8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyEnding {
    /// Refuse it: what is sent is what was given, octet for octet, so signatures survive.
    #[default]
    Strict,
    /// Turn it into CRLF: for text from files whose lines end in LF.
    Normalise,
}

/// A body has a CR or an LF that stands alone, and may not. The caller's mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("octet {offset} of the body is a CR or LF that stands alone")]
pub struct BareLineEnding {
    /// Where it stands, counted from the body's beginning.
    pub offset: u64,
}

/// Puts the dots into a body that is being sent, and ends it.
#[derive(Clone, Debug)]
pub struct Stuffer {
    ending: BodyEnding,
    before: u8,
    taken: u64,
}

impl Stuffer {
    /// A stuffer for one body, at its beginning.
    pub fn new(ending: BodyEnding) -> Self {
        Self { ending, before: LF, taken: 0 }
    }

    /// Queues the next octets of the body. They may be cut anywhere.
    ///
    /// At most twice as many octets are queued, and two more.
    ///
    /// # Errors
    ///
    /// [`BareLineEnding`] under [`BodyEnding::Strict`]; nothing was queued and the stuffer is as it was.
    pub fn stuff(&mut self, body: &[u8], wire: &mut OutputQueue) -> Result<(), BareLineEnding> {
        if self.ending == BodyEnding::Strict {
            self.check(body)?;
        }
        for block in body.chunks(LARGEST_BLOCK) {
            let found = scan(self.before, block);
            // A CR that ends a block is held back under `Normalise`, until it is known what follows.
            let held_cr = self.ending == BodyEnding::Normalise && (self.before == CR || block.ends_with(b"\r"));
            if self.ending == BodyEnding::Normalise && (found.bare || held_cr) {
                self.normalise(block, wire);
            } else if found.dot {
                self.double_dots(block, wire);
            } else {
                wire.push(block);
            }
            self.before = block[block.len() - 1];
        }
        self.taken += body.len() as u64;
        Ok(())
    }

    /// Ends the body: completes its last line if that has no ending, and queues the final dot.
    ///
    /// # Errors
    ///
    /// [`BareLineEnding`] under [`BodyEnding::Strict`] if the body ended in a CR; nothing was queued.
    pub fn finish(&mut self, wire: &mut OutputQueue) -> Result<(), BareLineEnding> {
        match (self.before, self.ending) {
            (LF, _) => wire.push(b".\r\n"),
            (CR, BodyEnding::Strict) => return Err(BareLineEnding { offset: self.taken.saturating_sub(1) }),
            _ => wire.push(b"\r\n.\r\n"),
        }
        *self = Self::new(self.ending);
        Ok(())
    }

    /// How many octets of body have been taken.
    pub fn octets(&self) -> u64 {
        self.taken
    }

    fn check(&self, body: &[u8]) -> Result<(), BareLineEnding> {
        // Before the first octet stands a line's end that is not ours to judge.
        let mut before = if self.taken == 0 { 0 } else { self.before };
        for (n, block) in body.chunks(LARGEST_BLOCK).enumerate() {
            if scan(before, block).bare {
                let at = self.taken + (n * LARGEST_BLOCK) as u64;
                return Err(BareLineEnding { offset: first_bare(before, block, at) });
            }
            before = block[block.len() - 1];
        }
        Ok(())
    }

    fn double_dots(&self, block: &[u8], wire: &mut OutputQueue) {
        let mut rest = block;
        if self.before == LF && rest.first() == Some(&b'.') {
            wire.push(b".");
        }
        while let Some(lf) = memmem::find(rest, b"\n.") {
            let (line, after) = rest.split_at(lf + 1);
            wire.push(line);
            wire.push(b".");
            rest = after;
        }
        wire.push(rest);
    }

    fn normalise(&self, block: &[u8], wire: &mut OutputQueue) {
        let mut before = self.before;
        let mut rest = block;
        while let Some(&first) = rest.first() {
            match first {
                LF => wire.push(b"\r\n"),
                _ if before == CR => wire.push(b"\r\n"),
                _ => {}
            }
            if first == LF || first == CR {
                // A CR says nothing yet: the next octet, or the body's end, decides.
                before = first;
                rest = &rest[1..];
                continue;
            }
            if first == b'.' && (before == LF || before == CR) {
                wire.push(b".");
            }
            let text = memchr2(CR, LF, rest).unwrap_or(rest.len());
            wire.push(&rest[..text]);
            before = b' ';
            rest = &rest[text..];
        }
    }
}

/// Where the first bare CR or LF of a block is that has one. `at` is the block's own offset.
fn first_bare(before: u8, block: &[u8], at: u64) -> u64 {
    let mut previous = before;
    for (i, &byte) in block.iter().enumerate() {
        match (previous == CR, byte == LF) {
            (true, false) => return (at + i as u64).saturating_sub(1),
            (false, true) => return at + i as u64,
            _ => previous = byte,
        }
    }
    (at + block.len() as u64).saturating_sub(1)
}
