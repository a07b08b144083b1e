use alloc::string::{String, ToString};
use core::fmt::{self, Write};
use core::net::IpAddr;

use super::{Evaluation, Identity};
use crate::quoting::{Comment, Quoted};

/// The `Received-SPF` field for an evaluation that is over (RFC 7208 section 9.1).
///
/// It displays as the whole field, folded, with its final CRLF. What the client said stands in quoted strings, what no
/// field can hold is replaced by `?`, and of what has more than 300 characters the rest is left out, so that nothing can
/// break out of it and no line is too long.
#[derive(Debug, Clone, Copy)]
pub struct ReceivedSpf<'a>(&'a Evaluation);

impl<'a> ReceivedSpf<'a> {
    /// The field; `None` as long as the evaluation has no outcome.
    pub fn new(evaluation: &'a Evaluation) -> Option<Self> {
        evaluation.outcome().is_some().then_some(Self(evaluation))
    }
}

impl fmt::Display for ReceivedSpf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(outcome) = self.0.outcome() else { return Ok(()) };
        let client = self.0.client();
        let mut comment = String::new();
        if let Some(receiver) = client.receiver() {
            write!(comment, "{receiver}: ")?;
        }
        write!(comment, "{}", outcome.cause)?;
        write!(f, "Received-SPF: {} ({})\r\n", outcome.result, Comment(&comment))?;
        match client.address() {
            IpAddr::V4(address) => write!(f, "\tclient-ip={address};\r\n")?,
            // A colon must be quoted.
            address @ IpAddr::V6(_) => write!(f, "\tclient-ip={};\r\n", Quoted(&address.to_string()))?,
        }
        // For HELO alone the sender is made up, and that of the message may be another.
        if self.0.identity() == Identity::MailFrom {
            write!(f, "\tenvelope-from={};\r\n", Quoted(self.0.sender()))?;
        }
        write!(f, "\thelo={};\r\n", Quoted(client.helo()))?;
        if let Some(receiver) = client.receiver() {
            write!(f, "\treceiver={};\r\n", Quoted(receiver.as_str()))?;
        }
        write!(f, "\tidentity={}\r\n", self.0.identity().as_str())
    }
}
