//! What each reply means. The command that it answers decides, never its text (RFC 5321, section 4.2).

use core::ops::Range;

use mail_wire::InputBuffer;

use super::authentication::{Authentication, LONGEST_LINE};
use super::{Client, Closed, Hello, Staged, State, Transaction, Verb};
use crate::Command;
use crate::capabilities::Capabilities;
use crate::reply::{ReplyCode, ReplyRef, Severity};

/// A complete reply, still in the input buffer.
#[derive(Clone, Debug)]
pub(super) struct Received {
    code: ReplyCode,
    range: Range<usize>,
}

impl Received {
    pub(super) fn reply<'a>(&self, input: &'a InputBuffer) -> ReplyRef<'a> {
        ReplyRef::checked(self.code, input.get(self.range.clone()))
    }
}

impl Client {
    /// Takes the next complete reply, if there is one, and does what it means. Returns whether there was one.
    pub(super) fn take_reply(&mut self) -> bool {
        // Challenges may be longer than replies.
        let longest = if self.authentication.is_under_way() { LONGEST_LINE } else { 0 };
        let (code, octets) = match self.parser.parse_at_least(longest, self.input.unparsed()) {
            Ok(Some(reply)) => (reply.code(), reply.wire_len()),
            Ok(None) => return false,
            Err(defect) => {
                self.close(Closed::BadReply { defect, safe_to_retry: self.nothing_in_doubt() });
                return true;
            }
        };
        let received = Received { code, range: self.input.consume(octets) };
        match self.outstanding.pop() {
            Some(verb) => {
                self.deadline.restart();
                self.answered(verb, received);
                if code == ReplyCode::NOT_AVAILABLE {
                    let safe_to_retry = self.nothing_in_doubt();
                    // A transaction that waited for nothing else is over, and not broken off.
                    self.last_outcome = self.conclude();
                    self.close(Closed::Unavailable { safe_to_retry });
                }
                self.advance();
            }
            None => {
                self.staged = Some(Staged::Unsolicited(received));
                self.close(match code {
                    ReplyCode::NOT_AVAILABLE => Closed::Unavailable { safe_to_retry: true },
                    _ => Closed::UnexpectedReply { code },
                });
            }
        }
        true
    }

    fn answered(&mut self, verb: Verb, received: Received) {
        let code = received.code;
        let possible = match code.severity() {
            // DATA alone is not done when it succeeds, and nothing else but AUTH asks for more.
            Severity::PositiveCompletion => verb != Verb::Data && (verb != Verb::StartTls || code == ReplyCode::READY),
            Severity::PositiveIntermediate => match verb {
                Verb::Data => code == ReplyCode::START_MAIL_INPUT && self.body_wanted(),
                Verb::Auth => code == ReplyCode::CHALLENGE && self.challenged(&received),
                _ => false,
            },
            Severity::TransientNegative | Severity::PermanentNegative => true,
        };
        if !possible {
            return self.close(Closed::ImpossibleReply { command: verb, code });
        }
        if code.severity() == Severity::PositiveIntermediate {
            return;
        }
        self.staged = Some(Staged::Reply(verb, received.clone()));
        match verb {
            Verb::Connect => {
                self.state = if code.is_success() { State::Open } else { State::Refused };
                self.staged = Some(Staged::Greeting(received));
            }
            Verb::Ehlo | Verb::Helo | Verb::Lhlo => self.hello_answered(verb, &received),
            Verb::StartTls if code.is_success() => self.tls_agreed(),
            Verb::Auth => self.authentication = Authentication::None,
            Verb::Mail => self.sender_answered(code),
            Verb::Rcpt => {
                let index = self.recipient_answered(code);
                self.staged = Some(Staged::Recipient(index, received));
            }
            Verb::EndOfData => {
                if let Some(index) = self.message_answered(code) {
                    self.staged = Some(Staged::Delivery(index, received));
                }
            }
            Verb::Rset if code.is_success() => self.forget_transaction(),
            Verb::Quit => self.close(Closed::Quit),
            _ => {}
        }
    }

    fn hello_answered(&mut self, verb: Verb, received: &Received) {
        let fallback = self.fallback.take();
        if received.code.is_success() {
            self.hello = Some(if verb == Verb::Lhlo { Hello::Lmtp } else { Hello::Smtp });
            // EHLO resets the server's state as RSET does (RFC 5321, section 4.1.4).
            self.forget_transaction();
            self.capabilities = match verb {
                Verb::Helo => Capabilities::default(),
                _ => Capabilities::of(received.reply(&self.input)),
            };
        } else if let Some(host) = fallback
            && received.code.severity() == Severity::PermanentNegative
        {
            self.say(Verb::Helo, &Command::Helo(host));
        }
    }

    fn tls_agreed(&mut self) {
        self.state = State::UpgradingTls;
        self.staged = None;
        if self.input.unparsed_len() > 0 {
            self.close(Closed::TlsResidue);
        } else {
            self.staged = Some(Staged::UpgradeTls);
        }
    }

    /// The server has no transaction any more. One that is driven by a script goes on, and so does one whose MAIL
    /// was pipelined behind the RSET: it is the next one.
    fn forget_transaction(&mut self) {
        self.reset_first = false;
        let next = self.transaction.as_ref().is_some_and(Transaction::is_scripted);
        if !next && !self.outstanding.contains(Verb::Mail) {
            self.transaction = None;
        }
    }
}
