//! The description of a message.

use alloc::{borrow::Cow, string::String, vec::Vec};

use super::{BuildError, Field, ListHeaders, Options, Outgoing, Part, Resent, boundary, check, layout};
use crate::fields::FieldName;
use crate::value::{AddrSpec, Address, DateTime, Mailbox, MessageId};

/// Describes a message, and makes it.
///
/// Fields are written in the order they are given. Calls never fail; the first mistake in a value is kept and told by
/// [`finish`](Self::finish).
#[derive(Debug, Clone, Default)]
pub struct MessageBuilder<'a> {
    fields: Vec<Field<'a>>,
    text: Option<Part<'a>>,
    html: Option<Part<'a>>,
    inline: Vec<Part<'a>>,
    attachments: Vec<Part<'a>>,
    body: Option<Part<'a>>,
    reverse_path: Option<AddrSpec<'a>>,
    mistake: Option<BuildError>,
}

impl<'a> MessageBuilder<'a> {
    /// An empty message.
    #[must_use]
    pub fn new() -> Self {
        Self { fields: Vec::with_capacity(8), ..Self::default() }
    }

    /// Date: when the message was written. Every message has one.
    #[must_use]
    pub fn date(self, date: DateTime) -> Self {
        self.with(Field::date("Date", date))
    }

    /// From: who wrote the message. Every message has at least one author.
    #[must_use]
    pub fn from<A: Into<Address<'a>>>(self, authors: impl IntoIterator<Item = A>) -> Self {
        self.with(Field::addresses("From", authors))
    }

    /// Sender: who sends it, needed if there are several authors.
    #[must_use]
    pub fn sender(self, sender: impl Into<Mailbox<'a>>) -> Self {
        self.with(Field::addresses("Sender", [sender.into()]))
    }

    /// Reply-To: where answers go.
    #[must_use]
    pub fn reply_to<A: Into<Address<'a>>>(self, addresses: impl IntoIterator<Item = A>) -> Self {
        self.with(Field::addresses("Reply-To", addresses))
    }

    /// To: to whom it goes.
    #[must_use]
    pub fn to<A: Into<Address<'a>>>(self, addresses: impl IntoIterator<Item = A>) -> Self {
        self.with(Field::addresses("To", addresses))
    }

    /// Cc: who gets a copy.
    #[must_use]
    pub fn cc<A: Into<Address<'a>>>(self, addresses: impl IntoIterator<Item = A>) -> Self {
        self.with(Field::addresses("Cc", addresses))
    }

    /// Bcc: who gets a copy that nobody else sees. They are in the envelope, and not in the message unless
    /// [`Bcc::Keep`](super::Bcc::Keep) says so.
    #[must_use]
    pub fn bcc<A: Into<Address<'a>>>(self, addresses: impl IntoIterator<Item = A>) -> Self {
        self.with(Field::addresses("Bcc", addresses))
    }

    /// Subject.
    #[must_use]
    pub fn subject(self, subject: impl Into<Cow<'a, str>>) -> Self {
        self.with(Field::text("Subject", subject))
    }

    /// Message-ID. Without this call it is made of [`Options::randomness`] and the domain of the first author, so that no
    /// host name gets out that was not given.
    #[must_use]
    pub fn message_id(self, id: MessageId<'a>) -> Self {
        self.with(Field::identifiers("Message-ID", [id]))
    }

    /// In-Reply-To: the messages this one answers.
    #[must_use]
    pub fn in_reply_to(self, ids: impl IntoIterator<Item = MessageId<'a>>) -> Self {
        self.with(Field::identifiers("In-Reply-To", ids))
    }

    /// References: the thread it belongs to, oldest first.
    #[must_use]
    pub fn references(self, ids: impl IntoIterator<Item = MessageId<'a>>) -> Self {
        self.with(Field::identifiers("References", ids))
    }

    /// Any other field.
    #[must_use]
    pub fn field(self, field: Field<'a>) -> Self {
        self.with(Ok(field))
    }

    /// The fields of a mailing list.
    #[must_use]
    pub fn list(mut self, list: ListHeaders<'a>) -> Self {
        self.fields.extend(list.into_fields());
        self
    }

    /// A block of Resent- fields, before all others. From then on they decide the envelope.
    #[must_use]
    pub fn resent(mut self, resent: Resent<'a>) -> Self {
        match resent.fields() {
            Ok(fields) => {
                self.fields.splice(..0, fields);
            }
            Err(mistake) => {
                self.mistake.get_or_insert(mistake);
            }
        }
        self
    }

    /// Where failures go, if not to the sender. Reports are sent from [`AddrSpec::null`] (RFC 3464 section 2, RFC 8098
    /// section 2.1).
    #[must_use]
    pub fn reverse_path(self, address: AddrSpec<'a>) -> Self {
        Self { reverse_path: Some(address), ..self }
    }

    /// The text. With HTML too, the two become alternatives.
    #[must_use]
    pub fn text(self, text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: Some(Part::text(text)), ..self }
    }

    /// The text as paragraphs, one a line, that a reader wraps to its own width (RFC 3676).
    #[must_use]
    pub fn flowed(self, text: &str) -> Self {
        Self { text: Some(Part::flowed(text)), ..self }
    }

    /// The HTML.
    #[must_use]
    pub fn html(self, html: impl Into<Cow<'a, str>>) -> Self {
        Self { html: Some(Part::html(html)), ..self }
    }

    /// Something the HTML shows by `cid:`: give it a [`Part::content_id`].
    #[must_use]
    pub fn inline(mut self, part: Part<'a>) -> Self {
        self.inline.push(part.inline());
        self
    }

    /// An attachment.
    #[must_use]
    pub fn attach(mut self, part: Part<'a>) -> Self {
        self.attachments.push(part);
        self
    }

    /// A body of one's own making, instead of one made of text, HTML, inline parts and attachments.
    #[must_use]
    pub fn body(self, part: Part<'a>) -> Self {
        Self { body: Some(part), ..self }
    }

    /// Checks everything and lays the message out for one server.
    ///
    /// # Errors
    /// The first mistake that was made, a missing or a doubled field, or what this server cannot take: see [`BuildError`].
    pub fn finish(self, options: &Options) -> Result<Outgoing<'a>, BuildError> {
        let Self { mut fields, text, html, inline, attachments, body, reverse_path, mistake } = self;
        if let Some(mistake) = mistake {
            return Err(mistake);
        }
        let mut body = body.unwrap_or_else(|| arrange(text, html, inline, attachments));
        // The header of the outermost part is that of the message: what is asked of its fields is asked of these.
        if let Some(outermost) = body.nodes.last_mut() {
            fields.append(&mut outermost.fields);
        }
        if !fields.iter().any(|field| field.known_name() == FieldName::MessageId) {
            let position =
                fields.iter().position(|field| field.known_name() == FieldName::Subject).unwrap_or(fields.len());
            let id = made_up_id(&fields, options)?;
            fields.insert(position, Field::identifiers("Message-ID", [id])?);
        }
        check::check(&fields)?;
        layout::lay_out(fields, body, reverse_path, options)
    }

    #[inline]
    fn with(mut self, field: Result<Field<'a>, BuildError>) -> Self {
        match field {
            Ok(field) => self.fields.push(field),
            Err(mistake) => {
                self.mistake.get_or_insert(mistake);
            }
        }
        self
    }
}

/// An identifier that tells nothing but the author's domain.
fn made_up_id(fields: &[Field<'_>], options: &Options) -> Result<MessageId<'static>, BuildError> {
    let from = fields.iter().find(|field| field.known_name() == FieldName::From);
    let from = from.ok_or(BuildError::Missing { field: "From" })?;
    let author = from.address_list().iter().flat_map(Address::mailboxes).next();
    let domain = author.map_or("", |mailbox| mailbox.address().domain());
    let left = boundary::random_text(&options.randomness);
    let mut id = String::with_capacity(left.len() + 1 + domain.len());
    id.push_str(core::str::from_utf8(&left).unwrap_or_default());
    id.push('@');
    id.push_str(domain);
    MessageId::new(id).map_err(|_| BuildError::Missing { field: "Message-ID" })
}

/// Attachments around what the HTML shows around alternatives.
fn arrange<'a>(
    text: Option<Part<'a>>,
    html: Option<Part<'a>>,
    inline: Vec<Part<'a>>,
    mut attachments: Vec<Part<'a>>,
) -> Part<'a> {
    let (html, inline) = match html {
        Some(html) if !inline.is_empty() => (Some(Part::related(html, inline)), Vec::new()),
        html => (html, inline),
    };
    attachments.splice(..0, inline);
    let body = match (text, html) {
        (Some(text), Some(html)) => Part::alternative([text, html]),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) if attachments.is_empty() => Part::text(""),
        (None, None) => return Part::mixed(attachments),
    };
    if attachments.is_empty() { body } else { Part::mixed(core::iter::once(body).chain(attachments)) }
}
