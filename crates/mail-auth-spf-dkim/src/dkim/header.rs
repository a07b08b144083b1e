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
    /// Which fields there are, by name and then from the top.
    by_name: Vec<u32>,
    malformed: bool,
}

#[derive(Debug)]
struct Field {
    raw: Range<usize>,
    name: Range<usize>,
    front: Front,
    body: Range<usize>,
}

impl Header {
    /// Splits the octets of a header.
    pub(crate) fn new(octets: Vec<u8>) -> Self {
        let mut splitter = Fields::new(&octets);
        let field = |field: RawField<'_>| Field {
            raw: field.range(),
            name: field.name_range(),
            front: Front::of(field.name()),
            body: field.body_range(),
        };
        let mut fields = Vec::with_capacity(32);
        fields.extend(splitter.by_ref().map(field));
        let malformed = splitter.end() == Some(HeaderEnd::NotAField);
        let mut by_name: Vec<u32> = (0..).take(fields.len()).collect();
        let name = |index: u32| named(&octets, &fields, index);
        by_name.sort_unstable_by(|&a, &b| compare(name(a), name(b)).then_with(|| a.cmp(&b)));
        Self { octets, fields, by_name, malformed }
    }

    /// Whether a line in it is no field, so that others may read another header.
    pub(crate) const fn is_malformed(&self) -> bool {
        self.malformed
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
    pub(crate) fn with_name(&self, name: &str) -> &[u32] {
        self.by_name.get(self.places(name)).unwrap_or_default()
    }

    /// Where the fields of this name stand in `by_name`.
    fn places(&self, name: &str) -> Range<usize> {
        let name = (Front::of(name.as_bytes()), name.as_bytes());
        let order = |index: &u32| compare(named(&self.octets, &self.fields, *index), name);
        let start = self.by_name.partition_point(|index| order(index) == Ordering::Less);
        let rest = self.by_name.get(start..).unwrap_or_default();
        let equal = |index: &u32| order(index) == Ordering::Equal;
        // Most fields stand there once or not at all.
        let count = match rest {
            [first, second, ..] if equal(second) && equal(first) => rest.partition_point(equal),
            [first, ..] => usize::from(equal(first)),
            [] => 0,
        };
        start..start + count
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
        self.fields.get(index as usize).and_then(|field| self.octets.get(field.body.clone())).unwrap_or_default()
    }

    /// Where the field's body begins, counted from the field's first octet.
    pub(crate) fn body_offset(&self, index: u32) -> usize {
        self.fields.get(index as usize).map_or(0, |field| field.body.start - field.raw.start)
    }

    /// Writes the canonical form of the fields that are named: of each name the last that was not taken yet, nothing
    /// where there is none left (RFC 6376 section 5.4.2).
    pub(crate) fn canonicalize<'a>(
        &self,
        canonicalization: Canonicalization,
        names: impl Iterator<Item = &'a str>,
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
            let Some((_, count)) = taken.get_mut(number).filter(|(_, count)| *count < places.len()) else { continue };
            *count += 1;
            if let Some(&field) = self.by_name.get(places.end - *count) {
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

/// The first eight octets of a name in lower case, as a number: it decides the order of most names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Front(u64);

impl Front {
    fn of(name: &[u8]) -> Self {
        // A name is printable: to have zeros behind a short one sorts it in front of those that it begins.
        let mut octets = [0; 8];
        match name.first_chunk() {
            Some(front) => octets = *front,
            None => octets.iter_mut().zip(name).for_each(|(octet, letter)| *octet = *letter),
        }
        octets.make_ascii_lowercase();
        Self(u64::from_be_bytes(octets))
    }
}

/// The name of a field, and its front.
fn named<'a>(octets: &'a [u8], fields: &[Field], index: u32) -> (Front, &'a [u8]) {
    let Some(field) = fields.get(index as usize) else { return Default::default() };
    (field.front, octets.get(field.name.clone()).unwrap_or_default())
}

/// The order of names, in which case does not count.
fn compare((front, name): (Front, &[u8]), (other_front, other): (Front, &[u8])) -> Ordering {
    match front.cmp(&other_front) {
        Ordering::Equal if name.eq_ignore_ascii_case(other) => Ordering::Equal,
        Ordering::Equal => name.iter().map(u8::to_ascii_lowercase).cmp(other.iter().map(u8::to_ascii_lowercase)),
        order => order,
    }
}
