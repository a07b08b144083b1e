//! Sockets and timers by `async-io`, which serves async-std, smol, and any other executor.

mod resolve;

use std::future::Future;
use std::io;
use std::net::TcpStream;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use async_io::Async;

use mail_wire::Instant as Moment;

use crate::{BoxedStream, Driver, Runtime, Stream, Timer};

/// Sets a machine on a connection that has just been made: a [`Driver`] with a timer that serves async-std and smol.
pub fn drive<M>(
    stream: impl Stream + 'static,
    machine: impl FnOnce(Moment) -> M,
) -> Driver<M, BoxedStream, AsyncIoTimer> {
    Driver::new(Box::new(stream), AsyncIoTimer::new(), machine)
}

/// The runtime of async-std and smol.
#[derive(Clone, Copy, Debug)]
pub enum AsyncIo {}

/// The timer of async-std and smol.
///
/// ```
/// use mail_futures_io::{AsyncIoTimer, Driver};
/// # use smtp_proto::server::Server;
/// # fn serve(stream: async_io::Async<std::net::TcpStream>, config: std::sync::Arc<smtp_proto::server::Config>) {
/// let session = Driver::new(stream, AsyncIoTimer::new(), |now| Server::new(now, config));
/// # }
/// ```
#[derive(Debug, Default)]
pub struct AsyncIoTimer {
    /// Made when it is first needed.
    timer: Option<async_io::Timer>,
    deadline: Option<Instant>,
}

impl AsyncIoTimer {
    /// A timer that waits for nothing yet.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Timer for AsyncIoTimer {
    fn poll_deadline(&mut self, context: &mut Context<'_>, deadline: Option<Instant>) -> Poll<()> {
        let Some(at) = deadline else {
            (self.timer, self.deadline) = (None, None);
            return Poll::Pending;
        };
        if at <= Instant::now() {
            return Poll::Ready(());
        }
        let timer = self.timer.get_or_insert_with(async_io::Timer::never);
        if self.deadline != Some(at) {
            timer.set_at(at);
            self.deadline = Some(at);
        }
        match Pin::new(timer).poll(context) {
            Poll::Ready(_) => {
                self.deadline = None;
                Poll::Ready(())
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Runtime for AsyncIo {
    type Timer = AsyncIoTimer;

    fn timer() -> AsyncIoTimer {
        AsyncIoTimer::new()
    }

    async fn connect(host: &str, port: u16) -> io::Result<BoxedStream> {
        let mut failure = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
        for address in resolve::resolve(host, port).await? {
            match Async::<TcpStream>::connect(address).await {
                Ok(stream) => {
                    // Commands are short and waited for.
                    stream.get_ref().set_nodelay(true)?;
                    return Ok(Box::new(stream));
                }
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }
}
