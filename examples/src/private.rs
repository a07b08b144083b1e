//! Files and folders that nobody but their owner can read: mail is private.

use std::fs::{DirBuilder, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::Path;

/// Something nobody guesses, made of the system's randomness.
pub fn random_word() -> String {
    format!("{:016x}", RandomState::new().hash_one(std::process::id()))
}

/// How such a file is opened; what it is opened for, and whether it may be there, is still to be said.
pub fn options() -> OpenOptions {
    #[cfg_attr(not(unix), expect(unused_mut))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a folder, and those above it, if they are not there.
///
/// # Errors
///
/// When one of them cannot be made.
pub fn create_folder(path: impl AsRef<Path>) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
