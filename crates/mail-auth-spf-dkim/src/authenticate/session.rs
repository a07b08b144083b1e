use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::UnixTime;
use crate::authres::{AuthenticationResults, InvalidServerId};
use crate::spf::Client;
use crate::{dkim, dmarc, iprev, spf};

/// The facts of the connection that a message came over.
#[derive(Debug, Clone)]
pub struct Session {
    pub(super) date: UnixTime,
    pub(super) client: Client,
    pub(super) reverse_path: String,
    pub(super) results: AuthenticationResults,
}

impl Session {
    /// The moment when the message is received, the client, the reverse-path that it gave (without angle brackets, empty for the null path), and the name by
    /// which this host is known in `Authentication-Results`.
    ///
    /// # Errors
    /// [`InvalidServerId`] if the name cannot stand there as it is.
    pub fn new(date: UnixTime, client: Client, reverse_path: &str, authserv_id: &str) -> Result<Self, InvalidServerId> {
        let results = AuthenticationResults::new(authserv_id)?;
        Ok(Self { date, client, reverse_path: reverse_path.to_owned(), results })
    }
}

/// What a receiver checks, and what each check may cost. The limits of the machines are theirs; the one on the header
/// is here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// The limits of both SPF evaluations.
    pub spf: spf::Limits,
    /// What signatures are accepted, and the limits of DKIM. Its own limit on the header does not count.
    pub dkim: dkim::Policy,
    /// The limits of DMARC.
    pub dmarc: dmarc::Limits,
    /// Whether the chain of ARC is verified, with the limits of DKIM. It changes nothing in DMARC's outcome: whom to trust is
    /// the caller's to know. Default: yes.
    #[cfg(feature = "arc")]
    pub arc: bool,
    /// The limits of the check of the client's name; `None` leaves it out. Default: it is done.
    pub iprev: Option<iprev::Limits>,
    /// How much of the header is read, in octets. A longer one makes DMARC a permanent error, for it may hide a
    /// second author. Default: 1 MiB.
    pub header_octets: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            spf: spf::Limits::default(),
            dkim: dkim::Policy::default(),
            dmarc: dmarc::Limits::default(),
            #[cfg(feature = "arc")]
            arc: true,
            iprev: Some(iprev::Limits::default()),
            header_octets: 1024 * 1024,
        }
    }
}
