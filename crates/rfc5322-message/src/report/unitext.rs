//! Addresses in UTF-8 where only ASCII can pass: `\x{F6}` (RFC 6533 section 3).

use alloc::string::String;
use core::fmt::Write as _;

/// The text that is meant. What is no escape of a character stays as it is.
pub(super) fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\x{") {
        out.push_str(before);
        let escape = after.split_once('}').and_then(|(point, after)| Some((character(point)?, after)));
        rest = match escape {
            Some((character, after)) => {
                out.push(character);
                after
            }
            None => {
                out.push_str("\\x{");
                after
            }
        };
    }
    out.push_str(rest);
    out
}

/// Two to six digits. Control characters stay escaped, so that no address can end a field.
fn character(point: &str) -> Option<char> {
    let digits = (2..=6).contains(&point.len()) && point.bytes().all(|byte| byte.is_ascii_hexdigit());
    let character = char::from_u32(u32::from_str_radix(point, 16).ok()?)?;
    (digits && !crate::syntax::text::is_value_control(character)).then_some(character)
}

/// The form that is safe everywhere, `utf-8-addr-xtext`.
pub(crate) fn encode(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for character in address.chars() {
        if character.is_ascii_graphic() && !matches!(character, '\\' | '+' | '=') {
            out.push(character);
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "\\x{{{:02X}}}", u32::from(character));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for text in ["j\u{f6}@x", "a b=c+d\\e@x", "\u{1f600}@x", "\\x{", "\\x{zz}", "\\x{}", "plain@x"] {
            assert_eq!(decode(&encode(text)), text);
        }
        assert_eq!(encode("\u{44d}\u{442} +\u{fc}"), "\\x{44D}\\x{442}\\x{20}\\x{2B}\\x{FC}");
    }

    #[test]
    fn what_is_no_escape_stays() {
        for text in ["\\x{0A}", "\\x{D800}", "\\x{110000}", "\\x{0000041}", "\\x{41", "\\x41}", "\\x{+1}"] {
            assert_eq!(decode(text), text);
        }
    }
}
