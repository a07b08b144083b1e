//! TLSRPT: where a domain wants to read about TLS that failed on the way to it (RFC 8460).
//!
//! # Example: a record
//!
//! ```
//! use mail_auth_spf_dkim::tls_rpt::Record;
//!
//! let record = Record::parse(b"v=TLSRPTv1;rua=mailto:reports@example.com,https://example.com/v1").unwrap();
//! assert_eq!(record.destinations()[0].mailbox(), Some("reports@example.com"));
//! assert_eq!(record.to_string(), "v=TLSRPTv1; rua=mailto:reports@example.com,https://example.com/v1");
//! ```

use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;

use crate::dmarc::ReportUri;
use crate::dns::{InvalidName, Name, Records};
use crate::{https_uri, tag_list};

/// What records begin with.
const VERSION: &str = "v=TLSRPTv1";

/// The TXT record at `_smtp._tls.DOMAIN`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    destinations: Vec<ReportUri>,
}

/// A list is none of places that reports could go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("reports go to at least one mailto or https URI, and not to more than a record can hold")]
pub struct InvalidDestinations;

impl Record {
    /// A record that sends reports to these places.
    ///
    /// # Errors
    /// [`InvalidDestinations`] if there is none, if one is no `mailto` URI with an address or `https` URI with a host,
    /// or if the record would be too long to be read.
    pub fn new(destinations: Vec<ReportUri>) -> Result<Self, InvalidDestinations> {
        let usable = !destinations.is_empty() && destinations.iter().all(is_usable);
        let record = Self { destinations };
        if usable && record.to_string().len() <= tag_list::LONGEST { Ok(record) } else { Err(InvalidDestinations) }
    }

    /// Where reports go: `mailto` and `https` URIs, at least one.
    pub fn destinations(&self) -> &[ReportUri] {
        &self.destinations
    }

    /// The name at which the record of `domain` is.
    ///
    /// # Errors
    /// [`InvalidName`] if the name would be too long.
    pub fn name(domain: &Name) -> Result<Name, InvalidName> {
        domain.prefixed("_smtp._tls")
    }

    /// Reads a record; `None` if it is none, malformed, or names no place that a report could go to.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let fields = tag_list::fields(text, VERSION)?;
        let (_, list) = fields.iter().find(|(name, _)| *name == "rua")?;
        let uris = list.split(',').filter_map(|uri| ReportUri::new(uri.trim()).ok());
        Self::new(uris.filter(is_usable).collect()).ok()
    }

    /// Finds the one record among TXT records. Several count as none (RFC 8460 section 3).
    pub fn select(records: &Records) -> Option<Self> {
        let mut found = records.texts().filter(|text| tag_list::has_version(text, VERSION));
        let record = found.next()?;
        if found.next().is_some() { None } else { Self::parse(record) }
    }
}

fn is_usable(uri: &ReportUri) -> bool {
    uri.mailbox().is_some() || https_uri::has_host(uri.as_str())
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VERSION}; rua=")?;
        for (index, uri) in self.destinations.iter().enumerate() {
            write!(f, "{}{uri}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}
