//! The message on its way out: stuffed, and no faster than the connection takes it (RFC 5321, section 4.5.2).

use mail_wire::OutputQueue;

use super::transaction::BodyState;
use super::{Client, Misuse, Staged};

/// The room, in octets, at which the application is asked for more: half of the queue, so that one half is filled
/// while the other is written.
const WORTHWHILE: usize = OutputQueue::HIGH_WATER / 2;

impl Client {
    /// Gives the next octets of the message and returns how many of them were taken, which may be none: offer the
    /// rest when [`Event::WantsBody`](super::Event::WantsBody) comes again.
    ///
    /// The message may be cut anywhere and be of any length; nothing of it is kept. Dots are doubled here and
    /// nowhere else.
    ///
    /// # Errors
    ///
    /// [`Misuse::OutOfOrder`] if the server does not wait for a message; [`Misuse::BareLineEnding`] if a CR or LF
    /// stands alone and the [`Config`](super::Config) does not have it mended. Nothing was taken: give other
    /// octets, or [`abort`](Self::abort).
    pub fn send_body(&mut self, octets: &[u8]) -> Result<usize, Misuse> {
        let (room, was_empty) = (self.output.room(), self.output.is_empty());
        let Some(BodyState::Open { stuffer, offer }) =
            self.transaction.as_mut().map(|transaction| &mut transaction.body)
        else {
            return Err(if self.is_closed() { Misuse::Closed } else { Misuse::OutOfOrder });
        };
        let taken = octets.len().min(room);
        stuffer.stuff(octets.get(..taken).unwrap_or_default(), &mut self.output)?;
        *offer |= taken > 0 || room == 0;
        if was_empty {
            self.deadline.restart();
        }
        self.stage();
        Ok(taken)
    }

    /// Ends the message. Its last line is completed if it has no ending; what has one is not given another.
    ///
    /// From here until its reply comes, whether the message is accepted is in doubt.
    ///
    /// # Errors
    ///
    /// The same as [`send_body`](Self::send_body), for a message whose last octet is a CR.
    pub fn finish_body(&mut self) -> Result<(), Misuse> {
        let before = self.output.len();
        let Some(BodyState::Open { stuffer, .. }) = self.transaction.as_mut().map(|transaction| &mut transaction.body)
        else {
            return Err(if self.is_closed() { Misuse::Closed } else { Misuse::OutOfOrder });
        };
        stuffer.finish(&mut self.output)?;
        self.body_finished(self.output.len() - before);
        if let Some(Staged::WantsBody) = self.staged {
            self.staged = None;
        }
        self.stage();
        Ok(())
    }

    /// Asks for more of the message if there is room that nobody has been told of.
    pub(super) fn offer_room(&mut self) {
        let room = self.output.room() >= WORTHWHILE;
        if let Some(transaction) = &mut self.transaction
            && let BodyState::Open { offer, .. } = &mut transaction.body
            && room
            && core::mem::take(offer)
        {
            self.staged = Some(Staged::WantsBody);
        }
    }

    /// Whether a message is being sent and has not been ended.
    pub(super) fn body_is_open(&self) -> bool {
        self.transaction.as_ref().is_some_and(|transaction| matches!(transaction.body, BodyState::Open { .. }))
    }
}
