use std::fmt;
use std::sync::Arc;

use mail_wire::TlsInfo;
use pop3_proto::client::{Asked, Capabilities, Client as Machine, Event, Misuse, Outcome, Reason};

use super::{Error, Options};
use crate::{BoxedStream, Driver, Runtime, Security};

/// A client of POP3 on any [`Runtime`], called step by step. See the [module](super) for an example.
///
/// # Cancel safety
///
/// A future of this client that is dropped before it is done leaves its command unanswered: the server may obey it all
/// the same. The next call reads the answer to its end, throws it away, and only then asks for something itself; an
/// authentication in which the server asks for more is given up. A [`login`](Self::login) that was dropped may have
/// succeeded, and another is refused then. Nothing is deleted by that, unless it was [`quit`](Self::quit) that was
/// dropped: then nobody knows.
pub struct Pop3Client<R: Runtime> {
    pub(super) driver: Driver<Machine, BoxedStream, R::Timer>,
    pub(super) options: Options,
}

impl<R: Runtime> Pop3Client<R> {
    /// Connects to a server, by name or address, inside TLS if the options want it, and asks what it can.
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
        let mut client = Self { driver, options };
        client.greet(server).await?;
        Ok(client)
    }

    /// What the server can, if it says.
    pub fn capabilities(&self) -> Option<&Capabilities> {
        self.driver.machine().capabilities()
    }

    /// What is known of TLS, if the connection is inside it.
    pub fn tls(&self) -> Option<&TlsInfo> {
        self.driver.machine().tls()
    }

    /// Ends the session and has the server delete what was marked. Without this nothing is deleted.
    ///
    /// # Errors
    ///
    /// [`Error`] unless the server said that it is done; [`Error::deletions`] says what became of them.
    pub async fn quit(mut self) -> Result<(), Error> {
        self.idle_machine().await?.quit()?;
        loop {
            match self.event().await {
                Ok(_) => {}
                Err(Error::Closed(closed)) if closed.reason == Reason::Quit => {
                    return match closed.outcome {
                        Outcome::Committed => Ok(()),
                        _ => Err(Error::Closed(closed)),
                    };
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The greeting, TLS, and what the server can.
    #[cfg_attr(not(feature = "rustls"), expect(unused_variables, reason = "the name is for TLS"))]
    async fn greet(&mut self, server: &str) -> Result<(), Error> {
        #[cfg(feature = "rustls")]
        if let Security::Implicit(tls) = &self.options.security {
            self.driver.connect_tls(server, tls).await.map_err(Error::Tls)?;
        }
        if let Event::Greeting(reply) = self.event().await?
            && !reply.is_ok()
        {
            return Err(Error::unwelcome(reply));
        }
        self.ask_capabilities().await?;
        match &self.options.security {
            Security::Plaintext => Ok(()),
            #[cfg(feature = "rustls")]
            Security::Implicit(_) => Ok(()),
            #[cfg(feature = "rustls")]
            Security::Opportunistic(_) if !self.offers("STLS") => Ok(()),
            #[cfg(feature = "rustls")]
            Security::StartTls(_) if !self.offers("STLS") => Err(Error::TlsNotOffered),
            #[cfg(feature = "rustls")]
            Security::StartTls(tls) | Security::Opportunistic(tls) => {
                let opportunistic = matches!(self.options.security, Security::Opportunistic(_));
                let tls = tls.clone();
                self.machine().stls()?;
                loop {
                    match self.event().await? {
                        Event::UpgradeTls => break,
                        // The server offers what it has not.
                        Event::Refused { .. } if opportunistic => {
                            return Ok(());
                        }
                        Event::Refused { asked, reply } => return Err(Error::refused(asked, reply)),
                        _ => {}
                    }
                }
                self.driver.connect_tls(server, &tls).await.map_err(Error::Tls)?;
                self.ask_capabilities().await
            }
        }
    }

    /// A server that does not know CAPA is one that says nothing.
    pub(super) async fn ask_capabilities(&mut self) -> Result<(), Error> {
        self.idle_machine().await?.capa()?;
        loop {
            match self.event().await? {
                Event::Capabilities(_) | Event::Refused { asked: Asked::Capa, .. } => return Ok(()),
                _ => {}
            }
        }
    }

    #[cfg(feature = "rustls")]
    fn offers(&self, tag: &str) -> bool {
        self.capabilities().is_some_and(|capabilities| capabilities.contains(tag))
    }

    pub(super) fn machine(&mut self) -> &mut Machine {
        self.driver.machine_mut()
    }

    /// The machine, when all that was asked before has been answered. What nobody waits for any more is skipped: the
    /// next answer to a command could be taken for the answer to the same one asked again.
    pub(super) async fn idle_machine(&mut self) -> Result<&mut Machine, Error> {
        while self.machine().has_event() || self.machine().unanswered().next().is_some() {
            // A challenge that nobody will answer, if there is one, is what is waited for.
            if self.machine().auth_cancel().is_err() {
                self.event().await?;
            }
        }
        Ok(self.machine())
    }

    /// The next event, of which the session's end is none but an error.
    pub(super) async fn event(&mut self) -> Result<Event<'_>, Error> {
        if let Err(source) = self.driver.ready().await {
            return Err(Error::Connection { source, deletions: self.deletions().await });
        }
        match self.driver.machine_mut().poll_event() {
            Some(Event::Closed(closed)) => Err(Error::Closed(closed)),
            Some(event) => Ok(event),
            None => Err(Error::Misuse(Misuse::Closed)),
        }
    }

    /// What the machine makes of a broken connection.
    async fn deletions(&mut self) -> Outcome {
        while let Ok(Some(event)) = self.driver.next_event().await {
            if let Event::Closed(closed) = event {
                return closed.outcome;
            }
        }
        Outcome::Unknown
    }
}

impl<R: Runtime> fmt::Debug for Pop3Client<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pop3Client").field("driver", &self.driver).finish_non_exhaustive()
    }
}
