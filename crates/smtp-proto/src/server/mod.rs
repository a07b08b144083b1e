//! The server's side of a session: SMTP, submission and LMTP (RFC 5321; RFC 6409; RFC 2033).
//!
//! A [`Server`] is one session. It parses what the client sends, answers by itself whatever has only one right
//! answer (syntax errors, commands out of sequence, NOOP, RSET, QUIT, STARTTLS, everything over a limit), and asks
//! the application about the rest by [`Request`]s, one at a time. Each is answered by exactly one call of
//! [`accept`](Server::accept), [`reject`](Server::reject), [`reply`](Server::reply) or
//! [`challenge`](Server::challenge), in the event's own match arm or an hour later: until then nothing more is
//! parsed, and the client waits.
//!
//! | RFC 5321 | is in |
//! |---|---|
//! | which command may stand where (4.1.4) | `command.rs` |
//! | what is answered (4.2, 4.3) | `answer.rs`, and [`Reply`](crate::reply::Reply) |
//! | the message (4.1.1.4, 4.5.2) | `body.rs` |
//! | limits (4.5.3.1) and patience (4.5.3.2) | [`Config`] |
//! | TLS (RFC 3207) | `tls.rs` |
//!
//! An extension stands in four places: its verb in [`Command`], its parameters in [`Parameters`](crate::Parameters)
//! and the decision about both in `command.rs`, its keyword where EHLO is answered (`answer.rs`). One that is only
//! parameters needs none of them: see [`Extension`].

mod answer;
mod body;
mod command;
mod config;
mod event;
mod machine;
mod tls;

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;
use core::time::Duration;

use mail_wire::dot::BodyDefects;
use mail_wire::{InputBuffer, Instant, OutputQueue, Secret, TlsInfo};
use zeroize::Zeroizing;

pub use answer::Misuse;
pub use config::{BareLineEndings, Config, Extension, Timeouts};
pub use event::{Aborted, Closed, Event, Greeting, Request};

use crate::Command;
use body::Reception;

/// One session of an SMTP or LMTP server.
///
/// ```
/// use std::sync::Arc;
/// use mail_wire::Instant;
/// use smtp_proto::server::{Config, Event, Request, Server};
///
/// let now = Instant::EPOCH;
/// let mut server = Server::new(now, Arc::new(Config::default()));
/// assert!(matches!(server.poll_event(), Some(Event::Request(Request::Connect))));
/// server.accept()?;
/// assert_eq!(server.poll_transmit(), Some(&b"220 [127.0.0.1] ESMTP\r\n"[..]));
/// server.handle_transmitted(now, 23);
///
/// server.handle_input(now, b"EHLO client.example\r\n");
/// let Some(Event::Request(Request::Hello { host, .. })) = server.poll_event() else { panic!() };
/// assert_eq!(host.to_string(), "client.example");
/// server.accept()?;
/// # Ok::<(), smtp_proto::server::Misuse>(())
/// ```
pub struct Server {
    config: Arc<Config>,
    input: InputBuffer,
    output: OutputQueue,
    state: State,
    /// The next event. What it borrows lies in `input`, which must not change until it was polled.
    staged: Option<Staged>,
    /// A message's end without success, to be told behind what is staged.
    aborted: Option<Aborted>,
    /// The request that was polled and waits for an answer.
    asked: Option<Asked>,
    /// How the client introduced itself, once that was accepted.
    greeting: Option<Greeting>,
    authenticated: bool,
    transaction: Option<Transaction>,
    /// MAIL was refused, and what its client pipelined behind it may still come.
    sender_refused: bool,
    tls: Option<TlsInfo>,
    errors: usize,
    /// The client's part of an authentication, decoded.
    response: Zeroizing<Vec<u8>>,
    /// The client will send nothing more; what it has sent is still served.
    eof: bool,
    shutting_down: bool,
    /// The latest moment that was told.
    now: Instant,
    deadline: Deadline,
    /// When the buffers are given back, if nothing comes until then.
    quiet_at: Option<Instant>,
}

/// What the next bytes from the client are.
#[derive(Debug)]
enum State {
    /// A command.
    Command,
    /// A command of a client that was refused at the beginning: only QUIT is obeyed.
    Refused,
    /// The client's turn in an authentication.
    AuthResponse,
    /// The message.
    Body(Reception),
    /// Nothing: the TLS handshake comes next.
    StartTls {
        /// The event was staged.
        announced: bool,
    },
    /// The session is over, which is told when the last reply is written.
    Closing(Closed),
    Closed,
}

/// A transaction, from MAIL to the answer to the end of its data.
#[derive(Debug, Default)]
struct Transaction {
    /// How many recipients were accepted.
    recipients: usize,
    /// Whether there was a recipient at all.
    asked: bool,
}

/// The next event, as ranges of the input.
#[derive(Debug)]
enum Staged {
    Request(Asked, Range<usize>),
    EndOfData { octets: u64, defects: BodyDefects },
    AuthResponse,
    Body(Range<usize>),
    MessageAborted(Aborted),
    Reset,
    AuthCancelled,
    UpgradeTls,
    Closed(Closed),
}

/// What the application was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Connect,
    Hello(Greeting),
    Mail,
    Rcpt,
    Data,
    EndOfData,
    Auth,
    Verify,
    Expand,
    Help,
}

/// How long the client may take.
#[derive(Clone, Copy, Debug)]
enum Deadline {
    /// It is not the client's turn.
    None,
    /// So long from the next moment that is told: the state changed where no time is known.
    In(Duration),
    At(Instant),
}

impl Server {
    /// After so long without input the buffers are given back.
    const QUIET: Duration = Duration::from_secs(10);

    /// A session with a client that has just connected. Its first event is [`Request::Connect`].
    ///
    /// Where TLS comes first (implicit TLS), do the handshake and call [`handle_tls`](Self::handle_tls) at once.
    pub fn new(now: Instant, config: Arc<Config>) -> Self {
        Self {
            input: InputBuffer::new(command::LONGEST_AUTH_LINE.max(config.longest_command)),
            config,
            output: OutputQueue::new(),
            state: State::Command,
            staged: Some(Staged::Request(Asked::Connect, 0..0)),
            aborted: None,
            asked: None,
            greeting: None,
            authenticated: false,
            transaction: None,
            sender_refused: false,
            tls: None,
            errors: 0,
            response: Zeroizing::default(),
            eof: false,
            shutting_down: false,
            now,
            deadline: Deadline::None,
            quiet_at: None,
        }
    }

    /// What is known of the TLS connection, if there is one.
    pub fn tls(&self) -> Option<&TlsInfo> {
        self.tls.as_ref()
    }

    /// Whether an authentication was accepted.
    pub fn is_authenticated(&self) -> bool {
        self.authenticated
    }

    /// The configuration.
    pub fn config(&self) -> &Arc<Config> {
        &self.config
    }

    /// How many bytes of memory the session holds on the heap, apart from the shared configuration and
    /// [`TlsInfo`].
    pub fn allocated(&self) -> usize {
        self.input.allocated() + self.output.allocated() + self.response.capacity()
    }

    /// Does what can be done without the application, until there is an event or more input is needed.
    fn advance(&mut self) {
        while self.staged.is_none() && self.asked.is_none() {
            if let Some(aborted) = self.aborted.take() {
                self.staged = Some(Staged::MessageAborted(aborted));
                return;
            }
            // A client that does not read its replies gets no more of them.
            let room = self.output.has_room();
            let progress = match self.state {
                // The last reply is written before the application may close the connection.
                State::Closing(_) if !self.output.is_empty() => return,
                State::Closing(why) => {
                    self.state = State::Closed;
                    self.deadline = Deadline::None;
                    self.staged = Some(Staged::Closed(why));
                    return;
                }
                State::Closed => return,
                State::StartTls { .. } => self.upgrade(),
                State::Command | State::Refused => room && self.next_command(),
                State::AuthResponse => room && self.next_auth_response(),
                State::Body(_) => room && self.next_body(),
            };
            if !progress {
                if !self.eof || !room {
                    return;
                }
                self.abort(Aborted::Disconnected);
                self.state = State::Closing(Closed::Disconnected);
            }
        }
    }

    /// Stages a request: it is the application's turn.
    fn ask(&mut self, request: Staged) {
        // A run of the message may be staged before its end.
        debug_assert!(self.staged.is_none());
        self.staged = Some(request);
        self.deadline = Deadline::None;
    }

    /// It is the client's turn.
    fn wait(&mut self) {
        let timeouts = &self.config.timeouts;
        self.deadline = match self.state {
            State::Body(_) => Deadline::In(timeouts.body_block),
            State::Closed => Deadline::None,
            _ => Deadline::In(timeouts.command),
        };
    }

    /// If a message is being received and was not refused, the application hears that it will not be complete.
    fn abort(&mut self, why: Aborted) {
        if let State::Body(reception) = &self.state
            && reception.refusal.is_none()
        {
            self.aborted = Some(why);
        }
    }

    /// A staged event as the application sees it.
    fn event(&self, staged: Staged) -> Event<'_> {
        match staged {
            Staged::Request(asked, line) => Event::Request(self.request(asked, line)),
            Staged::EndOfData { octets, defects } => Event::Request(Request::EndOfData { octets, defects }),
            Staged::AuthResponse => Event::Request(Request::AuthResponse(Secret::new(&self.response))),
            Staged::Body(body) => Event::Body(self.input.get(body)),
            Staged::MessageAborted(why) => Event::MessageAborted(why),
            Staged::Reset => Event::Reset,
            Staged::AuthCancelled => Event::AuthCancelled,
            Staged::UpgradeTls => Event::UpgradeTls,
            Staged::Closed(why) => Event::Closed(why),
        }
    }

    /// A request with what its command line says. The line was parsed before it was staged, which is cheap enough
    /// to be done again.
    fn request(&self, asked: Asked, line: Range<usize>) -> Request<'_> {
        match (asked, Command::parse(self.input.get(line))) {
            (Asked::Hello(greeting), Ok(Command::Ehlo(host) | Command::Helo(host) | Command::Lhlo(host))) => {
                Request::Hello { greeting, host }
            }
            (_, Ok(Command::Mail { path, parameters })) => Request::Mail { from: path, parameters },
            (_, Ok(Command::Rcpt { path, parameters })) => Request::Rcpt { to: path, parameters },
            (_, Ok(Command::Data)) => Request::Data,
            (_, Ok(Command::Auth { mechanism, initial_response })) => {
                Request::Auth { mechanism, initial_response: initial_response.map(|_| Secret::new(&self.response[..])) }
            }
            (_, Ok(Command::Vrfy(text))) => Request::Verify(text),
            (_, Ok(Command::Expn(text))) => Request::Expand(text),
            (_, Ok(Command::Help(text))) => Request::Help(text),
            // No other command is staged, and none but this request is without a line.
            _ => Request::Connect,
        }
    }
}

impl fmt::Debug for Server {
    /// Prints no content: there may be secrets in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("state", &self.state)
            .field("staged", &self.staged)
            .field("asked", &self.asked)
            .field("transaction", &self.transaction)
            .field("input", &self.input)
            .field("output", &self.output)
            .finish_non_exhaustive()
    }
}
