#[cfg(feature = "rustls")]
use crate::TlsClient;

/// How a client protects its connection.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Security {
    /// Not at all: for connections that stay within the machine.
    #[default]
    Plaintext,
    /// By STARTTLS, or POP3's STLS, before anything else is said. A server that does not offer it, or somebody on the
    /// way who takes the offer away, gets nothing.
    #[cfg(feature = "rustls")]
    StartTls(TlsClient),
    /// By STARTTLS or STLS if the server offers it, else not at all (RFC 7435). Whoever sits in the way can take the
    /// offer away; but a handshake that fails ends the session, since plaintext after it would be what they are
    /// after.
    #[cfg(feature = "rustls")]
    Opportunistic(TlsClient),
    /// By TLS from the first byte on (RFC 8314, section 3).
    #[cfg(feature = "rustls")]
    Implicit(TlsClient),
}
