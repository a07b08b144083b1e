use core::fmt;

use super::Command;
use crate::Parameters;

impl Command<'_> {
    /// Writes the command as a line, its CRLF included.
    ///
    /// There is no `Display`, because an AUTH command may hold a password.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write(&self, out: &mut impl fmt::Write) -> fmt::Result {
        match self {
            Self::Ehlo(host) => write!(out, "EHLO {host}")?,
            Self::Helo(host) => write!(out, "HELO {host}")?,
            Self::Lhlo(host) => write!(out, "LHLO {host}")?,
            Self::Mail { path, parameters } => {
                write!(out, "MAIL FROM:{path}")?;
                write_parameters(parameters, out)?;
            }
            Self::Rcpt { path, parameters } => {
                write!(out, "RCPT TO:{path}")?;
                write_parameters(parameters, out)?;
            }
            Self::Data => out.write_str("DATA")?,
            Self::Rset => out.write_str("RSET")?,
            Self::Noop(None) => out.write_str("NOOP")?,
            Self::Noop(Some(text)) => write!(out, "NOOP {text}")?,
            Self::Quit => out.write_str("QUIT")?,
            Self::Vrfy(text) => write!(out, "VRFY {text}")?,
            Self::Expn(text) => write!(out, "EXPN {text}")?,
            Self::Help(None) => out.write_str("HELP")?,
            Self::Help(Some(text)) => write!(out, "HELP {text}")?,
            Self::StartTls => out.write_str("STARTTLS")?,
            Self::Auth { mechanism, initial_response: None } => write!(out, "AUTH {mechanism}")?,
            Self::Auth { mechanism, initial_response: Some(response) } => {
                write!(out, "AUTH {mechanism} {}", response.expose())?;
            }
        }
        out.write_str("\r\n")
    }
}

fn write_parameters(parameters: &Parameters<'_>, out: &mut impl fmt::Write) -> fmt::Result {
    if parameters.is_empty() { Ok(()) } else { write!(out, " {parameters}") }
}
