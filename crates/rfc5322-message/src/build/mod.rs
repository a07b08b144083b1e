//! Building messages that every other parser reads.
//!
//! A message is described by values, which cannot hold what would break it, and then [finished](MessageBuilder::finish) for
//! a particular server: transfer encodings are chosen, boundaries proven, the envelope derived. The result is
//! written at once ([`Outgoing::to_vec`]) or by pieces ([`Outgoing::writer`]), with attachments read as they are
//! needed.
//!
//! This module has no clock and no randomness. The caller gives the date, and sixteen random bytes from which
//! boundaries and the Message-ID are made; the same input gives the same bytes.
//!
//! # The law
//!
//! 1. No CR, LF or NUL enters a header through any value: it is a [`BuildError`], never dropped in silence.
//! 2. No line is longer than 998 bytes, and a header's lines fit in 78 columns wherever there is a place to break them.
//! 3. `Bcc` goes into the envelope and not into the message.
//! 4. Nothing panics. The first mistake is kept, and [`MessageBuilder::finish`] tells it.
//!
//! # Example: text, HTML and an attachment
//!
//! ```
//! use rfc5322_message::build::{MessageBuilder, Options, Part};
//! use rfc5322_message::value::{AddrSpec, DateTime, Mailbox, Zone};
//!
//! let jo = Mailbox::named("Keld Jørn Simonsen", "jo@example.org".parse::<AddrSpec>()?)?;
//! let ann = "ann@example.net".parse::<AddrSpec>()?;
//! let hidden = "archive@example.org".parse::<AddrSpec>()?;
//!
//! let message = MessageBuilder::new()
//!     .date(DateTime::new((2026, 11, 23), (16, 55, 0), Zone::Offset(60))?)
//!     .from([jo])
//!     .to([ann])
//!     .bcc([hidden])
//!     .subject("Grüße")
//!     .text("Hello!\n")
//!     .html("<p>Hello!</p>\n")
//!     .attach(Part::bytes("application/pdf", b"%PDF-1.7").filename("Übersicht.pdf"))
//!     .finish(&Options::new([7; 16]))?;
//!
//! assert_eq!(message.envelope().recipients().len(), 2);
//! let bytes = message.to_vec()?;
//! let text = core::str::from_utf8(&bytes)?;
//! assert!(text.contains("From: =?utf-8?Q?Keld_J=C3=B8rn_Simonsen?= <jo@example.org>\r\n"));
//! assert!(text.contains(" filename*=utf-8''%C3%9Cbersicht.pdf\r\n"));
//! assert!(!text.contains("archive@example.org"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Example: an attachment that is never held
//!
//! ```
//! use rfc5322_message::build::{MessageBuilder, Options, Part, SourceId, Step};
//! use rfc5322_message::value::{AddrSpec, DateTime, Zone};
//!
//! let message = MessageBuilder::new()
//!     .date(DateTime::from_unix(1_795_449_300, Zone::Unknown)?)
//!     .from(["jo@example.org".parse::<AddrSpec>()?])
//!     .to(["ann@example.net".parse::<AddrSpec>()?])
//!     .text("See the film.")
//!     .attach(Part::source("video/mp4", SourceId(1), Some(9)).filename("film.mp4"))
//!     .finish(&Options::new([7; 16]))?;
//!
//! let mut film: &[u8] = b"very long"; // a file, a socket
//! let mut sent = Vec::new(); // the server
//! let mut writer = message.writer();
//! loop {
//!     match writer.step()? {
//!         Step::Write(bytes) => sent.extend_from_slice(bytes),
//!         Step::Read(SourceId(_)) => {
//!             let (now, later) = film.split_at(film.len().min(4));
//!             film = later;
//!             if now.is_empty() { writer.source_end()? } else { writer.source_bytes(now)? }
//!         }
//!         Step::Done => break,
//!     }
//! }
//! assert_eq!(Some(sent.len() as u64), message.encoded_len());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod boundary;
mod check;
mod envelope;
mod error;
mod few;
mod field;
mod layout;
mod list;
mod media_type;
mod message;
mod outgoing;
mod part;
pub mod report;
mod resent;
mod writer;

pub use envelope::Envelope;
pub use error::BuildError;
pub use field::Field;
pub use list::{ListHeaders, ListUri};
pub use media_type::MediaType;
pub use message::MessageBuilder;
pub use outgoing::{Bcc, Options, Outgoing};
pub use part::{Part, SourceId};
pub use resent::Resent;
pub use writer::{Step, WriteError, Writer};
