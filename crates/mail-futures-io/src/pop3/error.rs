use std::io;

use mail_sasl::{ClientError, NoMechanism, Unsupported};
use pop3_proto::client::{Asked, Closed, Misuse, Outcome};
use pop3_proto::{InvalidArgument, StatusLine};

/// Why a client could not do what it was asked. Each says whose fault it is.
///
/// Nothing is ever deleted before [`quit`](super::Pop3Client::quit) has worked, so after any error the same can be
/// tried again in a new session; only if `quit` itself fails, [`deletions`](Self::deletions) has more to say.
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
    /// The server does not offer STLS, and that was required.
    #[error("the server does not offer STLS")]
    TlsNotOffered,
    /// The connection broke: the network's fault.
    #[error("the connection broke")]
    Connection {
        /// How.
        source: io::Error,
        /// What became of the messages marked as deleted.
        deletions: Outcome,
    },
    /// The session ended: its reason says whose fault it is.
    #[error(transparent)]
    Closed(Closed),
    /// The server did not want the session: it greeted with `-ERR`. The session is over.
    #[error("the server refused the session: {text}")]
    Unwelcome {
        /// The code for programs, if there was one: `IN-USE`, `SYS/TEMP`.
        code: Option<Box<str>>,
        /// What the server says to people.
        text: Box<str>,
    },
    /// The server said `-ERR`, by its own decision. The session goes on.
    #[error("{command} was refused: {text}")]
    Refused {
        /// Which command.
        command: Asked,
        /// The code for programs, if there was one: `IN-USE`, `AUTH`, `SYS/TEMP`.
        code: Option<Box<str>>,
        /// What the server says to people.
        text: Box<str>,
    },
    /// The server said `+OK` and then not what belongs to it. Its fault; the session goes on.
    #[error("what the server answered to {0} makes no sense")]
    Malformed(Asked),
    /// The server lists more than [`Options::most_messages`](super::Options::most_messages) allows: its fault, unless
    /// there is so much. The session is over; nothing was deleted.
    #[error("the server answers {0} with more messages than are allowed")]
    TooManyMessages(Asked),
    /// There is no way to log in that both know and that is allowed here.
    #[error(transparent)]
    NoMechanism(#[from] NoMechanism),
    /// The mechanism cannot say what the credentials do: the caller's mistake.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// USER and PASS cannot carry these credentials: the caller's mistake.
    #[error("USER and PASS cannot carry the credentials")]
    Credentials(#[from] InvalidArgument),
    /// The server does not keep to the mechanism. The login was given up; the session goes on.
    #[error(transparent)]
    Mechanism(ClientError),
    /// The message could not be written to where it should go: that one's fault. The session goes on.
    #[error("the message cannot be written")]
    Message(#[source] io::Error),
    /// The call has no place here: the caller's mistake. Nothing of it was said.
    #[error(transparent)]
    Misuse(#[from] Misuse),
}

impl Error {
    /// What became of the messages that were marked as deleted, if this ended the session.
    pub const fn deletions(&self) -> Outcome {
        match self {
            Self::Connection { deletions, .. } => *deletions,
            Self::Closed(closed) => closed.outcome,
            _ => Outcome::NotCommitted,
        }
    }

    pub(super) fn refused(command: Asked, reply: StatusLine<'_>) -> Self {
        let (code, text) = words(reply);
        Self::Refused { command, code, text }
    }

    pub(super) fn unwelcome(greeting: StatusLine<'_>) -> Self {
        let (code, text) = words(greeting);
        Self::Unwelcome { code, text }
    }
}

/// What a reply says to programs and to people.
fn words(reply: StatusLine<'_>) -> (Option<Box<str>>, Box<str>) {
    (reply.code.map(|code| code.as_str().into()), String::from_utf8_lossy(reply.text).into())
}
