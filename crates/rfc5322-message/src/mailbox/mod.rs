//! Messages in files: mbox and Maildir. Needs the feature `std`.

pub mod maildir;
pub mod mbox;
