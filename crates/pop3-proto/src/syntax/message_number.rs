use core::fmt;
use core::num::NonZeroU32;

use super::decimal;

/// The number of a message in this session's maildrop: 1 is the first (RFC 1939, section 4).
///
/// Numbers are good for one session only; what names a message for longer is its [`UniqueId`](crate::UniqueId).
/// Zero is no message number and cannot be built, so that no command can take it for the first message.
///
/// ```
/// use pop3_proto::MessageNumber;
///
/// let first = MessageNumber::new(1).unwrap();
/// assert_eq!(first.to_string(), "1");
/// assert_eq!(MessageNumber::new(0), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageNumber(NonZeroU32);

impl MessageNumber {
    /// The number `number`, unless that is zero.
    pub const fn new(number: u32) -> Option<Self> {
        match NonZeroU32::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0.get()
    }

    /// The number that `text` writes.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        Self::from_wide(decimal::whole(text)?)
    }

    pub(super) fn from_wide(number: u64) -> Option<Self> {
        u32::try_from(number).ok().and_then(Self::new)
    }

    /// The number of the message at `index`, counted from zero.
    pub(crate) fn from_index(index: usize) -> Option<Self> {
        u32::try_from(index).ok()?.checked_add(1).and_then(Self::new)
    }

    /// Where the message stands in its maildrop, counted from zero.
    pub(crate) fn index(self) -> usize {
        self.get() as usize - 1
    }

    pub(super) fn encode(self, write: &mut impl FnMut(&[u8])) {
        write(decimal::Digits::of(u64::from(self.get())).as_bytes());
    }
}

impl fmt::Display for MessageNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for MessageNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<MessageNumber> for u32 {
    fn from(number: MessageNumber) -> Self {
        number.get()
    }
}
