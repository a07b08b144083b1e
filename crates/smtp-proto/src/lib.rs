//! SMTP, submission and LMTP as pure state machines: bytes and time in, bytes and events out.
//!
//! A [`server::Server`] is one session of a server, a [`client::Client`] one of a client. Neither does I/O, reads a
//! clock or knows a runtime: whoever has a socket feeds it, and writes what it says.
//!
//! ```text
//!              handle_input ──►┌───────────┐──► poll_event     decide
//!    socket    handle_eof      │  machine  │                     │ accept / reject / reply / challenge
//!    clock ──► handle_timeout  │ (no I/O)  │◄────────────────────┘
//!              ◄─ poll_transmit└───────────┘──► poll_timeout
//! ```
//!
//! The law:
//!
//! 1. Decide, else write, else wait.
//! 2. Each request is answered exactly once; other events need no answer.
//! 3. No method does I/O, reads a clock, or panics on what a peer sent.
//! 4. No call order is wrong; it can only be slow.
//!
//! # A server, whole
//!
//! It prints what it receives; a thread serves each client. Try it with `nc localhost 2525`.
//!
//! ```no_run
//! use std::io::{ErrorKind, Read, Write};
//! use std::net::{TcpListener, TcpStream};
//! use std::time::Duration;
//!
//! use mail_wire::Clock;
//! use smtp_proto::server::{Config, Event, Request, Server};
//!
//! fn serve(mut io: TcpStream) -> Result<(), Box<dyn std::error::Error>> {
//!     let (clock, mut message, mut buffer) = (Clock::start(), Vec::new(), [0; 16 * 1024]);
//!     let mut smtp = Server::new(clock.now(), Config::default().into());
//!     io.set_read_timeout(Some(Duration::from_secs(1)))?;
//!     io.set_write_timeout(Some(Duration::from_secs(60)))?;
//!     loop {
//!         if let Some(event) = smtp.poll_event() {
//!             match event {
//!                 Event::Body(bytes) => message.extend_from_slice(bytes),
//!                 Event::Request(Request::EndOfData { .. }) => {
//!                     std::io::stdout().write_all(&std::mem::take(&mut message))?;
//!                     smtp.accept()?;
//!                 }
//!                 Event::Request(_) => smtp.accept()?,
//!                 Event::Closed(_) => return Ok(()),
//!                 _ => message.clear(),
//!             }
//!         } else if let Some(bytes) = smtp.poll_transmit() {
//!             let n = io.write(bytes)?;
//!             smtp.handle_transmitted(clock.now(), n);
//!         } else {
//!             match io.read(&mut buffer) {
//!                 Ok(0) => smtp.handle_eof(clock.now()),
//!                 Ok(n) => _ = smtp.handle_input(clock.now(), &buffer[..n]),
//!                 Err(e) if e.kind() == ErrorKind::WouldBlock => smtp.handle_timeout(clock.now()),
//!                 Err(e) => return Err(e.into()),
//!             }
//!         }
//!     }
//! }
//!
//! fn main() -> std::io::Result<()> {
//!     for io in TcpListener::bind("127.0.0.1:2525")?.incoming().flatten() {
//!         std::thread::spawn(|| serve(io).unwrap_or_else(|error| eprintln!("{error}")));
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # A client, whole
//!
//! It sends what comes from standard input to two people, and says what became of each.
//!
//! ```no_run
//! use std::io::{ErrorKind, Read, Write};
//! use std::net::TcpStream;
//! use std::time::Duration;
//!
//! use mail_wire::{Clock, dot::BodyEnding};
//! use smtp_proto::client::{Client, Closed, Config, Envelope, Event, Verb};
//! use smtp_proto::{Domain, Mailbox};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let mut envelope = Envelope::new("ann@example.org".parse::<Mailbox>()?);
//!     envelope.recipient("bob@mx.example".parse::<Mailbox>()?).recipient("eve@mx.example".parse::<Mailbox>()?);
//!
//!     let (clock, mut buffer) = (Clock::start(), [0; 16 * 1024]);
//!     let mut config = Config::default();
//!     // Lines of a file end with LF.
//!     config.body_ending = BodyEnding::Normalise;
//!     let mut smtp = Client::new(clock.now(), config.into());
//!     let mut io = TcpStream::connect("127.0.0.1:2525")?;
//!     io.set_read_timeout(Some(Duration::from_secs(1)))?;
//!     io.set_write_timeout(Some(Duration::from_secs(60)))?;
//!     loop {
//!         if let Some(event) = smtp.poll_event() {
//!             match event {
//!                 Event::Greeting(reply) if reply.code().is_success() => {
//!                     smtp.ehlo("client.example".parse::<Domain>()?)?;
//!                 }
//!                 Event::Reply { command: Verb::Ehlo | Verb::Helo, reply } if reply.code().is_success() => {
//!                     smtp.send(envelope.clone())?;
//!                 }
//!                 Event::Recipient { index, reply } => println!("recipient {index}: {reply}"),
//!                 Event::WantsBody { capacity } => {
//!                     let piece = capacity.min(buffer.len());
//!                     match std::io::stdin().read(&mut buffer[..piece])? {
//!                         0 => smtp.finish_body()?,
//!                         n => _ = smtp.send_body(&buffer[..n])?,
//!                     }
//!                 }
//!                 Event::Sent(outcome) => {
//!                     println!("{outcome:?}");
//!                     smtp.quit()?;
//!                 }
//!                 Event::Closed(Closed::Quit) => return Ok(()),
//!                 Event::Closed(why) => return Err(why.into()),
//!                 Event::Greeting(reply) | Event::Reply { command: Verb::Helo, reply } => {
//!                     println!("the server does not want us: {reply}");
//!                     smtp.quit()?;
//!                 }
//!                 _ => {}
//!             }
//!         } else if let Some(bytes) = smtp.poll_transmit() {
//!             let n = io.write(bytes)?;
//!             smtp.handle_transmitted(clock.now(), n);
//!         } else {
//!             match io.read(&mut buffer) {
//!                 Ok(0) => smtp.handle_eof(clock.now()),
//!                 Ok(n) => _ = smtp.handle_input(clock.now(), &buffer[..n]),
//!                 Err(e) if e.kind() == ErrorKind::WouldBlock => smtp.handle_timeout(clock.now()),
//!                 Err(e) => return Err(e.into()),
//!             }
//!         }
//!     }
//! }
//! ```
//!
//! # Example: who may be written to
//!
//! A request borrows from the session; an answer ends the borrow.
//!
//! ```
//! # use smtp_proto::{ForwardPath, Host, reply::Reply, server::{Event, Misuse, Request, Server}};
//! fn is_ours(recipient: &ForwardPath<'_>) -> bool {
//!     match recipient {
//!         ForwardPath::Postmaster => true,
//!         ForwardPath::Mailbox(mailbox) => {
//!             matches!(mailbox.host(), Host::Domain(domain) if domain.as_str().eq_ignore_ascii_case("mx.example"))
//!         }
//!     }
//! }
//!
//! fn decide(smtp: &mut Server) -> Result<(), Misuse> {
//!     match smtp.poll_event() {
//!         Some(Event::Request(Request::Rcpt { to, .. })) if !is_ours(&to) => smtp.reject(Reply::RELAY_DENIED),
//!         Some(Event::Request(_)) => smtp.accept(),
//!         _ => Ok(()),
//!     }
//! }
//! ```
//!
//! # Example: pipelining
//!
//! Replies to commands that came together leave together, because all is decided before the first byte is written
//! (RFC 2920). Nobody has to arrange it.
//!
//! ```
//! # use smtp_proto::server::{Config, Event, Server};
//! # use smtp_proto::Instant;
//! # let now = Instant::EPOCH;
//! # let mut smtp = Server::new(now, Config::default().into());
//! # let mut decide = |smtp: &mut Server| while let Some(event) = smtp.poll_event() {
//! #     if matches!(event, Event::Request(_)) { smtp.accept().unwrap(); }
//! # };
//! # decide(&mut smtp);
//! # smtp.handle_input(now, b"EHLO client.example\r\n");
//! # decide(&mut smtp);
//! # smtp.handle_transmitted(now, 1000);
//! smtp.handle_input(now, b"MAIL FROM:<>\r\nRCPT TO:<ann@mx.example>\r\nDATA\r\n");
//! decide(&mut smtp);
//! assert_eq!(smtp.poll_transmit().unwrap().split(|byte| *byte == b'\n').count() - 1, 3);
//! ```
//!
//! # Example: one refused recipient
//!
//! A client batches, too, where the server offers it, and a recipient that is refused does not keep the message from
//! the others.
//!
//! ```
//! # use smtp_proto::client::{Client, Config, Envelope, Event};
//! # use smtp_proto::{Domain, Instant, Mailbox};
//! # let now = Instant::EPOCH;
//! # let mut smtp = Client::new(now, Config::default().into());
//! # smtp.handle_input(now, b"220 mx.example\r\n");
//! # smtp.poll_event();
//! # smtp.ehlo("client.example".parse::<Domain>()?)?;
//! # smtp.handle_input(now, b"250-mx.example\r\n250 PIPELINING\r\n");
//! # smtp.poll_event();
//! # smtp.handle_transmitted(now, 1000);
//! let mut envelope = Envelope::new("ann@example.org".parse::<Mailbox>()?);
//! envelope.recipient("bob@mx.example".parse::<Mailbox>()?).recipient("eve@mx.example".parse::<Mailbox>()?);
//! smtp.send(envelope)?;
//! let said = b"MAIL FROM:<ann@example.org>\r\nRCPT TO:<bob@mx.example>\r\nRCPT TO:<eve@mx.example>\r\nDATA\r\n";
//! assert_eq!(smtp.poll_transmit(), Some(&said[..]));
//!
//! smtp.handle_input(now, b"250 ok\r\n550 5.1.1 no such user\r\n250 ok\r\n354 go on\r\n");
//! let mut accepted = Vec::new();
//! while let Some(event) = smtp.poll_event() {
//!     match event {
//!         Event::Recipient { index, reply } if reply.code().is_success() => accepted.push(index),
//!         Event::WantsBody { .. } => {
//!             smtp.send_body(b"Subject: hi\r\n\r\nhello\r\n")?;
//!             smtp.finish_body()?;
//!         }
//!         _ => {}
//!     }
//! }
//! assert_eq!(accepted, [1]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Example: STARTTLS
//!
//! The machine asks for the handshake when its reply has been written. What a client sends in the clear behind
//! STARTTLS ends the session, and none of it is parsed: not as a command, and not later inside TLS.
//!
//! ```
//! # use smtp_proto::{Instant, TlsInfo, server::{Closed, Config, Event, Server}};
//! # let now = Instant::EPOCH;
//! let mut config = Config::default();
//! config.starttls = true;
//! let mut smtp = Server::new(now, config.into());
//! # smtp.poll_event();
//! # smtp.accept()?;
//! # smtp.handle_transmitted(now, 1000);
//! smtp.handle_input(now, b"STARTTLS\r\n");
//! smtp.handle_transmitted(now, smtp.poll_transmit().map_or(0, <[u8]>::len));
//! assert!(matches!(smtp.poll_event(), Some(Event::UpgradeTls)));
//! // Here the handshake is done.
//! smtp.handle_tls(now, TlsInfo::default());
//! assert!(smtp.tls().is_some());
//! # Ok::<(), smtp_proto::server::Misuse>(())
//! ```
//!
//! # Example: time in tests
//!
//! Time is what the machine is told, so a test of a timeout takes no time.
//!
//! ```
//! # use smtp_proto::{Instant, server::{Config, Event, Server}};
//! # use core::time::Duration;
//! let mut now = Instant::EPOCH;
//! let mut smtp = Server::new(now, Config::default().into());
//! # smtp.poll_event();
//! # smtp.accept()?;
//! # smtp.handle_transmitted(now, 1000);
//! now += Duration::from_secs(301);
//! smtp.handle_timeout(now);
//! assert!(smtp.poll_transmit().unwrap().starts_with(b"421 4.4.2 "));
//! # Ok::<(), smtp_proto::server::Misuse>(())
//! ```
//!
//! # What holds, whatever a peer sends
//!
//! - Only CRLF `.` CRLF ends a message, and no octet of a message becomes a command. By default a message with a CR
//!   or LF that stands alone is refused, so that it cannot smuggle another one past a laxer host behind this one.
//! - Nothing said in the clear survives STARTTLS.
//! - Memory per session has a bound; what is over a limit is discarded as it comes. A peer that does not read is
//!   not listened to.
//! - Values that are written ([`Mailbox`], [`Parameters`], [`reply::Reply`], …) cannot be built so that a CR, LF or
//!   NUL reaches the wire.
//! - Passwords are absent from `Debug`, and overwritten when they have been used or the session is dropped. What a
//!   driver reads into, and what an application copies, is theirs to overwrite.
//! - A panic is a bug of this crate.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

pub mod capabilities;
pub mod client;
mod command;
mod domain;
mod mailbox;
mod parameters;
mod path;
pub mod reply;
pub mod server;
mod syntax;
pub mod xtext;

pub use command::{Argument, Command, InitialResponse, Mechanism};
pub use domain::{AddressLiteral, Domain, Host};
pub use mailbox::Mailbox;
pub use parameters::{Body, Parameter, Parameters};
pub use path::{ForwardPath, ReversePath};
pub use syntax::SyntaxError;

pub use mail_wire::{Instant, Machine, Secret, TlsInfo};
