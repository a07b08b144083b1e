//! What header fields are made of: mailboxes, groups, dates and message identifiers.
//!
//! The parser returns these types and the builder takes them. They borrow from the message where they can;
//! `into_owned` cuts the tie. Their fields are private, and whatever is in them can be written: **no CR, LF, NUL or other
//! control character is ever inside**, and what would need quoting is quoted by `Display`.

mod address;
mod date_time;
#[cfg(feature = "serde")]
mod json;
mod message_id;

pub use address::{AddrSpec, Address, Group, Mailbox};
pub use date_time::{DateTime, Weekday, Zone};
pub use message_id::MessageId;

/// Why a value was refused. It is always the caller's mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidValue {
    /// CR, LF, NUL or another control character; such text could end a field and begin another.
    #[error("a control character is not allowed")]
    Control,
    /// Something that has to be there is not.
    #[error("an empty value")]
    Empty,
    /// Neither dot-atom nor domain literal (RFC 5322 section 3.4.1).
    #[error("not a domain")]
    Domain,
    /// Not an addr-spec (RFC 5322 section 3.4.1).
    #[error("not an address")]
    Address,
    /// Not a msg-id (RFC 5322 section 3.6.4).
    #[error("not a message identifier")]
    MessageId,
    /// No such day, hour or zone.
    #[error("not a date")]
    Date,
}

/// True if `text` can stand in a header as far as control characters go.
pub(crate) fn check_text(text: &str) -> Result<(), InvalidValue> {
    if may_have_control(text) && text.contains(is_control) { Err(InvalidValue::Control) } else { Ok(()) }
}

/// False if a look at the bytes says that there is no control character: none of ASCII, and no beginning of others.
fn may_have_control(text: &str) -> bool {
    text.bytes().fold(false, |any, byte| any | (byte < b' ' || matches!(byte, 0x7f | 0xc2 | 0xe2)))
}

/// A control character other than TAB, or a line end of Unicode, in text that may hold TABs.
pub(crate) fn has_control(text: &str) -> bool {
    may_have_control(text) && text.contains(|c| c != '\t' && is_control(c))
}

/// The name of a field that may be written (RFC 5322 section 2.2). One that begins with two dashes could be taken for a
/// delimiter.
pub(crate) fn is_field_name(name: &str) -> bool {
    !name.starts_with("--")
        && (1..=76).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':')
}

/// A control character, of ASCII or of Unicode, or a line end of Unicode: no value holds one, read or written.
pub(crate) fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// atext, with RFC 6532's UTF-8 (RFC 5322 section 3.2.3).
pub(crate) const fn is_atext(byte: u8) -> bool {
    ATEXT[byte as usize]
}

const ATEXT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = byte >= 0x80 || (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    let marks = b"!#$%&'*+-/=?^_`{|}~";
    let mut at = 0;
    while at < marks.len() {
        table[marks[at] as usize] = true;
        at += 1;
    }
    table
};

/// Atoms with single dots between them.
pub(crate) fn is_dot_atom(text: &str) -> bool {
    let mut atom = false;
    text.bytes().all(|byte| {
        let before = core::mem::replace(&mut atom, byte != b'.');
        if byte == b'.' { before } else { is_atext(byte) }
    }) && atom
}
