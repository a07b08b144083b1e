use alloc::vec::Vec;
use core::ops::Range;

use rfc5322_message::fields::{Fields, HeaderEnd};

use super::{AuthenticationResults, FIELD_NAME, same_server};

/// The byte ranges of the `Authentication-Results` fields in `message` that claim to be by the host known as
/// `authserv_id`, in order (RFC 8601 section 5).
///
/// `message` may be a whole message or its header. A field whose authserv-id cannot be read is among them, for others
/// may read it otherwise; and those behind a line that is no field are searched too, up to the empty line. All ranges are of the message as it is, so that cutting one does not move another: cut them
/// in one pass, as [`without`] does.
pub fn forged(message: &[u8], authserv_id: &str) -> Vec<Range<usize>> {
    let claims = |body: &[u8]| match AuthenticationResults::parse_server_id(body) {
        Ok(found) => same_server(&found, authserv_id),
        Err(_) => true,
    };
    let mut ranges = Vec::new();
    let mut base = 0;
    loop {
        let mut fields = Fields::new(message.get(base..).unwrap_or_default());
        let found = fields.by_ref().filter(|field| field.is(FIELD_NAME) && claims(field.body()));
        ranges.extend(found.map(|field| field.shifted(base).range()));
        if fields.end() != Some(HeaderEnd::NotAField) {
            return ranges;
        }
        // A line that is no field: some readers stop here, and others go on.
        let rest = message.get(base + fields.offset()..).unwrap_or_default();
        base += fields.offset() + memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
    }
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
