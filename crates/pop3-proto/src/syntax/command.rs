use core::fmt;

use super::status::trim_blanks;
use super::{InitialResponse, InvalidArgument, Mechanism, MessageNumber, Password, UserName, decimal};

/// A command (RFC 1939, RFC 2449, RFC 2595, RFC 5034).
///
/// ```
/// use pop3_proto::{Command, MessageNumber};
///
/// let top = Command::Top { message: MessageNumber::new(1).unwrap(), lines: 10 };
/// assert_eq!(Command::parse(b"top 1 10"), Ok(top));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command<'a> {
    /// `USER name`: who wants to log in (RFC 1939, section 7).
    User(UserName<'a>),
    /// `PASS string`: the password, which is the rest of the line (RFC 1939, section 7).
    Pass(Password<'a>),
    /// `STAT`: how much there is (RFC 1939, section 5).
    Stat,
    /// `LIST [msg]`: the size of one message, or of each (RFC 1939, section 5).
    List(Option<MessageNumber>),
    /// `RETR msg`: a message, whole (RFC 1939, section 5).
    Retr(MessageNumber),
    /// `DELE msg`: marks a message as deleted (RFC 1939, section 5).
    Dele(MessageNumber),
    /// `NOOP` (RFC 1939, section 5).
    Noop,
    /// `RSET`: takes all marks back (RFC 1939, section 5).
    Rset,
    /// `QUIT`: deletes what is marked, and ends the session (RFC 1939, section 6).
    Quit,
    /// `TOP msg n`: the header of a message and the first lines of its body (RFC 1939, section 7).
    Top {
        /// The message.
        message: MessageNumber,
        /// How many lines of the body; 0 for the header alone.
        lines: u64,
    },
    /// `UIDL [msg]`: the unique id of one message, or of each (RFC 1939, section 7).
    Uidl(Option<MessageNumber>),
    /// `CAPA`: what the server can (RFC 2449, section 5).
    Capa,
    /// `STLS`: TLS from here on (RFC 2595, section 4).
    Stls,
    /// `AUTH mechanism [initial-response]` (RFC 5034, section 4).
    Auth {
        /// The mechanism.
        mechanism: Mechanism<'a>,
        /// What the client says before it is asked.
        initial: Option<InitialResponse<'a>>,
    },
    /// `AUTH` by itself asks for the names of the mechanisms. No standard has it, old clients send it.
    AuthList,
}

/// This line is no command. The client's fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// The keyword is none that we know.
    #[error("unknown command")]
    Unknown,
    /// An argument is missing.
    #[error("an argument is missing")]
    MissingArgument,
    /// There is an argument too many.
    #[error("too many arguments")]
    UnexpectedArgument,
    /// An argument should be a message number and is none: numbers begin at 1 and have digits only.
    #[error("not a message number")]
    MessageNumber,
    /// TOP's number of lines is none.
    #[error("not a number of lines")]
    Lines,
    /// The argument of USER or PASS.
    #[error("{0}")]
    Argument(#[from] InvalidArgument),
    /// The mechanism's name or the initial response of AUTH.
    #[error("not a mechanism, or not base64")]
    Sasl,
}

impl<'a> Command<'a> {
    /// Reads a line, given without its CRLF. Keywords may be in any case; blanks at the end, or more than one
    /// between arguments, are forgiven where they cannot be part of an argument.
    ///
    /// # Errors
    ///
    /// [`CommandError`]: the server answers it with `-ERR`, and the session goes on.
    pub fn parse(line: &'a [u8]) -> Result<Self, CommandError> {
        let length = line.iter().take(5).position(|octet| *octet == b' ').unwrap_or(line.len());
        let (keyword, rest) = line.split_at(length);
        let mut arguments = Arguments(rest);
        let command = match Keyword::of(keyword) {
            b"USER" => return Ok(Self::User(UserName::parse(arguments.rest_of_line()?)?)),
            b"PASS" => return Ok(Self::Pass(Password::new(arguments.rest_of_line()?)?)),
            b"RETR" => Self::Retr(arguments.message()?),
            b"DELE" => Self::Dele(arguments.message()?),
            b"LIST" => Self::List(arguments.optional_message()?),
            b"UIDL" => Self::Uidl(arguments.optional_message()?),
            b"TOP " => Self::Top { message: arguments.message()?, lines: arguments.lines()? },
            b"STAT" => Self::Stat,
            b"NOOP" => Self::Noop,
            b"RSET" => Self::Rset,
            b"QUIT" => Self::Quit,
            b"CAPA" => Self::Capa,
            b"STLS" => Self::Stls,
            b"AUTH" => arguments.auth()?,
            _ => return Err(CommandError::Unknown),
        };
        arguments.end()?;
        Ok(command)
    }

    /// Writes the line with its CRLF, in pieces.
    pub fn encode(&self, mut write: impl FnMut(&[u8])) {
        write(self.keyword().as_bytes());
        match self {
            Self::User(name) => {
                write(b" ");
                write(name.as_str().as_bytes());
            }
            Self::Pass(password) => {
                write(b" ");
                write(password.secret().expose());
            }
            Self::Retr(message)
            | Self::Dele(message)
            | Self::List(Some(message))
            | Self::Uidl(Some(message))
            | Self::Top { message, .. } => {
                write(b" ");
                message.encode(&mut write);
            }
            Self::Auth { mechanism, initial } => {
                write(b" ");
                write(mechanism.as_str().as_bytes());
                if let Some(initial) = initial {
                    write(b" ");
                    write(initial.encoded().expose());
                }
            }
            _ => {}
        }
        if let Self::Top { lines, .. } = self {
            write(b" ");
            write(decimal::Digits::of(*lines).as_bytes());
        }
        write(b"\r\n");
    }

    /// The same command if it borrows nothing: if it is none of those that a login is made of.
    pub(crate) const fn owned(self) -> Option<Command<'static>> {
        Some(match self {
            Self::User(_) | Self::Pass(_) | Self::Auth { .. } => return None,
            Self::Stat => Command::Stat,
            Self::List(message) => Command::List(message),
            Self::Retr(message) => Command::Retr(message),
            Self::Dele(message) => Command::Dele(message),
            Self::Noop => Command::Noop,
            Self::Rset => Command::Rset,
            Self::Quit => Command::Quit,
            Self::Top { message, lines } => Command::Top { message, lines },
            Self::Uidl(message) => Command::Uidl(message),
            Self::Capa => Command::Capa,
            Self::Stls => Command::Stls,
            Self::AuthList => Command::AuthList,
        })
    }

    /// The keyword.
    pub const fn keyword(&self) -> &'static str {
        match self {
            Self::User(_) => "USER",
            Self::Pass(_) => "PASS",
            Self::Stat => "STAT",
            Self::List(_) => "LIST",
            Self::Retr(_) => "RETR",
            Self::Dele(_) => "DELE",
            Self::Noop => "NOOP",
            Self::Rset => "RSET",
            Self::Quit => "QUIT",
            Self::Top { .. } => "TOP",
            Self::Uidl(_) => "UIDL",
            Self::Capa => "CAPA",
            Self::Stls => "STLS",
            Self::Auth { .. } | Self::AuthList => "AUTH",
        }
    }
}

/// A keyword in upper case, with a blank behind it if it has three letters.
struct Keyword;

impl Keyword {
    fn of(keyword: &[u8]) -> &[u8; 4] {
        const KNOWN: [&[u8; 4]; 14] = [
            b"RETR", b"DELE", b"TOP ", b"UIDL", b"LIST", b"STAT", b"NOOP", b"USER", b"PASS", b"QUIT", b"CAPA", b"STLS",
            b"AUTH", b"RSET",
        ];
        let padded = match *keyword {
            [a, b, c, d] => [a, b, c, d],
            [a, b, c] => [a, b, c, b' '],
            _ => return b"    ",
        };
        let upper = u32::from_le_bytes(padded.map(|octet| octet.to_ascii_uppercase()));
        KNOWN.into_iter().find(|known| u32::from_le_bytes(**known) == upper).unwrap_or(b"    ")
    }
}

/// What follows the keyword: nothing, or a blank and more.
struct Arguments<'a>(&'a [u8]);

impl<'a> Arguments<'a> {
    /// Everything behind the one blank: an argument that may have blanks itself.
    fn rest_of_line(&self) -> Result<&'a [u8], CommandError> {
        self.0.get(1..).ok_or(CommandError::MissingArgument)
    }

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = trim_blanks(self.0);
        let length = rest.iter().position(|octet| matches!(octet, b' ' | b'\t')).unwrap_or(rest.len());
        let (argument, after) = rest.split_at(length);
        self.0 = after;
        (!argument.is_empty()).then_some(argument)
    }

    fn optional_message(&mut self) -> Result<Option<MessageNumber>, CommandError> {
        self.next().map(|number| MessageNumber::parse(number).ok_or(CommandError::MessageNumber)).transpose()
    }

    fn message(&mut self) -> Result<MessageNumber, CommandError> {
        self.optional_message()?.ok_or(CommandError::MissingArgument)
    }

    fn lines(&mut self) -> Result<u64, CommandError> {
        let lines = self.next().ok_or(CommandError::MissingArgument)?;
        if !lines.iter().all(u8::is_ascii_digit) {
            return Err(CommandError::Lines);
        }
        // More lines than there are stand for all of them (RFC 1939, section 7), however many that is.
        Ok(decimal::whole(lines).unwrap_or(u64::MAX))
    }

    fn auth(&mut self) -> Result<Command<'a>, CommandError> {
        let Some(mechanism) = self.next() else { return Ok(Command::AuthList) };
        let mechanism = Mechanism::parse(mechanism).ok_or(CommandError::Sasl)?;
        let initial = self.next().map(|text| InitialResponse::parse(text).ok_or(CommandError::Sasl)).transpose()?;
        Ok(Command::Auth { mechanism, initial })
    }

    fn end(mut self) -> Result<(), CommandError> {
        self.next().map_or(Ok(()), |_| Err(CommandError::UnexpectedArgument))
    }
}

impl fmt::Display for Command<'_> {
    /// The command as a log may show it: without the password, or what a mechanism says.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.keyword())?;
        match self {
            Self::User(name) => write!(f, " {}", name.as_str()),
            Self::Pass(_) => f.write_str(" ***"),
            Self::Auth { mechanism, initial } => {
                write!(f, " {mechanism}{}", if initial.is_some() { " ***" } else { "" })
            }
            Self::Top { message, lines } => write!(f, " {message} {lines}"),
            Self::Retr(message) | Self::Dele(message) | Self::List(Some(message)) | Self::Uidl(Some(message)) => {
                write!(f, " {message}")
            }
            _ => Ok(()),
        }
    }
}
