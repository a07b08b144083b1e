use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::dns::{InvalidName, Name, Records};
use crate::tag_list::tag;

/// A DMARC Policy Record (RFC 9989 section 4.7).
///
/// Reading is as lenient as section 4.8 demands: unknown tags are ignored, and a tag with a value that it cannot have
/// counts as absent.
///
/// ```
/// use mail_auth_spf_dkim::dmarc::{Policy, Record};
///
/// let record = Record::parse(b"v=DMARC1; p=quarantine; rua=mailto:a@example.com,mailto:b@example.net!10m; t=y").unwrap();
/// assert_eq!(record.policy, Some(Policy::Quarantine));
/// assert!(record.testing);
/// assert_eq!(record.aggregate_reports[1].mailbox(), Some("b@example.net"));
/// assert_eq!(record.to_string(), "v=DMARC1; p=quarantine; t=y; rua=mailto:a@example.com,mailto:b@example.net");
/// assert!(Record::parse(b"p=none; v=DMARC1").is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Record {
    /// `p`: the policy for the domain, and for those below it that nothing else is said about.
    pub policy: Option<Policy>,
    /// `sp`: the policy for the domains below.
    pub subdomain_policy: Option<Policy>,
    /// `np`: the policy for domains below that do not exist.
    pub nonexistent_policy: Option<Policy>,
    /// `sp` or `np` is there with a value that is no policy, which makes the record one without policy.
    pub malformed_subdomain_policy: bool,
    /// `adkim`: how close the domain of a signature must be.
    pub dkim_alignment: Alignment,
    /// `aspf`: how close the domain that SPF has checked must be.
    pub spf_alignment: Alignment,
    /// `psd`: what the domain says about its place in the tree.
    pub public_suffix: PublicSuffix,
    /// `t`: whether the policy is only tried out.
    pub testing: bool,
    /// `fo`: when failure reports are wanted, if `ruf` says where.
    pub failure_options: FailureOptions,
    /// `rua`: where aggregate reports go.
    pub aggregate_reports: Vec<ReportUri>,
    /// `ruf`: where failure reports go, but for a record with `psd=y` (RFC 9991 section 2).
    pub failure_reports: Vec<ReportUri>,
}

/// What a domain wants done with messages that fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Policy {
    /// It states no preference.
    None,
    /// They are suspicious.
    Quarantine,
    /// They are not to be accepted.
    Reject,
}

/// How close an authenticated domain must be to the author's (RFC 9989 section 4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Alignment {
    /// Both have the same organizational domain.
    #[default]
    Relaxed,
    /// Both are the same.
    Strict,
}

/// What a record says about the place of its domain (RFC 9989 section 4.7, `psd`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PublicSuffix {
    /// `y`: others register domains below it.
    Yes,
    /// `n`: it is the organizational domain of all that is below it.
    No,
    /// `u`: the tree walk decides.
    #[default]
    Undeclared,
}

/// When failure reports are wanted (RFC 9989 section 4.7, `fo`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FailureOptions {
    /// `1`: when any mechanism gives no aligned pass, rather than (`0`) when all do not.
    pub any: bool,
    /// `d`: when a signature failed.
    pub dkim: bool,
    /// `s`: when SPF failed.
    pub spf: bool,
    /// `0` or nothing: when all mechanisms give no aligned pass.
    pub all: bool,
}

impl Default for FailureOptions {
    fn default() -> Self {
        Self { any: false, dkim: false, spf: false, all: true }
    }
}

/// Where a report goes: a URI without commas, exclamation marks or white space.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReportUri(Box<str>);

/// A text is no URI that a report could go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a URI that a report could go to")]
pub struct InvalidUri;

impl ReportUri {
    /// Checks a URI.
    ///
    /// # Errors
    /// [`InvalidUri`] if it has no scheme, a character that must be percent-encoded there, or a percent sign that encodes
    /// nothing.
    pub fn new(uri: &str) -> Result<Self, InvalidUri> {
        let (scheme, rest) = uri.split_once(':').ok_or(InvalidUri)?;
        let scheme = scheme.as_bytes();
        let valid = scheme.first().is_some_and(u8::is_ascii_alphabetic)
            && scheme.iter().all(|o| o.is_ascii_alphanumeric() || matches!(o, b'+' | b'-' | b'.'))
            && !rest.is_empty()
            && rest.split('%').skip(1).all(begins_with_octet)
            && rest.bytes().all(
                |o| matches!(o, b'#'..=b'+' | b'-'..=b':' | b'=' | b'?'..=b'[' | b']' | b'_' | b'a'..=b'z' | b'~'),
            );
        if valid { Ok(Self(uri.to_owned().into_boxed_str())) } else { Err(InvalidUri) }
    }

    /// The URI.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the URI has this scheme.
    pub fn has_scheme(&self, scheme: &str) -> bool {
        self.0.split(':').next().is_some_and(|found| found.eq_ignore_ascii_case(scheme))
    }

    /// The address of a `mailto` URI, percent-encoding and header fields left aside.
    pub fn mailbox(&self) -> Option<&str> {
        let (scheme, rest) = self.0.split_once(':')?;
        let address = rest.split('?').next().unwrap_or(rest);
        let (local_part, domain) = address.rsplit_once('@')?;
        let is_mailbox = scheme.eq_ignore_ascii_case("mailto") && !local_part.is_empty() && !domain.is_empty();
        is_mailbox.then_some(address)
    }

    fn list(value: &str) -> Vec<Self> {
        let uris = value.split(',').map(|uri| uri.trim_matches([' ', '\t']));
        uris.filter_map(|uri| Self::new(without_size(uri)).ok()).collect()
    }
}

/// Whether two hexadecimal digits come first.
fn begins_with_octet(text: &str) -> bool {
    text.as_bytes().first_chunk::<2>().is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// `!10m` behind a URI once told the largest report wanted; RFC 9989 has it ignored.
fn without_size(uri: &str) -> &str {
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit());
    match uri.rsplit_once('!') {
        Some((uri, size)) if is_number(size.strip_suffix(['k', 'm', 'g', 't', 'K', 'M', 'G', 'T']).unwrap_or(size)) => {
            uri
        }
        _ => uri,
    }
}

impl fmt::Display for ReportUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Policy {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        }
    }

    /// The policy one level below: what is applied while the domain is testing (`t=y`).
    #[must_use]
    pub const fn lowered(self) -> Self {
        match self {
            Self::Reject => Self::Quarantine,
            Self::Quarantine | Self::None => Self::None,
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::None, Self::Quarantine, Self::Reject].into_iter().find(|p| p.as_str().eq_ignore_ascii_case(word))
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Record {
    /// The longest text that is read as a record, in octets.
    pub const LONGEST: usize = 16 * 1024;

    /// A record with this policy and the defaults otherwise.
    pub fn new(policy: Policy) -> Self {
        Self { policy: Some(policy), ..Self::default() }
    }

    /// Reads a record; `None` if the text does not start with `v=DMARC1`, which makes it no DMARC record at all.
    pub fn parse(text: &[u8]) -> Option<Self> {
        if text.len() > Self::LONGEST {
            return None;
        }
        // What is not text becomes a character that no value can have.
        let text = String::from_utf8_lossy(text);
        let mut tags = text.split(';');
        // Case counts in the value only, and nothing stands in front of it (RFC 9989 section 4.8).
        let version = tags.next().filter(|first| first.starts_with(['v', 'V']))?;
        if !tag(version).is_some_and(|(name, value)| name.len() == 1 && value == "DMARC1") {
            return None;
        }
        let mut record = Self::default();
        let mut seen = [false; 10];
        for (name, value) in tags.filter_map(tag) {
            let known = ["p", "sp", "np", "adkim", "aspf", "psd", "t", "fo", "rua", "ruf"];
            let Some(which) = known.iter().position(|known| known.eq_ignore_ascii_case(name)) else { continue };
            // The first of a tag counts.
            if !core::mem::replace(&mut seen[which], true) {
                record.set(known[which], value);
            }
        }
        if record.failure_reports.is_empty() {
            // It says nothing where no such reports are asked for (RFC 9989 section 4.7).
            record.failure_options = FailureOptions::default();
        }
        Some(record)
    }

    fn set(&mut self, name: &str, value: &str) {
        match name {
            "p" => self.policy = Policy::parse(value),
            "sp" => {
                self.subdomain_policy = Policy::parse(value);
                self.malformed_subdomain_policy |= self.subdomain_policy.is_none();
            }
            "np" => {
                self.nonexistent_policy = Policy::parse(value);
                self.malformed_subdomain_policy |= self.nonexistent_policy.is_none();
            }
            "adkim" => self.dkim_alignment = Alignment::parse(value),
            "aspf" => self.spf_alignment = Alignment::parse(value),
            "psd" => {
                self.public_suffix = match value {
                    "y" | "Y" => PublicSuffix::Yes,
                    "n" | "N" => PublicSuffix::No,
                    _ => PublicSuffix::Undeclared,
                }
            }
            "t" => self.testing = value.eq_ignore_ascii_case("y"),
            "fo" => self.failure_options = FailureOptions::parse(value),
            "rua" => self.aggregate_reports = ReportUri::list(value),
            "ruf" => self.failure_reports = ReportUri::list(value),
            _ => {}
        }
    }

    /// Finds the one DMARC record among TXT records. Several count as none (RFC 9989 section 4.10).
    pub fn select(records: &Records) -> Option<Self> {
        let mut found = records.texts().filter_map(Self::parse);
        let record = found.next()?;
        found.next().is_none().then_some(record)
    }

    /// Whether the record states a policy, be it only for want of a better one: without a valid `p`, or with a
    /// malformed `sp` or `np`, it is `none` if aggregate reports are asked for, and DMARC does not apply otherwise
    /// (RFC 9989 section 4.10.1).
    pub fn stated_policy(&self) -> Option<Policy> {
        match self.policy {
            Some(policy) if !self.malformed_subdomain_policy => Some(policy),
            _ => (!self.aggregate_reports.is_empty()).then_some(Policy::None),
        }
    }

    /// The policy for a domain below that of the record.
    pub fn stated_policy_below(&self, exists: bool) -> Option<Policy> {
        let stated = self.stated_policy()?;
        if self.policy.is_none() || self.malformed_subdomain_policy {
            return Some(stated);
        }
        let subdomain = self.subdomain_policy.unwrap_or(stated);
        Some(if exists { subdomain } else { self.nonexistent_policy.unwrap_or(subdomain) })
    }
}

impl Alignment {
    fn parse(value: &str) -> Self {
        if value.eq_ignore_ascii_case("s") { Self::Strict } else { Self::Relaxed }
    }
}

impl FailureOptions {
    fn parse(value: &str) -> Self {
        let mut options = Self { all: false, ..Self::default() };
        for word in value.split(':').map(str::trim) {
            let option = match word {
                "0" => &mut options.all,
                "1" => &mut options.any,
                "d" | "D" => &mut options.dkim,
                "s" | "S" => &mut options.spf,
                _ => return Self::default(),
            };
            // Each at most once.
            if core::mem::replace(option, true) {
                return Self::default();
            }
        }
        if options.all && options.any { Self::default() } else { options }
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("v=DMARC1")?;
        let policies = [("p", self.policy), ("sp", self.subdomain_policy), ("np", self.nonexistent_policy)];
        for (name, policy) in policies {
            // A record without policy is written as one, not as the policy that it failed to state.
            if let Some(policy) = policy.filter(|_| !self.malformed_subdomain_policy) {
                write!(f, "; {name}={policy}")?;
            }
        }
        for (name, alignment) in [("adkim", self.dkim_alignment), ("aspf", self.spf_alignment)] {
            if alignment == Alignment::Strict {
                write!(f, "; {name}=s")?;
            }
        }
        match self.public_suffix {
            PublicSuffix::Yes => f.write_str("; psd=y")?,
            PublicSuffix::No => f.write_str("; psd=n")?,
            PublicSuffix::Undeclared => {}
        }
        if self.testing {
            f.write_str("; t=y")?;
        }
        if self.failure_options != FailureOptions::default() {
            let FailureOptions { any, dkim, spf, all } = self.failure_options;
            let words = [(all && !any, "0"), (any, "1"), (dkim, "d"), (spf, "s")];
            let mut separator = "; fo=";
            for (_, word) in words.into_iter().filter(|(wanted, _)| *wanted) {
                write!(f, "{separator}{word}")?;
                separator = ":";
            }
        }
        for (name, list) in [("rua", &self.aggregate_reports), ("ruf", &self.failure_reports)] {
            for (index, uri) in list.iter().enumerate() {
                if index == 0 {
                    write!(f, "; {name}={uri}")?;
                } else {
                    write!(f, ",{uri}")?;
                }
            }
        }
        Ok(())
    }
}

/// Where a domain that gets reports about another one, of another organizational domain, says that it wants them (RFC 9990
/// section 4): [`reports_are_permitted`] by the TXT records there, or they are not. A `rua` in them may name another place
/// at the same host.
///
/// # Errors
/// [`InvalidName`] if the name would be too long.
pub fn report_permission_name(policy_domain: &Name, destination: &Name) -> Result<Name, InvalidName> {
    destination.prefixed("_report._dmarc")?.prefixed(policy_domain.as_str())
}

/// Whether TXT records at a [`report_permission_name`] say that reports are wanted: at least one is a DMARC record, be it
/// without any tag but the version.
///
/// ```
/// use mail_auth_spf_dkim::dmarc::reports_are_permitted;
/// use mail_auth_spf_dkim::dns::Records;
///
/// assert!(reports_are_permitted(&Records::text("v=DMARC1;")));
/// assert!(!reports_are_permitted(&Records::text("v=spf1 -all")));
/// ```
pub fn reports_are_permitted(records: &Records) -> bool {
    records.texts().any(|text| Record::parse(text).is_some())
}
