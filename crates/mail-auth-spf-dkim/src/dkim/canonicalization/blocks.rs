//! The loops that every octet of a body passes through, 64 at a time. What becomes of an octet depends on it and the two
//! behind it alone: white space is left out where white space or a line end follows, so that of a run the last octet
//! stays, as a space.

use fearless_simd::{Level, Simd, SimdBase, SimdInt, SimdMask, dispatch, u8x64};

use super::body::BodyDefects;
use super::gathered::Gathered;

/// How many octets are looked at together: as many as a word has bits.
pub(super) const BLOCK: usize = 64;

/// A block, and a block's octets behind it.
type Window = [u8; 2 * BLOCK];

/// Puts text into relaxed form. It does not end with white space, and if it ends with a CR, no LF follows.
pub(super) fn relaxed(text: &[u8], defects: &mut BodyDefects, out: &mut Gathered, sink: &mut dyn FnMut(&[u8])) {
    look_at_start(text, defects);
    dispatch!(level(), simd => windows(
        text,
        #[inline(always)]
        |window, length| {
            let marks = Marks::of(simd, window);
            defects.add(marks.pairs);
            let behind = if length < BLOCK { u64::MAX << length } else { 0 };
            copy(window, marks.left_out | behind, marks.tabs, out, sink);
        },
    ));
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

/// What is found in a block: a bit for each octet, the lowest for the first.
struct Marks {
    /// Those that are left out.
    left_out: u64,
    /// HTABs.
    tabs: u64,
    pairs: Pairs,
}

/// Bare line ends among the pairs that begin with the octet behind each of a block.
struct Pairs {
    bare_cr: u64,
    bare_lf: u64,
}

impl Marks {
    #[inline(always)]
    fn of<S: Simd>(simd: S, window: &Window) -> Self {
        let (here, next, second) = (octets(simd, window, 0), octets(simd, window, 1), octets(simd, window, 2));
        let (space, tab) = (u8x64::splat(simd, b' '), u8x64::splat(simd, b'\t'));
        let tabs = here.simd_eq(tab);
        let blank = here.simd_eq(space) | tabs;
        let blank_next = next.simd_eq(space) | next.simd_eq(tab);
        let cr = next.simd_eq(u8x64::splat(simd, b'\r'));
        let lf = second.simd_eq(u8x64::splat(simd, b'\n'));
        Self {
            left_out: (blank & (blank_next | (cr & lf))).to_bitmask(),
            tabs: tabs.to_bitmask(),
            pairs: Pairs { bare_cr: (cr & !lf).to_bitmask(), bare_lf: (lf & !cr).to_bitmask() },
        }
    }
}

impl Pairs {
    #[inline(always)]
    fn of<S: Simd>(simd: S, window: &Window) -> Self {
        let cr = octets(simd, window, 1).simd_eq(u8x64::splat(simd, b'\r'));
        let lf = octets(simd, window, 2).simd_eq(u8x64::splat(simd, b'\n'));
        Self { bare_cr: (cr & !lf).to_bitmask(), bare_lf: (lf & !cr).to_bitmask() }
    }
}

#[inline(always)]
fn octets<S: Simd>(simd: S, window: &Window, start: usize) -> u8x64<S> {
    u8x64::from_slice(simd, &window[start..start + BLOCK])
}

impl BodyDefects {
    #[inline(always)]
    fn add(&mut self, pairs: Pairs) {
        if pairs.bare_cr | pairs.bare_lf != 0 {
            self.bare_cr += u64::from(pairs.bare_cr.count_ones());
            self.bare_lf += u64::from(pairs.bare_lf.count_ones());
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

/// Copies what stays of a block. To copy a whole block for each run of octets that stay, and count those of the run, is
/// faster than to copy as many as the run has.
#[inline(always)]
fn copy(window: &Window, left_out: u64, tabs: u64, out: &mut Gathered, sink: &mut dyn FnMut(&[u8])) {
    let (buffer, filled) = out.room(sink);
    let start = *filled;
    let mut kept = !left_out;
    while kept != 0 {
        let from = kept.trailing_zeros();
        if let Some(octets) = window.get(from as usize..).and_then(<[u8]>::first_chunk::<BLOCK>)
            && let Some(room) = buffer.get_mut(*filled..).and_then(<[u8]>::first_chunk_mut)
        {
            *room = *octets;
        }
        *filled += (kept >> from).trailing_ones() as usize;
        // What is added to the lowest bit of a run is carried through it.
        kept &= kept.wrapping_add(1 << from);
    }
    let mut tabs = tabs & !left_out;
    while tabs != 0 {
        let in_front = tabs ^ (tabs - 1);
        if let Some(tab) = buffer.get_mut(start + (!left_out & (in_front >> 1)).count_ones() as usize) {
            *tab = b' ';
        }
        tabs &= tabs - 1;
    }
}
