use core::time::Duration;

use super::Cause;

/// What an evaluation may cost, and what it should bring. Every limit of the SPF machine is here.
///
/// The defaults are those of RFC 7208 section 4.6.4 where it names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many terms that need the DNS may be met: `include`, `a`, `mx`, `ptr`, `exists` and `redirect`. Default: 10.
    pub lookups: u32,
    /// How many of those terms may ask for something that is not there. The addresses of the hosts that an `mx` or
    /// `ptr` names do not count: a host without AAAA is no fault of the policy. Default: 2.
    pub void_lookups: u32,
    /// How many mail exchangers a domain may have for `mx`; more are an error. Default: 10.
    pub mail_exchangers: usize,
    /// How many names of a client are looked at for `ptr` and `%{p}`; more are ignored, and so are those that are not
    /// known when half of the [`deadline`](Self::deadline) is over. Default: 10.
    pub client_names: usize,
    /// How long a record may be, in octets. Default: 16 KiB.
    pub record_octets: usize,
    /// How long an explanation may be, in octets; a longer one is dropped. Default: 1000.
    pub explanation_octets: usize,
    /// How long the whole evaluation may take. Default: 20 seconds.
    pub deadline: Duration,
    /// Whether to look for the explanation of a fail. Default: yes.
    pub explain: bool,
    /// Whether to keep a [`Trace`](super::Trace). Default: no.
    pub trace: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            lookups: 10,
            void_lookups: 2,
            mail_exchangers: 10,
            client_names: 10,
            record_octets: 16 * 1024,
            explanation_octets: 1000,
            deadline: Duration::from_secs(20),
            explain: true,
            trace: false,
        }
    }
}

/// What has been spent.
#[derive(Debug, Default)]
pub(super) struct Spent {
    pub(super) lookups: u32,
    pub(super) void_lookups: u32,
}

impl Spent {
    pub(super) const fn charge_lookup(&mut self, limits: &Limits) -> Result<(), Cause> {
        if self.lookups >= limits.lookups {
            return Err(Cause::TooManyLookups);
        }
        self.lookups += 1;
        Ok(())
    }

    pub(super) const fn charge_void(&mut self, limits: &Limits) -> Result<(), Cause> {
        if self.void_lookups >= limits.void_lookups {
            return Err(Cause::TooManyVoidLookups);
        }
        self.void_lookups += 1;
        Ok(())
    }
}
