//! The loop that every body byte passes through. Strictness is a reduction here, not a search: a block is either
//! clean, which is nearly always, or looked at again.

pub(super) const CR: u8 = b'\r';
pub(super) const LF: u8 = b'\n';

/// The largest block that is scanned at once, in bytes: small enough for the first-level cache, large enough that
/// the loop's start and end do not count.
pub(super) const LARGEST_BLOCK: usize = 2048;

/// The block that is looked at one byte at a time if need be: for finding what a large one contains, and for bodies
/// that have shown a bare CR or LF.
pub(super) const SMALL_BLOCK: usize = 256;

/// What a block contains, counting the pair that its first byte makes with the byte before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Findings {
    /// Somewhere a CR is not followed by an LF, or an LF not preceded by a CR.
    pub(super) bare: bool,
    /// Somewhere a dot follows an LF.
    pub(super) dot: bool,
}

/// Looks at every pair of neighbouring bytes, `before` and the block's first among them. A CR at the block's very
/// end is not judged: its partner is in the next block.
pub(super) fn scan(before: u8, block: &[u8]) -> Findings {
    #[cfg(feature = "std")]
    if block.len() > SMALL_BLOCK {
        // The same loop, compiled for the widest vectors that this processor has.
        return fearless_simd::dispatch!(fearless_simd::Level::new(), _simd => scan_lanes(before, block));
    }
    scan_lanes(before, block)
}

#[inline(always)]
fn scan_lanes(before: u8, block: &[u8]) -> Findings {
    let [first, right @ ..] = block else {
        return Findings { bare: false, dot: false };
    };
    let left = &block[..right.len()];
    let pair = pair(before, *first);
    let (Some(last_left), Some(last_right)) = (left.last_chunk(), right.last_chunk()) else {
        return left.iter().zip(right).fold(pair, |found, (left, right)| found.or(self::pair(*left, *right)));
    };
    let mut found = Lanes { bare: [0; LANES], dot: [0; LANES] };
    for (left, right) in left.as_chunks().0.iter().zip(right.as_chunks().0) {
        found.add(left, right);
    }
    // Looking at some pairs twice is cheaper than at the last ones one by one.
    found.add(last_left, last_right);
    found.findings().or(pair)
}

fn pair(left: u8, right: u8) -> Findings {
    Findings { bare: (left == CR) != (right == LF), dot: left == LF && right == b'.' }
}

impl Findings {
    fn or(self, other: Self) -> Self {
        Self { bare: self.bare | other.bare, dot: self.dot | other.dot }
    }
}

/// How many pairs are looked at side by side.
const LANES: usize = 32;

/// Findings of as many columns, branchless, each true as a byte of ones: the form that the compiler turns into
/// vector instructions.
struct Lanes {
    bare: [u8; LANES],
    dot: [u8; LANES],
}

impl Lanes {
    #[inline(always)]
    fn add(&mut self, left: &[u8; LANES], right: &[u8; LANES]) {
        let ones = |is: bool| if is { 0xFF } else { 0 };
        for i in 0..LANES {
            self.bare[i] |= ones(left[i] == CR) ^ ones(right[i] == LF);
            self.dot[i] |= ones(left[i] == LF) & ones(right[i] == b'.');
        }
    }

    fn findings(&self) -> Findings {
        let any = |lanes: &[u8; LANES]| lanes.iter().fold(0, |any, lane| any | lane) != 0;
        Findings { bare: any(&self.bare), dot: any(&self.dot) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slow(before: u8, block: &[u8]) -> Findings {
        let mut found = Findings { bare: false, dot: false };
        let mut previous = before;
        for &byte in block {
            found.bare |= (previous == CR) != (byte == LF);
            found.dot |= previous == LF && byte == b'.';
            previous = byte;
        }
        found
    }

    #[test]
    fn agrees_with_the_definition() {
        let alphabet = [CR, LF, b'.', b'x'];
        for before in alphabet {
            assert_eq!(scan(before, b""), Findings { bare: false, dot: false });
            for n in 0..4usize.pow(5) {
                let block: [u8; 5] = core::array::from_fn(|i| alphabet[n >> (2 * i) & 3]);
                // In the middle of a long block, too, where the vector loop runs.
                let mut long = [b'x'; 100];
                long[40..45].copy_from_slice(&block);
                assert_eq!(scan(before, &block), slow(before, &block));
                assert_eq!(scan(before, &long), slow(before, &long));
            }
        }
    }
}
