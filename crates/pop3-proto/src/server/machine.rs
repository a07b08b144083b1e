//! The machine's face: what happened, what to do next, and the loop in between.

use mail_wire::{Instant, LineEnding, OutputQueue, Secret, TlsInfo};

use super::{Activity, Asked, Closed, Deletions, Event, QUIET, Request, Server, Session, Staged};

impl Server {
    /// Takes bytes from the client. See [`Machine::handle_input`](mail_wire::Machine::handle_input). If the client's
    /// time is over and these bytes do not complete a line, that is a [timeout](Self::handle_timeout).
    pub fn handle_input(&mut self, now: Instant, input: &[u8]) -> usize {
        self.tell_time(now);
        match self.activity {
            Activity::Closing(_) | Activity::Closed => return input.len(),
            // Nothing may come between STLS and the handshake, and nothing that does is ever parsed.
            Activity::BeforeTls | Activity::Handshake if !input.is_empty() => {
                self.cut_off(Closed::TlsResidue);
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
        // Whoever waits for input alone might never be told that time has passed by a client that trickles.
        self.look_at_deadline();
        taken
    }

    /// The client closed its half, or is gone. See [`Machine::handle_eof`](mail_wire::Machine::handle_eof).
    ///
    /// Commands that have come are still obeyed, QUIT among them. A second call says that the connection is gone
    /// for writing, too.
    pub fn handle_eof(&mut self, now: Instant) {
        self.tell_time(now);
        if self.eof || matches!(self.activity, Activity::BeforeTls | Activity::Handshake) {
            match self.activity {
                Activity::Closed => {}
                Activity::Closing(why) => self.cut_off(why),
                _ => self.cut_off(Closed::Eof),
            }
        }
        self.eof = true;
        self.advance();
    }

    /// Bytes were written. See [`Machine::handle_transmitted`](mail_wire::Machine::handle_transmitted).
    pub fn handle_transmitted(&mut self, now: Instant, n: usize) {
        self.tell_time(now);
        self.clock.written += n.min(self.output.len());
        self.output.transmitted(n);
        self.clock.quiet = Some(now + QUIET);
        // A client that reads keeps the session alive, if it reads a good deal.
        if self.output.is_empty() || self.clock.written >= OutputQueue::HIGH_WATER {
            self.clock.moved = true;
        }
        self.advance();
        self.tell_time(now);
        if !self.output.is_empty() {
            self.look_at_deadline();
        }
    }

    /// TLS is up. See [`Machine::handle_tls`](mail_wire::Machine::handle_tls).
    ///
    /// All that was known of the client is forgotten (RFC 2595, section 4), and plaintext that has not been parsed
    /// ends the session.
    pub fn handle_tls(&mut self, now: Instant, _tls: TlsInfo) {
        self.tell_time(now);
        self.tls = true;
        match self.activity {
            Activity::Closing(_) | Activity::Closed => return,
            Activity::BeforeTls | Activity::Handshake => {
                self.staged = None;
                self.activity = Activity::Commands;
                if let Session::Authorization { user } = &mut self.session {
                    *user = None;
                }
            }
            _ => {}
        }
        if self.input.unparsed_len() > 0 {
            self.input.clear();
            self.cut_off(Closed::TlsResidue);
        }
        self.clock.moved = true;
        self.advance();
        self.tell_time(now);
    }

    /// Time has passed. See [`Machine::handle_timeout`](mail_wire::Machine::handle_timeout).
    pub fn handle_timeout(&mut self, now: Instant) {
        self.tell_time(now);
        self.look_at_deadline();
        if self.clock.quiet.is_some_and(|quiet| quiet <= now) {
            self.clock.quiet = None;
            if self.staged.is_none() && !matches!(self.activity, Activity::Asking(_)) {
                self.input.release();
                self.output.release();
            }
        }
    }

    fn look_at_deadline(&mut self) {
        if self.deadline().is_some_and(|deadline| deadline <= self.clock.now) {
            // RFC 1939, section 3: nothing is removed and nothing is said.
            self.cut_off(match self.activity {
                Activity::Closing(why) => why,
                _ => Closed::Timeout,
            });
        }
    }

    /// Takes the next event. See [`Machine::poll_event`](mail_wire::Machine::poll_event).
    pub fn poll_event(&mut self) -> Option<Event<'_>> {
        let staged = self.staged.take()?;
        if staged != Staged::Request {
            self.advance();
        }
        Some(match staged {
            Staged::Request => Event::Request(self.request()),
            Staged::WantsBody => Event::WantsBody { capacity: self.output.room() },
            Staged::BodySent(message) => Event::BodySent { message },
            Staged::AuthAborted => Event::AuthAborted,
            Staged::UpgradeTls => Event::UpgradeTls,
            Staged::Closed(why) => Event::Closed(why),
        })
    }

    fn request(&self) -> Request<'_> {
        let Activity::Asking(asked) = &self.activity else { return Request::Connect };
        match asked {
            Asked::Connect => Request::Connect,
            Asked::Login { password } => Request::Login {
                user: match &self.session {
                    Session::Authorization { user: Some(user) } => user,
                    _ => "",
                },
                password: Secret::new(self.input.get(password.clone())),
            },
            Asked::Auth { mechanism, initial } => match self.config.mechanisms.get(*mechanism) {
                Some(mechanism) => {
                    Request::Auth { mechanism: *mechanism, initial: initial.then(|| Secret::new(&self.response)) }
                }
                None => Request::AuthResponse { response: Secret::new(&self.response) },
            },
            Asked::AuthResponse => Request::AuthResponse { response: Secret::new(&self.response) },
            Asked::Retrieve(message) => Request::Retrieve { message: *message },
            Asked::Top { message, lines } => Request::Top { message: *message, lines: *lines },
            Asked::Update => Request::Update { deletions: Deletions::of(self.maildrop()) },
        }
    }

    /// What to write next. See [`Machine::poll_transmit`](mail_wire::Machine::poll_transmit).
    pub fn poll_transmit(&self) -> Option<&[u8]> {
        self.output.pending()
    }

    /// When to call [`handle_timeout`](Self::handle_timeout). See [`Machine::poll_timeout`](mail_wire::Machine::poll_timeout).
    pub fn poll_timeout(&self) -> Option<Instant> {
        if matches!(self.activity, Activity::Closed) {
            return None;
        }
        [self.deadline(), self.clock.quiet].into_iter().flatten().min()
    }

    /// Whether there is an event. See [`Machine::has_event`](mail_wire::Machine::has_event).
    pub fn has_event(&self) -> bool {
        self.staged.is_some()
    }

    /// Whether input is wanted. See [`Machine::wants_input`](mail_wire::Machine::wants_input).
    pub fn wants_input(&self) -> bool {
        let waits_for_client = matches!(self.activity, Activity::Commands | Activity::SaslResponse);
        waits_for_client && self.staged.is_none() && !self.eof && self.output.has_room() && self.input.has_room()
    }

    /// Whether the session is over. See [`Machine::is_closed`](mail_wire::Machine::is_closed).
    pub fn is_closed(&self) -> bool {
        matches!(self.activity, Activity::Closing(_) | Activity::Closed)
    }

    /// When the client will have been silent for too long, if it is the client that everything waits for.
    fn deadline(&self) -> Option<Instant> {
        if self.waits_for_application() || matches!(self.activity, Activity::Closed) {
            return None;
        }
        Some(self.clock.login.map_or(self.clock.idle, |login| login.min(self.clock.idle)))
    }

    fn tell_time(&mut self, now: Instant) {
        self.clock.now = self.clock.now.max(now);
        if core::mem::take(&mut self.clock.moved) {
            self.clock.idle = self.clock.now + self.config.autologout;
            self.clock.written = 0;
        }
    }

    /// Does what can be done until an event is staged, the client must speak or read, or the application decide.
    pub(super) fn advance(&mut self) {
        while self.staged.is_none() {
            match &mut self.activity {
                Activity::Asking(_) | Activity::Handshake | Activity::Closed => return,
                Activity::BeforeTls if self.output.is_empty() => {
                    self.activity = Activity::Handshake;
                    self.staged = Some(Staged::UpgradeTls);
                }
                Activity::Closing(why) if self.output.is_empty() => {
                    self.staged = Some(Staged::Closed(*why));
                    self.end();
                }
                Activity::BeforeTls | Activity::Closing(_) => return,
                Activity::Body(body) => {
                    if body.wants_more(&self.output) {
                        self.staged = Some(Staged::WantsBody);
                    }
                    return;
                }
                Activity::Listing(_) => {
                    if !self.go_on_listing() {
                        return;
                    }
                }
                Activity::Commands | Activity::SaslResponse => {
                    if !self.output.has_room() || !self.hear() {
                        return;
                    }
                }
            }
        }
    }

    /// Takes the next line, or the end of them; false if there is neither.
    fn hear(&mut self) -> bool {
        let in_sasl = matches!(self.activity, Activity::SaslResponse);
        let long = in_sasl || starts_with_auth(self.input.unparsed());
        let longest = if long { self.config.longest_sasl_line } else { self.config.longest_command };
        match self.input.next_line(longest, LineEnding::Crlf) {
            Some(line) => {
                self.clock.moved = true;
                if in_sasl {
                    self.hear_sasl_response(line);
                } else {
                    self.hear_command(line);
                }
                true
            }
            None if self.eof => {
                self.activity = Activity::Closing(Closed::Eof);
                true
            }
            None => false,
        }
    }

    /// The last event is staged; let go of what the session held.
    fn end(&mut self) {
        self.activity = Activity::Closed;
        self.session = Session::Authorization { user: None };
        self.response = Default::default();
        self.input.clear();
        self.input.release();
        self.output.release();
    }
}

/// Whether the line to come is an AUTH, which may be longer than others.
fn starts_with_auth(line: &[u8]) -> bool {
    line.split_at_checked(5).is_some_and(|(keyword, _)| keyword.eq_ignore_ascii_case(b"AUTH "))
}

mail_wire::machine_of_inherent_methods!(Server, Event);
