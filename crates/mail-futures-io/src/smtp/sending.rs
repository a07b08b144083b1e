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
    /// [`Error`] if the session, or the body, came to an end before the message did. That a recipient, or all of
    /// them, or the message was refused is no error but [`Sent`].
    pub async fn send(&mut self, envelope: &Envelope, mut body: impl AsyncRead + Unpin) -> Result<Sent, Error> {
        let mut heard = Heard { recipients: vec![(None, None); envelope.recipients.len()], last: None };
        let mut piece = Vec::new();
        self.machine().send(envelope.clone())?;
        loop {
            match self.event().await? {
                Event::Recipient { index, reply } => heard.recipient(index).0 = Some(reply.to_reply()),
                Event::Delivery { index, reply } => heard.recipient(index).1 = Some(reply.to_reply()),
                Event::Reply { command, reply } => heard.note(command, reply.to_reply()),
                Event::WantsBody { capacity } => {
                    piece.resize(PIECE.min(capacity), 0);
                    self.pass_on(&mut body, &mut piece).await?;
                }
                Event::Sent(outcome) => return Ok(heard.sent(envelope, outcome)),
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
                    self.machine().abort();
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
            machine.abort();
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
        if !matches!(&self.last, Some((Verb::Mail, refused)) if !refused.code().is_success()) {
            self.last = Some((command, reply));
        }
    }

    fn sent(self, envelope: &Envelope, outcome: Outcome) -> Sent {
        let (verb, last) = self.last.unwrap_or((Verb::Mail, Reply::TRY_LATER));
        let accepted = verb == Verb::EndOfData && last.code().is_success();
        let recipients = envelope.recipients.iter().zip(self.recipients).map(|(recipient, (asked, delivered))| {
            let refused = asked.filter(|reply| !reply.code().is_success());
            let result = match (refused, delivered) {
                _ if outcome == Outcome::SenderRefused => Err(last.clone()),
                (Some(refused), _) => Err(refused),
                (None, Some(delivered)) if delivered.code().is_success() => Ok(delivered),
                (None, Some(delivered)) => Err(delivered),
                (None, None) if accepted => Ok(last.clone()),
                (None, None) => Err(last.clone()),
            };
            RecipientResult { path: recipient.path.clone(), result }
        });
        Sent { outcome, recipients: recipients.collect() }
    }
}
