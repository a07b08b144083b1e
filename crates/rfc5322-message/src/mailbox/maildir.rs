//! Maildir: a folder with `new`, `cur` and `tmp`, a file for each message.

extern crate std;

use alloc::{format, string::String, vec::Vec};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A Maildir.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maildir {
    path: PathBuf,
}

/// One message of a Maildir.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Its file.
    pub path: PathBuf,
    /// True if it is in `new`: no reader has seen it.
    pub is_new: bool,
    /// The letters after `:2,`: `S` seen, `R` replied, `T` trashed, `D` draft, `F` flagged, `P` passed.
    pub flags: String,
}

impl Entry {
    /// The message, to be read by pieces.
    ///
    /// # Errors
    /// What opening the file says.
    pub fn open(&self) -> io::Result<fs::File> {
        fs::File::open(&self.path)
    }

    /// The bytes of the message.
    ///
    /// # Errors
    /// What reading the file says.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        fs::read(&self.path)
    }
}

impl Maildir {
    /// A Maildir that is there.
    #[must_use]
    pub fn open(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// A Maildir whose three folders are made if they are not there; on Unix, for their owner alone.
    ///
    /// # Errors
    /// What making a folder says.
    pub fn create(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        for folder in ["tmp", "new", "cur"] {
            builder.create(path.join(folder))?;
        }
        Ok(Self { path })
    }

    /// The messages, those in `new` first, each folder in the order of file names.
    ///
    /// # Errors
    /// What listing a folder says.
    pub fn entries(&self) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for (folder, is_new) in [("new", true), ("cur", false)] {
            let first = entries.len();
            for file in fs::read_dir(self.path.join(folder))? {
                let path = file?.path();
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                if name.starts_with('.') {
                    continue;
                }
                let flags = String::from(name.rsplit_once(":2,").map_or("", |(_, flags)| flags));
                entries.push(Entry { path, is_new, flags });
            }
            if let Some(added) = entries.get_mut(first..) {
                added.sort_by(|a, b| a.path.cmp(&b.path));
            }
        }
        Ok(entries)
    }

    /// Delivers a message: written to `tmp`, then moved to `new`, so that no reader sees a part of it.
    ///
    /// `unique` is the name of the file and the caller's to make: time, process and counter, or something random. On Unix
    /// the file can be read by its owner alone.
    ///
    /// # Errors
    /// `InvalidInput` for a name with a slash, a colon or a leading dot; `AlreadyExists`; what writing says.
    pub fn deliver(&self, unique: &str, message: &[u8]) -> io::Result<PathBuf> {
        self.deliver_from(unique, message)
    }

    /// As [`deliver`](Self::deliver), with a message that is read as it is written, and never held.
    ///
    /// # Errors
    /// As for [`deliver`](Self::deliver), and what reading says; nothing of the message is left then.
    pub fn deliver_from(&self, unique: &str, mut message: impl io::Read) -> io::Result<PathBuf> {
        if unique.is_empty() || unique.starts_with('.') || unique.contains(['/', '\\', ':', '\0', '\r', '\n']) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a name for a file in a Maildir"));
        }
        let (tmp, new) = (self.path.join("tmp").join(unique), self.path.join("new").join(unique));
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&tmp)?;
        let written = io::copy(&mut message, &mut file).and_then(|_| file.sync_all());
        // A link fails where a rename would replace.
        let linked = written.and_then(|()| fs::hard_link(&tmp, &new));
        let removed = fs::remove_file(&tmp);
        linked.and(removed).map(|()| new)
    }

    /// Moves a message to `cur` with these flags, which are sorted as the format wants.
    ///
    /// # Errors
    /// `InvalidInput` for flags that are no letters, and for a file whose name is not UTF-8; what renaming says.
    pub fn set_flags(&self, entry: &Entry, flags: &str) -> io::Result<Entry> {
        if !flags.bytes().all(|flag| flag.is_ascii_alphabetic()) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "flags are letters"));
        }
        let name = entry.path.file_name().and_then(|name| name.to_str());
        let name =
            name.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the name of the file is not UTF-8"))?;
        let mut letters: Vec<char> = flags.chars().collect();
        letters.sort_unstable();
        letters.dedup();
        let flags: String = letters.into_iter().collect();
        let stem = name.split_once(":2,").map_or(name, |(stem, _)| stem);
        let path = self.path.join("cur").join(format!("{stem}:2,{flags}"));
        fs::rename(&entry.path, &path)?;
        Ok(Entry { path, is_new: false, flags })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}
