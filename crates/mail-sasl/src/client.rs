use crate::Response;

/// The client's side of a mechanism.
///
/// The protocol's client asks for the [initial response](Self::initial_response) once, before it sends anything,
/// and then gives every challenge to [`step`](Self::step). Whether it worked, the protocol's own reply says.
pub trait ClientMechanism {
    /// The name by which the protocol asks for the mechanism: `PLAIN`.
    fn name(&self) -> &'static str;

    /// What the client says before it is asked, in mechanisms where it speaks first (RFC 4422, section 3.3). Nothing
    /// is not the same as an empty response.
    fn initial_response(&mut self) -> Option<Response>;

    /// Answers a challenge.
    ///
    /// # Errors
    ///
    /// [`ClientError`], the server's fault: cancel the exchange.
    fn step(&mut self, challenge: &[u8]) -> Result<Response, ClientError>;
}

/// Why a client gives an exchange up. The server's fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The server asks again after it was told everything. Nothing more is said: it may be after something else.
    #[error("the server asks for more than the mechanism has")]
    UnexpectedChallenge,
}
