use alloc::string::String;
use core::fmt::{self, Write};

use super::Evaluation;

/// The `Received-SPF` field for an evaluation that is over (RFC 7208 section 9.1).
///
/// It displays as the whole field, folded, with its final CRLF. What the client said stands in quoted strings, and
/// what no field can hold is replaced by `?`, so that nothing can break out of it.
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
        write!(f, "\tclient-ip={};\r\n", client.address())?;
        write!(f, "\tenvelope-from={};\r\n", Quoted(self.0.sender()))?;
        write!(f, "\thelo={};\r\n", Quoted(client.helo()))?;
        if let Some(receiver) = client.receiver() {
            write!(f, "\treceiver={};\r\n", Quoted(receiver.as_str()))?;
        }
        write!(f, "\tidentity={}\r\n", self.0.identity().as_str())
    }
}

/// A text as the inside of a comment.
struct Comment<'a>(&'a str);

impl fmt::Display for Comment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '(' | ')' | '\\' => write!(f, "\\{character}")?,
                ' '..='~' => f.write_char(character)?,
                _ => f.write_char('?')?,
            }
        }
        Ok(())
    }
}

/// A text as a quoted string.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            match character {
                '"' | '\\' => write!(f, "\\{character}")?,
                ' '..='~' => f.write_char(character)?,
                _ => f.write_char('?')?,
            }
        }
        f.write_char('"')
    }
}
