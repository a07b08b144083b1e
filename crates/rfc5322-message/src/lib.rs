//! Internet messages and MIME: parse anything, edit in place, build it right.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod build;
pub mod charset;
pub mod codec;
pub mod content;
pub mod edit;
pub mod encode;
pub mod fields;
pub mod jmap;
#[cfg(feature = "std")]
pub mod mailbox;
mod message;
pub mod push;
pub mod report;
mod structure;
mod syntax;
pub mod value;

pub use content::ContentType;
pub use message::{Decoded, Field, Message, Parser, Part, Parts};
pub use structure::{Defect, DefectKind, Duplicates, Limits};
pub use syntax::{
    address::Mailboxes,
    list::{ListId, ListUrls},
    message_id::MessageIds,
    received::Received,
};
