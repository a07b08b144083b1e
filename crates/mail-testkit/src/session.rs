use std::time::Duration;

use mail_wire::{Instant, Machine, TlsInfo};

use crate::{Application, Trace};

/// One machine with its application, a virtual clock, and everything it has said.
pub struct Session<M, A> {
    /// The machine.
    pub machine: M,
    /// The application that answers it.
    pub application: A,
    /// What the application saw.
    pub trace: Trace,
    /// The present moment; [`wait`](Self::wait) moves it.
    pub now: Instant,
    output: Vec<u8>,
}

impl<M: Machine, A: Application<M>> Session<M, A> {
    /// Starts a session at the epoch and lets the application decide once.
    pub fn new(machine: M, application: A) -> Self {
        let mut session =
            Self { machine, application, trace: Trace::default(), now: Instant::EPOCH, output: Vec::new() };
        session.decide();
        session.settle();
        session
    }

    /// Feeds input, whole, and settles.
    pub fn feed(&mut self, input: &[u8]) {
        self.feed_in_pieces([input]);
    }

    /// Feeds pieces of input one after the other, settling after each.
    ///
    /// # Panics
    ///
    /// When the machine says that it wants input and takes none: a driver would hang.
    pub fn feed_in_pieces<'a>(&mut self, pieces: impl IntoIterator<Item = &'a [u8]>) {
        for mut piece in pieces {
            while !piece.is_empty() {
                let taken = self.machine.handle_input(self.now, piece);
                self.settle();
                if taken == 0 {
                    assert!(!self.machine.wants_input(), "the machine wants input and takes none");
                    // A paused machine that is full: what is left stays with the peer.
                    return;
                }
                piece = &piece[taken..];
            }
        }
    }

    /// The peer closes its half.
    pub fn eof(&mut self) {
        self.machine.handle_eof(self.now);
        self.settle();
    }

    /// TLS comes up.
    pub fn tls(&mut self, tls: TlsInfo) {
        self.machine.handle_tls(self.now, tls);
        self.settle();
    }

    /// Time passes, with every deadline on the way being kept.
    pub fn wait(&mut self, duration: Duration) {
        let until = self.now + duration;
        while let Some(due) = self.machine.poll_timeout().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            self.machine.handle_timeout(self.now);
            self.settle();
            if self.machine.poll_timeout() == Some(due) {
                break;
            }
        }
        self.now = until;
        self.machine.handle_timeout(self.now);
        self.settle();
    }

    /// Lets the application act on its own account: send a command, answer later.
    pub fn act<R>(&mut self, action: impl FnOnce(&mut M, Instant) -> R) -> R {
        let result = action(&mut self.machine, self.now);
        self.settle();
        result
    }

    /// Takes everything that the machine has said since the last call.
    pub fn output(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.output)
    }

    /// The same as text.
    ///
    /// # Panics
    ///
    /// When the machine said something that is not UTF-8.
    pub fn output_text(&mut self) -> String {
        String::from_utf8(self.output()).expect("the machine's output is UTF-8")
    }

    /// Decides and writes until there is nothing to do.
    pub fn settle(&mut self) {
        loop {
            if self.machine.has_event() {
                self.decide();
            } else if let Some(bytes) = self.machine.poll_transmit() {
                let n = bytes.len();
                self.output.extend_from_slice(bytes);
                self.machine.handle_transmitted(self.now, n);
            } else {
                return;
            }
        }
    }

    fn decide(&mut self) {
        self.application.decide(&mut self.machine, self.now, &mut self.trace);
    }
}
