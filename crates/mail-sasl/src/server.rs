use alloc::borrow::Cow;

use crate::{Credentials, InvalidCredentials};

/// The server's side of a mechanism.
///
/// A step turns what the client said into what to do next; it decides nothing. A mechanism that has ended, well or
/// not, is thrown away.
pub trait ServerMechanism {
    /// The name by which the protocol offers the mechanism: `PLAIN`.
    fn name(&self) -> &'static str;

    /// Takes the client's next message. In the first step that is the initial response, or `None` if the client sent
    /// none; `Some` of nothing is a response that is empty.
    ///
    /// # Errors
    ///
    /// [`ServerError`], the client's fault: the authentication has failed.
    fn step(&mut self, response: Option<&[u8]>) -> Result<ServerStep, ServerError>;
}

/// What a server does next.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServerStep {
    /// Send this challenge, and give the response to the next step.
    Challenge(Cow<'static, [u8]>),
    /// Check these, and accept or reject the authentication by them.
    Verify(Credentials),
}

/// Why an authentication has failed before there was anything to check. The client's fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The message does not have the mechanism's form.
    #[error("the message does not have the mechanism's form")]
    Malformed,
    /// The message is not UTF-8.
    #[error("the message is not UTF-8")]
    NotUtf8,
    /// What the message says cannot be credentials.
    #[error(transparent)]
    Invalid(#[from] InvalidCredentials),
    /// The exchange was over already, or a response was due and there was none.
    #[error("the exchange is over")]
    OutOfOrder,
}
