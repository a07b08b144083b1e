use mail_wire::Secret;

use super::Deletions;
use crate::{Mechanism, MessageNumber};

/// What a server machine has to say to its application.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The client wants something that the application decides: answer once.
    Request(Request<'a>),
    /// The body that a RETR or TOP asked for can go on: call [`send_body`](super::Server::send_body) with its next
    /// octets, or [`finish_body`](super::Server::finish_body). It is asked again when there is room for more.
    WantsBody {
        /// How many octets will be taken.
        capacity: usize,
    },
    /// A body has been said, all of it, or as many lines as TOP wanted. Needs no answer.
    BodySent {
        /// Whose it was.
        message: MessageNumber,
    },
    /// The client, or an error of its, broke an authentication off: forget the mechanism's state. The client has
    /// been told. Needs no answer.
    AuthAborted,
    /// STLS is agreed and the agreement is written: do the handshake, then call
    /// [`handle_tls`](super::Server::handle_tls).
    UpgradeTls,
    /// The session is over. The last event.
    Closed(Closed),
}

/// What the application is asked. Each is answered exactly once; until then no further command is looked at.
///
/// Any of them can be refused with [`reject`](super::Server::reject).
#[derive(Debug)]
#[non_exhaustive]
pub enum Request<'a> {
    /// A client is here. [`accept`](super::Server::accept) greets it; a refusal ends the session.
    Connect,
    /// USER and PASS: [`accept_login`](super::Server::accept_login) with the maildrop if they are right.
    Login {
        /// The name.
        user: &'a str,
        /// The password.
        password: Secret<'a>,
    },
    /// AUTH begins: [`challenge`](super::Server::challenge), or `accept_login` if the initial response does.
    Auth {
        /// The mechanism, one of [`Config::mechanisms`](super::Config::mechanisms).
        mechanism: Mechanism<'static>,
        /// What the client said before it was asked, decoded. `Some` of nothing is not `None`.
        initial: Option<Secret<'a>>,
    },
    /// The client's response to a challenge, decoded: as with `Auth`.
    AuthResponse {
        /// What it said.
        response: Secret<'a>,
    },
    /// RETR: [`accept`](super::Server::accept) if the message can be read; its body is then asked for.
    Retrieve {
        /// The message, one that is there and not marked as deleted.
        message: MessageNumber,
    },
    /// TOP: as with `Retrieve`. Give the body from its beginning; the machine ends it where the client wants.
    Top {
        /// The message, one that is there and not marked as deleted.
        message: MessageNumber,
        /// How many lines of the body will be said.
        lines: u64,
    },
    /// QUIT, after login: delete these for good, then [`accept`](super::Server::accept), or refuse if that failed
    /// for any of them. There may be none. This is the only moment at which a message may be deleted.
    Update {
        /// What the client marked.
        deletions: Deletions<'a>,
    },
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Closed {
    /// The client said QUIT before it had logged in.
    #[error("the client quit before login")]
    Quit,
    /// The client said QUIT, and the application has updated the maildrop.
    #[error("the client quit")]
    Updated,
    /// The client said QUIT, and the application could not update the maildrop.
    #[error("the client quit, but the maildrop was not updated")]
    NotUpdated,
    /// The application did not want the client.
    #[error("the client was refused")]
    Refused,
    /// The application ended the session.
    #[error("the application ended the session")]
    Application,
    /// The client is gone, without QUIT: nothing is deleted.
    #[error("the client closed the connection without QUIT")]
    Eof,
    /// The client said nothing, or took nothing, for too long: nothing is deleted.
    #[error("the client was silent for too long")]
    Timeout,
    /// The client failed to log in too often.
    #[error("too many logins failed")]
    TooManyFailedLogins,
    /// The client said too many lines that are no commands.
    #[error("too many bad commands")]
    TooManyBadCommands,
    /// There was plaintext where only TLS could be: somebody tried to slip commands into the session (RFC 2595,
    /// section 4). It was not looked at.
    #[error("plaintext arrived after STLS")]
    TlsResidue,
}

/// The application called for something that does not fit the moment. Its own mistake; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misuse {
    /// No request has been polled that still wants an answer.
    #[error("there is no request to answer")]
    NoRequest,
    /// The request cannot be answered so: a login is accepted with a maildrop, and nothing else is.
    #[error("this is no answer to that request")]
    WrongAnswer,
    /// The challenge does not fit into a line.
    #[error("the challenge is too long")]
    ChallengeTooLong,
    /// No body is being sent.
    #[error("no body is being sent")]
    NoBody,
}
