//! The loop that every body byte passes through. Strictness is a reduction here, not a search: a block is either
//! clean, which is nearly always, or looked at again.

pub(super) const CR: u8 = b'\r';
pub(super) const LF: u8 = b'\n';

/// The largest block that is scanned at once, in bytes: small enough for the first-level cache, large enough that
/// the loop's start and end do not count.
pub(super) const LARGEST_BLOCK: usize = 2048;

/// The block that a run is begun with: most of what is scanned behind the run's end is scanned again.
pub(super) const SMALLEST_BLOCK: usize = 256;

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
    let Some(&first) = block.first() else {
        return Findings { bare: false, dot: false };
    };
    let mut bare = u8::from(before == CR) ^ u8::from(first == LF);
    let mut dot = u8::from(before == LF) & u8::from(first == b'.');
    // Branchless over bytes, so that the compiler turns it into vector instructions.
    for (&p, &q) in block.iter().zip(&block[1..]) {
        bare |= u8::from(p == CR) ^ u8::from(q == LF);
        dot |= u8::from(p == LF) & u8::from(q == b'.');
    }
    Findings { bare: bare != 0, dot: dot != 0 }
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
