//! Messages on their way out: RETR and TOP (RFC 1939, sections 5 and 7).

use mail_wire::OutputQueue;
use mail_wire::dot::{BodyEnding, Stuffer};

use super::top::TopCut;
use super::{Activity, Misuse, Server, Staged};
use crate::MessageNumber;

/// A body that is being said.
#[derive(Debug)]
pub(super) struct Body {
    message: MessageNumber,
    stuffer: Stuffer,
    /// Where TOP ends it.
    cut: Option<TopCut>,
    /// The application has been asked to go on and has not yet.
    asked: bool,
}

impl Body {
    pub(super) fn new(message: MessageNumber, lines: Option<u64>) -> Self {
        Self {
            message,
            // Whatever the file's line endings are, the wire has CRLF, or the client would not see the lines.
            stuffer: Stuffer::new(BodyEnding::Normalise),
            cut: lines.map(TopCut::after_lines),
            asked: false,
        }
    }

    /// Whether it is time to ask for more: once for each time that a good piece fits.
    pub(super) fn wants_more(&mut self, output: &OutputQueue) -> bool {
        let wants = !self.asked && output.room() >= OutputQueue::HIGH_WATER / 2;
        self.asked |= wants;
        wants
    }
}

impl Server {
    /// Says the next octets of the body that a RETR or TOP asked for, and returns how many were taken: as many as
    /// [`Event::WantsBody`](super::Event::WantsBody) said, or all.
    ///
    /// They may be cut anywhere. Lines that end in LF or CR are sent with CRLF, and dots are doubled where the
    /// protocol wants it. What TOP's client does not want is taken and dropped.
    ///
    /// # Errors
    ///
    /// [`Misuse::NoBody`] if no body is being sent.
    pub fn send_body(&mut self, octets: &[u8]) -> Result<usize, Misuse> {
        let Activity::Body(body) = &mut self.activity else {
            return if self.body_cut { Ok(octets.len()) } else { Err(Misuse::NoBody) };
        };
        let taken = octets.len().min(self.output.room());
        let octets = &octets[..taken];
        // The client has taken all there was: until now, it was the application that was waited for.
        self.clock.moved |= self.output.is_empty();
        let (length, end) = match &mut body.cut {
            Some(cut) => cut.measure(octets),
            None => (taken, false),
        };
        // Normalising, the stuffer refuses nothing.
        let _ = body.stuffer.stuff(&octets[..length], &mut self.output);
        body.asked = false;
        if end {
            self.body_cut = true;
            self.end_body();
        } else {
            self.unstage_body();
            self.advance();
        }
        Ok(taken)
    }

    /// Says that the body is complete. If its last line has no ending, it gets one.
    ///
    /// # Errors
    ///
    /// [`Misuse::NoBody`] if no body is being sent.
    pub fn finish_body(&mut self) -> Result<(), Misuse> {
        match self.activity {
            Activity::Body(_) => self.end_body(),
            _ if self.body_cut => self.body_cut = false,
            _ => return Err(Misuse::NoBody),
        }
        Ok(())
    }

    fn end_body(&mut self) {
        let Activity::Body(body) = &mut self.activity else { return };
        let message = body.message;
        let _ = body.stuffer.finish(&mut self.output);
        self.activity = Activity::Commands;
        self.staged = Some(Staged::BodySent(message));
        self.clock.moved = true;
    }

    /// The application went on before it was asked, or before it saw that it was.
    fn unstage_body(&mut self) {
        if self.staged == Some(Staged::WantsBody) {
            self.staged = None;
        }
    }
}
