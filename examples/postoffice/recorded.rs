//! A machine that writes down what it hears and says. It sees the inside of TLS, because it sits above it: one of the
//! things that come for nothing when a protocol does no I/O.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

use mail_wire::{Instant, Machine, TlsInfo};

/// What was said in one session, line by line.
#[derive(Debug, Default)]
pub(crate) struct Conversation {
    lines: Vec<Line>,
    unfinished: [Vec<u8>; 2],
}

/// One line of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// The client's.
    Client(String),
    /// The server's.
    Server(String),
    /// From here on the rest is encrypted on the wire.
    Tls,
}

impl Conversation {
    /// The lines so far, passwords left out.
    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    fn hear(&mut self, side: usize, octets: &[u8]) {
        self.unfinished[side].extend_from_slice(octets);
        while let Some(end) = self.unfinished[side].windows(2).position(|pair| pair == b"\r\n") {
            let line: Vec<u8> = self.unfinished[side].drain(..end + 2).collect();
            let line = String::from_utf8_lossy(&line[..end]).into_owned();
            let line = if side == 0 { Line::Client(self.redact(line)) } else { Line::Server(line) };
            self.lines.push(line);
        }
    }

    /// Takes passwords out: the rest of PASS, an initial response, and whatever answers a challenge.
    fn redact(&self, line: String) -> String {
        let challenged = self.lines.last().is_some_and(|last| match last {
            Line::Server(said) => said.starts_with("334") || said.starts_with("+ ") || said == "+",
            _ => false,
        });
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        match words[..] {
            _ if challenged => "***".into(),
            [verb, _, ..] if verb.eq_ignore_ascii_case("PASS") => "PASS ***".into(),
            [verb, mechanism, _] if verb.eq_ignore_ascii_case("AUTH") => format!("AUTH {mechanism} ***"),
            _ => line,
        }
    }
}

/// A server's machine, and the conversation that it takes part in if somebody wants to read it.
#[derive(Debug)]
pub(crate) struct Recorded<M> {
    machine: M,
    conversation: Option<Arc<Mutex<Conversation>>>,
}

impl<M> Recorded<M> {
    /// Records into `conversation`, or nothing.
    pub(crate) fn new(machine: M, conversation: Option<Arc<Mutex<Conversation>>>) -> Self {
        Self { machine, conversation }
    }

    fn note(&self, note: impl FnOnce(&mut Conversation)) {
        if let Some(conversation) = &self.conversation {
            note(&mut conversation.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

impl<M> Deref for Recorded<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.machine
    }
}

impl<M> DerefMut for Recorded<M> {
    fn deref_mut(&mut self) -> &mut M {
        &mut self.machine
    }
}

impl<M: Machine> Machine for Recorded<M> {
    type Event<'a>
        = M::Event<'a>
    where
        Self: 'a;

    fn handle_input(&mut self, now: Instant, input: &[u8]) -> usize {
        let taken = self.machine.handle_input(now, input);
        self.note(|conversation| conversation.hear(0, &input[..taken]));
        taken
    }

    fn handle_eof(&mut self, now: Instant) {
        self.machine.handle_eof(now);
    }

    fn handle_transmitted(&mut self, now: Instant, n: usize) {
        let written = self.machine.poll_transmit().unwrap_or_default();
        self.note(|conversation| conversation.hear(1, &written[..n.min(written.len())]));
        self.machine.handle_transmitted(now, n);
    }

    fn handle_tls(&mut self, now: Instant, tls: TlsInfo) {
        self.note(|conversation| conversation.lines.push(Line::Tls));
        self.machine.handle_tls(now, tls);
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.machine.handle_timeout(now);
    }

    fn poll_event(&mut self) -> Option<Self::Event<'_>> {
        self.machine.poll_event()
    }

    fn poll_transmit(&self) -> Option<&[u8]> {
        self.machine.poll_transmit()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.machine.poll_timeout()
    }

    fn has_event(&self) -> bool {
        self.machine.has_event()
    }

    fn wants_input(&self) -> bool {
        self.machine.wants_input()
    }

    fn is_closed(&self) -> bool {
        self.machine.is_closed()
    }
}
