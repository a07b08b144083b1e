//! The loops that every octet of a body passes through, 64 at a time. What becomes of an octet depends on it and the two
//! behind it alone: white space is left out where white space or a line end follows, so that of a run the last octet
//! stays, as a space.

use fearless_simd::{Level, Simd, SimdBase, SimdInt, SimdMask, dispatch, u8x64};

use super::body::BodyDefects;
use super::gathered::Gathered;

/// How many octets are looked at together: as many as a word has bits.
pub(super) const BLOCK: usize = 64;

/// How many blocks in a row must have nothing to change before that is expected of the next. It takes less to see that than
/// to see what is to be changed and where.
const PATIENCE: u32 = 4;

/// Runs of octets that stay, in most blocks.
const USUAL_RUNS: usize = 2;

/// A block, and a block's octets behind it.
type Window = [u8; 2 * BLOCK];

/// Puts text into relaxed form. It does not end with white space, and if it ends with a CR, no LF follows.
pub(super) fn relaxed(text: &[u8], defects: &mut BodyDefects, out: &mut Gathered, sink: &mut dyn FnMut(&[u8])) {
    look_at_start(text, defects);
    dispatch!(level(), simd => relaxed_blocks(simd, text, defects, out, sink));
}

#[inline(always)]
fn relaxed_blocks<S: Simd>(
    simd: S,
    text: &[u8],
    defects: &mut BodyDefects,
    out: &mut Gathered,
    sink: &mut dyn FnMut(&[u8]),
) {
    // What was looked at; and copied, unless many blocks in a row have nothing to change: those are handed on where they lie.
    let (mut seen, mut done) = (0, 0);
    let mut unchanged = 0;
    while let Some(window) = text.get(seen..).and_then(<[u8]>::first_chunk) {
        if unchanged == PATIENCE {
            if stays_as_it_is(simd, window) {
                seen += BLOCK;
                continue;
            }
            out.put_part(text.get(done..seen).unwrap_or_default(), sink);
            unchanged = 0;
        }
        let block = Block::of(simd, window);
        unchanged = if block.is_plain() { unchanged + 1 } else { 0 };
        copy(simd, window, &block, defects, out, sink);
        seen += BLOCK;
        done = seen;
    }
    out.put_part(text.get(done..seen).unwrap_or_default(), sink);
    last_windows(text.get(seen..).unwrap_or_default(), |window, length| {
        let mut block = Block::of(simd, window);
        if length < BLOCK {
            block.left_out |= u64::MAX << length;
        }
        copy(simd, window, &block, defects, out, sink);
    });
}

/// Text in simple form is as it was. If it ends with a CR, no LF follows.
pub(super) fn simple(text: &[u8], defects: &mut BodyDefects, out: &mut Gathered, sink: &mut dyn FnMut(&[u8])) {
    look_at_start(text, defects);
    dispatch!(level(), simd => {
        let mut rest = text;
        while let Some(window) = rest.first_chunk() {
            defects.add(simd, window);
            rest = rest.get(BLOCK..).unwrap_or_default();
        }
        last_windows(rest, |window, _| defects.add(simd, window));
    });
    out.put(text, sink);
}

/// The widest vectors that this processor has; without std it cannot be asked.
fn level() -> Level {
    Level::try_detect().unwrap_or(Level::baseline())
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

/// Whether nothing in a block is to be changed or counted. It may say no where that is so.
#[inline(always)]
fn stays_as_it_is<S: Simd>(simd: S, window: &Window) -> bool {
    let octets = |start: usize| u8x64::from_slice(simd, &window[start..start + BLOCK]);
    let octet = |octet: u8| u8x64::splat(simd, octet);
    let (here, next, second) = (octets(0), octets(1), octets(2));
    let left_out = here.simd_eq(octet(b' ')) & next.simd_le(octet(b' '));
    let bare = next.simd_eq(octet(b'\r')) ^ second.simd_eq(octet(b'\n'));
    !(left_out | here.simd_eq(octet(b'\t')) | bare).any_true()
}

/// What is found in a block.
struct Block {
    /// The octets that are left out: a bit for each, the lowest for the first.
    left_out: u64,
    /// Whether there is more to do than to leave octets out: there are HTABs, or line ends that are none.
    odd: bool,
}

impl Block {
    #[inline(always)]
    fn of<S: Simd>(simd: S, window: &Window) -> Self {
        let octets = |start: usize| u8x64::from_slice(simd, &window[start..start + BLOCK]);
        let octet = |octet: u8| u8x64::splat(simd, octet);
        let (here, next, second) = (octets(0), octets(1), octets(2));
        let tabs = here.simd_eq(octet(b'\t'));
        let (cr, lf) = (next.simd_eq(octet(b'\r')), second.simd_eq(octet(b'\n')));
        let blank_follows = next.simd_eq(octet(b' ')) | next.simd_eq(octet(b'\t'));
        let left_out = (here.simd_eq(octet(b' ')) | tabs) & (blank_follows | (cr & lf));
        Self { left_out: left_out.to_bitmask(), odd: (tabs | (cr ^ lf)).any_true() }
    }

    /// Whether it stays as it is.
    #[inline(always)]
    const fn is_plain(&self) -> bool {
        self.left_out == 0 && !self.odd
    }
}

impl BodyDefects {
    /// Looks at the pairs that begin with the octet behind each of a block: those with a CR first, and those with an LF
    /// second.
    #[inline(always)]
    fn add<S: Simd>(&mut self, simd: S, window: &Window) {
        let (cr, lf) = (places(simd, window, 1, b'\r'), places(simd, window, 2, b'\n'));
        if cr != lf {
            self.bare_cr += u64::from((cr & !lf).count_ones());
            self.bare_lf += u64::from((lf & !cr).count_ones());
        }
    }
}

/// Where an octet is in a block that starts in a window: a bit for each place.
#[inline(always)]
fn places<S: Simd>(simd: S, window: &Window, start: usize, octet: u8) -> u64 {
    u8x64::from_slice(simd, &window[start..start + BLOCK]).simd_eq(u8x64::splat(simd, octet)).to_bitmask()
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
fn copy<S: Simd>(
    simd: S,
    window: &Window,
    block: &Block,
    defects: &mut BodyDefects,
    out: &mut Gathered,
    sink: &mut dyn FnMut(&[u8]),
) {
    let (room, filled) = out.room(sink);
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
        defects.add(simd, window);
        let mut tabs = places(simd, window, 0, b'\t') & kept;
        while tabs != 0 {
            let in_front = tabs ^ (tabs - 1);
            if let Some(tab) = room.get_mut((kept & (in_front >> 1)).count_ones() as usize) {
                *tab = b' ';
            }
            tabs &= tabs - 1;
        }
    }
}
