//! LIST and UIDL of a whole maildrop, said in pieces that the client has shown to read.

use super::{Activity, Maildrop, Server, Session};
use crate::{MessageNumber, ScanListing, UniqueIdListing};

/// Which of the two.
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    Sizes,
    UniqueIds,
}

/// A listing that has been begun.
#[derive(Debug)]
pub(super) struct Listing {
    what: What,
    /// The next message's index.
    next: usize,
}

impl Listing {
    pub(super) fn new(what: What) -> Self {
        Self { what, next: 0 }
    }

    /// Hands out the next message that is not marked as deleted.
    fn next(&mut self, maildrop: &Maildrop) -> Option<MessageNumber> {
        while self.next < maildrop.len() {
            let message = MessageNumber::from_index(self.next)?;
            self.next += 1;
            if maildrop.octets(message).is_some() {
                return Some(message);
            }
        }
        None
    }
}

impl Server {
    /// Says as much of the listing as there is room for; whether that was all of it.
    pub(super) fn go_on_listing(&mut self) -> bool {
        let Self { activity: Activity::Listing(listing), session: Session::Transaction(maildrop), output, .. } = self
        else {
            return true;
        };
        while output.has_room() {
            let Some(message) = listing.next(maildrop) else {
                output.push(b".\r\n");
                self.activity = Activity::Commands;
                return true;
            };
            match (listing.what, maildrop.unique_id(message)) {
                (What::UniqueIds, Some(id)) => {
                    // An id may begin with a dot, but its line begins with a digit.
                    UniqueIdListing { message, id }.encode(|bytes| output.push(bytes));
                }
                _ => {
                    ScanListing { message, octets: maildrop.octets(message) }.encode(|bytes| output.push(bytes));
                }
            }
        }
        false
    }
}
