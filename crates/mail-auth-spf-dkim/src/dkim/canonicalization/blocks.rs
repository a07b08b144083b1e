//! The loops that every octet of a body passes through, 64 at a time. What becomes of an octet depends on it and the two
//! behind it alone: white space is left out where white space or a line end follows, so that of a run the last octet
//! stays, as a space.

use super::Canonicalization;
use super::body::BodyDefects;
use super::gathered::Gathered;
use super::lanes::{Lanes, Portable};

/// How many octets are looked at together: as many as a word has bits.
pub(super) const BLOCK: usize = 64;

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
    let mut rest = text;
    while let Some(window) = rest.first_chunk() {
        if lanes.is_odd(window) {
            put_whatever_it_is(lanes, window, BLOCK, out);
            rest = rest.get(BLOCK..).unwrap_or_default();
            continue;
        }
        let any_left_out;
        (rest, any_left_out) = leave_spaces_out(lanes, rest, out);
        // Where there was nothing to leave out for long, that is expected of what follows. It takes less to see that than
        // to copy, and what stays as it is can be handed on where it lies.
        if !any_left_out {
            let (same, more) = rest.split_at(length_that_stays(lanes, rest));
            out.gathered.put_part(same, out.sink);
            rest = more;
        }
    }
    last_windows(rest, |window, length| put_whatever_it_is(lanes, window, length, out));
}

/// Copies blocks until one is odd or there is no room, but for the spaces that are left out. Gives the text behind them, and
/// whether there were such spaces.
#[inline(always)]
fn leave_spaces_out<'a, L: Lanes>(lanes: L, text: &'a [u8], out: &mut Output<'_>) -> (&'a [u8], bool) {
    let (mut rest, mut any_left_out) = (text, 0);
    let (room, filled) = out.gathered.room(out.sink);
    let mut end = *filled;
    while let Some(window) = rest.first_chunk()
        && let Some(room) = room.get_mut(end..).and_then(<[u8]>::first_chunk_mut)
        && !lanes.is_odd(window)
    {
        let left_out = lanes.spaces_left_out(window);
        any_left_out |= left_out;
        end += copy(window, left_out, room);
        rest = rest.get(BLOCK..).unwrap_or_default();
    }
    *filled = end;
    (rest, any_left_out != 0)
}

/// How many octets a text starts with that stay as they are, in whole blocks.
#[inline(always)]
fn length_that_stays<L: Lanes>(lanes: L, text: &[u8]) -> usize {
    let mut length = 0;
    while text.get(length..).and_then(<[u8]>::first_chunk).is_some_and(|window| lanes.stays_as_it_is(window)) {
        length += BLOCK;
    }
    length
}

/// Copies so many octets of a block, whatever they are.
#[inline(always)]
fn put_whatever_it_is<L: Lanes>(lanes: L, window: &Window, length: usize, out: &mut Output<'_>) {
    let (room, filled) = out.gathered.room(out.sink);
    let Some(room) = room.get_mut(*filled..).and_then(<[u8]>::first_chunk_mut) else { return };
    let places = |start, octet| lanes.places(window, start, octet);
    let behind = if length < BLOCK { u64::MAX << length } else { 0 };
    let tabs = places(0, b'\t');
    let followed = places(1, b' ') | places(1, b'\t') | (places(1, b'\r') & places(2, b'\n'));
    let kept = !((places(0, b' ') | tabs) & followed | behind);
    *filled += copy(window, !kept, room);
    let mut tabs = tabs & kept;
    while tabs != 0 {
        let in_front = tabs ^ (tabs - 1);
        if let Some(tab) = room.get_mut((kept & (in_front >> 1)).count_ones() as usize) {
            *tab = b' ';
        }
        tabs &= tabs - 1;
    }
    out.defects.add(lanes, window);
}

/// Copies a block without what is left out, and tells how much that is. To copy whole blocks, and count the octets, is faster
/// than to copy so many: first all, and then again what stands behind each run of octets that are left out. To do that once,
/// though there be no run, is faster than to ask: the answer cannot be foreseen.
#[inline(always)]
fn copy(window: &Window, mut left_out: u64, room: &mut [u8; 3 * BLOCK]) -> usize {
    room[..BLOCK].copy_from_slice(&window[..BLOCK]);
    let mut gone = 0;
    loop {
        // To add its first bit to a run carries to the bit behind its last.
        let carried = left_out.wrapping_add(left_out & left_out.wrapping_neg());
        // A run that is not there starts and ends behind the block.
        let (start, end) = (left_out.trailing_zeros() as usize, (carried & !left_out).trailing_zeros() as usize);
        // No more is gone than there was in front of it; to say so spares a check.
        let at = start.wrapping_sub(gone) % (2 * BLOCK);
        room[at..at + BLOCK].copy_from_slice(&window[end..end + BLOCK]);
        gone += end - start;
        left_out &= carried;
        if left_out == 0 {
            return BLOCK - gone;
        }
    }
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
