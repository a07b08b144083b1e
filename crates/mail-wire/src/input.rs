use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use zeroize::Zeroize;

/// The bounded buffer of what a peer has sent and the machine has not yet parsed.
///
/// The machine owns it, because what must be thrown away at STARTTLS must not be the caller's to forget. Parsed
/// bytes stay where they are until the next [`push`](Self::push), so that an event may borrow them: ranges that
/// [`consume`](Self::consume) returns are good until then.
///
/// What is [marked](Self::mark_secret), what is longer than a line may be and whatever is left when the buffer is
/// dropped is overwritten with zeros, and no copy stays behind where the buffer grows: half a line may be half a
/// password.
pub struct InputBuffer {
    bytes: Vec<u8>,
    /// How many bytes at the front have been parsed.
    parsed: usize,
    /// How many bytes behind `parsed` the line splitter has already searched.
    pub(crate) searched: usize,
    pub(crate) line: crate::line::LineState,
    capacity: usize,
    secret: bool,
}

impl InputBuffer {
    /// The slice that is always taken whole while the buffer [has room](Self::has_room), in bytes. Reads of this
    /// size or less never leave a rest.
    pub const CHUNK: usize = 16 * 1024;

    /// A buffer that holds at most one unfinished unit (a line) of `longest` bytes and one [`CHUNK`](Self::CHUNK)
    /// behind it. It allocates nothing until bytes come.
    pub fn new(longest: usize) -> Self {
        Self {
            bytes: Vec::new(),
            parsed: 0,
            searched: 0,
            line: crate::line::LineState::default(),
            capacity: longest.saturating_add(Self::CHUNK),
            secret: false,
        }
    }

    /// Appends what fits of `input` and returns how much that was. Ranges returned before this call are void.
    pub fn push(&mut self, input: &[u8]) -> usize {
        let taken = input.len().min(self.capacity - self.unparsed_len());
        self.make_room(taken);
        self.bytes.extend_from_slice(&input[..taken]);
        taken
    }

    /// Whether a whole [`CHUNK`](Self::CHUNK) would be taken.
    pub fn has_room(&self) -> bool {
        self.unparsed_len() + Self::CHUNK <= self.capacity
    }

    /// The bytes that have not been parsed.
    pub fn unparsed(&self) -> &[u8] {
        &self.bytes[self.parsed..]
    }

    /// How many bytes have not been parsed.
    pub fn unparsed_len(&self) -> usize {
        self.bytes.len() - self.parsed
    }

    /// Marks the next `n` bytes as parsed (all there are, if `n` is more) and returns where they lie.
    pub fn consume(&mut self, n: usize) -> Range<usize> {
        let start = self.parsed;
        self.parsed = self.bytes.len().min(start.saturating_add(n));
        self.searched = self.searched.saturating_sub(self.parsed - start);
        start..self.parsed
    }

    /// The bytes of a range that [`consume`](Self::consume) or [`next_line`](Self::next_line) returned since the
    /// last [`push`](Self::push). A range from before it gives other bytes, or none, but never a panic.
    pub fn get(&self, range: Range<usize>) -> &[u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    /// Forgets everything, parsed or not, and returns how many unparsed bytes that were. This is the discard that
    /// STARTTLS asks for (RFC 3207, section 4.2).
    pub fn clear(&mut self) -> usize {
        let discarded = self.unparsed_len();
        // What was injected before TLS was never looked at: nobody could have marked it.
        self.bytes.as_mut_slice().zeroize();
        self.bytes.clear();
        self.parsed = 0;
        self.searched = 0;
        self.line = crate::line::LineState::default();
        self.secret = false;
        discarded
    }

    /// Has the bytes that are now in the buffer overwritten with zeros when they are discarded: for passwords.
    pub fn mark_secret(&mut self) {
        self.secret = true;
    }

    /// Gives the memory back if nothing is left to parse: for sessions that have gone quiet. Ranges returned
    /// before this call are void.
    pub fn release(&mut self) {
        self.discard_parsed();
        if self.bytes.is_empty() {
            self.bytes = Vec::new();
        }
    }

    /// How many bytes of memory the buffer holds.
    pub fn allocated(&self) -> usize {
        self.bytes.capacity()
    }

    /// Makes room for `n` bytes behind those that there are.
    fn make_room(&mut self, n: usize) {
        let has_room = |bytes: &Vec<u8>| bytes.capacity() - bytes.len() >= n;
        // What was parsed may stay as long as it is in nobody's way.
        if self.secret || self.unparsed_len() == 0 || !has_room(&self.bytes) {
            self.discard_parsed();
        }
        if !has_room(&self.bytes) {
            let capacity = (self.bytes.len() + n).max(2 * self.bytes.capacity());
            let mut roomier = Vec::with_capacity(capacity.min(self.capacity));
            roomier.extend_from_slice(&self.bytes);
            self.bytes.as_mut_slice().zeroize();
            self.bytes = roomier;
        }
    }

    /// Moves what has not been parsed to the front.
    fn discard_parsed(&mut self) {
        if self.parsed == 0 {
            return;
        }
        let unparsed = self.unparsed_len();
        self.bytes.copy_within(self.parsed.., 0);
        // The bytes that have moved leave no copy behind; of a secret, nothing stays at all.
        let overwritten = if self.secret { unparsed } else { unparsed.max(self.parsed) };
        self.bytes[overwritten..].zeroize();
        self.bytes.truncate(unparsed);
        self.secret &= unparsed > 0;
        self.parsed = 0;
    }
}

impl Drop for InputBuffer {
    fn drop(&mut self) {
        self.bytes.as_mut_slice().zeroize();
    }
}

impl fmt::Debug for InputBuffer {
    /// Prints sizes only: the content may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InputBuffer")
            .field("unparsed", &self.unparsed_len())
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}
