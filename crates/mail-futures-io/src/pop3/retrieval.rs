//! Messages, in pieces as they come.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;

use futures_io::AsyncWrite;
use mail_wire::dot::BodyDefects;
use pop3_proto::MessageNumber;
use pop3_proto::client::{Asked, Event};

use super::{Error, Pop3Client};
use crate::Runtime;

/// A message on its way. One that is dropped before its end is read and thrown away by the client's next call.
pub struct Retrieval<'a, R: Runtime> {
    client: &'a mut Pop3Client<R>,
    asked: Asked,
    end: Option<End>,
}

/// How a message ended.
#[derive(Clone, Copy, Debug)]
struct End {
    octets: u64,
    defects: BodyDefects,
}

impl<R: Runtime> Pop3Client<R> {
    /// A message, whole (RETR).
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if there is no such message; or any other [`Error`].
    pub async fn retrieve(&mut self, message: MessageNumber) -> Result<Retrieval<'_, R>, Error> {
        self.idle_machine().await?.retr(message)?;
        self.begin(Asked::Retr(message)).await
    }

    /// The header of a message and the first lines of its body (TOP), none of them if `lines` is 0.
    ///
    /// # Errors
    ///
    /// As [`retrieve`](Self::retrieve).
    pub async fn top(&mut self, message: MessageNumber, lines: u64) -> Result<Retrieval<'_, R>, Error> {
        self.idle_machine().await?.top(message, lines)?;
        self.begin(Asked::Top { message, lines }).await
    }

    /// Writes a message, whole, to a file or whatever takes it, and flushes that. Returns how many octets it has.
    ///
    /// # Errors
    ///
    /// [`Error::Message`] if it cannot be written; or any other [`Error`]. What was written then is not a whole
    /// message.
    pub async fn retrieve_into(
        &mut self,
        message: MessageNumber,
        mut writer: impl AsyncWrite + Unpin,
    ) -> Result<u64, Error> {
        let mut retrieval = self.retrieve(message).await?;
        while let Some(chunk) = retrieval.chunk().await? {
            write_all(&mut writer, chunk).await.map_err(Error::Message)?;
        }
        let octets = retrieval.octets().unwrap_or_default();
        poll_fn(|context| Pin::new(&mut writer).poll_flush(context)).await.map_err(Error::Message)?;
        Ok(octets)
    }

    async fn begin(&mut self, asked: Asked) -> Result<Retrieval<'_, R>, Error> {
        loop {
            match self.event().await? {
                Event::StartOfBody { asked: begun, .. } if begun == asked => break,
                Event::Refused { asked: refused, reply } if refused == asked => {
                    return Err(Error::refused(asked, reply));
                }
                _ => {}
            }
        }
        Ok(Retrieval { client: self, asked, end: None })
    }
}

impl<R: Runtime> Retrieval<'_, R> {
    /// The next octets of the message, dots taken out; `None` at its end. Where they are cut means nothing.
    ///
    /// # Errors
    ///
    /// [`Error`]; the message is not complete then.
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is lost when the future is dropped.
    pub async fn chunk(&mut self) -> Result<Option<&[u8]>, Error> {
        if self.end.is_some() {
            return Ok(None);
        }
        match self.client.event().await? {
            Event::Body(octets) => Ok(Some(octets)),
            Event::EndOfBody { octets, defects, .. } => {
                self.end = Some(End { octets, defects });
                Ok(None)
            }
            _ => Err(Error::Malformed(self.asked)),
        }
    }

    /// How many octets the message had, once it has come to its end.
    pub fn octets(&self) -> Option<u64> {
        self.end.map(|end| end.octets)
    }

    /// What was wrong with its lines, once it has come to its end.
    pub fn defects(&self) -> Option<BodyDefects> {
        self.end.map(|end| end.defects)
    }
}

impl<R: Runtime> fmt::Debug for Retrieval<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retrieval").field("asked", &self.asked).field("end", &self.end).finish_non_exhaustive()
    }
}

async fn write_all(writer: &mut (impl AsyncWrite + Unpin), mut octets: &[u8]) -> io::Result<()> {
    while !octets.is_empty() {
        match poll_fn(|context| Pin::new(&mut *writer).poll_write(context, octets)).await {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => octets = octets.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
