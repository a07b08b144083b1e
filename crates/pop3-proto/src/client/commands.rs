//! What the application may ask (RFC 1939, RFC 2449, RFC 2595). Logins are in `authentication.rs`.

use super::{Asked, Client, Misuse, Phase, Quit};
use crate::MessageNumber;

impl Client {
    /// CAPA: what the server can. Answered by [`Event::Capabilities`](super::Event::Capabilities); if it is refused,
    /// the server is only too old to say.
    ///
    /// # Errors
    ///
    /// [`Misuse`], as with every command, when the session is over, or about to be, or has too much to do.
    pub fn capa(&mut self) -> Result<(), Misuse> {
        self.ask(Asked::Capa)
    }

    /// STLS: TLS from here on. Answered by [`Event::UpgradeTls`](super::Event::UpgradeTls). All that was asked before
    /// is answered before it is sent, and what is asked behind it is sent inside TLS.
    ///
    /// # Errors
    ///
    /// [`Misuse`].
    pub fn stls(&mut self) -> Result<(), Misuse> {
        if self.tls.is_some() || self.phase == Phase::Handshake || self.asked.contains(&Asked::Stls) {
            return Err(Misuse::Tls);
        }
        self.ask(Asked::Stls)
    }

    /// STAT: how much there is. Answered by [`Event::Stat`](super::Event::Stat).
    ///
    /// # Errors
    ///
    /// [`Misuse`].
    pub fn stat(&mut self) -> Result<(), Misuse> {
        self.ask(Asked::Stat)
    }

    /// LIST: the size of each message. Answered by [`Event::Listed`](super::Event::Listed) for each and
    /// [`Event::EndOfListing`](super::Event::EndOfListing).
    ///
    /// # Errors
    ///
    /// [`Misuse`].
    pub fn list(&mut self) -> Result<(), Misuse> {
        self.ask(Asked::List(None))
    }

    /// LIST of one message. Answered by [`Event::Listed`](super::Event::Listed).
    ///
    /// # Errors
    ///
    /// [`Misuse`].
    pub fn list_one(&mut self, message: MessageNumber) -> Result<(), Misuse> {
        self.ask(Asked::List(Some(message)))
    }

    /// UIDL: the unique id of each message. Answered by [`Event::Identified`](super::Event::Identified) for each and
    /// [`Event::EndOfListing`](super::Event::EndOfListing).
    ///
    /// What is missing in the listing need not be gone: there are servers that list only a few hundred at a time.
    ///
    /// # Errors
    ///
    /// [`Misuse`].
    pub fn uidl(&mut self) -> Result<(), Misuse> {
        self.ask(Asked::Uidl(None))
    }

    /// UIDL of one message. Answered by [`Event::Identified`](super::Event::Identified).
    ///
    /// # Errors
    ///
    /// [`Misuse`].
    pub fn uidl_one(&mut self, message: MessageNumber) -> Result<(), Misuse> {
        self.ask(Asked::Uidl(Some(message)))
    }

    /// RETR: a message, whole. Answered by [`Event::StartOfBody`](super::Event::StartOfBody),
    /// [`Event::Body`](super::Event::Body) in pieces, and [`Event::EndOfBody`](super::Event::EndOfBody).
    ///
    /// # Errors
    ///
    /// [`Misuse`].
    pub fn retr(&mut self, message: MessageNumber) -> Result<(), Misuse> {
        self.ask(Asked::Retr(message))
    }

    /// TOP: the header of a message and the first lines of its body, none of them if `lines` is 0. Answered as RETR.
    ///
    /// # Errors
    ///
    /// [`Misuse`].
    pub fn top(&mut self, message: MessageNumber, lines: u64) -> Result<(), Misuse> {
        self.ask(Asked::Top { message, lines })
    }

    /// DELE: marks a message as deleted. It is gone when QUIT is [done](super::Outcome::Committed), and not before.
    ///
    /// # Errors
    ///
    /// [`Misuse`].
    pub fn dele(&mut self, message: MessageNumber) -> Result<(), Misuse> {
        self.ask(Asked::Dele(message))
    }

    /// NOOP: nothing, but it keeps the session alive.
    ///
    /// # Errors
    ///
    /// [`Misuse`].
    pub fn noop(&mut self) -> Result<(), Misuse> {
        self.ask(Asked::Noop)
    }

    /// RSET: no message is marked as deleted any more.
    ///
    /// # Errors
    ///
    /// [`Misuse`].
    pub fn rset(&mut self) -> Result<(), Misuse> {
        self.ask(Asked::Rset)
    }

    /// QUIT: deletes what is marked, and ends the session. It leaves when everything else has been answered. What
    /// became of the deletions is in [`Event::Closed`](super::Event::Closed).
    ///
    /// Nothing else says it: a client that is dropped, or [aborted](Self::abort), deletes nothing.
    ///
    /// # Errors
    ///
    /// [`Misuse`].
    pub fn quit(&mut self) -> Result<(), Misuse> {
        self.ask(Asked::Quit)
    }

    /// Puts a command into the queue, and sends it if it may be sent.
    pub(super) fn ask(&mut self, asked: Asked) -> Result<(), Misuse> {
        self.may_ask()?;
        if asked == Asked::Quit {
            self.quit = Quit::Held;
        }
        self.asked.push_back(asked);
        self.send_held();
        Ok(())
    }

    /// Whether any command could be asked for now.
    pub(super) fn may_ask(&self) -> Result<(), Misuse> {
        match self.phase {
            Phase::Closing(_) | Phase::Closed => Err(Misuse::Closed),
            _ if self.quit != Quit::NotAsked => Err(Misuse::AfterQuit),
            _ if self.asked.len() >= self.config.most_asked => Err(Misuse::TooMany),
            _ => Ok(()),
        }
    }
}
