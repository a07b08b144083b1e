use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use mail_futures_io::{BoxedStream, Runtime, Timer};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep_until};

use crate::Io;

/// tokio, as the driver and the clients know it.
#[derive(Clone, Copy, Debug)]
pub enum Tokio {}

/// tokio's timer. It needs a runtime with time enabled when it is first polled, and tokio's clock must run: machines
/// know the time by the system's. Where tokio's is paused, as in tests with `start_paused`, it runs ahead to a deadline
/// that the machine has not reached, and the driver is busy until the system's clock has, too. Tests that must not wait
/// call the machine's `handle_timeout` themselves.
#[derive(Debug, Default)]
pub struct TokioTimer {
    /// Made when it is first needed.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl TokioTimer {
    /// A timer that waits for nothing yet.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Timer for TokioTimer {
    fn poll_deadline(&mut self, context: &mut Context<'_>, deadline: Option<Instant>) -> Poll<()> {
        let Some(at) = deadline.map(tokio::time::Instant::from_std) else {
            self.sleep = None;
            return Poll::Pending;
        };
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if sleep.deadline() != at {
            sleep.as_mut().reset(at);
        }
        sleep.as_mut().poll(context)
    }
}

impl Runtime for Tokio {
    type Timer = TokioTimer;

    fn timer() -> TokioTimer {
        TokioTimer::new()
    }

    async fn connect(host: &str, port: u16) -> io::Result<BoxedStream> {
        let stream = TcpStream::connect((host, port)).await?;
        // Commands are short and waited for.
        stream.set_nodelay(true)?;
        Ok(Box::new(Io::new(stream)))
    }
}
