//! What the application calls to answer a request, and to end a session.

use super::body::Body;
use super::{Activity, Asked, Closed, Maildrop, Misuse, Server, Session};
use crate::{Reply, Text, encode_base64};

impl Server {
    /// Answers [`Connect`](super::Request::Connect) with the greeting, [`Retrieve`](super::Request::Retrieve) and
    /// [`Top`](super::Request::Top) by going on to the body, and [`Update`](super::Request::Update) by saying that
    /// it is done.
    ///
    /// # Errors
    ///
    /// [`Misuse`] if there is no request, or if it wants a [maildrop](Self::accept_login).
    pub fn accept(&mut self) -> Result<(), Misuse> {
        let text = match self.asked()? {
            Asked::Connect => self.config.greeting.clone(),
            Asked::Update => Text::fixed("Bye"),
            Asked::Retrieve(message) => {
                let octets = self.maildrop().and_then(|maildrop| maildrop.octets(message)).unwrap_or(0);
                self.print(format_args!("+OK {octets} octets\r\n"));
                self.accepted();
                return Ok(());
            }
            Asked::Top { .. } => Text::fixed("Top of message follows"),
            Asked::Login { .. } | Asked::Auth { .. } | Asked::AuthResponse => return Err(Misuse::WrongAnswer),
        };
        self.accept_with(&Reply::new(text))
    }

    /// The same with a text of the application's own.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn accept_with(&mut self, reply: &Reply<'_>) -> Result<(), Misuse> {
        if let Asked::Login { .. } | Asked::Auth { .. } | Asked::AuthResponse = self.asked()? {
            return Err(Misuse::WrongAnswer);
        }
        self.say_reply("+OK", reply);
        self.accepted();
        Ok(())
    }

    /// Answers [`Login`](super::Request::Login), [`Auth`](super::Request::Auth) and
    /// [`AuthResponse`](super::Request::AuthResponse): the client is who it says, and this is what its maildrop
    /// holds. The maildrop should be locked by now (RFC 1939, section 4); if that fails, refuse with
    /// [`Reply::MAILDROP_IN_USE`].
    ///
    /// # Errors
    ///
    /// [`Misuse`] if no login is being asked for.
    pub fn accept_login(&mut self, maildrop: Maildrop) -> Result<(), Misuse> {
        let (Asked::Login { .. } | Asked::Auth { .. } | Asked::AuthResponse) = self.asked()? else {
            return Err(Misuse::WrongAnswer);
        };
        self.print(format_args!("+OK {} messages ({} octets)\r\n", maildrop.kept(), maildrop.kept_octets()));
        self.session = Session::Transaction(maildrop);
        self.clock.login = None;
        self.answered();
        self.advance();
        Ok(())
    }

    /// Answers [`Auth`](super::Request::Auth) and [`AuthResponse`](super::Request::AuthResponse): the mechanism has
    /// more to say. It is encoded here.
    ///
    /// # Errors
    ///
    /// [`Misuse`] if no authentication is under way, or the challenge is too long for a line.
    pub fn challenge(&mut self, challenge: &[u8]) -> Result<(), Misuse> {
        let (Asked::Auth { .. } | Asked::AuthResponse) = self.asked()? else { return Err(Misuse::WrongAnswer) };
        if challenge.len() / 3 * 4 + 9 > self.config.longest_sasl_line {
            return Err(Misuse::ChallengeTooLong);
        }
        self.output.push(b"+ ");
        encode_base64(challenge, &mut self.output);
        self.output.push(b"\r\n");
        self.answered();
        self.activity = Activity::SaslResponse;
        self.advance();
        Ok(())
    }

    /// Refuses any request with `-ERR`: a login with [`Reply::AUTHENTICATION_FAILED`] if the credentials are wrong,
    /// anything with [`Reply::TRY_LATER`] if it cannot be told.
    ///
    /// A refused [`Connect`](super::Request::Connect) or [`Update`](super::Request::Update) ends the session, and so
    /// do too many refused logins.
    ///
    /// # Errors
    ///
    /// [`Misuse::NoRequest`] if there is no request.
    pub fn reject(&mut self, reply: &Reply<'_>) -> Result<(), Misuse> {
        let asked = self.asked()?;
        self.say_reply("-ERR", reply);
        self.activity = match asked {
            Asked::Connect => Activity::Closing(Closed::Refused),
            Asked::Update => Activity::Closing(Closed::NotUpdated),
            _ => Activity::Commands,
        };
        if let Asked::Login { .. } | Asked::Auth { .. } | Asked::AuthResponse = asked {
            self.forget_credentials();
            self.count_failed_login();
        }
        self.clock.moved = true;
        self.advance();
        Ok(())
    }

    /// Ends the session: because the program shuts down, or because a body that has been begun cannot be read to its
    /// end. What has been said is still worth writing, a final dot is not sent, and nothing is deleted.
    pub fn abort(&mut self) {
        if !self.is_closed() {
            self.close(Closed::Application);
        }
    }

    /// The request that has been polled and not answered.
    fn asked(&self) -> Result<Asked, Misuse> {
        match &self.activity {
            Activity::Asking(asked) if self.staged.is_none() => Ok(asked.clone()),
            _ => Err(Misuse::NoRequest),
        }
    }

    /// The request has been answered with `+OK`.
    fn accepted(&mut self) {
        let next = match &self.activity {
            Activity::Asking(Asked::Retrieve(message)) => Activity::Body(Body::new(*message, None)),
            Activity::Asking(Asked::Top { message, lines }) => Activity::Body(Body::new(*message, Some(*lines))),
            Activity::Asking(Asked::Update) => Activity::Closing(Closed::Updated),
            _ => Activity::Commands,
        };
        self.answered();
        self.activity = next;
        self.body_cut = false;
        self.advance();
    }

    fn answered(&mut self) {
        self.forget_credentials();
        self.activity = Activity::Commands;
        self.clock.moved = true;
    }

    fn forget_credentials(&mut self) {
        self.response = Default::default();
        if let Session::Authorization { user } = &mut self.session {
            *user = None;
        }
    }
}
