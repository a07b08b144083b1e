//! Unstructured text and phrases (RFC 5322 sections 3.2.5 and 3.6.5, RFC 2047 section 5).

use alloc::{borrow::Cow, string::String, vec::Vec};

use super::{cursor::Cursor, encoded_word::encoded_word};
use crate::{
    charset::{Unlabelled, printable},
    value::has_control,
};

/// True for bytes that can stay as they are in decoded text: printable ASCII and tab.
const fn is_plain(byte: u8) -> bool {
    (byte >= b' ' && byte < 0x7f) || byte == b'\t'
}

/// The text of an unstructured field: unfolded, trimmed, encoded-words decoded.
///
/// Control characters, line ends above all, come out as blanks whether they stood in the field or in an encoded-word, so the
/// text cannot smuggle a field into another message. Bytes over 127 are read by `unlabelled`.
pub(crate) fn unstructured(body: &[u8], unlabelled: Unlabelled) -> Cow<'_, str> {
    untrimmed(body.trim_ascii(), unlabelled)
}

/// As [`unstructured`], with the blanks at both ends.
fn untrimmed(body: &[u8], unlabelled: Unlabelled) -> Cow<'_, str> {
    if find_pair(body, *b"=?").is_none() {
        if let Some(text) = printable(body) {
            return Cow::Borrowed(text);
        }
        if let Ok(text) = core::str::from_utf8(body)
            && !has_control(text)
        {
            return Cow::Borrowed(text);
        }
    }
    Cow::Owned(decode(body, unlabelled))
}

/// Text that is taken as it stands: unfolded, control characters made blanks, encoded-words left alone.
pub(crate) fn literal(raw: &[u8], unlabelled: Unlabelled) -> Cow<'_, str> {
    if let Some(text) = printable(raw) {
        return Cow::Borrowed(text);
    }
    match unlabelled.decode(raw) {
        Cow::Borrowed(text) if !has_control(text) => Cow::Borrowed(text),
        _ => {
            let mut out = String::with_capacity(raw.len());
            push_literal(&mut out, raw, unlabelled);
            Cow::Owned(out)
        }
    }
}

/// Where these two octets stand side by side.
fn find_pair(text: &[u8], [first, second]: [u8; 2]) -> Option<usize> {
    memchr::memchr_iter(first, text).find(|at| text.get(at + 1) == Some(&second))
}

/// Decodes text that is known to need it.
fn decode(body: &[u8], unlabelled: Unlabelled) -> String {
    let mut out = String::with_capacity(body.len());
    let mut words = Words { unlabelled, ..Words::default() };
    let mut at = 0;
    let mut literal = 0;
    while let Some(found) = body.get(at..).and_then(|rest| find_pair(rest, *b"=?")) {
        at += found;
        let Some(word) = body.get(at..).and_then(encoded_word) else {
            at += 2;
            continue;
        };
        let before = body.get(literal..at).unwrap_or_default();
        // Blanks between encoded-words are not text (section 6.2).
        if !(words.any && before.iter().all(u8::is_ascii_whitespace)) {
            words.flush(&mut out);
            push_literal(&mut out, before, unlabelled);
        }
        words.push(word.charset, &mut out, |bytes| word.decode_into(bytes));
        at += word.len;
        literal = at;
    }
    words.flush(&mut out);
    push_literal(&mut out, body.get(literal..).unwrap_or_default(), unlabelled);
    out
}

/// Adjacent encoded-words. Those of one charset are converted together, because senders cut characters in two; those of a
/// charset with shift states each on their own, because each begins in the first state (RFC 2047 section 3).
#[derive(Default)]
struct Words<'a> {
    charset: &'a [u8],
    bytes: Vec<u8>,
    any: bool,
    unlabelled: Unlabelled,
}

impl<'a> Words<'a> {
    fn push(&mut self, charset: &'a [u8], out: &mut String, decode: impl FnOnce(&mut Vec<u8>)) {
        if has_shifts(charset) || !self.charset.eq_ignore_ascii_case(charset) {
            self.convert(out);
        }
        self.charset = charset;
        self.any = true;
        decode(&mut self.bytes);
    }

    fn convert(&mut self, out: &mut String) {
        if !self.bytes.is_empty() {
            push_clean(out, &self.unlabelled.decode_labelled(self.charset, &self.bytes));
            self.bytes.clear();
        }
    }

    fn flush(&mut self, out: &mut String) {
        self.convert(out);
        self.any = false;
    }
}

/// True for the charsets of RFC 1468 and its like, by any of their names: csISO2022JP is another for ISO-2022-JP.
fn has_shifts(charset: &[u8]) -> bool {
    let begins = |start: &[u8]| charset.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start));
    begins(b"iso-2022-") || begins(b"csiso2022") || charset.eq_ignore_ascii_case(b"hz-gb-2312")
}

/// Appends text that stood in the field as it is: line ends before blanks go, other controls become blanks.
fn push_literal(out: &mut String, text: &[u8], unlabelled: Unlabelled) {
    for piece in crate::fields::unfold(text) {
        push_clean(out, &unlabelled.decode(piece));
    }
}

/// Appends, with every control character made a blank.
fn push_clean(out: &mut String, text: &str) {
    if text.bytes().all(is_plain) {
        out.push_str(text);
    } else {
        out.extend(text.chars().map(|c| if is_control(c) { ' ' } else { c }));
    }
}

fn is_control(c: char) -> bool {
    c != '\t' && is_value_control(c)
}

/// A phrase: atoms, quoted-strings and encoded-words, with comments and needless blanks dropped; those inside quotes are
/// part of the name (RFC 5322 section 3.2.4). Encoded-words are decoded inside quotes too, where they should not be but
/// often are.
pub(crate) fn phrase(raw: &[u8], unlabelled: Unlabelled) -> Cow<'_, str> {
    let raw = raw.trim_ascii();
    let special = |byte: u8| matches!(byte, b'"' | b'(' | b'\\' | b'=' | b'\t' | b'\r' | b'\n');
    let plain = |text: &[u8]| text.iter().fold(true, |plain, byte| plain & !special(*byte));
    if plain(raw) && find_pair(raw, *b"  ").is_none() {
        return clean_phrase(raw, unlabelled);
    }
    if let [b'"', inside @ .., b'"'] = raw
        && plain(inside)
    {
        return clean_phrase(inside, unlabelled);
    }
    Cow::Owned(resolved(raw, false, unlabelled))
}

/// What a comment says, as senders name people in them: its quoted pairs resolved, the comments inside and needless blanks
/// dropped, encoded-words decoded. It has no more of syntax: a quotation mark is text (RFC 5322 section 3.2.2).
pub(crate) fn comment(inside: &[u8], unlabelled: Unlabelled) -> Cow<'_, str> {
    if memchr::memchr2(b'"', b'\\', inside).is_none() {
        return phrase(inside, unlabelled);
    }
    Cow::Owned(resolved(inside, true, unlabelled))
}

/// The words of a phrase, or of a comment, with a blank between them.
fn resolved(raw: &[u8], in_comment: bool, unlabelled: Unlabelled) -> String {
    let mut text = Vec::with_capacity(raw.len());
    let mut cursor = Cursor::new(raw);
    loop {
        let before = cursor.at();
        cursor.skip_cfws();
        let next = cursor.peek();
        if cursor.at() > before && !text.is_empty() && next.is_some() {
            text.push(b' ');
        }
        match next {
            None => break,
            Some(b'"') if !in_comment => {
                let (inside, resolve) = cursor.quoted_string();
                text.extend_from_slice(&super::cursor::unquote(inside, resolve));
            }
            Some(b'\\') => {
                cursor.bump();
                if in_comment {
                    text.extend(cursor.peek());
                    cursor.bump();
                }
            }
            Some(_) => {
                let start = cursor.at();
                cursor.bump();
                cursor.take_while(|byte| {
                    !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'(' | b'\\') && (in_comment || byte != b'"')
                });
                text.extend_from_slice(cursor.slice(start..cursor.at()));
            }
        }
    }
    if find_pair(&text, *b"=?").is_none() && printable(&text).is_some() {
        return String::from_utf8(text).unwrap_or_default();
    }
    let decoded = untrimmed(&text, unlabelled).into_owned();
    if decoded.contains('\t') { decoded.replace('\t', " ") } else { decoded }
}

/// Text without anything to resolve, borrowed if it is clean.
fn clean_phrase(raw: &[u8], unlabelled: Unlabelled) -> Cow<'_, str> {
    if let Some(text) = printable(raw) {
        return Cow::Borrowed(text);
    }
    match untrimmed(raw, unlabelled) {
        Cow::Borrowed(text) if !text.contains(is_value_control) => Cow::Borrowed(text),
        text => Cow::Owned(text.replace(is_value_control, " ")),
    }
}

/// What a value may not hold.
pub(crate) fn is_value_control(c: char) -> bool {
    crate::value::is_control(c)
}
