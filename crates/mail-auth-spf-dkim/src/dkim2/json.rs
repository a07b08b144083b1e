//! The JSON of recipes (RFC 8259): as much of it as they have, read without recursion.

use alloc::string::String;
use alloc::vec::Vec;

/// The text is not what was expected there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unexpected;

/// How deep values may nest that nobody reads.
const DEEPEST: usize = 32;

/// A text that is read from the front.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(octets: &'a [u8]) -> Result<Self, Unexpected> {
        core::str::from_utf8(octets).map(|text| Self { text, at: 0 }).map_err(|_| Unexpected)
    }

    /// The next octet that is no white space, not taken.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        self.at += rest.iter().take_while(|octet| matches!(octet, b' ' | b'\t' | b'\r' | b'\n')).count();
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes this octet.
    pub(super) fn expect(&mut self, octet: u8) -> Result<(), Unexpected> {
        if self.take(octet) { Ok(()) } else { Err(Unexpected) }
    }

    /// Takes this octet if it is the next.
    pub(super) fn take(&mut self, octet: u8) -> bool {
        let found = self.peek() == Some(octet);
        self.at += usize::from(found);
        found
    }

    /// Nothing follows.
    pub(super) fn end(&mut self) -> Result<(), Unexpected> {
        if self.peek().is_none() { Ok(()) } else { Err(Unexpected) }
    }

    /// Reads an array, each item by `item`.
    pub(super) fn array(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<(), Unexpected>,
    ) -> Result<(), Unexpected> {
        self.expect(b'[')?;
        if self.take(b']') {
            return Ok(());
        }
        loop {
            item(self)?;
            if !self.take(b',') {
                return self.expect(b']');
            }
        }
    }

    /// Reads an object, each value by `member`, which gets the key. Keys of recipes count without regard to case, so
    /// they are in lower case.
    pub(super) fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, String) -> Result<(), Unexpected>,
    ) -> Result<(), Unexpected> {
        self.expect(b'{')?;
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            let key = self.string()?.to_ascii_lowercase();
            self.expect(b':')?;
            member(self, key)?;
            if !self.take(b',') {
                return self.expect(b'}');
            }
        }
    }

    /// Reads `null`.
    pub(super) fn null(&mut self) -> Result<(), Unexpected> {
        self.peek();
        let found = self.text.get(self.at..).is_some_and(|rest| rest.starts_with("null"));
        self.at += if found { 4 } else { 0 };
        if found { Ok(()) } else { Err(Unexpected) }
    }

    /// Reads a whole number without sign, fraction or exponent.
    pub(super) fn number(&mut self) -> Result<u64, Unexpected> {
        self.peek();
        let rest = self.text.get(self.at..).ok_or(Unexpected)?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number = rest.get(..digits).filter(|digits| *digits == "0" || !digits.starts_with('0'));
        self.at += digits;
        number.and_then(|number| number.parse().ok()).ok_or(Unexpected)
    }

    /// Reads a string.
    pub(super) fn string(&mut self) -> Result<String, Unexpected> {
        self.expect(b'"')?;
        let mut string = String::new();
        loop {
            let rest = self.text.get(self.at..).ok_or(Unexpected)?;
            let plain = rest.bytes().take_while(|octet| !matches!(octet, b'"' | b'\\' | 0..=0x1f)).count();
            string.push_str(rest.get(..plain).ok_or(Unexpected)?);
            self.at += plain + 1;
            match rest.as_bytes().get(plain) {
                Some(b'"') => return Ok(string),
                Some(b'\\') => string.push(self.escaped()?),
                _ => return Err(Unexpected),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, Unexpected> {
        let octet = self.text.as_bytes().get(self.at).ok_or(Unexpected)?;
        self.at += 1;
        Ok(match octet {
            b'"' | b'\\' | b'/' => char::from(*octet),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.code_unit()?;
                if !(0xd800..0xdc00).contains(&first) {
                    return char::from_u32(first).ok_or(Unexpected);
                }
                let second = self.text.get(self.at..).is_some_and(|rest| rest.starts_with("\\u"));
                self.at += 2;
                let second = if second { self.code_unit()? } else { return Err(Unexpected) };
                let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400).ok_or(Unexpected)?;
                char::from_u32(0x10000 + ((first - 0xd800) << 10) + low).ok_or(Unexpected)?
            }
            _ => return Err(Unexpected),
        })
    }

    fn code_unit(&mut self) -> Result<u32, Unexpected> {
        let digits = self.text.get(self.at..self.at + 4).ok_or(Unexpected)?;
        self.at += 4;
        let digits = Some(digits).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).ok_or(Unexpected)
    }

    /// Passes over a value of any kind. What is in it is not looked at closely.
    pub(super) fn skip(&mut self) -> Result<(), Unexpected> {
        let mut open = Vec::new();
        loop {
            match self.peek().ok_or(Unexpected)? {
                b'"' => drop(self.string()?),
                octet @ (b'{' | b'[') if open.len() < DEEPEST => {
                    self.at += 1;
                    open.push(octet + 2);
                    continue;
                }
                octet @ (b'}' | b']') => {
                    self.at += 1;
                    if open.pop() != Some(octet) {
                        return Err(Unexpected);
                    }
                }
                b',' | b':' if !open.is_empty() => {
                    self.at += 1;
                    continue;
                }
                octet if octet.is_ascii_alphanumeric() || octet == b'-' => {
                    let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
                    let word = |octet: &&u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'+' | b'.');
                    self.at += rest.iter().take_while(word).count();
                }
                _ => return Err(Unexpected),
            }
            if open.is_empty() {
                return Ok(());
            }
        }
    }
}
