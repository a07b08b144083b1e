//! The server's side of a session.
//!
//! A session has the states of RFC 1939: AUTHORIZATION (`authorization.rs`), then TRANSACTION (`transaction.rs`),
//! where the messages themselves go out (`body.rs`), then UPDATE, which is one [`Request`]. What the application
//! may call to answer is in `decision.rs`.

mod authorization;
mod body;
mod config;
mod decision;
mod event;
mod listing;
mod machine;
mod maildrop;
mod replies;
mod size;
mod top;
mod transaction;

pub use config::{Config, Stls};
pub use event::{Closed, Event, Misuse, Request};
pub use maildrop::{Deletions, Maildrop, MaildropError};
pub use size::WireSize;

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;
use core::time::Duration;

use mail_wire::{InputBuffer, Instant, OutputQueue};
use zeroize::Zeroizing;

use crate::MessageNumber;

/// A POP3 server's side of one session. The [crate's page](crate) has the law and whole programs.
///
/// The machine answers by itself all that it can: syntax, order, limits, CAPA, and, once it has the [`Maildrop`],
/// STAT, LIST, UIDL, DELE, RSET and NOOP. The application decides the [`Request`]s and supplies the bodies.
pub struct Server {
    config: Arc<Config>,
    input: InputBuffer,
    output: OutputQueue,
    session: Session,
    activity: Activity,
    staged: Option<Staged>,
    tls: bool,
    /// The client has closed its half.
    eof: bool,
    failed_logins: u32,
    bad_commands: u32,
    /// What a SASL response or initial response decodes to, while the application looks at it.
    response: Zeroizing<Vec<u8>>,
    /// A body was ended by the machine, and the application may not know yet.
    body_cut: bool,
    clock: Clock,
}

/// RFC 1939's states, with what is known in each. UPDATE is a request.
enum Session {
    Authorization {
        /// What the last command, a USER, gave.
        user: Option<Box<str>>,
    },
    Transaction(Maildrop),
}

/// What the machine is at. Commands are looked at in one of them only.
#[derive(Debug)]
enum Activity {
    /// Waiting for a command.
    Commands,
    /// Waiting for the client's line in an authentication.
    SaslResponse,
    /// Waiting for the application.
    Asking(Asked),
    /// Saying a LIST or UIDL.
    Listing(listing::Listing),
    /// Saying a message.
    Body(body::Body),
    /// Waiting for the reply to STLS to be written.
    BeforeTls,
    /// Waiting for the handshake.
    Handshake,
    /// Waiting for the last words to be written.
    Closing(Closed),
    /// Over, and the application has been told, or is about to be.
    Closed,
}

/// A request that has been made, as little as is needed to show it.
#[derive(Clone, Debug)]
enum Asked {
    Connect,
    Login { password: Range<usize> },
    Auth { mechanism: usize, initial: bool },
    AuthResponse,
    Retrieve(MessageNumber),
    Top { message: MessageNumber, lines: u64 },
    Update,
}

/// The next event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Staged {
    /// The request that the machine is asking.
    Request,
    WantsBody,
    BodySent(MessageNumber),
    AuthAborted,
    UpgradeTls,
    Closed(Closed),
}

/// The deadlines of a session.
struct Clock {
    now: Instant,
    /// When the session must have logged in; `None` once it has.
    login: Option<Instant>,
    /// When the client will have been silent for too long.
    idle: Instant,
    /// Something happened since time was last told: `idle` begins anew when it is told again.
    moved: bool,
    /// When the buffers are given back; `None` if they are.
    quiet: Option<Instant>,
    /// How much has been written since `idle` was last set.
    written: usize,
}

/// How long nothing must happen before the buffers are given back.
const QUIET: Duration = Duration::from_secs(10);

impl Server {
    /// A session that begins `now`, with a client that has just connected.
    pub fn new(now: Instant, config: Arc<Config>) -> Self {
        Self {
            input: InputBuffer::new(config.longest_sasl_line.max(config.longest_command)),
            output: OutputQueue::new(),
            session: Session::Authorization { user: None },
            activity: Activity::Asking(Asked::Connect),
            staged: Some(Staged::Request),
            tls: false,
            eof: false,
            failed_logins: 0,
            bad_commands: 0,
            response: Zeroizing::default(),
            body_cut: false,
            clock: Clock {
                now,
                login: Some(now + config.login_time),
                idle: now + config.autologout,
                moved: false,
                quiet: None,
                written: 0,
            },
            config,
        }
    }

    /// Whether TLS is up.
    pub fn is_tls(&self) -> bool {
        self.tls
    }

    /// The maildrop, after login.
    pub fn maildrop(&self) -> Option<&Maildrop> {
        match &self.session {
            Session::Transaction(maildrop) => Some(maildrop),
            Session::Authorization { .. } => None,
        }
    }

    /// How many bytes of memory the session's buffers hold, the maildrop's listing not counted.
    pub fn allocated(&self) -> usize {
        self.input.allocated() + self.output.allocated() + self.response.capacity()
    }

    /// Whether the application's word is what everything waits for.
    fn waits_for_application(&self) -> bool {
        match &self.activity {
            Activity::Asking(_) => true,
            Activity::Body(_) => self.output.is_empty(),
            _ => self.staged.is_some(),
        }
    }

    /// Ends the session once what has been said is written.
    fn close(&mut self, why: Closed) {
        if matches!(self.activity, Activity::Closed) {
            return;
        }
        self.activity = Activity::Closing(why);
        self.staged = None;
        self.advance();
    }

    /// Ends the session at once; what has not been written never will be.
    fn cut_off(&mut self, why: Closed) {
        self.output.clear();
        self.close(why);
    }
}

impl fmt::Debug for Server {
    /// Without what the client said in confidence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("activity", &self.activity)
            .field("staged", &self.staged)
            .field("tls", &self.tls)
            .field("maildrop", &self.maildrop())
            .field("input", &self.input)
            .field("output", &self.output)
            .finish_non_exhaustive()
    }
}
