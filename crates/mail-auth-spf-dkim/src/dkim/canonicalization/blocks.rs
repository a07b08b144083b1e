//! The loops that every octet of a body passes through, 64 at a time. What becomes of an octet depends on it and the two
//! behind it alone: white space is left out where white space or a line end follows, so that of a run the last octet
//! stays, as a space.

use super::Canonicalization;
use super::body::BodyDefects;
use super::gathered::Gathered;
use super::lanes::{Block, Lanes, Portable};

/// How many octets are looked at together: as many as a word has bits.
pub(super) const BLOCK: usize = 64;

/// How many blocks in a row must have nothing to change before that is expected of the next. It takes less to see that than
/// to see what is to be changed and where.
const PATIENCE: u32 = 4;

/// Runs of octets that stay, in most blocks.
const USUAL_RUNS: usize = 2;

/// A block, and a block's octets behind it.
pub(super) type Window = [u8; 2 * BLOCK];

/// What is found in a body, and where its canonical form goes.
pub(super) struct Output<'a> {
    pub(super) defects: &'a mut BodyDefects,
    pub(super) gathered: &'a mut Gathered,
    pub(super) sink: &'a mut dyn FnMut(&[u8]),
}

/// Puts text into canonical form. If it ends with a CR, no LF follows; and for relaxed form, it does not end with white
/// space.
pub(super) fn canonicalize(form: Canonicalization, text: &[u8], out: &mut Output<'_>) {
    look_at_start(text, out.defects);
    #[cfg(all(feature = "std", any(target_arch = "aarch64", target_arch = "x86_64")))]
    if super::vectors::canonicalize(form, text, out) {
        return;
    }
    by_blocks(Portable, form, text, out);
}

/// Does it with one kind of lanes, for which it is compiled.
#[inline(always)]
pub(super) fn by_blocks<L: Lanes>(lanes: L, form: Canonicalization, text: &[u8], out: &mut Output<'_>) {
    match form {
        Canonicalization::Simple => simple(lanes, text, out),
        Canonicalization::Relaxed => relaxed(lanes, text, out),
    }
}

/// Text in simple form is as it was.
#[inline(always)]
fn simple<L: Lanes>(lanes: L, text: &[u8], out: &mut Output<'_>) {
    let mut rest = text;
    while let Some(window) = rest.first_chunk() {
        out.defects.add(lanes, window);
        rest = rest.get(BLOCK..).unwrap_or_default();
    }
    last_windows(rest, |window, _| out.defects.add(lanes, window));
    out.gathered.put(text, out.sink);
}

/// Text in relaxed form has what white space is left, as spaces.
#[inline(always)]
fn relaxed<L: Lanes>(lanes: L, text: &[u8], out: &mut Output<'_>) {
    // What was looked at; and copied, unless many blocks in a row have nothing to change: those are handed on where they lie.
    let (mut seen, mut done) = (0, 0);
    let mut unchanged = 0;
    while let Some(window) = text.get(seen..).and_then(<[u8]>::first_chunk) {
        if unchanged == PATIENCE {
            if lanes.stays_as_it_is(window) {
                seen += BLOCK;
                continue;
            }
            out.gathered.put_part(text.get(done..seen).unwrap_or_default(), out.sink);
            unchanged = 0;
        }
        let block = lanes.block(window);
        unchanged = if block.is_plain() { unchanged + 1 } else { 0 };
        copy(lanes, window, &block, out);
        seen += BLOCK;
        done = seen;
    }
    out.gathered.put_part(text.get(done..seen).unwrap_or_default(), out.sink);
    last_windows(text.get(seen..).unwrap_or_default(), |window, length| {
        let mut block = lanes.block(window);
        if length < BLOCK {
            block.left_out |= u64::MAX << length;
        }
        copy(lanes, window, &block, out);
    });
}

/// The windows on what is less than one, filled up with NULs, each with the number of its block's octets.
#[inline(always)]
fn last_windows(rest: &[u8], mut each: impl FnMut(&Window, usize)) {
    let mut padded = [0; 3 * BLOCK];
    if let Some(start) = padded.get_mut(..rest.len()) {
        start.copy_from_slice(rest);
    }
    for (start, length) in [(0, rest.len()), (BLOCK, rest.len().saturating_sub(BLOCK))] {
        if length > 0
            && let Some(window) = padded.get(start..).and_then(<[u8]>::first_chunk)
        {
            each(window, length.min(BLOCK));
        }
    }
}

impl BodyDefects {
    /// Looks at the pairs that begin with the octet behind each of a block: those with a CR first, and those with an LF
    /// second.
    #[inline(always)]
    fn add<L: Lanes>(&mut self, lanes: L, window: &Window) {
        let (cr, lf) = (lanes.places(window, 1, b'\r'), lanes.places(window, 2, b'\n'));
        if cr != lf {
            self.bare_cr += u64::from((cr & !lf).count_ones());
            self.bare_lf += u64::from((lf & !cr).count_ones());
        }
    }
}

/// The pairs that the blocks do not have: the first octet with what is in front of it, which is no CR, and with the
/// second.
fn look_at_start(text: &[u8], defects: &mut BodyDefects) {
    if let Some(first) = text.first() {
        defects.look_at(0, *first);
        defects.look_at(*first, *text.get(1).unwrap_or(&0));
    }
}

/// Copies what stays of a block, run by run. To copy a whole block for each run, and count the octets that the run has,
/// is faster than to copy so many; and to copy the usual number of runs, though there be fewer, is faster than to ask
/// each time whether there is another: the answer cannot be foreseen.
#[inline(always)]
fn copy<L: Lanes>(lanes: L, window: &Window, block: &Block, out: &mut Output<'_>) {
    let (room, filled) = out.gathered.room(out.sink);
    let Some(room) = room.get_mut(*filled..).and_then(<[u8]>::first_chunk_mut::<{ 3 * BLOCK }>) else { return };
    let (kept, left_out) = (!block.left_out, block.left_out);
    // Of each run the first octet, and the one behind the last.
    let (mut starts, mut ends) = (kept & !(kept << 1), left_out & (kept << 1));
    let mut length = 0;
    let mut copy_run = || {
        // A run that is not there starts and ends behind the block. No more than a block is kept; to say so spares a
        // check.
        let (start, at) = (starts.trailing_zeros() as usize, length % (2 * BLOCK));
        room[at..at + BLOCK].copy_from_slice(&window[start..start + BLOCK]);
        length += ends.trailing_zeros() as usize - start;
        starts &= starts.wrapping_sub(1);
        ends &= ends.wrapping_sub(1);
        starts != 0
    };
    for _ in 1..USUAL_RUNS {
        copy_run();
    }
    while copy_run() {}
    *filled += length;
    if block.odd {
        out.defects.add(lanes, window);
        let mut tabs = lanes.places(window, 0, b'\t') & kept;
        while tabs != 0 {
            let in_front = tabs ^ (tabs - 1);
            if let Some(tab) = room.get_mut((kept & (in_front >> 1)).count_ones() as usize) {
                *tab = b' ';
            }
            tabs &= tabs - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;
    use crate::dkim::canonicalization::blanks::without_blanks_at_end;

    type Work = fn(Canonicalization, &[u8], &mut Output<'_>);

    fn canonical(work: Work, form: Canonicalization, text: &[u8]) -> (Vec<u8>, BodyDefects) {
        let (mut canonical, mut defects, mut gathered) = (Vec::new(), BodyDefects::default(), Gathered::default());
        let mut sink = |piece: &[u8]| canonical.extend_from_slice(piece);
        work(form, text, &mut Output { defects: &mut defects, gathered: &mut gathered, sink: &mut sink });
        gathered.finish(form, &mut sink);
        (canonical, defects)
    }

    proptest! {
        /// Every other test is done with the vectors of the machine that it runs on.
        #[test]
        fn without_vectors_it_is_the_same(
            pieces in proptest::collection::vec(
                prop_oneof!["[ab \t]{0,9}", "\r\n", "[ \t\r\n]{0,4}", "[a-z]{60,70}", "[a-z]{400}"],
                0..60,
            ),
        ) {
            let text = pieces.concat().into_bytes();
            let text = without_blanks_at_end(&text);
            let portable: Work = |form, text, out| {
                look_at_start(text, out.defects);
                by_blocks(Portable, form, text, out);
            };
            for form in [Canonicalization::Simple, Canonicalization::Relaxed] {
                prop_assert_eq!(canonical(portable, form, text), canonical(canonicalize, form, text));
            }
        }
    }
}
