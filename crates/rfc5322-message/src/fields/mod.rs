//! The raw header: where each field begins and ends, and nothing else (RFC 5322 sections 2.1 and 2.2).
//!
//! This is the layer for whoever needs the very bytes of a header: a signature verifier, a filter, an archive. It
//! allocates nothing, copies nothing and decides nothing about what a field means.
//!
//! # Rules
//!
//! - A line ends with LF, with or without a CR before it. A CR alone ends nothing.
//! - A line that begins with a space or a tab continues the field before it.
//! - The empty line ends the header; the body begins after it.
//! - A line that is neither a field nor a continuation ends the header too, and *is the first line of the body*: mail with
//!   a forgotten empty line keeps its text. [`HeaderEnd`] says which of these happened.
//! - An mbox `From ` line before the first field belongs to the header and is not a field.
//!
//! # Example: the fields of a message
//!
//! ```
//! use rfc5322_message::fields::{Fields, HeaderEnd};
//!
//! let message = b"Subject: two\r\n lines\r\nTo: a@example.org\r\n\r\nbody";
//! let mut fields = Fields::new(message);
//!
//! let subject = fields.next().unwrap();
//! assert_eq!(subject.name(), b"Subject");
//! assert_eq!(subject.raw(), b"Subject: two\r\n lines\r\n");
//! assert_eq!(subject.body(), b" two\r\n lines");
//! assert!(fields.next().unwrap().is("to"));
//! assert!(fields.next().is_none());
//!
//! assert_eq!(fields.end(), Some(HeaderEnd::EmptyLine));
//! assert_eq!(&message[fields.body_start()..], b"body");
//! ```

mod head;
mod known;
mod splitter;
mod unfold;

pub use head::{HeadScanner, HeadStatus};
pub use known::FieldName;
pub use splitter::{Fields, HeaderEnd, RawField};
#[cfg(feature = "message")]
pub(crate) use splitter::{LONGEST_NAME, Opening, mbox_line, opening};
pub use unfold::{Unfolded, unfold};
