//! Replies: what a server answers, as values that cannot be taken for anything else on the wire (RFC 5321,
//! section 4.2).
//!
//! A server builds a [`Reply`]; a client meets a [`ReplyRef`], borrowed from what was received, that a
//! [`ReplyParser`] found. Either has a [`ReplyCode`], perhaps an [`EnhancedCode`], and lines of text that are
//! meant for people: nothing is ever decided by them.
//!
//! ```
//! use mail_wire::OutputQueue;
//! use smtp_proto::reply::{EnhancedCode, Reply, ReplyCode, ReplyParser};
//!
//! let reply = Reply::new(ReplyCode::MAILBOX_UNAVAILABLE, EnhancedCode::new(5, 2, 1), "mailbox disabled")?
//!     .with_line("ask the postmaster")?;
//! let mut wire = OutputQueue::new();
//! reply.encode(&mut wire);
//! let wire = wire.pending().unwrap();
//! assert_eq!(wire, b"550-5.2.1 mailbox disabled\r\n550 5.2.1 ask the postmaster\r\n");
//!
//! let parsed = ReplyParser::default().parse(wire)?.expect("the reply is complete");
//! assert_eq!(parsed.code(), ReplyCode::MAILBOX_UNAVAILABLE);
//! assert_eq!(parsed.to_reply(), reply);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod code;
mod enhanced;
mod parser;
mod received;
mod standard;

use alloc::borrow::Cow;
use core::fmt;

use mail_wire::OutputQueue;

pub use code::{ReplyCode, Severity};
pub use enhanced::EnhancedCode;
pub use parser::{ReplyDefect, ReplyParser};
pub(crate) use received::RawLines;
pub use received::{ReplyRef, TextLines};

/// A reply as a server gives it.
///
/// None can be built that would break the protocol: the code is one of SMTP, the enhanced code agrees with it, and
/// no line of the text has a control character or is too long for a reply line. A policy can therefore pass text
/// from anywhere, even from the peer, and have it refused here instead of obeyed there.
///
/// Text beyond ASCII is taken, in UTF-8: peers send it, and a client that has asked for it may get it (RFC 6531,
/// section 3.7.4). Any other gets none of it from a careful server (RFC 5321, section 4.2).
///
/// The usual replies are constants, such as [`Reply::NO_SUCH_USER`]; more can be made with [`Reply::constant`].
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Reply {
    code: ReplyCode,
    enhanced: Option<EnhancedCode>,
    /// The lines, with an LF between them.
    text: Cow<'static, str>,
}

/// Why a [`Reply`] was not built. The caller's mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidReply {
    /// The text has a CR, an LF, a NUL or another control character (a tab is allowed).
    #[error("the text of a reply has a control character")]
    ControlCharacter,
    /// A line of the text is longer than [`Reply::LONGEST_TEXT`].
    #[error("a line of a reply is too long")]
    TooLong,
    /// The enhanced code is of another class than the reply code, or the reply is a 3yz, which has none
    /// (RFC 2034, section 4).
    #[error("the enhanced status code does not agree with the reply code")]
    CodesDisagree,
}

impl Reply {
    /// The longest text of one line, in octets. With codes and CRLF it makes the 512 octets of RFC 5321, section
    /// 4.5.3.1.5.
    pub const LONGEST_TEXT: usize = 512 - (3 + 1 + EnhancedCode::LONGEST + 1 + 2);

    /// A reply with one line of text. A server that has announced enhanced codes and is given none sends 2.0.0, 4.0.0
    /// or 5.0.0, since every reply must have one then (RFC 2034, section 4).
    ///
    /// # Errors
    ///
    /// [`InvalidReply`], the caller's mistake.
    pub fn new(
        code: ReplyCode,
        enhanced: Option<EnhancedCode>,
        text: impl Into<Cow<'static, str>>,
    ) -> Result<Self, InvalidReply> {
        let text = text.into();
        match check(code, enhanced, &text) {
            Ok(()) => Ok(Self { code, enhanced, text }),
            Err(invalid) => Err(invalid),
        }
    }

    /// A reply of fixed text, for constants.
    ///
    /// # Panics
    ///
    /// If it is invalid. In a constant, that is an error of compilation.
    ///
    /// ```
    /// use smtp_proto::reply::{EnhancedCode, Reply, ReplyCode};
    ///
    /// const GREYLISTED: Reply =
    ///     Reply::constant(ReplyCode::MAILBOX_BUSY, EnhancedCode::new(4, 7, 1), "greylisted: come back soon");
    /// # assert_eq!(GREYLISTED.code().get(), 450);
    /// ```
    pub const fn constant(code: ReplyCode, enhanced: Option<EnhancedCode>, text: &'static str) -> Self {
        assert!(check(code, enhanced, text).is_ok(), "the constant is not a valid reply");
        Self { code, enhanced, text: Cow::Borrowed(text) }
    }

    /// The reply with one more line of text.
    ///
    /// # Errors
    ///
    /// [`InvalidReply`], the caller's mistake.
    pub fn with_line(mut self, text: &str) -> Result<Self, InvalidReply> {
        check(self.code, self.enhanced, text)?;
        let lines = self.text.to_mut();
        lines.push('\n');
        lines.push_str(text);
        Ok(self)
    }

    /// The reply with the enhanced code of its class that says no more than the reply code, if it has none at all: not
    /// as a value, and not in its text.
    pub(crate) fn with_enhanced_code(mut self) -> Self {
        let in_text = EnhancedCode::parse_prefix(self.text.as_bytes()).filter(|(code, _)| code.agrees_with(self.code));
        if self.enhanced.is_none() && in_text.is_none() {
            self.enhanced = self.code.undetailed();
        }
        self
    }

    /// The reply code.
    pub const fn code(&self) -> ReplyCode {
        self.code
    }

    /// The enhanced status code, if it has one.
    pub const fn enhanced_code(&self) -> Option<EnhancedCode> {
        self.enhanced
    }

    /// The lines of the text, without codes. There is at least one; it may be empty.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.split('\n')
    }

    /// Writes the reply as it goes over the wire, the enhanced code on every line (RFC 2034, section 4).
    pub fn encode(&self, wire: &mut OutputQueue) {
        let mut lines = self.lines().peekable();
        while let Some(text) = lines.next() {
            self.encode_line(text, lines.peek().is_none(), wire);
        }
    }

    fn encode_line(&self, text: &str, last: bool, wire: &mut OutputQueue) {
        wire.push(&self.code.digits());
        let separator: &[u8] = match last {
            false => b"-",
            true if text.is_empty() && self.enhanced.is_none() => b"",
            true => b" ",
        };
        wire.push(separator);
        if let Some(enhanced) = self.enhanced {
            // Writing to the queue cannot fail.
            let _ = fmt::Write::write_fmt(wire, format_args!("{enhanced}"));
            if !text.is_empty() {
                wire.push(b" ");
            }
        }
        wire.push(text.as_bytes());
        wire.push(b"\r\n");
    }

    /// A reply of text that came from elsewhere: what may not stand in one is replaced or cut off. A line of the
    /// text that itself looks like an enhanced code stays text.
    fn lossy<'a>(code: ReplyCode, enhanced: Option<EnhancedCode>, lines: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut text = alloc::string::String::new();
        for (n, line) in lines.enumerate() {
            if n > 0 {
                text.push('\n');
            }
            let start = text.len();
            for character in alloc::string::String::from_utf8_lossy(line).chars() {
                let character = if character.is_control() && character != '\t' { '\u{fffd}' } else { character };
                if text.len() - start + character.len_utf8() > Self::LONGEST_TEXT {
                    break;
                }
                text.push(character);
            }
        }
        Self { code, enhanced, text: Cow::Owned(text) }
    }
}

/// What every way of building a reply checks.
const fn check(code: ReplyCode, enhanced: Option<EnhancedCode>, text: &str) -> Result<(), InvalidReply> {
    if let Some(enhanced) = enhanced
        && !enhanced.agrees_with(code)
    {
        return Err(InvalidReply::CodesDisagree);
    }
    let text = text.as_bytes();
    if text.len() > Reply::LONGEST_TEXT {
        return Err(InvalidReply::TooLong);
    }
    let mut at = 0;
    while at < text.len() {
        // In UTF-8 the control characters beyond ASCII are C2 80 to C2 9F.
        let beyond_ascii = text[at] == 0xC2 && at + 1 < text.len() && text[at + 1] < 0xA0;
        if (text[at].is_ascii_control() && text[at] != b'\t') || beyond_ascii {
            return Err(InvalidReply::ControlCharacter);
        }
        at += 1;
    }
    Ok(())
}

impl fmt::Display for Reply {
    /// For people: the codes, then the lines of the text, divided by ` / `.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.code.fmt(f)?;
        if let Some(enhanced) = self.enhanced {
            write!(f, " {enhanced}")?;
        }
        for (n, line) in self.lines().enumerate() {
            write!(f, "{}{line}", if n == 0 { " " } else { " / " })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({self})")
    }
}
