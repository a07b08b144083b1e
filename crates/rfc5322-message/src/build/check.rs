//! What has to be in a header, and how often (RFC 5322 section 3.6).

use super::{BuildError, Field};
use crate::{encode::Capabilities, value::Address};

/// Fields that may be there once.
const ONCE: [&str; 11] =
    ["Date", "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Message-ID", "In-Reply-To", "References", "Subject"];

pub(super) fn check(fields: &[Field<'_>], capabilities: Capabilities) -> Result<(), BuildError> {
    let mut seen = [false; ONCE.len()];
    for field in fields {
        if let Some((_, seen)) = ONCE.iter().zip(&mut seen).find(|(name, _)| field.is(name))
            && core::mem::replace(seen, true)
        {
            return Err(BuildError::Duplicate { field: field.name().into() });
        }
        if !capabilities.smtp_utf8 && field.needs_utf8() {
            return Err(BuildError::NeedsSmtpUtf8 { field: field.name().into() });
        }
        check_addresses(field)?;
    }
    let find = |name: &str| fields.iter().find(|field| field.is(name));
    if find("Date").is_none() {
        return Err(BuildError::Missing { field: "Date" });
    }
    let from = find("From").ok_or(BuildError::Missing { field: "From" })?;
    if from.address_list().iter().map(|address| address.mailboxes().len()).sum::<usize>() > 1
        && find("Sender").is_none()
    {
        return Err(BuildError::SenderRequired);
    }
    Ok(())
}

/// A Sender is one mailbox. Only From and Sender of a message that cannot be answered may be a group (RFC 6854).
pub(super) fn check_addresses(field: &Field<'_>) -> Result<(), BuildError> {
    let sender = field.is("Sender") || field.is("Resent-Sender");
    let one = matches!(field.address_list(), [Address::Mailbox(_)] | [Address::Group(_)]);
    if sender && !one { Err(BuildError::AddressCount { field: field.name().into() }) } else { Ok(()) }
}
