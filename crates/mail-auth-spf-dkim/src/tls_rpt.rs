//! TLSRPT: where a domain wants to read about TLS that failed on the way to it (RFC 8460).
//!
//! # Example: a record
//!
//! ```
//! use mail_auth_spf_dkim::tls_rpt::Record;
//!
//! let record = Record::parse(b"v=TLSRPTv1;rua=mailto:reports@example.com,https://example.com/v1").unwrap();
//! assert_eq!(record.destinations[0].mailbox(), Some("reports@example.com"));
//! assert_eq!(record.to_string(), "v=TLSRPTv1; rua=mailto:reports@example.com,https://example.com/v1");
//! ```

use alloc::vec::Vec;
use core::fmt;

use crate::dmarc::ReportUri;
use crate::dns::{InvalidName, Name, Records};
use crate::tag_list;

/// The TXT record at `_smtp._tls.DOMAIN`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// Where reports go: `mailto` and `https` URIs, at least one.
    pub destinations: Vec<ReportUri>,
}

impl Record {
    /// The name at which the record of `domain` is.
    ///
    /// # Errors
    /// [`InvalidName`] if the name would be too long.
    pub fn name(domain: &Name) -> Result<Name, InvalidName> {
        domain.prefixed("_smtp._tls")
    }

    /// Reads a record; `None` if it is none, or names no place that a report could go to.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let mut tags = tag_list::of(text, "v", "TLSRPTv1")?;
        let (_, list) = tags.find(|(name, _)| *name == "rua")?;
        let usable = |uri: &ReportUri| uri.mailbox().is_some() || uri.has_scheme("https");
        let destinations: Vec<_> =
            list.split(',').filter_map(|uri| ReportUri::new(uri.trim()).ok()).filter(usable).collect();
        (!destinations.is_empty()).then_some(Self { destinations })
    }

    /// Finds the one record among TXT records. Several count as none (RFC 8460 section 3).
    pub fn select(records: &Records) -> Option<Self> {
        let mut found = records.texts().filter(|text| tag_list::of(text, "v", "TLSRPTv1").is_some());
        let record = found.next()?;
        if found.next().is_some() { None } else { Self::parse(record) }
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("v=TLSRPTv1; rua=")?;
        for (index, uri) in self.destinations.iter().enumerate() {
            write!(f, "{}{uri}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}
