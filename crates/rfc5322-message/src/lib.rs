//! Internet messages and MIME: parse anything, edit in place, build it right.
//!
//! # Example: build a message
//!
//! The caller gives the date and sixteen random bytes; there is no clock, no randomness and no host name in here. More
//! in [`build`].
//!
//! ```
//! use rfc5322_message::build::{MessageBuilder, Options, Part};
//! use rfc5322_message::value::{AddrSpec, DateTime, Zone};
//!
//! let message = MessageBuilder::new()
//!     .date(DateTime::new((2026, 11, 23), (16, 55, 0), Zone::Offset(60))?)
//!     .from(["jo@example.org".parse::<AddrSpec>()?])
//!     .to(["ann@example.net".parse::<AddrSpec>()?])
//!     .subject("The minutes")
//!     .text("Here they are.\n")
//!     .attach(Part::bytes("application/pdf", b"%PDF-1.7").filename("minutes.pdf"))
//!     .finish(&Options::new([7; 16]))?;
//!
//! assert_eq!(message.envelope().recipients()[0].to_string(), "ann@example.net");
//! assert!(message.to_vec()?.starts_with(b"Date: Mon, 23 Nov 2026 16:55:00 +0100\r\nFrom: jo@example.org\r\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod build;
pub mod charset;
pub mod codec;
pub mod content;
pub mod edit;
pub mod encode;
pub mod fields;
pub mod jmap;
#[cfg(feature = "std")]
pub mod mailbox;
mod message;
pub mod push;
pub mod report;
mod structure;
mod syntax;
pub mod value;

pub use content::ContentType;
pub use message::{Decoded, Field, Message, Parser, Part, Parts};
pub use structure::{Defect, DefectKind, Duplicates, Limits};
pub use syntax::{
    address::Mailboxes,
    list::{ListId, ListUrls},
    message_id::MessageIds,
    received::Received,
};
