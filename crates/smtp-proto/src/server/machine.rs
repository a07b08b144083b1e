//! The contract of [`Machine`](mail_wire::Machine), kept.

use mail_wire::{InputBuffer, Instant};
use zeroize::Zeroize;

use super::event::{Aborted, Closed};
use super::{Deadline, Event, Server, State};
use crate::reply::Reply;

impl Server {
    /// Takes bytes that came from the client, and returns how many of them were taken; see
    /// [`Machine::handle_input`](mail_wire::Machine::handle_input). If the client's time is over and these bytes do not
    /// complete what was waited for, that is a [timeout](Self::handle_timeout).
    pub fn handle_input(&mut self, now: Instant, input: &[u8]) -> usize {
        self.tick(now);
        let taken = match self.state {
            _ if self.eof || input.is_empty() => input.len(),
            State::Closing(_) | State::Closed => input.len(),
            State::StartTls { .. } => {
                self.plaintext_after_starttls();
                self.advance();
                input.len()
            }
            // What is staged borrows from the buffer.
            _ if self.staged.is_some() => return 0,
            _ => {
                self.quiet_at = Some(self.now + Self::QUIET);
                let taken = self.input.push(input);
                self.advance();
                taken
            }
        };
        // Whoever waits for input alone might never be told that time has passed by a client that trickles.
        self.look_at_deadline();
        self.set_deadline();
        taken
    }

    /// The client has closed its half of the connection, or the connection is gone. Commands that came before are
    /// still served; a message that is not complete is not delivered. Said twice, it means that what is still to be
    /// written cannot be.
    pub fn handle_eof(&mut self, now: Instant) {
        self.tick(now);
        if core::mem::replace(&mut self.eof, true) {
            self.output.clear();
        }
        self.advance();
        self.set_deadline();
    }

    /// The first `n` bytes of [`poll_transmit`](Self::poll_transmit) have been written.
    pub fn handle_transmitted(&mut self, now: Instant, n: usize) {
        self.tick(now);
        self.output.transmitted(n);
        self.advance();
        if !self.output.is_empty() {
            self.look_at_deadline();
        }
        self.set_deadline();
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.tick(now);
        self.look_at_deadline();
        if self.quiet_at.is_some_and(|at| at <= self.now) && self.is_idle() {
            self.quiet_at = None;
            self.input.release();
            self.output.release();
            self.response.zeroize();
            self.response.shrink_to_fit();
        }
        self.set_deadline();
    }

    fn look_at_deadline(&mut self) {
        if let Deadline::At(at) = self.deadline
            && at <= self.now
        {
            self.time_out();
        }
    }

    fn time_out(&mut self) {
        self.abort(Aborted::TimedOut);
        // A client that has not even read what it was told before is told nothing more; nor is one that expects a
        // handshake and no reply.
        if !self.output.is_empty() {
            self.output.clear();
        } else if !matches!(self.state, State::StartTls { .. } | State::Closing(_)) {
            Reply::TIMED_OUT.encode(&mut self.output);
        }
        if !matches!(self.state, State::Closing(_)) {
            self.state = State::Closing(Closed::TimedOut);
        }
        self.wait();
        self.advance();
    }

    /// Takes the next event.
    pub fn poll_event(&mut self) -> Option<Event<'_>> {
        let staged = self.staged.take()?;
        self.asked = staged.asked();
        // The next event is staged now, so that it is known whether there is one. This parses, but adds nothing to
        // the buffer, so what this event borrows stays where it is.
        self.advance();
        Some(self.event(staged))
    }

    /// The bytes to write next, if any.
    pub fn poll_transmit(&self) -> Option<&[u8]> {
        self.output.pending()
    }

    /// When to call [`handle_timeout`](Self::handle_timeout) if nothing else happens until then.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let deadline = match self.deadline {
            _ if matches!(self.state, State::Closed) => None,
            Deadline::None => None,
            // Due at once: the answer to that says what time it is.
            Deadline::In(_) => Some(self.now),
            Deadline::At(at) => Some(at),
        };
        let quiet = self.quiet_at.filter(|_| self.is_idle());
        [deadline, quiet].into_iter().flatten().min()
    }

    /// Whether [`poll_event`](Self::poll_event) would return an event.
    pub fn has_event(&self) -> bool {
        self.staged.is_some()
    }

    /// Whether the session has use and room for input.
    pub fn wants_input(&self) -> bool {
        !self.eof
            && self.is_idle()
            && !matches!(self.state, State::StartTls { .. })
            && self.output.has_room()
            && self.input.has_room()
    }

    /// Whether the session is over. The last event has been [`Event::Closed`], or will be; what
    /// [`poll_transmit`](Self::poll_transmit) still holds is worth writing.
    pub fn is_closed(&self) -> bool {
        matches!(self.state, State::Closing(_) | State::Closed)
    }

    /// Whether the client's next word is what is waited for.
    fn is_idle(&self) -> bool {
        self.staged.is_none() && self.asked.is_none() && !self.is_closed()
    }

    /// Notes what time it is.
    pub(super) fn tick(&mut self, now: Instant) {
        self.now = self.now.max(now);
    }

    /// Turns "so long from now" into a moment, now that the time is known. While an event waits for the application,
    /// that is not the client's time.
    pub(super) fn set_deadline(&mut self) {
        if self.staged.is_none()
            && let Deadline::In(patience) = self.deadline
        {
            self.deadline = Deadline::At(self.now + patience);
        }
    }
}

const _: () = assert!(InputBuffer::CHUNK >= super::Timeouts::BODY_BLOCK, "one read may complete a block");

mail_wire::machine_of_inherent_methods!(Server, Event);
