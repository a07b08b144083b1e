//! MTA-STS: whether a domain's mail hosts must be reached by TLS with a valid certificate (RFC 8461).
//!
//! The [`Record`] in the DNS says that there is a policy and when it changed; the [`Policy`] itself is fetched over
//! HTTPS from `https://mta-sts.DOMAIN/.well-known/mta-sts.txt`, which is for the program to do.
//!
//! # Example: a policy, and a host that it covers
//!
//! ```
//! use mail_auth_spf_dkim::dns::Name;
//! use mail_auth_spf_dkim::mta_sts::{Mode, Policy, Record};
//!
//! assert_eq!(Record::parse(b"v=STSv1; id=20160831085700Z;").unwrap().id(), "20160831085700Z");
//!
//! let text = "version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmax_age: 604800\n";
//! let policy = Policy::parse(text).unwrap();
//! assert_eq!(policy.mode(), Mode::Enforce);
//! assert!(policy.covers(&Name::parse("backup.example.net").unwrap()));
//! assert!(!policy.covers(&Name::parse("a.b.example.net").unwrap()));
//! assert!(!policy.covers(&Name::parse("example.net").unwrap()));
//! ```

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use crate::dns::{InvalidName, Name, Records};
use crate::tag_list;

/// The longest policy that is read, in octets (RFC 8461 section 3.3 suggests this limit).
pub const LONGEST_POLICY: usize = 64 * 1024;

/// What records begin with.
const VERSION: &str = "v=STSv1";

/// The TXT record at `_mta-sts.DOMAIN`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    id: String,
}

/// A text is no id of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the id of a policy is 1 to 32 letters and digits")]
pub struct InvalidId;

impl Record {
    /// The record of a policy with this id, which is another for each version of the policy.
    ///
    /// # Errors
    /// [`InvalidId`] if it is not 1 to 32 letters and digits.
    pub fn new(id: &str) -> Result<Self, InvalidId> {
        let valid = (1..=32).contains(&id.len()) && id.bytes().all(|octet| octet.is_ascii_alphanumeric());
        if valid { Ok(Self { id: id.to_owned() }) } else { Err(InvalidId) }
    }

    /// Changes with the policy: 1 to 32 letters and digits.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name at which the record of `domain` is.
    ///
    /// # Errors
    /// [`InvalidName`] if the name would be too long.
    pub fn name(domain: &Name) -> Result<Name, InvalidName> {
        domain.prefixed("_mta-sts")
    }

    /// Reads a record; `None` if it is none, or malformed, which is the same to a sender. The first `id` counts (RFC 8461
    /// section 3.2).
    pub fn parse(text: &[u8]) -> Option<Self> {
        let fields = tag_list::fields(text, VERSION)?;
        let (_, id) = fields.iter().find(|(name, _)| *name == "id")?;
        Self::new(id).ok()
    }

    /// Finds the one record among TXT records. Several count as none (RFC 8461 section 3.1).
    pub fn select(records: &Records) -> Option<Self> {
        let mut found = records.texts().filter(|text| tag_list::has_version(text, VERSION));
        let record = found.next()?;
        if found.next().is_some() { None } else { Self::parse(record) }
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VERSION}; id={};", self.id)
    }
}

/// What a policy demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Mail must not go to hosts that do not fit.
    Enforce,
    /// It may, but failures are to be reported.
    Testing,
    /// There is no policy any more.
    None,
}

impl Mode {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enforce => "enforce",
            Self::Testing => "testing",
            Self::None => "none",
        }
    }
}

/// The policy that a domain serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    mode: Mode,
    max_age: Duration,
    exchangers: Vec<ExchangerPattern>,
}

/// A host, or all hosts one label below a name (`*.example.net`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ExchangerPattern {
    /// The name, without the asterisk.
    name: Name,
    wildcard: bool,
}

/// Why a text is no policy. The fault is of the domain that serves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidPolicy {
    /// It is longer than [`LONGEST_POLICY`], as it is read or as it would be written.
    #[error("the policy is too long")]
    TooLong,
    /// It does not say `version: STSv1`.
    #[error("the version is missing or unknown")]
    Version,
    /// The mode is missing or not one of the three.
    #[error("the mode is missing or unknown")]
    Mode,
    /// `max_age` is missing or not a whole number of seconds up to 31557600.
    #[error("max_age is missing or out of range")]
    MaxAge,
    /// A host pattern is not one, or there is none although the mode needs one.
    #[error("there is no valid mx pattern")]
    Exchanger,
    /// A line is not a key, a colon and a value.
    #[error("a line is no field")]
    Line,
}

impl Policy {
    /// A policy that may be kept for `max_age`, at most a year.
    ///
    /// # Errors
    /// [`InvalidPolicy`] says what is wrong.
    pub fn new(mode: Mode, max_age: Duration, exchangers: Vec<ExchangerPattern>) -> Result<Self, InvalidPolicy> {
        if max_age.as_secs() > 31_557_600 || max_age.subsec_nanos() != 0 {
            return Err(InvalidPolicy::MaxAge);
        }
        if exchangers.is_empty() && mode != Mode::None {
            return Err(InvalidPolicy::Exchanger);
        }
        let policy = Self { mode, max_age, exchangers };
        if policy.to_string().len() > LONGEST_POLICY { Err(InvalidPolicy::TooLong) } else { Ok(policy) }
    }

    /// What it demands.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// How long it may be kept: at most a year.
    pub const fn max_age(&self) -> Duration {
        self.max_age
    }

    /// The hosts that may receive mail.
    pub fn exchangers(&self) -> &[ExchangerPattern] {
        &self.exchangers
    }

    /// Reads a policy. The first of a key counts; unknown keys are passed over.
    ///
    /// # Errors
    /// [`InvalidPolicy`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, InvalidPolicy> {
        if text.len() > LONGEST_POLICY {
            return Err(InvalidPolicy::TooLong);
        }
        let (mut version, mut mode, mut max_age, mut exchangers) = (None, None, None, Vec::new());
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let (key, value) = line.split_once(':').ok_or(InvalidPolicy::Line)?;
            let value = value.trim();
            match key.trim() {
                "version" => version = version.or(Some(value)),
                "mode" => mode = mode.or(Some(value)),
                "max_age" => max_age = max_age.or(Some(value)),
                "mx" => exchangers.push(ExchangerPattern::parse(value).ok_or(InvalidPolicy::Exchanger)?),
                _ => {}
            }
        }
        if version != Some("STSv1") {
            return Err(InvalidPolicy::Version);
        }
        let known = [Mode::Enforce, Mode::Testing, Mode::None];
        let mode = known.into_iter().find(|known| mode == Some(known.as_str())).ok_or(InvalidPolicy::Mode)?;
        let seconds = max_age.filter(|value| value.bytes().all(|o| o.is_ascii_digit())).and_then(|v| v.parse().ok());
        Self::new(mode, Duration::from_secs(seconds.ok_or(InvalidPolicy::MaxAge)?), exchangers)
    }

    /// Whether a host may receive mail under this policy, given the name by which its certificate is checked.
    pub fn covers(&self, host: &Name) -> bool {
        self.exchangers.iter().any(|pattern| pattern.matches(host))
    }
}

impl fmt::Display for Policy {
    /// The policy as it is served.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "version: STSv1\r\nmode: {}\r\n", self.mode.as_str())?;
        for pattern in &self.exchangers {
            write!(f, "mx: {pattern}\r\n")?;
        }
        write!(f, "max_age: {}\r\n", self.max_age.as_secs())
    }
}

impl ExchangerPattern {
    /// Reads a pattern; `None` if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (wildcard, name) = match text.strip_prefix("*.") {
            Some(name) => (true, name),
            None => (false, text),
        };
        Name::parse(name).ok().map(|name| Self { name, wildcard })
    }

    /// Whether a host fits. The asterisk stands for one label.
    pub fn matches(&self, host: &Name) -> bool {
        if self.wildcard { host.parent().is_some_and(|parent| parent == self.name) } else { *host == self.name }
    }
}

impl fmt::Display for ExchangerPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.wildcard { "*." } else { "" }, self.name)
    }
}
