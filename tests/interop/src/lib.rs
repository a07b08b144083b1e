//! What the interop suite needs: a place to work in, programs to run, and peers that it starts and stops itself.
//!
//! Everything happens on loopback, in folders of its own, with configurations written here. A case whose program is
//! not installed prints why it is skipped and passes; with `INTEROP_REQUIRED` set, as in `.ci/run`, it fails.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod dkim;
mod office;
pub mod peers;
mod place;
mod program;

pub use office::{Office, example};
pub use place::{Place, free_port, wait_for_port};
pub use program::{Run, have, run, run_with_input};

/// The user that every peer has, and that has the address `alice@interop.test` there.
pub const USER: &str = "alice";
/// The user's password.
pub const PASSWORD: &str = "correct horse";

/// A message with what goes wrong most easily: a line that is a dot, lines that begin with one, text that is not
/// ASCII, an empty line at the end.
pub const MESSAGE: &str = "From: Sender <sender@client.test>\r\nTo: alice@interop.test\r\nSubject: interop\r\n\
     Date: Mon, 23 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@client.test>\r\nMIME-Version: 1.0\r\n\
     Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\
     \r\n.\r\n..\r\n.begins with a dot\r\nGr\u{fc}\u{df}e \u{2014} 8-bit text\r\n\r\nthe end\r\n\r\n";

/// The body of [`MESSAGE`], which must arrive octet for octet whatever fields a server adds.
pub fn body_of(message: &[u8]) -> &[u8] {
    let at = message.windows(4).position(|octets| octets == b"\r\n\r\n");
    at.map_or(&[], |at| &message[at + 4..])
}
