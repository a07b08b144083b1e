//! What the programs share: how they speak to a person and to a script.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod blind_copies;
pub mod certificate;
pub mod connection;
pub mod delivery;
pub mod key;
pub mod message;
pub mod password;
pub mod path;
pub mod private;
pub mod resolver;
pub mod terminal;

/// The README's program compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
