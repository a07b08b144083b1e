//! Reports about mail that claims to be of a domain: DMARC aggregate reports (RFC 9990), failure reports (RFC 9991) and
//! TLS reports (RFC 8460), read and written.
//!
//! These are the reports themselves. Packing them (gzip) is for the program to do, and the message around them for
//! `rfc5322-message`.
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
//!
//! # Example: a failure report as a message, and back
//!
//! `rfc5322-message` builds the message around it (RFC 6522), and finds it in one.
//!
//! ```
//! use mail_auth_spf_dkim::report::FailureReport;
//! use rfc5322_message::Message;
//! use rfc5322_message::build::{MessageBuilder, Options, Part};
//! use rfc5322_message::report::{ReportKind, Returned};
//! use rfc5322_message::value::{AddrSpec, DateTime, Zone};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let failed = b"From: Ann <ann@example.com>\r\nSubject: Hello\r\n\r\nHello!\r\n";
//! let mut report = FailureReport::new("auth-failure", "Example/1.0");
//! report.push("Auth-Failure", "dmarc")?;
//! report.push("Identity-Alignment", "dkim, spf")?;
//! report.push("Reported-Domain", "example.com")?;
//!
//! let explanation = Part::text("A message that claims to be of example.com is not.");
//! let part = Part::bytes("message/feedback-report", report.to_string().into_bytes());
//! let parts = Part::multipart("report", [explanation, part, Part::message(failed)]);
//! let message = MessageBuilder::new()
//!     .date(DateTime::from_unix(1_778_000_000, Zone::Unknown)?)
//!     .from(["postmaster@example.org".parse::<AddrSpec>()?])
//!     .to(["dmarc@example.com".parse::<AddrSpec>()?])
//!     .reverse_path(AddrSpec::null())
//!     .subject("DMARC failure")
//!     .body(parts.parameter("report-type", "feedback-report"))
//!     .finish(&Options::new([7; 16]))?
//!     .to_vec()?;
//!
//! let message = Message::parse(&message);
//! let (kind, part) = ReportKind::find(&message).expect("there is a report");
//! assert_eq!(kind, ReportKind::Feedback);
//! assert_eq!(FailureReport::parse(&part.decoded().bytes)?, report);
//! assert!(matches!(Returned::find(&message), Some(Returned::Message(_))));
//! # Ok(())
//! # }
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
