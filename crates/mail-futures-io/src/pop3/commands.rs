//! What one can ask of a maildrop (RFC 1939, section 5 and 7).

use pop3_proto::client::{Asked, Event};
use pop3_proto::{DropListing, MessageNumber, ScanListing};

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
    /// [`Error`].
    pub async fn list(&mut self) -> Result<Vec<ScanListing>, Error> {
        let list = Asked::List(None);
        let mut messages = Vec::new();
        self.idle_machine().await?.list()?;
        loop {
            match self.event().await? {
                Event::Listed(listing) => messages.push(listing),
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
    /// [`Error::Refused`] where the server knows no unique ids; or any other [`Error`].
    pub async fn unique_ids(&mut self) -> Result<Vec<Identified>, Error> {
        let uidl = Asked::Uidl(None);
        let mut messages = Vec::new();
        self.idle_machine().await?.uidl()?;
        loop {
            match self.event().await? {
                Event::Identified(listing) => {
                    messages.push(Identified { message: listing.message, id: listing.id.as_bytes().into() });
                }
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
