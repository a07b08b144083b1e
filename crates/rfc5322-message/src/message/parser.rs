//! Parsing with limits of one's own, and with memory that is used again.

use alloc::borrow::Cow;

use super::Message;
use crate::structure::{Builder, Limits, scan};

/// A parser that keeps its tables from one message to the next.
///
/// # Example: many messages, no allocation
///
/// ```
/// use rfc5322_message::{Limits, Parser};
///
/// let mut parser = Parser::new(Limits::default());
/// for input in [&b"Subject: a\r\n\r\n"[..], b"Subject: b\r\n\r\n"] {
///     let message = parser.parse(input);
///     assert_eq!(message.fields().count(), 1);
///     parser.recycle(message);
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Parser {
    builder: Builder,
}

impl Parser {
    /// A parser with these limits.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { builder: Builder::new(limits) }
    }

    /// Parses a message.
    pub fn parse<'a>(&mut self, input: &'a [u8]) -> Message<'a> {
        scan(&mut self.builder, input);
        Message { text: Cow::Borrowed(input), whole: true, tables: core::mem::take(&mut self.builder.tables) }
    }

    /// Takes back the memory of a message that is no longer needed, for the next one.
    pub fn recycle(&mut self, message: Message<'_>) {
        self.builder.tables = message.tables;
    }
}
