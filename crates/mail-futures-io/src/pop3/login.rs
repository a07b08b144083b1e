//! Logging in: AUTH (RFC 5034), or USER and PASS (RFC 1939, section 7).

use mail_sasl::{Credentials, Mechanism, NoMechanism, Offer};
use pop3_proto::client::{Asked, Event, Misuse};
use pop3_proto::{Password, UserName};

use super::{Error, Pop3Client};
use crate::Runtime;

impl<R: Runtime> Pop3Client<R> {
    /// Logs in, by the best mechanism that the server offers, or by USER and PASS if it offers none. Without TLS no
    /// password is sent, unless the [options](super::Options::plaintext_login) allow it. What the server can is asked
    /// anew afterwards.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if the server does not believe it, or the maildrop is in use; [`Error::NoMechanism`] if
    /// nothing was said at all; or any other [`Error`].
    pub async fn login(&mut self, credentials: &Credentials) -> Result<(), Error> {
        self.idle_machine().await?;
        let names = self.capabilities().and_then(|capabilities| capabilities.mechanisms());
        let names = names.into_iter().flat_map(|names| names.iter()).map(|name| name.as_str());
        let (tls, plaintext) = (self.tls().is_some(), self.options.plaintext_login);
        match Offer::new(names).over_tls(tls).plaintext_without_tls(plaintext).choose() {
            Ok(mechanism) => self.authenticate(mechanism, credentials).await?,
            Err(NoMechanism::NothingInCommon) if !(tls || plaintext) => return Err(NoMechanism::NeedsTls.into()),
            // Nobody can act as somebody else by USER and PASS.
            Err(NoMechanism::NothingInCommon) if credentials.authorization_id().is_none() => {
                self.user_pass(credentials).await?;
            }
            Err(none) => return Err(none.into()),
        }
        self.ask_capabilities().await
    }

    async fn user_pass(&mut self, credentials: &Credentials) -> Result<(), Error> {
        let user = UserName::new(credentials.authentication_id())?;
        let password = Password::new(credentials.password().expose().as_bytes())?;
        self.machine().user_pass(user, password)?;
        loop {
            match self.event().await? {
                Event::LoggedIn(_) => return Ok(()),
                Event::Refused { asked: asked @ (Asked::User | Asked::Pass), reply } => {
                    return Err(Error::refused(asked, reply));
                }
                _ => {}
            }
        }
    }

    async fn authenticate(&mut self, mechanism: Mechanism, credentials: &Credentials) -> Result<(), Error> {
        let mut mechanism = mechanism.client(credentials.clone())?;
        let name = pop3_proto::Mechanism::new(mechanism.name()).map_err(|_| Misuse::NoChallenge)?;
        self.machine().auth(name, mechanism.initial_response().as_deref())?;
        let mut broken = None;
        loop {
            let answer = match self.event().await? {
                Event::Challenge(challenge) => mechanism.step(&challenge),
                Event::LoggedIn(_) => return broken.map_or(Ok(()), Err),
                Event::Refused { asked: Asked::Auth, reply } => {
                    return Err(broken.unwrap_or_else(|| Error::refused(Asked::Auth, reply)));
                }
                _ => continue,
            };
            let answered = match answer {
                Ok(response) => self.machine().auth_response(&response).map_err(Error::from),
                Err(error) => Err(Error::Mechanism(error)),
            };
            if let Err(error) = answered {
                broken = Some(error);
                // If it is too late for that, too, the session is over, and the next event says why.
                let _ = self.machine().auth_cancel();
            }
        }
    }
}
