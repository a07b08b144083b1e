//! What the mail protocol machines share: the contract, time, buffers, lines and dots.
//!
//! Users of `smtp-proto` and `pop3-proto` meet [`Instant`], [`TlsInfo`] and the [`Machine`] trait here; authors of
//! drivers need little else. The rest is for authors of machines: a bounded [`InputBuffer`] with a strict line
//! splitter, an [`OutputQueue`], and the [`dot`] codec that SMTP and POP3 bodies travel in.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[cfg(feature = "std")]
mod clock;
pub mod dot;
mod input;
mod line;
mod machine;
mod output;
mod secret;
mod time;
mod tls;

#[cfg(feature = "std")]
pub use clock::Clock;
pub use input::InputBuffer;
pub use line::{Line, LineDefect, LineEnding};
pub use machine::Machine;
pub use output::OutputQueue;
pub use secret::Secret;
pub use time::Instant;
pub use tls::TlsInfo;
