//! A transaction: who got the message, and who did not.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::Poll;

use futures_io::AsyncRead;
use smtp_proto::ForwardPath;
use smtp_proto::client::{Envelope, Event, Outcome, Verb};
use smtp_proto::reply::Reply;

use super::{Error, SmtpClient};
use crate::Runtime;

/// How much of a message is read at once.
const PIECE: usize = 16 * 1024;

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sent {
    /// How the transaction ended.
    pub outcome: Outcome,
    /// What became of each recipient, in the envelope's order.
    pub recipients: Vec<RecipientResult>,
}

/// What became of a message for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecipientResult {
    /// The recipient.
    pub path: ForwardPath<'static>,
    /// The server's last word about it: it has taken responsibility for the message, or it has refused the
    /// recipient, the sender, or the message. A refusal that is
    /// [transient](smtp_proto::reply::ReplyCode::severity) may be tried again later.
    pub result: Result<Reply, Reply>,
}

impl Sent {
    /// Whether every recipient gets the message.
    pub fn is_complete(&self) -> bool {
        self.recipients.iter().all(|recipient| recipient.result.is_ok())
    }

    /// Whether no recipient does.
    pub fn is_nothing(&self) -> bool {
        self.recipients.iter().all(|recipient| recipient.result.is_err())
    }
}

/// What has been heard of a transaction so far.
struct Heard {
    /// For each recipient, the reply to its RCPT, and, with LMTP, the one after the message.
    recipients: Vec<(Option<Reply>, Option<Reply>)>,
    /// The last reply that was for none in particular, and what it replied to.
    last: Option<(Verb, Reply)>,
}

impl<R: Runtime> SmtpClient<R> {
    /// Sends a message to all recipients of an envelope. One that is refused does not keep it from the others.
    ///
    /// The body is a slice, or whatever can be read; it is streamed, never held as a whole. Its lines end in CRLF;
    /// for text that has other line endings, see
    /// [`Config::body_ending`](smtp_proto::client::Config::body_ending). Dots are looked after.
    ///
    /// # Errors
    ///
    /// [`Error`] if the session, or the body, came to an end before the message did; what had been heard of the
    /// recipients by then is in it ([`Error::recipients`]). That a recipient, or all of them, or the message was
    /// refused is no error but [`Sent`].
    pub async fn send(&mut self, envelope: &Envelope, body: impl AsyncRead + Unpin) -> Result<Sent, Error> {
        let mut heard = Heard { recipients: vec![(None, None); envelope.recipients.len()], last: None };
        match self.transact(envelope, body, &mut heard).await {
            Ok(outcome) => Ok(heard.sent(envelope, outcome)),
            Err(error) => Err(error.having_heard(heard.certain(envelope))),
        }
    }

    async fn transact(
        &mut self,
        envelope: &Envelope,
        mut body: impl AsyncRead + Unpin,
        heard: &mut Heard,
    ) -> Result<Outcome, Error> {
        let mut piece = Vec::new();
        self.open_machine().await?.send(envelope.clone())?;
        loop {
            match self.event().await? {
                Event::Recipient { index, reply } => heard.recipient(index).0 = Some(reply.to_reply()),
                Event::Delivery { index, reply } => heard.recipient(index).1 = Some(reply.to_reply()),
                Event::Reply { command, reply } => heard.note(command, reply.to_reply()),
                Event::WantsBody { capacity } => {
                    piece.resize(PIECE.min(capacity), 0);
                    self.pass_on(&mut body, &mut piece).await?;
                }
                Event::Sent(outcome) => return Ok(outcome),
                _ => {}
            }
        }
    }

    /// Reads a piece of the message and gives it to the machine.
    async fn pass_on(&mut self, body: &mut (impl AsyncRead + Unpin), piece: &mut [u8]) -> Result<(), Error> {
        let mut read = poll_fn(|context| Poll::Ready(Pin::new(&mut *body).poll_read(context, piece))).await;
        if read.is_pending() {
            // While the message is waited for, the server gets what there is. An error is met by the next event.
            let _ = self.driver.flush().await;
        }
        let length = loop {
            match read {
                Poll::Ready(Ok(length)) => break length,
                Poll::Ready(Err(error)) if error.kind() != io::ErrorKind::Interrupted => {
                    self.abort();
                    return Err(Error::Message(error));
                }
                _ => read = Poll::Ready(poll_fn(|context| Pin::new(&mut *body).poll_read(context, piece)).await),
            }
        };
        let machine = self.machine();
        // The machine has told that it has room for as much.
        let taken = match length {
            0 => machine.finish_body(),
            _ => machine.send_body(piece.get(..length).unwrap_or_default()).map(drop),
        };
        if taken.is_err() {
            self.abort();
        }
        Ok(taken?)
    }
}

impl Heard {
    fn recipient(&mut self, index: usize) -> &mut (Option<Reply>, Option<Reply>) {
        // The machine numbers the envelope's recipients; none is beyond them.
        if self.recipients.len() <= index {
            self.recipients.resize(index + 1, (None, None));
        }
        &mut self.recipients[index]
    }

    fn note(&mut self, command: Verb, reply: Reply) {
        // What comes after a refused sender only says so again: bad sequence of commands.
        if self.sender_refused().is_none() {
            self.last = Some((command, reply));
        }
    }

    /// The refusal of the sender, if it was refused.
    fn sender_refused(&self) -> Option<&Reply> {
        let (_, reply) = self.last.as_ref().filter(|(verb, _)| *verb == Verb::Mail)?;
        Some(reply).filter(|reply| !reply.code().is_success())
    }

    /// What is certain when the transaction has not come to its end.
    fn certain(self, envelope: &Envelope) -> Vec<RecipientResult> {
        let sender_refused = self.sender_refused().cloned();
        let known = envelope.recipients.iter().zip(self.recipients).filter_map(|(recipient, replies)| {
            let result = sender_refused.clone().map(Err).or_else(|| verdict(replies))?;
            Some(RecipientResult { path: recipient.path.clone(), result })
        });
        known.collect()
    }

    fn sent(self, envelope: &Envelope, outcome: Outcome) -> Sent {
        let (verb, last) = self.last.unwrap_or((Verb::Mail, Reply::TRY_LATER));
        let accepted = verb == Verb::EndOfData && last.code().is_success();
        let recipients = envelope.recipients.iter().zip(self.recipients).map(|(recipient, replies)| {
            let result = match verdict(replies) {
                Some(verdict) if outcome != Outcome::SenderRefused => verdict,
                None if accepted => Ok(last.clone()),
                _ => Err(last.clone()),
            };
            RecipientResult { path: recipient.path.clone(), result }
        });
        Sent { outcome, recipients: recipients.collect() }
    }
}

/// What the replies to a recipient's RCPT and, with LMTP, to the message say: an RCPT that is accepted says nothing yet.
fn verdict((asked, delivered): (Option<Reply>, Option<Reply>)) -> Option<Result<Reply, Reply>> {
    match (asked.filter(|reply| !reply.code().is_success()), delivered) {
        (Some(refused), _) => Some(Err(refused)),
        (None, Some(delivered)) if delivered.code().is_success() => Some(Ok(delivered)),
        (None, delivered) => delivered.map(Err),
    }
}
