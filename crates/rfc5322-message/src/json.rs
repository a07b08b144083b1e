//! Keywords as serde writes and reads them: each by the name that the standards give it, or by the defect's own.

use alloc::string::String;

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::content::{DispositionKind, TransferEncoding};
use crate::report::{Action, ReportKind};
use crate::{Defect, DefectKind};

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
        HeaderTooLong "header-too-long",
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
