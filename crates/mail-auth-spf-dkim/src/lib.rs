//! SPF, DKIM, DMARC, ARC and Authentication-Results as machines that ask and are answered.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

pub mod dns;
pub mod spf;
