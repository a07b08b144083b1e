//! Trace fields (RFC 5321 section 4.4, RFC 3848, RFC 8314).

use alloc::{borrow::Cow, string::String};
use core::ops::Range;

use super::{cursor::Cursor, date, text};
use crate::{charset::Unlabelled, value::DateTime};

/// What a Received field says. Clauses are as they stand, but unfolded and without control characters; any of them may be
/// missing, and none is to be trusted that an own server did not write.
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
    // Looked at once for all clauses: nearly every field is ASCII whose only control characters are those of folds.
    let is_plain = body.iter().fold(true, |plain, byte| {
        plain & ((*byte >= b' ') & (*byte < 0x7f) | (*byte == b'\t') | (*byte == b'\r') | (*byte == b'\n'))
    });
    let text = core::str::from_utf8(body).ok().filter(|_| is_plain);
    let plain = |range: Range<usize>| text.and_then(|text| text.get(range));
    let unfolded = |range: Range<usize>| match plain(range.clone()).and_then(without_folds) {
        Some(text) => text,
        None => text::literal(body.get(range).unwrap_or_default(), unlabelled),
    };
    let mut last: Option<Clause> = None;
    loop {
        cursor.skip_blanks();
        if cursor.peek() == Some(b'(') {
            cursor.skip_comment();
            let comment = cursor.take_comment_range().unwrap_or_default();
            // The first comment after a clause is the one that tells.
            if let Some(slot) = last.and_then(|clause| clause.info(&mut received)) {
                slot.get_or_insert_with(|| trimmed(unfolded(comment)));
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
        let Some(clause) = Clause::of(cursor.slice(word)) else { continue };
        cursor.skip_cfws();
        if cursor.peek() == Some(b';') {
            continue;
        }
        let may_be_folded = matches!(cursor.peek(), Some(b'"' | b'<'));
        let mut value = atom(&mut cursor);
        if cursor.slice(value.clone()).starts_with(b"<") {
            value.start += 1;
        }
        if cursor.slice(value.clone()).ends_with(b">") {
            value.end -= 1;
        }
        clause.slot(&mut received).get_or_insert_with(|| match plain(value.clone()) {
            Some(text) if !may_be_folded => Cow::Borrowed(text),
            _ => unfolded(value),
        });
        last = Some(clause);
    }
    received
}

/// Blanks, the beginning of a comment, and the semicolon.
const AFTER_ATOM: [bool; 256] = {
    let mut table = [false; 256];
    let octets = b" \t\r\n(;";
    let mut at = 0;
    while at < octets.len() {
        table[octets[at] as usize] = true;
        at += 1;
    }
    table
};

/// Anything up to one of them.
#[inline(always)]
fn atom(cursor: &mut Cursor<'_>) -> Range<usize> {
    let start = cursor.at();
    match cursor.peek() {
        Some(b'"') => _ = cursor.quoted_string(),
        Some(b'<') => path(cursor),
        _ => _ = cursor.take_while(in_atom),
    }
    start..cursor.at()
}

/// In angle brackets they may stand in a quoted local-part, if it comes to its end.
#[inline(never)]
fn path(cursor: &mut Cursor<'_>) {
    cursor.take_while(|byte| in_atom(byte) && byte != b'"');
    let mut quoted = cursor.clone();
    if cursor.peek() == Some(b'"') {
        quoted.quoted_string();
        if quoted.peek().is_some() {
            *cursor = quoted;
        }
    }
    cursor.take_while(in_atom);
}

fn in_atom(byte: u8) -> bool {
    !AFTER_ATOM[usize::from(byte)]
}

/// Text without its folds, if it has no other line ends.
fn without_folds(text: &str) -> Option<Cow<'_, str>> {
    let mut fold = memchr::memchr2(b'\r', b'\n', text.as_bytes());
    if fold.is_none() {
        return Some(Cow::Borrowed(text));
    }
    let (mut unfolded, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((line, end)) = fold.and_then(|at| rest.split_at_checked(at)) {
        unfolded.push_str(line);
        rest = end.strip_prefix("\r\n").filter(|rest| rest.starts_with([' ', '\t']))?;
        fold = memchr::memchr2(b'\r', b'\n', rest.as_bytes());
    }
    unfolded.push_str(rest);
    Some(Cow::Owned(unfolded))
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_ascii()),
        Cow::Owned(text) if text.trim_ascii().len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(String::from(text.trim_ascii())),
    }
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
        let mut lower = [0; 4];
        let lower = lower.get_mut(..word.len())?;
        lower.copy_from_slice(word);
        lower.make_ascii_lowercase();
        Some(match &*lower {
            b"from" => Self::From,
            b"by" => Self::By,
            b"via" => Self::Via,
            b"with" => Self::With,
            b"id" => Self::Id,
            b"for" => Self::For,
            _ => return None,
        })
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
