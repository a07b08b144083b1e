use core::fmt;

use crate::{Command, MessageNumber};

/// A command as the application asked for it, to tell replies apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Asked {
    /// CAPA.
    Capa,
    /// STLS.
    Stls,
    /// The USER of a login.
    User,
    /// The PASS of a login, sent once USER is accepted.
    Pass,
    /// AUTH.
    Auth,
    /// STAT.
    Stat,
    /// LIST, of one message or of all.
    List(Option<MessageNumber>),
    /// UIDL, of one message or of all.
    Uidl(Option<MessageNumber>),
    /// RETR.
    Retr(MessageNumber),
    /// TOP.
    Top {
        /// The message.
        message: MessageNumber,
        /// How many lines of its body.
        lines: u64,
    },
    /// DELE.
    Dele(MessageNumber),
    /// NOOP.
    Noop,
    /// RSET.
    Rset,
    /// QUIT.
    Quit,
}

impl Asked {
    /// The message that it is about, if it is about one.
    pub const fn message(self) -> Option<MessageNumber> {
        match self {
            Self::Retr(message) | Self::Dele(message) | Self::Top { message, .. } => Some(message),
            Self::List(message) | Self::Uidl(message) => message,
            _ => None,
        }
    }

    /// The command, if it needs nothing that is kept elsewhere.
    pub(super) const fn command(self) -> Option<Command<'static>> {
        Some(match self {
            Self::Capa => Command::Capa,
            Self::Stls => Command::Stls,
            Self::Stat => Command::Stat,
            Self::List(message) => Command::List(message),
            Self::Uidl(message) => Command::Uidl(message),
            Self::Retr(message) => Command::Retr(message),
            Self::Top { message, lines } => Command::Top { message, lines },
            Self::Dele(message) => Command::Dele(message),
            Self::Noop => Command::Noop,
            Self::Rset => Command::Rset,
            Self::Quit => Command::Quit,
            Self::User | Self::Pass | Self::Auth => return None,
        })
    }

    /// Whether nothing else may be on its way at the same time: what follows depends on its reply, and QUIT makes
    /// final what went before.
    pub(super) const fn stands_alone(self) -> bool {
        matches!(self, Self::User | Self::Pass | Self::Auth | Self::Stls | Self::Quit)
    }

    /// The line's length in octets.
    pub(super) fn line_length(self) -> usize {
        let mut length = 0;
        if let Some(command) = self.command() {
            command.encode(|piece| length += piece.len());
        }
        length
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.command() {
            Some(command) => command.fmt(f),
            None => f.write_str(match self {
                Self::User => "USER",
                Self::Pass => "PASS",
                _ => "AUTH",
            }),
        }
    }
}
