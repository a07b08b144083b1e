//! When a command leaves: at once, or when the window has room (RFC 2449, section 6.6).

use super::{Asked, Client, Phase, Pipelining, Quit, Reason, Support};

impl Client {
    /// Sends what may be sent of what has been asked for.
    pub(super) fn send_held(&mut self) {
        while let Some(&next) = self.asked.get(self.in_flight) {
            let length = next.line_length();
            if !self.may_send(next, length) {
                return;
            }
            if self.in_flight == 0 && self.spoke_early() {
                return;
            }
            match next.command() {
                Some(command) => command.encode(|piece| self.output.push(piece)),
                None => self.send_login(next),
            }
            if next == Asked::Quit {
                self.quit = Quit::Sent;
            }
            if self.in_flight == 0 {
                self.clock.moved = true;
            }
            self.in_flight += 1;
            self.octets_in_flight += length;
        }
    }

    /// Whether the server has already said more. It cannot be the reply to a line that has not left yet, and so the
    /// session is over.
    pub(super) fn spoke_early(&mut self) -> bool {
        let early = self.input.unparsed_len() > 0;
        if early {
            self.phase = Phase::Closing(Reason::Unsolicited);
        }
        early
    }

    fn may_send(&self, next: Asked, length: usize) -> bool {
        if self.phase != Phase::Open || self.eof || !self.output.has_room() {
            return false;
        }
        let Some(last) = self.in_flight.checked_sub(1).and_then(|last| self.asked.get(last)) else {
            return true;
        };
        self.pipelines()
            && !next.stands_alone()
            && !last.stands_alone()
            && self.in_flight < self.config.most_in_flight
            && self.octets_in_flight + length <= self.config.most_octets_in_flight
    }

    fn pipelines(&self) -> bool {
        match self.config.pipelining {
            Pipelining::WhenOffered => self.supports("PIPELINING") == Support::Yes,
            Pipelining::Never => false,
            Pipelining::Always => true,
        }
    }

    /// The first command has been answered to its end.
    pub(super) fn answered(&mut self) -> Option<Asked> {
        let asked = self.asked.pop_front()?;
        self.in_flight = self.in_flight.saturating_sub(1);
        self.octets_in_flight = self.octets_in_flight.saturating_sub(asked.line_length());
        self.clock.moved = true;
        self.send_held();
        Some(asked)
    }
}
