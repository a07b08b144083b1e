//! DMARC: whether the domain that a reader sees stands behind a message, and what it wants done if not (RFC 9989).
//!
//! [`Authors`] are the domains of `From`. An [`Evaluation`] looks for their policy by the DNS tree walk, is told what
//! SPF and DKIM have [authenticated](Identifiers), and ends in an [`Outcome`]. No list of public suffixes is needed.
//!
//! # Example: a message that its author's domain signed
//!
//! ```
//! use mail_auth_spf_dkim::dmarc::{Authors, DmarcResult, Evaluation, Identifiers, Limits, Policy};
//! use mail_auth_spf_dkim::dns::{Name, Records, Zone};
//! use mail_wire::Instant;
//!
//! let zone = Zone::new().with(
//!     Name::parse("_dmarc.example.com").unwrap(),
//!     Records::text("v=DMARC1; p=reject; rua=mailto:dmarc@example.com"),
//! );
//! let authors = Authors::of_fields(["Ann <ann@news.example.com>"]);
//! let mut evaluation = Evaluation::new(Instant::EPOCH, authors, &Limits::default());
//! let identifiers = Identifiers::default().with_dkim(Name::parse("example.com").unwrap());
//! evaluation.handle_identifiers(Instant::EPOCH, identifiers);
//! while let Some(query) = evaluation.poll_query() {
//!     evaluation.handle_answer(Instant::EPOCH, query.id, zone.lookup(&query.name, query.record_type));
//! }
//! let outcome = evaluation.outcome().unwrap();
//! assert_eq!(outcome.result, DmarcResult::Pass);
//! assert_eq!(outcome.policy, Some(Policy::Reject));
//! ```

mod authors;
mod evaluation;
mod outcome;
mod record;
mod tree;

pub use authors::Authors;
pub use evaluation::{Evaluation, Identifier, Identifiers, Limits};
pub use outcome::{DmarcResult, Outcome, Reason};
pub use record::{
    Alignment, FailureOptions, InvalidUri, Policy, PublicSuffix, Record, ReportUri, report_permission_name,
    reports_are_permitted,
};
