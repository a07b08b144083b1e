use core::fmt;
use core::ops::{Add, AddAssign, Sub};
use core::time::Duration;

/// A moment, as the time since an epoch of the caller's choice.
///
/// Machines never read a clock; they are told. Only differences matter to them, so any epoch does, as long as one
/// session keeps to it and time does not run backwards. With the `std` feature, [`Clock`](crate::Clock) supplies
/// moments of the system's monotonic clock; a test counts for itself.
///
/// ```
/// use core::time::Duration;
/// use mail_wire::Instant;
///
/// let greeting = Instant::EPOCH;
/// let deadline = greeting + Duration::from_secs(300);
/// assert!(greeting < deadline);
/// assert_eq!(deadline - greeting, Duration::from_secs(300));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(Duration);

impl Instant {
    /// The epoch itself.
    pub const EPOCH: Self = Self(Duration::ZERO);

    /// The moment that lies `elapsed` after the epoch.
    pub const fn since_epoch(elapsed: Duration) -> Self {
        Self(elapsed)
    }

    /// The time from the epoch to this moment.
    pub const fn elapsed_since_epoch(self) -> Duration {
        self.0
    }

    /// The time from `earlier` to this moment, or zero if `earlier` is the later one.
    pub const fn duration_since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    /// Saturates: a deadline too far away to be represented is one that never comes.
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.duration_since(earlier)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Instant({:?})", self.0)
    }
}
