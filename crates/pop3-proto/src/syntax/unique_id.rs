use core::fmt;

use memchr::memchr3;

/// What names a message beyond one session, and stays the same from one session to the next (RFC 1939, section 7,
/// UIDL).
///
/// The standard has it be 1 to 70 octets from `!` to `~`. Servers exist that send more, or blanks, or 8-bit octets,
/// and such an id still names its message; [`lenient`](Self::lenient) reads those, and
/// [`is_standard`](Self::is_standard) tells them apart. A server of ours sends none.
///
/// ```
/// use pop3_proto::UniqueId;
///
/// let id = UniqueId::new(b"whqtswO00WBw418f9t5JxYwZ").unwrap();
/// assert_eq!(id.to_string(), "whqtswO00WBw418f9t5JxYwZ");
/// assert!(UniqueId::new(b"two words").is_err());
/// assert!(!UniqueId::lenient(b"two words").unwrap().is_standard());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UniqueId<'a>(&'a [u8]);

/// These octets are no unique id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a unique id is 1 to 70 octets of printable ASCII, without blanks")]
pub struct InvalidUniqueId;

impl<'a> UniqueId<'a> {
    /// The longest unique id that the standard knows, in octets.
    pub const LONGEST: usize = 70;

    /// The id that these octets are, by the standard.
    ///
    /// # Errors
    ///
    /// [`InvalidUniqueId`] unless they are 1 to 70 octets from `!` to `~`.
    pub fn new(id: &'a [u8]) -> Result<Self, InvalidUniqueId> {
        Self::lenient(id).ok().filter(|id| id.is_standard()).ok_or(InvalidUniqueId)
    }

    /// The id that these octets are, of any length and with any octets that can stand in a line.
    ///
    /// # Errors
    ///
    /// [`InvalidUniqueId`] if there are none, or a CR, an LF or a NUL among them.
    pub fn lenient(id: &'a [u8]) -> Result<Self, InvalidUniqueId> {
        if id.is_empty() || memchr3(b'\r', b'\n', 0, id).is_some() {
            return Err(InvalidUniqueId);
        }
        Ok(Self(id))
    }

    /// An id that was read leniently before.
    pub(crate) const fn of_line(id: &'a [u8]) -> Self {
        Self(id)
    }

    /// Whether it is what the standard allows.
    pub fn is_standard(self) -> bool {
        self.0.len() <= Self::LONGEST && self.0.iter().all(u8::is_ascii_graphic)
    }

    /// The octets: the key to keep it under.
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }
}

impl fmt::Display for UniqueId<'_> {
    /// Octets that are not ASCII, or not printable, appear as `\xNN`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|&octet| match octet {
            b' '..=b'~' => fmt::Write::write_char(f, char::from(octet)),
            _ => write!(f, "\\x{octet:02x}"),
        })
    }
}

impl fmt::Debug for UniqueId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
