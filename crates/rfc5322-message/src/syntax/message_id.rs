//! Lists of message identifiers (RFC 5322 sections 3.6.4 and 4.5.4).

use alloc::{borrow::Cow, string::String};

use super::cursor::Cursor;
use crate::{
    charset::{Unlabelled, printable},
    value::MessageId,
};

/// An iterator over the identifiers of a field. Phrases and comments between them are stepped over; a field without any
/// angle bracket is taken as one bare identifier.
#[derive(Debug, Clone)]
pub struct MessageIds<'a> {
    cursor: Cursor<'a>,
    bare: bool,
}

impl<'a> MessageIds<'a> {
    pub(crate) fn new(body: &'a [u8]) -> Self {
        Self::reading(body, Unlabelled::default())
    }

    pub(crate) fn reading(body: &'a [u8], unlabelled: Unlabelled) -> Self {
        Self { cursor: Cursor::reading(body, unlabelled), bare: memchr::memchr(b'<', body).is_none() }
    }
}

/// Without blanks, controls and brackets; borrowed if there were none.
fn clean(raw: &[u8], unlabelled: Unlabelled) -> Cow<'_, str> {
    if let Some(text) = printable(raw)
        && memchr::memchr3(b' ', b'<', b'>', raw).is_none()
    {
        return Cow::Borrowed(text);
    }
    let odd = |c: char| c <= ' ' || c.is_control() || matches!(c, '<' | '>' | '\u{2028}' | '\u{2029}');
    let text = unlabelled.decode(raw);
    if text.contains(odd) { Cow::Owned(text.chars().filter(|c| !odd(*c)).collect::<String>()) } else { text }
}

impl<'a> Iterator for MessageIds<'a> {
    type Item = MessageId<'a>;

    fn next(&mut self) -> Option<MessageId<'a>> {
        let unlabelled = self.cursor.unlabelled();
        if core::mem::take(&mut self.bare) {
            self.cursor.skip_cfws();
            let id =
                clean(self.cursor.take_while(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'(')), unlabelled);
            self.cursor.skip_all();
            return (!id.is_empty()).then(|| MessageId::parsed(id));
        }
        loop {
            self.cursor.skip_cfws();
            match self.cursor.peek()? {
                b'<' => {
                    // `<<id>>` is one identifier.
                    self.cursor.take_while(|byte| byte == b'<');
                    let id = clean(self.cursor.take_while(|byte| !matches!(byte, b'<' | b'>')), unlabelled);
                    self.cursor.take_while(|byte| byte == b'>');
                    if !id.is_empty() {
                        return Some(MessageId::parsed(id));
                    }
                }
                b'"' => {
                    self.cursor.quoted_string();
                }
                _ => self.cursor.bump(),
            }
        }
    }
}
