use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::time::Duration;

use crate::capabilities::{self, Capability, InvalidCapability};
use crate::{AddressLiteral, Host, Mechanism};

/// What a server is and allows: shared by all its sessions.
///
/// ```
/// use smtp_proto::server::Config;
///
/// let mut config = Config::default();
/// config.host = "mx.example".parse()?;
/// config.starttls = true;
/// # Ok::<(), smtp_proto::SyntaxError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Who the server says to be. Default: `[127.0.0.1]`, which says nothing wrong.
    pub host: Host<'static>,
    /// Whether this is LMTP (RFC 2033): the client says LHLO, and the end of the data is answered once for each
    /// recipient. Default: no.
    pub lmtp: bool,
    /// Whether STARTTLS is offered; whoever drives the session must then do TLS. Default: no.
    pub starttls: bool,
    /// The SASL mechanisms to offer. Default: none, so AUTH is not offered.
    pub mechanisms: Vec<Mechanism<'static>>,
    /// Whether AUTH is offered and taken where there is no TLS. Default: no, since passwords would travel in the
    /// clear (RFC 4954, section 9).
    pub auth_without_tls: bool,
    /// The largest message, in octets: announced by SIZE, and kept to whatever the client announces (RFC 1870).
    /// Zero is no limit (RFC 1870, section 3). Default: 50 MiB.
    pub largest_message: u64,
    /// How many recipients a transaction may have. Default: 1000; RFC 5321, section 4.5.3.1.8, asks for 100.
    pub most_recipients: usize,
    /// How many commands with errors in them a session may have; so many and one more end it. Failed
    /// authentications count; refused recipients do not, nor what was pipelined behind a refused sender. Default: 20.
    pub most_errors: usize,
    /// The longest command line, in octets with its CRLF. Default: 2048; RFC 5321, section 4.5.3.1.4, and the
    /// extensions ask for 512 and some more. AUTH's lines may always have 12288 octets (RFC 4954, section 4).
    pub longest_command: usize,
    /// What is done about a CR or LF that stands alone in a message. Default: refuse the message.
    pub bare_line_endings: BareLineEndings,
    /// Extensions that the application does by itself. Default: none.
    pub extensions: Vec<Extension>,
    /// How long the server waits.
    pub timeouts: Timeouts,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            host: Host::Literal(AddressLiteral(core::net::Ipv4Addr::LOCALHOST.into())),
            lmtp: false,
            starttls: false,
            mechanisms: Vec::new(),
            auth_without_tls: false,
            largest_message: 50 * 1024 * 1024,
            most_recipients: 1000,
            most_errors: 20,
            longest_command: 2048,
            bare_line_endings: BareLineEndings::default(),
            extensions: Vec::new(),
            timeouts: Timeouts::default(),
        }
    }
}

impl Config {
    /// How many octets a message may have.
    pub(super) fn message_limit(&self) -> u64 {
        if self.largest_message == 0 { u64::MAX } else { self.largest_message }
    }
}

/// What a server does about a CR or an LF in a message that does not belong to a CRLF (RFC 5321, section 2.3.8).
///
/// Under either policy only CRLF `.` CRLF ends the message, and no octet of it is ever taken for a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BareLineEndings {
    /// The message is refused when its true end has come. What is passed on can then not be read as two messages by
    /// a host that is lax about line endings: that is how messages are smuggled.
    #[default]
    Refuse,
    /// The message is kept as it came, and the fact is told with its end. Whoever passes such a message on to
    /// other hosts must mend it.
    Keep,
}

/// How long the server waits for the client. Deadlines are set when the session's state changes, not when a byte
/// arrives: a client that sends a byte a minute does not stretch them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For the next command, or the next response of an authentication, to be complete. Default: 5 minutes
    /// (RFC 5321, section 4.5.3.2.7).
    pub command: Duration,
    /// For each [`BODY_BLOCK`](Self::BODY_BLOCK) of a message, or the message's end. Default: 3 minutes (RFC 5321,
    /// section 4.5.3.2.5).
    pub body_block: Duration,
}

impl Timeouts {
    /// How much of a message must come within [`body_block`](Self::body_block), in octets.
    pub const BODY_BLOCK: usize = 16 * 1024;
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { command: Duration::from_secs(5 * 60), body_block: Duration::from_secs(3 * 60) }
    }
}

/// An SMTP extension that the application does by itself: what EHLO announces, and which parameters of MAIL and
/// RCPT are then taken. Parameters of no extension are refused with 555 (RFC 5321, section 4.1.1.11), so that a
/// client never believes that something was understood which was not.
///
/// ```
/// use smtp_proto::server::Extension;
///
/// let deliver_by = Extension::new("DELIVERBY", "240")?.with_mail_parameter("BY");
/// # Ok::<(), smtp_proto::capabilities::InvalidCapability>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    announcement: Box<str>,
    mail_parameters: Vec<Box<str>>,
    rcpt_parameters: Vec<Box<str>>,
}

impl Extension {
    /// An extension as EHLO announces it: a keyword, and what stands behind it, if anything.
    ///
    /// # Errors
    ///
    /// [`InvalidCapability`], the caller's mistake.
    pub fn new(keyword: &str, parameters: &str) -> Result<Self, InvalidCapability> {
        let announcement = Capability::Other(capabilities::Extension::new(keyword, parameters)?).to_string();
        Ok(Self { announcement: announcement.into(), mail_parameters: Vec::new(), rcpt_parameters: Vec::new() })
    }

    /// Has MAIL take a parameter of that keyword, with any value.
    pub fn with_mail_parameter(mut self, keyword: &str) -> Self {
        self.mail_parameters.push(keyword.to_owned().into());
        self
    }

    /// Has RCPT take a parameter of that keyword, with any value.
    pub fn with_rcpt_parameter(mut self, keyword: &str) -> Self {
        self.rcpt_parameters.push(keyword.to_owned().into());
        self
    }

    pub(super) fn announcement(&self) -> &str {
        &self.announcement
    }

    pub(super) fn takes_mail_parameter(&self, keyword: &str) -> bool {
        self.mail_parameters.iter().any(|known| known.eq_ignore_ascii_case(keyword))
    }

    pub(super) fn takes_rcpt_parameter(&self, keyword: &str) -> bool {
        self.rcpt_parameters.iter().any(|known| known.eq_ignore_ascii_case(keyword))
    }
}
