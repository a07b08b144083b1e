//! POP3 as pure state machines: client and server.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

pub mod client;
pub mod server;
mod syntax;

pub use syntax::*;
