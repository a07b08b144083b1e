use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::hint::black_box;
use core::ops::Deref;

use zeroize::Zeroizing;

/// A password: overwritten when it is dropped, and never shown.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    pub(crate) fn checked(text: &str) -> Self {
        Self(Zeroizing::new(String::from(text)))
    }

    /// The password itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it is this one. How long the answer takes does not tell where the two differ, only how long the
    /// password is; for those who keep hashes, as one should, the hash's own check takes its place.
    pub fn is(&self, expected: &str) -> bool {
        let (given, expected) = (self.0.as_bytes(), expected.as_bytes());
        let mut difference = u8::from(given.len() != expected.len());
        for (at, byte) in given.iter().enumerate() {
            // With nothing to compare to, a byte is compared to its own complement.
            difference |= black_box(byte ^ expected.get(at).copied().unwrap_or(!byte));
        }
        black_box(difference) == 0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A message from the client to the server, as raw bytes. It may hold a password: it is overwritten when it is
/// dropped, and `Debug` prints its length only.
#[derive(Clone)]
pub struct Response(Zeroizing<Vec<u8>>);

impl Response {
    /// A response of these bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl Deref for Response {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({} bytes)", self.0.len())
    }
}
