//! How the application answers: the only calls that can fail.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use core::fmt::Write;
use zeroize::Zeroize;

use super::command::LONGEST_AUTH_LINE;
use super::event::{Closed, Greeting};
use super::{Asked, Server, State, Transaction, body::Reception};
use crate::capabilities::Capability;
use crate::reply::{EnhancedCode, Reply, ReplyCode, Severity};

/// A call that does not fit the session's state. The caller's mistake; the session is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misuse {
    /// No request is waiting to be answered: it was answered already, or has not been polled yet.
    #[error("no request is waiting for an answer")]
    NothingAsked,
    /// A reply that does not answer this request: 250 to DATA, 354 to RCPT, a success where a rejection belongs.
    #[error("the reply does not fit the request")]
    WrongReply,
    /// A challenge where no authentication is going on.
    #[error("no authentication is going on")]
    NotAuthenticating,
    /// A challenge that takes more than the 12288 octets of a line in an authentication (RFC 4954, section 4).
    #[error("the challenge is too long")]
    TooLong,
}

const HELP: Reply = Reply::constant(
    ReplyCode::HELP,
    EnhancedCode::new(2, 0, 0),
    "EHLO HELO MAIL RCPT DATA RSET NOOP QUIT VRFY EXPN HELP AUTH STARTTLS; see RFC 5321",
);

impl Server {
    /// Says yes, with the reply that is usual for the request; [`Request`](super::Request) has the list.
    ///
    /// # Errors
    ///
    /// [`Misuse::NothingAsked`].
    pub fn accept(&mut self) -> Result<(), Misuse> {
        let asked = self.asked.ok_or(Misuse::NothingAsked)?;
        self.answer(asked, true, None);
        Ok(())
    }

    /// Says no. A 421 closes the session when it is written; any other reply leaves it open.
    ///
    /// # Errors
    ///
    /// [`Misuse::NothingAsked`], or [`Misuse::WrongReply`] if the reply is not a 4yz or 5yz.
    pub fn reject(&mut self, reply: Reply) -> Result<(), Misuse> {
        let asked = self.asked.ok_or(Misuse::NothingAsked)?;
        if !reply.code().is_refusal() {
            return Err(Misuse::WrongReply);
        }
        self.answer(asked, false, Some(reply));
        Ok(())
    }

    /// Says yes or no in other words than [`accept`](Self::accept) and [`reject`](Self::reject) would: by the
    /// reply's first digit.
    ///
    /// # Errors
    ///
    /// [`Misuse::NothingAsked`], or [`Misuse::WrongReply`] if it is a success that is none for this request: only
    /// 220 greets, only 354 asks for a message, only 235 ends an authentication, and a Hello is accepted by
    /// [`accept`](Self::accept), which knows the capabilities.
    pub fn reply(&mut self, reply: Reply) -> Result<(), Misuse> {
        let asked = self.asked.ok_or(Misuse::NothingAsked)?;
        let accepted = !reply.code().is_refusal();
        let fits = match asked {
            _ if !accepted => true,
            Asked::Connect => reply.code() == ReplyCode::READY,
            Asked::Data => reply.code() == ReplyCode::START_MAIL_INPUT,
            Asked::Auth => reply.code() == ReplyCode::AUTHENTICATED,
            Asked::Hello(_) => false,
            _ => reply.code().severity() == Severity::PositiveCompletion,
        };
        if !fits {
            return Err(Misuse::WrongReply);
        }
        self.answer(asked, accepted, Some(reply));
        Ok(())
    }

    /// Goes on with an authentication: 334 and the challenge in base64. [`Request::AuthResponse`] follows, or
    /// [`Event::AuthCancelled`].
    ///
    /// [`Request::AuthResponse`]: super::Request::AuthResponse
    /// [`Event::AuthCancelled`]: super::Event::AuthCancelled
    ///
    /// # Errors
    ///
    /// [`Misuse::NothingAsked`], [`Misuse::NotAuthenticating`] or [`Misuse::TooLong`].
    pub fn challenge(&mut self, challenge: &[u8]) -> Result<(), Misuse> {
        match self.asked {
            None => return Err(Misuse::NothingAsked),
            Some(Asked::Auth) => {}
            Some(_) => return Err(Misuse::NotAuthenticating),
        }
        if "334 \r\n".len() + challenge.len().div_ceil(3).saturating_mul(4) > LONGEST_AUTH_LINE {
            return Err(Misuse::TooLong);
        }
        self.output.push(b"334 ");
        // In pieces that need no padding but the last, so that nothing as long as the challenge is needed.
        for piece in challenge.chunks(48) {
            let mut encoded = [0; 64];
            let length = STANDARD.encode_slice(piece, &mut encoded).unwrap_or_default();
            self.output.push(&encoded[..length]);
        }
        self.output.push(b"\r\n");
        self.state = State::AuthResponse;
        self.answered();
        Ok(())
    }

    /// Closes the session as soon as that is polite: at once where the next command is waited for, else when the
    /// message or the request that is under way has been answered. The client is told by 421 (RFC 5321,
    /// section 3.8).
    pub fn shutdown(&mut self) {
        self.shutting_down = true;
        self.advance();
    }

    fn answer(&mut self, asked: Asked, accepted: bool, reply: Option<Reply>) {
        let mut replies = 1;
        let usual = match asked {
            Asked::Connect if accepted => {
                self.state = State::Command;
                if reply.is_none() {
                    self.greet();
                }
                None
            }
            Asked::Hello(greeting) if accepted => {
                self.greeting = Some(greeting);
                self.transaction = None;
                self.sender_refused = false;
                self.say_hello(greeting);
                None
            }
            Asked::Mail if accepted => {
                self.sender_refused = false;
                self.transaction = Some(Transaction::default());
                Some(Reply::SENDER_OK)
            }
            Asked::Rcpt => {
                if let Some(transaction) = &mut self.transaction {
                    transaction.asked = true;
                    transaction.recipients += usize::from(accepted);
                }
                Some(Reply::RECIPIENT_OK)
            }
            Asked::Data if accepted => {
                self.state = State::Body(Reception::new());
                Some(Reply::START_MAIL_INPUT)
            }
            Asked::EndOfData => {
                // LMTP answers for each recipient (RFC 2033, section 4.2). They all fare alike here; this is where
                // a reply for each would be asked for.
                let recipients = self.transaction.take().map_or(1, |transaction| transaction.recipients);
                replies = if self.config.lmtp { recipients } else { 1 };
                Some(Reply::MESSAGE_ACCEPTED)
            }
            Asked::Auth => {
                self.state = State::Command;
                self.authenticated |= accepted;
                Some(Reply::AUTHENTICATED)
            }
            Asked::Verify => Some(Reply::CANNOT_VERIFY),
            Asked::Expand => Some(Reply::NOT_IMPLEMENTED),
            Asked::Help => Some(HELP),
            Asked::Connect => {
                self.state = State::Refused;
                None
            }
            Asked::Mail => {
                self.sender_refused = true;
                None
            }
            Asked::Hello(_) | Asked::Data => None,
        };
        let reply = match asked {
            // These have none (RFC 2034, section 4), nor have replies to a client that was not told of the codes.
            Asked::Connect | Asked::Hello(_) => reply,
            _ if matches!(self.greeting, None | Some(Greeting::Helo)) => reply,
            _ => reply.map(Reply::with_enhanced_code),
        };
        if let Some(reply) = reply.or(usual) {
            for _ in 0..replies {
                reply.encode(&mut self.output);
            }
            if reply.code() == ReplyCode::NOT_AVAILABLE {
                self.state = State::Closing(Closed::ByApplication);
            }
        }
        if asked == Asked::Auth && !accepted && !matches!(self.state, State::Closing(_)) {
            self.count_error();
        }
        self.answered();
    }

    fn answered(&mut self) {
        self.asked = None;
        self.response.zeroize();
        self.wait();
        self.advance();
    }

    fn greet(&mut self) {
        let protocol = if self.config.lmtp { "LMTP" } else { "ESMTP" };
        // Writing to the queue cannot fail.
        let _ = write!(self.output, "220 {} {protocol}\r\n", self.config.host);
    }

    fn say_hello(&mut self, greeting: Greeting) {
        let config = &self.config;
        let out = &mut self.output;
        if greeting == Greeting::Helo {
            let _ = write!(out, "250 {}\r\n", config.host);
            return;
        }
        let _ = write!(out, "250-{}\r\n", config.host);
        let mut announce = |capability: Capability<'_>| {
            let _ = write!(out, "250-{capability}\r\n");
        };
        announce(Capability::Pipelining);
        announce(Capability::Size(Some(config.largest_message)));
        announce(Capability::EightBitMime);
        if config.starttls && self.tls.is_none() {
            announce(Capability::StartTls);
        }
        if !config.mechanisms.is_empty() && (self.tls.is_some() || config.auth_without_tls) {
            out.push(b"250-AUTH");
            for mechanism in &config.mechanisms {
                let _ = write!(out, " {mechanism}");
            }
            out.push(b"\r\n");
        }
        for extension in &config.extensions {
            let _ = write!(out, "250-{}\r\n", extension.announcement());
        }
        // Every command that servers need not have (RFC 5321, section 4.1.1.1).
        let _ = write!(out, "250-{}\r\n", Capability::Help);
        let _ = write!(out, "250 {}\r\n", Capability::EnhancedStatusCodes);
    }
}
