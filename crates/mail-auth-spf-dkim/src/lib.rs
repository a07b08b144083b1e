//! SPF, DKIM, DMARC, ARC and Authentication-Results as machines that ask and are answered.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

pub mod authenticate;
pub mod authres;
pub mod bimi;
pub mod dmarc;
pub mod dns;
pub mod iprev;
pub mod mta_sts;
#[cfg(feature = "reports")]
pub mod report;
pub mod spf;
mod tag_list;
pub mod tls_rpt;
