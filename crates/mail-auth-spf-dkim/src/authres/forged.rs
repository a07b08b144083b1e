use alloc::vec::Vec;
use core::ops::Range;

use rfc5322_message::fields::{Fields, HeaderEnd, RawField};

use super::{AuthenticationResults, FIELD_NAME, same_server};

/// The byte ranges of the `Authentication-Results` fields in `message` that claim to be by the host known as
/// `authserv_id`, in order (RFC 8601 section 5).
///
/// `message` may be a whole message or its header. A field whose authserv-id cannot be read is among them, and one of a
/// version that is unknown, for others may read it otherwise; so are fields and lines in which a CR stands alone with such
/// a field behind it, and blanks at the very beginning, which would continue the results that are put in front. Those
/// behind a line that is no field are searched too, up to the empty line.
///
/// All ranges are of the message as it is, so that cutting one does not move another: cut them in one pass, as
/// [`without`] does.
pub fn forged(message: &[u8], authserv_id: &str) -> Vec<Range<usize>> {
    let is_forged = |field: RawField<'_>| {
        field.is(FIELD_NAME)
            && match AuthenticationResults::parse_claim(field.body()) {
                Ok((found, version)) => version.is_some_and(|version| version != 1) || same_server(&found, authserv_id),
                Err(_) => true,
            }
    };
    let hides_forged = |text: &[u8]| {
        let mut behind_cr = text.split(|octet| *octet == b'\r').skip(1).filter(|line| !line.starts_with(b"\n"));
        behind_cr.any(|line| Fields::new(line).next().is_some_and(is_forged))
    };
    let mut ranges = Vec::new();
    let mut base = continuation(message);
    if base > 0 {
        ranges.push(0..base);
    }
    loop {
        let rest = message.get(base..).unwrap_or_default();
        let mut fields = Fields::new(rest);
        let mbox_line = fields.offset();
        // The length of a line that is no field: that of an mbox, which is passed over, or one in the middle, where some
        // readers stop and others go on.
        let length = if mbox_line > 0 {
            mbox_line
        } else {
            let found = fields.by_ref().filter(|field| is_forged(*field) || hides_forged(field.raw()));
            ranges.extend(found.map(|field| field.shifted(base).range()));
            if fields.end() != Some(HeaderEnd::NotAField) {
                return ranges;
            }
            base += fields.offset();
            let rest = message.get(base..).unwrap_or_default();
            memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1)
        };
        // What continues it must not continue what stands in front of it.
        let behind = message.get(base + length..).unwrap_or_default();
        let line = base..base + length + continuation(behind);
        base = line.end;
        if hides_forged(message.get(line.clone()).unwrap_or_default()) {
            ranges.push(line);
        }
    }
}

/// How long the lines are at the beginning of `text` that begin with a blank.
fn continuation(text: &[u8]) -> usize {
    let mut length = 0;
    while let Some(rest @ [b' ' | b'\t', ..]) = text.get(length..) {
        length += memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
    }
    length
}

/// The pieces of `message` that are left when `ranges` are cut. Ranges must be in order; what lies outside the message,
/// or overlaps a range before, cuts nothing more.
pub fn without<'a>(message: &'a [u8], ranges: &'a [Range<usize>]) -> impl Iterator<Item = &'a [u8]> {
    let ends =
        ranges.iter().map(|range| (range.start, range.end)).chain(core::iter::once((message.len(), message.len())));
    let mut kept_from = 0;
    ends.filter_map(move |(start, end)| {
        let piece = message.get(kept_from..start);
        kept_from = end.max(kept_from);
        piece.filter(|piece| !piece.is_empty())
    })
}
