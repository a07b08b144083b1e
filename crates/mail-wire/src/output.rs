use core::fmt;

use bytes::{Buf, BytesMut};
use zeroize::Zeroize;

/// The queue of bytes that wait to be written to the peer.
///
/// Everything that a machine says in answer to one read gathers here before the first byte is written, so replies
/// to pipelined commands leave in one piece without anybody arranging it.
#[derive(Default)]
pub struct OutputQueue {
    bytes: BytesMut,
    secret: bool,
}

impl OutputQueue {
    /// The length, in bytes, from which on [`has_room`](Self::has_room) says no.
    pub const HIGH_WATER: usize = 32 * 1024;

    /// An empty queue. It allocates nothing until bytes come.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends `bytes`.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.secret && self.bytes.capacity() - self.bytes.len() < bytes.len() {
            self.grow(bytes.len());
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends `bytes` and has the queue overwrite what it holds with zeros once written, or dropped: for passwords.
    /// The same holds for what is pushed behind them until all is written.
    pub fn push_secret(&mut self, bytes: &[u8]) {
        self.secret = true;
        self.push(bytes);
    }

    /// Makes room without leaving a copy behind, as the storage itself would.
    #[cold]
    fn grow(&mut self, n: usize) {
        let mut roomier = BytesMut::with_capacity((self.bytes.len() + n).max(2 * self.bytes.capacity()));
        roomier.extend_from_slice(&self.bytes);
        self.bytes.zeroize();
        self.bytes = roomier;
    }

    /// What to write next, if anything.
    pub fn pending(&self) -> Option<&[u8]> {
        (!self.bytes.is_empty()).then_some(&self.bytes[..])
    }

    /// The first `n` bytes have been written. More than there are counts as all of them.
    pub fn transmitted(&mut self, n: usize) {
        let n = n.min(self.bytes.len());
        if self.secret {
            self.bytes[..n].zeroize();
        }
        if n == self.bytes.len() {
            // Starting over, rather than advancing, keeps the whole allocation in use.
            self.bytes.clear();
            self.secret = false;
        } else {
            self.bytes.advance(n);
        }
    }

    /// How many bytes wait.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether fewer than [`HIGH_WATER`](Self::HIGH_WATER) bytes wait: the back-pressure on whoever writes bodies.
    pub fn has_room(&self) -> bool {
        self.len() < Self::HIGH_WATER
    }

    /// How many more bytes until [`HIGH_WATER`](Self::HIGH_WATER).
    pub fn room(&self) -> usize {
        Self::HIGH_WATER.saturating_sub(self.len())
    }

    /// Forgets what has not been written.
    pub fn clear(&mut self) {
        self.transmitted(self.bytes.len());
    }

    /// Gives the memory back if nothing waits: for sessions that have gone quiet.
    pub fn release(&mut self) {
        if self.bytes.is_empty() {
            self.bytes = BytesMut::new();
        }
    }

    /// How many bytes of memory the queue holds.
    pub fn allocated(&self) -> usize {
        self.bytes.capacity()
    }
}

impl Drop for OutputQueue {
    fn drop(&mut self) {
        if self.secret {
            self.bytes.zeroize();
        }
    }
}

/// Text may be formatted straight into the queue: `write!(queue, "250 {}\r\n", …)`.
impl fmt::Write for OutputQueue {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}

impl fmt::Debug for OutputQueue {
    /// Prints the length only: the content may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutputQueue").field("pending", &self.len()).finish_non_exhaustive()
    }
}
