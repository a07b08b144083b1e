use mail_wire::LineEnding;

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
    /// The digits of the reply's first line, and the code that they are.
    digits: [u8; 3],
    code: Option<ReplyCode>,
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
        Self { longest_line, longest_reply, ending, line: 0, searched: 0, digits: [0; 3], code: None }
    }

    /// The reply that `received` begins with, once it is complete.
    ///
    /// # Errors
    ///
    /// [`ReplyDefect`], as soon as it is seen. The stream is of no use from there on.
    pub fn parse<'a>(&mut self, received: &'a [u8]) -> Result<Option<ReplyRef<'a>>, ReplyDefect> {
        self.parse_at_least(0, received)
    }

    /// The same where `least` octets are taken even if the limits are lower.
    #[inline]
    pub(crate) fn parse_at_least<'a>(
        &mut self,
        least: usize,
        received: &'a [u8],
    ) -> Result<Option<ReplyRef<'a>>, ReplyDefect> {
        let (longest_line, longest_reply) = (self.longest_line.max(least), self.longest_reply.max(least));
        let check_length = |line, end| match end - line > longest_line || end > longest_reply {
            true => Err(ReplyDefect::TooLong),
            false => Ok(()),
        };
        let (mut line, mut searched) = (self.line, self.searched);
        loop {
            let (text, next) = match find_line_end(received, searched, self.ending) {
                LineEnd::At { text, next } => (text, next),
                LineEnd::Unfinished { searched } => {
                    (self.line, self.searched) = (line, searched);
                    return check_length(line, searched + 1).map(|()| None);
                }
                LineEnd::Defect { at, defect } => return check_length(line, at + 1).and(Err(defect)),
            };
            check_length(line, next)?;
            let (digits, last) = match received.get(line..text).unwrap_or_default() {
                [a, b, c, b'-', ..] => ([*a, *b, *c], false),
                [a, b, c] | [a, b, c, b' ', ..] => ([*a, *b, *c], true),
                _ => return Err(ReplyDefect::NoCode),
            };
            if line == 0 {
                self.code = ReplyCode::from_digits(digits);
                self.digits = digits;
            } else if self.digits != digits {
                return Err(ReplyDefect::CodesDiffer);
            }
            let Some(code) = self.code else { return Err(ReplyDefect::NoCode) };
            if last {
                self.reset();
                return Ok(received.get(..next).map(|wire| ReplyRef::checked(code, wire)));
            }
            (line, searched) = (next, next);
        }
    }

    /// Forgets an unfinished reply: for when what was received has been thrown away.
    pub(crate) fn reset(&mut self) {
        self.line = 0;
        self.searched = 0;
    }
}

/// What a search for a line's end found.
enum LineEnd {
    /// The text ends, and the next line begins.
    At { text: usize, next: usize },
    /// There is none as yet; so far it was searched.
    Unfinished { searched: usize },
    /// Something that may not stand in a line.
    Defect { at: usize, defect: ReplyDefect },
}

/// One search for the line's end and for what may not stand in a line.
#[inline]
fn find_line_end(received: &[u8], searched: usize, ending: LineEnding) -> LineEnd {
    let Some(found) = find_control(received.get(searched..).unwrap_or_default()) else {
        return LineEnd::Unfinished { searched: received.len() };
    };
    let at = searched + found;
    match received.get(at..).unwrap_or_default() {
        [b'\r', b'\n', ..] => LineEnd::At { text: at, next: at + 2 },
        [b'\r'] => LineEnd::Unfinished { searched: at },
        [b'\n', ..] if ending == LineEnding::CrlfOrLf => LineEnd::At { text: at, next: at + 1 },
        [b'\r', ..] => LineEnd::Defect { at, defect: ReplyDefect::BareCr },
        [b'\n', ..] => LineEnd::Defect { at, defect: ReplyDefect::BareLf },
        _ => LineEnd::Defect { at, defect: ReplyDefect::Nul },
    }
}

/// The first CR, LF or NUL. Reply lines are short, so that eight octets at a time, without any preparation, are
/// faster than wide vectors.
#[inline]
pub(super) fn find_control(text: &[u8]) -> Option<usize> {
    let is_control = |octet: &u8| matches!(octet, b'\r' | b'\n' | 0);
    let (words, rest) = text.as_chunks::<8>();
    for (n, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        // The lowest bit that is set marks the first octet below 14.
        let below = word.wrapping_sub(0x0E0E_0E0E_0E0E_0E0E) & !word & 0x8080_8080_8080_8080;
        if below != 0 {
            let at = 8 * n + (below.trailing_zeros() / 8) as usize;
            // It may be a tab.
            return text.get(at..)?.iter().position(is_control).map(|more| at + more);
        }
    }
    rest.iter().position(is_control).map(|at| text.len() - rest.len() + at)
}
