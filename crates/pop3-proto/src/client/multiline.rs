//! Replies of many lines: messages, listings, capabilities. All end in a line with a dot (RFC 1939, section 3).

use core::ops::Range;

use super::{Capabilities, Client, Reading, Staged};
use crate::{ScanListing, UniqueIdListing};

/// How much of a long reply must come for the deadline to begin anew, in octets.
const PROGRESS: usize = 16 * 1024;

impl Client {
    /// Reads on in a message; false if no more of it has come.
    pub(super) fn read_body(&mut self) -> bool {
        let Reading::Body(unstuffer) = &mut self.reading else { return false };
        let step = unstuffer.step(self.input.unparsed());
        if step.consumed == 0 {
            return false;
        }
        let taken = self.input.consume(step.consumed);
        if step.end {
            self.last_body = (unstuffer.octets(), unstuffer.defects());
            self.reading = Reading::Status;
            self.staged = self.answered().map(Staged::EndOfBody);
        } else if !step.body.is_empty() {
            self.staged = Some(Staged::Body(taken.start + step.body.start..taken.start + step.body.end));
        }
        self.note_progress(step.consumed);
        true
    }

    /// Reads a line of a LIST or UIDL; false if it has not come.
    pub(super) fn read_listing(&mut self) -> bool {
        if self.read_plain_listing() {
            return true;
        }
        let Some(range) = self.next_text_line() else { return false };
        let Reading::Listing { unique_ids, messages, malformed } = &mut self.reading else { return false };
        let Some(range) = range else {
            let (messages, malformed) = (*messages, *malformed);
            self.reading = Reading::Status;
            self.staged = self.answered().map(|asked| Staged::EndOfListing { asked, messages, malformed });
            return true;
        };
        let line = self.input.get(range.clone());
        let staged = if *unique_ids {
            UniqueIdListing::parse(line).ok().map(|listing| identified(listing, line, range.start))
        } else {
            ScanListing::parse(line).ok().map(Staged::Listed)
        };
        match staged {
            Some(_) => {
                *messages = messages.saturating_add(1);
                self.note_progress(range.len());
            }
            // Lines that say nothing are no progress: a listing of nothing else runs into its deadline.
            None => *malformed = malformed.saturating_add(1),
        }
        self.staged = staged;
        true
    }

    /// Reads a line of a LIST or UIDL that is just as the standard has it; false if it is anything else, its end
    /// not there included.
    pub(super) fn read_plain_listing(&mut self) -> bool {
        let Reading::Listing { unique_ids, messages, .. } = &mut self.reading else { return false };
        let input = self.input.unparsed();
        let length = if *unique_ids {
            let Some((listing, length)) = UniqueIdListing::leading(input) else { return false };
            let (message, octets) = (listing.message, listing.id.as_bytes().len());
            if length > self.config.longest_line {
                return false;
            }
            let end = self.input.consume(length).end - "\r\n".len();
            self.staged = Some(Staged::Identified(message, end - octets..end));
            length
        } else {
            let Some((message, octets, length)) = ScanListing::leading(input) else { return false };
            self.input.consume(length);
            self.staged = Some(Staged::Sized(message, octets));
            length
        };
        *messages = messages.saturating_add(1);
        self.note_progress(length);
        true
    }

    /// Reads a line of CAPA; false if it has not come.
    pub(super) fn read_capability(&mut self) -> bool {
        let Some(range) = self.next_text_line() else { return false };
        let Reading::Capabilities(capabilities) = &mut self.reading else { return false };
        match range {
            Some(range) => {
                capabilities.note(self.input.get(range.clone()));
                self.note_progress(range.len());
            }
            None => {
                let capabilities = core::mem::take(capabilities);
                self.note_capabilities(Some(capabilities));
                self.reading = Reading::Status;
                self.answered();
                self.staged = Some(Staged::Capabilities);
            }
        }
        true
    }

    /// The server's last word about what it can; the word before may just be shown to the application.
    pub(super) fn note_capabilities(&mut self, capabilities: Option<Capabilities>) {
        self.superseded = core::mem::replace(&mut self.capabilities, capabilities);
    }

    /// The next line of a reply of many, its dot taken out; `Some(None)` if it is the last one, which is a dot.
    fn next_text_line(&mut self) -> Option<Option<Range<usize>>> {
        let range = self.next_line()?;
        Some(match self.input.get(range.clone()) {
            [b'.'] => None,
            [b'.', ..] => Some(range.start + 1..range.end),
            _ => Some(range),
        })
    }

    fn note_progress(&mut self, octets: usize) {
        self.clock.progress += octets;
        self.clock.moved |= self.clock.progress >= PROGRESS;
    }
}

/// A listing with the place of its id, in a line that begins at `start`.
pub(super) fn identified(listing: UniqueIdListing<'_>, line: &[u8], start: usize) -> Staged {
    // Behind the id are blanks at most.
    let end = start + line.trim_ascii_end().len();
    Staged::Identified(listing.message, end - listing.id.as_bytes().len()..end)
}
