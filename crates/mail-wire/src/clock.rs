use core::time::Duration;
use std::time::Instant as SystemInstant;

use crate::Instant;

/// The system's monotonic clock, as the [`Instant`]s that machines understand. The epoch is the clock's creation.
///
/// ```
/// use mail_wire::Clock;
///
/// let clock = Clock::start();
/// let deadline = clock.now() + core::time::Duration::from_secs(60);
/// assert!(clock.until(deadline) <= core::time::Duration::from_secs(60));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    epoch: SystemInstant,
}

impl Clock {
    /// A clock whose epoch is now.
    pub fn start() -> Self {
        Self { epoch: SystemInstant::now() }
    }

    /// The present moment.
    pub fn now(&self) -> Instant {
        Instant::since_epoch(self.epoch.elapsed())
    }

    /// How long to wait for `moment`; zero if it has passed.
    pub fn until(&self, moment: Instant) -> Duration {
        moment.duration_since(self.now())
    }

    /// `moment` as the system's own type, for runtimes that sleep until one. A moment too far away to be
    /// represented becomes one a year from the epoch.
    pub fn at(&self, moment: Instant) -> SystemInstant {
        const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
        self.epoch.checked_add(moment.elapsed_since_epoch()).unwrap_or_else(|| self.epoch + YEAR)
    }
}
