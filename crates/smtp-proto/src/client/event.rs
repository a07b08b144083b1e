use mail_wire::Secret;

use super::Verb;
use crate::reply::{ReplyCode, ReplyDefect, ReplyRef};

/// What a client has to say to its application. Every reply of the server is one event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The server's first words. Unless the code is 220, there is nothing to be done here but
    /// [`quit`](super::Client::quit) (RFC 5321, section 3.1).
    Greeting(ReplyRef<'a>),
    /// The reply to a command, or to the end of the data.
    Reply {
        /// Which command.
        command: Verb,
        /// The server's answer.
        reply: ReplyRef<'a>,
    },
    /// The reply to a RCPT. 250, 251 and 252 accept the recipient, all 2yz do.
    Recipient {
        /// The recipient's place in the transaction, from 0.
        index: usize,
        /// The server's answer.
        reply: ReplyRef<'a>,
    },
    /// LMTP's reply for one accepted recipient, after the message (RFC 2033, section 4.2).
    Delivery {
        /// The recipient's place in the transaction, from 0.
        index: usize,
        /// The server's answer.
        reply: ReplyRef<'a>,
    },
    /// The server's challenge in an authentication, decoded. Answer with
    /// [`auth_response`](super::Client::auth_response) or [`auth_cancel`](super::Client::auth_cancel).
    Challenge(Secret<'a>),
    /// The server waits for the message: give some of it with [`send_body`](super::Client::send_body), or end it
    /// with [`finish_body`](super::Client::finish_body). Comes again when there is room for more.
    WantsBody {
        /// How many octets would be taken now.
        capacity: usize,
    },
    /// Start TLS on the connection, as its client, then call [`handle_tls`](super::Client::handle_tls).
    UpgradeTls,
    /// A transaction of [`send`](super::Client::send) is over; what became of each recipient was told before.
    Sent(Outcome),
    /// A reply to no command. [`Closed`](Self::Closed) follows.
    Unsolicited(ReplyRef<'a>),
    /// The session is over. This is the last event.
    Closed(Closed),
}

/// How a transaction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The server has taken responsibility for the message, for each recipient it had accepted; with LMTP, for at
    /// least one of them.
    Accepted,
    /// The server has read the message and refused it.
    MessageRefused,
    /// The server refused the sender. No recipient was told, and no message sent.
    SenderRefused,
    /// The server refused every recipient. No message was sent.
    RecipientsRefused,
    /// The server accepted some recipients and then refused DATA. No message was sent.
    DataRefused,
}

/// Why a session is over.
///
/// Where it says `safe_to_retry`, and in [`safe_to_retry`](Self::safe_to_retry): that is false if a message had been
/// sent to its end and no reply came for it, or, with LMTP, not for all recipients. It may have been accepted, and
/// sending it again may deliver it twice (RFC 5321, section 4.5.3.2.6; RFC 1047). It is also false if the session
/// ended with the transaction, and LMTP's reply for some recipient was that it has the message. Otherwise the server
/// has taken nothing of which it did not say so before, and the same may be tried on a new connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Closed {
    /// As it should be: by QUIT.
    #[error("the session ended by QUIT")]
    Quit,
    /// We broke it off, by [`abort`](super::Client::abort).
    #[error("the session was aborted")]
    Aborted {
        /// Whether no message is in doubt.
        safe_to_retry: bool,
    },
    /// The server closes, by its own decision (421): it shuts down, or was idle for too long. What it said was the
    /// event before; or, where it was a transaction's last reply, the one before [`Event::Sent`].
    #[error("the server closes the session (421)")]
    Unavailable {
        /// Whether no message is in doubt.
        safe_to_retry: bool,
    },
    /// The connection ended without a word.
    #[error("the connection was lost")]
    ConnectionLost {
        /// Whether no message is in doubt.
        safe_to_retry: bool,
    },
    /// The server did not do in time what it should.
    #[error("timed out while waiting on {awaiting}")]
    TimedOut {
        /// What it should have answered; the end of the data, if it did not take the message.
        awaiting: Verb,
        /// Whether no message is in doubt.
        safe_to_retry: bool,
    },
    /// The server's fault: its reply is none.
    #[error("{defect}")]
    BadReply {
        /// What is wrong with it.
        defect: ReplyDefect,
        /// Whether no message is in doubt.
        safe_to_retry: bool,
    },
    /// The server's fault: a reply that answers no command.
    #[error("the server replied {code} to no command")]
    UnexpectedReply {
        /// The reply's code.
        code: ReplyCode,
    },
    /// The server's fault: a code that this command cannot have, such as 354 for MAIL.
    #[error("the server replied {code} to {command}")]
    ImpossibleReply {
        /// Which command.
        command: Verb,
        /// The reply's code.
        code: ReplyCode,
    },
    /// Plaintext came between the server's 220 to STARTTLS and TLS. Somebody may be injecting what we would have
    /// believed to be said inside TLS (CVE-2011-0411). None of it was parsed.
    #[error("plaintext came after the server agreed to start TLS")]
    TlsResidue,
}

impl Closed {
    /// Whether no message is in doubt: none had been sent to its end without a reply, or to some recipient already.
    pub const fn safe_to_retry(self) -> bool {
        match self {
            Self::Aborted { safe_to_retry }
            | Self::Unavailable { safe_to_retry }
            | Self::ConnectionLost { safe_to_retry }
            | Self::TimedOut { safe_to_retry, .. }
            | Self::BadReply { safe_to_retry, .. } => safe_to_retry,
            Self::ImpossibleReply { command, .. } => !matches!(command, Verb::EndOfData),
            Self::Quit | Self::UnexpectedReply { .. } | Self::TlsResidue => true,
        }
    }
}
