//! The loops that every octet of a body passes through, 64 at a time. What becomes of an octet depends on it and the two
//! behind it alone: white space is left out where white space or a line end follows, so that of a run the last octet
//! stays, as a space.

use fearless_simd::{Level, Simd, SimdBase, SimdInt, SimdMask, dispatch, u8x64};

use super::body::BodyDefects;
use super::gathered::Gathered;

/// How many octets are looked at together: as many as a word has bits.
pub(super) const BLOCK: usize = 64;

/// How many blocks in a row must have nothing to change before that is expected of the next.
const PATIENCE: u32 = 2;

/// How many blocks in a row that have nothing to change are copied. The copy of a block or two costs less than the call
/// that hands on more.
const COPIED: u32 = 16;

/// Runs of octets that stay, in most blocks that have something to change.
const USUAL_RUNS: usize = 2;

/// A block, and a block's octets behind it.
type Window = [u8; 2 * BLOCK];

/// Puts text into relaxed form. It does not end with white space, and if it ends with a CR, no LF follows.
pub(super) fn relaxed(text: &[u8], defects: &mut BodyDefects, out: &mut Gathered, sink: &mut dyn FnMut(&[u8])) {
    look_at_start(text, defects);
    // Of the block at work, while blocks have something to change. Where some in a row have not, the next is likely to
    // have nothing either, and it takes less to see that than to see what and where.
    let mut marks: Option<Marks> = None;
    let mut unchanged = 0;
    // How much was looked at; and copied, unless many blocks in a row have nothing to change: those need not be copied.
    let (mut seen, mut done) = (0, 0);
    dispatch!(level(), simd => windows(
        text,
        #[inline(always)]
        |window, length| {
            if length == BLOCK && marks.is_none() && stays_as_it_is(simd, window) {
                unchanged += 1;
                if unchanged <= COPIED {
                    copy_whole(window, out, sink);
                    done += BLOCK;
                }
                seen += BLOCK;
                return;
            }
            if done < seen {
                out.put_part(text.get(done..seen).unwrap_or_default(), sink);
            }
            seen += length;
            done = seen;
            let (this, behind) = window.split_at(BLOCK);
            let next = Marks::of(simd, behind);
            let around = Around { here: marks.unwrap_or_else(|| Marks::of(simd, this)), next };
            defects.add(around.pairs());
            let left_out = around.left_out();
            unchanged = if left_out | around.here.tabs == 0 { unchanged + 1 } else { 0 };
            marks = (unchanged < PATIENCE).then_some(next);
            let behind = if length < BLOCK { u64::MAX << length } else { 0 };
            copy(window, left_out | behind, around.here.tabs, out, sink);
        },
    ));
    if done < seen {
        out.put(text.get(done..seen).unwrap_or_default(), sink);
    }
}

/// Text in simple form is as it was. If it ends with a CR, no LF follows.
pub(super) fn simple(text: &[u8], defects: &mut BodyDefects, out: &mut Gathered, sink: &mut dyn FnMut(&[u8])) {
    look_at_start(text, defects);
    dispatch!(level(), simd => windows(
        text,
        #[inline(always)]
        |window, _| defects.add(Pairs::of(simd, window)),
    ));
    out.put(text, sink);
}

/// The widest vectors that this processor has; without std it cannot be asked.
fn level() -> Level {
    Level::try_detect().unwrap_or(Level::baseline())
}

/// Windows on every block, each with the number of the block's octets. The last are filled up with NULs.
#[inline(always)]
fn windows(text: &[u8], mut each: impl FnMut(&Window, usize)) {
    let mut rest = text;
    while let Some(window) = rest.first_chunk() {
        each(window, BLOCK);
        rest = rest.get(BLOCK..).unwrap_or_default();
    }
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

/// What is found in a block: a bit for each octet, the lowest for the first.
#[derive(Clone, Copy)]
struct Marks {
    /// Spaces and HTABs.
    blanks: u64,
    tabs: u64,
    cr: u64,
    lf: u64,
}

/// What is found in a block and the one behind it.
struct Around {
    here: Marks,
    next: Marks,
}

/// The pairs that begin with the octet behind each of a block: those with a CR first, and those with an LF second.
struct Pairs {
    cr: u64,
    lf: u64,
}

impl Marks {
    #[inline(always)]
    fn of<S: Simd>(simd: S, block: &[u8]) -> Self {
        let octets = u8x64::from_slice(simd, block);
        let are = |octet: u8| octets.simd_eq(u8x64::splat(simd, octet));
        let tabs = are(b'\t');
        Self {
            blanks: (are(b' ') | tabs).to_bitmask(),
            tabs: tabs.to_bitmask(),
            cr: are(b'\r').to_bitmask(),
            lf: are(b'\n').to_bitmask(),
        }
    }
}

impl Around {
    /// CRs one octet behind each of the block.
    #[inline(always)]
    fn cr(&self) -> u64 {
        self.here.cr >> 1 | self.next.cr << (BLOCK - 1)
    }

    /// LFs two octets behind each.
    #[inline(always)]
    fn lf(&self) -> u64 {
        self.here.lf >> 2 | self.next.lf << (BLOCK - 2)
    }

    /// The octets that are left out.
    #[inline(always)]
    fn left_out(&self) -> u64 {
        let blanks = self.here.blanks >> 1 | self.next.blanks << (BLOCK - 1);
        self.here.blanks & (blanks | (self.cr() & self.lf()))
    }

    #[inline(always)]
    fn pairs(&self) -> Pairs {
        Pairs { cr: self.cr(), lf: self.lf() }
    }
}

impl Pairs {
    #[inline(always)]
    fn of<S: Simd>(simd: S, window: &Window) -> Self {
        let are = |start: usize, octet: u8| {
            u8x64::from_slice(simd, &window[start..start + BLOCK]).simd_eq(u8x64::splat(simd, octet)).to_bitmask()
        };
        Self { cr: are(1, b'\r'), lf: are(2, b'\n') }
    }
}

impl BodyDefects {
    #[inline(always)]
    fn add(&mut self, Pairs { cr, lf }: Pairs) {
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
/// is faster than to copy so many; and to copy the usual number of runs, though there be none, is faster than to ask
/// each time whether there is another: the answer cannot be foreseen.
#[inline(always)]
fn copy(window: &Window, left_out: u64, tabs: u64, out: &mut Gathered, sink: &mut dyn FnMut(&[u8])) {
    let (room, filled) = out.room(sink);
    let Some(room) = room.get_mut(*filled..).and_then(<[u8]>::first_chunk_mut::<{ 3 * BLOCK }>) else { return };
    let kept = !left_out;
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
    let mut tabs = tabs & kept;
    while tabs != 0 {
        let in_front = tabs ^ (tabs - 1);
        if let Some(tab) = room.get_mut((kept & (in_front >> 1)).count_ones() as usize) {
            *tab = b' ';
        }
        tabs &= tabs - 1;
    }
    *filled += length;
}

/// Copies a block that stays as it is.
#[inline(always)]
fn copy_whole(window: &Window, out: &mut Gathered, sink: &mut dyn FnMut(&[u8])) {
    let (room, filled) = out.room(sink);
    let Some(room) = room.get_mut(*filled..).and_then(<[u8]>::first_chunk_mut::<BLOCK>) else { return };
    room.copy_from_slice(&window[..BLOCK]);
    *filled += BLOCK;
}
