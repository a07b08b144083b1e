//! Reports about mail that claims to be of a domain: DMARC aggregate reports (RFC 9990), failure reports (RFC 9991) and
//! TLS reports (RFC 8460), read and written.
//!
//! These are the reports themselves. Packing them (gzip), and the message around them, is for the program to do.
//!
//! # Example: an aggregate report, written and read
//!
//! ```
//! use mail_auth_spf_dkim::dmarc::Policy;
//! use mail_auth_spf_dkim::report::{AggregateReport, Row};
//!
//! let mut report = AggregateReport::default();
//! report.organization = "Example <Receiver>".into();
//! report.policy.domain = "example.com".into();
//! report.policy.policy = Some(Policy::Reject);
//! let mut row = Row::default();
//! row.count = 3;
//! row.header_from = "example.com".into();
//! report.rows.push(row);
//!
//! let xml = report.to_xml();
//! assert!(xml.contains("<org_name>Example &lt;Receiver&gt;</org_name>"));
//! assert_eq!(AggregateReport::from_xml(&xml).unwrap(), report);
//! ```

mod aggregate;
mod aggregate_xml;
mod failure;
mod tls;
mod xml;

pub use aggregate::{
    AggregateReport, DkimEvidence, InvalidAggregateReport, Override, PublishedPolicy, Row, SpfEvidence,
};
pub use failure::{FailureReport, InvalidFailureReport};
pub use tls::{InvalidTlsReport, TlsFailure, TlsPolicy, TlsReport};
pub use xml::InvalidXml;
