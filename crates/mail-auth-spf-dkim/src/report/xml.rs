//! As much XML as reports need: elements and text. Declarations of entities are refused; of attributes, none but
//! namespaces are looked at.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

/// Why a text is no XML that a report could be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("at octet {position}: {problem}")]
pub struct InvalidXml {
    /// Where reading stopped, counted from 0.
    pub position: usize,
    /// What is wrong there.
    pub problem: &'static str,
}

/// What comes next in a document.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// The name as it is written, with its prefix.
    Start(&'a str),
    /// Its references are not resolved yet: see [`append_text`].
    Text(&'a str),
    /// Text that has no references.
    Data(&'a str),
    End,
}

/// Goes through a document, token by token, and to its end only if it is whole: one element that holds all others, each
/// closed by a tag of its own name.
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    /// The names of the elements that have no end yet.
    open: Vec<&'a str>,
    /// The last start tag was empty: its end comes next.
    empty: bool,
    /// The element that holds all others has begun.
    rooted: bool,
    /// What stands behind the name in the last start tag.
    attributes: &'a str,
}

/// White space between tags.
const WHITE: [char; 4] = [' ', '\t', '\r', '\n'];

impl<'a> Tokens<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0, open: Vec::new(), empty: false, rooted: false, attributes: "" }
    }

    /// How many elements lie around what was read last, a start tag's own included.
    pub(super) const fn depth(&self) -> usize {
        self.open.len()
    }

    /// The namespace of names with this prefix, or of those with none, that the last start tag declares.
    pub(super) fn namespace(&self, prefix: &str) -> Option<&'a str> {
        let mut rest = self.attributes;
        loop {
            let (name, value) = rest.split_once('=')?;
            let value = value.trim_start_matches(WHITE);
            let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            let (value, behind) = value.get(1..)?.split_once(quote)?;
            let declared = match name.trim_matches(WHITE) {
                "xmlns" => Some(""),
                name => name.strip_prefix("xmlns:"),
            };
            if declared == Some(prefix) {
                return Some(value);
            }
            rest = behind;
        }
    }

    const fn fault(&self, problem: &'static str) -> InvalidXml {
        InvalidXml { position: self.at, problem }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Takes what lies between an opening of this length and `close`.
    fn enclosed(&mut self, open: usize, close: &str) -> Result<&'a str, InvalidXml> {
        let inner = self.rest().get(open..).unwrap_or_default();
        let length = memchr::memmem::find(inner.as_bytes(), close.as_bytes()).ok_or(self.fault("this has no end"))?;
        self.at += open + length + close.len();
        Ok(inner.get(..length).unwrap_or_default())
    }

    pub(super) fn next(&mut self) -> Result<Option<Token<'a>>, InvalidXml> {
        if core::mem::take(&mut self.empty) {
            self.open.pop();
            return Ok(Some(Token::End));
        }
        loop {
            let rest = self.rest();
            let outside = self.open.is_empty();
            if rest.is_empty() {
                return match (outside, self.rooted) {
                    (false, _) => Err(self.fault("an element has no end")),
                    (true, false) => Err(self.fault("there is no element")),
                    (true, true) => Ok(None),
                };
            }
            if !rest.starts_with('<') {
                let text = &rest[..memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len())];
                // A document may begin with a byte order mark.
                let mark = if self.at == 0 { "\u{feff}" } else { "" };
                if outside && !text.strip_prefix(mark).unwrap_or(text).trim_matches(WHITE).is_empty() {
                    return Err(self.fault("there is text outside of the element that holds all others"));
                }
                self.at += text.len();
                if outside {
                    continue;
                }
                return Ok(Some(Token::Text(text)));
            }
            if rest.starts_with("<!--") {
                self.enclosed(4, "-->")?;
            } else if rest.starts_with("<![CDATA[") && !outside {
                return self.enclosed(9, "]]>").map(|data| Some(Token::Data(data)));
            } else if rest.starts_with("<?") {
                self.enclosed(2, "?>")?;
            } else if rest.starts_with("<!") {
                return Err(self.fault("document types are not read"));
            } else if rest.starts_with("</") {
                let fault = self.fault("this end tag is not of the element that is open");
                let name = self.enclosed(2, ">")?.trim_end_matches(WHITE);
                return if self.open.pop() == Some(name) { Ok(Some(Token::End)) } else { Err(fault) };
            } else {
                return self.start().map(Some);
            }
        }
    }

    /// A start tag. A `>` inside the value of an attribute does not end it.
    fn start(&mut self) -> Result<Token<'a>, InvalidXml> {
        let rest = self.rest();
        let mut quote = None;
        let end = rest.bytes().position(|octet| match (quote, octet) {
            (None, b'>') => true,
            (None, b'"' | b'\'') => {
                quote = Some(octet);
                false
            }
            (Some(open), octet) if open == octet => {
                quote = None;
                false
            }
            _ => false,
        });
        let end = end.ok_or(self.fault("this tag has no end"))?;
        let tag = rest.get(1..end).unwrap_or_default();
        if tag.contains('<') {
            return Err(self.fault("this tag has no end"));
        }
        if self.rooted && self.open.is_empty() {
            return Err(self.fault("there is a second element beside the one that holds all others"));
        }
        let inner = tag.strip_suffix('/');
        let named = inner.unwrap_or(tag);
        let (name, attributes) = named.split_once(WHITE).unwrap_or((named, ""));
        if !is_name(name) {
            return Err(self.fault("this tag has no name"));
        }
        self.attributes = attributes;
        self.empty = inner.is_some();
        self.rooted = true;
        self.open.push(name);
        self.at += end + 1;
        Ok(Token::Start(name))
    }
}

fn is_name(name: &str) -> bool {
    let first = |c: char| !c.is_ascii() || c.is_ascii_alphabetic() || matches!(c, '_' | ':');
    name.starts_with(first) && name.chars().all(|c| first(c) || c.is_ascii_digit() || matches!(c, '-' | '.'))
}

/// Appends text with its references resolved; those to what is unknown, or to what XML cannot hold, stay as they are.
pub(super) fn append_text(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        // No further than the next ampersand: a text may be all ampersands.
        let length = after.bytes().take_while(|octet| octet.is_ascii_alphanumeric() || *octet == b'#').count();
        let (name, behind) = after.split_at(length);
        if let (Some(character), Some(behind)) = (referred(name), behind.strip_prefix(';')) {
            out.push(character);
            rest = behind;
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
}

/// The character that a reference stands for.
fn referred(name: &str) -> Option<char> {
    let (digits, radix) = match name {
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "amp" => return Some('&'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => match name.strip_prefix('#')?.strip_prefix(['x', 'X']) {
            Some(digits) => (digits, 16),
            None => (&name[1..], 10),
        },
    };
    u32::from_str_radix(digits, radix).ok().and_then(char::from_u32).filter(|c| is_held(*c))
}

/// Whether XML can hold a character (XML 1.0 section 2.2).
pub(super) const fn is_held(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// A text as the content of an element. Characters that XML cannot hold are left out.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '&' => f.write_str("&amp;")?,
                // Standing for itself it counts as a line feed.
                '\r' => f.write_str("&#13;")?,
                _ if is_held(character) => f.write_char(character)?,
                _ => {}
            }
        }
        Ok(())
    }
}
