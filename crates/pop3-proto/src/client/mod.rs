//! The client's side of a session.
//!
//! What the application may ask is in `commands.rs` and `authentication.rs`; when it leaves, in `sending.rs`; what
//! comes back, in `replies.rs`, and in `multiline.rs` where it has many lines.

mod asked;
mod authentication;
mod capabilities;
mod commands;
mod config;
mod event;
mod machine;
mod multiline;
mod replies;
mod sending;

pub use asked::Asked;
pub use capabilities::{Capabilities, Support};
pub use config::{Config, InitialResponsePolicy, Pipelining};
pub use event::{Closed, Event, Misuse, Outcome, Reason, Waiting};

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use mail_wire::dot::{BodyDefects, Unstuffer};
use mail_wire::{InputBuffer, Instant, OutputQueue, TlsInfo};
use zeroize::Zeroizing;

use crate::{DropListing, MessageNumber, ScanListing};

/// A POP3 client's side of one session. The [crate's page](crate) has the law and a whole program.
///
/// Commands can be asked for at any time, many at once; the machine sends them when they may be sent. Each is
/// answered by events, in the order in which they were asked. What kind of reply is read is known from the command
/// and never guessed from the reply's text.
pub struct Client {
    config: Arc<Config>,
    input: InputBuffer,
    output: OutputQueue,
    phase: Phase,
    /// What has been asked and not been answered, in order. The first `in_flight` of it have been sent.
    asked: VecDeque<Asked>,
    in_flight: usize,
    octets_in_flight: usize,
    login: Option<authentication::Login>,
    reading: Reading,
    /// The server's challenge, decoded, until it is answered.
    challenge: Zeroizing<Vec<u8>>,
    staged: Option<Staged>,
    /// The size of the last message that was read to its end, and what was wrong with it.
    last_body: (u64, BodyDefects),
    capabilities: Option<Capabilities>,
    /// What they were before the reply that was read last.
    superseded: Option<Capabilities>,
    tls: Option<TlsInfo>,
    /// The server has closed its half.
    eof: bool,
    quit: Quit,
    clock: Clock,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Greeting,
    Open,
    /// STLS is agreed.
    Handshake,
    /// The last reply is read; the end is staged when it has been polled.
    Closing(Reason),
    Closed,
}

/// What the next octets of input are.
#[derive(Clone, Debug)]
enum Reading {
    /// A status line, if anything has been asked.
    Status,
    /// Nothing before the application has answered a challenge.
    Challenge,
    /// Lines of a LIST or UIDL.
    Listing { unique_ids: bool, messages: u32, malformed: u32 },
    /// Lines of CAPA.
    Capabilities(Capabilities),
    /// A message.
    Body(Unstuffer),
}

/// The next event, with places in the input buffer instead of borrows from it.
#[derive(Clone, Debug)]
enum Staged {
    Greeting(Range<usize>),
    Capabilities,
    UpgradeTls,
    Challenge,
    LoggedIn(Range<usize>),
    Stat(DropListing),
    Listed(ScanListing),
    /// The same with a size, as nearly all of them are. Twice as fast to hand on as what it is made into.
    Sized(MessageNumber, u64),
    Identified(MessageNumber, Range<usize>),
    EndOfListing {
        asked: Asked,
        messages: u32,
        malformed: u32,
    },
    StartOfBody(Asked, Range<usize>),
    Body(Range<usize>),
    EndOfBody(Asked),
    Done(Asked, Range<usize>),
    Refused(Asked, Range<usize>),
    Malformed(Asked, Range<usize>),
    Closed(Closed),
}

/// How far QUIT has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quit {
    NotAsked,
    /// Asked, but not in the output queue.
    Held,
    Sent,
    Answered(Outcome),
}

/// The deadlines of a session.
struct Clock {
    now: Instant,
    /// When the server will have taken too long.
    reply: Instant,
    /// The server did what it should, or something else is wanted of it: `reply` begins anew when time is told.
    moved: bool,
    /// How much of a long reply has come since `reply` was set.
    progress: usize,
    /// When the buffers are given back; `None` if they are.
    quiet: Option<Instant>,
}

impl Client {
    /// A session that begins `now`, on a connection that has just been made.
    pub fn new(now: Instant, config: Arc<Config>) -> Self {
        Self {
            input: InputBuffer::new(config.longest_line.max(config.longest_challenge)),
            output: OutputQueue::new(),
            phase: Phase::Greeting,
            asked: VecDeque::new(),
            in_flight: 0,
            octets_in_flight: 0,
            login: None,
            reading: Reading::Status,
            challenge: Zeroizing::default(),
            staged: None,
            last_body: (0, BodyDefects::default()),
            capabilities: None,
            superseded: None,
            tls: None,
            eof: false,
            quit: Quit::NotAsked,
            clock: Clock { now, reply: now + config.timeout, moved: false, progress: 0, quiet: None },
            config,
        }
    }

    /// What the server said to the last CAPA; `None` if it was not asked, or said `-ERR`, or if STLS has made the
    /// answer worthless since.
    pub fn capabilities(&self) -> Option<&Capabilities> {
        self.capabilities.as_ref()
    }

    /// Whether the server has announced a capability, by its tag: `TOP`, `UIDL`, `STLS`.
    pub fn supports(&self, tag: &str) -> Support {
        match &self.capabilities {
            None => Support::Unknown,
            Some(capabilities) if capabilities.contains(tag) => Support::Yes,
            Some(_) => Support::No,
        }
    }

    /// What is known of the TLS connection; `None` if there is no TLS.
    pub fn tls(&self) -> Option<&TlsInfo> {
        self.tls.as_ref()
    }

    /// What has been asked and not been answered to its end, in order. After a session has closed early, of what is
    /// in here nobody knows what became; all else was told.
    pub fn unanswered(&self) -> impl Iterator<Item = Asked> {
        self.asked.iter().copied()
    }

    /// Whether everything that was asked has been answered.
    pub fn is_idle(&self) -> bool {
        self.phase == Phase::Open && self.asked.is_empty()
    }

    /// How many bytes of memory the session's buffers hold.
    pub fn allocated(&self) -> usize {
        self.input.allocated() + self.output.allocated() + self.asked.capacity() * size_of::<Asked>()
    }

    /// What the machine waits for.
    pub fn waiting(&self) -> Waiting {
        let asked = match self.asked.front() {
            Some(asked) if self.in_flight > 0 => *asked,
            _ if self.phase == Phase::Greeting => return Waiting::Greeting,
            _ if self.phase == Phase::Handshake => return Waiting::Handshake,
            _ => return Waiting::Nothing,
        };
        match &self.reading {
            Reading::Status => Waiting::Reply(asked),
            Reading::Challenge => Waiting::Nothing,
            Reading::Listing { .. } | Reading::Capabilities(_) => Waiting::Listing(asked),
            Reading::Body(_) if self.input.unparsed_len() > 0 => Waiting::EndOfTerminator(asked),
            Reading::Body(_) => Waiting::Body(asked),
        }
    }

    /// Ends the session at once. Nothing is deleted, unless QUIT is on its way.
    pub fn abort(&mut self) {
        if !self.is_closed() {
            self.close(Reason::Aborted);
        }
    }

    fn close(&mut self, reason: Reason) {
        if self.phase == Phase::Closed {
            return;
        }
        let outcome = match self.quit {
            Quit::NotAsked | Quit::Held => Outcome::NotCommitted,
            // QUIT is alone on its way: if all of it is still here, the server has seen nothing of it.
            Quit::Sent if self.output.len() >= Asked::Quit.line_length() => Outcome::NotCommitted,
            Quit::Sent => Outcome::Unknown,
            Quit::Answered(outcome) => outcome,
        };
        self.phase = Phase::Closed;
        self.staged = Some(Staged::Closed(Closed { reason, outcome }));
        self.login = None;
        self.output.clear();
    }

    /// The last event is being polled: lets go of what the one before it may have borrowed from.
    fn end(&mut self) {
        self.challenge = Zeroizing::default();
        self.output.release();
        self.input.clear();
        self.input.release();
    }
}

impl fmt::Debug for Client {
    /// Without what was said in confidence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("phase", &self.phase)
            .field("waiting", &self.waiting())
            .field("asked", &self.asked.len())
            .field("in_flight", &self.in_flight)
            .field("capabilities", &self.capabilities)
            .field("input", &self.input)
            .field("output", &self.output)
            .finish_non_exhaustive()
    }
}
