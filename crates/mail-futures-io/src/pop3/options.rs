use std::sync::Arc;

use pop3_proto::client::Config;

use crate::Security;

/// How a client connects.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// How the connection is protected. Default: not at all.
    pub security: Security,
    /// Whether a password may be sent where there is no TLS. Default: no.
    pub plaintext_login: bool,
    /// Timeouts, limits, and what servers are forgiven.
    pub machine: Arc<Config>,
}
