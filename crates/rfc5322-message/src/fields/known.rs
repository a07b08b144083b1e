//! The names that this crate knows, found without comparing with each.

/// A field name of the standards, as far as this crate gives it a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[repr(u8)]
#[expect(missing_docs, reason = "each is the name of a field; their RFCs are told in `FieldName::as_str`")]
pub enum FieldName {
    Other = 0,
    Date,
    From,
    Sender,
    ReplyTo,
    To,
    Cc,
    Bcc,
    MessageId,
    InReplyTo,
    References,
    Subject,
    MimeVersion,
    ContentType,
    ContentTransferEncoding,
    ContentDisposition,
    ContentId,
    ContentDescription,
    ContentLocation,
    ContentLanguage,
    ReturnPath,
    Received,
    Comments,
    Keywords,
    ResentDate,
    ResentFrom,
    ResentSender,
    ResentTo,
    ResentCc,
    ResentBcc,
    ResentMessageId,
    ListId,
    ListUnsubscribe,
    ListUnsubscribePost,
    ListHelp,
    ListSubscribe,
    ListPost,
    ListOwner,
    ListArchive,
    DispositionNotificationTo,
    Autocrypt,
    DkimSignature,
}

/// Every known name, in the order of the enum.
const KNOWN: [(FieldName, &str); 41] = [
    (FieldName::Date, "Date"),
    (FieldName::From, "From"),
    (FieldName::Sender, "Sender"),
    (FieldName::ReplyTo, "Reply-To"),
    (FieldName::To, "To"),
    (FieldName::Cc, "Cc"),
    (FieldName::Bcc, "Bcc"),
    (FieldName::MessageId, "Message-ID"),
    (FieldName::InReplyTo, "In-Reply-To"),
    (FieldName::References, "References"),
    (FieldName::Subject, "Subject"),
    (FieldName::MimeVersion, "MIME-Version"),
    (FieldName::ContentType, "Content-Type"),
    (FieldName::ContentTransferEncoding, "Content-Transfer-Encoding"),
    (FieldName::ContentDisposition, "Content-Disposition"),
    (FieldName::ContentId, "Content-ID"),
    (FieldName::ContentDescription, "Content-Description"),
    (FieldName::ContentLocation, "Content-Location"),
    (FieldName::ContentLanguage, "Content-Language"),
    (FieldName::ReturnPath, "Return-Path"),
    (FieldName::Received, "Received"),
    (FieldName::Comments, "Comments"),
    (FieldName::Keywords, "Keywords"),
    (FieldName::ResentDate, "Resent-Date"),
    (FieldName::ResentFrom, "Resent-From"),
    (FieldName::ResentSender, "Resent-Sender"),
    (FieldName::ResentTo, "Resent-To"),
    (FieldName::ResentCc, "Resent-Cc"),
    (FieldName::ResentBcc, "Resent-Bcc"),
    (FieldName::ResentMessageId, "Resent-Message-ID"),
    (FieldName::ListId, "List-ID"),
    (FieldName::ListUnsubscribe, "List-Unsubscribe"),
    (FieldName::ListUnsubscribePost, "List-Unsubscribe-Post"),
    (FieldName::ListHelp, "List-Help"),
    (FieldName::ListSubscribe, "List-Subscribe"),
    (FieldName::ListPost, "List-Post"),
    (FieldName::ListOwner, "List-Owner"),
    (FieldName::ListArchive, "List-Archive"),
    (FieldName::DispositionNotificationTo, "Disposition-Notification-To"),
    (FieldName::Autocrypt, "Autocrypt"),
    (FieldName::DkimSignature, "DKIM-Signature"),
];

impl FieldName {
    /// The known name that `name` is, case aside; [`Other`](Self::Other) for every other.
    #[must_use]
    pub fn of(name: &[u8]) -> Self {
        let Some(first) = name.first() else { return Self::Other };
        // Length and first letter leave at most four candidates.
        let candidates: &[Self] = match (name.len(), first | 0x20) {
            (2, b't') => &[Self::To],
            (2, b'c') => &[Self::Cc],
            (3, b'b') => &[Self::Bcc],
            (4, b'd') => &[Self::Date],
            (4, b'f') => &[Self::From],
            (6, b's') => &[Self::Sender],
            (7, b's') => &[Self::Subject],
            (7, b'l') => &[Self::ListId],
            (8, b'r') => &[Self::Received, Self::ReplyTo],
            (8, b'c') => &[Self::Comments],
            (8, b'k') => &[Self::Keywords],
            (9, b'r') => &[Self::ResentTo, Self::ResentCc],
            (9, b'l') => &[Self::ListHelp, Self::ListPost],
            (9, b'a') => &[Self::Autocrypt],
            (10, b'm') => &[Self::MessageId],
            (10, b'r') => &[Self::References, Self::ResentBcc],
            (10, b'c') => &[Self::ContentId],
            (10, b'l') => &[Self::ListOwner],
            (11, b'i') => &[Self::InReplyTo],
            (11, b'r') => &[Self::ReturnPath, Self::ResentDate, Self::ResentFrom],
            (12, b'm') => &[Self::MimeVersion],
            (12, b'c') => &[Self::ContentType],
            (12, b'l') => &[Self::ListArchive],
            (13, b'r') => &[Self::ResentSender],
            (14, b'l') => &[Self::ListSubscribe],
            (14, b'd') => &[Self::DkimSignature],
            (16, b'c') => &[Self::ContentLocation, Self::ContentLanguage],
            (16, b'l') => &[Self::ListUnsubscribe],
            (17, b'r') => &[Self::ResentMessageId],
            (19, b'c') => &[Self::ContentDisposition, Self::ContentDescription],
            (21, b'l') => &[Self::ListUnsubscribePost],
            (25, b'c') => &[Self::ContentTransferEncoding],
            (27, b'd') => &[Self::DispositionNotificationTo],
            _ => &[],
        };
        // Nearly all are spelt as in the standards.
        let same = |known: &&Self| known.as_str().as_bytes() == name;
        let alike = |known: &&Self| known.as_str().as_bytes().eq_ignore_ascii_case(name);
        candidates.iter().find(same).or_else(|| candidates.iter().find(alike)).copied().unwrap_or(Self::Other)
    }

    /// The name as the standards spell it; empty for [`Other`](Self::Other).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        (self as usize).checked_sub(1).and_then(|index| KNOWN.get(index)).map_or("", |(_, name)| name)
    }

    /// True for the fields of which a message may have one at most (RFC 5322 section 3.6, RFC 2045 section 3).
    #[must_use]
    pub const fn is_single(self) -> bool {
        let name = self as u8;
        name >= Self::Date as u8 && name <= Self::ContentLocation as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_name_is_found() {
        for (index, (name, text)) in KNOWN.iter().enumerate() {
            assert_eq!(*name as usize, index + 1);
            assert_eq!(FieldName::of(text.as_bytes()), *name, "{text}");
            assert_eq!(FieldName::of(text.to_ascii_uppercase().as_bytes()), *name);
        }
    }
}
