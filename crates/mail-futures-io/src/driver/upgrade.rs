//! From plaintext to TLS on the same connection.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::task::{Poll, ready};
use std::time::{Duration, Instant as SystemInstant};

use futures_io::{AsyncRead, AsyncWrite};
use mail_wire::{Machine, TlsInfo};

use super::{Driver, Input, Output};
use crate::Timer;

/// How long a handshake may take, if the machine does not want to wait for less.
const PATIENCE: Duration = Duration::from_secs(60);

impl<M, S, T> Driver<M, S, T>
where
    M: Machine,
    S: AsyncRead + AsyncWrite + Unpin,
    T: Timer,
{
    /// Hands the connection to a TLS handshake, takes it back, and tells the machine: the answer to an `UpgradeTls`
    /// event, or, before the first event, implicit TLS.
    ///
    /// What the machine had to say before is written first. Nothing that was read before TLS is read after it: the
    /// driver keeps no bytes, and the machine throws its own away.
    ///
    /// # Errors
    ///
    /// When the handshake fails, or is not done within the machine's patience and a minute. The connection is gone
    /// then, and [`next_event`](Self::next_event) gives the machine's last events.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the connection is lost with the future.
    pub async fn upgrade<F, H>(&mut self, handshake: F) -> io::Result<()>
    where
        F: FnOnce(S) -> H,
        H: Future<Output = io::Result<(S, TlsInfo)>>,
    {
        self.flush().await?;
        let stream = self.stream.take().ok_or(io::ErrorKind::NotConnected)?;
        let until = SystemInstant::now() + PATIENCE;
        let mut handshake = pin!(handshake(stream));
        let done = poll_fn(|context| {
            if let Poll::Ready(done) = handshake.as_mut().poll(context) {
                return Poll::Ready(done);
            }
            while !self.machine.is_closed() && !ready!(self.poll_patience(context, until)) {}
            Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
        })
        .await;
        match done {
            Ok((stream, tls)) => {
                self.stream = Some(stream);
                self.machine.handle_tls(self.clock.now(), tls);
                Ok(())
            }
            Err(error) => {
                self.output = Output::Broken(None);
                self.input = Input::Ended;
                self.machine.handle_eof(self.clock.now());
                Err(error)
            }
        }
    }
}

#[cfg(feature = "rustls")]
impl<M, T> Driver<M, crate::BoxedStream, T>
where
    M: Machine,
    T: Timer,
{
    /// Starts TLS as a server: [`upgrade`](Self::upgrade) with its handshake.
    ///
    /// # Errors
    ///
    /// As [`upgrade`](Self::upgrade).
    pub async fn accept_tls(&mut self, tls: &crate::TlsServer) -> io::Result<()> {
        self.upgrade(|stream| tls.accept(stream)).await
    }

    /// Starts TLS as a client, with a server of this name: [`upgrade`](Self::upgrade) with its handshake.
    ///
    /// # Errors
    ///
    /// As [`upgrade`](Self::upgrade).
    pub async fn connect_tls(&mut self, server: &str, tls: &crate::TlsClient) -> io::Result<()> {
        self.upgrade(|stream| tls.connect(server, stream)).await
    }
}
