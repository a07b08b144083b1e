use core::time::Duration;

use mail_wire::Instant;

/// The moment by which the peer must have done what it owes us.
///
/// A wait can begin in a call that does not know the time (a command, a poll). The deadline then starts with the
/// next call that does, and until there is one, that is due at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Deadline {
    #[default]
    ToBeStarted,
    At(Instant),
}

impl Deadline {
    /// A new wait begins.
    pub(super) fn restart(&mut self) {
        *self = Self::ToBeStarted;
    }

    /// It is `now`.
    pub(super) fn start(&mut self, now: Instant, patience: Duration) {
        if *self == Self::ToBeStarted {
            *self = Self::At(now + patience);
        }
    }

    pub(super) fn has_passed(self, now: Instant) -> bool {
        matches!(self, Self::At(at) if at <= now)
    }

    /// When to be told the time. `last` is the time that was told last.
    pub(super) fn due(self, last: Instant) -> Instant {
        match self {
            Self::ToBeStarted => last,
            Self::At(at) => at,
        }
    }
}
