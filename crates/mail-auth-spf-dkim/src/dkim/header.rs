use alloc::vec::Vec;
use core::cmp::Ordering;
use core::ops::Range;

use rfc5322_message::fields::{Fields, HeaderEnd, RawField};

use super::canonicalization::{Canonicalization, canonicalize_field};

/// The header of a message: its octets, where its fields stand, and the fields by name.
#[derive(Debug, Default)]
pub(crate) struct Header {
    octets: Vec<u8>,
    fields: Vec<Field>,
    /// The fields by name and then from the top.
    by_name: Vec<Named>,
    malformed: bool,
}

#[derive(Debug)]
struct Field {
    raw: Range<usize>,
    name_len: u32,
    /// Where the body begins, counted from the field's first octet.
    body_offset: u32,
    body_end: usize,
}

/// A field by its number.
#[derive(Debug)]
struct Named {
    key: Key,
    field: u32,
}

impl Header {
    /// Splits the octets of a header.
    pub(crate) fn new(octets: Vec<u8>) -> Self {
        // A line is looked at for a name and its colon up to 1,000 octets.
        let field = |field: RawField<'_>| Field {
            raw: field.range(),
            name_len: field.name().len() as u32,
            body_offset: (field.body_range().start - field.offset()) as u32,
            body_end: field.body_range().end,
        };
        let mut fields = Vec::with_capacity(32);
        let (mut base, mut malformed) = (0, false);
        loop {
            let rest = octets.get(base..).unwrap_or_default();
            let mut splitter = Fields::new(rest);
            fields.extend(splitter.by_ref().map(|of_rest| field(of_rest.shifted(base))));
            if splitter.end() != Some(HeaderEnd::NotAField) {
                break;
            }
            // Nothing is believed of such a header, but what stands behind that line is not overlooked.
            malformed = true;
            base += splitter.offset();
            let line = octets.get(base..).unwrap_or_default();
            base += memchr::memchr(b'\n', line).map_or(line.len(), |at| at + 1);
        }
        let mut header = Self { octets, fields, by_name: Vec::new(), malformed };
        let named = |field| Named { key: Key::of(header.name(field)), field };
        let mut by_name: Vec<Named> = (0..).take(header.fields.len()).map(named).collect();
        by_name.sort_unstable_by(|one, other| {
            header.order(one, other.key, || header.name(other.field)).then(one.field.cmp(&other.field))
        });
        header.by_name = by_name;
        header
    }

    /// Whether a line in it is no field, so that others may read another header.
    pub(crate) const fn is_malformed(&self) -> bool {
        self.malformed
    }

    /// Whether a CR stands alone in it, which ends a line for some readers, so that they read another header.
    pub(crate) fn has_bare_cr(&self) -> bool {
        self.has_pair(|left, right| (left == b'\r') & (right != b'\n'))
    }

    /// Whether an LF stands alone in it, which ends a line here as well.
    pub(crate) fn has_bare_lf(&self) -> bool {
        self.has_pair(|left, right| (left != b'\r') & (right == b'\n'))
    }

    /// Whether the empty line at its end is one only where an LF that stands alone ends a line: other readers read on.
    pub(crate) fn ends_at_bare_lf(&self) -> bool {
        match self.octets.as_slice() {
            [.., b'\n', b'\n'] | [b'\n'] => true,
            [.., before, b'\n', b'\r', b'\n'] => *before != b'\r',
            octets => octets == b"\n\r\n",
        }
    }

    /// Whether two octets that stand side by side are such a pair, or the first and the last with nothing around them. All
    /// are looked at without a branch for each, for that is faster.
    fn has_pair(&self, is_pair: impl Fn(u8, u8) -> bool) -> bool {
        let behind = self.octets.get(1..).unwrap_or_default();
        self.octets.iter().zip(behind).fold(false, |found, (left, right)| found | is_pair(*left, *right))
            || self.octets.first().is_some_and(|first| is_pair(0, *first))
            || self.octets.last().is_some_and(|last| is_pair(*last, 0))
    }

    /// Whether the message begins with the line of an mbox. A field in front of it would make that line malformed.
    pub(crate) fn begins_with_mbox_line(&self) -> bool {
        self.octets.starts_with(b"From ") && self.fields.first().is_none_or(|field| field.raw.start != 0)
    }

    pub(crate) fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// How many fields have this name.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.places(name).len()
    }

    /// The fields of this name, from the top, each by its number in the header.
    pub(crate) fn with_name(&self, name: &str) -> impl ExactSizeIterator<Item = u32> {
        self.by_name.get(self.places(name)).unwrap_or_default().iter().map(|named| named.field)
    }

    /// Where the fields of this name stand in `by_name`.
    fn places(&self, name: &str) -> Range<usize> {
        let key = Key::of(name.as_bytes());
        let order = |named: &Named| self.order(named, key, || name.as_bytes());
        let start = self.by_name.partition_point(|named| order(named) == Ordering::Less);
        let rest = self.by_name.get(start..).unwrap_or_default();
        let equal = |named: &Named| order(named) == Ordering::Equal;
        // Most fields stand there once or not at all.
        let count = match rest {
            [first, second, ..] if equal(second) && equal(first) => rest.partition_point(equal),
            [first, ..] => usize::from(equal(first)),
            [] => 0,
        };
        start..start + count
    }

    /// The order of names, in which case does not count: that of their keys, and then of their octets.
    fn order<'a>(&'a self, named: &Named, key: Key, name: impl FnOnce() -> &'a [u8]) -> Ordering {
        match named.key.cmp(&key) {
            Ordering::Equal if !key.is_whole() => compare(self.name(named.field), name()),
            order => order,
        }
    }

    fn name(&self, index: u32) -> &[u8] {
        let name_len = self.fields.get(index as usize).map_or(0, |field| field.name_len as usize);
        self.raw(index).get(..name_len).unwrap_or_default()
    }

    /// The whole field, with its line end.
    pub(crate) fn raw(&self, index: u32) -> &[u8] {
        self.fields.get(index as usize).and_then(|field| self.octets.get(field.raw.clone())).unwrap_or_default()
    }

    /// Where the field stands in the header.
    pub(crate) fn range(&self, index: u32) -> Range<usize> {
        self.fields.get(index as usize).map_or(0..0, |field| field.raw.clone())
    }

    /// What stands behind the colon.
    pub(crate) fn body(&self, index: u32) -> &[u8] {
        let range = |field: &Field| field.raw.start + field.body_offset as usize..field.body_end;
        self.fields.get(index as usize).and_then(|field| self.octets.get(range(field))).unwrap_or_default()
    }

    /// Where the field's body begins, counted from the field's first octet.
    pub(crate) fn body_offset(&self, index: u32) -> usize {
        self.fields.get(index as usize).map_or(0, |field| field.body_offset as usize)
    }

    /// Writes the canonical form of the fields that are named: of each name the last that was not taken yet, nothing
    /// where there is none left (RFC 6376 section 5.4.2). The signature's `own` field is never one of them (section 3.7).
    pub(crate) fn canonicalize<'a>(
        &self,
        canonicalization: Canonicalization,
        names: impl Iterator<Item = &'a str>,
        own: Option<u32>,
        out: &mut Vec<u8>,
    ) {
        // How many fields of a name were taken, by the place of the first.
        let mut taken: Vec<(usize, usize)> = Vec::with_capacity(16);
        for name in names {
            let places = self.places(name);
            let number = taken.iter().position(|(start, _)| *start == places.start).unwrap_or_else(|| {
                taken.push((places.start, 0));
                taken.len() - 1
            });
            let Some((_, count)) = taken.get_mut(number) else { continue };
            let mut from_bottom = core::iter::from_fn(|| {
                let named = self.by_name.get(places.clone())?.iter().nth_back(*count)?;
                *count += 1;
                Some(named.field)
            });
            let field = from_bottom.find(|field| Some(*field) != own);
            if let Some(field) = field {
                canonicalize_field(canonicalization, self.raw(field), out);
            }
        }
    }

    /// Writes the canonical form of a signature's own field: the value at `signature` (counted in the field's body)
    /// left out, and no line end (section 3.7).
    pub(crate) fn canonicalize_signature(
        &self,
        canonicalization: Canonicalization,
        field: u32,
        signature: Range<usize>,
        out: &mut Vec<u8>,
    ) {
        let raw = self.raw(field);
        let offset = self.body_offset(field);
        let mut emptied = Vec::with_capacity(raw.len());
        emptied.extend_from_slice(raw.get(..offset + signature.start).unwrap_or_default());
        emptied.extend_from_slice(raw.get(offset + signature.end..).unwrap_or_default());
        canonicalize_field(canonicalization, &emptied, out);
        out.truncate(out.len() - if out.ends_with(b"\r\n") { 2 } else { 0 });
    }
}

/// Names without regard to case, by all their octets.
fn compare(name: &[u8], other: &[u8]) -> Ordering {
    if name.eq_ignore_ascii_case(other) {
        return Ordering::Equal;
    }
    name.iter().map(u8::to_ascii_lowercase).cmp(other.iter().map(u8::to_ascii_lowercase))
}

/// The first eight octets of a name and the last seven, in lower case, and its length: a number that tells most names apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key(u128);

impl Key {
    fn of(name: &[u8]) -> Self {
        let octets = match (name.first_chunk(), name.last_chunk()) {
            (Some(front), Some(back)) => {
                u128::from(u64::from_be_bytes(*front)) << 64 | u128::from(u64::from_be_bytes(*back) << 8)
            }
            _ => name.iter().fold(0, |octets, &octet| octets << 8 | u128::from(octet)) << 8,
        };
        Self(lower_case(octets) | name.len().min(0xff) as u128)
    }

    /// Whether it has all octets of the name.
    const fn is_whole(self) -> bool {
        self.0 & 0xff < 16
    }
}

/// Sixteen octets at once, each with the bit set that capitals lack.
const fn lower_case(octets: u128) -> u128 {
    const EACH: u128 = u128::MAX / 0xff;
    let low = octets & (0x7f * EACH);
    // The highest bit of an octet comes to be set from `A` on, and from behind `Z` on.
    let capitals = (low + (0x80 - 0x41) * EACH) & !(low + (0x80 - 0x5b) * EACH) & !octets & (0x80 * EACH);
    octets | capitals >> 2
}

#[cfg(test)]
mod tests {
    use super::lower_case;

    #[test]
    fn every_octet_in_lower_case() {
        for octet in 0..=u8::MAX {
            for octets in [[octet; 16], core::array::from_fn(|place| octet.wrapping_add(place as u8))] {
                let lower = octets.map(|octet| octet.to_ascii_lowercase());
                assert_eq!(lower_case(u128::from_be_bytes(octets)), u128::from_be_bytes(lower));
            }
        }
    }
}
