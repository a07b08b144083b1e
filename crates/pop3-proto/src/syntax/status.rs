use core::fmt;

use super::ResponseCode;

/// The two status indicators (RFC 1939, section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// `+OK`.
    Ok,
    /// `-ERR`.
    Err,
}

/// The first line of a reply (RFC 1939, section 3; RFC 2449, sections 3 and 8).
///
/// Whether more lines follow is not in it: that is known from the command that it answers.
///
/// ```
/// use pop3_proto::{ResponseCode, Status, StatusLine};
///
/// let line = StatusLine::parse(b"-ERR [IN-USE] Do you have another POP session running?").unwrap();
/// assert_eq!(line.status, Status::Err);
/// assert_eq!(line.code, Some(ResponseCode::InUse));
/// assert_eq!(line.text, b"Do you have another POP session running?");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusLine<'a> {
    /// The status.
    pub status: Status,
    /// The code for programs, if there is one directly behind the status.
    pub code: Option<ResponseCode<'a>>,
    /// The text for people, as it came: it may be empty, and it may be in any character set.
    pub text: &'a [u8],
}

/// This line is no status line. The server's fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the line begins neither with +OK nor with -ERR")]
pub struct StatusLineError;

impl<'a> StatusLine<'a> {
    /// What stands for a line that has been parsed before, should it not be there any more.
    pub(crate) const EMPTY: Self = Self { status: Status::Err, code: None, text: b"" };

    /// Reads a line, given without its CRLF. The status may be in any case.
    ///
    /// # Errors
    ///
    /// [`StatusLineError`] if it begins with neither status.
    pub fn parse(line: &'a [u8]) -> Result<Self, StatusLineError> {
        let (status, rest) = match (line.split_at_checked(3), line.split_at_checked(4)) {
            (Some((word, rest)), _) if word.eq_ignore_ascii_case(b"+OK") => (Status::Ok, rest),
            (_, Some((word, rest))) if word.eq_ignore_ascii_case(b"-ERR") => (Status::Err, rest),
            _ => return Err(StatusLineError),
        };
        // The grammar of the greeting has no space before a code.
        if !matches!(rest.first(), None | Some(b' ' | b'\t' | b'[')) {
            return Err(StatusLineError);
        }
        let text = trim_blanks(rest);
        let (code, text) = match ResponseCode::leading(text) {
            Some((code, text)) => (Some(code), text),
            None => (None, text),
        };
        Ok(Self { status, code, text })
    }

    /// Whether the status is `+OK`.
    pub fn is_ok(&self) -> bool {
        self.status == Status::Ok
    }
}

impl fmt::Display for StatusLine<'_> {
    /// The line, with � where it is not UTF-8.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_ok() { "+OK" } else { "-ERR" })?;
        if let Some(code) = self.code {
            write!(f, " [{code}]")?;
        }
        if !self.text.is_empty() {
            f.write_str(" ")?;
        }
        self.text.utf8_chunks().try_for_each(|chunk| {
            f.write_str(chunk.valid())?;
            f.write_str(if chunk.invalid().is_empty() { "" } else { "\u{fffd}" })
        })
    }
}

impl fmt::Debug for StatusLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Takes the blanks off the beginning of a text.
pub(super) fn trim_blanks(mut text: &[u8]) -> &[u8] {
    while let Some((b' ' | b'\t', rest)) = text.split_first() {
        text = rest;
    }
    text
}
