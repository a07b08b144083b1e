//! Writing what a message is made of: transfer encodings, encoded-words, parameters, flowed text.
//!
//! [`build`](crate::build) uses all of these; each is useful alone. The encoders take their input in pieces of any size
//! and append to a buffer of the caller's, so that nothing large is ever held.
//!
//! # Example: base64 by pieces
//!
//! ```
//! use rfc5322_message::encode::Base64Encoder;
//!
//! let mut encoder = Base64Encoder::new();
//! let mut out = Vec::new();
//! encoder.encode(b"Hello, ", &mut out);
//! encoder.encode(b"world", &mut out);
//! encoder.finish(&mut out);
//! assert_eq!(out, b"SGVsbG8sIHdvcmxk");
//! ```

mod base64;
mod encoded_word;
mod flowed;
mod folding;
mod marks;
mod parameter;
mod quoted_printable;
mod survey;
mod transfer;

pub use base64::Base64Encoder;
pub(crate) use encoded_word::has_encoded_word;
pub use encoded_word::{EncodedWords, WordContext, encoded_words};
pub(crate) use flowed::canonical;
pub use flowed::flow;
pub(crate) use folding::{Folder, LONGEST_TOKEN, longest_piece};
pub(crate) use parameter::{is_token, quoted, write_parameter};
pub use quoted_printable::QuotedPrintableEncoder;
pub use survey::Survey;
pub use transfer::Capabilities;

pub use crate::content::TransferEncoding;
