use alloc::vec::Vec;

use memchr::memchr;

use super::Canonicalization;
use super::blanks::{is_blank, without_blanks_at_end, without_blanks_at_start};

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
    let (name, value) = field.split_at(field.iter().position(|&octet| octet == b':').unwrap_or(field.len()));
    let start = out.len();
    out.extend_from_slice(without_blanks_at_end(name));
    out.get_mut(start..).unwrap_or_default().make_ascii_lowercase();
    let Some((_, mut rest)) = value.split_first() else { return };
    out.push(b':');
    let start = out.len();
    let mut put = |text: &[u8]| {
        if out.len() > start {
            out.push(b' ');
        }
        out.extend_from_slice(text);
    };
    while !rest.is_empty() {
        let (line, more) = split_line(rest);
        rest = more;
        let line = without_blanks_at_start(without_blanks_at_end(line));
        if has_single_spaces(line) {
            put(line);
        } else {
            line.split(is_blank).filter(|word| !word.is_empty()).for_each(&mut put);
        }
    }
}

/// The first line of a folded field, and what stands behind its CRLF.
fn split_line(text: &[u8]) -> (&[u8], &[u8]) {
    let mut looked_at = 0;
    while let Some(length) = text.get(looked_at..).and_then(|rest| memchr(b'\n', rest)) {
        looked_at += length + 1;
        if let Some((line, rest)) = text.split_at_checked(looked_at)
            && let Some(line) = line.strip_suffix(b"\r\n")
        {
            return (line, rest);
        }
    }
    (text, &[])
}

/// Whether all white space in a line is single spaces, as in nearly every line. All of it is looked at without a branch for
/// each octet, for that is faster.
fn has_single_spaces(line: &[u8]) -> bool {
    let behind = line.get(1..).unwrap_or_default();
    let pairs = line.iter().zip(behind);
    !line.is_empty()
        && !pairs.fold(false, |odd, (octet, next)| odd | (*octet == b'\t') | (*octet == b' ') & is_blank(next))
}
