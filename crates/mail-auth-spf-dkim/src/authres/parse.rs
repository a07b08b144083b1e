use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::emit::is_token_octet;
use super::{AuthenticationResults, MethodResult, Property, is_keyword_octet};

/// Why a text is no body of an `Authentication-Results` field, and where. The fault is of whoever wrote the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("at octet {position}: {expected} expected")]
pub struct ParseError {
    /// The octet where reading stopped, counted from 0.
    pub position: usize,
    /// What should stand there.
    pub expected: &'static str,
}

/// How many results are read; no honest field has as many.
const MOST_RESULTS: usize = 200;

impl AuthenticationResults {
    /// Reads the body of a field: what stands behind the colon, raw or unfolded.
    ///
    /// ```
    /// use mail_auth_spf_dkim::authres::AuthenticationResults;
    ///
    /// let body = b" example.com 1; dkim = pass (good) reason=\"fine\" header.d=a.example; spf=none";
    /// let results = AuthenticationResults::parse(body).unwrap();
    /// assert_eq!(results.authserv_id(), "example.com");
    /// assert_eq!(results.results()[0].property("header", "d"), Some("a.example"));
    /// ```
    ///
    /// # Errors
    /// [`ParseError`] says what should stand where.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        let mut cursor = Cursor { text: body, at: 0 };
        cursor.skip_cfws()?;
        let authserv_id = super::with_a_labels(cursor.server_id()?);
        cursor.skip_cfws()?;
        let version = cursor.version()?;
        let mut parsed = Self { authserv_id, version, results: Vec::new() };
        loop {
            cursor.skip_cfws()?;
            if cursor.peek().is_none() {
                return Ok(parsed);
            }
            cursor.expect(b';', "a semicolon")?;
            cursor.skip_cfws()?;
            if cursor.peek().is_none() && !parsed.results.is_empty() {
                // Many a host ends its field with a semicolon.
                return Ok(parsed);
            }
            let method = cursor.keyword("a method")?;
            cursor.skip_cfws()?;
            if method == "none" && parsed.results.is_empty() && cursor.peek().is_none() {
                return Ok(parsed);
            }
            if parsed.results.len() >= MOST_RESULTS {
                return Err(cursor.fault("the end of the field"));
            }
            let result = cursor.method_result(method)?;
            parsed.results.push(result);
        }
    }

    /// Who a field claims to be by, be the rest of it what it may.
    pub(super) fn parse_claim(body: &[u8]) -> Result<Claim, ParseError> {
        let mut cursor = Cursor { text: body, at: 0 };
        cursor.skip_cfws()?;
        let authserv_id = cursor.server_id()?;
        cursor.skip_cfws()?;
        let version = cursor.version()?;
        if version.is_none() && !matches!(cursor.peek(), None | Some(b';')) {
            return Err(cursor.fault("a version or a semicolon"));
        }
        Ok(Claim { authserv_id, joined: Cursor { text: body, at: 0 }.joined()?, version })
    }
}

/// What stands in front of the results of a field.
pub(super) struct Claim {
    pub(super) authserv_id: String,
    /// All that stands there without blanks and comments, which some readers take out before they look for words.
    pub(super) joined: String,
    pub(super) version: Option<u32>,
}

/// The instance in front of the results of a link of ARC (RFC 8617 section 4.1.1), and what is behind its semicolon.
#[cfg(feature = "arc")]
pub(crate) fn split_instance(body: &[u8]) -> Result<(&[u8], &[u8]), ParseError> {
    let mut cursor = Cursor { text: body, at: 0 };
    cursor.skip_cfws()?;
    cursor.expect(b'i', "an instance")?;
    cursor.skip_cfws()?;
    cursor.expect(b'=', "an equals sign")?;
    cursor.skip_cfws()?;
    let start = cursor.at;
    cursor.take_while(|octet| octet.is_ascii_digit());
    let digits = start..cursor.at;
    cursor.skip_cfws()?;
    cursor.expect(b';', "a semicolon")?;
    Ok((body.get(digits).unwrap_or_default(), body.get(cursor.at..).unwrap_or_default()))
}

struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    const fn fault(&self, expected: &'static str) -> ParseError {
        ParseError { position: self.at, expected }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn expect(&mut self, octet: u8, what: &'static str) -> Result<(), ParseError> {
        if self.peek() != Some(octet) {
            return Err(self.fault(what));
        }
        self.at += 1;
        Ok(())
    }

    /// Skips blanks, line ends and comments, however deep.
    fn skip_cfws(&mut self) -> Result<(), ParseError> {
        let mut depth = 0_u32;
        while let Some(octet) = self.peek() {
            match octet {
                b'(' => depth = depth.saturating_add(1),
                b')' if depth > 0 => depth -= 1,
                b'\\' if depth > 0 => self.at += 1,
                b' ' | b'\t' | b'\r' | b'\n' => {}
                _ if depth > 0 => {}
                _ => return Ok(()),
            }
            self.at += 1;
        }
        if depth > 0 { Err(self.fault("the end of a comment")) } else { Ok(()) }
    }

    fn take_while(&mut self, allowed: impl Fn(u8) -> bool) -> &[u8] {
        let start = self.at;
        let rest = self.text.get(start..).unwrap_or_default();
        self.at += rest.iter().position(|octet| !allowed(*octet)).unwrap_or(rest.len());
        &self.text[start..self.at]
    }

    fn number(&mut self) -> Option<u32> {
        let digits = self.take_while(|octet| octet.is_ascii_digit());
        core::str::from_utf8(digits).ok()?.parse().ok()
    }

    /// The version of the format, if it is stated.
    fn version(&mut self) -> Result<Option<u32>, ParseError> {
        if !self.peek().is_some_and(|octet| octet.is_ascii_digit()) {
            return Ok(None);
        }
        self.number().map(Some).ok_or_else(|| self.fault("a version"))
    }

    fn keyword(&mut self, what: &'static str) -> Result<String, ParseError> {
        let word = String::from_utf8_lossy(self.take_while(is_keyword_octet)).to_ascii_lowercase();
        if word.is_empty() { Err(self.fault(what)) } else { Ok(word) }
    }

    fn server_id(&mut self) -> Result<String, ParseError> {
        self.value(|octet| is_token_octet(octet) || octet >= 0x80, "an authserv-id")
    }

    /// What stands in front of the next semicolon, without blanks, comments and quotes.
    fn joined(&mut self) -> Result<String, ParseError> {
        let mut octets = Vec::new();
        loop {
            self.skip_cfws()?;
            match self.peek() {
                None | Some(b';') => return Ok(String::from_utf8_lossy(&octets).into_owned()),
                Some(b'"') => octets.extend(self.quoted()?),
                Some(octet) => {
                    octets.push(octet);
                    self.at += 1;
                }
            }
        }
    }

    /// A quoted string, or the octets that `allowed` names.
    fn value(&mut self, allowed: impl Fn(u8) -> bool, what: &'static str) -> Result<String, ParseError> {
        let octets = if self.peek() == Some(b'"') { self.quoted()? } else { self.take_while(allowed).to_owned() };
        if octets.is_empty() && self.text.get(self.at.wrapping_sub(1)) != Some(&b'"') {
            return Err(self.fault(what));
        }
        Ok(String::from_utf8_lossy(&octets).into_owned())
    }

    fn quoted(&mut self) -> Result<Vec<u8>, ParseError> {
        self.at += 1;
        let mut octets = Vec::new();
        while let Some(octet) = self.peek() {
            self.at += 1;
            match octet {
                b'"' => return Ok(octets),
                b'\\' => {
                    octets.extend(self.peek());
                    self.at += 1;
                }
                // Folding.
                b'\r' | b'\n' => {}
                _ => octets.push(octet),
            }
        }
        Err(self.fault("the end of a quoted string"))
    }

    /// What stands behind the name of a method.
    fn method_result(&mut self, method: String) -> Result<MethodResult, ParseError> {
        let mut version = None;
        if self.peek() == Some(b'/') {
            self.at += 1;
            self.skip_cfws()?;
            version = Some(self.number().ok_or_else(|| self.fault("a version"))?);
            self.skip_cfws()?;
        }
        self.expect(b'=', "an equals sign")?;
        self.skip_cfws()?;
        let result = self.keyword("a result")?;
        let mut parsed = MethodResult { method, version, result, reason: None, comment: None, properties: Vec::new() };
        loop {
            self.skip_cfws()?;
            if matches!(self.peek(), None | Some(b';')) {
                return Ok(parsed);
            }
            let word = self.keyword("a property")?;
            self.skip_cfws()?;
            if word == "reason" && self.peek() == Some(b'=') {
                self.at += 1;
                self.skip_cfws()?;
                parsed.reason = Some(self.value(is_token_octet, "a reason")?);
                continue;
            }
            self.expect(b'.', "a dot")?;
            self.skip_cfws()?;
            let name = self.keyword("a property")?;
            self.skip_cfws()?;
            self.expect(b'=', "an equals sign")?;
            self.skip_cfws()?;
            let value = self.property_value()?;
            parsed.properties.push(Property { kind: word, name, value });
        }
    }

    /// A value, or an address or domain; lenient, since signatures in `header.b` hold slashes and equals signs. The quotes of
    /// a local-part are part of the address.
    fn property_value(&mut self) -> Result<String, ParseError> {
        let allowed = |octet: u8| !matches!(octet, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'(' | b'"');
        let start = self.at;
        let value = self.value(allowed, "a value")?;
        let written = self.text.get(start..self.at).unwrap_or_default();
        if self.peek() != Some(b'@') || !written.starts_with(b"\"") {
            return Ok(value);
        }
        let mut address: Vec<u8> = written.iter().copied().filter(|octet| !matches!(octet, b'\r' | b'\n')).collect();
        address.extend_from_slice(self.take_while(allowed));
        Ok(String::from_utf8_lossy(&address).into_owned())
    }
}
