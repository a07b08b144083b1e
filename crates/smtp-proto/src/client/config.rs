use core::time::Duration;

use mail_wire::LineEnding;
use mail_wire::dot::BodyEnding;

use crate::reply::ReplyParser;

/// How a client behaves. Every default is the standard's or the safe one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// How long to wait for what.
    pub timeouts: Timeouts,
    /// Whether commands leave in batches where the server offers PIPELINING (RFC 2920). To switch it off is for
    /// servers, and boxes before them, that offer it and break.
    pub pipelining: bool,
    /// How many octets of commands may wait for their replies at once: no command joins a batch that has reached
    /// this. It keeps the batch and its replies within what connections buffer, so that two peers that both write
    /// first cannot block each other (RFC 2920, section 3.1).
    pub most_in_flight: usize,
    /// Whether a server that answers EHLO with 5yz is asked again with HELO (RFC 5321, section 3.2). It then offers
    /// nothing: no STARTTLS, no AUTH.
    pub helo_fallback: bool,
    /// What becomes of a CR or LF in a body that stands alone.
    pub body_ending: BodyEnding,
    /// When the first message of an authentication goes with the AUTH command itself.
    pub initial_response: InitialResponsePolicy,
    /// The longest reply line that is taken, in octets with its CRLF. A challenge of an authentication may always have
    /// 12288 (RFC 4954, section 4).
    pub longest_reply_line: usize,
    /// The longest reply that is taken, in octets, all lines together.
    pub longest_reply: usize,
    /// What ends a line of a reply. Only CRLF does (RFC 5321, section 2.3.8), unless a peer is known not to know.
    pub reply_line_ending: LineEnding,
}

/// When the first message of an authentication goes with the AUTH command itself (RFC 4954, section 4), instead of
/// answering the server's first, empty challenge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum InitialResponsePolicy {
    /// If the command stays within the 512 octets of a command line.
    #[default]
    Auto,
    /// Whatever its length, for servers that expect it.
    Always,
    /// Never, for servers that do not know how to read it.
    Never,
}

/// How long a client waits (RFC 5321, section 4.5.3.2). The defaults are the standard's minimums.
///
/// A deadline starts when the wait does and is not stretched by a reply that trickles in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Timeouts {
    /// For the greeting: 5 minutes.
    pub greeting: Duration,
    /// For the reply to MAIL: 5 minutes.
    pub mail: Duration,
    /// For the reply to RCPT: 5 minutes.
    pub recipient: Duration,
    /// For the reply to DATA: 2 minutes.
    pub data: Duration,
    /// For the peer to take a block of the body: 3 minutes.
    pub data_block: Duration,
    /// For the reply to the end of the data: 10 minutes. A server that is slower has perhaps accepted the message.
    pub end_of_data: Duration,
    /// For the reply to any other command: 5 minutes.
    pub command: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            timeouts: Timeouts::default(),
            pipelining: true,
            most_in_flight: 16 * 1024,
            helo_fallback: true,
            body_ending: BodyEnding::Strict,
            initial_response: InitialResponsePolicy::Auto,
            longest_reply_line: ReplyParser::LONGEST_LINE,
            longest_reply: ReplyParser::LONGEST_REPLY,
            reply_line_ending: LineEnding::Crlf,
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        let minutes = |n: u64| Duration::from_secs(n * 60);
        Self {
            greeting: minutes(5),
            mail: minutes(5),
            recipient: minutes(5),
            data: minutes(2),
            data_block: minutes(3),
            end_of_data: minutes(10),
            command: minutes(5),
        }
    }
}
