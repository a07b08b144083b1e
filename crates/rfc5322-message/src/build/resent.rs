//! A message sent on by somebody else, unchanged (RFC 5322 section 3.6.6).

use alloc::vec::Vec;

use super::{BuildError, Field, check::check_addresses};
use crate::{
    fields::FieldName,
    value::{Address, DateTime, MessageId},
};

/// A block of Resent- fields, to be put before everything else.
///
/// ```
/// use rfc5322_message::build::{Envelope, Resent};
/// use rfc5322_message::value::{AddrSpec, DateTime, Zone};
///
/// let date = DateTime::new((2026, 11, 23), (17, 0, 0), Zone::Offset(0))?;
/// let fields = Resent::new(date, ["ann@example.net".parse::<AddrSpec>()?])?
///     .to(["bob@example.com".parse::<AddrSpec>()?])?
///     .fields()?;
/// assert_eq!(Envelope::of(&fields).recipients()[0].to_string(), "bob@example.com");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resent<'a> {
    fields: Vec<Field<'a>>,
}

impl<'a> Resent<'a> {
    /// Resent at `date` by `from`.
    ///
    /// # Errors
    /// [`BuildError::AddressCount`] if nobody resends it, and as for [`Field::addresses`].
    pub fn new<A: Into<Address<'a>>>(date: DateTime, from: impl IntoIterator<Item = A>) -> Result<Self, BuildError> {
        let fields = [Field::date("Resent-Date", date)?, Field::addresses("Resent-From", from)?];
        Ok(Self { fields: Vec::from(fields) })
    }

    /// Who resends it, if that is not the one of Resent-From.
    ///
    /// # Errors
    /// As for [`Field::addresses`].
    pub fn sender(self, sender: impl Into<Address<'a>>) -> Result<Self, BuildError> {
        self.with(Field::addresses("Resent-Sender", [sender])?)
    }

    /// To whom it goes now.
    ///
    /// # Errors
    /// As for [`Field::addresses`].
    pub fn to<A: Into<Address<'a>>>(self, to: impl IntoIterator<Item = A>) -> Result<Self, BuildError> {
        self.with(Field::addresses("Resent-To", to)?)
    }

    /// Who gets a copy.
    ///
    /// # Errors
    /// As for [`Field::addresses`].
    pub fn cc<A: Into<Address<'a>>>(self, cc: impl IntoIterator<Item = A>) -> Result<Self, BuildError> {
        self.with(Field::addresses("Resent-Cc", cc)?)
    }

    /// Who gets a copy that nobody else sees.
    ///
    /// # Errors
    /// As for [`Field::addresses`].
    pub fn bcc<A: Into<Address<'a>>>(self, bcc: impl IntoIterator<Item = A>) -> Result<Self, BuildError> {
        self.with(Field::addresses("Resent-Bcc", bcc)?)
    }

    /// The identifier of this resending.
    ///
    /// # Errors
    /// As for [`Field::identifiers`].
    pub fn message_id(self, id: MessageId<'a>) -> Result<Self, BuildError> {
        self.with(Field::identifiers("Resent-Message-ID", [id])?)
    }

    /// The fields, Resent-Bcc with them: whoever writes them leaves it out.
    ///
    /// # Errors
    /// [`BuildError::Duplicate`]; [`BuildError::SenderRequired`] for several addresses in Resent-From without a
    /// Resent-Sender.
    pub fn fields(self) -> Result<Vec<Field<'a>>, BuildError> {
        for (index, field) in self.fields.iter().enumerate() {
            if self.fields.iter().take(index).any(|other| other.is(field.name())) {
                return Err(BuildError::Duplicate { field: field.name().into() });
            }
            check_addresses(field)?;
            let many = field.address_list().iter().map(|address| address.mailboxes().len()).sum::<usize>() > 1;
            if many
                && field.known_name() == FieldName::ResentFrom
                && !self.fields.iter().any(|field| field.known_name() == FieldName::ResentSender)
            {
                return Err(BuildError::SenderRequired);
            }
        }
        Ok(self.fields)
    }

    fn with(mut self, field: Field<'a>) -> Result<Self, BuildError> {
        self.fields.push(field);
        Ok(self)
    }
}
