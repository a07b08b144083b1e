//! Who else got a message, which its readers are not told.

use rfc5322_message::Message;
use rfc5322_message::edit::Edit;
use rfc5322_message::fields::FieldName;

/// The message without Bcc, whose recipients are nobody else's business (RFC 5322 section 3.6.3). One that has none stays
/// as it is.
///
/// # Errors
///
/// When the message cannot be edited.
pub fn without_bcc(message: &Message<'_>) -> Result<Vec<u8>, String> {
    let mut edit = Edit::new(message);
    let bcc = |name: FieldName| matches!(name, FieldName::Bcc | FieldName::ResentBcc);
    let mut has_any = false;
    message.fields().filter(|field| bcc(field.known_name())).for_each(|field| {
        edit.remove(&field);
        has_any = true;
    });
    if has_any { edit.finish().map_err(|problem| problem.to_string()) } else { Ok(message.as_bytes().to_vec()) }
}

#[cfg(test)]
mod tests {
    use super::without_bcc;
    use rfc5322_message::Message;

    #[test]
    fn nobody_reads_who_else_got_it() {
        let message =
            b"From: a@example.org\r\nBcc: b@example.org,\r\n c@example.org\r\nTo: d@example.org\r\n\r\nHi\r\n";
        let sent = without_bcc(&Message::parse(message)).unwrap();
        assert_eq!(sent, b"From: a@example.org\r\nTo: d@example.org\r\n\r\nHi\r\n");
    }
}
