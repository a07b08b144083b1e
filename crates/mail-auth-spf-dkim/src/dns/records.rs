use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Name;

/// The types of record that mail authentication asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RecordType {
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
    /// Mail exchangers.
    Mx,
    /// The names of an address, asked under `in-addr.arpa` or `ip6.arpa`.
    Ptr,
    /// Texts: policies and keys.
    Txt,
}

impl RecordType {
    /// The type's mnemonic, in capitals.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Mx => "MX",
            Self::Ptr => "PTR",
            Self::Txt => "TXT",
        }
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The records of one name and type.
///
/// An empty list means the same as [`DnsError::NoData`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Records {
    /// The answer to [`RecordType::A`].
    A(Vec<Ipv4Addr>),
    /// The answer to [`RecordType::Aaaa`].
    Aaaa(Vec<Ipv6Addr>),
    /// The answer to [`RecordType::Mx`].
    Mx(Vec<MailExchange>),
    /// The answer to [`RecordType::Ptr`].
    Ptr(Vec<Name>),
    /// The answer to [`RecordType::Txt`]: each record with its character-strings joined, nothing between them. The
    /// octets are the DNS's own, not necessarily UTF-8.
    Txt(Vec<Vec<u8>>),
}

/// A mail exchanger of a domain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MailExchange {
    /// Lower is preferred.
    pub preference: u16,
    /// The host; the root says that the domain takes no mail.
    pub exchange: Name,
}

impl Records {
    /// A single TXT record.
    pub fn text(record: impl Into<Vec<u8>>) -> Self {
        Self::Txt(vec![record.into()])
    }

    /// A single address record, A or AAAA as the address is.
    pub fn address(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::A(vec![address]),
            IpAddr::V6(address) => Self::Aaaa(vec![address]),
        }
    }

    /// Which question these records answer.
    pub const fn record_type(&self) -> RecordType {
        match self {
            Self::A(_) => RecordType::A,
            Self::Aaaa(_) => RecordType::Aaaa,
            Self::Mx(_) => RecordType::Mx,
            Self::Ptr(_) => RecordType::Ptr,
            Self::Txt(_) => RecordType::Txt,
        }
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        match self {
            Self::A(list) => list.len(),
            Self::Aaaa(list) => list.len(),
            Self::Mx(list) => list.len(),
            Self::Ptr(list) => list.len(),
            Self::Txt(list) => list.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The texts of TXT records; none of any other type.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &[u8]> + Clone {
        let list: &[Vec<u8>] = match self {
            Self::Txt(list) => list,
            _ => &[],
        };
        list.iter().map(Vec::as_slice)
    }
}

impl From<&str> for Records {
    /// A single TXT record.
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Records {
    /// A single TXT record.
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

/// What came back for a question. It is borrowed, so that an answer from a cache, or one that several machines wait
/// for, is copied by nobody.
pub type Answer<'a> = Result<&'a Records, DnsError>;

/// Why there are no records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum DnsError {
    /// The name does not exist (RCODE 3), and nothing below it does.
    #[error("the name does not exist")]
    NxDomain,
    /// The name exists, but has no record of this type (RCODE 0, no answer).
    #[error("the name has no such record")]
    NoData,
    /// The answer could not be had now: a timeout, SERVFAIL, any other RCODE, a bogus signature. Asking later may
    /// give another result.
    #[error("the DNS could not be asked")]
    Temporary,
}

impl DnsError {
    /// Whether the DNS has said that there is no such record: a void lookup in the sense of RFC 7208 section 4.6.4.
    pub const fn is_void(self) -> bool {
        matches!(self, Self::NxDomain | Self::NoData)
    }
}
