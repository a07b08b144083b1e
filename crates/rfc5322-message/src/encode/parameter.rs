//! Parameters of Content-Type and Content-Disposition (RFC 2045 section 5.1, RFC 2231).

use alloc::{format, string::String, vec::Vec};

use super::{Folder, encoded_word::has_encoded_word};

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Writes `; name=value`: as a token or a quoted string where that says it all, in the charset-marked form where it is not
/// ASCII, and in numbered pieces where it would pass the end of a line. No character is cut in two.
pub(crate) fn write_parameter(folder: &mut Folder<'_>, name: &str, value: &str) {
    let room = Folder::fresh_room();
    let is_ascii = value.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    folder.cling(b";");
    // An apostrophe or a per cent sign outside quotes is taken for the marked form's by some.
    if is_ascii && !value.is_empty() && value.bytes().all(is_attribute_char) && name.len() + 1 + value.len() < room {
        return folder.spaced(1, &[name.as_bytes(), b"=", value.as_bytes()]);
    }
    // Encoded-words are not allowed in a quoted string but decoded there by many, and blanks at its ends are taken off by
    // others: such values are marked.
    let is_ascii = is_ascii && !has_encoded_word(value) && value.trim_matches(' ').len() == value.len();
    if is_ascii {
        let escaped;
        let inside = if value.contains(['"', '\\']) {
            escaped = quoted(value);
            &escaped
        } else {
            value
        };
        if name.len() + 3 + inside.len() < room {
            return folder.spaced(1, &[name.as_bytes(), b"=\"", inside.as_bytes(), b"\""]);
        }
    } else {
        let length: usize = value.bytes().map(|byte| if is_attribute_char(byte) { 1 } else { 3 }).sum();
        if name.len() + "*=utf-8'';".len() + length < room {
            let mut text = format!("{name}*=utf-8''").into_bytes();
            value.bytes().for_each(|byte| percent(byte, &mut text));
            return folder.token(&text);
        }
    }
    write_pieces(folder, name, value, is_ascii, room);
}

/// Continuations (RFC 2231 section 3): `name*0="…"; name*1="…"`, or `name*0*=utf-8''…; name*1*=…`.
fn write_pieces(folder: &mut Folder<'_>, name: &str, value: &str, is_ascii: bool, room: usize) {
    let mut piece = Vec::new();
    let mut number = 0;
    let begin = |number: usize, piece: &mut Vec<u8>| {
        piece.clear();
        piece.extend_from_slice(
            match (is_ascii, number) {
                (true, _) => format!("{name}*{number}=\""),
                (false, 0) => format!("{name}*0*=utf-8''"),
                (false, _) => format!("{name}*{number}*="),
            }
            .as_bytes(),
        );
    };
    let close: &[u8] = if is_ascii { b"\"" } else { b"" };
    begin(0, &mut piece);
    for character in value.chars() {
        let mut bytes = [0; 4];
        let mut written = [0; 12];
        let mut length = 0;
        let mut put = |byte: u8| {
            if let Some(place) = written.get_mut(length) {
                *place = byte;
                length += 1;
            }
        };
        for byte in character.encode_utf8(&mut bytes).bytes() {
            match byte {
                b'"' | b'\\' if is_ascii => {
                    put(b'\\');
                    put(byte);
                }
                byte if is_ascii || is_attribute_char(byte) => put(byte),
                byte => {
                    put(b'%');
                    put(HEX[usize::from(byte >> 4)]);
                    put(HEX[usize::from(byte & 15)]);
                }
            }
        }
        let character = written.get(..length).unwrap_or_default();
        // Room for the closing quote and the semicolon.
        if piece.len() + character.len() + 2 > room {
            piece.extend_from_slice(close);
            folder.token(&piece);
            folder.cling(b";");
            number += 1;
            begin(number, &mut piece);
        }
        piece.extend_from_slice(character);
    }
    piece.extend_from_slice(close);
    folder.token(&piece);
}

/// The inside of a quoted string.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted
}

fn percent(byte: u8, out: &mut Vec<u8>) {
    if is_attribute_char(byte) {
        out.push(byte);
    } else {
        out.extend_from_slice(&[b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
    }
}

/// token (RFC 2045 section 5.1).
pub(crate) const fn is_token(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(
            byte,
            b'(' | b')' | b'<' | b'>' | b'@' | b',' | b';' | b':' | b'\\' | b'"' | b'/' | b'[' | b']' | b'?' | b'='
        )
}

/// attribute-char (RFC 2231 section 7).
const fn is_attribute_char(byte: u8) -> bool {
    is_token(byte) && !matches!(byte, b'*' | b'\'' | b'%')
}
