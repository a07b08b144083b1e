//! What the family's tests are written with: transcripts played at every split, a client against a server in
//! memory, and a virtual clock. No sockets and no sleeps; a session of hours takes microseconds.
//!
//! A test says how its application decides by implementing [`Application`], and gets the rest:
//!
//! - [`Transcript`] plays a `C:`/`S:` dialogue against one machine, with the input whole, cut at every byte, and one
//!   byte at a time, and shows where the answer differs.
//! - [`Pair`] runs two machines against each other over narrow pipes under any [`Schedule`] of partial writes.
//! - [`Session`] is one machine in a test's hand.
//! - [`Policies`] writes SPF policies, sound and not, with the zones around them.
//! - With the feature `messages`, `messages::Letter` is a message of random values, to be read back.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

#[cfg(feature = "messages")]
pub mod messages;
mod pair;
mod policies;
mod schedule;
mod session;
mod trace;
mod transcript;

pub use pair::{Outcome, Pair};
pub use policies::{Policies, PolicyCase};
pub use schedule::Schedule;
pub use session::Session;
pub use trace::Trace;
pub use transcript::{Role, Transcript};

use mail_wire::{Instant, Machine};

/// The half of a session that is not the machine: it polls events and answers them.
pub trait Application<M: Machine> {
    /// Polls the machine until it has no more events, answers what wants an answer, and notes what happened.
    ///
    /// Called whenever the machine has an event, and once at the beginning.
    fn decide(&mut self, machine: &mut M, now: Instant, trace: &mut Trace);
}

impl<M: Machine, F: FnMut(&mut M, Instant, &mut Trace)> Application<M> for F {
    fn decide(&mut self, machine: &mut M, now: Instant, trace: &mut Trace) {
        self(machine, now, trace);
    }
}
