use crate::{Instant, TlsInfo};

/// A protocol machine: bytes and time in, bytes and events out.
///
/// Every machine of the family implements this trait with inherent methods of the same names, so that one driver
/// serves them all. The commands that a particular protocol needs (`accept`, `reject`, `mail`, `retr`, …) are
/// inherent methods of the machine; they are the only calls that can fail.
///
/// The law:
///
/// 1. Decide, else write, else wait.
/// 2. Each request is answered exactly once; other events need no answer.
/// 3. No method does I/O, reads a clock, or panics on what a peer sent.
/// 4. No call order is wrong; it can only be slow.
pub trait Machine {
    /// What the machine has to say. It may borrow from the machine's own buffer until the next call.
    type Event<'a>
    where
        Self: 'a;

    /// Takes bytes that came from the peer, and returns how many of them were taken.
    ///
    /// The machine's buffer is bounded, so a call may take less than it is offered, even nothing: offer the rest
    /// again when events have been polled. As long as [`wants_input`](Self::wants_input) is true, a slice of up to
    /// [`InputBuffer::CHUNK`](crate::InputBuffer::CHUNK) bytes is always taken whole. A closed machine takes
    /// everything and keeps nothing.
    ///
    /// Input that comes late and does not complete what the machine waited for is no reprieve: a peer that trickles
    /// cannot keep a driver from ever calling [`handle_timeout`](Self::handle_timeout). What it does complete counts,
    /// however late.
    fn handle_input(&mut self, now: Instant, input: &[u8]) -> usize;

    /// The peer has closed its half of the connection, or the connection is gone. An empty read is this call and
    /// never an empty `handle_input`. What the machine has still to say may be written; called again, it says that this
    /// cannot be written either, and is lost.
    fn handle_eof(&mut self, now: Instant);

    /// The first `n` bytes of [`poll_transmit`](Self::poll_transmit) have been written.
    fn handle_transmitted(&mut self, now: Instant, n: usize);

    /// TLS is up on the connection: from here on, bytes travel inside it. A machine that did not ask for TLS notes
    /// the facts (implicit TLS) and goes on.
    fn handle_tls(&mut self, now: Instant, tls: TlsInfo);

    /// Time has passed. A call before [`poll_timeout`](Self::poll_timeout) is due does nothing.
    fn handle_timeout(&mut self, now: Instant);

    /// Takes the next event. This is the only `poll_` call that changes the machine.
    fn poll_event(&mut self) -> Option<Self::Event<'_>>;

    /// The bytes to write next, if any: write any prefix of them and say how much with
    /// [`handle_transmitted`](Self::handle_transmitted).
    fn poll_transmit(&self) -> Option<&[u8]>;

    /// When to call [`handle_timeout`](Self::handle_timeout) if nothing else happens until then.
    fn poll_timeout(&self) -> Option<Instant>;

    /// Whether [`poll_event`](Self::poll_event) would return an event.
    fn has_event(&self) -> bool;

    /// Whether the machine has use and room for input: while this is false, reading from the peer only moves bytes
    /// from one buffer to another. Not reading is how a peer is slowed down.
    fn wants_input(&self) -> bool;

    /// Whether the session is over. The last event has been `Closed`, or will be; what
    /// [`poll_transmit`](Self::poll_transmit) still holds is worth writing before the connection is closed.
    fn is_closed(&self) -> bool;
}

/// Implements [`Machine`] for a machine by its inherent methods of the same names, for authors of machines.
///
/// Inherent methods spare a machine's users the import of the trait; the trait is what drivers are generic over.
///
/// ```
/// # use mail_wire::{Instant, TlsInfo};
/// /// A machine that has nothing to say.
/// struct Mute;
///
/// enum Event<'a> {
///     Heard(&'a [u8]),
/// }
///
/// impl Mute {
///     fn handle_input(&mut self, _now: Instant, input: &[u8]) -> usize { input.len() }
///     // … and so on:
/// #   fn handle_eof(&mut self, _now: Instant) {}
/// #   fn handle_transmitted(&mut self, _now: Instant, _n: usize) {}
/// #   fn handle_tls(&mut self, _now: Instant, _tls: TlsInfo) {}
/// #   fn handle_timeout(&mut self, _now: Instant) {}
/// #   fn poll_event(&mut self) -> Option<Event<'_>> { None }
/// #   fn poll_transmit(&self) -> Option<&[u8]> { None }
/// #   fn poll_timeout(&self) -> Option<Instant> { None }
/// #   fn has_event(&self) -> bool { false }
/// #   fn wants_input(&self) -> bool { true }
/// #   fn is_closed(&self) -> bool { false }
/// }
///
/// mail_wire::machine_of_inherent_methods!(Mute, Event);
/// ```
#[macro_export]
macro_rules! machine_of_inherent_methods {
    ($machine:ident, $event:ident) => {
        impl $crate::Machine for $machine {
            type Event<'a> = $event<'a>;

            fn handle_input(&mut self, now: $crate::Instant, input: &[u8]) -> usize {
                $machine::handle_input(self, now, input)
            }

            fn handle_eof(&mut self, now: $crate::Instant) {
                $machine::handle_eof(self, now);
            }

            fn handle_transmitted(&mut self, now: $crate::Instant, n: usize) {
                $machine::handle_transmitted(self, now, n);
            }

            fn handle_tls(&mut self, now: $crate::Instant, tls: $crate::TlsInfo) {
                $machine::handle_tls(self, now, tls);
            }

            fn handle_timeout(&mut self, now: $crate::Instant) {
                $machine::handle_timeout(self, now);
            }

            fn poll_event(&mut self) -> Option<$event<'_>> {
                $machine::poll_event(self)
            }

            fn poll_transmit(&self) -> Option<&[u8]> {
                $machine::poll_transmit(self)
            }

            fn poll_timeout(&self) -> Option<$crate::Instant> {
                $machine::poll_timeout(self)
            }

            fn has_event(&self) -> bool {
                $machine::has_event(self)
            }

            fn wants_input(&self) -> bool {
                $machine::wants_input(self)
            }

            fn is_closed(&self) -> bool {
                $machine::is_closed(self)
            }
        }
    };
}
