//! The mail protocol machines on futures-io: async-std, smol, and any other runtime.
//!
//! The machines of [`smtp_proto`] and [`pop3_proto`] know what is to be said and do no I/O. Here they meet
//! connections, in two ways:
//!
//! - [`Driver`] runs any machine on any connection. You answer its events: that is how servers are written.
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
//! use mail_futures_io::drive;
//! use smol::net::{TcpListener, TcpStream};
//! use smtp_proto::Host;
//! use smtp_proto::reply::Reply;
//! use smtp_proto::server::{Config, Event, Request, Server};
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
//! fn main() -> std::io::Result<()> {
//!     let config = Arc::new(Config::default());
//!     smol::block_on(async {
//!         let listener = TcpListener::bind("127.0.0.1:2525").await?;
//!         loop {
//!             let (connection, _) = listener.accept().await?;
//!             let config = Arc::clone(&config);
//!             smol::spawn(async move {
//!                 if let Err(error) = serve(connection, config).await {
//!                     eprintln!("{error}");
//!                 }
//!             })
//!             .detach();
//!         }
//!     })
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
//! use mail_futures_io::{Stream, TlsServer, drive};
//! use smtp_proto::server::{Config, Event, Server};
//!
//! async fn serve(connection: impl Stream + 'static, tls: TlsServer) -> Result<(), Box<dyn std::error::Error>> {
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
//! use mail_futures_io::smtp::{Client, Envelope, Options};
//! use mail_futures_io::{Security, TlsClient};
//! use mail_sasl::Credentials;
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
//! use mail_futures_io::pop3::{Client, Options};
//! use mail_sasl::Credentials;
//!
//! async fn keep(directory: &std::path::Path) -> Result<(), Box<dyn std::error::Error>> {
//!     let mut client = Client::connect("localhost", 110, Options::default()).await?;
//!     client.login(&Credentials::new("ann", "correct horse")?).await?;
//!     for (place, message) in client.unique_ids().await?.into_iter().enumerate() {
//!         let file = smol::fs::File::create(directory.join(format!("{place}.eml"))).await?;
//!         client.retrieve_into(message.message, file).await?;
//!     }
//!     client.quit().await?;
//!     Ok(())
//! }
//! ```
//!
//! # Example: another runtime
//!
//! The driver needs a connection and a [`Timer`]; the clients need a [`Runtime`], which also knows how to connect.
//! `mail-tokio` is no more than that.
//!
//! # What can go wrong
//!
//! Errors say whose fault it was. For SMTP, [`smtp::Error::safe_to_retry`] says whether trying again could deliver a
//! message twice; for POP3, [`pop3::Error::deletions`] says what became of the messages that were marked. Futures of
//! the driver can be dropped at any time without loss; each client says what that means for it.
//!
//! # Features
//!
//! | feature | default | |
//! |---|---|---|
//! | `async-io` | yes | sockets and timers that serve async-std, smol, and any other executor |
//! | `rustls` | no | TLS, with the ring provider: `TlsClient`, `TlsServer`, [`Security`] |
#![forbid(unsafe_code)]
#![warn(missing_docs)]

#[cfg(feature = "async-io")]
mod async_io;
mod driver;
pub mod pop3;
mod runtime;
mod security;
pub mod smtp;
#[cfg(feature = "rustls")]
mod tls;

#[cfg(feature = "rustls")]
pub use rustls;
pub use {mail_sasl, mail_wire, pop3_proto, smtp_proto};

#[cfg(feature = "async-io")]
pub use self::async_io::{AsyncIo, AsyncIoTimer, drive};
pub use driver::Driver;
pub use pop3::Pop3Client;
pub use runtime::{BoxedStream, Runtime, Stream, Timer};
pub use security::Security;
pub use smtp::SmtpClient;
#[cfg(feature = "rustls")]
pub use tls::{TlsClient, TlsServer};
