//! From whom and to whom a message goes, as its own header says it.

use rfc5322_message::Message;
use rfc5322_message::edit::Edit;
use rfc5322_message::fields::FieldName;
use smtp_proto::Mailbox;

/// What a header says of the envelope. If the message was sent on, the latest Resent- fields say it (RFC 5322 section
/// 3.6.6).
#[derive(Debug, Default, PartialEq, Eq)]
pub struct HeaderEnvelope {
    /// Sender, or From: one, or nobody can say who sent it.
    pub senders: Vec<Mailbox<'static>>,
    /// To, Cc and Bcc, each once.
    pub recipients: Vec<Mailbox<'static>>,
}

impl HeaderEnvelope {
    /// Reads the header of a message.
    ///
    /// # Errors
    ///
    /// When an address in it cannot stand in an envelope.
    pub fn of(message: &Message<'_>) -> Result<Self, String> {
        use FieldName::{Bcc, Cc, From, ResentBcc, ResentCc, ResentFrom, ResentSender, ResentTo, Sender, To};
        let resent = message.resent().next();
        let fields: Vec<_> =
            resent.as_ref().map_or_else(|| message.fields().collect(), |block| block.fields().collect());
        // Of a field that is there twice nobody is left out.
        let collect = |names: &[FieldName]| {
            let mut found = Vec::new();
            for field in names.iter().flat_map(|&name| fields.iter().filter(move |field| field.known_name() == name)) {
                for mailbox in field.mailboxes() {
                    let address = mailbox.address().to_string();
                    let mailbox: Mailbox<'_> = address
                        .parse()
                        .map_err(|problem| format!("{address:?} in {} is no address: {problem}", field.name()))?;
                    if !found.contains(&mailbox) {
                        found.push(mailbox);
                    }
                }
            }
            Ok::<_, String>(found)
        };
        let is_resent = resent.is_some();
        let sender = collect(&[if is_resent { ResentSender } else { Sender }])?;
        let senders = if sender.is_empty() { collect(&[if is_resent { ResentFrom } else { From }])? } else { sender };
        let recipients = collect(&if is_resent { [ResentTo, ResentCc, ResentBcc] } else { [To, Cc, Bcc] })?;
        Ok(Self { senders, recipients })
    }
}

/// The message without Bcc, whose recipients are nobody else's business (section 3.6.3).
///
/// # Errors
///
/// When the message cannot be edited.
pub fn without_bcc(message: &Message<'_>) -> Result<Vec<u8>, String> {
    let mut edit = Edit::new(message);
    let bcc = |name: FieldName| matches!(name, FieldName::Bcc | FieldName::ResentBcc);
    message.fields().filter(|field| bcc(field.known_name())).for_each(|field| {
        edit.remove(&field);
    });
    edit.finish().map_err(|problem| problem.to_string())
}

#[cfg(test)]
mod tests {
    use super::{HeaderEnvelope, without_bcc};
    use rfc5322_message::Message;

    fn read(header: &str) -> (String, String) {
        let message = format!("{header}\nHello\n");
        let envelope = HeaderEnvelope::of(&Message::parse(message.as_bytes())).unwrap();
        let joined =
            |list: &[smtp_proto::Mailbox<'_>]| list.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        (joined(&envelope.senders), joined(&envelope.recipients))
    }

    #[test]
    fn to_cc_and_bcc_are_told_once_each() {
        let header = "From: Ann <ann@example.org>\nTo: Team: bob@example.com, Eve <eve@example.com>;\nCc: bob@example.com\n\
                      Bcc: dan@example.net\nBcc: joe@example.net\n";
        let expected = ("ann@example.org", "bob@example.com eve@example.com dan@example.net joe@example.net");
        assert_eq!(read(header), (expected.0.to_owned(), expected.1.to_owned()));
    }

    #[test]
    fn the_sender_speaks_for_several_authors() {
        let header = "From: ann@example.org, bob@example.org\nSender: jo@example.org\nTo: eve@example.com\n";
        assert_eq!(read(header).0, "jo@example.org");
        assert_eq!(read("From: ann@example.org, bob@example.org\n").0, "ann@example.org bob@example.org");
    }

    #[test]
    fn the_latest_resending_counts() {
        let header =
            "Resent-From: bob@example.com\nResent-To: eve@example.com\nFrom: ann@example.org\nTo: bob@example.com\n";
        assert_eq!(read(header), ("bob@example.com".to_owned(), "eve@example.com".to_owned()));
    }

    #[test]
    fn nobody_reads_who_else_got_it() {
        let message =
            b"From: a@example.org\r\nBcc: b@example.org,\r\n c@example.org\r\nTo: d@example.org\r\n\r\nHi\r\n";
        let sent = without_bcc(&Message::parse(message)).unwrap();
        assert_eq!(sent, b"From: a@example.org\r\nTo: d@example.org\r\n\r\nHi\r\n");
    }
}
