//! Sending mail: a client of SMTP, submission and LMTP that one calls step by step.
//!
//! ```
//! use mail_tokio::smtp::{Client, Envelope, Options};
//! use smtp_proto::Mailbox;
//!
//! async fn send(message: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
//!     let mut envelope = Envelope::new("ann@example.org".parse::<Mailbox>()?);
//!     envelope.recipient("bob@example.net".parse::<Mailbox>()?);
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
//!
//! A body that is not a slice but a file, or anything else of tokio's that can be read, goes by [`Io`](crate::Io):
//! `client.send(&envelope, Io::new(file))`.

pub use mail_futures_io::smtp::{
    Envelope, Error, Options, Outcome, Protocol, Recipient, RecipientResult, Sent, SmtpClient,
};

/// The client on tokio.
pub type Client = SmtpClient<crate::Tokio>;
