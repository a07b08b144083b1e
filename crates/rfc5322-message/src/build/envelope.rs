//! From whom and to whom a message goes, drawn from its header (RFC 5321 section 2.3.1, RFC 5322 section 3.6.6).

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use super::Field;
use crate::value::{AddrSpec, Address};

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
            fields.iter().filter(wanted).flat_map(Field::address_list).flat_map(Address::mailboxes)
        };
        let reverse_path =
            named("Sender").chain(named("From")).next().map_or(AddrSpec::null(), |mailbox| mailbox.address().clone());
        let mut seen = BTreeSet::new();
        let mut recipients = Vec::new();
        for mailbox in named("To").chain(named("Cc")).chain(named("Bcc")) {
            let address = mailbox.address();
            // The domain is the same in any case; the local part is its server's business (RFC 5321 section 2.4).
            let key: (String, String) = (address.local().into(), address.domain().to_ascii_lowercase());
            if !address.is_null() && seen.insert(key) {
                recipients.push(address.clone());
            }
        }
        Self { reverse_path, recipients }
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
