//! What has to be in a header, and how often (RFC 5322 section 3.6).

use super::{BuildError, Field};
use crate::{encode::Capabilities, fields::FieldName, value::Address};

pub(super) fn check(fields: &[Field<'_>], capabilities: Capabilities) -> Result<(), BuildError> {
    let mut seen = 0;
    for field in fields {
        let bit = bit(field.known_name());
        if seen & bit & ONCE != 0 {
            return Err(BuildError::Duplicate { field: field.name().into() });
        }
        seen |= bit;
        if !capabilities.smtp_utf8 && field.needs_utf8() {
            return Err(BuildError::NeedsSmtpUtf8 { field: field.name().into() });
        }
        check_addresses(field)?;
    }
    if seen & bit(FieldName::Date) == 0 {
        return Err(BuildError::Missing { field: "Date" });
    }
    let from = fields.iter().find(|field| field.known_name() == FieldName::From);
    let from = from.ok_or(BuildError::Missing { field: "From" })?;
    if from.address_list().iter().map(|address| address.mailboxes().len()).sum::<usize>() > 1
        && seen & bit(FieldName::Sender) == 0
    {
        return Err(BuildError::SenderRequired);
    }
    Ok(())
}

/// A bit for each name.
const fn bit(name: FieldName) -> u64 {
    1 << name as u8
}

/// Fields that may be there once.
const ONCE: u64 = {
    use FieldName::{Bcc, Cc, Date, From, InReplyTo, MessageId, References, ReplyTo, Sender, Subject, To};
    let names = [Date, From, Sender, ReplyTo, To, Cc, Bcc, MessageId, InReplyTo, References, Subject];
    let (mut once, mut at) = (0, 0);
    while at < names.len() {
        once |= bit(names[at]);
        at += 1;
    }
    once
};

/// A Sender is one mailbox. Only From and Sender of a message that cannot be answered may be a group (RFC 6854).
pub(super) fn check_addresses(field: &Field<'_>) -> Result<(), BuildError> {
    let sender = matches!(field.known_name(), FieldName::Sender | FieldName::ResentSender);
    let one = matches!(field.address_list(), [Address::Mailbox(_)] | [Address::Group(_)]);
    if sender && !one { Err(BuildError::AddressCount { field: field.name().into() }) } else { Ok(()) }
}
