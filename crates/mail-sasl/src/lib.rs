//! SASL mechanisms without I/O, both roles (RFC 4422).
//!
//! The mail protocols carry SASL exchanges and know no mechanism: their machines hand over the decoded bytes of
//! each challenge and response and take the next ones. This crate is what stands behind that. It reads and writes
//! raw bytes; base64, line lengths and cancelling with `*` are the protocol's business.
//!
//! The law:
//!
//! 1. A client mechanism turns challenges into responses; a server mechanism turns responses into challenges.
//! 2. A server mechanism never decides: it ends in [`Credentials`] that the application checks in its own time,
//!    perhaps by asking a database.
//! 3. Nothing here does I/O, reads a clock, or panics on what a peer sent.
//! 4. A secret is overwritten when it is dropped, and never shown by `Debug`.
//!
//! | mechanism | is in | specified by |
//! |---|---|---|
//! | PLAIN | [`plain`] | RFC 4616 |
//! | LOGIN | [`login`] | nothing but a draft that expired, and habit |
//!
//! A mechanism of your own needs only [`ClientMechanism`] or [`ServerMechanism`].
//!
//! # Example: a whole authentication, both ends
//!
//! ```
//! use mail_sasl::{Credentials, Mechanism, Offer, ServerStep};
//!
//! // The client chooses among what the server names. There is TLS, so a password may travel.
//! let mechanism = Offer::new(["CRAM-MD5", "PLAIN", "LOGIN"]).over_tls(true).choose()?;
//! assert_eq!(mechanism, Mechanism::Plain);
//! let credentials = Credentials::new("ann", "correct horse")?;
//! let mut client = mechanism.client(credentials)?;
//!
//! // Its first message may go with the command; an SMTP or POP3 client sees to that.
//! let response = client.initial_response();
//!
//! // The server finds the mechanism by its name and gives it what came.
//! let mut server = Mechanism::from_name("plain").expect("we offered it").server();
//! match server.step(response.as_deref())? {
//!     ServerStep::Verify(credentials) => {
//!         assert_eq!(credentials.authentication_id(), "ann");
//!         assert!(credentials.password().is("correct horse"));
//!     }
//!     other => panic!("PLAIN is done after one message, not {other:?}"),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Example: a mechanism that asks
//!
//! ```
//! use mail_sasl::{Credentials, Mechanism, ServerStep};
//!
//! let mut server = Mechanism::Login.server();
//! let mut client = Mechanism::Login.client(Credentials::new("ann", "correct horse")?)?;
//!
//! let mut response = client.initial_response();
//! let credentials = loop {
//!     match server.step(response.as_deref())? {
//!         ServerStep::Challenge(challenge) => response = Some(client.step(&challenge)?),
//!         ServerStep::Verify(credentials) => break credentials,
//!         _ => unreachable!("LOGIN has no other steps"),
//!     }
//! };
//! assert_eq!(credentials.authentication_id(), "ann");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Example: no password without TLS
//!
//! ```
//! use mail_sasl::{NoMechanism, Offer};
//!
//! let refused = Offer::new(["PLAIN", "LOGIN"]).over_tls(false).choose();
//! assert_eq!(refused, Err(NoMechanism::NeedsTls));
//! ```
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

mod choice;
mod client;
mod credentials;
mod mechanism;
mod prepare;
mod secret;
mod server;

pub use choice::{NoMechanism, Offer};
pub use client::{ClientError, ClientMechanism};
pub use credentials::{Credentials, InvalidCredentials};
pub use mechanism::{Mechanism, Unsupported, login, plain};
pub use secret::{Password, Response};
pub use server::{ServerError, ServerMechanism, ServerStep};
