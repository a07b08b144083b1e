//! What has to be in a header, and how often (RFC 5322 section 3.6).

use super::{BuildError, Field, part::Node};
use crate::{
    encode::Capabilities,
    fields::FieldName,
    value::{AddrSpec, Address},
};

pub(super) fn check(fields: &[Field<'_>]) -> Result<(), BuildError> {
    let mut seen = 0;
    for field in fields {
        let bit = bit(field.known_name());
        if seen & bit & ONCE != 0 {
            return Err(BuildError::Duplicate { field: field.name().into() });
        }
        seen |= bit;
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

/// Whether an address or identifier in a header, or in that of a part, or in the envelope is not ASCII (RFC 6531 section
/// 3.4, RFC 6532 section 3.5); refused if the server cannot take it.
pub(super) fn needs_smtp_utf8(
    fields: &[Field<'_>],
    parts: &[Node<'_>],
    reverse_path: Option<&AddrSpec<'_>>,
    capabilities: Capabilities,
) -> Result<bool, BuildError> {
    let fields = fields.iter().chain(parts.iter().flat_map(|part| &part.fields));
    let mut found = fields.filter(|field| field.needs_utf8()).map(Field::name);
    let mut asking = found.next();
    if asking.is_none() && reverse_path.is_some_and(AddrSpec::needs_utf8) {
        asking = Some("reverse-path");
    }
    match asking {
        Some(field) if !capabilities.smtp_utf8 => Err(BuildError::NeedsSmtpUtf8 { field: field.into() }),
        asking => Ok(asking.is_some()),
    }
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
