//! Questions to the DNS and their answers: how every machine of this crate learns what a domain publishes.
//!
//! A machine never resolves anything. Its `poll_query` hands out a [`Query`]; the program asks its resolver and gives
//! what came back to `handle_answer`, together with the [`QueryId`]. Several questions may be out at once, and their
//! answers may arrive in any order. An answer that comes twice, or to a question that was never asked, changes
//! nothing. A question that will never be answered is closed with [`DnsError::Temporary`].
//!
//! A driver that serves any of the machines is written against the trait [`Asks`]; the crate `mail-tokio` has one.
//!
//! A [`Zone`] answers from memory, for tests and for work without a network.
//!
//! # Example: a resolver of one record
//!
//! ```
//! use mail_auth_spf_dkim::dns::{DnsError, Name, RecordType, Records, Zone};
//!
//! let example = Name::parse("Example.COM").unwrap();
//! let zone = Zone::new().with(example.clone(), Records::text("v=spf1 -all"));
//!
//! assert_eq!(zone.lookup(&example, RecordType::Txt), Ok(&Records::text("v=spf1 -all")));
//! assert_eq!(zone.lookup(&example, RecordType::Mx), Err(DnsError::NoData));
//! let other = Name::parse("other.example").unwrap();
//! assert_eq!(zone.lookup(&other, RecordType::A), Err(DnsError::NxDomain));
//! ```

mod asks;
mod name;
mod punycode;
mod query;
mod records;
mod u_label;
mod zone;
#[cfg(feature = "zone")]
mod zone_json;

pub use asks::Asks;
pub use name::{InvalidName, Name};
pub use query::{Query, QueryId};
pub use records::{Answer, DnsError, MailExchange, RecordType, Records};
pub use zone::Zone;
#[cfg(feature = "zone")]
pub use zone_json::InvalidZone;
