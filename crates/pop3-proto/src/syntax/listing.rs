use memchr::memchr3;

use super::status::trim_blanks;
use super::{MessageNumber, UniqueId, decimal};

/// This line is no listing. The server's fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the line is not a listing")]
pub struct ListingError;

/// What STAT answers: the drop listing (RFC 1939, section 5). Messages marked as deleted are not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DropListing {
    /// How many messages the maildrop has.
    pub messages: u32,
    /// How many octets they have together; `None` if the server said something that is no number of octets, as
    /// servers do that count in 32 bits with a sign.
    pub octets: Option<u64>,
}

/// A line of LIST: the scan listing of one message (RFC 1939, section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScanListing {
    /// The message.
    pub message: MessageNumber,
    /// Its size in octets as it travels, with CRLF at the end of each line and before any dot is doubled; `None` if
    /// the server said something that is no number of octets.
    pub octets: Option<u64>,
}

/// A line of UIDL: the unique-id listing of one message (RFC 1939, section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UniqueIdListing<'a> {
    /// The message.
    pub message: MessageNumber,
    /// Its unique id.
    pub id: UniqueId<'a>,
}

/// A number, and what stands behind the blanks that follow it.
fn numbered(line: &[u8]) -> Option<(u64, &[u8])> {
    let (number, rest) = decimal::leading(trim_blanks(line))?;
    let value = trim_blanks(rest);
    (rest.is_empty() || value.len() < rest.len()).then_some((number, value))
}

/// A message number and the one blank behind it.
#[inline]
fn leading_message(input: &[u8]) -> Option<(MessageNumber, &[u8])> {
    let (message, length) = decimal::short(input);
    let rest = input.get(length..)?.strip_prefix(b" ")?;
    Some((MessageNumber::from_wide(message)?, rest))
}

/// A number of octets, with or without something behind it: the standard leaves that open.
fn octets(text: &[u8]) -> Option<u64> {
    numbered(text).map(|(octets, _)| octets)
}

impl DropListing {
    /// Reads the text behind STAT's `+OK`. What follows the numbers is ignored.
    ///
    /// # Errors
    ///
    /// [`ListingError`] if it does not begin with a number of messages.
    pub fn parse(text: &[u8]) -> Result<Self, ListingError> {
        let (messages, rest) = numbered(text).ok_or(ListingError)?;
        Ok(Self { messages: u32::try_from(messages).map_err(|_| ListingError)?, octets: octets(rest) })
    }
}

impl ScanListing {
    /// Reads a line, given without its CRLF. What follows the numbers is ignored.
    ///
    /// # Errors
    ///
    /// [`ListingError`] if it does not begin with a message number.
    pub fn parse(line: &[u8]) -> Result<Self, ListingError> {
        let (message, rest) = numbered(line).ok_or(ListingError)?;
        Ok(Self { message: MessageNumber::from_wide(message).ok_or(ListingError)?, octets: octets(rest) })
    }

    /// The message, its size, and the length with the CRLF of the line that `input` begins with, if that is whole and
    /// exactly as the standard has it, which nearly all are. Its end need not be looked for first.
    #[inline]
    pub(crate) fn leading(input: &[u8]) -> Option<(MessageNumber, u64, usize)> {
        let (message, rest) = leading_message(input)?;
        let (octets, length) = decimal::short(rest);
        let ended = length > 0 && rest.get(length..length + 2)? == b"\r\n";
        ended.then_some((message, octets, input.len() - rest.len() + length + 2))
    }

    /// Writes the line with its CRLF.
    pub fn encode(&self, mut write: impl FnMut(&[u8])) {
        self.message.encode(&mut write);
        write(b" ");
        write(decimal::Digits::of(self.octets.unwrap_or(0)).as_bytes());
        write(b"\r\n");
    }
}

impl<'a> UniqueIdListing<'a> {
    /// Reads a line, given without its CRLF. Blanks around the id are not part of it; blanks in it are, because
    /// there are servers that send such.
    ///
    /// # Errors
    ///
    /// [`ListingError`] if it does not begin with a message number, or nothing follows it.
    pub fn parse(line: &'a [u8]) -> Result<Self, ListingError> {
        let (message, rest) = numbered(line).ok_or(ListingError)?;
        let id = rest.trim_ascii_end();
        match (MessageNumber::from_wide(message), UniqueId::lenient(id)) {
            (Some(message), Ok(id)) => Ok(Self { message, id }),
            _ => Err(ListingError),
        }
    }

    /// Reads the line that `input` begins with, if it is whole and has blanks only where the standard does; and how
    /// long it is with its CRLF.
    #[inline]
    pub(crate) fn leading(input: &'a [u8]) -> Option<(Self, usize)> {
        let (message, rest) = leading_message(input)?;
        let end = memchr3(b'\r', b'\n', 0, rest)?;
        let [first, .., last] = rest.get(..end)? else { return None };
        let ended = rest.get(end..end + 2)? == b"\r\n" && first.is_ascii_graphic() && last.is_ascii_graphic();
        let id = UniqueId::of_line(&rest[..end]);
        ended.then_some((Self { message, id }, input.len() - rest.len() + end + 2))
    }

    /// Writes the line with its CRLF.
    pub fn encode(&self, mut write: impl FnMut(&[u8])) {
        self.message.encode(&mut write);
        write(b" ");
        write(self.id.as_bytes());
        write(b"\r\n");
    }
}
