//! The commands, one method each. None changes anything when it fails.

use super::{Client, Hello, Misuse, State, Transaction, Verb};
use crate::{Argument, Command, ForwardPath, Host, Parameters, ReversePath};

impl Client {
    /// Says EHLO: who we are, and what does the server offer (RFC 5321, section 4.1.1.1)? What it offers is then in
    /// [`capabilities`](Self::capabilities). A server that does not know EHLO is asked again with HELO, unless the
    /// [`Config`](super::Config) forbids it; the two replies are two events.
    ///
    /// # Errors
    ///
    /// [`Misuse`]; nothing was sent.
    pub fn ehlo(&mut self, host: impl Into<Host<'static>>) -> Result<(), Misuse> {
        self.check_idle()?;
        let host = host.into();
        let command = Command::Ehlo(host.clone());
        self.fallback = self.config.helo_fallback.then_some(host);
        self.command(Verb::Ehlo, &command)
    }

    /// Says HELO, for servers of before extensions (RFC 5321, section 4.1.1.1).
    ///
    /// # Errors
    ///
    /// [`Misuse`]; nothing was sent.
    pub fn helo(&mut self, host: impl Into<Host<'static>>) -> Result<(), Misuse> {
        self.check_idle()?;
        self.command(Verb::Helo, &Command::Helo(host.into()))
    }

    /// Says LHLO: EHLO for LMTP (RFC 2033, section 4.1).
    ///
    /// # Errors
    ///
    /// [`Misuse`]; nothing was sent.
    pub fn lhlo(&mut self, host: impl Into<Host<'static>>) -> Result<(), Misuse> {
        self.check_idle()?;
        self.command(Verb::Lhlo, &Command::Lhlo(host.into()))
    }

    /// Asks for TLS (RFC 3207). If the server agrees, [`Event::UpgradeTls`](super::Event::UpgradeTls) comes, and
    /// nothing is sent or read before [`handle_tls`](Self::handle_tls). EHLO must be said again then: what was
    /// learnt before is forgotten.
    ///
    /// # Errors
    ///
    /// [`Misuse`]; nothing was sent.
    pub fn starttls(&mut self) -> Result<(), Misuse> {
        self.check_idle()?;
        self.check_hello()?;
        if self.tls.is_some() {
            return Err(Misuse::AlreadyTls);
        }
        if !self.capabilities.starttls() {
            return Err(Misuse::NotOffered("STARTTLS"));
        }
        self.command(Verb::StartTls, &Command::StartTls)
    }

    /// Begins a transaction (RFC 5321, section 4.1.1.2). Parameters are sent whatever the server offers.
    ///
    /// # Errors
    ///
    /// [`Misuse`]; nothing was sent.
    pub fn mail(&mut self, sender: ReversePath<'_>, parameters: Parameters<'_>) -> Result<(), Misuse> {
        self.check_batch()?;
        self.check_hello()?;
        if self.transaction.is_some() || self.reset_first {
            return Err(Misuse::OutOfOrder);
        }
        self.transaction = Some(Transaction::default());
        self.command(Verb::Mail, &Command::Mail { path: sender, parameters })
    }

    /// Adds a recipient (RFC 5321, section 4.1.1.3). Recipients are numbered from 0 in each transaction.
    ///
    /// # Errors
    ///
    /// [`Misuse`]; nothing was sent.
    pub fn rcpt(&mut self, recipient: ForwardPath<'_>, parameters: Parameters<'_>) -> Result<(), Misuse> {
        self.check_batch()?;
        let resetting = self.outstanding.is_resetting();
        let Some(transaction) = self.transaction.as_mut().filter(|_| !resetting) else {
            return Err(Misuse::OutOfOrder);
        };
        transaction.asked += 1;
        self.command(Verb::Rcpt, &Command::Rcpt { path: recipient, parameters })
    }

    /// Asks the server to take the message (RFC 5321, section 4.1.1.4). If it does,
    /// [`Event::WantsBody`](super::Event::WantsBody) comes.
    ///
    /// # Errors
    ///
    /// [`Misuse`]; nothing was sent.
    pub fn data(&mut self) -> Result<(), Misuse> {
        self.check_batch()?;
        let recipients = self.transaction.as_ref().map_or(0, |transaction| transaction.asked);
        if recipients == 0 || self.outstanding.is_resetting() {
            return Err(Misuse::OutOfOrder);
        }
        self.command(Verb::Data, &Command::Data)
    }

    /// Has the server forget the transaction (RFC 5321, section 4.1.1.5).
    ///
    /// # Errors
    ///
    /// [`Misuse`]; nothing was sent.
    pub fn rset(&mut self) -> Result<(), Misuse> {
        self.check_batch()?;
        self.command(Verb::Rset, &Command::Rset)
    }

    /// Says nothing, to keep the session alive or to see whether it is (RFC 5321, section 4.1.1.9).
    ///
    /// # Errors
    ///
    /// [`Misuse`]; nothing was sent.
    pub fn noop(&mut self) -> Result<(), Misuse> {
        self.check_batch()?;
        self.command(Verb::Noop, &Command::Noop(None))
    }

    /// Asks whether there is such a user (RFC 5321, section 4.1.1.6).
    ///
    /// # Errors
    ///
    /// [`Misuse`]; nothing was sent.
    pub fn vrfy(&mut self, user: Argument<'_>) -> Result<(), Misuse> {
        self.check_batch()?;
        self.command(Verb::Vrfy, &Command::Vrfy(user))
    }

    /// Asks who is on a list (RFC 5321, section 4.1.1.7).
    ///
    /// # Errors
    ///
    /// [`Misuse`]; nothing was sent.
    pub fn expn(&mut self, list: Argument<'_>) -> Result<(), Misuse> {
        self.check_batch()?;
        self.command(Verb::Expn, &Command::Expn(list))
    }

    /// Asks for help, perhaps about something (RFC 5321, section 4.1.1.8).
    ///
    /// # Errors
    ///
    /// [`Misuse`]; nothing was sent.
    pub fn help(&mut self, topic: Option<Argument<'_>>) -> Result<(), Misuse> {
        self.check_batch()?;
        self.command(Verb::Help, &Command::Help(topic))
    }

    /// Ends the session, once everything before is answered (RFC 5321, section 4.1.1.10).
    ///
    /// # Errors
    ///
    /// [`Misuse`]; nothing was sent.
    pub fn quit(&mut self) -> Result<(), Misuse> {
        match self.state {
            State::Refused if self.outstanding.is_empty() => {}
            _ => self.check_batch()?,
        }
        self.command(Verb::Quit, &Command::Quit)
    }

    /// Says a command that may be said.
    fn command(&mut self, verb: Verb, command: &Command<'_>) -> Result<(), Misuse> {
        self.say(verb, command);
        self.stage();
        Ok(())
    }

    /// Queues a command and remembers that its reply is due.
    pub(super) fn say(&mut self, verb: Verb, command: &Command<'_>) {
        let before = self.output.len();
        // Writing to the queue cannot fail.
        let _ = command.write(&mut self.output);
        self.expect(verb, self.output.len() - before);
    }

    /// Remembers that a reply is due to what has been said in so many octets.
    pub(super) fn expect(&mut self, verb: Verb, octets: usize) {
        if self.outstanding.is_empty() {
            self.deadline.restart();
        }
        self.outstanding.push(verb, octets);
    }

    /// Whether a command may be said behind those that wait for replies.
    pub(super) fn may_join_batch(&self) -> bool {
        self.config.pipelining
            && self.capabilities.pipelining()
            && self.outstanding.may_be_joined(self.config.most_in_flight)
    }

    /// A command that must be said by itself.
    pub(super) fn check_idle(&self) -> Result<(), Misuse> {
        self.check_open()?;
        if self.outstanding.is_empty() { Ok(()) } else { Err(Misuse::Busy) }
    }

    /// A command that may end a batch.
    fn check_batch(&self) -> Result<(), Misuse> {
        self.check_open()?;
        if self.outstanding.is_empty() || self.may_join_batch() { Ok(()) } else { Err(Misuse::Busy) }
    }

    fn check_open(&self) -> Result<(), Misuse> {
        match self.state {
            State::Closed => return Err(Misuse::Closed),
            State::Connecting | State::Refused => return Err(Misuse::NotGreeted),
            State::UpgradingTls => return Err(Misuse::Busy),
            State::Open => {}
        }
        let scripted = self.transaction.as_ref().is_some_and(Transaction::is_scripted);
        if scripted || self.body_is_open() || self.authentication.is_under_way() || self.quitting() {
            return Err(Misuse::Busy);
        }
        Ok(())
    }

    pub(super) fn check_hello(&self) -> Result<(), Misuse> {
        match self.hello {
            Some(Hello::Smtp | Hello::Lmtp) => Ok(()),
            None => Err(Misuse::HelloFirst),
        }
    }

    fn quitting(&self) -> bool {
        self.outstanding.contains(Verb::Quit)
    }
}
