//! What a caller can ask for that no message can be.

use alloc::string::String;

use crate::value::InvalidValue;

/// Why a message, a part or a field was refused. It is always the caller's mistake, and nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A value that cannot stand in this field.
    #[error("{field}: {error}")]
    Value {
        /// The field or parameter.
        field: String,
        /// What is wrong with the value.
        error: InvalidValue,
    },
    /// Not a field name: printable ASCII without a colon, at most 76 characters (RFC 5322 section 2.2).
    #[error("not a field name")]
    FieldName,
    /// This field is made of something else: addresses, identifiers or a date (RFC 5322 section 3.6).
    #[error("{field} is not made of that")]
    FieldKind {
        /// The field.
        field: String,
    },
    /// The builder writes this field by itself.
    #[error("{field} is written by the builder")]
    Reserved {
        /// The field.
        field: String,
    },
    /// A piece that cannot be broken does not fit on a line of 998 characters.
    #[error("{field}: a piece without a break does not fit on a line")]
    TooLong {
        /// The field or parameter.
        field: String,
    },
    /// A field that every message has is missing (RFC 5322 section 3.6).
    #[error("{field} is missing")]
    Missing {
        /// The field.
        field: &'static str,
    },
    /// A field that may be there once is there twice (RFC 5322 section 3.6).
    #[error("{field} is there twice")]
    Duplicate {
        /// The field.
        field: String,
    },
    /// More than one author, and no Sender to say which of them sends (RFC 5322 section 3.6.2).
    #[error("several authors need a Sender")]
    SenderRequired,
    /// A Sender is one mailbox, and authors are at least one (RFC 5322 section 3.6.2).
    #[error("{field}: the wrong number of addresses")]
    AddressCount {
        /// The field.
        field: String,
    },
    /// An address is not ASCII and the server has no SMTPUTF8 (RFC 6531).
    #[error("{field}: the address needs SMTPUTF8")]
    NeedsSmtpUtf8 {
        /// The field, or `reverse-path` for that of the envelope.
        field: String,
    },
    /// Something that has to be ASCII is not.
    #[error("{field} has to be ASCII")]
    NotAscii {
        /// The field.
        field: String,
    },
    /// Not `type/subtype` (RFC 2045 section 5.1).
    #[error("not a media type")]
    MediaType,
    /// Not the name of a parameter, or one that is set elsewhere (RFC 2045 section 5.1).
    #[error("not a parameter name")]
    ParameterName,
    /// Not a URI in ASCII, without blanks and angle brackets.
    #[error("not a URI")]
    Uri,
    /// One-click unsubscription needs an HTTPS URI (RFC 8058 section 3.1).
    #[error("one-click unsubscription needs an https URI")]
    OneClick,
    /// A multipart without parts (RFC 2046 section 5.1.1), or a report without a recipient (RFC 3464 section 2.1).
    #[error("{0} without parts")]
    Empty(&'static str),
    /// The transfer encoding that was asked for cannot hold this content, or the server cannot take it.
    #[error("the transfer encoding cannot be used here")]
    Encoding,
    /// An embedded message that the server cannot take as it is, and that may not be encoded (RFC 2046 section 5.2.1).
    #[error("an embedded message must stay as it is, and the server cannot take it")]
    EmbeddedMessage,
}

impl BuildError {
    pub(super) fn value(field: &str, error: InvalidValue) -> Self {
        Self::Value { field: field.into(), error }
    }

    pub(super) fn too_long(field: &str) -> Self {
        Self::TooLong { field: field.into() }
    }
}

impl From<core::convert::Infallible> for BuildError {
    fn from(never: core::convert::Infallible) -> Self {
        match never {}
    }
}
