use core::time::Duration;

/// What a verifier accepts, and what a verification may cost. Every limit of the DKIM machines is here.
///
/// A signature that holds and breaks one of the rules ends in [`DkimResult::Policy`](super::DkimResult::Policy), never
/// in `pass`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// How many signatures are looked at, from the top; the others are counted. Default: 10.
    pub signatures: usize,
    /// How much of the header is held, in octets; a message with a longer one cannot be verified. Default: 1 MiB.
    pub header_octets: usize,
    /// How long the DNS may take from the end of the header on. Default: 20 seconds.
    pub deadline: Duration,
    /// The smallest RSA key that is accepted, in bits: RFC 8301 section 3.2 demands 1024. Default: 1024.
    pub least_rsa_bits: usize,
    /// The largest RSA key that is tried, in bits: large ones cost time. Default: 8192.
    pub most_rsa_bits: usize,
    /// Whether a signature with SHA-1 can pass, which RFC 8301 section 3.1 forbids. Default: no.
    pub accept_sha1: bool,
    /// Whether a signature can pass that leaves the end of the body open by `l=`, so that anybody can append to it
    /// (RFC 6376 section 8.2). Default: no.
    pub accept_unsigned_body: bool,
    /// Whether a signature can pass that leaves one of several From fields open (RFC 6376 section 8.15). Default: no.
    pub accept_unsigned_from: bool,
    /// Whether a signature can pass on a message in which a CR or LF stands alone. They are hashed as they are, but readers
    /// differ about them. Default: yes.
    pub accept_bare_line_ends: bool,
    /// How far the clocks of signers and of this host may differ: `t=` may be so far ahead, and `x=` so far past.
    /// Default: 5 minutes.
    pub clock_skew: Duration,
    /// How many TXT records of one selector are tried. RFC 6376 section 3.6.2.2 allows one. Default: 3.
    pub keys: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            signatures: 10,
            header_octets: 1024 * 1024,
            deadline: Duration::from_secs(20),
            least_rsa_bits: 1024,
            most_rsa_bits: 8192,
            accept_sha1: false,
            accept_unsigned_body: false,
            accept_unsigned_from: false,
            accept_bare_line_ends: true,
            clock_skew: Duration::from_secs(300),
            keys: 3,
        }
    }
}
