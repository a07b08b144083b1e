use core::fmt;
use core::ops::Deref;

/// Borrowed bytes that no log should show: a password, a SASL response. `Debug` prints only their number.
///
/// ```
/// use mail_wire::Secret;
///
/// let password = Secret::new(b"correct horse");
/// assert_eq!(format!("{password:?}"), "Secret(13 bytes)");
/// assert_eq!(&password[..7], b"correct");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret<'a>(&'a [u8]);

impl<'a> Secret<'a> {
    /// Marks `bytes` as secret.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The bytes themselves, with the lifetime of what they were borrowed from.
    pub const fn expose(self) -> &'a [u8] {
        self.0
    }
}

impl Deref for Secret<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0
    }
}

impl fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}
