use alloc::vec::Vec;

use crate::{Body, ForwardPath, Parameters, ReversePath};

/// One transaction, to be sent by [`Client::send`](super::Client::send): from whom, to whom, and what is known of
/// the message beforehand.
///
/// ```
/// use smtp_proto::client::Envelope;
/// use smtp_proto::{ForwardPath, Mailbox, ReversePath};
///
/// let mut envelope = Envelope::new(ReversePath::Null);
/// envelope.recipient("ann@example.org".parse::<Mailbox>()?);
/// envelope.recipient(ForwardPath::Postmaster);
/// envelope.size = Some(1400);
/// assert_eq!(envelope.recipients.len(), 2);
/// # Ok::<(), smtp_proto::SyntaxError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Envelope {
    /// Where the message comes from.
    pub sender: ReversePath<'static>,
    /// Where it goes. Events name a recipient by its place in this list.
    pub recipients: Vec<Recipient>,
    /// The message's size in octets, if known: said as `SIZE=` where the server offers it (RFC 1870).
    pub size: Option<u64>,
    /// What the body consists of, if known: said as `BODY=` where the server offers 8BITMIME (RFC 6152). Where it
    /// does not, the body goes as it is: whether to encode it instead is for who made it to decide.
    pub body: Option<Body>,
    /// Further parameters of MAIL. They are sent whatever the server offers.
    pub parameters: Parameters<'static>,
}

/// One recipient of an [`Envelope`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recipient {
    /// The recipient.
    pub path: ForwardPath<'static>,
    /// The parameters of its RCPT. They are sent whatever the server offers.
    pub parameters: Parameters<'static>,
}

impl Envelope {
    /// An envelope without recipients as yet.
    pub fn new(sender: impl Into<ReversePath<'static>>) -> Self {
        Self { sender: sender.into(), recipients: Vec::new(), size: None, body: None, parameters: Parameters::new() }
    }

    /// Adds a recipient without parameters.
    pub fn recipient(&mut self, path: impl Into<ForwardPath<'static>>) -> &mut Self {
        self.recipients.push(Recipient::new(path));
        self
    }
}

impl Recipient {
    /// A recipient without parameters.
    pub fn new(path: impl Into<ForwardPath<'static>>) -> Self {
        Self { path: path.into(), parameters: Parameters::new() }
    }
}
