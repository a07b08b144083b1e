//! `xtext`: how a parameter's value carries characters that it may not contain, as `+` and two hexadecimal digits
//! (RFC 3461, section 4). The `AUTH=` parameter uses it (RFC 4954, section 5).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

/// Encodes text. Nothing is copied if nothing needs to be encoded.
///
/// ```
/// assert_eq!(smtp_proto::xtext::encode("e=mc2@example.com"), "e+3Dmc2@example.com");
/// ```
pub fn encode(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'+' && byte != b'=';
    if text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut encoded = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        if plain(byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "+{byte:02X}");
        }
    }
    Cow::Owned(encoded)
}

/// Decodes a value, or returns `None` if it is not `xtext` or does not hold UTF-8.
///
/// What was encoded may hold anything, CR and LF included: check it before it goes anywhere.
///
/// ```
/// assert_eq!(smtp_proto::xtext::decode("e+3Dmc2@example.com").unwrap(), "e=mc2@example.com");
/// assert_eq!(smtp_proto::xtext::decode("+3"), None);
/// ```
pub fn decode(value: &str) -> Option<Cow<'_, str>> {
    if !value.contains('+') {
        return value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'=').then_some(Cow::Borrowed(value));
    }
    let mut decoded = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'+' => {
                let [high, low, after @ ..] = rest else { return None };
                // The digits are upper case: one text has one encoding.
                let digit = |byte: u8| (!byte.is_ascii_lowercase()).then(|| char::from(byte).to_digit(16)).flatten();
                decoded.push((digit(*high)? * 16 + digit(*low)?) as u8);
                rest = after;
            }
            b'!'..=b'<' | b'>'..=b'~' => decoded.push(byte),
            _ => return None,
        }
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}
