//! Content-Disposition (RFC 2183).

use alloc::borrow::Cow;

use crate::syntax::{
    cursor::Cursor,
    parameters::{self, Parameters, RawParameters},
};

/// How a part wants to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DispositionKind {
    /// As part of the message.
    Inline,
    /// Only when asked for; unknown kinds mean this too (section 2.8).
    Attachment,
}

impl DispositionKind {
    /// The name in the field.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::Attachment => "attachment",
        }
    }
}

/// A Content-Disposition with its parameters.
#[derive(Debug, Clone)]
pub struct Disposition<'a> {
    kind: DispositionKind,
    parameters: RawParameters<'a>,
}

impl<'a> Disposition<'a> {
    /// Reads a field's body.
    #[must_use]
    pub fn parse(body: &'a [u8]) -> Self {
        Self::read(Cursor::new(body))
    }

    pub(crate) fn read(mut cursor: Cursor<'a>) -> Self {
        cursor.skip_cfws();
        let before = cursor.clone();
        let name = cursor.token();
        cursor.skip_cfws();
        // `filename=x` without a kind before it.
        let (name, cursor) = if cursor.peek() == Some(b'=') { (&b"attachment"[..], before) } else { (name, cursor) };
        let kind =
            if name.eq_ignore_ascii_case(b"inline") { DispositionKind::Inline } else { DispositionKind::Attachment };
        Self { kind, parameters: RawParameters::new(cursor) }
    }

    /// Inline or attachment.
    #[must_use]
    pub const fn kind(&self) -> DispositionKind {
        self.kind
    }

    /// The parameter of that name, decoded.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<Cow<'a, str>> {
        parameters::value(self.parameters.clone(), name.as_bytes())
    }

    /// Every parameter, decoded, in the order in which their names first stand; names are in lower case.
    #[must_use]
    pub fn parameters(&self) -> Parameters<'a> {
        Parameters::new(self.parameters.clone())
    }
}
