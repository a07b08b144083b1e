//! One receiver for everything: the connection's facts and the message go in, one [`Report`] comes out.
//!
//! A [`Receiver`] checks SPF for HELO and MAIL FROM, the reverse name of the client, the DKIM signatures and DMARC, with one
//! pool of questions in which each is asked once. The questions for SPF are there as soon as the [`Session`] is known,
//! those for DKIM and DMARC as soon as the header is: the DNS works while the body arrives.
//!
//! # Example: a message with a forged result
//!
//! ```
//! use mail_auth_spf_dkim::UnixTime;
//! use mail_auth_spf_dkim::authenticate::{Receiver, Session, Settings};
//! use mail_auth_spf_dkim::crypto::default_provider;
//! use mail_auth_spf_dkim::dmarc::Policy;
//! use mail_auth_spf_dkim::dns::{Name, Records, Zone};
//! use mail_auth_spf_dkim::spf::Client;
//! use mail_wire::Instant;
//!
//! let zone = Zone::new()
//!     .with(Name::parse("example.com").unwrap(), Records::text("v=spf1 ip4:192.0.2.0/24 -all"))
//!     .with(Name::parse("_dmarc.example.com").unwrap(), Records::text("v=DMARC1; p=reject"));
//! let message = b"Authentication-Results: mx.example.org; dmarc=pass\r\n\
//!                 From: Ann <ann@example.com>\r\n\r\nHello!\r\n";
//!
//! let now = Instant::EPOCH;
//! let client = Client::new("203.0.113.9".parse().unwrap(), "mail.example.com");
//! let date = UnixTime::new(1_778_000_000);
//! let session = Session::new(date, client, "ann@example.com", "mx.example.org").unwrap();
//! let mut receiver = Receiver::new(now, session, default_provider(), &Settings::default());
//! receiver.handle_input(now, message);
//! receiver.handle_eof(now);
//! while let Some(query) = receiver.poll_query() {
//!     receiver.handle_answer(now, query.id, zone.lookup(&query.name, query.record_type));
//! }
//!
//! let report = receiver.report().unwrap();
//! assert_eq!(report.dmarc.disposition, Policy::Reject);
//! assert_eq!(report.cut, [0..52]);
//! assert!(report.header.to_string().contains("spf=fail"));
//! ```

mod header;
mod pool;
mod receiver;
mod report;
mod session;

pub use receiver::Receiver;
pub use report::Report;
pub use session::{Session, Settings};
