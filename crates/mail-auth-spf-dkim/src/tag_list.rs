//! Lists of `name=value` with semicolons, as the records of several protocols are written.

/// The longest text that is read, in octets.
pub(crate) const LONGEST: usize = 16 * 1024;

/// The tags behind the first, which must be `name=value` with a semicolon behind it: it tells what the record is. Names
/// are as written; blanks around names and values are left out; what is no tag is passed over.
pub(crate) fn of<'a>(text: &'a [u8], name: &str, value: &str) -> Option<impl Iterator<Item = (&'a str, &'a str)>> {
    let text = core::str::from_utf8(text).ok().filter(|text| text.len() <= LONGEST)?;
    let (first, rest) = text.split_once(';')?;
    (tag(first) == Some((name, value))).then(|| rest.split(';').filter_map(tag))
}

/// Parts `name = value`.
pub(crate) fn tag(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    Some((name.trim_matches(blank), value.trim_matches(blank)))
}
