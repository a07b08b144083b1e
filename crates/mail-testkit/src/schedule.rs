/// How many bytes move at each step: a small generator of numbers, the same for the same seed.
#[derive(Clone, Debug)]
pub struct Schedule {
    state: u64,
    largest: usize,
}

impl Schedule {
    /// A schedule whose steps move between one byte and `largest`.
    pub fn seeded(seed: u64, largest: usize) -> Self {
        Self { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1, largest: largest.max(1) }
    }

    /// A schedule that moves all there is.
    pub fn whole() -> Self {
        Self { state: 0, largest: usize::MAX }
    }

    /// The next step's number of bytes, at least one.
    pub fn step(&mut self) -> usize {
        if self.state == 0 {
            return self.largest;
        }
        // Marsaglia's xorshift: good enough to be unpredictable for a machine, and reproducible.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        1 + usize::try_from(self.state >> 16).unwrap_or(usize::MAX) % self.largest
    }

    /// The next step's choice between two things.
    pub fn coin(&mut self) -> bool {
        self.state == 0 || self.step().is_multiple_of(2)
    }
}
