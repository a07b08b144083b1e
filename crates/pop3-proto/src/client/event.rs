use mail_wire::dot::BodyDefects;
use mail_wire::{LineDefect, Secret};

use super::{Asked, Capabilities};
use crate::{DropListing, ScanListing, StatusLine, UniqueIdListing};

/// What a client machine has to say to its application. Replies come in the order in which they were asked for.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The server's first words. If they are `-ERR`, [`Closed`](Self::Closed) follows.
    Greeting(StatusLine<'a>),
    /// The server can do this; it is kept, too: [`Client::capabilities`](super::Client::capabilities).
    Capabilities(&'a Capabilities),
    /// The server agreed to STLS: do the handshake, as its client, then call
    /// [`handle_tls`](super::Client::handle_tls).
    UpgradeTls,
    /// The server's challenge in an authentication, decoded. Answer with
    /// [`auth_response`](super::Client::auth_response) or [`auth_cancel`](super::Client::auth_cancel).
    Challenge(Secret<'a>),
    /// Logged in: by PASS, or by AUTH. What the server can may be other than before; ask again with CAPA.
    LoggedIn(StatusLine<'a>),
    /// STAT: how much there is.
    Stat(DropListing),
    /// LIST: a message's size. To LIST of one message, this is the whole reply.
    Listed(ScanListing),
    /// UIDL: a message's unique id. To UIDL of one message, this is the whole reply.
    Identified(UniqueIdListing<'a>),
    /// LIST or UIDL of the whole maildrop is complete.
    EndOfListing {
        /// Which of them.
        asked: Asked,
        /// How many messages were listed.
        messages: u32,
        /// How many lines made no sense and were skipped. The server's fault.
        malformed: u32,
    },
    /// RETR or TOP: the message follows.
    StartOfBody {
        /// Which of them, and of which message.
        asked: Asked,
        /// What the server says.
        reply: StatusLine<'a>,
    },
    /// The next octets of the message, dots taken out. Where they are cut means nothing.
    Body(&'a [u8]),
    /// The message is complete.
    EndOfBody {
        /// RETR or TOP, and of which message.
        asked: Asked,
        /// How many octets it had, to be compared with what LIST said: they need not agree, servers miscount.
        octets: u64,
        /// What was wrong with it. Lines that began with a single dot are the sign of a server that does not double
        /// them, and has lost the dots of some.
        defects: BodyDefects,
    },
    /// Done: NOOP, RSET, DELE or QUIT. A message that DELE has marked is not gone before QUIT.
    Done {
        /// Which command.
        asked: Asked,
        /// What the server says.
        reply: StatusLine<'a>,
    },
    /// The server said `-ERR`. That is the end of the command, not of the session.
    Refused {
        /// Which command; [`Asked::User`] and [`Asked::Pass`] are the two steps of a login.
        asked: Asked,
        /// What the server says.
        reply: StatusLine<'a>,
    },
    /// The server said `+OK` to STAT, or to LIST or UIDL of one message, and then not what it should. Its fault, but
    /// the session goes on.
    Malformed {
        /// Which command.
        asked: Asked,
        /// What the server says.
        reply: StatusLine<'a>,
    },
    /// The session is over. The last event.
    Closed(Closed),
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
#[non_exhaustive]
pub struct Closed {
    /// Why.
    pub reason: Reason,
    /// What became of the messages that were marked as deleted.
    pub outcome: Outcome,
}

/// What became of the messages that were marked as deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// They are gone: the server said `+OK` to QUIT.
    Committed,
    /// They are still there: the server was never asked by QUIT. Or it said `-ERR`, which RFC 1939, section 6, has
    /// mean that some of them are.
    NotCommitted,
    /// Nobody knows: QUIT was said and no answer came. Compare the unique ids in the next session.
    Unknown,
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// As it should be: by QUIT.
    #[error("the session ended by QUIT")]
    Quit,
    /// The application broke it off, by [`abort`](super::Client::abort).
    #[error("the session was aborted")]
    Aborted,
    /// The server did not want us: its greeting was `-ERR`.
    #[error("the server refused the session")]
    Refused,
    /// The server closed the connection, or the connection was lost.
    #[error("the connection ended while waiting for {0}")]
    Eof(Waiting),
    /// The server did not do in time what it should.
    #[error("timed out while waiting for {0}")]
    TimedOut(Waiting),
    /// The server's fault: a line is too long, or has a NUL, or a CR or LF that stands alone.
    #[error("in a reply, {0}")]
    BadLine(LineDefect),
    /// The server's fault: a line should be a reply, and is none.
    #[error("a line that begins neither with +OK nor with -ERR answered {0}")]
    NotAReply(Waiting),
    /// The server's fault: a challenge is not base64.
    #[error("a challenge is not base64")]
    BadChallenge,
    /// The server's fault: it said something when nothing was asked.
    #[error("the server spoke without being asked")]
    Unsolicited,
    /// There was plaintext between the reply to STLS and TLS. Somebody may be slipping in what would seem to be said
    /// inside TLS (CVE-2026-41319). None of it was parsed.
    #[error("plaintext came after the server agreed to start TLS")]
    TlsResidue,
}

/// What a client waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Waiting {
    /// The greeting.
    Greeting,
    /// The status line that answers a command.
    Reply(Asked),
    /// More lines of a listing.
    Listing(Asked),
    /// More of a message.
    Body(Asked),
    /// The end of the line that would end a message: its dot is there.
    EndOfTerminator(Asked),
    /// The TLS handshake.
    Handshake,
    /// The application: for a command, or for the answer to a challenge.
    Nothing,
}

impl core::fmt::Display for Waiting {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Greeting => f.write_str("the greeting"),
            Self::Reply(asked) => write!(f, "the reply to {asked}"),
            Self::Listing(asked) => write!(f, "the rest of the reply to {asked}"),
            Self::Body(asked) => write!(f, "the rest of the message of {asked}"),
            Self::EndOfTerminator(asked) => write!(f, "the CRLF behind the final dot of {asked}"),
            Self::Handshake => f.write_str("the TLS handshake"),
            Self::Nothing => f.write_str("nothing"),
        }
    }
}

/// The application called for something that does not fit the moment. Its own mistake; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misuse {
    /// The session is over.
    #[error("the session is over")]
    Closed,
    /// QUIT is the last command.
    #[error("nothing can be asked after QUIT")]
    AfterQuit,
    /// As many commands wait as [`Config::most_asked`](super::Config::most_asked) allows: poll events first.
    #[error("too many commands wait for their replies")]
    TooMany,
    /// Another login is under way.
    #[error("a login is under way")]
    LoginUnderWay,
    /// The server waits for no response.
    #[error("there is no challenge to answer")]
    NoChallenge,
    /// The response does not fit into a line.
    #[error("the response is too long")]
    ResponseTooLong,
    /// TLS is up, or STLS has been asked for.
    #[error("TLS is up or asked for")]
    Tls,
}
