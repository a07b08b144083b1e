//! SMTP, submission and LMTP as pure state machines: client and server.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

pub mod capabilities;
pub mod reply;
