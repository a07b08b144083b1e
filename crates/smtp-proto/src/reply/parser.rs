use mail_wire::LineEnding;
use memchr::memchr;

use super::{ReplyCode, ReplyRef};

/// Finds complete replies at the front of what was received (RFC 5321, section 4.2).
///
/// Give it all that is unparsed each time: it remembers how far it has looked, so a reply that comes octet by octet
/// costs linear time. When it returns a reply, take [`ReplyRef::wire_len`] octets off the front and ask again. It
/// copies and allocates nothing.
///
/// ```
/// use smtp_proto::reply::{ReplyCode, ReplyParser};
///
/// let mut parser = ReplyParser::default();
/// assert_eq!(parser.parse(b"250-mail.example\r\n250 SI")?, None);
/// let received = b"250-mail.example\r\n250 SIZE\r\n354 go on\r\n";
/// let reply = parser.parse(received)?.unwrap();
/// assert_eq!(reply.lines().collect::<Vec<_>>(), [&b"mail.example"[..], b"SIZE"]);
/// let reply = parser.parse(&received[reply.wire_len()..])?.unwrap();
/// assert_eq!(reply.code(), ReplyCode::START_MAIL_INPUT);
/// # Ok::<(), smtp_proto::reply::ReplyDefect>(())
/// ```
#[derive(Clone, Debug)]
pub struct ReplyParser {
    longest_line: usize,
    longest_reply: usize,
    ending: LineEnding,
    /// Where the first unfinished line of the reply begins.
    line: usize,
    /// How far that line has been searched for its end.
    searched: usize,
    /// The digits of the lines before it.
    digits: [u8; 3],
}

/// What is wrong with a reply. The server's fault; behind it, nothing can be trusted to be a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplyDefect {
    /// A line does not begin with a code between 200 and 599 and then a blank, a hyphen or the line's end.
    #[error("a line of the reply does not begin with a reply code")]
    NoCode,
    /// The lines of one reply have different codes.
    #[error("the lines of the reply have different codes")]
    CodesDiffer,
    /// A line, or the reply as a whole, is longer than it may be.
    #[error("the reply is too long")]
    TooLong,
    /// A CR that no LF follows.
    #[error("the reply has a carriage return without a line feed")]
    BareCr,
    /// An LF that no CR precedes.
    #[error("the reply has a line feed without a carriage return")]
    BareLf,
    /// A NUL octet.
    #[error("the reply has a NUL octet")]
    Nul,
}

impl Default for ReplyParser {
    fn default() -> Self {
        Self::new(Self::LONGEST_LINE, Self::LONGEST_REPLY, LineEnding::Crlf)
    }
}

impl ReplyParser {
    /// The longest reply line that is taken by default, in octets with the CRLF. The standard allows 512 (RFC 5321,
    /// section 4.5.3.1.5); servers that explain themselves at length exceed it.
    pub const LONGEST_LINE: usize = 4096;

    /// The longest reply that is taken by default, in octets, all lines together.
    pub const LONGEST_REPLY: usize = 16 * 1024;

    /// A parser with limits of its own, in octets with the line endings, and a rule for what ends a line.
    pub const fn new(longest_line: usize, longest_reply: usize, ending: LineEnding) -> Self {
        Self { longest_line, longest_reply, ending, line: 0, searched: 0, digits: [0; 3] }
    }

    /// The reply that `received` begins with, once it is complete.
    ///
    /// # Errors
    ///
    /// [`ReplyDefect`], as soon as it is seen. The stream is of no use from there on.
    pub fn parse<'a>(&mut self, received: &'a [u8]) -> Result<Option<ReplyRef<'a>>, ReplyDefect> {
        loop {
            let Some(found) = memchr(b'\n', received.get(self.searched..).unwrap_or_default()) else {
                self.searched = received.len();
                return self.check_length(self.searched + 1).map(|()| None);
            };
            let lf = self.searched + found;
            self.check_length(lf + 1)?;
            let line = received.get(self.line..=lf).unwrap_or_default();
            let text = match line {
                [text @ .., b'\r', b'\n'] => text,
                [text @ .., b'\n'] if self.ending == LineEnding::CrlfOrLf => text,
                _ => return Err(ReplyDefect::BareLf),
            };
            let (digits, last) = match *text {
                [a, b, c] | [a, b, c, b' ', ..] => ([a, b, c], true),
                [a, b, c, b'-', ..] => ([a, b, c], false),
                _ => return Err(ReplyDefect::NoCode),
            };
            if self.line == 0 {
                self.digits = digits;
            } else if self.digits != digits {
                return Err(ReplyDefect::CodesDiffer);
            }
            let code = ReplyCode::from_digits(digits).ok_or(ReplyDefect::NoCode)?;
            self.line = lf + 1;
            self.searched = lf + 1;
            if last {
                let wire = received.get(..=lf).unwrap_or_default();
                check_octets(wire)?;
                self.reset();
                return Ok(Some(ReplyRef::checked(code, wire)));
            }
        }
    }

    /// Forgets an unfinished reply: for when what was received has been thrown away.
    pub(crate) fn reset(&mut self) {
        self.line = 0;
        self.searched = 0;
    }

    fn check_length(&self, end: usize) -> Result<(), ReplyDefect> {
        if end - self.line > self.longest_line || end > self.longest_reply {
            return Err(ReplyDefect::TooLong);
        }
        Ok(())
    }
}

/// One branchless pass over the whole reply, which the compiler turns into vector instructions; a second one only to
/// say what was wrong.
fn check_octets(wire: &[u8]) -> Result<(), ReplyDefect> {
    let bad = |(&p, &q): (&u8, &u8)| u8::from(p == 0) | (u8::from(p == b'\r') & u8::from(q != b'\n'));
    let pairs = || wire.iter().zip(wire.get(1..).unwrap_or_default());
    if pairs().fold(0, |any, pair| any | bad(pair)) == 0 {
        return Ok(());
    }
    Err(if memchr(0, wire).is_some() { ReplyDefect::Nul } else { ReplyDefect::BareCr })
}
