//! A digest, as a small value.

use core::fmt;

/// What a hash function returns: up to 64 octets, kept without an allocation.
///
/// Digests are no secrets, so comparing them takes as long as it takes.
#[derive(Clone, Copy)]
pub struct Digest {
    octets: [u8; Self::LONGEST],
    length: u8,
}

impl Digest {
    /// The longest digest there is, in octets: that of SHA-512.
    pub const LONGEST: usize = 64;

    /// A digest of these octets. Octets after the 64th are dropped: no hash of
    /// [`HashAlgorithm`](super::HashAlgorithm) has as many.
    pub fn new(octets: &[u8]) -> Self {
        let mut digest = Self { octets: [0; Self::LONGEST], length: 0 };
        for (place, octet) in digest.octets.iter_mut().zip(octets) {
            *place = *octet;
            digest.length += 1;
        }
        digest
    }
}

impl AsRef<[u8]> for Digest {
    fn as_ref(&self) -> &[u8] {
        self.octets.get(..usize::from(self.length)).unwrap_or(&self.octets)
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.as_ref() == other.as_ref()
    }
}

impl Eq for Digest {}

/// In hexadecimal.
impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}
