//! A place in a field's body, and the tokens that can stand there (RFC 5322 section 3.2).

use alloc::{borrow::Cow, vec::Vec};
use core::ops::Range;

use memchr::{memchr, memchr3};

use crate::{charset::Unlabelled, value::is_atext};

/// What a MIME token is made of (RFC 2045 section 5.1), in any charset.
const TOKEN: [bool; 256] = {
    let mut table = [true; 256];
    let mut control = 0;
    while control <= b' ' as usize {
        table[control] = false;
        control += 1;
    }
    table[0x7f] = false;
    let specials = b"()<>@,;:\\\"/[]?=";
    let mut at = 0;
    while at < specials.len() {
        table[specials[at] as usize] = false;
        at += 1;
    }
    table
};

#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
    /// The inside of the last comment that was stepped over.
    comment: Option<Range<usize>>,
    /// How the text is read where it is not ASCII.
    unlabelled: Unlabelled,
}

impl<'a> Cursor<'a> {
    /// At the beginning of `text`, read by the default policy.
    pub(crate) const fn new(text: &'a [u8]) -> Self {
        Self::reading(text, Unlabelled::Windows1252)
    }

    pub(crate) const fn reading(text: &'a [u8], unlabelled: Unlabelled) -> Self {
        Self { text, at: 0, comment: None, unlabelled }
    }

    pub(crate) const fn unlabelled(&self) -> Unlabelled {
        self.unlabelled
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn slice(&self, range: Range<usize>) -> &'a [u8] {
        self.text.get(range).unwrap_or_default()
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn bump(&mut self) {
        if self.at < self.text.len() {
            self.at += 1;
        }
    }

    /// Moves on to a place, if it lies ahead.
    pub(crate) fn skip_to(&mut self, at: usize) {
        self.at = self.at.max(at.min(self.text.len()));
    }

    pub(crate) fn skip_all(&mut self) {
        self.at = self.text.len();
    }

    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let eaten = self.peek() == Some(byte);
        if eaten {
            self.at += 1;
        }
        eaten
    }

    pub(crate) fn take_while(&mut self, is: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let len = rest.iter().position(|byte| !is(*byte)).unwrap_or(rest.len());
        self.at += len;
        rest.get(..len).unwrap_or_default()
    }

    /// Everything before the next `byte`, or before the end.
    pub(crate) fn until(&mut self, byte: u8) -> &'a [u8] {
        let rest = self.rest();
        let len = memchr(byte, rest).unwrap_or(rest.len());
        self.at += len;
        rest.get(..len).unwrap_or_default()
    }

    /// The last comment since this was last called.
    pub(crate) fn take_comment(&mut self) -> Option<&'a [u8]> {
        self.comment.take().map(|range| self.slice(range))
    }

    /// Where the inside of that comment is.
    pub(crate) const fn take_comment_range(&mut self) -> Option<Range<usize>> {
        self.comment.take()
    }

    /// CFWS: blanks, line ends and comments, however deeply nested (section 3.2.2). An unclosed comment reaches to the end.
    pub(crate) fn skip_cfws(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
                Some(b'(') => self.skip_comment(),
                _ => return,
            }
        }
    }

    /// Blanks and line ends alone.
    pub(crate) fn skip_blanks(&mut self) {
        self.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    }

    /// One comment, which is here.
    pub(crate) fn skip_comment(&mut self) {
        let start = self.at + 1;
        let mut depth = 0usize;
        while let Some(skipped) = memchr3(b'(', b')', b'\\', self.rest()) {
            self.at += skipped;
            let byte = self.peek();
            self.at += 1;
            match byte {
                Some(b'(') => depth += 1,
                Some(b')') => {
                    depth -= 1;
                    if depth == 0 {
                        self.comment = Some(start..self.at - 1);
                        return;
                    }
                }
                _ => self.bump(),
            }
        }
        self.skip_all();
        self.comment = Some(start.min(self.at)..self.at);
    }

    /// A quoted-string from its opening quote (section 3.2.4): the inside as it stands, and whether there is anything in it to
    /// resolve. An unclosed one reaches to the end.
    pub(crate) fn quoted_string(&mut self) -> (&'a [u8], bool) {
        self.bump();
        let start = self.at;
        let mut raw = false;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    let inside = self.slice(start..self.at);
                    self.at += 1;
                    return (inside, raw);
                }
                b'\\' => {
                    raw = true;
                    self.at += 1;
                    self.bump();
                }
                b'\r' | b'\n' => {
                    raw = true;
                    self.at += 1;
                }
                _ => self.at += 1,
            }
        }
        (self.slice(start..self.at), raw)
    }

    /// A MIME token (RFC 2045 section 5.1), in any charset.
    pub(crate) fn token(&mut self) -> &'a [u8] {
        self.take_while(|byte| TOKEN[usize::from(byte)])
    }

    /// Atoms and dots.
    pub(crate) fn dot_atom(&mut self) -> &'a [u8] {
        self.take_while(|byte| is_atext(byte) || byte == b'.')
    }
}

/// Resolves backslashes and drops line ends in the inside of a quoted-string.
pub(crate) fn unquote(inside: &[u8], raw: bool) -> Cow<'_, [u8]> {
    if !raw {
        return Cow::Borrowed(inside);
    }
    let mut text = Vec::with_capacity(inside.len());
    let mut bytes = inside.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'\\' => text.extend(bytes.next()),
            b'\r' | b'\n' => {}
            byte => text.push(byte),
        }
    }
    Cow::Owned(text)
}
