//! SPF, DKIM, DMARC, ARC, Authentication-Results and their kin as machines that ask and are answered: no sockets, no
//! resolver, no clock.
//!
//! # The law
//!
//! 1. Ask what `poll_query` says, answer by `handle_answer`, look for the outcome.
//! 2. Answers may come in any order, late, twice or never; the outcome does not depend on the order.
//! 3. No method does I/O, reads a clock, or panics on what the DNS or a peer said.
//! 4. Every cost has a limit, and the limits of a machine are in one place.
//!
//! # A whole program
//!
//! It checks a message as a receiving host does, with a zone in memory for the DNS. With a resolver, the loop is the
//! same: questions that are there together may be resolved together.
//!
//! ```
//! use mail_auth_spf_dkim::UnixTime;
//! use mail_auth_spf_dkim::authenticate::{Receiver, Session, Settings};
//! use mail_auth_spf_dkim::authres::without;
//! use mail_auth_spf_dkim::crypto::default_provider;
//! use mail_auth_spf_dkim::dmarc::DmarcResult;
//! use mail_auth_spf_dkim::dns::{Name, Records, Zone};
//! use mail_auth_spf_dkim::spf::Client;
//! use mail_wire::Instant;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let zone = Zone::new()
//!     .with(Name::parse("example.com")?, Records::text("v=spf1 ip4:192.0.2.0/24 -all"))
//!     .with(Name::parse("_dmarc.example.com")?, Records::text("v=DMARC1; p=reject"));
//! let message = b"From: Ann <ann@example.com>\r\nSubject: Hello\r\n\r\nHello!\r\n";
//!
//! let now = Instant::EPOCH;
//! let client = Client::new("192.0.2.3".parse()?, "mail.example.com");
//! let session = Session::new(UnixTime::new(1_778_000_000), client, "ann@example.com", "mx.example.org")?;
//! let mut receiver = Receiver::new(now, session, default_provider(), &Settings::default());
//! receiver.handle_input(now, message);
//! receiver.handle_eof(now);
//! while let Some(query) = receiver.poll_query() {
//!     receiver.handle_answer(now, query.id, zone.lookup(&query.name, query.record_type));
//! }
//!
//! let report = receiver.report().expect("all is answered");
//! assert_eq!(report.dmarc.result, DmarcResult::Pass);
//! let mut delivered = report.header.to_string().into_bytes();
//! without(message, &report.cut).for_each(|piece| delivered.extend_from_slice(piece));
//! assert!(delivered.starts_with(b"Authentication-Results: mx.example.org;"));
//! # Ok(())
//! # }
//! ```
//!
//! # Example: why an SPF policy says what it says
//!
//! ```
//! use mail_auth_spf_dkim::dns::{Name, Records, Zone};
//! use mail_auth_spf_dkim::spf::{Client, Evaluation, Limits};
//! use mail_wire::Instant;
//!
//! let zone = Zone::new().with(Name::parse("example.com").unwrap(), Records::text("v=spf1 ip4:192.0.2.1 ~all"));
//! let mut limits = Limits::default();
//! limits.trace = true;
//! let client = Client::new("192.0.2.3".parse().unwrap(), "mail.example.com");
//! let mut evaluation = Evaluation::mail_from(Instant::EPOCH, &client, "ann@example.com", &limits);
//! while let Some(query) = evaluation.poll_query() {
//!     evaluation.handle_answer(Instant::EPOCH, query.id, zone.lookup(&query.name, query.record_type));
//! }
//! assert_eq!(
//!     evaluation.trace().to_string(),
//!     "TXT example.com: 1 found\n\
//!      example.com: v=spf1 ip4:192.0.2.1 ~all\n  ip4:192.0.2.1\n    does not match\n  ~all\n    matches\n",
//! );
//! ```
//!
//! # Example: policies that are kept
//!
//! A program that asks often keeps policies parsed, and answers with them.
//!
//! ```
//! use std::collections::HashMap;
//! use std::sync::Arc;
//!
//! use mail_auth_spf_dkim::dns::Name;
//! use mail_auth_spf_dkim::spf::{Client, Evaluation, Limits, NoPolicy, Record, SpfResult};
//! use mail_wire::Instant;
//!
//! let policy = Arc::new(Record::parse(b"v=spf1 ip4:192.0.2.0/24 -all").unwrap());
//! let kept = HashMap::from([(Name::parse("example.com").unwrap(), policy)]);
//!
//! let client = Client::new("192.0.2.3".parse().unwrap(), "mail.example.com");
//! let mut evaluation =
//!     Evaluation::mail_from(Instant::EPOCH, &client, "ann@example.com", &Limits::default());
//! while let Some(query) = evaluation.poll_query_ref() {
//!     let (id, policy) = (query.id, kept.get(&query.name).cloned());
//!     evaluation.handle_policy(Instant::EPOCH, id, policy.ok_or(NoPolicy::None));
//! }
//! assert_eq!(evaluation.outcome().unwrap().result, SpfResult::Pass);
//! ```
//!
//! # Example: a policy of one's own
//!
//! ```
//! use mail_auth_spf_dkim::dmarc::{Policy, Record as DmarcRecord};
//! use mail_auth_spf_dkim::spf::{Mechanism, Qualifier, Record};
//!
//! let spf = Record::builder()
//!     .directive(Qualifier::Pass, Mechanism::Include("_spf.example.net".parse().unwrap()))
//!     .directive(Qualifier::Fail, Mechanism::All)
//!     .build();
//! assert_eq!(spf.to_string(), "v=spf1 include:_spf.example.net -all");
//! assert_eq!(DmarcRecord::new(Policy::Reject).to_string(), "v=DMARC1; p=reject");
//! ```
//!
//! # What is where
//!
//! [`dns`] has the questions and answers that all machines share. [`spf`], [`dkim`], [`dmarc`] and [`iprev`] check, and
//! [`dkim`] signs; [`authres`] tells others what was found; [`authenticate`] ties them together. [`crypto`] has hashes,
//! keys and signatures, by a library of your choice. [`mta_sts`], [`tls_rpt`] and [`bimi`] read the records of those
//! protocols. With the feature `arc` there are chains of ARC, verified and sealed, with `reports` the reports of DMARC and
//! TLS; with `zone` a [`Zone`](dns::Zone) can be read from JSON. The feature `unstable-dkim2` brings a verifier of DKIM2 as
//! a draft has it, which no promise of stability covers.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

#[cfg(feature = "arc")]
pub mod arc;
pub mod authenticate;
pub mod authres;
pub mod bimi;
pub mod crypto;
pub mod dkim;
#[cfg(feature = "unstable-dkim2")]
pub mod dkim2;
pub mod dmarc;
pub mod dns;
mod https_uri;
pub mod iprev;
pub mod mta_sts;
mod quoting;
#[cfg(feature = "reports")]
pub mod report;
pub mod spf;
mod tag_list;
pub mod tls_rpt;
mod unix_time;

pub use unix_time::UnixTime;
