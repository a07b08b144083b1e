//! From whom and to whom a message goes, drawn from its header (RFC 5321 section 2.3.1, RFC 5322 section 3.6.6).

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use super::Field;
use crate::{
    Message,
    fields::FieldName,
    message::ResentBlock,
    value::{AddrSpec, Address},
};

/// The envelope of a message: what `MAIL FROM` and `RCPT TO` say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope<'a> {
    reverse_path: AddrSpec<'a>,
    recipients: Vec<AddrSpec<'a>>,
}

impl<'a> Envelope<'a> {
    /// The envelope that `fields` ask for.
    ///
    /// The sender is Sender, or the first of From. The recipients are those of To, Cc and Bcc, groups resolved, each once,
    /// in order. If the message is resent, the latest block of Resent- fields decides, and it alone.
    #[must_use]
    pub fn of(fields: &[Field<'a>]) -> Self {
        let block = latest_resent(fields);
        let named = |name: &'static str| {
            let resent = !block.is_empty();
            let wanted = move |field: &&Field<'a>| {
                if resent {
                    base_name(field).is_some_and(|base| base.eq_ignore_ascii_case(name))
                } else {
                    field.is(name)
                }
            };
            let fields = if resent { block } else { fields };
            let mailboxes = fields.iter().filter(wanted).flat_map(Field::address_list).flat_map(Address::mailboxes);
            mailboxes.map(|mailbox| mailbox.address().clone())
        };
        Self::between(named("Sender").chain(named("From")), named("To").chain(named("Cc")).chain(named("Bcc")))
    }

    /// The envelope that the header of a message asks for, by the same rules; of a field that is there twice, nobody is
    /// left out. The sender is null if the header names none.
    ///
    /// What is sent then should have no Bcc: see [`Edit::remove`](crate::edit::Edit::remove).
    ///
    /// ```
    /// use rfc5322_message::{Message, build::Envelope};
    ///
    /// let message = Message::parse(b"From: ann@example.org\r\nTo: bob@example.com\r\nBcc: eve@example.com\r\n\r\nHi\r\n");
    /// let envelope = Envelope::of_message(&message);
    /// assert_eq!(envelope.reverse_path().to_string(), "ann@example.org");
    /// assert_eq!(envelope.recipients()[1].to_string(), "eve@example.com");
    /// ```
    #[must_use]
    pub fn of_message(message: &'a Message<'_>) -> Self {
        use FieldName::{Bcc, Cc, From, ResentBcc, ResentCc, ResentFrom, ResentSender, ResentTo, Sender, To};
        let block = message.resent().next();
        let named = |name: FieldName, resent: FieldName| {
            let of_resending =
                block.iter().flat_map(ResentBlock::fields).filter(move |field| field.known_name() == resent);
            let fields = message.fields().filter(move |field| field.known_name() == name);
            let original = block.is_none().then_some(fields).into_iter().flatten();
            of_resending.chain(original).flat_map(|field| field.mailboxes()).map(|mailbox| mailbox.address().clone())
        };
        Self::between(
            named(Sender, ResentSender).chain(named(From, ResentFrom)),
            named(To, ResentTo).chain(named(Cc, ResentCc)).chain(named(Bcc, ResentBcc)),
        )
    }

    /// From the first of `senders` to all of `recipients`, each once.
    fn between(
        mut senders: impl Iterator<Item = AddrSpec<'a>>,
        recipients: impl Iterator<Item = AddrSpec<'a>>,
    ) -> Self {
        let mut seen = BTreeSet::new();
        // The domain is the same in any case; the local part is its server's business (RFC 5321 section 2.4).
        let key = |address: &AddrSpec<'_>| (String::from(address.local()), address.domain().to_ascii_lowercase());
        let recipients = recipients.filter(|address| !address.is_null() && seen.insert(key(address))).collect();
        Self { reverse_path: senders.next().unwrap_or(AddrSpec::null()), recipients }
    }

    /// What was told of an envelope.
    #[cfg(feature = "serde")]
    pub(crate) const fn given(reverse_path: AddrSpec<'a>, recipients: Vec<AddrSpec<'a>>) -> Self {
        Self { reverse_path, recipients }
    }

    /// The same recipients, with `address` as the sender: a bounce address, or [`AddrSpec::null`] for a report.
    #[must_use]
    pub fn with_reverse_path(self, address: AddrSpec<'a>) -> Self {
        Self { reverse_path: address, ..self }
    }

    /// Where failures are reported to; the null address if they are not to be.
    #[must_use]
    pub const fn reverse_path(&self) -> &AddrSpec<'a> {
        &self.reverse_path
    }

    /// To whom the message goes. None if the header names nobody, and then it cannot be sent.
    #[must_use]
    pub fn recipients(&self) -> &[AddrSpec<'a>] {
        &self.recipients
    }
}

/// `To` of `Resent-To`.
fn base_name<'f>(field: &'f Field<'_>) -> Option<&'f str> {
    let (prefix, base) = field.name().split_at_checked(7)?;
    prefix.eq_ignore_ascii_case("Resent-").then_some(base)
}

/// The latest block of Resent- fields: the first ones, up to the first that would be there twice.
fn latest_resent<'f, 'a>(fields: &'f [Field<'a>]) -> &'f [Field<'a>] {
    let start = fields.iter().position(|field| base_name(field).is_some()).unwrap_or(fields.len());
    let rest = fields.get(start..).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let length = rest
        .iter()
        .take_while(|field| base_name(field).is_some_and(|base| seen.insert(base.to_ascii_lowercase())))
        .count();
    rest.get(..length).unwrap_or_default()
}
