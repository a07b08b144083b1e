use alloc::collections::VecDeque;
use core::fmt;
use core::time::Duration;

use super::Timeouts;

/// What a server has been told and replies to: a command, or the end of the data. The connection itself counts too:
/// the greeting replies to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verb {
    /// The connection: the reply is the greeting.
    Connect,
    /// EHLO.
    Ehlo,
    /// HELO.
    Helo,
    /// LHLO.
    Lhlo,
    /// STARTTLS.
    StartTls,
    /// AUTH, and each response in it.
    Auth,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA.
    Data,
    /// The end of the data.
    EndOfData,
    /// RSET.
    Rset,
    /// NOOP.
    Noop,
    /// VRFY.
    Vrfy,
    /// EXPN.
    Expn,
    /// HELP.
    Help,
    /// QUIT.
    Quit,
}

impl Verb {
    /// Whether other commands may follow in the same batch (RFC 2920, section 3.1).
    pub(super) const fn may_be_followed(self) -> bool {
        matches!(self, Self::Mail | Self::Rcpt | Self::Rset)
    }

    /// How long its reply may take (RFC 5321, section 4.5.3.2).
    pub(super) const fn patience(self, timeouts: &Timeouts) -> Duration {
        match self {
            Self::Connect => timeouts.greeting,
            Self::Mail => timeouts.mail,
            Self::Rcpt => timeouts.recipient,
            Self::Data => timeouts.data,
            Self::EndOfData => timeouts.end_of_data,
            _ => timeouts.command,
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "the connection",
            Self::Ehlo => "EHLO",
            Self::Helo => "HELO",
            Self::Lhlo => "LHLO",
            Self::StartTls => "STARTTLS",
            Self::Auth => "AUTH",
            Self::Mail => "MAIL",
            Self::Rcpt => "RCPT",
            Self::Data => "DATA",
            Self::EndOfData => "the end of the data",
            Self::Rset => "RSET",
            Self::Noop => "NOOP",
            Self::Vrfy => "VRFY",
            Self::Expn => "EXPN",
            Self::Help => "HELP",
            Self::Quit => "QUIT",
        })
    }
}

/// What has been said and not replied to, in order. A reply belongs to the front, whatever its text.
#[derive(Debug)]
pub(super) struct Outstanding {
    queue: VecDeque<(Verb, u32)>,
    octets: usize,
}

impl Outstanding {
    /// At the beginning, the greeting is outstanding.
    pub(super) fn new() -> Self {
        Self { queue: VecDeque::from([(Verb::Connect, 0)]), octets: 0 }
    }

    /// `verb` has been said, in so many octets.
    pub(super) fn push(&mut self, verb: Verb, octets: usize) {
        self.octets += octets;
        self.queue.push_back((verb, u32::try_from(octets).unwrap_or(u32::MAX)));
    }

    /// A reply has come: to what?
    pub(super) fn pop(&mut self) -> Option<Verb> {
        let (verb, octets) = self.queue.pop_front()?;
        self.octets = self.octets.saturating_sub(octets as usize);
        Some(verb)
    }

    pub(super) fn front(&self) -> Option<Verb> {
        self.queue.front().map(|(verb, _)| *verb)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub(super) fn contains(&self, verb: Verb) -> bool {
        self.queue.iter().any(|(outstanding, _)| *outstanding == verb)
    }

    /// Whether the server is about to forget the transaction: RSET has been said, and no MAIL behind it.
    pub(super) fn is_resetting(&self) -> bool {
        let last = self.queue.iter().rev().find(|(verb, _)| matches!(verb, Verb::Mail | Verb::Rset));
        last.is_some_and(|(verb, _)| *verb == Verb::Rset)
    }

    /// Whether a command may join what is outstanding, when no more than `most` octets should be in flight.
    pub(super) fn may_be_joined(&self, most: usize) -> bool {
        self.octets < most && self.queue.back().is_none_or(|(verb, _)| verb.may_be_followed())
    }

    pub(super) fn clear(&mut self) {
        self.queue.clear();
        self.octets = 0;
    }

    pub(super) fn allocated(&self) -> usize {
        self.queue.capacity() * size_of::<(Verb, u32)>()
    }

    pub(super) fn release(&mut self) {
        self.queue.shrink_to_fit();
    }
}
