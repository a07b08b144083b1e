use mail_wire::Secret;
use mail_wire::dot::BodyDefects;

use crate::{Argument, ForwardPath, Host, Mechanism, Parameters, ReversePath};

/// What a [`Server`](super::Server) has to say.
///
/// A transaction begins with [`Request::Mail`] and ends with the answer to [`Request::EndOfData`], with
/// [`Reset`](Self::Reset), [`MessageAborted`](Self::MessageAborted), [`UpgradeTls`](Self::UpgradeTls), another
/// [`Request::Hello`] that is accepted, or [`Closed`](Self::Closed).
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The client asks for something; the session goes on when it is answered, once, by
    /// [`accept`](super::Server::accept), [`reject`](super::Server::reject) or their kin.
    Request(Request<'a>),
    /// The next octets of the message, dots already taken out. They are cut where a dot was and where the input
    /// was, which means nothing. The message is only the server's when [`Request::EndOfData`] was accepted.
    Body(&'a [u8]),
    /// The message that was being received will not come to its end: throw away what came of it.
    MessageAborted(Aborted),
    /// The client takes its transaction back (RSET). The server has answered.
    Reset,
    /// The authentication that was going on has ended without success: the client cancelled it, or did not speak
    /// base64. The server has answered.
    AuthCancelled,
    /// All is written: do the TLS handshake now, and then call [`handle_tls`](super::Server::handle_tls). What the
    /// client said before is void; it begins anew.
    UpgradeTls,
    /// The session is over. This is the last event.
    Closed(Closed),
}

/// What a client asks for.
///
/// The reply that [`accept`](super::Server::accept) gives is named with each.
#[derive(Debug)]
#[non_exhaustive]
pub enum Request<'a> {
    /// To be served at all. Accepted: the greeting, 220. After a rejection with 554 the client may only QUIT (RFC
    /// 5321, section 3.1); one with 421 closes the session.
    Connect,
    /// EHLO, HELO or LHLO. Accepted: 250 and the capabilities; a transaction that was going on is void.
    #[non_exhaustive]
    Hello {
        /// Which of the three.
        greeting: Greeting,
        /// Who the client says to be.
        host: Host<'a>,
    },
    /// MAIL: a transaction begins. Accepted: 250 2.1.0.
    #[non_exhaustive]
    Mail {
        /// Where the message comes from.
        from: ReversePath<'a>,
        /// Only parameters that this crate or an extension of the configuration knows.
        parameters: Parameters<'a>,
    },
    /// RCPT: a recipient. Accepted: 250 2.1.5.
    #[non_exhaustive]
    Rcpt {
        /// The recipient.
        to: ForwardPath<'a>,
        /// Only parameters that an extension of the configuration knows.
        parameters: Parameters<'a>,
    },
    /// DATA, with at least one recipient accepted. Accepted: 354, and [`Event::Body`] follows.
    Data,
    /// The message is complete. To accept it (250 2.6.0) is to take responsibility for it: do that when it is
    /// safely stored (RFC 5321, section 4.1.1.4). Either answer ends the transaction.
    #[non_exhaustive]
    EndOfData {
        /// How many octets the message has.
        octets: u64,
        /// What is wrong with its lines; with bare line endings only under [`BareLineEndings::Keep`].
        ///
        /// [`BareLineEndings::Keep`]: super::BareLineEndings::Keep
        defects: BodyDefects,
    },
    /// AUTH with a mechanism of the configuration. Accepted: 235 2.7.0. Go on by
    /// [`challenge`](super::Server::challenge).
    #[non_exhaustive]
    Auth {
        /// The mechanism.
        mechanism: Mechanism<'a>,
        /// What the mechanism says first, decoded. `Some` of nothing is not the same as `None` (RFC 4954,
        /// section 4).
        initial_response: Option<Secret<'a>>,
    },
    /// The response to a challenge, decoded. Answered like [`Auth`](Self::Auth).
    AuthResponse(Secret<'a>),
    /// VRFY. Accepted: 252, which says nothing; a [`reply`](super::Server::reply) with 250 says more (RFC 5321,
    /// section 3.5).
    Verify(Argument<'a>),
    /// EXPN. Accepted: 502, not implemented; a [`reply`](super::Server::reply) with 250 has a list's members. Whoever
    /// gives one also announces EXPN, as an [`Extension`](super::Extension) (RFC 5321, section 3.5.2).
    Expand(Argument<'a>),
    /// HELP, perhaps about something. Accepted: 214 and the commands.
    Help(Option<Argument<'a>>),
}

/// How a client began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Greeting {
    /// HELO: SMTP without extensions.
    Helo,
    /// EHLO: SMTP.
    Ehlo,
    /// LHLO: LMTP.
    Lhlo,
}

/// Why a message did not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Aborted {
    /// It is larger than [`Config::largest_message`](super::Config::largest_message). The rest is discarded as it
    /// comes, and its end answered with 552.
    #[error("the message is too big")]
    TooBig,
    /// It has a CR or LF that stands alone. The rest is discarded as it comes, and its end answered with 550.
    #[error("the message has a bare CR or LF")]
    BareLineEnding,
    /// The client went away.
    #[error("the client went away in the middle of a message")]
    Disconnected,
    /// The client was silent, or slower than [`Timeouts::body_block`](super::Timeouts::body_block) allows.
    #[error("the client was too slow with its message")]
    TimedOut,
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Closed {
    /// The client said QUIT.
    #[error("the client said QUIT")]
    Quit,
    /// The client went away without it.
    #[error("the client went away without QUIT")]
    Disconnected,
    /// The client was silent for too long. It was told so.
    #[error("the client was silent for too long")]
    TimedOut,
    /// The client made more errors than [`Config::most_errors`](super::Config::most_errors). It was told so.
    #[error("the client made too many errors")]
    TooManyErrors,
    /// Something stood in the clear between STARTTLS and the TLS handshake. Somebody may have put it there, to be
    /// taken for what the client says inside TLS. None of it was looked at.
    #[error("something in the clear followed STARTTLS")]
    PlaintextAfterStartTls,
    /// The application answered with 421, or called [`shutdown`](super::Server::shutdown).
    #[error("the application closed the session")]
    ByApplication,
}
