//! SMTP, submission and LMTP as pure state machines: client and server.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

pub mod capabilities;
pub mod client;
mod command;
mod domain;
mod mailbox;
mod parameters;
mod path;
pub mod reply;
pub mod server;
mod syntax;
pub mod xtext;

pub use command::{Argument, Command, InitialResponse, Mechanism};
pub use domain::{AddressLiteral, Domain, Host};
pub use mailbox::Mailbox;
pub use parameters::{Body, Parameter, Parameters};
pub use path::{ForwardPath, ReversePath};
pub use syntax::SyntaxError;
