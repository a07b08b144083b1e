//! How the command lines name a server and say how far to trust it.

use std::io;
use std::path::PathBuf;

use clap::ValueEnum;
use mail_futures_io::{Security, TlsClient};

use crate::terminal::{about, printable};

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Tls {
    /// Not at all: for servers on this machine
    None,
    /// By STARTTLS, or POP3's STLS, which the server must offer
    Starttls,
    /// From the first byte on
    Implicit,
}

/// The flags that `send` and `fetch` have in common.
#[derive(clap::Args, Debug)]
pub struct Connection {
    /// The server, HOST or HOST:PORT; without a port, the protocol's own for the kind of TLS
    #[arg(long, value_name = "HOST:PORT", default_value = "localhost")]
    server: String,
    /// How the connection is protected [default: none on this machine, without --ca and --insecure; else starttls]
    #[arg(long, value_enum)]
    tls: Option<Tls>,
    /// Trust the certificates in this PEM file, and no others; not with --tls none [default: those that browsers trust]
    #[arg(long, value_name = "FILE", conflicts_with = "insecure")]
    ca: Option<PathBuf>,
    /// Trust any certificate: somebody in the way can read and change everything
    #[arg(long)]
    insecure: bool,
}

impl Connection {
    /// How the connection is protected. Who says which certificates to trust expects one.
    pub fn tls(&self) -> Tls {
        let here = ["localhost", "127.0.0.1", "::1"].contains(&self.split().0);
        let expects_none = here && self.ca.is_none() && !self.insecure;
        self.tls.unwrap_or(if expects_none { Tls::None } else { Tls::Starttls })
    }

    /// The server's name or address, and the port; `usual` is what the protocol has without TLS, with STARTTLS and with
    /// implicit TLS.
    ///
    /// # Errors
    ///
    /// When what follows the colon is no port.
    pub fn address(&self, usual: [u16; 3]) -> io::Result<(&str, u16)> {
        let usual = match self.tls() {
            Tls::None => usual[0],
            Tls::Starttls => usual[1],
            Tls::Implicit => usual[2],
        };
        match self.split() {
            (host, None) => Ok((host, usual)),
            (host, Some(port)) => match port.parse() {
                Ok(port) => Ok((host, port)),
                Err(_) => Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{port:?} is no port"))),
            },
        }
    }

    /// What the client needs to know of it.
    ///
    /// # Errors
    ///
    /// When the PEM file cannot be read or holds no certificate, or there is to be no TLS that it could be for.
    pub fn security(&self) -> io::Result<Security> {
        let tls = match (self.tls(), &self.ca, self.insecure) {
            (Tls::None, Some(_), _) => {
                let problem =
                    "--ca says whom to trust, and --tls none has nobody prove who it is: leave one of them out";
                return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
            }
            (Tls::None, None, _) => return Ok(Security::Plaintext),
            (_, Some(file), _) => TlsClient::trusting_file(file).map_err(|problem| about(file.display(), problem))?,
            (_, None, true) => TlsClient::insecure()?,
            (_, None, false) => TlsClient::webpki()?,
        };
        Ok(match self.tls() {
            Tls::Implicit => Security::Implicit(tls),
            _ => Security::StartTls(tls),
        })
    }

    fn split(&self) -> (&str, Option<&str>) {
        // An IPv6 address has colons of its own: [::1]:25.
        if let Some((host, rest)) = self.server.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            return (host, rest.strip_prefix(':'));
        }
        match self.server.split_once(':') {
            Some((host, port)) if !port.contains(':') => (host, Some(port)),
            _ => (&self.server, None),
        }
    }
}

/// An error with all that is behind it, on one line. What a server says is part of some; it must not steer a terminal.
pub fn explain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    printable(&text)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        connection: Connection,
    }

    #[test]
    fn a_certificate_is_not_ignored() {
        let security = |arguments: &str| {
            let arguments = std::iter::once("program").chain(arguments.split_whitespace());
            Program::try_parse_from(arguments).unwrap().connection.security()
        };
        assert!(matches!(security("--tls none"), Ok(Security::Plaintext)));
        let refused = security("--tls none --ca ca.pem").unwrap_err().to_string();
        assert!(refused.contains("--ca") && refused.contains("--tls none"), "{refused}");
    }
}
