use alloc::vec::Vec;
use core::time::Duration;

use crate::{Expire, LONGEST_COMMAND, Mechanism, Text};

/// What a server offers and what it puts up with. Shared by sessions as an `Arc`.
///
/// ```
/// use core::time::Duration;
/// use pop3_proto::server::{Config, Stls};
///
/// let mut config = Config::default();
/// config.stls = Stls::Required;
/// config.autologout = Duration::from_secs(30 * 60);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The text of the greeting, unless the application gives one with
    /// [`accept_with`](super::Server::accept_with).
    pub greeting: Text<'static>,
    /// What CAPA calls the program; `None` to say nothing (RFC 2449, section 6.9).
    pub implementation: Option<Text<'static>>,
    /// Whether the connection can be taken into TLS, and must be before a password is heard.
    pub stls: Stls,
    /// Whether USER and PASS are understood.
    pub user_pass: bool,
    /// The mechanisms that AUTH names; empty if there is no AUTH.
    pub mechanisms: Vec<Mechanism<'static>>,
    /// How long mail is kept, for CAPA to say (RFC 2449, section 6.7). The machine deletes nothing by it.
    pub expire: Option<Expire>,
    /// The seconds between logins, for CAPA to say (RFC 2449, section 6.5). To enforce it is the application's.
    pub login_delay: Option<u64>,
    /// How long the client may say no command, or let no reply through, before the session ends. RFC 1939, section
    /// 3, has it be ten minutes at least.
    pub autologout: Duration,
    /// How long a session may last until login, however busy it is.
    pub login_time: Duration,
    /// How many logins may fail before the session ends.
    pub most_failed_logins: u32,
    /// How many lines that are no command, or not one for the moment, before the session ends.
    pub most_bad_commands: u32,
    /// The longest command line, in octets with its CRLF. RFC 2449, section 4, has it be 255 at least.
    pub longest_command: usize,
    /// The longest line of an authentication, in octets with its CRLF: responses, and AUTH with an initial one. RFC
    /// 5034, section 4, would have the latter keep to 255, but there are clients that send long tokens there.
    pub longest_sasl_line: usize,
}

/// What becomes of STLS (RFC 2595, section 4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stls {
    /// There is no STLS: TLS is there from the beginning, or not at all.
    #[default]
    Absent,
    /// STLS is offered, and logins are taken without it too.
    Offered,
    /// STLS is offered, and no login is taken before TLS is up: not even offered.
    Required,
}

impl Default for Config {
    /// USER and PASS, no TLS of its own, ten minutes, and limits that no client comes near.
    fn default() -> Self {
        Self {
            greeting: Text::fixed("POP3 server ready"),
            implementation: None,
            stls: Stls::Absent,
            user_pass: true,
            mechanisms: Vec::new(),
            expire: None,
            login_delay: None,
            autologout: Duration::from_secs(10 * 60),
            login_time: Duration::from_secs(10 * 60),
            most_failed_logins: 5,
            most_bad_commands: 20,
            longest_command: LONGEST_COMMAND,
            longest_sasl_line: 12 * 1024,
        }
    }
}
