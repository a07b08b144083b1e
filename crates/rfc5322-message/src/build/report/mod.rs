//! Reports about messages: delivery status (RFC 3464), disposition (RFC 8098) and abuse feedback (RFC 5965), each in a
//! `multipart/report` (RFC 6522).
//!
//! A report consists of an explanation for a person, a part for programs and, perhaps, the message it is about. Send
//! it from the null reverse-path, so that no report is ever made about a report.
//!
//! # Example: a bounce
//!
//! ```
//! use rfc5322_message::build::report::{Action, DeliveryReport, RecipientStatus, Returned, Status};
//! use rfc5322_message::build::{MessageBuilder, Options, Part};
//! use rfc5322_message::value::{AddrSpec, DateTime, Zone};
//!
//! let recipient = RecipientStatus::new("ann@example.net".parse()?, Action::Failed, Status::new(5, 1, 1)?)?
//!     .diagnostic("smtp", "550 5.1.1 No such mailbox")?;
//! let report = DeliveryReport::new("mx.example.org")?
//!     .recipient(recipient)
//!     .into_part(Part::text("Nobody of that name is here."), Returned::Headers(b"Subject: Hello\r\n".into()))?;
//!
//! let bounce = MessageBuilder::new()
//!     .date(DateTime::from_unix(1_795_449_300, Zone::Unknown)?)
//!     .from(["postmaster@example.org".parse::<AddrSpec>()?])
//!     .to(["jo@example.com".parse::<AddrSpec>()?])
//!     .reverse_path(AddrSpec::null())
//!     .subject("Your message could not be delivered")
//!     .body(report)
//!     .finish(&Options::new([7; 16]))?;
//! assert!(bounce.envelope().reverse_path().is_null());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::{borrow::Cow, format, string::String, vec::Vec};

use super::{BuildError, Field, MediaType, Part};
use crate::value::{AddrSpec, InvalidValue};

mod delivery;
mod disposition;
mod feedback;

pub use delivery::{Action, DeliveryReport, RecipientStatus, Status};
pub use disposition::{ActionMode, Disposition, DispositionKind, DispositionReport, SendingMode};
pub use feedback::{FeedbackKind, FeedbackReport};

/// How much of the message a report gives back (RFC 6522 section 3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Returned<'a> {
    /// Nothing of it.
    #[default]
    Nothing,
    /// Its header: `text/rfc822-headers`.
    Headers(Cow<'a, [u8]>),
    /// All of it: `message/rfc822`.
    Message(Cow<'a, [u8]>),
    /// The header of a message in UTF-8 (RFC 6532): `message/global-headers`. It may be encoded on the way.
    GlobalHeaders(Cow<'a, [u8]>),
    /// All of a message in UTF-8: `message/global`. It may be encoded on the way.
    GlobalMessage(Cow<'a, [u8]>),
}

/// Explanation, machine part and message, together.
fn assemble<'a>(
    report_type: &'static str,
    explanation: Part<'a>,
    media: &'static str,
    fields: Vec<u8>,
    returned: Returned<'a>,
) -> Part<'a> {
    let machine = Part::bytes(MediaType::known(media), fields);
    let returned = match returned {
        Returned::Nothing => None,
        Returned::Headers(header) => Some(Part::bytes(MediaType::known("text/rfc822-headers"), header)),
        Returned::Message(message) => Some(Part::message(message)),
        Returned::GlobalHeaders(header) => Some(Part::bytes(MediaType::known("message/global-headers"), header)),
        Returned::GlobalMessage(message) => Some(Part::bytes(MediaType::known("message/global"), message)),
    };
    Part::multipart("report", [explanation, machine].into_iter().chain(returned)).parameter("report-type", report_type)
}

/// The fields of one group of a report.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Group(Vec<Field<'static>>);

impl Group {
    fn set(&mut self, name: &'static str, value: String) -> Result<(), BuildError> {
        self.0.push(Field::trusted_tokens(name, value)?);
        Ok(())
    }

    /// `TYPE; VALUE`, as most values of reports are (RFC 3464 section 2.1.2).
    fn set_typed(&mut self, name: &'static str, kind: &str, value: &str) -> Result<(), BuildError> {
        if kind.is_empty() || !kind.bytes().all(crate::encode::is_token) {
            return Err(BuildError::ParameterName);
        }
        if value.trim_matches(' ').is_empty() {
            return Err(BuildError::value(name, InvalidValue::Empty));
        }
        self.set(name, format!("{kind}; {value}"))
    }

    /// An address; one that is not ASCII in the escaped form of RFC 6533 section 3, which passes everywhere.
    fn set_address(&mut self, name: &'static str, address: &AddrSpec<'_>) -> Result<(), BuildError> {
        let text = format!("{address}");
        if text.is_ascii() {
            self.set_typed(name, "rfc822", &text)
        } else {
            self.set_typed(name, "utf-8", &crate::report::utf8_address(&text))
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        for field in &self.0 {
            field.write(out);
        }
    }
}
