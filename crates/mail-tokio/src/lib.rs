//! The mail protocol machines on tokio.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod driver;
mod io;
pub mod pop3;
mod runtime;
pub mod smtp;

pub use driver::{Driver, drive};
pub use io::Io;
pub use mail_futures_io::{BoxedStream, Security};
#[cfg(feature = "rustls")]
pub use mail_futures_io::{TlsClient, TlsServer};
pub use runtime::{Tokio, TokioTimer};
