use alloc::sync::Arc;
use core::net::IpAddr;

use crate::dns::Name;

/// The host that is connected, as SPF needs to know it. A clone shares the greeting.
///
/// ```
/// use mail_auth_spf_dkim::spf::Client;
///
/// let client = Client::new("192.0.2.3".parse().unwrap(), "mx.example.org").with_unix_time(1_778_000_000);
/// assert_eq!(client.helo(), "mx.example.org");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Client {
    address: IpAddr,
    helo: Arc<str>,
    receiver: Option<Name>,
    unix_time: u64,
}

impl Client {
    /// The longest greeting that is kept, in octets.
    pub const LONGEST_HELO: usize = 512;

    /// A client with this address, which greeted with `helo` (the argument of HELO or EHLO, whatever it was; a text
    /// longer than [`LONGEST_HELO`](Self::LONGEST_HELO) is cut). An IPv4-mapped IPv6 address is taken for the IPv4
    /// address it is (RFC 7208 section 5).
    pub fn new(address: IpAddr, helo: &str) -> Self {
        let helo = Arc::from(front(helo, Self::LONGEST_HELO));
        Self { address: address.to_canonical(), helo, receiver: None, unix_time: 0 }
    }

    /// Names the host that checks, for explanations (`%{r}`) and `Received-SPF`.
    #[must_use]
    pub fn with_receiver(mut self, receiver: Name) -> Self {
        self.receiver = Some(receiver);
        self
    }

    /// Tells the time, in seconds since 1970-01-01 UTC, for explanations (`%{t}`).
    #[must_use]
    pub const fn with_unix_time(mut self, seconds: u64) -> Self {
        self.unix_time = seconds;
        self
    }

    /// The address, never an IPv4-mapped one.
    pub const fn address(&self) -> IpAddr {
        self.address
    }

    /// What the client greeted with.
    pub fn helo(&self) -> &str {
        &self.helo
    }

    /// The host that checks.
    pub const fn receiver(&self) -> Option<&Name> {
        self.receiver.as_ref()
    }

    /// Seconds since 1970-01-01 UTC; zero if unknown.
    pub const fn unix_time(&self) -> u64 {
        self.unix_time
    }
}

/// The front of `text`, at most `most` octets of it, cut between characters.
fn front(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

/// Whose right to use a name is checked (RFC 7208 section 2.3 and 2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Identity {
    /// The name in HELO or EHLO.
    Helo,
    /// The reverse-path of MAIL FROM; if it is empty, `postmaster` at the name in HELO.
    MailFrom,
}

impl Identity {
    /// The word that `Received-SPF` has for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Helo => "helo",
            Self::MailFrom => "mailfrom",
        }
    }
}
