//! SMTP's commands, parsed and written (RFC 5321, section 4.1.1).
//!
//! This is the only place where bytes become a command.

mod argument;
mod parse;
mod write;

pub use argument::{Argument, InitialResponse, Mechanism};

use crate::{ForwardPath, Host, Parameters, ReversePath};

/// One command of a client.
///
/// What [`write`](Self::write) writes, [`parse`](Self::parse) parses to the same value. A command that cannot be
/// written as a single line cannot be built.
///
/// ```
/// use smtp_proto::Command;
///
/// let Command::Mail { path, parameters } = Command::parse(b"mail from:<ann@example.org> SIZE=1000")? else {
///     panic!("not MAIL");
/// };
/// assert_eq!(path.to_string(), "<ann@example.org>");
/// assert_eq!(parameters.size(), Some(1000));
/// # Ok::<(), smtp_proto::SyntaxError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command<'a> {
    /// `EHLO host`: the client can do extended SMTP (RFC 5321, section 4.1.1.1).
    Ehlo(Host<'a>),
    /// `HELO host`: it cannot.
    Helo(Host<'a>),
    /// `LHLO host`: it speaks LMTP (RFC 2033, section 4.1).
    Lhlo(Host<'a>),
    /// `MAIL FROM:<path>` begins a transaction (section 4.1.1.2).
    Mail {
        /// Where the message comes from.
        path: ReversePath<'a>,
        /// What extensions say about it.
        parameters: Parameters<'a>,
    },
    /// `RCPT TO:<path>` adds a recipient (section 4.1.1.3).
    Rcpt {
        /// The recipient.
        path: ForwardPath<'a>,
        /// What extensions say about it.
        parameters: Parameters<'a>,
    },
    /// `DATA`: the message follows (section 4.1.1.4).
    Data,
    /// `RSET`: forget the transaction (section 4.1.1.5).
    Rset,
    /// `NOOP`, perhaps with some text, which says nothing (section 4.1.1.9).
    Noop(Option<Argument<'a>>),
    /// `QUIT` (section 4.1.1.10).
    Quit,
    /// `VRFY text`: is there such a user (section 4.1.1.6)?
    Vrfy(Argument<'a>),
    /// `EXPN text`: who is on that list (section 4.1.1.7)?
    Expn(Argument<'a>),
    /// `HELP`, perhaps about something (section 4.1.1.8).
    Help(Option<Argument<'a>>),
    /// `STARTTLS` (RFC 3207, section 4).
    StartTls,
    /// `AUTH mechanism`, perhaps with an initial response (RFC 4954, section 4).
    Auth {
        /// The mechanism.
        mechanism: Mechanism<'a>,
        /// What the mechanism says first.
        initial_response: Option<InitialResponse<'a>>,
    },
}
