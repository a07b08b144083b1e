//! POP3 as pure state machines: bytes and time in, bytes and events out.
//!
//! A [`server::Server`] is one session of a server, a [`client::Client`] one of a client. Neither does I/O, reads a
//! clock or knows a runtime: whoever has a socket feeds it, and writes what it says.
//!
//! ```text
//!              handle_input ──►┌───────────┐──► poll_event     decide
//!    socket    handle_eof      │  machine  │                     │ accept / reject / send_body / retr / dele …
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
//! # A client, whole
//!
//! It prints all messages and leaves them where they are.
//!
//! ```no_run
//! use std::io::{ErrorKind, Read, Write};
//! use std::net::TcpStream;
//! use std::time::Duration;
//!
//! use mail_wire::Clock;
//! use pop3_proto::client::{Asked, Client, Config, Event};
//! use pop3_proto::{Password, UserName};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let mut io = TcpStream::connect("127.0.0.1:2110")?;
//!     io.set_read_timeout(Some(Duration::from_secs(1)))?;
//!     io.set_write_timeout(Some(Duration::from_secs(60)))?;
//!     let (clock, mut messages, mut buffer) = (Clock::start(), Vec::new(), [0; 16 * 1024]);
//!     let mut pop3 = Client::new(clock.now(), Config::default().into());
//!     pop3.user_pass(UserName::new("mrose")?, Password::new(b"secret")?)?;
//!     loop {
//!         if let Some(event) = pop3.poll_event() {
//!             match event {
//!                 Event::LoggedIn(_) => pop3.list()?,
//!                 Event::Listed(listing) => messages.push(listing.message),
//!                 Event::EndOfListing { .. } => {
//!                     messages.drain(..).try_for_each(|message| pop3.retr(message))?;
//!                     pop3.quit()?;
//!                 }
//!                 Event::Body(octets) => std::io::stdout().write_all(octets)?,
//!                 Event::Refused { asked: Asked::User | Asked::Pass, reply } => {
//!                     eprintln!("{reply}");
//!                     pop3.quit()?;
//!                 }
//!                 Event::Closed(closed) => {
//!                     eprintln!("{closed}");
//!                     return Ok(());
//!                 }
//!                 _ => {}
//!             }
//!         } else if let Some(bytes) = pop3.poll_transmit() {
//!             let n = io.write(bytes)?;
//!             pop3.handle_transmitted(clock.now(), n);
//!         } else {
//!             match io.read(&mut buffer) {
//!                 Ok(0) => pop3.handle_eof(clock.now()),
//!                 Ok(n) => _ = pop3.handle_input(clock.now(), &buffer[..n]),
//!                 Err(e) if e.kind() == ErrorKind::WouldBlock => pop3.handle_timeout(clock.now()),
//!                 Err(e) => return Err(e.into()),
//!             }
//!         }
//!     }
//! }
//! ```
//!
//! # A server, whole
//!
//! It has one user and one message; a thread serves each client. Try it with `curl pop3://mrose:secret@localhost:2110/1`.
//!
//! ```no_run
//! use std::io::{ErrorKind, Read, Write};
//! use std::net::{TcpListener, TcpStream};
//! use std::time::Duration;
//!
//! use mail_wire::Clock;
//! use pop3_proto::server::{Config, Event, Maildrop, Request, Server, WireSize};
//! use pop3_proto::{Reply, UniqueId};
//!
//! const MESSAGE: &[u8] = b"Subject: hello\n\nHello.\n";
//!
//! fn serve(mut io: TcpStream) -> Result<(), Box<dyn std::error::Error>> {
//!     let (clock, mut body, mut buffer) = (Clock::start(), MESSAGE, [0; 16 * 1024]);
//!     let mut pop3 = Server::new(clock.now(), Config::default().into());
//!     io.set_read_timeout(Some(Duration::from_secs(1)))?;
//!     io.set_write_timeout(Some(Duration::from_secs(60)))?;
//!     loop {
//!         if let Some(event) = pop3.poll_event() {
//!             match event {
//!                 Event::Request(Request::Login { user: "mrose", password }) if *password == *b"secret" => {
//!                     let (mut maildrop, mut size) = (Maildrop::new(), WireSize::new());
//!                     size.push(MESSAGE);
//!                     maildrop.push(size.octets(), UniqueId::new(b"hello-1")?)?;
//!                     pop3.accept_login(maildrop)?;
//!                 }
//!                 Event::Request(Request::Login { .. }) => pop3.reject(&Reply::AUTHENTICATION_FAILED)?,
//!                 Event::Request(Request::Retrieve { .. } | Request::Top { .. }) => {
//!                     body = MESSAGE;
//!                     pop3.accept()?;
//!                 }
//!                 Event::Request(_) => pop3.accept()?,
//!                 Event::WantsBody { .. } if body.is_empty() => pop3.finish_body()?,
//!                 Event::WantsBody { .. } => body = &body[pop3.send_body(body)?..],
//!                 Event::Closed(_) => return Ok(()),
//!                 _ => {}
//!             }
//!         } else if let Some(bytes) = pop3.poll_transmit() {
//!             let n = io.write(bytes)?;
//!             pop3.handle_transmitted(clock.now(), n);
//!         } else {
//!             match io.read(&mut buffer) {
//!                 Ok(0) => pop3.handle_eof(clock.now()),
//!                 Ok(n) => _ = pop3.handle_input(clock.now(), &buffer[..n]),
//!                 Err(e) if e.kind() == ErrorKind::WouldBlock => pop3.handle_timeout(clock.now()),
//!                 Err(e) => return Err(e.into()),
//!             }
//!         }
//!     }
//! }
//!
//! fn main() -> std::io::Result<()> {
//!     for io in TcpListener::bind("127.0.0.1:2110")?.incoming().flatten() {
//!         std::thread::spawn(|| serve(io).unwrap_or_else(|error| eprintln!("{error}")));
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Example: leave mail on the server, fetch what is new
//!
//! A [`MessageNumber`] is good for one session, a [`UniqueId`] for all. They are different types, and so are never
//! taken for each other.
//!
//! ```
//! use std::collections::HashSet;
//! use pop3_proto::client::{Client, Event, Misuse};
//!
//! /// Asks for the messages that were not seen before.
//! fn decide(pop3: &mut Client, seen: &mut HashSet<Vec<u8>>) -> Result<(), Misuse> {
//!     while let Some(event) = pop3.poll_event() {
//!         match event {
//!             Event::LoggedIn(_) => pop3.uidl()?,
//!             // Commands may be asked for while others are being answered.
//!             Event::Identified(listing) if seen.insert(listing.id.as_bytes().to_vec()) => {
//!                 let message = listing.message;
//!                 pop3.retr(message)?;
//!             }
//!             _ => {}
//!         }
//!     }
//!     Ok(())
//! }
//! # use mail_wire::Instant;
//! # let (now, mut seen) = (Instant::EPOCH, HashSet::from([b"a".to_vec()]));
//! # let mut pop3 = Client::new(now, Default::default());
//! # pop3.user_pass(pop3_proto::UserName::new("u").unwrap(), pop3_proto::Password::new(b"p").unwrap()).unwrap();
//! # for line in [&b"+OK\r\n"[..], b"+OK\r\n", b"+OK\r\n", b"+OK\r\n1 a\r\n", b"2 b\r\n", b".\r\n"] {
//! #     pop3.handle_transmitted(now, 99);
//! #     assert_eq!(pop3.handle_input(now, line), line.len());
//! #     decide(&mut pop3, &mut seen).unwrap();
//! # }
//! # assert_eq!(pop3.poll_transmit(), Some(&b"RETR 2\r\n"[..]));
//! ```
//!
//! # Example: delete only what is safe
//!
//! Nothing is deleted before QUIT is answered, and the last event says whether it was.
//!
//! ```
//! use mail_wire::Instant;
//! use pop3_proto::client::{Client, Event, Outcome};
//!
//! let now = Instant::EPOCH;
//! let mut pop3 = Client::new(now, Default::default());
//! pop3.handle_input(now, b"+OK ready\r\n");
//! while pop3.poll_event().is_some() {}
//! pop3.quit()?;
//! pop3.handle_transmitted(now, b"QUIT\r\n".len());
//! pop3.handle_eof(now); // and no answer
//! let Some(Event::Closed(closed)) = pop3.poll_event() else { panic!() };
//! assert_eq!(closed.outcome, Outcome::Unknown);
//! # Ok::<_, pop3_proto::client::Misuse>(())
//! ```
//!
//! # Example: TLS
//!
//! A machine says when ([`client::Event::UpgradeTls`], [`server::Event::UpgradeTls`]); the driver does the handshake
//! and says so. Anything that arrives in between ends the session, and is never parsed.
//!
//! ```
//! use mail_wire::{Instant, TlsInfo};
//! use pop3_proto::client::{Client, Event, Reason};
//!
//! let now = Instant::EPOCH;
//! let mut pop3 = Client::new(now, Default::default());
//! pop3.stls()?;
//! pop3.handle_input(now, b"+OK ready\r\n");
//! while pop3.poll_event().is_some() {}
//! // Somebody on the way adds a reply to the command that will come next.
//! pop3.handle_input(now, b"+OK begin TLS\r\n+OK logged in as somebody else\r\n");
//! let Some(Event::Closed(closed)) = pop3.poll_event() else { panic!() };
//! assert_eq!(closed.reason, Reason::TlsResidue);
//! # Ok::<_, pop3_proto::client::Misuse>(())
//! ```
//!
//! # Example: ten minutes in no time
//!
//! Machines are told the time, so tests need not wait for it.
//!
//! ```
//! use core::time::Duration;
//! use mail_wire::Instant;
//! use pop3_proto::server::{Closed, Event, Server};
//!
//! let mut pop3 = Server::new(Instant::EPOCH, Default::default());
//! assert!(matches!(pop3.poll_event(), Some(Event::Request(_))));
//! pop3.accept()?;
//! pop3.handle_transmitted(Instant::EPOCH, 1000);
//! pop3.handle_timeout(Instant::EPOCH + Duration::from_secs(10 * 60));
//! assert!(matches!(pop3.poll_event(), Some(Event::Closed(Closed::Timeout))));
//! # Ok::<_, pop3_proto::server::Misuse>(())
//! ```
//!
//! # What the machines see to
//!
//! - **Transparency.** A message ends at CRLF `.` CRLF and nowhere else; every octet of it arrives, and no octet of it
//!   becomes a reply or a command. Lines of messages have no limit, all other lines do.
//! - **Order.** A reply's shape is known from the command, a reply without a command ends the session, and so does
//!   plaintext between STLS and TLS.
//! - **Bounds.** Memory has a constant limit, whatever a peer sends or does not read. What a server's maildrop holds
//!   is not counted: that is the application's.
//! - **Secrets** are not in `Debug`, and are overwritten when they have been used.
//!
//! | standard | what |
//! |---|---|
//! | RFC 1939 | all but APOP |
//! | RFC 2449 | CAPA, capabilities, response codes, pipelining |
//! | RFC 2595 | STLS |
//! | RFC 3206 | `SYS/TEMP`, `SYS/PERM`, `AUTH` and its capability |
//! | RFC 5034 | AUTH, initial responses; the mechanisms are elsewhere |
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

pub mod client;
pub mod server;
mod syntax;

pub use syntax::*;
