//! Internet messages and MIME: parse anything, edit in place, build it right.
//!
//! ```text
//!             parse ──► Message ──► parts, fields: read when asked for
//!   bytes ──► push  ──►    │
//!                          └──► edit ──► bytes        build ──► bytes
//! ```
//!
//! The law of this crate:
//!
//! 1. Any bytes are a message. What is wrong with it is data: a [`Defect`] with a kind and an offset.
//! 2. A message is its bytes: writing one that was parsed gives the same, and an edit changes what it names and nothing else.
//! 3. Structure costs one pass; what a field says or a body holds costs when it is asked for.
//! 4. No input makes it recurse, panic, or take more than linear time; [`Limits`] bound what it takes apart.
//! 5. Nothing that comes out of a value can end a field: no CR, LF or NUL, decoded or not.
//!
//! # A whole program
//!
//! Shows the message on standard input: who wrote it, its text, what is attached, and what is wrong with it.
//!
//! ```no_run
//! use std::io::Read as _;
//!
//! use rfc5322_message::Message;
//!
//! fn main() -> std::io::Result<()> {
//!     let mut bytes = Vec::new();
//!     std::io::stdin().lock().read_to_end(&mut bytes)?;
//!     let message = Message::parse(&bytes);
//!     for author in message.from() {
//!         println!("{author} writes: {}", message.subject().unwrap_or_default());
//!     }
//!     for part in message.parts().filter(|part| part.is_leaf()) {
//!         match part.text() {
//!             Some(text) if !part.is_attachment() => println!("{text}"),
//!             _ => println!("[{} {:?}: {} bytes]", part.content_type(), part.file_name(), part.decoded().bytes.len()),
//!         }
//!     }
//!     for defect in message.defects() {
//!         eprintln!("{defect}");
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Example: read a message
//!
//! ```
//! use rfc5322_message::Message;
//!
//! let message = Message::parse(
//!     b"From: Jo <jo@example.org>\r\nSubject: =?utf-8?Q?caf=C3=A9?=\r\nDate: Mon, 23 Nov 2026 16:55:00 -0000\r\n\
//!       Content-Type: multipart/mixed; boundary=B\r\n\r\n\
//!       --B\r\n\r\nHello!\r\n\
//!       --B\r\nContent-Type: image/png; name=cat.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n--B--\r\n",
//! );
//! assert_eq!(message.subject().as_deref(), Some("café"));
//! assert_eq!(message.from().next().unwrap().name(), Some("Jo"));
//! for part in message.parts().filter(|part| part.is_leaf()) {
//!     match part.text() {
//!         Some(text) => assert_eq!(text, "Hello!"),
//!         None => assert_eq!(part.file_name().as_deref(), Some("cat.png")),
//!     }
//! }
//! assert!(message.defects().is_empty());
//! ```
//!
//! # Example: what is wrong, and where
//!
//! ```
//! use rfc5322_message::{DefectKind, Message};
//!
//! let message = Message::parse(b"Subject: a\r\nHello, I forgot the empty line.\r\n");
//! let defect = message.defects()[0];
//! assert_eq!((defect.kind(), defect.offset()), (DefectKind::MissingEmptyLine, 12));
//! assert_eq!(message.root().body(), b"Hello, I forgot the empty line.\r\n");
//! ```
//!
//! # Example: change one field and nothing else
//!
//! ```
//! use rfc5322_message::{Message, edit::{Edit, NewField}};
//!
//! let message = Message::parse(b"Subject: [list] hi\r\nX-Odd :  kept\r\n\r\nbody");
//! let mut edit = Edit::new(&message);
//! edit.replace(&message.field("Subject").unwrap(), &NewField::new("Subject", "hi")?);
//! assert_eq!(edit.finish()?, b"Subject: hi\r\nX-Odd :  kept\r\n\r\nbody");
//! # Ok::<(), rfc5322_message::edit::EditError>(())
//! ```
//!
//! # Example: no guesses
//!
//! Bytes over 127 that no charset explains are read as UTF-8, or else as windows-1252. Who would rather see that something
//! is unknown says so to the parser.
//!
//! ```
//! use rfc5322_message::{Limits, Parser, charset::Unlabelled};
//!
//! let mut limits = Limits::default();
//! limits.unlabelled = Unlabelled::Utf8;
//! let message = Parser::new(limits).parse(b"Subject: caf\xe9\r\n\r\n");
//! assert_eq!(message.subject().as_deref(), Some("caf\u{fffd}"));
//! ```
//!
//! Messages that come in pieces are [`push`]'s; the raw fields are [`fields`]'; reports about other messages are
//! [`report`]'s. With the feature `serde`, values are JSON.
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
//!
//! # Features
//!
//! - `message` (default): everything about whole messages. Without it there are [`fields`], [`codec`], [`charset`] and
//!   [`value`], which a crate that only reads headers compiles in a third of the time.
//! - `std` (default): `mailbox`, that is mbox and Maildir; and the vectors of the processor. Without it the crate needs `alloc`
//!   alone.
//! - `encoding_rs` (default): every charset of the web; without it UTF-8, US-ASCII and ISO-8859-1.
//! - `serde`: values as JSON and the like, see `json`.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(not(feature = "message"), allow(dead_code, reason = "some of it is there for messages alone"))]

extern crate alloc;

#[cfg(feature = "message")]
mod autocrypt;
#[cfg(feature = "message")]
pub mod build;
pub mod charset;
pub mod codec;
#[cfg(feature = "message")]
pub mod content;
#[cfg(feature = "message")]
pub mod edit;
#[cfg(feature = "message")]
pub mod encode;
pub mod fields;
#[cfg(feature = "message")]
pub mod jmap;
#[cfg(all(feature = "message", feature = "serde"))]
pub mod json;
#[cfg(all(feature = "message", feature = "std"))]
pub mod mailbox;
#[cfg(feature = "message")]
mod message;
#[cfg(feature = "message")]
pub mod push;
#[cfg(feature = "message")]
pub mod report;
#[cfg(feature = "message")]
mod structure;
#[cfg(feature = "message")]
mod syntax;
pub mod value;
#[cfg(all(feature = "std", any(target_arch = "aarch64", target_arch = "x86_64")))]
mod vector;

#[cfg(feature = "message")]
pub use autocrypt::Autocrypt;
#[cfg(feature = "message")]
pub use content::ContentType;
#[cfg(feature = "message")]
pub use message::{Decoded, Field, Message, Parser, Part, Parts, ResentBlock};
#[cfg(feature = "message")]
pub use structure::{Defect, DefectKind, Duplicates, Limits};
#[cfg(feature = "message")]
pub use syntax::{
    address::Mailboxes,
    list::{ListId, ListUrls},
    message_id::MessageIds,
    parameters::Parameters,
    received::Received,
};
