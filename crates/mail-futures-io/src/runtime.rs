use std::future::Future;
use std::io;
use std::task::{Context, Poll};
use std::time::Instant;

use futures_io::{AsyncRead, AsyncWrite};

/// What wakes a driver when its machine's patience ends.
pub trait Timer {
    /// Waits for `deadline`, instead of any that was waited for before; without one, for nothing. Ready when it has
    /// passed.
    fn poll_deadline(&mut self, context: &mut Context<'_>, deadline: Option<Instant>) -> Poll<()>;
}

/// What the sequential clients need of an async runtime: connections and timers.
///
/// Implement it for a runtime that has no adapter of its own; the clients then are `SmtpClient<YourRuntime>` and
/// `Pop3Client<YourRuntime>`.
pub trait Runtime {
    /// The runtime's timer.
    type Timer: Timer + Send + Unpin;

    /// A timer that waits for nothing yet.
    fn timer() -> Self::Timer;

    /// Connects by TCP to a host, given by name or address.
    ///
    /// # Errors
    ///
    /// When the host has no address, or there is no connection to be had to any of them.
    fn connect(host: &str, port: u16) -> impl Future<Output = io::Result<BoxedStream>> + Send;
}

/// A connection: whatever can be read and written.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A connection of any kind. What begins in the clear and goes on inside TLS keeps its type.
pub type BoxedStream = Box<dyn Stream>;
