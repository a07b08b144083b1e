//! The machine's face: what happened, what to do next, and the loop in between.

use alloc::collections::VecDeque;
use core::ops::Range;
use core::time::Duration;

use mail_wire::{Instant, Secret, TlsInfo};

use super::{Client, Event, Phase, Reading, Reason, Staged, Waiting};
use crate::{ScanListing, StatusLine, UniqueId, UniqueIdListing};

/// How long nothing must happen before the buffers are given back.
const QUIET: Duration = Duration::from_secs(10);

impl Client {
    /// Takes bytes from the server. See [`Machine::handle_input`](mail_wire::Machine::handle_input). If the server's
    /// time is over and these bytes do not complete anything, that is a [timeout](Self::handle_timeout).
    pub fn handle_input(&mut self, now: Instant, input: &[u8]) -> usize {
        self.tell_time(now);
        match self.phase {
            Phase::Closing(_) | Phase::Closed => return input.len(),
            Phase::Handshake if !input.is_empty() => {
                self.close(Reason::TlsResidue);
                return input.len();
            }
            _ => {}
        }
        // An event that has not been polled may still borrow from the buffer.
        if self.staged.is_some() || self.eof {
            return 0;
        }
        let taken = self.input.push(input);
        self.clock.quiet = Some(now + QUIET);
        self.advance();
        self.tell_time(now);
        // Whoever waits for input alone might never be told that time has passed by a server that trickles.
        self.look_at_deadline();
        taken
    }

    /// The server closed its half, or is gone. See [`Machine::handle_eof`](mail_wire::Machine::handle_eof). What has come is still read.
    pub fn handle_eof(&mut self, now: Instant) {
        self.tell_time(now);
        self.eof = true;
        if self.phase == Phase::Handshake {
            self.close(Reason::Eof(Waiting::Handshake));
        }
        self.advance();
    }

    /// Bytes were written. See [`Machine::handle_transmitted`](mail_wire::Machine::handle_transmitted).
    pub fn handle_transmitted(&mut self, now: Instant, n: usize) {
        self.tell_time(now);
        self.output.transmitted(n);
        self.clock.quiet = Some(now + QUIET);
        self.send_held();
        self.tell_time(now);
    }

    /// TLS is up. See [`Machine::handle_tls`](mail_wire::Machine::handle_tls).
    ///
    /// What the server said of its capabilities is forgotten (RFC 2595, section 4), and plaintext that has not been
    /// parsed ends the session.
    pub fn handle_tls(&mut self, now: Instant, tls: TlsInfo) {
        self.tell_time(now);
        self.tls = Some(tls);
        self.capabilities = None;
        match self.phase {
            Phase::Closing(_) | Phase::Closed => return,
            Phase::Handshake => {
                self.staged = None;
                self.phase = Phase::Open;
            }
            Phase::Greeting | Phase::Open => {}
        }
        if self.input.unparsed_len() > 0 {
            return self.close(Reason::TlsResidue);
        }
        self.clock.moved = true;
        self.send_held();
        self.tell_time(now);
    }

    /// Time has passed. See [`Machine::handle_timeout`](mail_wire::Machine::handle_timeout).
    pub fn handle_timeout(&mut self, now: Instant) {
        self.tell_time(now);
        self.look_at_deadline();
        if self.clock.quiet.is_some_and(|quiet| quiet <= now) {
            self.clock.quiet = None;
            if self.staged.is_none() {
                self.input.release();
                self.output.release();
                if self.asked.is_empty() {
                    self.asked = VecDeque::new();
                }
            }
        }
    }

    fn look_at_deadline(&mut self) {
        if self.deadline().is_some_and(|deadline| deadline <= self.clock.now) {
            let waiting = self.waiting();
            self.close(Reason::TimedOut(waiting));
        }
    }

    /// Takes the next event. See [`Machine::poll_event`](mail_wire::Machine::poll_event).
    #[inline]
    pub fn poll_event(&mut self) -> Option<Event<'_>> {
        // Lines of a listing come by the thousand: the way from one to the next is short.
        match self.staged {
            Some(Staged::Sized(message, octets)) => {
                self.next_listing();
                Some(Event::Listed(ScanListing { message, octets: Some(octets) }))
            }
            Some(Staged::Identified(message, Range { start, end })) => {
                self.next_listing();
                let id = UniqueId::of_line(self.input.get(start..end));
                Some(Event::Identified(UniqueIdListing { message, id }))
            }
            _ => self.poll_any_event(),
        }
    }

    #[inline]
    fn next_listing(&mut self) {
        self.staged = None;
        if !self.read_plain_listing() {
            self.advance();
        }
    }

    fn poll_any_event(&mut self) -> Option<Event<'_>> {
        let staged = self.staged.take()?;
        self.superseded = None;
        match staged {
            Staged::Closed(_) => self.end(),
            _ => self.advance(),
        }
        Some(self.show(staged))
    }

    /// The event, borrowing from the buffer what it has to.
    fn show(&self, staged: Staged) -> Event<'_> {
        let status = |range| StatusLine::parse(self.input.get(range)).unwrap_or(StatusLine::EMPTY);
        match staged {
            Staged::Listed(listing) => Event::Listed(listing),
            Staged::Sized(message, octets) => Event::Listed(ScanListing { message, octets: Some(octets) }),
            Staged::Identified(message, id) => {
                Event::Identified(UniqueIdListing { message, id: UniqueId::of_line(self.input.get(id)) })
            }
            Staged::Body(range) => Event::Body(self.input.get(range)),
            Staged::EndOfBody(asked) => {
                let (octets, defects) = self.last_body;
                Event::EndOfBody { asked, octets, defects }
            }
            Staged::StartOfBody(asked, range) => Event::StartOfBody { asked, reply: status(range) },
            Staged::EndOfListing { asked, messages, malformed } => Event::EndOfListing { asked, messages, malformed },
            Staged::Greeting(range) => Event::Greeting(status(range)),
            Staged::Capabilities => match self.superseded.as_ref().or(self.capabilities.as_ref()) {
                Some(capabilities) => Event::Capabilities(capabilities),
                None => Event::Capabilities(const { &super::Capabilities::NONE }),
            },
            Staged::UpgradeTls => Event::UpgradeTls,
            Staged::Challenge => Event::Challenge(Secret::new(&self.challenge)),
            Staged::LoggedIn(range) => Event::LoggedIn(status(range)),
            Staged::Stat(listing) => Event::Stat(listing),
            Staged::Done(asked, range) => Event::Done { asked, reply: status(range) },
            Staged::Refused(asked, range) => Event::Refused { asked, reply: status(range) },
            Staged::Malformed(asked, range) => Event::Malformed { asked, reply: status(range) },
            Staged::Closed(closed) => Event::Closed(closed),
        }
    }

    /// What to write next. See [`Machine::poll_transmit`](mail_wire::Machine::poll_transmit).
    pub fn poll_transmit(&self) -> Option<&[u8]> {
        self.output.pending()
    }

    /// When to call [`handle_timeout`](Self::handle_timeout). See [`Machine::poll_timeout`](mail_wire::Machine::poll_timeout).
    pub fn poll_timeout(&self) -> Option<Instant> {
        if self.is_closed() {
            return None;
        }
        // A wait that has just begun is due at once: the answer to that says what time it is.
        let deadline = self.deadline().map(|reply| if self.clock.moved { self.clock.now } else { reply });
        [deadline, self.clock.quiet].into_iter().flatten().min()
    }

    /// Whether there is an event. See [`Machine::has_event`](mail_wire::Machine::has_event).
    pub fn has_event(&self) -> bool {
        self.staged.is_some()
    }

    /// Whether input is wanted. See [`Machine::wants_input`](mail_wire::Machine::wants_input). It is when nothing is asked, too: the server may close.
    pub fn wants_input(&self) -> bool {
        let open = matches!(self.phase, Phase::Greeting | Phase::Open);
        open && self.staged.is_none() && !self.eof && self.input.has_room()
    }

    /// Whether the session is over. See [`Machine::is_closed`](mail_wire::Machine::is_closed).
    pub fn is_closed(&self) -> bool {
        matches!(self.phase, Phase::Closing(_) | Phase::Closed)
    }

    /// When the server will have taken too long, if it is the server that everything waits for.
    fn deadline(&self) -> Option<Instant> {
        let waits = self.staged.is_none() && !self.is_closed() && self.waiting() != Waiting::Nothing;
        waits.then_some(self.clock.reply)
    }

    fn tell_time(&mut self, now: Instant) {
        self.clock.now = self.clock.now.max(now);
        // While an event waits for the application, the server owes us nothing.
        if self.staged.is_none() && core::mem::take(&mut self.clock.moved) {
            self.clock.reply = self.clock.now + self.config.timeout;
            self.clock.progress = 0;
        }
    }

    /// Reads what has come until an event is staged, or more must come, or the application speak.
    #[inline]
    pub(super) fn advance(&mut self) {
        while self.staged.is_none() {
            match self.phase {
                Phase::Closing(reason) => return self.close(reason),
                Phase::Handshake | Phase::Closed => return,
                Phase::Greeting | Phase::Open => {}
            }
            let awaited = self.phase == Phase::Greeting || self.in_flight > 0;
            let went_on = match &self.reading {
                Reading::Listing { .. } => self.read_listing(),
                Reading::Body(_) => self.read_body(),
                Reading::Status if awaited => self.read_status(),
                Reading::Capabilities(_) => self.read_capability(),
                Reading::Status | Reading::Challenge if self.input.unparsed_len() > 0 => {
                    return self.close(Reason::Unsolicited);
                }
                Reading::Status | Reading::Challenge => false,
            };
            if !went_on && self.staged.is_none() {
                if self.eof {
                    let waiting = self.waiting();
                    self.close(Reason::Eof(waiting));
                }
                return;
            }
        }
    }
}

mail_wire::machine_of_inherent_methods!(Client, Event);
