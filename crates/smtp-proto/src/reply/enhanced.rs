use core::fmt;

use super::ReplyCode;

/// An enhanced status code: `class.subject.detail` (RFC 3463, section 2; in replies, RFC 2034).
///
/// ```
/// use smtp_proto::reply::EnhancedCode;
///
/// let bad_mailbox = EnhancedCode::new(5, 1, 1).unwrap();
/// assert_eq!(bad_mailbox.to_string(), "5.1.1");
/// assert_eq!(EnhancedCode::parse(b"5.1.1"), Some(bad_mailbox));
/// assert_eq!(EnhancedCode::new(3, 0, 0), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnhancedCode {
    class: u8,
    subject: u16,
    detail: u16,
}

impl EnhancedCode {
    /// The longest that one is written, in octets: `5.999.999`.
    pub(crate) const LONGEST: usize = 9;

    /// The code of these three numbers, if the class is 2, 4 or 5 and the others are below 1000.
    pub const fn new(class: u8, subject: u16, detail: u16) -> Option<Self> {
        if matches!(class, 2 | 4 | 5) && subject < 1000 && detail < 1000 {
            return Some(Self { class, subject, detail });
        }
        None
    }

    /// 2 for success, 4 for a failure that may pass, 5 for one that will not.
    pub const fn class(self) -> u8 {
        self.class
    }

    /// What the condition is about: addressing, the mailbox, the network, policy … (RFC 3463, section 3).
    pub const fn subject(self) -> u16 {
        self.subject
    }

    /// The precise condition.
    pub const fn detail(self) -> u16 {
        self.detail
    }

    /// Whether it may stand in a reply of that code: their first digits are the same (RFC 2034, section 4).
    pub const fn agrees_with(self, code: ReplyCode) -> bool {
        self.class as u16 == code.get() / 100
    }

    /// Parses exactly one code, without anything around it.
    pub fn parse(text: &[u8]) -> Option<Self> {
        match Self::parse_prefix(text)? {
            (code, len) if len == text.len() => Some(code),
            _ => None,
        }
    }

    /// Parses the code that `text` begins with, up to a blank or the line's end, and says how long it was.
    pub(crate) fn parse_prefix(text: &[u8]) -> Option<(Self, usize)> {
        let [class @ (b'2' | b'4' | b'5'), b'.', rest @ ..] = text else {
            return None;
        };
        let (subject, rest) = number(rest)?;
        let [b'.', rest @ ..] = rest else {
            return None;
        };
        let (detail, rest) = number(rest)?;
        if !matches!(rest.first(), None | Some(b' ' | b'\t' | b'\r' | b'\n')) {
            return None;
        }
        Some((Self { class: class - b'0', subject, detail }, text.len() - rest.len()))
    }
}

/// One to three digits. Leading zeros are not written (RFC 3463, section 2) but are understood.
#[inline]
fn number(text: &[u8]) -> Option<(u16, &[u8])> {
    let digit = |digit: u8| u16::from(digit - b'0');
    let (value, rest) = match text {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', rest @ ..] => {
            (digit(*a) * 100 + digit(*b) * 10 + digit(*c), rest)
        }
        [a @ b'0'..=b'9', b @ b'0'..=b'9', rest @ ..] => (digit(*a) * 10 + digit(*b), rest),
        [a @ b'0'..=b'9', rest @ ..] => (digit(*a), rest),
        _ => return None,
    };
    (!rest.first().is_some_and(u8::is_ascii_digit)).then_some((value, rest))
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

impl fmt::Debug for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
