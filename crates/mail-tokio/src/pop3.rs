//! Fetching mail: a client of POP3 that one calls step by step.
//!
//! ```
//! use mail_sasl::Credentials;
//! use mail_tokio::pop3::{Client, Options};
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
//!
//! [`retrieve_into`](Pop3Client::retrieve_into) writes to a file, or anything else of tokio's, by
//! [`Io`](crate::Io).

pub use mail_futures_io::pop3::{
    DropListing, Error, Identified, MessageNumber, Options, Pop3Client, Retrieval, ScanListing,
};

/// The client on tokio.
pub type Client = Pop3Client<crate::Tokio>;
