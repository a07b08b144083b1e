//! What is found in a block by looking at its octets side by side.

use super::blocks::{BLOCK, Window};

/// What is found in a block.
pub(super) struct Block {
    /// The octets that are left out: a bit for each, the lowest for the first.
    pub(super) left_out: u64,
    /// Whether there is more to do than to leave octets out: there are HTABs, or line ends that are none.
    pub(super) odd: bool,
}

impl Block {
    /// Whether it stays as it is.
    #[inline(always)]
    pub(super) const fn is_plain(&self) -> bool {
        self.left_out == 0 && !self.odd
    }
}

/// Compares all octets of a block at once.
pub(super) trait Lanes: Copy {
    /// Where an octet is in the block that starts at `start` of a window: a bit for each place.
    fn places(self, window: &Window, start: usize, octet: u8) -> u64;

    /// Looks at a window's first block, and for each of its octets at the two behind it.
    #[inline(always)]
    fn block(self, window: &Window) -> Block {
        let places = |start, octet| self.places(window, start, octet);
        let tabs = places(0, b'\t');
        let (cr, lf) = (places(1, b'\r'), places(2, b'\n'));
        let followed = places(1, b' ') | places(1, b'\t') | (cr & lf);
        Block { left_out: (places(0, b' ') | tabs) & followed, odd: tabs | (cr ^ lf) != 0 }
    }

    /// Whether nothing in a block is to be changed or counted. It may say no where that is so.
    #[inline(always)]
    fn stays_as_it_is(self, window: &Window) -> bool {
        self.block(window).is_plain()
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
