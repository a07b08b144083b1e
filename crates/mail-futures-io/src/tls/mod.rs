//! TLS, by rustls with the ring provider.

mod client;
mod info;
mod server;

use std::io;

pub use client::TlsClient;
pub use server::TlsServer;

/// What rustls or a file in PEM has against it: the caller's mistake, since no peer is asked yet.
fn invalid(problem: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, problem)
}
