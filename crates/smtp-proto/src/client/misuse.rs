use mail_wire::dot::BareLineEnding;

/// A call that has no place here: the caller's mistake. Nothing was sent and nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misuse {
    /// The session is over.
    #[error("the session is closed")]
    Closed,
    /// The server has not greeted yet, or greeted with a refusal; in the latter case only QUIT can be sent.
    #[error("the server has not greeted")]
    NotGreeted,
    /// EHLO first (or HELO, or LHLO); after STARTTLS, again.
    #[error("EHLO must come first")]
    HelloFirst,
    /// Something else must end first: a reply must come, a challenge be answered, a body be finished, TLS start.
    #[error("the session waits for something else")]
    Busy,
    /// The command has no place in this transaction: RCPT without MAIL, DATA without RCPT, MAIL within another, a
    /// body without DATA, a response without a challenge.
    #[error("the command has no place here")]
    OutOfOrder,
    /// The server does not offer this extension, or has not been asked.
    #[error("the server does not offer {0}")]
    NotOffered(&'static str),
    /// The session is inside TLS already.
    #[error("TLS is up already")]
    AlreadyTls,
    /// The envelope has no recipients.
    #[error("the envelope has no recipients")]
    NoRecipients,
    /// The response is longer than a line of an authentication may be (RFC 4954, section 4).
    #[error("the response is too long")]
    TooLong,
    /// The body has a CR or LF that stands alone.
    #[error(transparent)]
    BareLineEnding(#[from] BareLineEnding),
}
