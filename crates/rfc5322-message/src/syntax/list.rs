//! Fields of mailing lists (RFC 2369, RFC 2919, RFC 8058).

use alloc::borrow::Cow;

use super::{cursor::Cursor, text};
use crate::charset::{Unlabelled, printable};

/// An iterator over the URLs of a List- field, in the order of preference: what stands between angle brackets, blanks
/// inside removed.
#[derive(Debug, Clone)]
pub struct ListUrls<'a> {
    cursor: Cursor<'a>,
}

impl<'a> ListUrls<'a> {
    pub(crate) const fn reading(body: &'a [u8], unlabelled: Unlabelled) -> Self {
        Self { cursor: Cursor::reading(body, unlabelled) }
    }
}

impl<'a> Iterator for ListUrls<'a> {
    type Item = Cow<'a, str>;

    fn next(&mut self) -> Option<Cow<'a, str>> {
        loop {
            self.cursor.skip_cfws();
            if self.cursor.peek()? != b'<' {
                self.cursor.bump();
                continue;
            }
            self.cursor.bump();
            let url = self.cursor.until(b'>');
            self.cursor.bump();
            if let Some(url) = printable(url)
                && memchr::memchr(b' ', url.as_bytes()).is_none()
            {
                return Some(Cow::Borrowed(url));
            }
            let url = self.cursor.unlabelled().decode(url);
            let odd = |c: char| c.is_whitespace() || c.is_control();
            return Some(if url.contains(odd) { Cow::Owned(url.chars().filter(|c| !odd(*c)).collect()) } else { url });
        }
    }
}

/// List-ID: the identifier between the brackets, and the name before it (RFC 2919).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListId<'a> {
    /// The phrase before the identifier, decoded.
    pub name: Option<Cow<'a, str>>,
    /// The identifier: `list.example.org`.
    pub id: Cow<'a, str>,
}

pub(crate) fn list_id(body: &[u8], unlabelled: Unlabelled) -> Option<ListId<'_>> {
    let open = memchr::memrchr(b'<', body);
    let (name, id) = match open {
        Some(open) => (body.get(..open)?, body.get(open + 1..)?),
        None => (&body[..0], body),
    };
    let id = id.split(|byte| *byte == b'>').next()?.trim_ascii();
    let name = text::phrase(name, unlabelled);
    let mut id = text::phrase(id, unlabelled);
    // Blanks within the brackets are ignored (section 3).
    if open.is_some() && id.contains(char::is_whitespace) {
        id.to_mut().retain(|c| !c.is_whitespace());
    }
    Some(ListId { name: (!name.is_empty()).then_some(name), id }).filter(|list| !list.id.is_empty())
}
