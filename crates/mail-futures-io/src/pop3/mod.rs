//! Fetching mail: a client of POP3 that one calls step by step.
//!
//! What happens on the wire is [`pop3_proto::client`]'s; this is for those who have a maildrop to empty.
//!
//! ```
//! use mail_futures_io::pop3::{Client, Options};
//! use mail_sasl::Credentials;
//!
//! async fn fetch(options: Options) -> Result<Vec<Vec<u8>>, Box<dyn std::error::Error>> {
//!     let mut client = Client::connect("localhost", 110, options).await?;
//!     client.login(&Credentials::new("ann", "correct horse")?).await?;
//!
//!     let mut messages = Vec::new();
//!     for listing in client.list().await? {
//!         let mut message = client.retrieve(listing.message).await?;
//!         let mut octets = Vec::new();
//!         while let Some(chunk) = message.chunk().await? {
//!             octets.extend_from_slice(chunk);
//!         }
//!         messages.push(octets);
//!         // Marked; it is gone when `quit` has worked, and not before.
//!         client.delete(listing.message).await?;
//!     }
//!     client.quit().await?;
//!     Ok(messages)
//! }
//! ```

mod client;
mod commands;
mod error;
mod login;
mod options;
mod retrieval;

pub use client::Pop3Client;
pub use commands::Identified;
pub use error::Error;
pub use options::Options;
pub use pop3_proto::{DropListing, MessageNumber, ScanListing};
pub use retrieval::Retrieval;

/// The client on async-std, smol, and whatever else `async-io` serves.
#[cfg(feature = "async-io")]
pub type Client = Pop3Client<crate::AsyncIo>;
