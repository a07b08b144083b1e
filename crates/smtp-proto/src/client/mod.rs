//! The client of SMTP, submission and LMTP.
//!
//! A [`Client`] is told what to say by its methods and tells what the server said by its [`Event`]s. Whole
//! transactions go by [`Client::send`]; the single commands are there for everything else.
//!
//! Each reply is attributed to the command that it answers, by counting alone. A reply too many, one that cannot
//! answer its command, or one that is none ends the session: from there on nothing could be attributed any more.
//!
//! # Example: authentication
//!
//! The mechanism's messages are the application's, or `mail-sasl`'s; they are encoded here and shown nowhere.
//!
//! ```
//! use smtp_proto::client::{Client, Config, Event, Verb};
//! use smtp_proto::{Domain, Instant, Mechanism};
//!
//! # let now = Instant::EPOCH;
//! let mut smtp = Client::new(now, Config::default().into());
//! # smtp.handle_input(now, b"220 mx.example\r\n");
//! # smtp.poll_event();
//! # smtp.ehlo("client.example".parse::<Domain>()?)?;
//! # smtp.handle_input(now, b"250-mx.example\r\n250 AUTH LOGIN PLAIN\r\n");
//! # smtp.poll_event();
//! # smtp.handle_transmitted(now, 1000);
//! // … greeted, EHLO answered, and inside TLS:
//! if smtp.capabilities().offers_mechanism("PLAIN") {
//!     smtp.auth(Mechanism::parse("PLAIN")?, Some(b"\0ann\0secret"))?;
//! }
//! assert_eq!(smtp.poll_transmit(), Some(&b"AUTH PLAIN AGFubgBzZWNyZXQ=\r\n"[..]));
//!
//! smtp.handle_input(now, b"235 2.7.0 welcome\r\n");
//! match smtp.poll_event() {
//!     Some(Event::Reply { command: Verb::Auth, reply }) => assert!(reply.code().is_success()),
//!     other => panic!("{other:?}"),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Example: a batch of one's own
//!
//! ```
//! # use smtp_proto::client::{Client, Config, Misuse};
//! # use smtp_proto::{Domain, ForwardPath, Instant, Parameters, ReversePath};
//! # let now = Instant::EPOCH;
//! # let mut smtp = Client::new(now, Config::default().into());
//! # smtp.handle_input(now, b"220 mx.example\r\n");
//! # smtp.poll_event();
//! # smtp.ehlo("client.example".parse::<Domain>()?)?;
//! # smtp.handle_input(now, b"250-mx.example\r\n250 PIPELINING\r\n");
//! # smtp.poll_event();
//! # smtp.handle_transmitted(now, 1000);
//! // Is the postmaster there? Where PIPELINING is offered, that takes one round trip.
//! smtp.mail(ReversePath::Null, Parameters::new())?;
//! smtp.rcpt(ForwardPath::Postmaster, Parameters::new())?;
//! smtp.rset()?;
//! // A command that changes the session waits until all is answered.
//! assert_eq!(smtp.starttls(), Err(Misuse::Busy));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod authentication;
mod body;
mod commands;
mod config;
mod deadline;
mod envelope;
mod event;
mod misuse;
mod outstanding;
mod replies;
mod transaction;

use alloc::sync::Arc;
use core::time::Duration;

use mail_wire::{InputBuffer, Instant, OutputQueue, TlsInfo};

use self::authentication::{Authentication, LONGEST_LINE, Sensitive};
use self::deadline::Deadline;
use self::outstanding::Outstanding;
use self::replies::Received;
use self::transaction::Transaction;
use crate::Host;
use crate::capabilities::Capabilities;
use crate::reply::ReplyParser;

pub use config::{Config, InitialResponsePolicy, Timeouts};
pub use envelope::{Envelope, Recipient};
pub use event::{Closed, Event, Outcome};
pub use misuse::Misuse;
pub use outstanding::Verb;

/// How long nothing must happen until a session gives its buffers back.
const QUIET: Duration = Duration::from_secs(10);

/// The client's side of one session. See the [module](self).
#[derive(Debug)]
pub struct Client {
    config: Arc<Config>,
    state: State,
    /// How we introduced ourselves, once the server has accepted it.
    hello: Option<Hello>,
    capabilities: Capabilities,
    tls: Option<TlsInfo>,
    input: InputBuffer,
    output: OutputQueue,
    parser: ReplyParser,
    outstanding: Outstanding,
    /// Who we are, while HELO might have to follow EHLO.
    fallback: Option<Host<'static>>,
    authentication: Authentication,
    challenge: Sensitive,
    transaction: Option<Transaction>,
    /// The server still has a transaction open that ended half-way.
    reset_first: bool,
    /// The next event.
    staged: Option<Staged>,
    /// How the transaction ended whose last reply closed the session.
    last_outcome: Option<Outcome>,
    /// The last event, once it is clear that there will be one.
    closing: Option<Closed>,
    eof: bool,
    deadline: Deadline,
    /// How many octets of the present block have been written: each block of a body has its own deadline.
    block: usize,
    /// The time as it was last told, and as it was when bytes last moved.
    now: Instant,
    moved: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The greeting has not come.
    Connecting,
    /// It was a refusal.
    Refused,
    /// Commands may be said.
    Open,
    /// The server has agreed to TLS, and there is none yet.
    UpgradingTls,
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hello {
    Smtp,
    Lmtp,
}

/// An event that has happened and was not polled. Its reply is still in the input buffer.
#[derive(Clone, Debug)]
enum Staged {
    Greeting(Received),
    Reply(Verb, Received),
    Recipient(usize, Received),
    Delivery(usize, Received),
    Unsolicited(Received),
    Challenge,
    WantsBody,
    UpgradeTls,
    Sent(Outcome),
    Closed(Closed),
}

impl Client {
    /// A session on a connection that has just been made; the server speaks first. With implicit TLS, call
    /// [`handle_tls`](Self::handle_tls) before any input.
    pub fn new(now: Instant, config: Arc<Config>) -> Self {
        Self {
            state: State::Connecting,
            hello: None,
            capabilities: Capabilities::default(),
            tls: None,
            input: InputBuffer::new(config.longest_reply.max(LONGEST_LINE)),
            output: OutputQueue::new(),
            parser: ReplyParser::new(config.longest_reply_line, config.longest_reply, config.reply_line_ending),
            outstanding: Outstanding::new(),
            fallback: None,
            authentication: Authentication::None,
            challenge: Sensitive::default(),
            transaction: None,
            reset_first: false,
            staged: None,
            last_outcome: None,
            closing: None,
            eof: false,
            deadline: Deadline::At(now + config.timeouts.greeting),
            block: 0,
            now,
            moved: now,
            config,
        }
    }

    /// What the server offers: nothing before EHLO, nor between STARTTLS and the EHLO after it.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// What is known of TLS, once it is up.
    pub fn tls(&self) -> Option<&TlsInfo> {
        self.tls.as_ref()
    }

    /// Whether the session waits for nothing but the next command.
    pub fn is_idle(&self) -> bool {
        self.staged.is_none() && self.check_idle().is_ok()
    }

    /// How many bytes of memory the session holds on the heap, apart from the shared configuration, [`TlsInfo`] and
    /// what is left to say of an [`Envelope`].
    pub fn allocated(&self) -> usize {
        self.input.allocated()
            + self.output.allocated()
            + self.outstanding.allocated()
            + self.capabilities.allocated()
            + self.challenge.allocated()
    }

    /// Breaks the session off. What has not been written is dropped, so a message that was not
    /// [finished](Self::finish_body) cannot be taken for a whole one. Close the connection.
    pub fn abort(&mut self) {
        self.close(Closed::Aborted { safe_to_retry: self.nothing_in_doubt() });
        self.stage();
    }

    /// See [`Machine::handle_input`](mail_wire::Machine::handle_input). If the server's time is over and these bytes do
    /// not complete a reply, that is a [timeout](Self::handle_timeout).
    pub fn handle_input(&mut self, now: Instant, input: &[u8]) -> usize {
        self.now = now;
        if self.is_closed() {
            return input.len();
        }
        if self.state == State::UpgradingTls {
            if !input.is_empty() {
                // Nobody may start TLS on a connection that has been tampered with.
                self.staged = None;
                self.close(Closed::TlsResidue);
                self.stage();
            }
            return input.len();
        }
        if self.staged.is_some() {
            // The staged event borrows from the buffer.
            return 0;
        }
        self.moved = now;
        let taken = self.input.push(input);
        self.stage();
        // Whoever waits for input alone might never be told that time has passed by a server that trickles.
        if !self.look_at_deadline() {
            self.start_deadline();
        }
        taken
    }

    /// See [`Machine::handle_eof`](mail_wire::Machine::handle_eof).
    pub fn handle_eof(&mut self, now: Instant) {
        self.now = now;
        self.eof = true;
        self.stage();
    }

    /// See [`Machine::handle_transmitted`](mail_wire::Machine::handle_transmitted).
    pub fn handle_transmitted(&mut self, now: Instant, n: usize) {
        self.now = now;
        if n > 0 {
            self.moved = now;
            self.output.transmitted(n);
            self.block += n;
            if self.output.is_empty() || self.block >= InputBuffer::CHUNK {
                self.block = 0;
                if self.body_is_open() {
                    self.deadline.restart();
                }
            }
        }
        self.stage();
        self.start_deadline();
    }

    /// See [`Machine::handle_tls`](mail_wire::Machine::handle_tls). After STARTTLS, everything that was learnt before is forgotten (RFC 3207,
    /// section 4.2): EHLO comes next.
    pub fn handle_tls(&mut self, now: Instant, tls: TlsInfo) {
        self.now = now;
        if self.is_closed() {
            return;
        }
        if self.input.unparsed_len() > 0 {
            self.close(Closed::TlsResidue);
            return self.stage();
        }
        self.tls = Some(tls);
        if self.state == State::UpgradingTls {
            self.state = State::Open;
            self.hello = None;
            self.capabilities = Capabilities::default();
            // A transaction that was begun in the clear is forgotten by the server, too.
            self.transaction = None;
            self.reset_first = false;
            self.staged = None;
        }
        self.start_deadline();
    }

    /// See [`Machine::handle_timeout`](mail_wire::Machine::handle_timeout).
    pub fn handle_timeout(&mut self, now: Instant) {
        self.now = now;
        if self.staged.is_some() || self.is_closed() || self.look_at_deadline() {
            return;
        }
        self.start_deadline();
        if self.quiet_at().is_some_and(|at| at <= now) {
            self.input.release();
            self.output.release();
            self.outstanding.release();
        }
    }

    /// Ends the session if the peer's time is over, and returns whether it was. While an event waits for the
    /// application, it is not.
    fn look_at_deadline(&mut self) -> bool {
        let Some((awaiting, _)) = self.patience() else { return false };
        let over = self.staged.is_none() && self.deadline.has_passed(self.now);
        if over {
            self.close(Closed::TimedOut { awaiting, safe_to_retry: self.nothing_in_doubt() });
            self.stage();
        }
        over
    }

    /// See [`Machine::poll_event`](mail_wire::Machine::poll_event).
    pub fn poll_event(&mut self) -> Option<Event<'_>> {
        let staged = self.staged.take()?;
        self.stage();
        Some(match staged {
            Staged::Greeting(received) => Event::Greeting(received.reply(&self.input)),
            Staged::Reply(command, received) => Event::Reply { command, reply: received.reply(&self.input) },
            Staged::Recipient(index, received) => Event::Recipient { index, reply: received.reply(&self.input) },
            Staged::Delivery(index, received) => Event::Delivery { index, reply: received.reply(&self.input) },
            Staged::Unsolicited(received) => Event::Unsolicited(received.reply(&self.input)),
            Staged::Challenge => Event::Challenge(self.challenge.secret()),
            Staged::WantsBody => Event::WantsBody { capacity: self.output.room() },
            Staged::UpgradeTls => Event::UpgradeTls,
            Staged::Sent(outcome) => Event::Sent(outcome),
            Staged::Closed(why) => Event::Closed(why),
        })
    }

    /// See [`Machine::poll_transmit`](mail_wire::Machine::poll_transmit).
    pub fn poll_transmit(&self) -> Option<&[u8]> {
        self.output.pending()
    }

    /// See [`Machine::poll_timeout`](mail_wire::Machine::poll_timeout).
    pub fn poll_timeout(&self) -> Option<Instant> {
        if self.staged.is_some() || self.is_closed() {
            return None;
        }
        let deadline = self.patience().map(|_| self.deadline.due(self.now));
        [deadline, self.quiet_at()].into_iter().flatten().min()
    }

    /// See [`Machine::has_event`](mail_wire::Machine::has_event).
    pub fn has_event(&self) -> bool {
        self.staged.is_some()
    }

    /// See [`Machine::wants_input`](mail_wire::Machine::wants_input).
    pub fn wants_input(&self) -> bool {
        matches!(self.state, State::Connecting | State::Refused | State::Open)
            && self.staged.is_none()
            && self.input.has_room()
    }

    /// See [`Machine::is_closed`](mail_wire::Machine::is_closed).
    pub fn is_closed(&self) -> bool {
        self.state == State::Closed
    }

    /// Finds the next event, unless one waits already.
    fn stage(&mut self) {
        while self.staged.is_none() {
            if self.is_closed() {
                let outcome = self.last_outcome.take().map(Staged::Sent);
                self.staged = outcome.or_else(|| self.closing.take().map(Staged::Closed));
                return;
            }
            self.staged = self.conclude().map(Staged::Sent);
            if self.staged.is_some() || self.state == State::UpgradingTls && !self.eof {
                return;
            }
            if self.take_reply() {
                continue;
            }
            if self.eof {
                self.close(match self.outstanding.front() {
                    Some(Verb::Quit) => Closed::Quit,
                    _ => Closed::ConnectionLost { safe_to_retry: self.nothing_in_doubt() },
                });
                continue;
            }
            return self.offer_room();
        }
    }

    /// Ends the session: nothing more is read or written.
    fn close(&mut self, why: Closed) {
        if self.is_closed() {
            return;
        }
        self.state = State::Closed;
        self.closing = Some(why);
        // What asks the application to go on has no meaning any more.
        if matches!(self.staged, Some(Staged::Challenge | Staged::WantsBody | Staged::UpgradeTls)) {
            self.staged = None;
        }
        self.output.clear();
        self.outstanding.clear();
        self.transaction = None;
        self.authentication = Authentication::None;
    }

    /// Whether no message has been sent to its end whose reply has not come, or that some recipient has already.
    fn nothing_in_doubt(&self) -> bool {
        let Some(transaction) = &self.transaction else { return true };
        transaction.is_for_nobody() || !transaction.any_delivered && !self.outstanding.contains(Verb::EndOfData)
    }

    /// What the peer owes us and how long it may take.
    fn patience(&self) -> Option<(Verb, Duration)> {
        let timeouts = &self.config.timeouts;
        if let Some(verb) = self.outstanding.front() {
            return Some((verb, verb.patience(timeouts)));
        }
        match self.state {
            State::UpgradingTls => Some((Verb::StartTls, timeouts.command)),
            State::Open if self.body_is_open() && !self.output.is_empty() => {
                Some((Verb::EndOfData, timeouts.data_block))
            }
            _ => None,
        }
    }

    /// Starts the deadline of a wait that has begun. While an event waits for the application, the peer owes us
    /// nothing.
    fn start_deadline(&mut self) {
        if self.staged.is_none()
            && let Some((_, patience)) = self.patience()
        {
            self.deadline.start(self.now, patience);
        }
    }

    /// When the buffers may be given back.
    fn quiet_at(&self) -> Option<Instant> {
        let allocated = self.input.allocated() + self.output.allocated() > 0;
        let pending = self.input.unparsed_len() > 0 || !self.output.is_empty();
        (allocated && !pending).then_some(self.moved + QUIET)
    }
}

mail_wire::machine_of_inherent_methods!(Client, Event);
