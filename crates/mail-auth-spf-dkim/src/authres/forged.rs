use alloc::vec::Vec;
use core::ops::Range;

use rfc5322_message::fields::{Fields, HeaderEnd};

use super::{AuthenticationResults, FIELD_NAME, same_server};
use crate::dns::Name;

/// The byte ranges of the `Authentication-Results` fields in `message` that claim to be by the host known as
/// `authserv_id`, in order (RFC 8601 section 5).
///
/// `message` may be a whole message or its header. A field whose authserv-id cannot be read is among them, or has something
/// behind it that is neither a version nor the results, and one of a version that is unknown, for others may read it
/// otherwise; so are fields and lines in which a CR stands alone with such a field behind it, and blanks at the very
/// beginning, which would continue the results that are put in front. Those behind a line that is no field are searched
/// too, up to the empty line, and a line that has more blanks in front of its colon than a field may have counts as one.
///
/// All ranges are of the message as it is, so that cutting one does not move another: cut them in one pass, as
/// [`without`] does.
pub fn forged(message: &[u8], authserv_id: &str) -> Vec<Range<usize>> {
    let is_forged = |line: &[u8]| body_of_results(line).is_some_and(|body| claims_to_be(body, authserv_id));
    let hides_forged = |text: &[u8]| behind_bare_crs(text).any(is_forged);
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
            let found = fields.by_ref().filter(|field| is_forged(field.raw()) || hides_forged(field.raw()));
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
        let text = message.get(line.clone()).unwrap_or_default();
        if is_forged(text) || hides_forged(text) {
            ranges.push(line);
        }
    }
}

/// What [`forged`] finds, and the line of an mbox in front of all fields, with what continues it: it is no part of the
/// message, and a line in the middle of the header that is no field when others are put in front. Where cutting a forged
/// field brings another such line to the front, that is found too.
pub fn forged_or_mbox_line(message: &[u8], authserv_id: &str) -> Vec<Range<usize>> {
    let behind = |end: usize| message.get(end..).unwrap_or_default();
    let mut ranges = forged(message, authserv_id);
    let (mut front, mut passed, mut lines) = (0, 0, Vec::new());
    loop {
        let mbox_line = Fields::new(behind(front)).offset();
        if let Some(forged) = ranges.get(passed).filter(|forged| forged.start == front) {
            front = forged.end;
            passed += 1;
        } else if mbox_line > 0 {
            let line = front..front + mbox_line + continuation(behind(front + mbox_line));
            front = line.end;
            lines.push(line);
        } else {
            break;
        }
    }
    ranges.extend(lines);
    ranges.sort_unstable_by_key(|range| range.start);
    ranges
}

/// The lines that begin behind a CR that stands alone, with those that continue them. The first octet of a name is no
/// blank: a CR in front of one is a fold, to those to whom a CR is a line end at all.
fn behind_bare_crs(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends_a_field = |at: &usize| !matches!(text.get(at + 1), Some(b'\n' | b' ' | b'\t'));
    let bare_crs = || memchr::memchr_iter(b'\r', text).filter(ends_a_field);
    let ends = bare_crs().skip(1).chain(core::iter::once(text.len()));
    bare_crs().zip(ends).filter_map(|(cr, end)| text.get(cr + 1..end))
}

/// What stands behind the colon, if a line or a field has this name and then a colon, however many blanks there are.
fn body_of_results(line: &[u8]) -> Option<&[u8]> {
    let (name, rest) = line.split_at_checked(FIELD_NAME.len())?;
    let blanks = rest.iter().take_while(|octet| matches!(octet, b' ' | b'\t' | b'\r' | b'\n')).count();
    let body = rest.get(blanks..)?.strip_prefix(b":")?;
    name.eq_ignore_ascii_case(FIELD_NAME.as_bytes()).then_some(body)
}

fn claims_to_be(body: &[u8], authserv_id: &str) -> bool {
    AuthenticationResults::parse_claim(body).map_or(true, |claim| {
        claim.version.is_some_and(|version| version != 1)
            || same_server(&claim.authserv_id, authserv_id)
            // A reader may make an ASCII name of it.
            || Name::from_unicode(&claim.authserv_id).is_err_and(|_| !claim.authserv_id.is_ascii())
            || same_server(&claim.joined, authserv_id)
    })
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
