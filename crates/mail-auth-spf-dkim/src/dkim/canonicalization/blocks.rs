//! The loops that every octet of a body passes through, 64 at a time. What becomes of an octet depends on it and the two
//! behind it alone: white space is left out where white space or a line end follows, so that of a run the last octet
//! stays, as a space.

use super::Canonicalization;
use super::body::BodyDefects;
use super::gathered::{Gathered, SIZE};
use super::lanes::{Lanes, Portable};

/// How many octets are looked at together: as many as a word has bits.
pub(super) const BLOCK: usize = 64;

/// Where so many octets have stayed as they were, it is expected of what follows.
const LONG: usize = 8192;

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
    last_windows(rest, |window, _| {
        out.defects.add(lanes, window);
    });
    out.gathered.put(text, out.sink);
}

/// Text in relaxed form has what white space is left, as spaces.
#[inline(always)]
fn relaxed<L: Lanes>(lanes: L, text: &[u8], out: &mut Output<'_>) {
    let Output { defects, gathered, sink } = out;
    let (mut rest, mut unchanged) = (text, 0);
    while let Some(first) = rest.first()
        && rest.len() >= 2 * BLOCK
    {
        let mut is_odd = *first == b'\t';
        if !is_odd {
            // As far as there is no more to do than to leave spaces out, which is the most.
            let (more, any_left_out) = copy_blocks(
                lanes,
                rest,
                gathered,
                *sink,
                #[inline(always)]
                |window| {
                    is_odd = lanes.any(lanes.odd_behind(window));
                    if is_odd {
                        return None;
                    }
                    Some(lanes.without(window, lanes.word(lanes.spaces_left_out(window))))
                },
            );
            unchanged = if any_left_out { 0 } else { unchanged + rest.len() - more.len() };
            rest = more;
        }
        if is_odd {
            // From there, whatever it is.
            (rest, _) = copy_blocks(
                lanes,
                rest,
                gathered,
                *sink,
                #[inline(always)]
                |window| Some(without_white_space(lanes, window, 0, defects)),
            );
            unchanged = 0;
        } else if unchanged >= LONG {
            // It takes less to see that text stays as it is than to copy it, and then it can be handed on where it lies.
            let (same, more) = rest.split_at(length_that_stays(lanes, rest));
            gathered.put_part(same, *sink);
            rest = more;
        }
    }
    last_windows(rest, |window, length| {
        let behind = if length < BLOCK { u64::MAX << length } else { 0 };
        let (octets, count) = without_white_space(lanes, window, behind, defects);
        let (room, filled) = gathered.room(*sink);
        if let Some(room) = room_for_a_block(room, *filled) {
            lanes.put(octets, room);
            *filled += count;
        }
    });
}

/// Copies blocks, as what is left of each, until there is no room or one that is not to be copied. Gives the text behind
/// them, and whether any octets were left out.
#[inline(always)]
fn copy_blocks<'a, L: Lanes>(
    lanes: L,
    text: &'a [u8],
    gathered: &mut Gathered,
    sink: &mut dyn FnMut(&[u8]),
    mut what_is_left: impl FnMut(&Window) -> Option<(L::Octets, usize)>,
) -> (&'a [u8], bool) {
    let (room, filled) = gathered.room(sink);
    let (mut rest, mut end) = (text, *filled);
    while let Some(room) = room_for_a_block(room, end)
        && let Some(window) = rest.first_chunk()
        && let Some((octets, count)) = what_is_left(window)
    {
        lanes.put(octets, room);
        end += count;
        rest = rest.get(BLOCK..).unwrap_or_default();
    }
    let any_left_out = end - *filled < text.len() - rest.len();
    *filled = end;
    (rest, any_left_out)
}

/// How many octets stay as they are at the start of a text that does not begin with an HTAB, in whole blocks.
#[inline(always)]
fn length_that_stays<L: Lanes>(lanes: L, text: &[u8]) -> usize {
    let mut length = 0;
    while let Some(window) = text.get(length..).and_then(<[u8]>::first_chunk)
        && !lanes.any(lanes.odd_behind(window) | lanes.spaces_left_out(window))
    {
        length += BLOCK;
    }
    length
}

/// A block's octets in relaxed form, without those that are behind the text, and how many are left.
#[inline(always)]
fn without_white_space<L: Lanes>(
    lanes: L,
    window: &Window,
    behind: u64,
    defects: &mut BodyDefects,
) -> (L::Octets, usize) {
    let in_front_of_bare_cr = defects.add(lanes, window);
    let left_out = lanes.word(lanes.blanks_left_out(window)) & !in_front_of_bare_cr;
    let (octets, count) = lanes.without(window, left_out | behind);
    (lanes.with_spaces(octets, lanes.places(octets, b'\t')), count)
}

/// The next 64 octets of a buffer that is filled so far.
#[inline(always)]
fn room_for_a_block(buffer: &mut [u8; SIZE], filled: usize) -> Option<&mut [u8; BLOCK]> {
    // One comparison says what two would.
    if filled > SIZE - BLOCK { None } else { buffer.get_mut(filled..)?.first_chunk_mut() }
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
    /// second. Tells which octets have a CR behind them that stands alone.
    #[inline(always)]
    fn add<L: Lanes>(&mut self, lanes: L, window: &Window) -> u64 {
        if !lanes.any(lanes.bare_behind(window)) {
            return 0;
        }
        let cr = lanes.word(lanes.places(lanes.octets(window, 1), b'\r'));
        let lf = lanes.word(lanes.places(lanes.octets(window, 2), b'\n'));
        self.bare_cr += u64::from((cr & !lf).count_ones());
        self.bare_lf += u64::from((lf & !cr).count_ones());
        cr & !lf
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
