//! Trace fields (RFC 5321 section 4.4, RFC 3848, RFC 8314).

use alloc::borrow::Cow;

use super::{cursor::Cursor, date};
use crate::{charset::Unlabelled, value::DateTime};

/// What a Received field says. Clauses are as they stand; any of them may be missing, and none is to be trusted that an own
/// server did not write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received<'a> {
    /// The name the client gave in EHLO.
    pub from: Option<Cow<'a, str>>,
    /// The comment after it: usually the name and address that the server saw.
    pub from_info: Option<Cow<'a, str>>,
    /// The server that wrote the field.
    pub by: Option<Cow<'a, str>>,
    /// The comment after it.
    pub by_info: Option<Cow<'a, str>>,
    /// The link: `TCP`, `UUCP`.
    pub via: Option<Cow<'a, str>>,
    /// The protocol: `ESMTPS`, `LMTP`.
    pub with: Option<Cow<'a, str>>,
    /// The comment after it, or before `id`: often the TLS version and cipher.
    pub with_info: Option<Cow<'a, str>>,
    /// The queue identifier, without angle brackets.
    pub id: Option<Cow<'a, str>>,
    /// The recipient, without angle brackets.
    pub for_recipient: Option<Cow<'a, str>>,
    /// The date after the last semicolon.
    pub date: Option<DateTime>,
}

impl Received<'_> {
    /// True if the protocol name says that TLS was used (RFC 3848: `ESMTPS`, `ESMTPSA`, `LMTPS`; RFC 6531: `UTF8SMTPS`).
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.with.as_deref().is_some_and(|with| {
            let with = with.trim_end_matches(['A', 'a']);
            with.ends_with("MTPS") || with.ends_with("mtps")
        })
    }
}

pub(crate) fn received(body: &[u8], unlabelled: Unlabelled) -> Received<'_> {
    let mut received = Received::default();
    let mut cursor = Cursor::new(body);
    let mut last: Option<Clause> = None;
    loop {
        cursor.skip_blanks();
        if cursor.peek() == Some(b'(') {
            cursor.skip_comment();
            let comment = cursor.take_comment().unwrap_or_default();
            // The first comment after a clause is the one that tells.
            if let Some(slot) = last.and_then(|clause| clause.info(&mut received)) {
                slot.get_or_insert_with(|| unlabelled.decode(comment.trim_ascii()));
            }
            continue;
        }
        match cursor.peek() {
            None => break,
            Some(b';') => {
                cursor.bump();
                received.date = date::date(cursor.rest());
                break;
            }
            Some(_) => {}
        }
        let word = atom(&mut cursor);
        let Some(clause) = Clause::of(word) else { continue };
        cursor.skip_cfws();
        if cursor.peek() == Some(b';') {
            continue;
        }
        let value = atom(&mut cursor);
        let value = value.strip_prefix(b"<").unwrap_or(value);
        let value = value.strip_suffix(b">").unwrap_or(value);
        clause.slot(&mut received).get_or_insert_with(|| unlabelled.decode(value));
        last = Some(clause);
    }
    received
}

/// Anything up to a blank, a comment or the semicolon.
fn atom<'a>(cursor: &mut Cursor<'a>) -> &'a [u8] {
    let start = cursor.at();
    if cursor.peek() == Some(b'"') {
        cursor.quoted_string();
    } else {
        cursor.take_while(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'(' | b';'));
    }
    cursor.slice(start..cursor.at())
}

#[derive(Debug, Clone, Copy)]
enum Clause {
    From,
    By,
    Via,
    With,
    Id,
    For,
}

impl Clause {
    fn of(word: &[u8]) -> Option<Self> {
        [
            ("from", Self::From),
            ("by", Self::By),
            ("via", Self::Via),
            ("with", Self::With),
            ("id", Self::Id),
            ("for", Self::For),
        ]
        .into_iter()
        .find(|(name, _)| word.eq_ignore_ascii_case(name.as_bytes()))
        .map(|(_, clause)| clause)
    }

    fn slot<'r, 'a>(self, received: &'r mut Received<'a>) -> &'r mut Option<Cow<'a, str>> {
        match self {
            Self::From => &mut received.from,
            Self::By => &mut received.by,
            Self::Via => &mut received.via,
            Self::With => &mut received.with,
            Self::Id => &mut received.id,
            Self::For => &mut received.for_recipient,
        }
    }

    const fn info<'r, 'a>(self, received: &'r mut Received<'a>) -> Option<&'r mut Option<Cow<'a, str>>> {
        match self {
            Self::From => Some(&mut received.from_info),
            Self::By => Some(&mut received.by_info),
            Self::With => Some(&mut received.with_info),
            Self::Via | Self::Id | Self::For => None,
        }
    }
}
