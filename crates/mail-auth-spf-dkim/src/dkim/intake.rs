use alloc::vec::Vec;

use rfc5322_message::fields::{HeadScanner, HeadStatus};

use super::body_hash::BodyHashes;
use super::header::Header;

/// A message while it arrives: the header is held, the body hashed.
#[derive(Debug)]
pub(crate) struct Intake {
    scanner: HeadScanner,
    /// The header while it arrives.
    head: Vec<u8>,
    /// The longest header.
    limit: usize,
    too_long: bool,
    header: Option<Header>,
    ended: bool,
    /// The hashes of the body.
    pub(crate) body: BodyHashes,
}

impl Intake {
    /// Before the first octet. So many octets of the header are held.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            scanner: HeadScanner::new(),
            head: Vec::new(),
            limit,
            too_long: false,
            header: None,
            ended: false,
            body: BodyHashes::default(),
        }
    }

    /// Takes a piece. When the header is complete with it, the rest, with which the body begins, is given back:
    /// whoever wants hashes asks for them now, and then gives the rest to the body.
    pub(crate) fn handle_input<'a>(&mut self, input: &'a [u8]) -> Option<&'a [u8]> {
        if self.ended {
            return None;
        }
        if self.header.is_some() {
            self.body.update(input);
            return None;
        }
        let (consumed, complete) = match self.scanner.push(input) {
            HeadStatus::Complete { consumed } => (consumed, true),
            _ => (input.len(), false),
        };
        let room = self.limit.saturating_sub(self.head.len());
        self.too_long |= consumed > room;
        self.head.extend_from_slice(input.get(..consumed.min(room)).unwrap_or_default());
        if !complete {
            return None;
        }
        self.header = Some(Header::new(core::mem::take(&mut self.head)));
        input.get(consumed..)
    }

    /// The message is complete: `false` if that was known. If the header is only complete now, there is no body.
    pub(crate) fn handle_eof(&mut self) -> bool {
        if core::mem::replace(&mut self.ended, true) {
            return false;
        }
        if self.header.is_none() {
            self.header = Some(Header::new(core::mem::take(&mut self.head)));
        }
        true
    }

    pub(crate) const fn has_ended(&self) -> bool {
        self.ended
    }

    /// The header, when it is complete.
    pub(crate) const fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// Whether the header is longer than what is held.
    pub(crate) const fn header_is_too_long(&self) -> bool {
        self.too_long
    }
}
