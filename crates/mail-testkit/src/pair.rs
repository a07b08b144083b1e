use std::collections::VecDeque;

use mail_wire::{Instant, Machine, TlsInfo};

use crate::{Application, Schedule, Trace};

/// How a [`Pair`] came to rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Both sides are closed.
    Closed,
    /// Nothing moves and no deadline is pending: somebody waits for what never comes.
    Stuck,
    /// It went on for too many steps.
    Endless,
}

/// Two machines with a pipe of bounded capacity in each direction, between them a schedule that decides who moves
/// how many bytes, and a clock that jumps to the next deadline when nothing else can happen.
///
/// STARTTLS is played by both applications calling `handle_tls` on their machines: the pipes carry the same bytes
/// before and after, as the inside of TLS would.
pub struct Pair<A, B, X, Y> {
    /// The one side's machine.
    pub left: A,
    /// The other side's machine.
    pub right: B,
    left_application: X,
    right_application: Y,
    /// What the left application saw.
    pub left_trace: Trace,
    /// What the right application saw.
    pub right_trace: Trace,
    /// The present moment.
    pub now: Instant,
    to_right: Pipe,
    to_left: Pipe,
    /// Everything that was said, in both directions.
    pub said: [Vec<u8>; 2],
}

#[derive(Default)]
struct Pipe {
    bytes: VecDeque<u8>,
    capacity: usize,
    /// The writer is gone; `Some(true)` when the reader has been told.
    closed: Option<bool>,
}

impl<A, B, X, Y> Pair<A, B, X, Y>
where
    A: Machine,
    B: Machine,
    X: Application<A>,
    Y: Application<B>,
{
    /// Joins two machines by pipes that hold `capacity` bytes each.
    pub fn new(left: (A, X), right: (B, Y), capacity: usize) -> Self {
        Self {
            left: left.0,
            right: right.0,
            left_application: left.1,
            right_application: right.1,
            left_trace: Trace::default(),
            right_trace: Trace::default(),
            now: Instant::EPOCH,
            to_right: Pipe { capacity, ..Pipe::default() },
            to_left: Pipe { capacity, ..Pipe::default() },
            said: [Vec::new(), Vec::new()],
        }
    }

    /// Tells both machines that TLS has been there from the beginning.
    pub fn with_implicit_tls(mut self) -> Self {
        self.left.handle_tls(self.now, TlsInfo::default());
        self.right.handle_tls(self.now, TlsInfo::default());
        self
    }

    /// Runs until both sides are closed or nothing can happen any more.
    pub fn run(&mut self, schedule: &mut Schedule) -> Outcome {
        self.left_application.decide(&mut self.left, self.now, &mut self.left_trace);
        self.right_application.decide(&mut self.right, self.now, &mut self.right_trace);
        for _ in 0..10_000_000 {
            // Either side may come first; both get their turn.
            let left_first = schedule.coin();
            let mut moved = false;
            for left in [left_first, !left_first] {
                moved |= if left { self.step_left(schedule) } else { self.step_right(schedule) };
            }
            if moved {
                continue;
            }
            if self.left.is_closed() && self.right.is_closed() {
                return Outcome::Closed;
            }
            let Some(due) = [self.left.poll_timeout(), self.right.poll_timeout()].into_iter().flatten().min() else {
                return Outcome::Stuck;
            };
            self.now = self.now.max(due);
            self.left.handle_timeout(self.now);
            self.right.handle_timeout(self.now);
        }
        Outcome::Endless
    }

    fn step_left(&mut self, schedule: &mut Schedule) -> bool {
        step(
            &mut self.left,
            &mut self.left_application,
            &mut self.left_trace,
            self.now,
            schedule,
            (&mut self.to_left, &mut self.to_right),
            &mut self.said[0],
        )
    }

    fn step_right(&mut self, schedule: &mut Schedule) -> bool {
        step(
            &mut self.right,
            &mut self.right_application,
            &mut self.right_trace,
            self.now,
            schedule,
            (&mut self.to_right, &mut self.to_left),
            &mut self.said[1],
        )
    }
}

/// One turn of one side: decide, else write some, else read some.
fn step<M: Machine>(
    machine: &mut M,
    application: &mut impl Application<M>,
    trace: &mut Trace,
    now: Instant,
    schedule: &mut Schedule,
    (input, output): (&mut Pipe, &mut Pipe),
    said: &mut Vec<u8>,
) -> bool {
    if machine.has_event() {
        application.decide(machine, now, trace);
        return true;
    }
    if let Some(bytes) = machine.poll_transmit() {
        let n = bytes.len().min(schedule.step()).min(output.capacity.saturating_sub(output.bytes.len()));
        output.bytes.extend(&bytes[..n]);
        said.extend_from_slice(&bytes[..n]);
        machine.handle_transmitted(now, n);
        if n > 0 {
            return true;
        }
    } else if machine.is_closed() && output.closed.is_none() {
        output.closed = Some(false);
        return true;
    }
    if !input.bytes.is_empty() && (machine.wants_input() || machine.is_closed()) {
        let n = input.bytes.len().min(schedule.step());
        let piece: Vec<u8> = input.bytes.iter().take(n).copied().collect();
        let taken = machine.handle_input(now, &piece);
        input.bytes.drain(..taken);
        return taken > 0;
    }
    if input.bytes.is_empty() && input.closed == Some(false) {
        input.closed = Some(true);
        machine.handle_eof(now);
        return true;
    }
    false
}
