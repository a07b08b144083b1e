//! SPF: whether a host may use a domain's name (RFC 7208).
//!
//! An [`Evaluation`] checks one identity of a [`Client`]. It asks what it needs to know, is answered, and ends in an
//! [`Outcome`] with its [`Cause`]. [`Limits`] say what it may cost. A [`Record`] is a policy: read, tested for, or
//! written from its parts.
//!
//! # Example: may this host send for this domain?
//!
//! ```
//! use mail_auth_spf_dkim::dns::{Name, Records, Zone};
//! use mail_auth_spf_dkim::spf::{Client, Evaluation, Limits, SpfResult};
//! use mail_wire::Instant;
//!
//! let zone = Zone::new()
//!     .with(Name::parse("example.org").unwrap(), Records::text("v=spf1 mx include:_spf.example.net -all"))
//!     .with(Name::parse("_spf.example.net").unwrap(), Records::text("v=spf1 ip4:192.0.2.0/24 -all"));
//!
//! let client = Client::new("192.0.2.77".parse().unwrap(), "mail.example.net");
//! let mut evaluation = Evaluation::mail_from(Instant::EPOCH, &client, "ann@example.org", &Limits::default());
//! while let Some(query) = evaluation.poll_query() {
//!     let answer = zone.lookup(&query.name, query.record_type);
//!     evaluation.handle_answer(Instant::EPOCH, query.id, answer);
//! }
//! let outcome = evaluation.outcome().unwrap();
//! assert_eq!(outcome.result, SpfResult::Pass);
//! assert_eq!(outcome.cause.to_string(), "example.org: include:_spf.example.net");
//! ```

mod address;
mod client;
mod evaluation;
mod expand;
mod limits;
mod macro_string;
mod outcome;
mod parse;
mod received_spf;
mod record;
mod syntax_error;
mod trace;

pub use client::{Client, Identity};
pub use evaluation::Evaluation;
pub use limits::Limits;
pub use macro_string::{DomainSpec, MacroString};
pub use outcome::{Cause, Outcome, SpfResult};
pub use received_spf::ReceivedSpf;
pub use record::{Directive, Mechanism, Modifier, PrefixLengths, Qualifier, Record, RecordBuilder};
pub use syntax_error::{NoPolicy, SyntaxError, SyntaxFault};
pub use trace::{Step, StepEvent, Trace};
