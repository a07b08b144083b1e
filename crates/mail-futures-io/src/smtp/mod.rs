//! Sending mail: a client of SMTP, submission and LMTP that one calls step by step.
//!
//! What happens on the wire is [`smtp_proto::client`]'s; this is for those who have one message, or a few, and
//! somewhere to send them.
//!
//! ```
//! use mail_futures_io::smtp::{Client, Envelope, Options};
//! use smtp_proto::Mailbox;
//!
//! async fn send(message: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
//!     let mut envelope = Envelope::new("ann@example.org".parse::<Mailbox>()?);
//!     envelope.recipient("bob@example.net".parse::<Mailbox>()?);
//!     envelope.recipient("cleo@example.net".parse::<Mailbox>()?);
//!
//!     let mut client = Client::connect("localhost", 25, Options::default()).await?;
//!     let sent = client.send(&envelope, message).await?;
//!     for recipient in &sent.recipients {
//!         match &recipient.result {
//!             Ok(reply) => println!("{} accepted: {reply}", recipient.path),
//!             Err(reply) => println!("{} refused: {reply}", recipient.path),
//!         }
//!     }
//!     client.quit().await?;
//!     Ok(())
//! }
//! ```

mod client;
mod error;
mod login;
mod options;
mod sending;

pub use client::SmtpClient;
pub use error::Error;
pub use options::{Options, Protocol};
pub use sending::{RecipientResult, Sent};
pub use smtp_proto::client::{Envelope, Outcome, Recipient};

/// The client on async-std, smol, and whatever else `async-io` serves.
#[cfg(feature = "async-io")]
pub type Client = SmtpClient<crate::AsyncIo>;
