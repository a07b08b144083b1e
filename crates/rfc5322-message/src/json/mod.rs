//! How values look in JSON and other formats (feature `serde`).
//!
//! | Type | Shape | Read back |
//! |---|---|---|
//! | [`AddrSpec`] | `"jo@example.org"`, quoted where it must be; `""` is the null address | checked |
//! | [`Mailbox`] | `{"name": "Jo", "address": "jo@example.org"}`; the name may be `null` | checked |
//! | [`Group`] | `{"group": "Friends", "members": [mailbox, …]}` | checked |
//! | [`Address`] | a mailbox or a group; `group` tells them apart | checked |
//! | [`DateTime`] | RFC 3339: `"2026-11-23T16:55:00+01:00"`; `-00:00` is [`Zone::Unknown`], no offset [`Zone::Missing`] | checked |
//! | [`Zone`] | `"+01:00"`, `"-00:00"`, `""` | checked |
//! | [`Weekday`] | `"Mon"` | yes |
//! | [`MessageId`] | `"left@right"`, without brackets | checked |
//! | [`ContentType`], [`MediaType`] | `{"type": "text/plain", "parameters": {"charset": "utf-8"}}` | as a [`MediaType`], checked |
//! | [`Disposition`] | `{"type": "attachment", "parameters": {"filename": "a.png"}}` | |
//! | [`DispositionKind`], [`TransferEncoding`] | `"inline"`, `"base64"` | yes |
//! | [`CalendarMethod`], [`CalendarComponent`] | `"REQUEST"`, `"VEVENT"` | yes |
//! | [`Defect`] | `{"kind": "missing-empty-line", "offset": 12}` | yes |
//! | [`DefectKind`] | `"missing-empty-line"` | yes |
//! | [`ReportKind`], [`Action`] | `"delivery-status"`, `"failed"` | yes |
//! | [`Typed`] | `{"kind": "rfc822", "value": "jo@example.org"}` | checked |
//! | [`report::Disposition`] | its four members | yes |
//! | [`Block`] | `[{"name": "Action", "value": "failed"}, …]`, decoded, in order | |
//! | [`DeliveryStatus`] | `{"message": block, "recipients": [block, …]}` | |
//! | [`DispositionNotification`], [`FeedbackReport`] | their block | |
//! | [`Received`] | its members | checked |
//! | [`ListId`] | `{"name": "The readers", "id": "readers.example.org"}` | checked |
//! | [`ListUri`] | `"https://example.org/off"` | checked |
//! | [`Autocrypt`] | `{"address": …, "prefers_encryption": true, "key_data": base64}` | checked |
//! | [`Fragment`] | `{"id": …, "number": 1, "total": 3}` | checked |
//! | [`Envelope`] | `{"reverse_path": address, "recipients": [address, …]}` | checked |
//! | [`Security`], [`FileProtocol`] | `"pgp"`, `"anon-ftp"` | yes |
//! | [`Forgiven`] | its three members | yes |
//! | [`Limits`] | its members; those that are absent have their defaults | yes |
//! | [`Duplicates`], [`Unlabelled`] | `"first"`, `"windows-1252"` | yes |
//! | [`BodyLists`] | `{"textBody": […], "htmlBody": […], "attachments": […]}` of the body parts of RFC 8621 section 4.1.4 | |
//!
//! What is read back is checked: no text that could end a field, no day that does not exist. A *parsed* value may be odder
//! than a constructor allows (`From: root` has no domain): reading takes back what could not end a field or an address, and
//! refuses the rest.
//!
//! # Example: addresses as JSON
//!
//! ```
//! use rfc5322_message::{Message, value::Address};
//!
//! let message = Message::parse(b"To: Jo <jo@example.org>\r\n\r\n");
//! let json = serde_json::to_string(&message.field("To").unwrap().addresses())?;
//! assert_eq!(json, r#"[{"name":"Jo","address":"jo@example.org"}]"#);
//! let back: Vec<Address<'static>> = serde_json::from_str(&json)?;
//! assert_eq!(back, message.field("To").unwrap().addresses());
//! assert!(serde_json::from_str::<Address<'static>>(r#"{"name":"a\r\nBcc: x","address":"a@b.c"}"#).is_err());
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! [`AddrSpec`]: crate::value::AddrSpec
//! [`Mailbox`]: crate::value::Mailbox
//! [`Group`]: crate::value::Group
//! [`Address`]: crate::value::Address
//! [`DateTime`]: crate::value::DateTime
//! [`Zone`]: crate::value::Zone
//! [`Zone::Unknown`]: crate::value::Zone::Unknown
//! [`Zone::Missing`]: crate::value::Zone::Missing
//! [`Weekday`]: crate::value::Weekday
//! [`MessageId`]: crate::value::MessageId
//! [`ContentType`]: crate::ContentType
//! [`MediaType`]: crate::build::MediaType
//! [`Disposition`]: crate::content::Disposition
//! [`DispositionKind`]: crate::content::DispositionKind
//! [`TransferEncoding`]: crate::content::TransferEncoding
//! [`CalendarMethod`]: crate::content::CalendarMethod
//! [`CalendarComponent`]: crate::content::CalendarComponent
//! [`Defect`]: crate::Defect
//! [`DefectKind`]: crate::DefectKind
//! [`ReportKind`]: crate::report::ReportKind
//! [`Action`]: crate::report::Action
//! [`Typed`]: crate::report::Typed
//! [`report::Disposition`]: crate::report::Disposition
//! [`Block`]: crate::report::Block
//! [`DeliveryStatus`]: crate::report::DeliveryStatus
//! [`DispositionNotification`]: crate::report::DispositionNotification
//! [`FeedbackReport`]: crate::report::FeedbackReport
//! [`Received`]: crate::Received
//! [`ListId`]: crate::ListId
//! [`ListUri`]: crate::build::ListUri
//! [`Autocrypt`]: crate::Autocrypt
//! [`Fragment`]: crate::content::partial::Fragment
//! [`Envelope`]: crate::build::Envelope
//! [`Security`]: crate::content::Security
//! [`FileProtocol`]: crate::content::FileProtocol
//! [`Forgiven`]: crate::codec::Forgiven
//! [`Limits`]: crate::Limits
//! [`Duplicates`]: crate::Duplicates
//! [`Unlabelled`]: crate::charset::Unlabelled
//! [`BodyLists`]: crate::jmap::BodyLists

mod content;
mod header;
mod parsing;
mod report;
mod views;

use alloc::string::String;

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::charset::Unlabelled;
use crate::content::{CalendarComponent, CalendarMethod, DispositionKind, FileProtocol, Security, TransferEncoding};
use crate::report::{Action, ReportKind};
use crate::{Defect, DefectKind, Duplicates};

/// Keywords, each by the name that the standards give it, or by the defect's own.
macro_rules! keywords {
    ($($keyword:ty, $expected:literal: [$($value:ident $word:literal),+ $(,)?];)+) => {$(
        impl Serialize for $keyword {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(match self { $(Self::$value => $word,)+ })
            }
        }

        impl<'de> Deserialize<'de> for $keyword {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                match word.as_str() {
                    $($word => Ok(Self::$value),)+
                    _ => Err(D::Error::invalid_value(Unexpected::Str(&word), &$expected)),
                }
            }
        }
    )+};
}

keywords! {
    DefectKind, "the name of a defect": [
        MissingEmptyLine "missing-empty-line",
        DuplicateField "duplicate-field",
        MissingBoundary "missing-boundary",
        BoundaryNotFound "boundary-not-found",
        MissingClosingDelimiter "missing-closing-delimiter",
        EncodedComposite "encoded-composite",
        TooDeep "too-deep",
        TooManyParts "too-many-parts",
        TooManyFields "too-many-fields",
        FieldTooLong "field-too-long",
        HeaderTooLong "header-too-long",
        UnreadableDate "unreadable-date",
        YearBefore1900 "year-before-1900",
        MissingZone "missing-zone",
        UnreadableContentType "unreadable-content-type",
        UnknownTransferEncoding "unknown-transfer-encoding",
    ];
    TransferEncoding, "a transfer encoding": [
        SevenBit "7bit",
        EightBit "8bit",
        Binary "binary",
        QuotedPrintable "quoted-printable",
        Base64 "base64",
        Uuencode "x-uuencode",
        Unknown "unknown",
    ];
    DispositionKind, "a disposition": [Inline "inline", Attachment "attachment"];
    Security, "who secures a part": [Smime "smime", Pgp "pgp", Other "other"];
    FileProtocol, "a protocol for files": [Ftp "ftp", AnonymousFtp "anon-ftp", Tftp "tftp"];
    Duplicates, "which of several counts": [First "first", Last "last"];
    Unlabelled, "what is guessed": [Windows1252 "windows-1252", Utf8 "utf-8"];
    CalendarMethod, "a method of iTIP": [
        Publish "PUBLISH",
        Request "REQUEST",
        Reply "REPLY",
        Add "ADD",
        Cancel "CANCEL",
        Refresh "REFRESH",
        Counter "COUNTER",
        DeclineCounter "DECLINECOUNTER",
    ];
    CalendarComponent, "a component of iCalendar": [
        Event "VEVENT",
        Todo "VTODO",
        Journal "VJOURNAL",
        FreeBusy "VFREEBUSY",
        TimeZone "VTIMEZONE",
    ];
    Action, "what happened to a recipient": [
        Failed "failed",
        Delayed "delayed",
        Delivered "delivered",
        Relayed "relayed",
        Expanded "expanded",
    ];
    ReportKind, "a kind of report": [
        DeliveryStatus "delivery-status",
        DispositionNotification "disposition-notification",
        Feedback "feedback-report",
        Tls "tlsrpt",
        Dmarc "dmarc",
    ];
}

#[derive(Serialize, Deserialize)]
struct DefectShape {
    kind: DefectKind,
    offset: usize,
}

impl Serialize for Defect {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        DefectShape { kind: self.kind(), offset: self.offset() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Defect {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let DefectShape { kind, offset } = DefectShape::deserialize(deserializer)?;
        Ok(Self::new(kind, offset))
    }
}
