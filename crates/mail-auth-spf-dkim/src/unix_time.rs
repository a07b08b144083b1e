use core::fmt;
use core::time::Duration;

/// A moment on the wall clock: seconds since 1970-01-01 UTC, leap seconds not counted.
///
/// Signatures carry such moments (RFC 6376 section 3.5, `t=` and `x=`). It is another type than
/// [`Instant`](mail_wire::Instant), which measures how long something takes.
///
/// ```
/// use mail_auth_spf_dkim::UnixTime;
///
/// assert_eq!(UnixTime::new(1_528_637_909).to_string(), "1528637909");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(u64);

impl UnixTime {
    /// The moment so many seconds after 1970-01-01 00:00:00 UTC.
    pub const fn new(seconds: u64) -> Self {
        Self(seconds)
    }

    /// The seconds since 1970-01-01 00:00:00 UTC.
    pub const fn seconds(self) -> u64 {
        self.0
    }

    /// The moment so much later, in whole seconds.
    #[must_use]
    pub const fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.as_secs()))
    }
}

impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
