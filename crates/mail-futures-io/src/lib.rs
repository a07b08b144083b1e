//! The mail protocol machines on futures-io: async-std, smol, and any other runtime.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

#[cfg(feature = "async-io")]
mod async_io;
mod driver;
pub mod pop3;
mod runtime;
mod security;
pub mod smtp;
#[cfg(feature = "rustls")]
mod tls;

#[cfg(feature = "async-io")]
pub use self::async_io::{AsyncIo, AsyncIoTimer, drive};
pub use driver::Driver;
pub use pop3::Pop3Client;
pub use runtime::{BoxedStream, Runtime, Stream, Timer};
pub use security::Security;
pub use smtp::SmtpClient;
#[cfg(feature = "rustls")]
pub use tls::{TlsClient, TlsServer};
