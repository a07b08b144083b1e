use alloc::vec::Vec;
use core::ops::Range;

use crate::authres::AuthenticationResults;
use crate::{dkim, dmarc, iprev, spf};

/// What was found out about a message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// SPF for the name in HELO.
    pub helo: spf::Outcome,
    /// SPF for the reverse-path.
    pub spf: spf::Outcome,
    /// How the result for the reverse-path came about, if the settings ask for it.
    pub spf_trace: spf::Trace,
    /// The client's name, if it was checked.
    pub iprev: Option<iprev::Outcome>,
    /// DKIM, signature by signature.
    pub dkim: dkim::Report,
    /// DMARC, with what the author's domain wants done and why.
    pub dmarc: dmarc::Outcome,
    /// The chain of ARC, if it was looked at.
    #[cfg(feature = "arc")]
    pub arc: Option<crate::arc::Report>,
    /// The field to put in front of the message.
    pub header: AuthenticationResults,
    /// The byte ranges of the message to cut, in order: fields that pretend to be this host's, and the line of an mbox in
    /// front of all fields, which is no part of the message and would make one that is malformed behind other fields.
    /// [`authres::without`](crate::authres::without) cuts them in one pass.
    pub cut: Vec<Range<usize>>,
    /// The header was longer than [`Settings::header_octets`](super::Settings::header_octets), and the rest of it was
    /// not looked at.
    pub header_too_long: bool,
}
