//! Lists of `name=value` with semicolons, as the records of several protocols are written.

use alloc::vec::Vec;

/// The longest text that is read, in octets.
pub(crate) const LONGEST: usize = 16 * 1024;

const WHITE: [char; 2] = [' ', '\t'];

/// The tags behind the first, which must be `name=value` with a semicolon behind it: it tells what the record is. Names
/// are as written; blanks around names and values are left out; what is no tag is passed over.
pub(crate) fn of<'a>(text: &'a [u8], name: &str, value: &str) -> Option<impl Iterator<Item = (&'a str, &'a str)>> {
    let text = core::str::from_utf8(text).ok().filter(|text| text.len() <= LONGEST)?;
    let (first, rest) = text.split_once(';')?;
    (tag(first) == Some((name, value))).then(|| rest.split(';').filter_map(tag))
}

/// The fields behind a version such as `v=STSv1`, of records that have white space around semicolons alone (RFC 8460 section
/// 3, RFC 8461 section 3.1); `None` if it is none of this version, or one of them is no field.
pub(crate) fn fields<'a>(text: &'a [u8], version: &str) -> Option<Vec<(&'a str, &'a str)>> {
    let rest = behind_version(text, version)?;
    let fields = core::str::from_utf8(rest).ok()?.trim_end_matches(WHITE);
    let fields = fields.strip_suffix(';').unwrap_or(fields);
    fields.split(';').map(field).collect()
}

/// Whether a text begins with a version and a semicolon: what such records are known by.
pub(crate) fn has_version(text: &[u8], version: &str) -> bool {
    behind_version(text, version).is_some()
}

fn behind_version<'a>(text: &'a [u8], version: &str) -> Option<&'a [u8]> {
    let rest = text.strip_prefix(version.as_bytes()).filter(|_| text.len() <= LONGEST)?;
    let blanks = rest.iter().take_while(|octet| matches!(octet, b' ' | b'\t')).count();
    rest.get(blanks..)?.strip_prefix(b";")
}

/// Parts `name=value`: a value may have an equals sign in it, a URI for example.
fn field(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.trim_matches(WHITE).split_once('=')?;
    let is_name =
        !name.is_empty() && name.bytes().all(|o| o.is_ascii_alphanumeric() || matches!(o, b'_' | b'-' | b'.'));
    (is_name && value.is_ascii() && !value.starts_with(WHITE)).then_some((name, value))
}

/// Parts `name = value`.
pub(crate) fn tag(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    Some((name.trim_matches(blank), value.trim_matches(blank)))
}
