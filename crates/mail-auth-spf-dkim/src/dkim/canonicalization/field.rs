use alloc::vec::Vec;

use memchr::{memchr, memchr3};

use super::Canonicalization;

/// Appends the canonical form of one field, with its CRLF, to `out` (RFC 6376 sections 3.4.1 and 3.4.2). `raw` is the whole
/// field with its folds; the line end may be missing, as that of the last field can.
pub fn canonicalize_field(canonicalization: Canonicalization, raw: &[u8], out: &mut Vec<u8>) {
    let field = raw.strip_suffix(b"\r\n").unwrap_or(raw);
    match canonicalization {
        Canonicalization::Simple => out.extend_from_slice(field),
        Canonicalization::Relaxed => relaxed(field, out),
    }
    out.extend_from_slice(b"\r\n");
}

fn relaxed(field: &[u8], out: &mut Vec<u8>) {
    let (name, value) = field.split_at(memchr(b':', field).unwrap_or(field.len()));
    let start = out.len();
    out.extend_from_slice(without_blanks_at_end(name));
    out.get_mut(start..).unwrap_or_default().make_ascii_lowercase();
    let Some((_, mut rest)) = value.split_first() else { return };
    out.push(b':');
    let start = out.len();
    while !rest.is_empty() {
        let blanks = blank_len(rest);
        if blanks > 0 {
            rest = rest.get(blanks..).unwrap_or_default();
            if !rest.is_empty() && out.len() > start {
                out.push(b' ');
            }
            continue;
        }
        // An octet that belongs to the text, and those behind it up to where a blank or fold may begin.
        let behind = rest.get(1..).unwrap_or_default();
        let text = 1 + memchr3(b' ', b'\t', b'\r', behind).unwrap_or(behind.len());
        let (word, more) = rest.split_at(text.min(rest.len()));
        out.extend_from_slice(word);
        rest = more;
    }
}

/// How many octets of white space and folds stand in front.
fn blank_len(octets: &[u8]) -> usize {
    let mut len = 0;
    loop {
        match octets.get(len..) {
            Some([b' ' | b'\t', ..]) => len += 1,
            Some([b'\r', b'\n', ..]) => len += 2,
            _ => return len,
        }
    }
}

fn without_blanks_at_end(name: &[u8]) -> &[u8] {
    let len = name.iter().rposition(|octet| !matches!(octet, b' ' | b'\t')).map_or(0, |last| last + 1);
    name.get(..len).unwrap_or_default()
}
