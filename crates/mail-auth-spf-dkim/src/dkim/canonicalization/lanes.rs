//! What is found in a block by looking at its octets side by side.

use super::blocks::{BLOCK, Window};

/// Compares all octets of a window's first block at once, and for each of them the two behind it.
pub(super) trait Lanes: Copy {
    /// Where an octet is in the block that starts at `start` of a window: a bit for each place, the lowest for the first.
    fn places(self, window: &Window, start: usize, octet: u8) -> u64;

    /// Whether there is more to do than to leave spaces out: there are HTABs, or line ends that are none.
    #[inline(always)]
    fn is_odd(self, window: &Window) -> bool {
        self.places(window, 0, b'\t') | (self.places(window, 1, b'\r') ^ self.places(window, 2, b'\n')) != 0
    }

    /// Which spaces are left out of a block that is not odd: one where every CR behind an octet is that of a line end.
    #[inline(always)]
    fn spaces_left_out(self, window: &Window) -> u64 {
        let places = |start, octet| self.places(window, start, octet);
        places(0, b' ') & (places(1, b' ') | places(1, b'\t') | places(1, b'\r'))
    }

    /// Whether nothing in a block is to be changed or counted. It may say no where that is so.
    #[inline(always)]
    fn stays_as_it_is(self, window: &Window) -> bool {
        !self.is_odd(window) && self.spaces_left_out(window) == 0
    }
}

/// The way of every processor.
#[derive(Clone, Copy)]
pub(super) struct Portable;

impl Lanes for Portable {
    #[inline(always)]
    fn places(self, window: &Window, start: usize, octet: u8) -> u64 {
        let Some(block) = window.get(start..).and_then(<[u8]>::first_chunk::<BLOCK>) else { return 0 };
        let found = block.map(|here| u8::from(here == octet));
        // Of eight octets that are zero or one, the product has in its highest octet a bit for each.
        let bits = |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        found.as_chunks().0.iter().rev().fold(0, |places, eight| places << 8 | bits(eight))
    }
}
