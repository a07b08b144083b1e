//! Reports about messages: delivery status (RFC 3464), disposition (RFC 8098), abuse (RFC 5965).
//!
//! They are parts of a multipart/report (RFC 6522) whose bodies are blocks of fields.
//!
//! # Example: which recipients failed
//!
//! ```
//! use rfc5322_message::{Message, report::{Action, DeliveryStatus}};
//!
//! let message = Message::parse(
//!     b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n\
//!       Final-Recipient: rfc822; jo@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n",
//! );
//! let status = DeliveryStatus::of(&message.root()).unwrap();
//! let recipient = status.recipients().next().unwrap();
//! assert_eq!(recipient.action(), Some(Action::Failed));
//! assert_eq!(recipient.final_recipient().unwrap().value, "jo@example.org");
//! assert_eq!(recipient.status(), Some((5, 1, 1)));
//! ```

mod delivery;
mod disposition;
mod feedback;
mod unitext;

use alloc::{borrow::Cow, string::String};

pub use delivery::{Action, DeliveryStatus, Recipient};
pub use disposition::{Disposition, DispositionNotification};
pub use feedback::FeedbackReport;
pub(crate) use unitext::encode as utf8_address;

use crate::{
    ContentType, Message, Part,
    charset::Unlabelled,
    fields::{Fields, RawField},
    syntax::{address::Mailboxes, cursor::Cursor, text},
    value::{AddrSpec, DateTime},
};

/// What kind of report a part is or holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReportKind {
    /// message/delivery-status (RFC 3464) or its UTF-8 form (RFC 6533).
    DeliveryStatus,
    /// message/disposition-notification (RFC 8098) or its UTF-8 form.
    DispositionNotification,
    /// message/feedback-report (RFC 5965).
    Feedback,
    /// A TLS report (RFC 8460): JSON, perhaps compressed.
    Tls,
    /// A DMARC aggregate report: XML in gzip or zip.
    Dmarc,
}

impl ReportKind {
    /// The kind of the report that this leaf is. A DMARC report is known by its file name, as nothing else marks it.
    #[must_use]
    pub fn of(part: &Part<'_>) -> Option<Self> {
        let content_type = part.content_type();
        let is = |main: &str, sub: &str| content_type.is(main, sub);
        if is("message", "delivery-status") || is("message", "global-delivery-status") {
            return Some(Self::DeliveryStatus);
        }
        if is("message", "disposition-notification") || is("message", "global-disposition-notification") {
            return Some(Self::DispositionNotification);
        }
        if is("message", "feedback-report") {
            return Some(Self::Feedback);
        }
        if is("application", "tlsrpt+json") || is("application", "tlsrpt+gzip") {
            return Some(Self::Tls);
        }
        let archive = ["gzip", "x-gzip", "zip", "x-zip-compressed"].iter().any(|sub| is("application", sub))
            || is("text", "xml")
            || is("application", "xml");
        // receiver!domain!begin!end.xml.gz, of whatever type if the name says so.
        let says_so =
            |name: &str| [".xml", ".xml.gz", ".zip"].iter().any(|end| name.to_ascii_lowercase().ends_with(end));
        let untyped = is("application", "octet-stream");
        let is_report = |name: &str| name.matches('!').count() >= 3 && (archive || (untyped && says_so(name)));
        let dmarc = part.file_name().is_some_and(|name| is_report(&name));
        dmarc.then_some(Self::Dmarc)
    }

    /// The first report in a message, and the part that it is.
    #[must_use]
    pub fn find<'m>(message: &'m Message<'m>) -> Option<(Self, Part<'m>)> {
        message.parts().filter(Part::is_leaf).find_map(|part| Some((Self::of(&part)?, part)))
    }
}

/// A value with the type before its semicolon: `rfc822; a@example.org`, `dns; mx.example.org`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Typed<'a> {
    /// The type, as it is spelt.
    pub kind: Cow<'a, str>,
    /// What follows the semicolon, decoded.
    pub value: Cow<'a, str>,
}

impl Typed<'_> {
    /// The address that it is: of type `rfc822`, or of type `utf-8` with its characters escaped or not (RFC 6533 section 3).
    /// `None` for other types, and for what is no address.
    #[must_use]
    pub fn address(&self) -> Option<AddrSpec<'static>> {
        if self.kind.eq_ignore_ascii_case("utf-8") {
            return addr_spec(&unitext::decode(&self.value));
        }
        if self.kind.eq_ignore_ascii_case("rfc822") { addr_spec(&self.value) } else { None }
    }
}

/// One address and nothing else, in the angle brackets that many put around it or not.
fn addr_spec(text: &str) -> Option<AddrSpec<'static>> {
    let mut mailboxes = Mailboxes::new(text.as_bytes());
    let address = mailboxes.next()?.address().clone().into_owned();
    (mailboxes.next().is_none() && !address.domain().is_empty()).then_some(address)
}

/// What a report gives back of the message that it is about (RFC 6522 section 3, RFC 6533 section 4.4).
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Returned<'m> {
    /// All of it: message/rfc822 or message/global. The message is among the [children](Part::children) of the part, or
    /// [encoded](Part::encoded_message).
    Message(Part<'m>),
    /// Its header: text/rfc822-headers or message/global-headers, in the [body](Part::decoded) of the part.
    Headers(Part<'m>),
}

impl<'m> Returned<'m> {
    /// What the outermost multipart/report of a message gives back; `None` if there is no such report, or nothing in it.
    #[must_use]
    pub fn find(message: &'m Message<'m>) -> Option<Self> {
        let report = message.parts().find(|part| part.content_type().is("multipart", "report"))?;
        report.children().skip(1).find_map(|part| {
            let content_type = part.content_type();
            if content_type.is("message", "rfc822") || content_type.is("message", "global") {
                Some(Self::Message(part))
            } else if content_type.is("text", "rfc822-headers") || content_type.is("message", "global-headers") {
                Some(Self::Headers(part))
            } else {
                None
            }
        })
    }
}

/// One block of fields of a report.
#[derive(Debug, Clone, Copy)]
pub struct Block<'a> {
    text: &'a [u8],
}

impl<'a> Block<'a> {
    /// The fields, in order.
    #[must_use]
    pub fn fields(&self) -> Fields<'a> {
        Fields::inside(self.text)
    }

    /// The first field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<RawField<'a>> {
        self.fields().find(|field| field.is(name))
    }

    /// The text of the first field of that name, decoded.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        self.field(name).map(|field| text::unstructured(field.body(), Unlabelled::default()))
    }

    /// The first field of that name as a typed value.
    #[must_use]
    pub fn typed(&self, name: &str) -> Option<Typed<'a>> {
        typed(self.field(name)?.body())
    }

    /// The first field of that name as a date.
    #[must_use]
    pub fn date(&self, name: &str) -> Option<DateTime> {
        crate::syntax::date::date(self.field(name)?.body())
    }
}

fn typed(body: &[u8]) -> Option<Typed<'_>> {
    let at = memchr::memchr(b';', body)?;
    let (kind, value) = (body.get(..at)?, body.get(at + 1..)?);
    let mut cursor = Cursor::new(kind);
    cursor.skip_cfws();
    Some(Typed {
        kind: text::unstructured(cursor.rest(), Unlabelled::default()),
        value: text::unstructured(value, Unlabelled::default()),
    })
}

/// The first block of `text`, and what follows the empty lines after it.
fn block(text: &[u8]) -> (Block<'_>, &[u8]) {
    let text = skip_empty_lines(text);
    let mut fields = Fields::inside(text);
    fields.by_ref().for_each(drop);
    let end = fields.offset();
    // What is no field cannot be part of a report: step over the line.
    let next = match fields.end() {
        Some(crate::fields::HeaderEnd::NotAField) => {
            end + memchr::memchr(b'\n', text.get(end..).unwrap_or_default()).map_or(text.len() - end, |at| at + 1)
        }
        _ => fields.body_start(),
    };
    (Block { text: text.get(..end).unwrap_or_default() }, skip_empty_lines(text.get(next..).unwrap_or_default()))
}

fn skip_empty_lines(text: &[u8]) -> &[u8] {
    let len = text.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(text.len());
    text.get(len..).unwrap_or_default()
}

/// True if the type is one of these under `message/`.
fn is_message(content_type: &ContentType<'_>, names: [&str; 2]) -> bool {
    names.iter().any(|name| content_type.is("message", name))
}

/// Lower case, without blanks.
fn keyword(text: &str) -> String {
    text.trim().to_ascii_lowercase()
}
