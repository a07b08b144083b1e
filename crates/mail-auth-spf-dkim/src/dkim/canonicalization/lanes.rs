//! What is found in a block by looking at its octets side by side.

use core::ops::{BitAnd, BitOr, BitXor};

use super::blocks::{BLOCK, Window};

/// All octets of a block at once.
pub(super) trait Lanes: Copy {
    /// The octets of a block.
    type Octets: Copy;
    /// Some places in a block. It takes long to make a word of them, so that is done last.
    type Places: BitAnd<Output = Self::Places> + BitOr<Output = Self::Places> + BitXor<Output = Self::Places>;

    /// The octets of the block that starts at `start` of a window.
    fn octets(self, window: &Window, start: usize) -> Self::Octets;

    /// Writes octets.
    fn put(self, octets: Self::Octets, room: &mut [u8; BLOCK]);

    /// A block's octets without some, and how many are left. What stands behind a run of octets that are left out moves to
    /// where the run began; what is behind the last that is left does not matter.
    fn without(self, window: &Window, left_out: u64) -> (Self::Octets, usize);

    /// Octets with spaces at some places.
    fn with_spaces(self, octets: Self::Octets, places: Self::Places) -> Self::Octets;

    /// Where an octet is.
    fn places(self, octets: Self::Octets, octet: u8) -> Self::Places;

    /// Whether there are any.
    fn any(self, places: Self::Places) -> bool;

    /// A word with a bit for each place of a block, the lowest for the first.
    fn word(self, places: Self::Places) -> u64;

    /// Where behind an octet a CR or an LF stands alone.
    #[inline(always)]
    fn bare_behind(self, window: &Window) -> Self::Places {
        self.places(self.octets(window, 1), b'\r') ^ self.places(self.octets(window, 2), b'\n')
    }

    /// Where behind an octet is more to do than to leave spaces out: at HTABs, and line ends that are none.
    #[inline(always)]
    fn odd_behind(self, window: &Window) -> Self::Places {
        self.places(self.octets(window, 1), b'\t') | self.bare_behind(window)
    }

    /// Which spaces are left out where nothing is odd, so that each CR is that of a line end.
    #[inline(always)]
    fn spaces_left_out(self, window: &Window) -> Self::Places {
        let (here, next) = (self.octets(window, 0), self.octets(window, 1));
        self.places(here, b' ') & (self.places(next, b' ') | self.places(next, b'\r'))
    }

    /// Which spaces and HTABs are left out, if each CR is that of a line end.
    #[inline(always)]
    fn blanks_left_out(self, window: &Window) -> Self::Places {
        let (here, next) = (self.octets(window, 0), self.octets(window, 1));
        self.blanks(here) & (self.blanks(next) | self.places(next, b'\r'))
    }

    /// Where spaces and HTABs are.
    #[inline(always)]
    fn blanks(self, octets: Self::Octets) -> Self::Places {
        self.places(octets, b' ') | self.places(octets, b'\t')
    }
}

/// Takes the first run from places: tells where it begins and how long it is. Where there is none, it begins behind the block.
#[inline(always)]
pub(super) fn take_run(places: &mut u64) -> (usize, usize) {
    // To add its first bit to a run carries to the bit behind its last.
    let carried = places.wrapping_add(*places & places.wrapping_neg());
    let (start, run) = (places.trailing_zeros() as usize, *places & !carried);
    *places &= carried;
    (start, run.count_ones() as usize)
}

/// The way of every processor.
#[derive(Clone, Copy)]
pub(super) struct Portable;

impl Lanes for Portable {
    type Octets = [u8; BLOCK];
    type Places = u64;

    #[inline(always)]
    fn octets(self, window: &Window, start: usize) -> [u8; BLOCK] {
        window.get(start..).and_then(<[u8]>::first_chunk).copied().unwrap_or([0; BLOCK])
    }

    #[inline(always)]
    fn put(self, octets: [u8; BLOCK], room: &mut [u8; BLOCK]) {
        *room = octets;
    }

    #[inline(always)]
    fn without(self, window: &Window, mut left_out: u64) -> ([u8; BLOCK], usize) {
        // To copy whole blocks is faster than to copy so many octets.
        let (mut octets, mut gone) = ([0; 2 * BLOCK], 0);
        octets[..BLOCK].copy_from_slice(&window[..BLOCK]);
        while left_out != 0 {
            let (start, length) = take_run(&mut left_out);
            let place = (start - gone) % BLOCK;
            gone += length;
            octets[place..place + BLOCK].copy_from_slice(&window[place + gone..place + gone + BLOCK]);
        }
        (*octets.first_chunk().unwrap_or(&[0; BLOCK]), BLOCK - gone)
    }

    #[inline(always)]
    fn with_spaces(self, mut octets: [u8; BLOCK], mut places: u64) -> [u8; BLOCK] {
        while let Some(octet) = octets.get_mut(places.trailing_zeros() as usize) {
            *octet = b' ';
            places &= places - 1;
        }
        octets
    }

    #[inline(always)]
    fn places(self, octets: [u8; BLOCK], octet: u8) -> u64 {
        let found = octets.map(|here| u8::from(here == octet));
        // Of eight octets that are zero or one, the product has in its highest octet a bit for each.
        let bits = |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        found.as_chunks().0.iter().rev().fold(0, |places, eight| places << 8 | bits(eight))
    }

    #[inline(always)]
    fn any(self, places: u64) -> bool {
        places != 0
    }

    #[inline(always)]
    fn word(self, places: u64) -> u64 {
        places
    }
}
