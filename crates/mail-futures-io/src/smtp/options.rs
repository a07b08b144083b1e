use std::net::Ipv4Addr;
use std::sync::Arc;

use smtp_proto::Host;
use smtp_proto::client::Config;

use crate::Security;

/// How a client connects and introduces itself.
///
/// ```
/// use mail_futures_io::smtp::{Options, Protocol};
///
/// let mut options = Options::default();
/// options.protocol = Protocol::Lmtp;
/// options.host = "relay.example".parse()?;
/// # Ok::<(), smtp_proto::SyntaxError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// How the connection is protected. Default: not at all.
    pub security: Security,
    /// Who the client says to be: this host's name, or, where it has none, its address (RFC 5321, section 4.1.4).
    /// Default: `[127.0.0.1]`.
    pub host: Host<'static>,
    /// Default: SMTP.
    pub protocol: Protocol,
    /// Whether a password may be sent where there is no TLS. Default: no.
    pub plaintext_login: bool,
    /// Timeouts, limits, and what becomes of line endings in the body.
    pub machine: Arc<Config>,
}

/// What is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// SMTP, for relaying and for submission.
    #[default]
    Smtp,
    /// LMTP (RFC 2033), for delivery to a mail store.
    Lmtp,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            security: Security::default(),
            host: Host::from(std::net::IpAddr::from(Ipv4Addr::LOCALHOST)),
            protocol: Protocol::default(),
            plaintext_login: false,
            machine: Arc::default(),
        }
    }
}
