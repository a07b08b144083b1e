//! What is wrong with a message, as data.

use core::fmt;

/// A departure from the standards that the parser saw, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Defect {
    kind: DefectKind,
    offset: usize,
}

impl Defect {
    pub(crate) const fn new(kind: DefectKind, offset: usize) -> Self {
        Self { kind, offset }
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> DefectKind {
        self.kind
    }

    /// Where, in bytes from the beginning of the message.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }
}

/// Kinds of [`Defect`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DefectKind {
    /// A header ended at a line that is no field; the line was taken as the first of the body.
    MissingEmptyLine,
    /// A field that may occur once occurs again (RFC 5322 section 3.6).
    DuplicateField,
    /// A multipart without a usable boundary parameter (RFC 2046 section 5.1.1); its body was kept whole.
    MissingBoundary,
    /// The boundary of a multipart never came, or in its closing delimiter alone; its body was kept whole.
    BoundaryNotFound,
    /// The closing delimiter of a multipart never came.
    MissingClosingDelimiter,
    /// A multipart or message with a transfer encoding other than 7bit, 8bit or binary (RFC 2045 section 6.4); a
    /// message/global may have any (RFC 6532 section 3.7).
    EncodedComposite,
    /// More levels than [`Limits::depth`](super::Limits::depth).
    TooDeep,
    /// More parts than [`Limits::parts`](super::Limits::parts).
    TooManyParts,
    /// More fields than [`Limits::fields`](super::Limits::fields).
    TooManyFields,
    /// A field longer than [`Limits::field_bytes`](super::Limits::field_bytes).
    FieldTooLong,
    /// More header than [`Limits::header_bytes`](super::Limits::header_bytes).
    HeaderTooLong,
    /// A date that cannot be read (RFC 5322 section 3.3). Told by [`Field::value_defect`](crate::Field::value_defect).
    UnreadableDate,
    /// A year before 1900 (RFC 5322 section 3.3). Told by [`Field::value_defect`](crate::Field::value_defect).
    YearBefore1900,
    /// A date without a zone (RFC 5322 section 3.3). Told by [`Field::value_defect`](crate::Field::value_defect).
    MissingZone,
    /// A Content-Type without a type, so that the default applies (RFC 2045 section 5.2). Told by
    /// [`Field::value_defect`](crate::Field::value_defect).
    UnreadableContentType,
    /// A transfer encoding that nobody knows (RFC 2045 section 6.4). Told by
    /// [`Field::value_defect`](crate::Field::value_defect).
    UnknownTransferEncoding,
}

impl DefectKind {
    /// A name for logs and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissingEmptyLine => "missing-empty-line",
            Self::DuplicateField => "duplicate-field",
            Self::MissingBoundary => "missing-boundary",
            Self::BoundaryNotFound => "boundary-not-found",
            Self::MissingClosingDelimiter => "missing-closing-delimiter",
            Self::EncodedComposite => "encoded-composite",
            Self::TooDeep => "too-deep",
            Self::TooManyParts => "too-many-parts",
            Self::TooManyFields => "too-many-fields",
            Self::FieldTooLong => "field-too-long",
            Self::HeaderTooLong => "header-too-long",
            Self::UnreadableDate => "unreadable-date",
            Self::YearBefore1900 => "year-before-1900",
            Self::MissingZone => "missing-zone",
            Self::UnreadableContentType => "unreadable-content-type",
            Self::UnknownTransferEncoding => "unknown-transfer-encoding",
        }
    }
}

impl fmt::Display for DefectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.offset)
    }
}
