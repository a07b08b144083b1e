//! Logging in (RFC 4954).

use mail_sasl::{Credentials, Offer};
use smtp_proto::Mechanism;
use smtp_proto::client::{Event, Misuse, Verb};

use super::{Error, SmtpClient};
use crate::Runtime;

impl<R: Runtime> SmtpClient<R> {
    /// Logs in, by the best mechanism that the server offers. Without TLS no password is sent, unless the
    /// [options](super::Options::plaintext_login) allow it.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if the server does not believe it; [`Error::NoMechanism`] if nothing was said at all; or
    /// any other [`Error`].
    pub async fn login(&mut self, credentials: &Credentials) -> Result<(), Error> {
        let mechanism = Offer::new(self.capabilities().mechanisms())
            .over_tls(self.tls().is_some())
            .plaintext_without_tls(self.options.plaintext_login)
            .choose()?;
        let mut mechanism = mechanism.client(credentials.clone())?;
        let name = Mechanism::parse(mechanism.name()).map_err(|_| Misuse::NotOffered("AUTH"))?;
        self.open_machine().await?.auth(name, mechanism.initial_response().as_deref())?;
        let mut broken = None;
        loop {
            let answer = match self.event().await? {
                Event::Challenge(challenge) => mechanism.step(&challenge),
                Event::Reply { command: Verb::Auth, reply } => {
                    return match (reply.code().is_success(), broken) {
                        (true, None) => Ok(()),
                        (_, Some(broken)) => Err(broken),
                        (false, None) => Err(Error::Refused { command: Verb::Auth, reply: reply.to_reply() }),
                    };
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
