use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{DomainSpec, MacroString};

/// An SPF policy: what a domain says about the hosts that may use its name (RFC 7208 section 4.5 and following).
///
/// ```
/// use mail_auth_spf_dkim::spf::{Mechanism, Record};
///
/// let record = Record::parse(b"v=spf1 mx ip4:192.0.2.0/24 include:_spf.example.net -all").unwrap();
/// assert_eq!(record.directives().len(), 4);
/// assert_eq!(record.to_string(), "v=spf1 mx ip4:192.0.2.0/24 include:_spf.example.net -all");
///
/// let error = Record::parse(b"v=spf1 mx ipv4:192.0.2.0/24 -all").unwrap_err();
/// assert_eq!(error.to_string(), "at octet 10: there is no such mechanism");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub(super) directives: Box<[Directive]>,
    pub(super) redirect: Option<DomainSpec>,
    pub(super) explanation: Option<DomainSpec>,
    pub(super) unknown: Box<[Modifier]>,
}

/// A mechanism and what it means if it matches.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Directive {
    /// The result if the mechanism matches.
    pub qualifier: Qualifier,
    /// The test.
    pub mechanism: Mechanism,
}

/// What a match means (RFC 7208 section 4.6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Qualifier {
    /// `+`, which need not be written: the host is allowed.
    #[default]
    Pass,
    /// `-`: it is not.
    Fail,
    /// `~`: it is probably not.
    SoftFail,
    /// `?`: the domain says nothing.
    Neutral,
}

/// The tests of RFC 7208 section 5.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Mechanism {
    /// Always matches.
    All,
    /// Matches if the policy of another domain passes.
    Include(DomainSpec),
    /// Matches if the client is among the addresses of a name.
    A {
        /// The name; the current domain if absent.
        domain: Option<DomainSpec>,
        /// How much of the address must agree.
        prefix: PrefixLengths,
    },
    /// Matches if the client is among the addresses of a domain's mail exchangers.
    Mx {
        /// The domain; the current one if absent.
        domain: Option<DomainSpec>,
        /// How much of the address must agree.
        prefix: PrefixLengths,
    },
    /// Matches if the client's validated name lies in a domain. RFC 7208 says not to publish it.
    Ptr(Option<DomainSpec>),
    /// Matches the clients of an IPv4 network.
    Ip4 {
        /// An address of the network.
        address: Ipv4Addr,
        /// How many of its bits count, at most 32.
        prefix_length: u8,
    },
    /// Matches the clients of an IPv6 network.
    Ip6 {
        /// An address of the network.
        address: Ipv6Addr,
        /// How many of its bits count, at most 128.
        prefix_length: u8,
    },
    /// Matches if a name has an IPv4 address, whichever.
    Exists(DomainSpec),
}

/// How many leading bits of an address must agree, by the family of the client's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PrefixLengths {
    /// For IPv4, at most 32.
    pub ip4: u8,
    /// For IPv6, at most 128.
    pub ip6: u8,
}

/// A modifier that RFC 7208 does not define; it has no effect.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Modifier {
    /// The name, as written.
    pub name: Box<str>,
    /// The value.
    pub value: MacroString,
}

impl Record {
    /// Starts a record that is written from its parts.
    pub fn builder() -> RecordBuilder {
        RecordBuilder::default()
    }

    /// The directives, in the order in which they are tested.
    pub fn directives(&self) -> &[Directive] {
        &self.directives
    }

    /// Where to look if no directive matches.
    pub const fn redirect(&self) -> Option<&DomainSpec> {
        self.redirect.as_ref()
    }

    /// Where the explanation of a fail is published.
    pub const fn explanation(&self) -> Option<&DomainSpec> {
        self.explanation.as_ref()
    }

    /// The modifiers that have no meaning here.
    pub fn unknown_modifiers(&self) -> &[Modifier] {
        &self.unknown
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("v=spf1")?;
        for directive in &self.directives {
            write!(f, " {directive}")?;
        }
        if let Some(redirect) = &self.redirect {
            write!(f, " redirect={redirect}")?;
        }
        if let Some(explanation) = &self.explanation {
            write!(f, " exp={explanation}")?;
        }
        for modifier in &self.unknown {
            write!(f, " {}={}", modifier.name, modifier.value)?;
        }
        Ok(())
    }
}

impl fmt::Display for Directive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.qualifier {
            Qualifier::Pass => "",
            Qualifier::Fail => "-",
            Qualifier::SoftFail => "~",
            Qualifier::Neutral => "?",
        })?;
        self.mechanism.fmt(f)
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, domain, prefix) = match self {
            Self::All => ("all", None, PrefixLengths::HOST),
            Self::Include(domain) => ("include", Some(domain), PrefixLengths::HOST),
            Self::A { domain, prefix } => ("a", domain.as_ref(), *prefix),
            Self::Mx { domain, prefix } => ("mx", domain.as_ref(), *prefix),
            Self::Ptr(domain) => ("ptr", domain.as_ref(), PrefixLengths::HOST),
            Self::Exists(domain) => ("exists", Some(domain), PrefixLengths::HOST),
            Self::Ip4 { address, prefix_length: 32 } => return write!(f, "ip4:{address}"),
            Self::Ip4 { address, prefix_length } => return write!(f, "ip4:{address}/{prefix_length}"),
            Self::Ip6 { address, prefix_length: 128 } => return write!(f, "ip6:{address}"),
            Self::Ip6 { address, prefix_length } => return write!(f, "ip6:{address}/{prefix_length}"),
        };
        f.write_str(word)?;
        if let Some(domain) = domain {
            write!(f, ":{domain}")?;
        }
        if prefix.ip4 != 32 {
            write!(f, "/{}", prefix.ip4)?;
        }
        if prefix.ip6 != 128 {
            write!(f, "//{}", prefix.ip6)?;
        }
        Ok(())
    }
}

impl PrefixLengths {
    /// The whole address must agree.
    pub const HOST: Self = Self { ip4: 32, ip6: 128 };

    /// Whether `address` lies in the network of `client`.
    pub(super) fn agree(self, client: IpAddr, address: IpAddr) -> bool {
        match (client, address) {
            (IpAddr::V4(client), IpAddr::V4(address)) => ip4_agree(client, address, self.ip4),
            (IpAddr::V6(client), IpAddr::V6(address)) => ip6_agree(client, address, self.ip6),
            _ => false,
        }
    }
}

impl Default for PrefixLengths {
    fn default() -> Self {
        Self::HOST
    }
}

#[inline]
pub(super) fn ip4_agree(one: Ipv4Addr, other: Ipv4Addr, bits: u8) -> bool {
    // Shifted up by so many bits, those that count are the upper half of a word of twice the size.
    u64::from(one.to_bits() ^ other.to_bits()).wrapping_shl(bits.into()) >> 32 == 0
}

#[inline]
pub(super) fn ip6_agree(one: Ipv6Addr, other: Ipv6Addr, bits: u8) -> bool {
    let rest = 128 - u32::from(bits.min(128));
    (one.to_bits() ^ other.to_bits()).checked_shr(rest).unwrap_or(0) == 0
}

/// Writes an SPF record from its parts, so that what is published parses.
///
/// ```
/// use mail_auth_spf_dkim::spf::{Mechanism, PrefixLengths, Qualifier, Record};
///
/// let record = Record::builder()
///     .directive(Qualifier::Pass, Mechanism::Mx { domain: None, prefix: PrefixLengths::HOST })
///     .directive(Qualifier::Pass, Mechanism::Include("_spf.example.net".parse().unwrap()))
///     .directive(Qualifier::Fail, Mechanism::All)
///     .explanation("why.%{d}.example.org".parse().unwrap())
///     .build();
/// assert_eq!(record.to_string(), "v=spf1 mx include:_spf.example.net -all exp=why.%{d}.example.org");
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct RecordBuilder {
    directives: Vec<Directive>,
    redirect: Option<DomainSpec>,
    explanation: Option<DomainSpec>,
}

impl RecordBuilder {
    /// Adds a directive behind those that are there. Prefix lengths beyond the address are cut to its length.
    pub fn directive(mut self, qualifier: Qualifier, mut mechanism: Mechanism) -> Self {
        match &mut mechanism {
            Mechanism::A { prefix, .. } | Mechanism::Mx { prefix, .. } => {
                *prefix = PrefixLengths { ip4: prefix.ip4.min(32), ip6: prefix.ip6.min(128) };
            }
            Mechanism::Ip4 { prefix_length, .. } => *prefix_length = (*prefix_length).min(32),
            Mechanism::Ip6 { prefix_length, .. } => *prefix_length = (*prefix_length).min(128),
            _ => {}
        }
        self.directives.push(Directive { qualifier, mechanism });
        self
    }

    /// Sets where to look if no directive matches.
    pub fn redirect(mut self, domain: DomainSpec) -> Self {
        self.redirect = Some(domain);
        self
    }

    /// Sets where the explanation of a fail is published.
    pub fn explanation(mut self, domain: DomainSpec) -> Self {
        self.explanation = Some(domain);
        self
    }

    /// The record.
    pub fn build(self) -> Record {
        Record {
            directives: self.directives.into_boxed_slice(),
            redirect: self.redirect,
            explanation: self.explanation,
            unknown: Box::default(),
        }
    }
}
