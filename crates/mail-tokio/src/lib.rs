//! The mail protocol machines on tokio.
//!
//! The machines of [`smtp_proto`] and [`pop3_proto`] know what is to be said and do no I/O. Here they meet
//! connections, in two ways:
//!
//! - [`drive`] runs any machine on any connection. You answer its events: that is how servers are written.
//! - [`smtp::Client`] and [`pop3::Client`] are called step by step, for those who just want to send or to fetch.
//!
//! The law of a session stays what it is: decide, else write, else wait. The driver does the writing and the waiting,
//! together, so that two peers who both write first cannot block each other.
//!
//! # A whole server
//!
//! It takes mail for anybody at `example.org` and prints it. Talk to it with `nc localhost 2525`, or with
//! `curl smtp://localhost:2525 --mail-from ann@example.net --mail-rcpt bob@example.org -T message.eml`.
//!
//! ```no_run
//! use std::sync::Arc;
//! use mail_tokio::drive;
//! use smtp_proto::Host;
//! use smtp_proto::reply::Reply;
//! use smtp_proto::server::{Config, Event, Request, Server};
//! use tokio::net::{TcpListener, TcpStream};
//!
//! async fn serve(connection: TcpStream, config: Arc<Config>) -> Result<(), Box<dyn std::error::Error>> {
//!     let mut session = drive(connection, |now| Server::new(now, config));
//!     let (here, mut message) = (Host::parse("example.org")?, Vec::new());
//!     while let Some(event) = session.next_event().await? {
//!         match event {
//!             // `<Postmaster>` has no domain and is always here.
//!             Event::Request(Request::Rcpt { to, .. })
//!                 if to.mailbox().is_some_and(|mailbox| mailbox.host() != here) =>
//!             {
//!                 session.machine_mut().reject(Reply::RELAY_DENIED)?;
//!             }
//!             Event::Request(Request::Data) => {
//!                 message.clear();
//!                 session.machine_mut().accept()?;
//!             }
//!             Event::Body(octets) => message.extend_from_slice(octets),
//!             Event::Request(Request::EndOfData { .. }) => {
//!                 println!("{}", String::from_utf8_lossy(&message));
//!                 session.machine_mut().accept()?;
//!             }
//!             Event::Request(_) => session.machine_mut().accept()?,
//!             _ => {}
//!         }
//!     }
//!     Ok(())
//! }
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> std::io::Result<()> {
//!     let config = Arc::new(Config::default());
//!     let listener = TcpListener::bind("127.0.0.1:2525").await?;
//!     loop {
//!         let (connection, _) = listener.accept().await?;
//!         let config = Arc::clone(&config);
//!         tokio::spawn(async move {
//!             if let Err(error) = serve(connection, config).await {
//!                 eprintln!("{error}");
//!             }
//!         });
//!     }
//! }
//! ```
//!
//! # Example: a server with STARTTLS
//!
//! When the machine asks for TLS, the driver hands the connection over and takes it back. A session that begins inside
//! TLS is the same call before the first event.
//!
//! ```
//! # #[cfg(feature = "rustls")]
//! # mod example {
//! use std::sync::Arc;
//! use mail_tokio::{TlsServer, drive};
//! use smtp_proto::server::{Config, Event, Server};
//! use tokio::net::TcpStream;
//!
//! async fn serve(connection: TcpStream, tls: TlsServer) -> Result<(), Box<dyn std::error::Error>> {
//!     let mut config = Config::default();
//!     config.starttls = true;
//!     let mut session = drive(connection, |now| Server::new(now, Arc::new(config)));
//!     while let Some(event) = session.next_event().await? {
//!         match event {
//!             Event::UpgradeTls => session.accept_tls(&tls).await?,
//!             Event::Request(_) => session.machine_mut().accept()?,
//!             _ => {}
//!         }
//!     }
//!     Ok(())
//! }
//! # }
//! ```
//!
//! # Example: submit a message
//!
//! ```
//! # #[cfg(feature = "rustls")]
//! # mod example {
//! use mail_sasl::Credentials;
//! use mail_tokio::smtp::{Client, Envelope, Options};
//! use mail_tokio::{Security, TlsClient};
//! use smtp_proto::Mailbox;
//!
//! async fn submit(message: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
//!     let mut options = Options::default();
//!     options.security = Security::Implicit(TlsClient::webpki()?);
//!     let mut client = Client::connect("mail.example.org", 465, options).await?;
//!     client.login(&Credentials::new("ann", "correct horse")?).await?;
//!
//!     let mut envelope = Envelope::new("ann@example.org".parse::<Mailbox>()?);
//!     envelope.recipient("bob@example.net".parse::<Mailbox>()?);
//!     let sent = client.send(&envelope, message).await?;
//!     assert!(sent.is_complete());
//!     client.quit().await?;
//!     Ok(())
//! }
//! # }
//! ```
//!
//! # Example: fetch without deleting
//!
//! A message can be written to whatever takes it, as it comes.
//!
//! ```
//! use mail_sasl::Credentials;
//! use mail_tokio::Io;
//! use mail_tokio::pop3::{Client, Options};
//!
//! async fn keep() -> Result<(), Box<dyn std::error::Error>> {
//!     let mut client = Client::connect("localhost", 110, Options::default()).await?;
//!     client.login(&Credentials::new("ann", "correct horse")?).await?;
//!     for message in client.unique_ids().await? {
//!         client.retrieve_into(message.message, Io::new(tokio::io::stdout())).await?;
//!     }
//!     client.quit().await?;
//!     Ok(())
//! }
//! ```
//!
//! # Example: check who sent a message
//!
//! The machines of `mail-auth-spf-dkim` ask the DNS; what they ask together is resolved together.
//!
//! ```
//! # #[cfg(feature = "hickory")]
//! # mod example {
//! use mail_auth_spf_dkim::spf::{Client, Evaluation, Limits, SpfResult};
//! use mail_tokio::dns::{Lookups, Resolver, ResolverSettings};
//! use mail_wire::Clock;
//!
//! async fn may_send(client: Client, reverse_path: &str) -> Result<bool, Box<dyn std::error::Error>> {
//!     let resolver = Resolver::system(&ResolverSettings::default())?;
//!     let clock = Clock::start();
//!     let mut evaluation = Evaluation::mail_from(clock.now(), &client, reverse_path, &Limits::default());
//!     Lookups::new(resolver, clock).finish(&mut evaluation).await;
//!     Ok(evaluation.outcome().is_some_and(|outcome| outcome.result == SpfResult::Pass))
//! }
//! # }
//! ```
//!
//! # Tests
//!
//! Do not pause tokio's clock (`start_paused`, `tokio::time::pause`) where a driver runs: machines are told the
//! system's time, see [`TokioTimer`]. A machine by itself can be told any time, without waiting.
//!
//! # What can go wrong
//!
//! Errors say whose fault it was. For SMTP, [`smtp::Error::safe_to_retry`] says whether trying again could deliver a
//! message twice; for POP3, [`pop3::Error::deletions`] says what became of the messages that were marked. Futures of
//! the driver can be dropped at any time without loss, so they may stand in a `select!`; each client says what that
//! means for it.
//!
//! # Features
//!
//! | feature | default | |
//! |---|---|---|
//! | `dns` | no | `dns`: resolves the questions of SPF, DKIM and DMARC; bring a resolver |
//! | `hickory` | no | `dns::Resolver`: one that asks the system's name servers, with a cache |
//! | `rustls` | no | TLS, with the ring provider: `TlsClient`, `TlsServer`, [`Security`] |
#![forbid(unsafe_code)]
#![warn(missing_docs)]

#[cfg(feature = "dns")]
pub mod dns;
mod driver;
mod io;
pub mod pop3;
mod runtime;
pub mod smtp;

#[cfg(feature = "dns")]
pub use mail_auth_spf_dkim;
#[cfg(feature = "rustls")]
pub use rustls;
pub use {mail_sasl, mail_wire, pop3_proto, smtp_proto};

pub use driver::{Driver, drive};
pub use io::Io;
pub use mail_futures_io::{BoxedStream, Security};
#[cfg(feature = "rustls")]
pub use mail_futures_io::{TlsClient, TlsServer};
pub use runtime::{Tokio, TokioTimer};
