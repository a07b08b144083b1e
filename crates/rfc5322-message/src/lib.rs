//! Internet messages and MIME: parse anything, edit in place, build it right.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod build;
pub mod encode;
pub mod fields;
pub mod value;
