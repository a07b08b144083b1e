//! The driver: where a machine meets a connection.

mod ending;
mod upgrade;

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant as SystemInstant};

use futures_io::{AsyncRead, AsyncWrite};
use mail_wire::{Clock, InputBuffer, Instant, Machine};

use crate::Timer;
use ending::Ending;

/// A machine on a connection.
///
/// It reads, writes and waits as the machine wants, and stops at each event: the application polls
/// [`next_event`](Self::next_event), decides, and tells the machine by [`machine_mut`](Self::machine_mut).
///
/// Reading, writing and waiting happen together, so two peers that both write first cannot block each other. What is
/// read goes through the stack: a connection that is idle holds no buffer but the machine's own.
///
/// ```
/// use std::sync::Arc;
/// use futures_io::{AsyncRead, AsyncWrite};
/// use mail_futures_io::{Driver, Timer};
/// use smtp_proto::reply::Reply;
/// use smtp_proto::server::{Config, Event, Request, Server};
///
/// /// Receives mail and throws it away.
/// async fn serve<S, T>(stream: S, timer: T) -> std::io::Result<()>
/// where
///     S: AsyncRead + AsyncWrite + Unpin,
///     T: Timer,
/// {
///     let mut session = Driver::new(stream, timer, |now| Server::new(now, Arc::new(Config::default())));
///     while let Some(event) = session.next_event().await? {
///         let answered = match event {
///             Event::Request(Request::Rcpt { to, .. }) if to.mailbox().is_some_and(|to| to.local_part() == "nobody") => {
///                 session.machine_mut().reject(Reply::NO_SUCH_USER)
///             }
///             Event::Request(_) => session.machine_mut().accept(),
///             _ => Ok(()),
///         };
///         answered.expect("each request is answered once");
///     }
///     Ok(())
/// }
/// ```
pub struct Driver<M, S, T> {
    machine: M,
    /// `None` only while TLS starts, and after that has failed.
    stream: Option<S>,
    timer: T,
    clock: Clock,
    input: Input,
    output: Output,
    ending: Ending,
}

/// What the peer can still say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Input {
    Open,
    /// Nothing, and the machine knows.
    Ended,
}

/// What can still be said to the peer.
#[derive(Debug)]
enum Output {
    Flushed,
    /// Bytes were written that the stream may hold back.
    Written,
    /// Nothing. The error is told to the application once.
    Broken(Option<io::Error>),
}

/// How long a flush may take, if the machine does not want to wait for less: as long as the most patient machine waits
/// for its peer (RFC 1939, section 3).
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// After so many reads and writes in one poll, others get their turn.
const TURN: usize = 32;

impl<M, S, T> Driver<M, S, T> {
    /// A driver of the machine that `machine` makes, on a connection that has just been made. The machine must know
    /// the time by the driver's clock and no other, so it is made here.
    pub fn new(stream: S, timer: T, machine: impl FnOnce(Instant) -> M) -> Self {
        let clock = Clock::start();
        Self {
            machine: machine(clock.now()),
            stream: Some(stream),
            timer,
            clock,
            input: Input::Open,
            output: Output::Flushed,
            ending: Ending::NotYet,
        }
    }

    /// The machine.
    pub fn machine(&self) -> &M {
        &self.machine
    }

    /// The machine, to answer its requests or to give it commands. What that makes it say is written by the next
    /// [`next_event`](Self::next_event).
    pub fn machine_mut(&mut self) -> &mut M {
        &mut self.machine
    }

    /// The connection; `None` if starting TLS has failed.
    pub fn stream(&self) -> Option<&S> {
        self.stream.as_ref()
    }

    /// The machine and the connection. What the machine still wanted to write is not written.
    pub fn into_parts(self) -> (M, Option<S>) {
        (self.machine, self.stream)
    }
}

impl<M, S, T> Driver<M, S, T>
where
    M: Machine,
    S: AsyncRead + AsyncWrite + Unpin,
    T: Timer,
{
    /// Drives the machine until it has something to say; `None` when it will say nothing more.
    ///
    /// While a request waits for its answer there is nothing to be told, so this may stand in a `select!` with what
    /// finds the answer. Nor is anything read then: that the peer has gone is told after the answer.
    ///
    /// Once the session is over, what the machine had to say to the peer is written, and the connection closed,
    /// before its last events are told. That takes ten seconds at most, and its failure is nobody's concern.
    ///
    /// # Errors
    ///
    /// The connection's, once. The machine has then been told that the connection has ended: to call again gives its
    /// last events, as if the peer had gone away; or drop the driver. A peer that ends TLS without a word is one that
    /// goes away, since the mail protocols know by themselves whether something is complete.
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is lost when the future is dropped before it is done, and calling again goes on.
    pub async fn next_event(&mut self) -> io::Result<Option<M::Event<'_>>> {
        self.ready().await?;
        Ok(self.machine.poll_event())
    }

    /// Drives the machine until its `poll_event` has something to say, or will say nothing more. This is
    /// [`next_event`](Self::next_event) without taking the event.
    ///
    /// # Errors
    ///
    /// As [`next_event`](Self::next_event).
    ///
    /// # Cancel safety
    ///
    /// Safe, as [`next_event`](Self::next_event).
    pub async fn ready(&mut self) -> io::Result<()> {
        poll_fn(|context| self.poll_event_ready(context)).await
    }

    /// Writes what the machine has to say and flushes it, without waiting for an event: before something takes
    /// long. An event that is due ends it too.
    ///
    /// # Errors
    ///
    /// As [`next_event`](Self::next_event); and when it is not done within the machine's patience and ten minutes,
    /// because the peer does not read. The connection is of no use then, as if it had broken.
    ///
    /// # Cancel safety
    ///
    /// Safe, as [`next_event`](Self::next_event).
    pub async fn flush(&mut self) -> io::Result<()> {
        let until = SystemInstant::now() + PATIENCE;
        poll_fn(|context| {
            for _ in 0..TURN {
                if self.machine.has_event() {
                    return Poll::Ready(self.take_error());
                }
                match self.poll_write(context) {
                    Poll::Ready(true) => {}
                    Poll::Ready(false) => return Poll::Ready(self.take_error()),
                    Poll::Pending => {
                        if ready!(self.poll_patience(context, until)) {
                            self.break_off(io::ErrorKind::TimedOut.into());
                            self.end_input();
                        }
                    }
                }
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await
    }

    /// Ready when there is an event, or will be none any more.
    fn poll_event_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        for _ in 0..TURN {
            // Once the last words are being said, it is nobody's concern.
            if self.input == Input::Ended && matches!(self.ending, Ending::NotYet) {
                self.take_error()?;
            }
            if self.machine.is_closed() {
                ready!(self.poll_ending(context));
                return Poll::Ready(Ok(()));
            }
            if self.machine.has_event() {
                return Poll::Ready(Ok(()));
            }
            if self.poll_write(context) == Poll::Ready(true) {
                continue;
            }
            let broken = matches!(self.output, Output::Broken(_));
            if self.input == Input::Open && (broken || self.machine.wants_input()) && self.poll_read(context).is_ready()
            {
                continue;
            }
            if self.input == Input::Ended && broken && self.give_up_output() {
                continue;
            }
            if self.poll_timer(context) {
                continue;
            }
            // With nothing to write, to read or to wait for, only the application can make it go on: by an answer,
            // for which it drops this future.
            return Poll::Pending;
        }
        // A peer that keeps the connection busy does not stop the clock.
        self.poll_timer(context);
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// Writes or flushes once. True if that did anything, false if there is nothing to be written, or nobody to write
    /// it to.
    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<bool> {
        if matches!(self.output, Output::Broken(_)) {
            return Poll::Ready(false);
        }
        let done = match (&mut self.stream, self.machine.poll_transmit(), &self.output) {
            (None, ..) => Err(io::ErrorKind::NotConnected.into()),
            (Some(stream), Some(bytes), _) => match Pin::new(&mut *stream).poll_write(context, bytes) {
                Poll::Ready(Ok(0)) => Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(written)) => {
                    self.output = Output::Written;
                    self.machine.handle_transmitted(self.clock.now(), written);
                    Ok(())
                }
                Poll::Ready(Err(error)) => Err(error),
                // A stream that holds bytes back, as TLS does, may have to be urged to let go of them.
                Poll::Pending => match Pin::new(stream).poll_flush(context) {
                    Poll::Ready(Err(error)) => Err(error),
                    _ => return Poll::Pending,
                },
            },
            (Some(stream), None, Output::Written) => {
                let flushed = ready!(Pin::new(stream).poll_flush(context));
                if flushed.is_ok() {
                    self.output = Output::Flushed;
                }
                flushed
            }
            (Some(_), None, _) => return Poll::Ready(false),
        };
        if let Err(error) = done
            && error.kind() != io::ErrorKind::Interrupted
        {
            self.break_off(error);
        }
        Poll::Ready(true)
    }

    /// Reads once and gives it to the machine. Ready when something came, even if it was the end.
    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut chunk = [0; InputBuffer::CHUNK];
        let read = match &mut self.stream {
            Some(stream) => ready!(Pin::new(stream).poll_read(context, &mut chunk)),
            None => Ok(0),
        };
        match read {
            Ok(0) => self.end_input(),
            Ok(length) => {
                let bytes = chunk.get(..length).unwrap_or_default();
                // A machine that wants input takes a chunk whole. What another does not take, because the connection
                // is broken and only its end is looked for, is of no use.
                self.machine.handle_input(self.clock.now(), bytes);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => self.end_input(),
            Err(error) => {
                self.break_off(error);
                self.end_input();
            }
        }
        Poll::Ready(())
    }

    /// Waits for the machine's patience to end. True if it has.
    fn poll_timer(&mut self, context: &mut Context<'_>) -> bool {
        let deadline = self.machine.poll_timeout().map(|moment| self.clock.at(moment));
        if self.timer.poll_deadline(context, deadline).is_pending() || deadline.is_none() {
            return false;
        }
        self.machine.handle_timeout(self.clock.now());
        true
    }

    /// Waits for the machine's patience, or ours, to end, whichever is first. True if it was ours.
    fn poll_patience(&mut self, context: &mut Context<'_>, until: SystemInstant) -> Poll<bool> {
        let patience = self.machine.poll_timeout().map(|moment| self.clock.at(moment));
        let deadline = patience.map_or(until, |patience| patience.min(until));
        ready!(self.timer.poll_deadline(context, Some(deadline)));
        if deadline < until {
            self.machine.handle_timeout(self.clock.now());
        }
        Poll::Ready(deadline >= until)
    }

    fn end_input(&mut self) {
        if self.input == Input::Open {
            self.input = Input::Ended;
            self.machine.handle_eof(self.clock.now());
        }
    }

    /// Nobody will take what the machine has still to say. To be told once more that the connection has ended has it
    /// give that up, and come to its own end. True if it goes on by that.
    fn give_up_output(&mut self) -> bool {
        if self.machine.poll_transmit().is_none() {
            return false;
        }
        self.end_input();
        // What it answers now, to what it had not looked at, nobody will take either.
        for _ in 0..TURN {
            self.machine.handle_eof(self.clock.now());
            if self.machine.poll_transmit().is_none() || self.machine.has_event() {
                return true;
            }
        }
        false
    }

    /// Nothing can be written any more. What the peer said before it went may still be read.
    fn break_off(&mut self, error: io::Error) {
        if !matches!(self.output, Output::Broken(_)) {
            self.output = Output::Broken(Some(error));
        }
    }

    /// The error that the application has not been told.
    fn take_error(&mut self) -> io::Result<()> {
        match &mut self.output {
            Output::Broken(error) => error.take().map_or(Ok(()), Err),
            _ => Ok(()),
        }
    }
}

impl<M: fmt::Debug, S, T> fmt::Debug for Driver<M, S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver")
            .field("machine", &self.machine)
            .field("input", &self.input)
            .field("output", &self.output)
            .finish_non_exhaustive()
    }
}
