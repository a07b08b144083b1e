use std::sync::Arc;

use pop3_proto::client::Config;

use crate::Security;

/// How a client connects.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// How the connection is protected. Default: not at all.
    pub security: Security,
    /// Whether a password may be sent where there is no TLS. Default: no.
    pub plaintext_login: bool,
    /// How many messages a server may list, and how many octets their unique ids may have, as if each were as long as
    /// the standard lets it be ([`UniqueId::LONGEST`](pop3_proto::UniqueId::LONGEST)). A server that lists more meets
    /// [`Error::TooManyMessages`](super::Error::TooManyMessages). Default: a million.
    pub most_messages: usize,
    /// Timeouts, limits, and what servers are forgiven.
    pub machine: Arc<Config>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            security: Security::default(),
            plaintext_login: false,
            most_messages: 1_000_000,
            machine: Arc::default(),
        }
    }
}
