//! The flat tables that a parsed message consists of.

use alloc::vec::Vec;
use core::ops::Range;

use super::{Defect, Duplicates};
use crate::{charset::Unlabelled, fields::FieldName};

/// One field: offsets in the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FieldEntry {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) name_len: u32,
    /// From `start`.
    pub(crate) body_start: u32,
    pub(crate) name: FieldName,
}

/// What a part consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Leaf,
    Multipart,
    /// message/rfc822 and message/global whose message was entered.
    Message,
}

/// One part, in document order. Offsets count from the beginning of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PartEntry {
    pub(crate) kind: Kind,
    /// The default type is message/rfc822 (RFC 2046 section 5.1.5).
    pub(crate) in_digest: bool,
    /// It is the root, or directly inside a message/rfc822.
    pub(crate) is_message: bool,
    pub(crate) depth: u16,
    /// Itself for the root.
    pub(crate) parent: u32,
    /// Which of its parent's children it is, counted from 1; 0 for the root.
    pub(crate) number: u32,
    /// How many children it has.
    pub(crate) children: u32,
    /// One past the last of its descendants.
    pub(crate) subtree_end: u32,
    pub(crate) first_field: u32,
    pub(crate) field_count: u32,
    pub(crate) header_start: usize,
    pub(crate) header_end: usize,
    pub(crate) body_start: usize,
    pub(crate) body_end: usize,
    /// Where the header stands in the text that is kept.
    pub(crate) kept: usize,
    /// In `Tables::boundaries`.
    pub(crate) boundary: (u32, u32),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tables {
    pub(crate) fields: Vec<FieldEntry>,
    pub(crate) parts: Vec<PartEntry>,
    pub(crate) defects: Vec<Defect>,
    pub(crate) boundaries: Vec<u8>,
    pub(crate) len: usize,
    pub(crate) duplicates: Duplicates,
    pub(crate) unlabelled: Unlabelled,
}

impl Tables {
    pub(crate) fn clear(&mut self) {
        self.fields.clear();
        self.parts.clear();
        self.defects.clear();
        self.boundaries.clear();
        self.len = 0;
    }

    pub(crate) fn fields_of(&self, part: &PartEntry) -> &[FieldEntry] {
        let first = part.first_field as usize;
        self.fields.get(first..first + part.field_count as usize).unwrap_or_default()
    }

    pub(crate) fn boundary(&self, part: &PartEntry) -> &[u8] {
        self.boundaries.get(part.boundary.0 as usize..part.boundary.1 as usize).unwrap_or_default()
    }

    /// The field that counts, where there may be one.
    pub(crate) fn single(&self, part: &PartEntry, name: FieldName) -> Option<&FieldEntry> {
        let mut fields = self.fields_of(part).iter();
        match self.duplicates {
            Duplicates::First => fields.find(|field| field.name == name),
            Duplicates::Last => fields.rfind(|field| field.name == name),
        }
    }
}

impl PartEntry {
    /// Where bytes `range` of the message stand in the text that is kept, if they are part of this header.
    pub(crate) const fn kept_range(&self, range: Range<usize>) -> Range<usize> {
        range.start.wrapping_sub(self.header_start).wrapping_add(self.kept)
            ..range.end.wrapping_sub(self.header_start).wrapping_add(self.kept)
    }
}
