//! White space within a line: spaces and HTABs.

pub(super) const fn is_blank(octet: &u8) -> bool {
    matches!(octet, b' ' | b'\t')
}

pub(super) fn without_blanks_at_start(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = text {
        text = rest;
    }
    text
}

pub(super) fn without_blanks_at_end(mut text: &[u8]) -> &[u8] {
    while let [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}
