//! One mail transaction, whether [`Client::send`] drives it or the application does, command by command.

use alloc::vec::{self, Vec};

use mail_wire::dot::Stuffer;

use super::{Client, Envelope, Hello, Misuse, Outcome, Recipient, Verb};
use crate::reply::ReplyCode;
use crate::{Command, Parameters, ReversePath};

/// What is known of the transaction under way.
#[derive(Debug, Default)]
pub(super) struct Transaction {
    /// What is still to be said, if [`Client::send`] drives it.
    script: Option<Script>,
    /// How many RCPTs were sent.
    pub(super) asked: usize,
    /// How many of them were answered.
    answered: usize,
    /// Which recipients were accepted: only LMTP asks again.
    accepted: Vec<usize>,
    accepted_count: usize,
    sender_refused: bool,
    /// How many of LMTP's replies for recipients have come.
    delivered: usize,
    pub(super) any_delivered: bool,
    pub(super) body: BodyState,
}

/// The rest of an envelope.
#[derive(Debug)]
struct Script {
    next: Next,
    sender: ReversePath<'static>,
    parameters: Parameters<'static>,
    recipients: vec::IntoIter<Recipient>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// A transaction that ended half-way stands open on the server.
    Reset,
    Mail,
    Recipients,
    /// All has been said up to the body.
    Body,
}

/// Where the message itself is.
#[derive(Debug, Default)]
pub(super) enum BodyState {
    /// The server has not asked for it.
    #[default]
    NotYet,
    /// The server takes it.
    Open {
        stuffer: Stuffer,
        /// Whether the application is to be told that there is room.
        offer: bool,
    },
    /// It is sent to its end.
    Finished,
}

impl Transaction {
    /// Whether [`Client::send`] drives it.
    pub(super) fn is_scripted(&self) -> bool {
        self.script.is_some()
    }

    /// Whether no recipient is accepted (so far).
    pub(super) fn is_for_nobody(&self) -> bool {
        self.accepted_count == 0
    }
}

impl Client {
    /// Begins a transaction and carries it to its end: MAIL, RCPT for every recipient, DATA, in batches where the
    /// server offers PIPELINING (RFC 2920) and one by one elsewhere.
    ///
    /// Each recipient gets an [`Event::Recipient`](super::Event::Recipient), and one that is refused does not keep
    /// the message from the others. If any was accepted, [`Event::WantsBody`](super::Event::WantsBody) asks for the
    /// message; with LMTP, an [`Event::Delivery`](super::Event::Delivery) for each accepted recipient follows it.
    /// [`Event::Sent`](super::Event::Sent) is the end, unless the session itself ends before.
    ///
    /// # Errors
    ///
    /// [`Misuse`]; nothing was sent.
    pub fn send(&mut self, envelope: Envelope) -> Result<(), Misuse> {
        self.check_idle()?;
        self.check_hello()?;
        if self.transaction.is_some() {
            return Err(Misuse::OutOfOrder);
        }
        if envelope.recipients.is_empty() {
            return Err(Misuse::NoRecipients);
        }
        let mut parameters = envelope.parameters;
        if let Some(octets) = envelope.size
            && self.capabilities.size()
        {
            parameters = parameters.with_size(octets);
        }
        if let Some(body) = envelope.body
            && self.capabilities.eight_bit_mime()
        {
            parameters = parameters.with_body(body);
        }
        let script = Script {
            next: if self.reset_first { Next::Reset } else { Next::Mail },
            sender: envelope.sender,
            parameters,
            recipients: envelope.recipients.into_iter(),
        };
        self.transaction = Some(Transaction { script: Some(script), ..Transaction::default() });
        self.advance();
        self.stage();
        Ok(())
    }

    /// Says as much of the script as may be said now.
    pub(super) fn advance(&mut self) {
        while self.outstanding.is_empty() || self.may_join_batch() {
            let Some(transaction) = &mut self.transaction else { return };
            let Some(script) = &mut transaction.script else { return };
            let hopeless = transaction.sender_refused
                || (script.recipients.len() == 0
                    && transaction.answered == transaction.asked
                    && transaction.accepted_count == 0);
            match script.next {
                Next::Reset => {
                    script.next = Next::Mail;
                    self.say(Verb::Rset, &Command::Rset);
                }
                Next::Mail => {
                    script.next = Next::Recipients;
                    let path = core::mem::replace(&mut script.sender, ReversePath::Null);
                    let parameters = core::mem::take(&mut script.parameters);
                    self.say(Verb::Mail, &Command::Mail { path, parameters });
                }
                Next::Recipients if hopeless => script.next = Next::Body,
                Next::Recipients => match script.recipients.next() {
                    Some(Recipient { path, parameters }) => {
                        transaction.asked += 1;
                        self.say(Verb::Rcpt, &Command::Rcpt { path, parameters });
                    }
                    None => {
                        script.next = Next::Body;
                        self.say(Verb::Data, &Command::Data);
                    }
                },
                Next::Body => return,
            }
        }
    }

    /// The reply to MAIL.
    pub(super) fn sender_answered(&mut self, code: ReplyCode) {
        if let Some(transaction) = &mut self.transaction {
            transaction.sender_refused = !code.is_success();
            self.reset_first = code.is_success();
        }
    }

    /// The reply to a RCPT. Returns the recipient's place.
    pub(super) fn recipient_answered(&mut self, code: ReplyCode) -> usize {
        let Some(transaction) = &mut self.transaction else { return 0 };
        let index = transaction.answered;
        transaction.answered += 1;
        if code.is_success() {
            transaction.accepted_count += 1;
            if self.hello == Some(Hello::Lmtp) {
                transaction.accepted.push(index);
            }
        }
        index
    }

    /// The 354 to DATA. Returns whether it makes sense.
    pub(super) fn body_wanted(&mut self) -> bool {
        let lmtp = self.hello == Some(Hello::Lmtp);
        let Some(transaction) = &mut self.transaction else { return false };
        if transaction.accepted_count > 0 {
            // With the sender refused and a recipient accepted, an empty message might be delivered.
            if transaction.sender_refused {
                return false;
            }
            transaction.body = BodyState::Open { stuffer: Stuffer::new(self.config.body_ending), offer: true };
            self.deadline.restart();
            return true;
        }
        if lmtp {
            return false;
        }
        // Nobody is to get a message, yet the server waits for one: end it at once (RFC 2920, section 3.1).
        transaction.body = BodyState::Finished;
        self.output.push(b".\r\n");
        self.expect(Verb::EndOfData, b".\r\n".len());
        true
    }

    /// The body has been sent to its end: as many replies are due as the protocol has.
    pub(super) fn body_finished(&mut self, octets: usize) {
        let Some(transaction) = &mut self.transaction else { return };
        transaction.body = BodyState::Finished;
        let replies = match self.hello {
            Some(Hello::Lmtp) => transaction.accepted_count,
            _ => 1,
        };
        for _ in 0..replies {
            self.expect(Verb::EndOfData, octets);
        }
    }

    /// A reply to the end of the data. With LMTP, returns the place of the recipient that it is for.
    pub(super) fn message_answered(&mut self, code: ReplyCode) -> Option<usize> {
        let transaction = self.transaction.as_mut()?;
        transaction.any_delivered |= code.is_success();
        self.reset_first = false;
        let index = transaction.accepted.get(transaction.delivered).copied();
        transaction.delivered += 1;
        index
    }

    /// Once nothing is outstanding and nothing more is to be said, the transaction is over. Returns how it ended, if
    /// [`send`](Self::send) drove it.
    pub(super) fn conclude(&mut self) -> Option<Outcome> {
        let transaction = self.transaction.as_ref()?;
        if !self.outstanding.is_empty() || matches!(transaction.body, BodyState::Open { .. }) {
            return None;
        }
        let finished = matches!(transaction.body, BodyState::Finished);
        let outcome = match &transaction.script {
            None if finished || transaction.sender_refused => None,
            Some(script) if script.next == Next::Body => Some(if transaction.sender_refused {
                Outcome::SenderRefused
            } else if transaction.accepted_count == 0 {
                Outcome::RecipientsRefused
            } else if !finished {
                Outcome::DataRefused
            } else if transaction.any_delivered {
                Outcome::Accepted
            } else {
                Outcome::MessageRefused
            }),
            _ => return None,
        };
        self.transaction = None;
        outcome
    }
}
