use std::io;

use mail_sasl::{ClientError, NoMechanism, Unsupported};
use mail_wire::dot::BareLineEnding;
use smtp_proto::client::{Closed, Misuse, Verb};
use smtp_proto::reply::Reply;

use super::RecipientResult;

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
        /// What was heard before; see [`recipients`](Self::recipients).
        recipients: Vec<RecipientResult>,
    },
    /// The session ended: the server's fault, unless it was [`Closed::Aborted`].
    #[error("{}", end_of_session(.why, .reply.as_ref()))]
    Closed {
        /// How.
        why: Closed,
        /// What the server said, if it closed the session by its own decision: [`Closed::Unavailable`].
        reply: Option<Reply>,
        /// What was heard before; see [`recipients`](Self::recipients).
        recipients: Vec<RecipientResult>,
    },
    /// The server refused a command, or the session itself, by its own decision. The session goes on, unless the
    /// reply is 421 or was the greeting.
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
    /// The call has no place here: the caller's mistake. Nothing of it was said.
    #[error(transparent)]
    Misuse(Misuse),
}

impl Error {
    /// Whether the same may be tried again on a new connection without anything being delivered twice. It need not
    /// be of use.
    pub const fn safe_to_retry(&self) -> bool {
        match self {
            Self::Connection { safe_to_retry, .. } => *safe_to_retry,
            Self::Closed { why, .. } => why.safe_to_retry(),
            _ => true,
        }
    }

    /// For which recipients it is certain what became of the message, if it was on its way when the session ended: a
    /// server of LMTP has said that they have it, or any server that they will not. It may be few or none; whether the
    /// others have it, [`safe_to_retry`](Self::safe_to_retry) says, or nobody knows.
    pub fn recipients(&self) -> &[RecipientResult] {
        match self {
            Self::Connection { recipients, .. } | Self::Closed { recipients, .. } => recipients,
            _ => &[],
        }
    }

    /// The same error, with what was heard of a message's recipients.
    pub(super) fn having_heard(mut self, heard: Vec<RecipientResult>) -> Self {
        if let Self::Connection { recipients, .. } | Self::Closed { recipients, .. } = &mut self {
            *recipients = heard;
        }
        self
    }
}

fn end_of_session(why: &Closed, reply: Option<&Reply>) -> String {
    match reply {
        Some(reply) => format!("the server closes the session: {reply}"),
        None => why.to_string(),
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
