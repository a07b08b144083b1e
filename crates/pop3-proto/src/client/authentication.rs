//! Logging in: USER and PASS (RFC 1939, section 7), and AUTH (RFC 5034).

use alloc::boxed::Box;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::{Asked, Client, InitialResponsePolicy, Misuse, Reading};
use crate::{LONGEST_COMMAND, Mechanism, Password, UserName, encode_base64};

/// A login that has been asked for: what is still to be said.
pub(super) enum Login {
    UserPass {
        user: Box<str>,
        password: Zeroizing<Vec<u8>>,
    },
    Auth {
        mechanism: Box<str>,
        initial: Option<Zeroizing<Vec<u8>>>,
    },
    /// An AUTH that was given up: nothing more, whatever the server still wants to know.
    Cancelled,
}

impl Client {
    /// Logs in with USER and, once that is accepted, PASS. Answered by [`Event::LoggedIn`](super::Event::LoggedIn).
    ///
    /// The password is kept until it is sent and then overwritten. It can be read by anybody on the way unless
    /// [TLS](Self::tls) is up.
    ///
    /// # Errors
    ///
    /// [`Misuse`].
    pub fn user_pass(&mut self, user: UserName<'_>, password: Password<'_>) -> Result<(), Misuse> {
        let password = Zeroizing::new(password.secret().to_vec());
        self.log_in(Asked::User, Login::UserPass { user: Box::from(user.as_str()), password })
    }

    /// Logs in with AUTH. `initial` is what the mechanism says first, if it is one that does; it is encoded here.
    /// Answered by [`Event::Challenge`](super::Event::Challenge) as often as the mechanism wants, and
    /// [`Event::LoggedIn`](super::Event::LoggedIn).
    ///
    /// If the initial response must not travel with the command
    /// ([`InitialResponsePolicy`]), it answers the server's first challenge, and the application is not asked.
    ///
    /// # Errors
    ///
    /// [`Misuse`].
    pub fn auth(&mut self, mechanism: Mechanism<'_>, initial: Option<&[u8]>) -> Result<(), Misuse> {
        if initial.is_some_and(|initial| encoded_length(initial) > self.config.longest_challenge) {
            return Err(Misuse::ResponseTooLong);
        }
        let initial = initial.map(|initial| Zeroizing::new(initial.to_vec()));
        self.log_in(Asked::Auth, Login::Auth { mechanism: Box::from(mechanism.as_str()), initial })
    }

    fn log_in(&mut self, asked: Asked, login: Login) -> Result<(), Misuse> {
        self.may_ask()?;
        if self.login.is_some() || self.asked.iter().any(|asked| matches!(asked, Asked::Pass | Asked::Auth)) {
            return Err(Misuse::LoginUnderWay);
        }
        self.login = Some(login);
        self.ask(asked)
    }

    /// Answers a [challenge](super::Event::Challenge) with what the mechanism says. It is encoded here.
    ///
    /// # Errors
    ///
    /// [`Misuse::NoChallenge`], or [`Misuse::ResponseTooLong`].
    pub fn auth_response(&mut self, response: &[u8]) -> Result<(), Misuse> {
        self.challenged()?;
        if encoded_length(response) > self.config.longest_challenge {
            return Err(Misuse::ResponseTooLong);
        }
        self.say_response(response);
        Ok(())
    }

    /// Answers a [challenge](super::Event::Challenge) by giving up. The server's `-ERR` to it comes as
    /// [`Event::Refused`](super::Event::Refused); one that goes on asking ends the session.
    ///
    /// # Errors
    ///
    /// [`Misuse::NoChallenge`].
    pub fn auth_cancel(&mut self) -> Result<(), Misuse> {
        self.challenged()?;
        self.output.push(b"*\r\n");
        self.login = Some(Login::Cancelled);
        self.responded();
        Ok(())
    }

    fn challenged(&self) -> Result<(), Misuse> {
        let polled = matches!(self.reading, Reading::Challenge) && self.staged.is_none();
        if polled && !self.is_closed() { Ok(()) } else { Err(Misuse::NoChallenge) }
    }

    pub(super) fn say_response(&mut self, response: &[u8]) {
        encode_base64(response, &mut self.output);
        self.output.push(b"\r\n");
        self.responded();
    }

    fn responded(&mut self) {
        self.challenge = Zeroizing::default();
        self.reading = Reading::Status;
        self.clock.moved = true;
        self.advance();
    }

    /// The initial response that has not been said yet.
    pub(super) fn held_initial(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        match &mut self.login {
            Some(Login::Auth { initial, .. }) => initial.take(),
            _ => None,
        }
    }

    /// Queues the line of a login's step.
    pub(super) fn send_login(&mut self, step: Asked) {
        let output = &mut self.output;
        match (&mut self.login, step) {
            (Some(Login::UserPass { user, .. }), Asked::User) => {
                for piece in ["USER ", user, "\r\n"] {
                    output.push(piece.as_bytes());
                }
            }
            (Some(Login::UserPass { password, .. }), _) => {
                output.push(b"PASS ");
                output.push_secret(password);
                output.push(b"\r\n");
                self.login = None;
            }
            (Some(Login::Auth { mechanism, initial }), _) => {
                output.push(b"AUTH ");
                output.push(mechanism.as_bytes());
                let encoded = initial.as_ref().map_or(0, |initial| encoded_length(initial));
                let length = "AUTH  \r\n".len() + mechanism.len() + encoded;
                let at_once = match self.config.initial_response {
                    InitialResponsePolicy::Auto => length <= LONGEST_COMMAND,
                    InitialResponsePolicy::Always => true,
                    InitialResponsePolicy::Never => false,
                };
                if let Some(initial) = initial.take_if(|_| at_once) {
                    output.push(b" ");
                    match initial.as_slice() {
                        [] => output.push(b"="),
                        response => encode_base64(response, output),
                    }
                }
                output.push(b"\r\n");
            }
            (Some(Login::Cancelled) | None, _) => {}
        }
    }
}

/// How long a response becomes in base64; the empty one becomes `=`.
fn encoded_length(response: &[u8]) -> usize {
    response.len().div_ceil(3).max(1) * 4
}
