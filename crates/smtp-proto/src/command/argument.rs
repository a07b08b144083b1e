use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroize;

use crate::capabilities::is_mechanism_name;
use crate::syntax::SyntaxError;

/// Free text behind a verb: what VRFY, EXPN, HELP and NOOP carry. Printable ASCII, not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument<'a>(Cow<'a, str>);

impl<'a> Argument<'a> {
    /// Checks an argument.
    ///
    /// # Errors
    ///
    /// [`SyntaxError::MissingArgument`] for none, [`SyntaxError::Character`] for one that is not printable ASCII.
    pub fn parse(text: &'a str) -> Result<Self, SyntaxError> {
        let text = text.trim_matches([' ', '\t']);
        if text.is_empty() {
            return Err(SyntaxError::MissingArgument);
        }
        if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(SyntaxError::Character);
        }
        Ok(Self(Cow::Borrowed(text)))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same, independent of what it was parsed from.
    pub fn into_owned(self) -> Argument<'static> {
        Argument(Cow::Owned(self.0.into_owned()))
    }
}

impl fmt::Display for Argument<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a SASL mechanism: up to twenty letters, digits, hyphens and underscores (RFC 4422, section 3.1).
/// Names are equal whatever their case.
#[derive(Clone, Debug)]
pub struct Mechanism<'a>(Cow<'a, str>);

impl<'a> Mechanism<'a> {
    /// Checks a name.
    ///
    /// # Errors
    ///
    /// [`SyntaxError::Mechanism`].
    pub fn parse(name: &'a str) -> Result<Self, SyntaxError> {
        if is_mechanism_name(name) { Ok(Self(Cow::Borrowed(name))) } else { Err(SyntaxError::Mechanism) }
    }

    /// The name, as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same, independent of what it was parsed from.
    pub fn into_owned(self) -> Mechanism<'static> {
        Mechanism(Cow::Owned(self.0.into_owned()))
    }
}

impl PartialEq for Mechanism<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Mechanism<'_> {}

impl PartialEq<str> for Mechanism<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other)
    }
}

impl PartialEq<&str> for Mechanism<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.0.eq_ignore_ascii_case(other)
    }
}

impl fmt::Display for Mechanism<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The initial response of an AUTH command, in base64, or `=` for an empty one (RFC 4954, section 4).
///
/// It may hold a password: `Debug` does not show it, and memory of its own is overwritten when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct InitialResponse<'a>(Cow<'a, str>);

impl<'a> InitialResponse<'a> {
    /// Encodes a response.
    pub fn encode(response: &[u8]) -> InitialResponse<'static> {
        if response.is_empty() {
            return InitialResponse(Cow::Borrowed("="));
        }
        InitialResponse(Cow::Owned(STANDARD.encode(response)))
    }

    /// Checks what stands behind the mechanism's name.
    ///
    /// # Errors
    ///
    /// [`SyntaxError::Base64`]. The text is checked for its characters only; [`decode`](Self::decode) does the
    /// rest.
    pub fn parse(text: &'a str) -> Result<Self, SyntaxError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
        if text.is_empty() || !text.bytes().all(allowed) {
            return Err(SyntaxError::Base64);
        }
        Ok(Self(Cow::Borrowed(text)))
    }

    /// Appends the response itself to `response`.
    ///
    /// # Errors
    ///
    /// [`SyntaxError::Base64`]; `response` is then as it was.
    pub fn decode(&self, response: &mut Vec<u8>) -> Result<(), SyntaxError> {
        if self.0 == "=" {
            return Ok(());
        }
        let before = response.len();
        STANDARD.decode_vec(self.0.as_bytes(), response).map_err(|_| {
            response[before..].zeroize();
            response.truncate(before);
            SyntaxError::Base64
        })
    }

    /// The text, as it goes over the wire. It is as secret as the response.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The same, independent of what it was parsed from.
    pub fn into_owned(mut self) -> InitialResponse<'static> {
        let text = match &mut self.0 {
            Cow::Borrowed(text) => String::from(*text),
            Cow::Owned(text) => core::mem::take(text),
        };
        InitialResponse(Cow::Owned(text))
    }
}

impl Drop for InitialResponse<'_> {
    fn drop(&mut self) {
        if let Cow::Owned(text) = &mut self.0 {
            text.zeroize();
        }
    }
}

impl fmt::Debug for InitialResponse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InitialResponse(…)")
    }
}
