use core::time::Duration;

use mail_wire::LineEnding;

/// How a client goes about its session, and what it puts up with. Shared by sessions as an `Arc`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Whether commands are sent before earlier ones are answered.
    pub pipelining: Pipelining,
    /// How many commands may be on their way at once, when they are pipelined.
    pub most_in_flight: usize,
    /// How many octets of commands may be on their way at once, when they are pipelined. It must be well below what
    /// the server's transport buffers, or both sides could wait for the other to read (RFC 2449, section 6.6).
    pub most_octets_in_flight: usize,
    /// How many commands may be asked for before earlier ones are answered, sent or not.
    pub most_asked: usize,
    /// Whether AUTH carries the initial response.
    pub initial_response: InitialResponsePolicy,
    /// What ends a line. With [`LineEnding::CrlfOrLf`], LF does too, and a message whose status line ended in LF may
    /// end in a dot between two of them; a message whose status line ended in CRLF still needs CRLF. Only for a
    /// server that is known to speak so: with others, a message could end itself (RFC 1939, section 3).
    pub line_ending: LineEnding,
    /// Leaves a dot at the beginning of a line alone unless another follows it: only for a server that is known to
    /// forget to double them. The standard takes it away in any case (RFC 1939, section 3).
    pub keep_undoubled_dots: bool,
    /// Skips blanks and empty lines before a status: there are servers that send such.
    pub leading_blanks: bool,
    /// How long the server may take: for the greeting, for a reply, for the next 16 KiB of a long one.
    pub timeout: Duration,
    /// The longest line of a reply that is not a message's, in octets with its CRLF. The standard's 512 are not
    /// kept to by all. Lines of messages may have any length.
    pub longest_line: usize,
    /// The longest challenge, in octets with its CRLF.
    pub longest_challenge: usize,
}

/// Whether commands are sent before earlier ones are answered (RFC 2449, section 6.6).
///
/// Commands may always be asked for without waiting; this is about when they leave. USER, PASS, AUTH, STLS and QUIT
/// are never on their way together with another command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pipelining {
    /// When the server has announced it.
    #[default]
    WhenOffered,
    /// Never: for servers that announce what they cannot.
    Never,
    /// Always: for servers that are known to be able to.
    Always,
}

/// Whether AUTH carries the initial response (RFC 5034, section 4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InitialResponsePolicy {
    /// When the line does not become longer than 255 octets, as the standard asks. Otherwise it answers the server's
    /// first, empty challenge.
    #[default]
    Auto,
    /// Whatever the line's length.
    Always,
    /// Never: for servers that do not understand it.
    Never,
}

impl Default for Config {
    /// Strict; pipelining if it is offered; five minutes for each answer.
    fn default() -> Self {
        Self {
            pipelining: Pipelining::WhenOffered,
            most_in_flight: 100,
            most_octets_in_flight: 4096,
            most_asked: 65_536,
            initial_response: InitialResponsePolicy::Auto,
            line_ending: LineEnding::Crlf,
            keep_undoubled_dots: false,
            leading_blanks: false,
            timeout: Duration::from_secs(5 * 60),
            longest_line: 8 * 1024,
            longest_challenge: 12 * 1024,
        }
    }
}
