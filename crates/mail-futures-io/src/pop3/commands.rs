//! What one can ask of a maildrop (RFC 1939, section 5 and 7).

use pop3_proto::client::{Asked, Event};
use pop3_proto::{DropListing, MessageNumber, ScanListing, UniqueId};

use super::{Error, Pop3Client};
use crate::Runtime;

/// A message and what names it beyond the session.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Identified {
    /// The message, in this session.
    pub message: MessageNumber,
    /// Its unique id, in every session: octets as the server sent them, to be compared as they are.
    pub id: Box<[u8]>,
}

impl<R: Runtime> Pop3Client<R> {
    /// How much there is in the maildrop (STAT).
    ///
    /// # Errors
    ///
    /// [`Error`].
    pub async fn stat(&mut self) -> Result<DropListing, Error> {
        self.idle_machine().await?.stat()?;
        loop {
            match self.event().await? {
                Event::Stat(listing) => return Ok(listing),
                Event::Refused { asked: asked @ Asked::Stat, reply } => return Err(Error::refused(asked, reply)),
                Event::Malformed { asked: asked @ Asked::Stat, .. } => return Err(Error::Malformed(asked)),
                _ => {}
            }
        }
    }

    /// The messages and their sizes (LIST), without those that are marked as deleted. Lines that make no sense are
    /// left out.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyMessages`] if there is no end to them; or any other [`Error`].
    pub async fn list(&mut self) -> Result<Vec<ScanListing>, Error> {
        let list = Asked::List(None);
        let most = self.options.most_messages;
        let mut messages = Vec::new();
        self.idle_machine().await?.list()?;
        loop {
            match self.event().await? {
                Event::Listed(listing) if messages.len() < most => messages.push(listing),
                Event::Listed(_) => return Err(self.too_many(list)),
                Event::EndOfListing { asked, .. } if asked == list => return Ok(messages),
                Event::Refused { asked, reply } if asked == list => return Err(Error::refused(asked, reply)),
                _ => {}
            }
        }
    }

    /// The messages and their unique ids (UIDL), without those that are marked as deleted. Lines that make no sense
    /// are left out. That a message is missing does not mean that it is gone: there are servers that list only some.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] where the server knows no unique ids; [`Error::TooManyMessages`] if there is no end to them;
    /// or any other [`Error`].
    pub async fn unique_ids(&mut self) -> Result<Vec<Identified>, Error> {
        let uidl = Asked::Uidl(None);
        let most = self.options.most_messages;
        let mut room = most.saturating_mul(UniqueId::LONGEST);
        let mut messages = Vec::new();
        self.idle_machine().await?.uidl()?;
        loop {
            match self.event().await? {
                Event::Identified(listing) => match room.checked_sub(listing.id.as_bytes().len()) {
                    Some(left) if messages.len() < most => {
                        room = left;
                        messages.push(Identified { message: listing.message, id: listing.id.as_bytes().into() });
                    }
                    _ => return Err(self.too_many(uidl)),
                },
                Event::EndOfListing { asked, .. } if asked == uidl => return Ok(messages),
                Event::Refused { asked, reply } if asked == uidl => return Err(Error::refused(asked, reply)),
                _ => {}
            }
        }
    }

    /// Marks a message as deleted (DELE). It is gone when [`quit`](Self::quit) has worked, and not before.
    ///
    /// # Errors
    ///
    /// [`Error`].
    pub async fn delete(&mut self, message: MessageNumber) -> Result<(), Error> {
        self.idle_machine().await?.dele(message)?;
        self.done(Asked::Dele(message)).await
    }

    /// Takes all marks back (RSET).
    ///
    /// # Errors
    ///
    /// [`Error`].
    pub async fn reset(&mut self) -> Result<(), Error> {
        self.idle_machine().await?.rset()?;
        self.done(Asked::Rset).await
    }

    /// Asks the server for a sign of life (NOOP).
    ///
    /// # Errors
    ///
    /// [`Error`].
    pub async fn noop(&mut self) -> Result<(), Error> {
        self.idle_machine().await?.noop()?;
        self.done(Asked::Noop).await
    }

    /// Ends the session: there may be no end to the rest of the listing, so it cannot be skipped.
    fn too_many(&mut self, asked: Asked) -> Error {
        self.machine().abort();
        Error::TooManyMessages(asked)
    }

    async fn done(&mut self, command: Asked) -> Result<(), Error> {
        loop {
            match self.event().await? {
                Event::Done { asked, .. } if asked == command => return Ok(()),
                Event::Refused { asked, reply } if asked == command => return Err(Error::refused(asked, reply)),
                _ => {}
            }
        }
    }
}
