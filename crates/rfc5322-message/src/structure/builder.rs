//! Builds the tables from what a scanner sees: fields, ends of headers, delimiter lines.

use alloc::vec::Vec;

use super::{
    Defect, DefectKind, Limits,
    tables::{FieldEntry, Kind, PartEntry, Tables},
};
use crate::{
    content::{ContentTypeScan, TransferEncoding},
    fields::{FieldName, HeaderEnd, RawField},
};

/// A multipart that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Frame {
    part: u32,
    /// How many parts were open when it was the innermost, itself included.
    open: u32,
    boundary: (u32, u32),
    digest: bool,
}

impl Frame {
    fn boundary_in<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        text.get(self.boundary.0 as usize..self.boundary.1 as usize).unwrap_or_default()
    }
}

/// What to read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// A header begins.
    Header,
    /// A body goes on until the next delimiter line.
    Body,
}

/// Whether a header goes on after a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldVerdict {
    Taken,
    /// A limit was passed: the header ends before the field.
    Refused,
}

/// The multiparts that are open, outermost first.
#[derive(Debug, Clone, Default)]
struct Frames {
    stack: Vec<Frame>,
    /// Their indices in the order of their boundaries, and of equal ones the innermost last: however many are open, few are
    /// compared with a line.
    sorted: Vec<u32>,
}

impl Frames {
    fn clear(&mut self) {
        self.stack.clear();
        self.sorted.clear();
    }

    fn push(&mut self, frame: Frame, text: &[u8]) {
        let index = u32::try_from(self.stack.len()).unwrap_or(u32::MAX);
        let boundary = frame.boundary_in(text);
        self.stack.push(frame);
        let at = self.sorted.partition_point(|&other| self.boundary(other, text) <= boundary);
        self.sorted.insert(at, index);
    }

    fn pop(&mut self, text: &[u8]) -> Option<Frame> {
        let boundary = self.stack.last()?.boundary_in(text);
        let above = self.sorted.partition_point(|&other| self.boundary(other, text) <= boundary);
        if let Some(at) = above.checked_sub(1) {
            self.sorted.remove(at);
        }
        self.stack.pop()
    }

    fn boundary<'t>(&self, index: u32, text: &'t [u8]) -> &'t [u8] {
        self.stack.get(index as usize).map_or(&[], |frame| frame.boundary_in(text))
    }
}

/// The boundaries that a line is compared with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Boundaries<'a> {
    frames: &'a Frames,
    text: &'a [u8],
}

impl Boundaries<'_> {
    pub(crate) const fn is_empty(&self) -> bool {
        self.frames.stack.is_empty()
    }

    /// The index of the innermost frame with this boundary.
    pub(crate) fn find(&self, boundary: &[u8]) -> Option<usize> {
        let sorted = &self.frames.sorted;
        let above = sorted.partition_point(|&index| self.frames.boundary(index, self.text) <= boundary);
        let found = *sorted.get(above.checked_sub(1)?)?;
        (self.frames.boundary(found, self.text) == boundary).then_some(found as usize)
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Builder {
    pub(crate) tables: Tables,
    frames: Frames,
    /// The parts that contain the present position, outermost first.
    open: Vec<u32>,
    limits: Limits,
    header_bytes: usize,
    /// Single fields of the present header that were seen.
    seen: u32,
}

impl Builder {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Makes ready for another message, keeping the memory. Opens the root.
    pub(crate) fn start(&mut self) {
        self.tables.clear();
        self.tables.duplicates = self.limits.duplicates;
        self.tables.unlabelled = self.limits.unlabelled;
        self.frames.clear();
        self.open.clear();
        self.header_bytes = 0;
        self.open_part(0, 0, false, true);
    }

    /// How many bytes the next field may have, and what is said of a longer one.
    const fn field_bound(&self) -> (usize, DefectKind) {
        let left = self.limits.header_bytes.saturating_sub(self.header_bytes);
        if self.limits.field_bytes < left {
            (self.limits.field_bytes, DefectKind::FieldTooLong)
        } else {
            (left, DefectKind::HeaderTooLong)
        }
    }

    /// How many bytes the next field may have.
    pub(crate) const fn field_budget(&self) -> usize {
        self.field_bound().0
    }

    pub(crate) fn boundaries(&self) -> Boundaries<'_> {
        Boundaries { frames: &self.frames, text: &self.tables.boundaries }
    }

    /// The part that is being read.
    pub(crate) fn current(&self) -> Option<u32> {
        self.open.last().copied()
    }

    /// True if what is read now is told as the body of the current part: a leaf, or a multipart of which no part came yet.
    pub(crate) fn takes_body(&self) -> bool {
        let Some(index) = self.current() else { return false };
        let Some(part) = self.tables.parts.get(index as usize) else { return false };
        match part.kind {
            Kind::Leaf => true,
            Kind::Multipart => self.tables.parts.len() == index as usize + 1,
            Kind::Message => false,
        }
    }

    /// True if the current part is a multipart.
    pub(crate) fn in_multipart(&self) -> bool {
        let part = self.current().and_then(|index| self.tables.parts.get(index as usize));
        part.is_some_and(|part| part.kind == Kind::Multipart)
    }

    /// Whether the limits forbid another field, of `len` bytes or more; if so, says it.
    pub(crate) fn refuses(&mut self, start: usize, len: usize) -> bool {
        let (most, too_long) = self.field_bound();
        if self.tables.fields.len() >= self.limits.fields as usize {
            self.defect(DefectKind::TooManyFields, start);
        } else if len > most {
            self.defect(too_long, start);
        } else {
            return false;
        }
        true
    }

    fn defect(&mut self, kind: DefectKind, offset: usize) {
        if self.tables.defects.len() < self.limits.defects as usize {
            self.tables.defects.push(Defect::new(kind, offset));
        }
    }

    fn open_part(&mut self, at: usize, kept: usize, in_digest: bool, is_message: bool) {
        let index = u32::try_from(self.tables.parts.len()).unwrap_or(u32::MAX);
        self.seen = 0;
        let parent = self.current().and_then(|parent| self.tables.parts.get_mut(parent as usize));
        let number = parent.map_or(0, |parent| {
            parent.children += 1;
            parent.children
        });
        self.tables.parts.push(PartEntry {
            kind: Kind::Leaf,
            in_digest,
            is_message,
            depth: u16::try_from(self.open.len()).unwrap_or(u16::MAX),
            parent: self.current().unwrap_or(index),
            number,
            children: 0,
            subtree_end: index + 1,
            first_field: u32::try_from(self.tables.fields.len()).unwrap_or(u32::MAX),
            field_count: 0,
            header_start: at,
            header_end: at,
            body_start: at,
            body_end: at,
            kept,
            boundary: (0, 0),
        });
        self.open.push(index);
    }

    /// Tells where the header that is being read is kept.
    pub(crate) fn keep_at(&mut self, kept: usize) {
        if let Some(part) = self.tables.parts.last_mut() {
            part.kept = kept;
        }
    }

    /// A field of the header that is being read; its ranges count from the beginning of the message.
    pub(crate) fn field(&mut self, field: &RawField<'_>) -> FieldVerdict {
        let range = field.range();
        if self.refuses(range.start, range.len()) {
            return FieldVerdict::Refused;
        }
        self.header_bytes += range.len();
        let name = FieldName::of(field.name());
        if name.is_single() {
            let bit = 1 << (name as u32);
            if self.seen & bit != 0 {
                self.defect(DefectKind::DuplicateField, range.start);
            }
            self.seen |= bit;
        }
        self.tables.fields.push(FieldEntry {
            start: range.start,
            end: range.end,
            name_len: u32::try_from(field.name().len()).unwrap_or(u32::MAX),
            body_start: u32::try_from(field.body_range().start - range.start).unwrap_or(u32::MAX),
            name,
        });
        if let Some(part) = self.tables.parts.last_mut() {
            part.field_count += 1;
        }
        FieldVerdict::Taken
    }

    /// The header ended. `text` is what was kept, in which this header is found by its `kept` offset.
    ///
    /// `end` is `None` where a limit or a delimiter ended it, which need no defect of their own.
    pub(crate) fn end_header(
        &mut self,
        end: Option<HeaderEnd>,
        header_end: usize,
        body_start: usize,
        text: &[u8],
    ) -> Next {
        if end == Some(HeaderEnd::NotAField) {
            self.defect(DefectKind::MissingEmptyLine, header_end);
        }
        let Some(index) = self.current() else { return Next::Body };
        let Some(part) = self.tables.parts.get_mut(index as usize) else { return Next::Body };
        part.header_end = header_end;
        part.body_start = body_start;
        part.body_end = body_start;
        let part = *part;

        let content_type = self.tables.single(&part, FieldName::ContentType);
        let scanned = match content_type {
            Some(field) => ContentTypeScan::of(entry_body(&part, field, text)),
            None if part.in_digest => ContentTypeScan::Message { global: false },
            None => ContentTypeScan::Leaf,
        };
        if matches!(scanned, ContentTypeScan::Leaf) {
            return Next::Body;
        }
        let defect_at = content_type.map_or(body_start, |field| field.start);
        let encoding = self
            .tables
            .single(&part, FieldName::ContentTransferEncoding)
            .map_or(TransferEncoding::SevenBit, |field| TransferEncoding::of(entry_body(&part, field, text)));
        if !encoding.is_identity() {
            if !matches!(scanned, ContentTypeScan::Message { global: true }) {
                self.defect(DefectKind::EncodedComposite, defect_at);
            }
            // An encoded message is a leaf, to be decoded on demand; multiparts that claim an encoding never have it.
            if matches!(scanned, ContentTypeScan::Message { .. }) {
                return Next::Body;
            }
        }
        if self.open.len() > usize::from(self.limits.depth) {
            self.defect(DefectKind::TooDeep, defect_at);
            return Next::Body;
        }
        match scanned {
            ContentTypeScan::Message { .. } => {
                if self.tables.parts.len() >= self.limits.parts as usize {
                    self.defect(DefectKind::TooManyParts, body_start);
                    return Next::Body;
                }
                self.set_kind(index, Kind::Message);
                self.open_part(body_start, body_start, false, true);
                Next::Header
            }
            ContentTypeScan::Multipart { boundary: Some(boundary), digest } => {
                let start = u32::try_from(self.tables.boundaries.len()).unwrap_or(u32::MAX);
                self.tables.boundaries.extend_from_slice(&boundary);
                let end = u32::try_from(self.tables.boundaries.len()).unwrap_or(u32::MAX);
                if let Some(part) = self.tables.parts.get_mut(index as usize) {
                    part.kind = Kind::Multipart;
                    part.boundary = (start, end);
                }
                let open = u32::try_from(self.open.len()).unwrap_or(u32::MAX);
                let frame = Frame { part: index, open, boundary: (start, end), digest };
                self.frames.push(frame, &self.tables.boundaries);
                Next::Body
            }
            ContentTypeScan::Multipart { boundary: None, .. } => {
                self.defect(DefectKind::MissingBoundary, defect_at);
                Next::Body
            }
            ContentTypeScan::Leaf => Next::Body,
        }
    }

    fn set_kind(&mut self, index: u32, kind: Kind) {
        if let Some(part) = self.tables.parts.get_mut(index as usize) {
            part.kind = kind;
        }
    }

    /// A delimiter line of frame `frame`: what stood before it ended at `content_end`, the next part begins at `line_end`.
    pub(crate) fn delimiter(&mut self, frame: usize, closing: bool, content_end: usize, line_end: usize) -> Next {
        let Some(&Frame { open, digest, .. }) = self.frames.stack.get(frame) else { return Next::Body };
        self.close_frames(frame + 1, content_end);
        self.close_parts(open as usize, content_end);
        if closing {
            if let Some(body_start) = self.close_frame() {
                self.defect(DefectKind::BoundaryNotFound, body_start);
            }
            return Next::Body;
        }
        if self.tables.parts.len() >= self.limits.parts as usize {
            self.defect(DefectKind::TooManyParts, line_end);
            self.close_frame();
            return Next::Body;
        }
        self.open_part(line_end, line_end, digest, false);
        Next::Header
    }

    /// Frames from `keep` on end without their closing delimiter.
    fn close_frames(&mut self, keep: usize, at: usize) {
        while self.frames.stack.len() > keep {
            match self.close_frame() {
                Some(body_start) => self.defect(DefectKind::BoundaryNotFound, body_start),
                None => self.defect(DefectKind::MissingClosingDelimiter, at),
            }
        }
    }

    /// Ends the innermost frame. If no part came, what it was of is a leaf, and where its body begins is returned.
    fn close_frame(&mut self) -> Option<usize> {
        let frame = self.frames.pop(&self.tables.boundaries)?;
        if !self.is_empty(frame) {
            return None;
        }
        let part = self.tables.parts.get_mut(frame.part as usize)?;
        part.kind = Kind::Leaf;
        Some(part.body_start)
    }

    /// True if no part came in this multipart; then it is the innermost.
    const fn is_empty(&self, frame: Frame) -> bool {
        self.tables.parts.len() == frame.part as usize + 1
    }

    /// True if this delimiter line will end a multipart in which no part came, and so is text of a leaf.
    pub(crate) fn makes_leaf(&self, frame: usize, closing: bool) -> bool {
        let ends = closing || self.tables.parts.len() >= self.limits.parts as usize;
        ends && self.frames.stack.get(frame).is_some_and(|frame| self.is_empty(*frame))
    }

    fn close_parts(&mut self, keep: usize, at: usize) {
        let subtree_end = u32::try_from(self.tables.parts.len()).unwrap_or(u32::MAX);
        while self.open.len() > keep {
            let Some(index) = self.open.pop() else { break };
            if let Some(part) = self.tables.parts.get_mut(index as usize) {
                part.body_end = at.max(part.body_start);
                part.subtree_end = subtree_end;
            }
        }
    }

    /// The message ended.
    pub(crate) fn finish(&mut self, len: usize) {
        self.close_frames(0, len);
        self.close_parts(0, len);
        self.tables.len = len;
    }
}

/// The body of a field, in the text that is kept.
pub(crate) fn entry_body<'a>(part: &PartEntry, field: &FieldEntry, text: &'a [u8]) -> &'a [u8] {
    let body = text.get(part.kept_range(field.start + field.body_start as usize..field.end)).unwrap_or_default();
    match body {
        [body @ .., b'\r', b'\n'] | [body @ .., b'\n'] => body,
        body => body,
    }
}
