use std::io;

use mail_sasl::{ClientError, NoMechanism, Unsupported};
use mail_wire::dot::BareLineEnding;
use smtp_proto::client::{Closed, Misuse, Verb};
use smtp_proto::reply::Reply;

/// Why a client could not do what it was asked. Each says whose fault it is, and
/// [`safe_to_retry`](Self::safe_to_retry) what is to be done about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There was no connection to be had: the network's or the server's fault.
    #[error("cannot connect")]
    Connect(#[source] io::Error),
    /// The TLS handshake failed: the server is not to be trusted, or somebody is in the way, or the two have nothing
    /// in common.
    #[error("TLS cannot be started")]
    Tls(#[source] io::Error),
    /// The server does not offer STARTTLS, and that was required.
    #[error("the server does not offer STARTTLS")]
    TlsNotOffered,
    /// The connection broke: the network's fault.
    #[error("the connection broke")]
    Connection {
        /// How.
        source: io::Error,
        /// Whether no message is in doubt; see [`Closed`].
        safe_to_retry: bool,
    },
    /// The session ended: the server's fault, unless it was [`Closed::Aborted`].
    #[error(transparent)]
    Closed(Closed),
    /// The server refused a command, or the session itself, by its own decision. The session goes on.
    #[error("{command} was refused: {reply}")]
    Refused {
        /// Which command.
        command: Verb,
        /// What the server says.
        reply: Reply,
    },
    /// There is no way to log in that both know and that is allowed here.
    #[error(transparent)]
    NoMechanism(#[from] NoMechanism),
    /// The mechanism cannot say what the credentials do: the caller's mistake.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// The server does not keep to the mechanism. The login was given up; the session goes on.
    #[error(transparent)]
    Mechanism(ClientError),
    /// The message could not be read: its source's fault. Nothing was delivered, and the session is over.
    #[error("the message cannot be read")]
    Message(#[source] io::Error),
    /// The message has a CR or LF that stands alone, and the configuration does not have that mended: the caller's
    /// mistake. Nothing was delivered, and the session is over.
    #[error(transparent)]
    BareLineEnding(BareLineEnding),
    /// The call has no place here: the caller's mistake. Nothing was said.
    #[error(transparent)]
    Misuse(Misuse),
}

impl Error {
    /// Whether the same may be tried again on a new connection without anything being delivered twice. It need not
    /// be of use.
    pub const fn safe_to_retry(&self) -> bool {
        match self {
            Self::Connection { safe_to_retry, .. } => *safe_to_retry,
            Self::Closed(why) => why.safe_to_retry(),
            _ => true,
        }
    }
}

impl From<Misuse> for Error {
    fn from(misuse: Misuse) -> Self {
        match misuse {
            Misuse::BareLineEnding(bare) => Self::BareLineEnding(bare),
            other => Self::Misuse(other),
        }
    }
}
