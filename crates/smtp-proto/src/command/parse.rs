use super::{Argument, Command, InitialResponse, Mechanism};
use crate::path::{forward_path, reverse_path};
use crate::syntax::{Parsed, SyntaxError, skip_spaces};
use crate::{Host, Parameters};

/// A verb as one number, so that telling fourteen of them apart costs one comparison each at most.
const fn verb(name: [u8; 4]) -> u32 {
    u32::from_be_bytes(name)
}

const EHLO: u32 = verb(*b"EHLO");
const HELO: u32 = verb(*b"HELO");
const LHLO: u32 = verb(*b"LHLO");
const MAIL: u32 = verb(*b"MAIL");
const RCPT: u32 = verb(*b"RCPT");
const DATA: u32 = verb(*b"DATA");
const RSET: u32 = verb(*b"RSET");
const NOOP: u32 = verb(*b"NOOP");
const QUIT: u32 = verb(*b"QUIT");
const VRFY: u32 = verb(*b"VRFY");
const EXPN: u32 = verb(*b"EXPN");
const HELP: u32 = verb(*b"HELP");
const AUTH: u32 = verb(*b"AUTH");
/// The first four letters of `STARTTLS`, the only verb that has more.
const STAR: u32 = verb(*b"STAR");

impl<'a> Command<'a> {
    /// Parses a command line without its CRLF. It allocates nothing.
    ///
    /// Verbs and keywords may be in any case; white space at the line's end is tolerated, as RFC 5321,
    /// section 4.1.1, asks, and spaces behind `FROM:` and `TO:`, which many clients send.
    ///
    /// # Errors
    ///
    /// A [`SyntaxError`] that says what is wrong: the peer's fault.
    pub fn parse(line: &'a [u8]) -> Result<Self, SyntaxError> {
        let Some((first, rest)) = line.split_first_chunk::<4>() else { return Err(SyntaxError::UnknownCommand) };
        // Only letters become letters by this, so that what matches is the verb in some case.
        let first = verb(*first) & 0xDFDF_DFDF;
        let rest = match first {
            STAR => rest.split_at_checked(4).filter(|(tls, _)| tls.eq_ignore_ascii_case(b"TTLS")).map(|(_, rest)| rest),
            _ => Some(rest),
        };
        let Some(rest) = rest.filter(|rest| matches!(rest.first(), None | Some(b' ' | b'\t'))) else {
            return Err(SyntaxError::UnknownCommand);
        };
        let Ok(rest) = str::from_utf8(rest) else {
            return match first {
                NOOP => Ok(Self::Noop(None)),
                MAIL | RCPT | DATA | EHLO | HELO | LHLO | RSET | QUIT | VRFY | EXPN | HELP | AUTH | STAR => {
                    Err(SyntaxError::Character)
                }
                _ => Err(SyntaxError::UnknownCommand),
            };
        };
        // Most lines have nothing to trim: look before calling.
        let trimmed = !matches!(rest.as_bytes().last(), Some(b' ' | b'\t'));
        let rest = if trimmed { rest } else { rest.trim_end_matches([' ', '\t']) };
        match first {
            MAIL => {
                let (path, parameters) = path(rest, b"FROM", reverse_path)?;
                Ok(Self::Mail { path, parameters })
            }
            RCPT => {
                let (path, parameters) = path(rest, b"TO", forward_path)?;
                Ok(Self::Rcpt { path, parameters })
            }
            DATA => alone(rest, Self::Data),
            EHLO => host(rest).map(Self::Ehlo),
            HELO => host(rest).map(Self::Helo),
            LHLO => host(rest).map(Self::Lhlo),
            RSET => alone(rest, Self::Rset),
            // Its argument says nothing, whatever it is (RFC 5321, section 4.1.1.9).
            NOOP => Ok(Self::Noop(Argument::parse(rest).ok())),
            QUIT => alone(rest, Self::Quit),
            VRFY => Argument::parse(rest).map(Self::Vrfy),
            EXPN => Argument::parse(rest).map(Self::Expn),
            HELP => optional(rest).map(Self::Help),
            AUTH => auth(rest),
            STAR => alone(rest, Self::StartTls),
            _ => Err(SyntaxError::UnknownCommand),
        }
    }
}

/// A verb that takes no argument: `QUIT foo` is not QUIT.
fn alone<'a>(rest: &str, command: Command<'a>) -> Result<Command<'a>, SyntaxError> {
    if rest.is_empty() { Ok(command) } else { Err(SyntaxError::UnexpectedArgument) }
}

fn optional(rest: &str) -> Result<Option<Argument<'_>>, SyntaxError> {
    if rest.is_empty() { Ok(None) } else { Argument::parse(rest).map(Some) }
}

fn host(rest: &str) -> Result<Host<'_>, SyntaxError> {
    match skip_spaces(rest) {
        "" => Err(SyntaxError::MissingArgument),
        text => Host::parse(text),
    }
}

/// ` FROM:<path> parameters` or ` TO:<path> parameters`
#[inline]
fn path<'a, P>(
    rest: &'a str,
    preposition: &[u8],
    parser: impl Fn(&'a str) -> Parsed<'a, P>,
) -> Result<(P, Parameters<'a>), SyntaxError> {
    let rest = skip_spaces(rest);
    let (word, rest) = rest.split_at_checked(preposition.len()).ok_or(SyntaxError::MissingArgument)?;
    let Some(rest) = rest.strip_prefix(':').filter(|_| word.as_bytes().eq_ignore_ascii_case(preposition)) else {
        return Err(SyntaxError::MissingArgument);
    };
    match parser(skip_spaces(rest)) {
        Ok(("", path)) => Ok((path, Parameters::new())),
        Ok((parameters, path)) if parameters.starts_with(' ') => Ok((path, Parameters::parse(parameters)?)),
        Ok(_) | Err(nom::Err::Incomplete(_)) => Err(SyntaxError::Path),
        Err(nom::Err::Error(error) | nom::Err::Failure(error)) => Err(error),
    }
}

fn auth(rest: &str) -> Result<Command<'_>, SyntaxError> {
    let rest = rest.trim_start_matches(' ');
    if rest.is_empty() {
        return Err(SyntaxError::MissingArgument);
    }
    let (mechanism, response) = match rest.split_once(' ') {
        Some((mechanism, response)) => (mechanism, Some(InitialResponse::parse(response)?)),
        None => (rest, None),
    };
    Ok(Command::Auth { mechanism: Mechanism::parse(mechanism)?, initial_response: response })
}
