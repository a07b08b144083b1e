//! AUTH (RFC 4954). The mechanism is the application's; here its messages travel, in base64.

use alloc::vec::Vec;
use core::fmt;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use mail_wire::Secret;
use zeroize::Zeroizing;

use super::{Client, InitialResponsePolicy, Misuse, Received, Staged, Verb};
use crate::{Command, InitialResponse, Mechanism};

/// The longest command line, in octets with the CRLF (RFC 5321, section 4.5.3.1.4).
const LONGEST_COMMAND: usize = 512;

/// The longest line of an authentication, in either direction, in octets with the CRLF (RFC 4954, section 4).
pub(super) const LONGEST_LINE: usize = 12288;

/// Some servers leave the padding out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Octets that no log should show, overwritten when they are dropped.
#[derive(Default)]
pub(super) struct Sensitive(Zeroizing<Vec<u8>>);

impl Sensitive {
    pub(super) fn secret(&self) -> Secret<'_> {
        Secret::new(&self.0)
    }

    pub(super) fn allocated(&self) -> usize {
        self.0.capacity()
    }
}

impl fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.secret().fmt(f)
    }
}

/// Where an authentication is.
#[derive(Debug, Default)]
pub(super) enum Authentication {
    /// None is under way.
    #[default]
    None,
    /// The server has the word. The first message, if it could not go with the command, waits for the server's
    /// empty challenge.
    Sent { first: Option<Sensitive> },
    /// The application has the word.
    Challenged,
    /// We have given up, and wait for the server to say that it has seen it.
    Cancelled,
}

impl Authentication {
    pub(super) const fn is_under_way(&self) -> bool {
        !matches!(self, Self::None)
    }
}

impl Client {
    /// Begins an authentication (RFC 4954, section 4). `initial_response` is the mechanism's first message, if it
    /// speaks first; whether it goes with the command or answers the server's first challenge is settled by its
    /// length and the [`Config`](super::Config), unseen.
    ///
    /// [`Event::Challenge`](super::Event::Challenge) wants an answer; the reply that ends the authentication is an
    /// [`Event::Reply`](super::Event::Reply) to [`Verb::Auth`].
    ///
    /// # Errors
    ///
    /// [`Misuse`]; nothing was sent.
    pub fn auth(&mut self, mechanism: Mechanism<'_>, initial_response: Option<&[u8]>) -> Result<(), Misuse> {
        self.check_idle()?;
        self.check_hello()?;
        if !self.capabilities.offers("AUTH") {
            return Err(Misuse::NotOffered("AUTH"));
        }
        if initial_response.is_some_and(|response| line_length(response) > LONGEST_LINE) {
            return Err(Misuse::TooLong);
        }
        let head = "AUTH ".len() + mechanism.as_str().len() + " ".len();
        let goes_along = |response: &&[u8]| match self.config.initial_response {
            InitialResponsePolicy::Auto => head + line_length(response).max(3) <= LONGEST_COMMAND,
            InitialResponsePolicy::Always => true,
            InitialResponsePolicy::Never => false,
        };
        let along = initial_response.filter(goes_along);
        let first = match along {
            Some(_) => None,
            None => initial_response.map(|response| Sensitive(Zeroizing::new(response.to_vec()))),
        };
        self.authentication = Authentication::Sent { first };
        let initial_response = along.map(InitialResponse::encode);
        // What follows is a secret: have it overwritten.
        self.output.push_secret(b"");
        self.say(Verb::Auth, &Command::Auth { mechanism, initial_response });
        self.stage();
        Ok(())
    }

    /// Answers a challenge.
    ///
    /// # Errors
    ///
    /// [`Misuse::OutOfOrder`] if there is none; [`Misuse::TooLong`]. Nothing was sent.
    pub fn auth_response(&mut self, response: &[u8]) -> Result<(), Misuse> {
        self.check_challenged()?;
        if line_length(response) > LONGEST_LINE {
            return Err(Misuse::TooLong);
        }
        self.authentication = Authentication::Sent { first: None };
        self.respond(response);
        self.stage();
        Ok(())
    }

    /// Gives the authentication up; the server's reply to that is due.
    ///
    /// # Errors
    ///
    /// [`Misuse::OutOfOrder`] if no challenge waits for an answer. Nothing was sent.
    pub fn auth_cancel(&mut self) -> Result<(), Misuse> {
        self.check_challenged()?;
        self.cancel();
        self.stage();
        Ok(())
    }

    /// A 334 has come. Returns false if it has no place here.
    pub(super) fn challenged(&mut self, received: &Received) -> bool {
        let first = match &mut self.authentication {
            Authentication::Sent { first } => first.take(),
            _ => return false,
        };
        if let Some(first) = first {
            self.respond(&first.0);
            return true;
        }
        self.challenge = Sensitive::default();
        let reply = received.reply(&self.input);
        let mut lines = reply.raw_lines();
        let decoded = match (lines.next(), lines.next()) {
            (Some(text), None) => BASE64.decode_vec(text.trim_ascii_end(), &mut self.challenge.0).is_ok(),
            _ => false,
        };
        if decoded {
            self.authentication = Authentication::Challenged;
            self.staged = Some(Staged::Challenge);
        } else {
            // Not base64: the exchange cannot go on (RFC 4954, section 4).
            self.cancel();
        }
        true
    }

    fn respond(&mut self, response: &[u8]) {
        let before = self.output.len();
        if !response.is_empty() {
            self.output.push_secret(InitialResponse::encode(response).expose().as_bytes());
        }
        self.output.push(b"\r\n");
        self.challenge = Sensitive::default();
        self.expect(Verb::Auth, self.output.len() - before);
    }

    fn cancel(&mut self) {
        self.authentication = Authentication::Cancelled;
        self.output.push(b"*\r\n");
        self.expect(Verb::Auth, 3);
    }

    fn check_challenged(&self) -> Result<(), Misuse> {
        match self.authentication {
            _ if self.is_closed() => Err(Misuse::Closed),
            Authentication::Challenged => Ok(()),
            _ => Err(Misuse::OutOfOrder),
        }
    }
}

/// How long the line is that carries a response, in octets with the CRLF.
fn line_length(response: &[u8]) -> usize {
    response.len().div_ceil(3).saturating_mul(4).saturating_add(2)
}
