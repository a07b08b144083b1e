use mail_wire::Instant;

use super::{Answer, Query, QueryId};

/// A machine that asks the DNS: what a driver needs to know of it.
///
/// The methods are the machines' own; this trait lets one driver serve them all. A driver hands out the questions,
/// brings back the answers in the order in which they come, and calls [`handle_timeout`](Self::handle_timeout) when it
/// is time. It is done when no question is open, or when [`poll_timeout`](Self::poll_timeout) is `None`: what is still
/// being resolved then is wanted by nobody.
///
/// # Example: the smallest driver
///
/// ```
/// use mail_auth_spf_dkim::dns::{Asks, Zone};
/// use mail_wire::Instant;
///
/// fn resolve(machine: &mut impl Asks, zone: &Zone) {
///     while let Some(query) = machine.poll_query() {
///         machine.handle_answer(Instant::EPOCH, query.id, zone.lookup(&query.name, query.record_type));
///     }
/// }
/// ```
pub trait Asks {
    /// Takes the next question. Those that are there may all be resolved at the same time.
    fn poll_query(&mut self) -> Option<Query>;

    /// Takes the answer to a question. Answers to questions that are not open change nothing.
    fn handle_answer(&mut self, now: Instant, id: QueryId, answer: Answer<'_>);

    /// When to call [`handle_timeout`](Self::handle_timeout) if no answer comes until then; `None` if no answer is
    /// waited for.
    fn poll_timeout(&self) -> Option<Instant>;

    /// Time has passed. A call before [`poll_timeout`](Self::poll_timeout) is due does nothing.
    fn handle_timeout(&mut self, now: Instant);
}

/// Each machine has these methods itself, so that nobody who uses one needs the trait.
macro_rules! asks {
    ($($(#[$condition:meta])* $machine:ty),+ $(,)?) => {$(
        $(#[$condition])*
        impl Asks for $machine {
            fn poll_query(&mut self) -> Option<Query> {
                self.poll_query()
            }

            fn handle_answer(&mut self, now: Instant, id: QueryId, answer: Answer<'_>) {
                self.handle_answer(now, id, answer);
            }

            fn poll_timeout(&self) -> Option<Instant> {
                self.poll_timeout()
            }

            fn handle_timeout(&mut self, now: Instant) {
                self.handle_timeout(now);
            }
        }
    )+};
}

asks!(
    crate::spf::Evaluation,
    crate::iprev::Evaluation,
    crate::dkim::Verifier,
    crate::dmarc::Evaluation,
    #[cfg(feature = "arc")]
    crate::arc::Verifier,
    #[cfg(feature = "unstable-dkim2")]
    crate::dkim2::Verifier,
    crate::authenticate::Receiver,
);
