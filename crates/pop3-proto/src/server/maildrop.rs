use alloc::vec::Vec;
use core::fmt;

use crate::{InvalidUniqueId, MessageNumber, UniqueId};

/// What is in a maildrop when a session begins: a size and a unique id for each message, in their order.
///
/// The server answers STAT, LIST, UIDL, DELE and RSET from it. It is a snapshot: mail that arrives later belongs to
/// the next session (RFC 1939, section 4).
///
/// ```
/// use pop3_proto::{UniqueId, server::Maildrop};
///
/// let mut maildrop = Maildrop::new();
/// maildrop.push(120, UniqueId::new(b"whqtswO00WBw418f9t5JxYwZ")?)?;
/// maildrop.push(200, UniqueId::new(b"QhdPYR:00WBw1Ph7x7")?)?;
/// assert_eq!(maildrop.len(), 2);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct Maildrop {
    octets: Vec<u64>,
    /// All ids in one piece, each ending where `id_ends` says.
    ids: Vec<u8>,
    id_ends: Vec<usize>,
    deleted: Vec<bool>,
    /// How many are not deleted, and their octets together.
    kept: u32,
    kept_octets: u64,
}

/// A message cannot be listed. The application's mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MaildropError {
    /// Its id is not what the standard allows.
    #[error(transparent)]
    UniqueId(#[from] InvalidUniqueId),
    /// Message numbers have 32 bits.
    #[error("the maildrop has as many messages as can be numbered")]
    Full,
}

impl Maildrop {
    /// An empty maildrop.
    pub const fn new() -> Self {
        Self { octets: Vec::new(), ids: Vec::new(), id_ends: Vec::new(), deleted: Vec::new(), kept: 0, kept_octets: 0 }
    }

    /// Adds the next message and returns its number.
    ///
    /// `octets` is the message's size with CRLF at the end of each line, as RFC 1939, section 11, has it: where
    /// files have other line endings, [`WireSize`](super::WireSize) counts it. Two messages must not have the same
    /// id.
    ///
    /// # Errors
    ///
    /// [`MaildropError`]; nothing was added.
    pub fn push(&mut self, octets: u64, id: UniqueId<'_>) -> Result<MessageNumber, MaildropError> {
        if !id.is_standard() {
            return Err(InvalidUniqueId.into());
        }
        let number = MessageNumber::from_index(self.octets.len()).ok_or(MaildropError::Full)?;
        self.octets.push(octets);
        self.ids.extend_from_slice(id.as_bytes());
        self.id_ends.push(self.ids.len());
        self.deleted.push(false);
        self.kept += 1;
        self.kept_octets = self.kept_octets.saturating_add(octets);
        Ok(number)
    }

    /// How many messages there are, those that are marked as deleted included.
    pub fn len(&self) -> usize {
        self.octets.len()
    }

    /// Whether there is no message.
    pub fn is_empty(&self) -> bool {
        self.octets.is_empty()
    }

    /// How many messages are not marked as deleted.
    pub fn kept(&self) -> u32 {
        self.kept
    }

    /// How many octets the messages have together that are not marked as deleted.
    pub fn kept_octets(&self) -> u64 {
        self.kept_octets
    }

    /// A message's size, unless it is not there or marked as deleted.
    pub fn octets(&self, message: MessageNumber) -> Option<u64> {
        let deleted = *self.deleted.get(message.index())?;
        self.octets.get(message.index()).copied().filter(|_| !deleted)
    }

    /// A message's unique id, unless it is not there or marked as deleted.
    pub fn unique_id(&self, message: MessageNumber) -> Option<UniqueId<'_>> {
        self.octets(message)?;
        self.id_at(message.index())
    }

    fn id_at(&self, index: usize) -> Option<UniqueId<'_>> {
        let start = index.checked_sub(1).and_then(|before| self.id_ends.get(before)).copied().unwrap_or(0);
        let id = self.ids.get(start..*self.id_ends.get(index)?)?;
        UniqueId::lenient(id).ok()
    }

    /// Marks a message as deleted; false if it is not there, or no longer.
    pub(super) fn delete(&mut self, message: MessageNumber) -> bool {
        let Some(octets) = self.octets(message) else { return false };
        if let Some(deleted) = self.deleted.get_mut(message.index()) {
            *deleted = true;
            self.kept -= 1;
            self.kept_octets -= octets.min(self.kept_octets);
        }
        true
    }

    /// Takes all marks back.
    pub(super) fn reset(&mut self) {
        // A client may say so often: what costs time is only what it has marked.
        if self.kept as usize == self.octets.len() {
            return;
        }
        self.deleted.fill(false);
        self.kept = u32::try_from(self.octets.len()).unwrap_or(u32::MAX);
        self.kept_octets = self.octets.iter().fold(0, |sum, octets| sum.saturating_add(*octets));
    }
}

impl fmt::Debug for Maildrop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Maildrop").field("messages", &self.len()).field("kept", &self.kept).finish_non_exhaustive()
    }
}

/// The messages that a client has marked as deleted by the time it says QUIT.
#[derive(Clone, Copy)]
pub struct Deletions<'a> {
    maildrop: Option<&'a Maildrop>,
}

impl<'a> Deletions<'a> {
    pub(super) fn of(maildrop: Option<&'a Maildrop>) -> Self {
        Self { maildrop }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.maildrop.map_or(0, |maildrop| maildrop.len() - maildrop.kept as usize)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Their numbers and unique ids, in order.
    pub fn iter(&self) -> impl Iterator<Item = (MessageNumber, UniqueId<'a>)> {
        self.maildrop.into_iter().flat_map(|maildrop| {
            let marked = maildrop.deleted.iter().enumerate().filter(|(_, deleted)| **deleted);
            marked.filter_map(|(index, _)| Some((MessageNumber::from_index(index)?, maildrop.id_at(index)?)))
        })
    }
}

impl fmt::Debug for Deletions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(message, _)| message)).finish()
    }
}
