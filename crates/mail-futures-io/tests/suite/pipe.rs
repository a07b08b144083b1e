//! A connection in memory that takes a few bytes at a time.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use futures_io::{AsyncRead, AsyncWrite};
use mail_futures_io::BoxedStream;

#[derive(Default)]
struct Channel {
    bytes: VecDeque<u8>,
    closed: bool,
    wakers: Vec<Waker>,
}

impl Channel {
    fn changed(&mut self) {
        self.wakers.drain(..).for_each(Waker::wake);
    }
}

/// One end.
pub(crate) struct End {
    incoming: Arc<Mutex<Channel>>,
    outgoing: Arc<Mutex<Channel>>,
    capacity: usize,
    /// How many more bytes can be written before the connection breaks.
    breaks_after: usize,
}

/// A connection whose every direction holds `capacity` bytes.
pub(crate) fn pipe(capacity: usize) -> (End, End) {
    let (there, back) = (Arc::<Mutex<Channel>>::default(), Arc::<Mutex<Channel>>::default());
    let end = |incoming, outgoing| End { incoming, outgoing, capacity, breaks_after: usize::MAX };
    (end(Arc::clone(&back), Arc::clone(&there)), end(there, back))
}

/// The same, for those who do not care what it is.
pub(crate) fn boxed_pipe(capacity: usize) -> (BoxedStream, BoxedStream) {
    let (client, server) = pipe(capacity);
    (Box::new(client), Box::new(server))
}

impl End {
    /// Has writing fail after so many bytes.
    pub(crate) fn breaking_after(mut self, bytes: usize) -> Self {
        self.breaks_after = bytes;
        self
    }

    /// Puts bytes into the other end, whatever its capacity.
    pub(crate) fn say(&self, bytes: &[u8]) {
        let mut outgoing = self.outgoing.lock().unwrap();
        outgoing.bytes.extend(bytes);
        outgoing.changed();
    }

    /// Everything that has come and was not read.
    pub(crate) fn heard(&self) -> Vec<u8> {
        let mut incoming = self.incoming.lock().unwrap();
        let bytes = incoming.bytes.drain(..).collect();
        incoming.changed();
        bytes
    }

    /// Whether the other end has closed its half.
    pub(crate) fn is_closed(&self) -> bool {
        self.incoming.lock().unwrap().closed
    }

    /// Closes our half.
    pub(crate) fn close(&self) {
        let mut outgoing = self.outgoing.lock().unwrap();
        outgoing.closed = true;
        outgoing.changed();
    }
}

impl AsyncRead for End {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        let mut incoming = self.incoming.lock().unwrap();
        if incoming.bytes.is_empty() && !incoming.closed {
            incoming.wakers.push(context.waker().clone());
            return Poll::Pending;
        }
        let length = incoming.bytes.len().min(buffer.len());
        for (place, byte) in buffer.iter_mut().zip(incoming.bytes.drain(..length)) {
            *place = byte;
        }
        incoming.changed();
        Poll::Ready(Ok(length))
    }
}

impl AsyncWrite for End {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut outgoing = self.outgoing.lock().unwrap();
        let room = self.capacity.saturating_sub(outgoing.bytes.len());
        if self.breaks_after == 0 || outgoing.closed {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if room == 0 {
            outgoing.wakers.push(context.waker().clone());
            return Poll::Pending;
        }
        let length = room.min(bytes.len()).min(self.breaks_after);
        outgoing.bytes.extend(&bytes[..length]);
        outgoing.changed();
        drop(outgoing);
        self.breaks_after -= length;
        Poll::Ready(Ok(length))
    }

    fn poll_flush(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.close();
        Poll::Ready(Ok(()))
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.close();
        let mut incoming = self.incoming.lock().unwrap();
        incoming.closed = true;
        incoming.changed();
    }
}
