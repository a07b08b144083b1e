use std::fmt;
use std::sync::Arc;

use mail_wire::TlsInfo;
use smtp_proto::capabilities::Capabilities;
use smtp_proto::client::{Client as Machine, Closed, Event, Verb};
use smtp_proto::reply::{Reply, ReplyCode};

use super::{Error, Options, Protocol};
use crate::{BoxedStream, Driver, Runtime, Security};

/// A client of SMTP, submission or LMTP on any [`Runtime`], called step by step. See the [module](super) for an
/// example.
///
/// # Cancel safety
///
/// A future of this client that is dropped before it is done leaves the session in the middle of something; further
/// calls then fail with [`Error::Misuse`]. Drop the client too: a message that was not sent to its end is not
/// delivered.
pub struct SmtpClient<R: Runtime> {
    pub(super) driver: Driver<Machine, BoxedStream, R::Timer>,
    pub(super) options: Options,
    /// The server's 421, until the session's end is told.
    last_words: Option<Reply>,
}

impl<R: Runtime> SmtpClient<R> {
    /// Connects to a server, by name or address, and introduces the client, inside TLS if the options want it.
    ///
    /// # Errors
    ///
    /// [`Error`], whatever can be in the way of that.
    pub async fn connect(server: &str, port: u16, options: Options) -> Result<Self, Error> {
        let stream = R::connect(server, port).await.map_err(Error::Connect)?;
        Self::over(server, stream, options).await
    }

    /// The same on a connection that has been made otherwise. The server's name is what its certificate is checked
    /// for, and is not used without TLS.
    ///
    /// # Errors
    ///
    /// [`Error`].
    pub async fn over(server: &str, stream: BoxedStream, options: Options) -> Result<Self, Error> {
        let config = Arc::clone(&options.machine);
        let driver = Driver::new(stream, R::timer(), |now| Machine::new(now, config));
        let mut client = Self { driver, options, last_words: None };
        client.greet(server).await?;
        Ok(client)
    }

    /// What the server offers.
    pub fn capabilities(&self) -> &Capabilities {
        self.driver.machine().capabilities()
    }

    /// What is known of TLS, if the connection is inside it.
    pub fn tls(&self) -> Option<&TlsInfo> {
        self.driver.machine().tls()
    }

    /// Asks the server for a sign of life.
    ///
    /// # Errors
    ///
    /// [`Error`].
    pub async fn noop(&mut self) -> Result<(), Error> {
        self.open_machine().await?.noop()?;
        self.done(Verb::Noop).await
    }

    /// Ends the session. What was sent is safe whether this works or not.
    ///
    /// # Errors
    ///
    /// [`Error`], if the server did not end it in the usual way.
    pub async fn quit(mut self) -> Result<(), Error> {
        self.open_machine().await?.quit()?;
        loop {
            match self.event().await {
                Ok(_) => {}
                Err(Error::Closed { why: Closed::Quit, .. }) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    /// The greeting, TLS, and who we are.
    #[cfg_attr(not(feature = "rustls"), expect(unused_variables, reason = "the name is for TLS"))]
    async fn greet(&mut self, server: &str) -> Result<(), Error> {
        #[cfg(feature = "rustls")]
        if let Security::Implicit(tls) = &self.options.security {
            self.driver.connect_tls(server, tls).await.map_err(Error::Tls)?;
        }
        if let Event::Greeting(reply) = self.event().await?
            && !reply.code().is_success()
        {
            return Err(Error::Refused { command: Verb::Connect, reply: reply.to_reply() });
        }
        self.hello().await?;
        match &self.options.security {
            Security::Plaintext => Ok(()),
            #[cfg(feature = "rustls")]
            Security::Implicit(_) => Ok(()),
            #[cfg(feature = "rustls")]
            Security::Opportunistic(_) if !self.capabilities().starttls() => Ok(()),
            #[cfg(feature = "rustls")]
            Security::StartTls(_) if !self.capabilities().starttls() => Err(Error::TlsNotOffered),
            #[cfg(feature = "rustls")]
            Security::StartTls(tls) | Security::Opportunistic(tls) => {
                let opportunistic = matches!(self.options.security, Security::Opportunistic(_));
                let tls = tls.clone();
                self.machine().starttls()?;
                match self.event().await? {
                    Event::UpgradeTls => {}
                    // The server offers what it has not.
                    Event::Reply { .. } if opportunistic => {
                        return Ok(());
                    }
                    Event::Reply { command, reply } => {
                        return Err(Error::Refused { command, reply: reply.to_reply() });
                    }
                    _ => return Err(Error::TlsNotOffered),
                }
                self.driver.connect_tls(server, &tls).await.map_err(Error::Tls)?;
                self.hello().await
            }
        }
    }

    async fn hello(&mut self) -> Result<(), Error> {
        let host = self.options.host.clone();
        let verb = match self.options.protocol {
            Protocol::Smtp => {
                self.machine().ehlo(host)?;
                Verb::Ehlo
            }
            Protocol::Lmtp => {
                self.machine().lhlo(host)?;
                Verb::Lhlo
            }
        };
        match self.done(verb).await {
            // HELO is being tried instead.
            Err(Error::Refused { .. }) if !self.machine().is_idle() && !self.machine().is_closed() => {
                self.done(Verb::Helo).await
            }
            other => other,
        }
    }

    /// The machine, unless the session has ended behind the last call: then the error that says how.
    pub(super) async fn open_machine(&mut self) -> Result<&mut Machine, Error> {
        while self.machine().is_closed() && self.machine().has_event() {
            self.event().await?;
        }
        Ok(self.machine())
    }

    pub(super) fn machine(&mut self) -> &mut Machine {
        self.driver.machine_mut()
    }

    /// Breaks the session off. Who does that knows it: to call something afterwards is a mistake.
    pub(super) fn abort(&mut self) {
        self.machine().abort();
        while self.machine().poll_event().is_some() {}
    }

    /// Waits for the reply to a command.
    pub(super) async fn done(&mut self, verb: Verb) -> Result<(), Error> {
        loop {
            match self.event().await? {
                Event::Reply { command, reply } if command == verb => {
                    return match reply.code().is_success() {
                        true => Ok(()),
                        false => Err(Error::Refused { command, reply: reply.to_reply() }),
                    };
                }
                _ => {}
            }
        }
    }

    /// The next event, of which the session's end is none but an error.
    pub(super) async fn event(&mut self) -> Result<Event<'_>, Error> {
        if let Err(source) = self.driver.ready().await {
            let safe_to_retry = self.safe_to_retry().await;
            return Err(Error::Connection { source, safe_to_retry, recipients: Vec::new() });
        }
        match self.driver.machine_mut().poll_event() {
            Some(Event::Closed(why)) => {
                Err(Error::Closed { why, reply: self.last_words.take(), recipients: Vec::new() })
            }
            Some(event) => {
                if let Event::Reply { reply, .. }
                | Event::Recipient { reply, .. }
                | Event::Delivery { reply, .. }
                | Event::Unsolicited(reply) = &event
                    && reply.code() == ReplyCode::NOT_AVAILABLE
                {
                    self.last_words = Some(reply.to_reply());
                }
                Ok(event)
            }
            None => Err(Error::Misuse(smtp_proto::client::Misuse::OutOfOrder)),
        }
    }

    /// What the machine makes of a broken connection.
    async fn safe_to_retry(&mut self) -> bool {
        while let Ok(Some(event)) = self.driver.next_event().await {
            if let Event::Closed(why) = event {
                return why.safe_to_retry();
            }
        }
        false
    }
}

impl<R: Runtime> fmt::Debug for SmtpClient<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpClient").field("driver", &self.driver).finish_non_exhaustive()
    }
}
