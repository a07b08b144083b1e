//! Maildirs: a message is one file, written in `tmp`, brought to the disk, and renamed into `new` whole.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;

/// One user's Maildir.
#[derive(Clone, Debug)]
pub struct Maildir {
    root: PathBuf,
}

/// A message that lies in a Maildir.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its file.
    pub path: PathBuf,
    /// The part of the file's name that never changes: POP3's unique id.
    pub unique_id: String,
    /// Its size in octets.
    pub size: u64,
}

impl Maildir {
    /// Opens a Maildir, and makes its folders if they are not there.
    pub async fn open(root: PathBuf) -> io::Result<Self> {
        for folder in ["tmp", "new", "cur"] {
            fs::create_dir_all(root.join(folder)).await?;
        }
        Ok(Self { root })
    }

    /// What lies in it, oldest first.
    pub async fn list(&self) -> io::Result<Vec<Stored>> {
        let mut stored = Vec::new();
        for folder in ["cur", "new"] {
            let mut entries = fs::read_dir(self.root.join(folder)).await?;
            while let Some(entry) = entries.next_entry().await? {
                let name = entry.file_name().to_string_lossy().into_owned();
                let metadata = entry.metadata().await?;
                if metadata.is_file() && !name.starts_with('.') {
                    let unique_id = name.split(':').next().unwrap_or(&name).chars().take(70).collect();
                    stored.push(Stored { path: entry.path(), unique_id, size: metadata.len() });
                }
            }
        }
        stored.sort_by(|a, b| a.unique_id.cmp(&b.unique_id));
        Ok(stored)
    }
}

/// A message on its way into one or more Maildirs. Dropped before [`finish`](Self::finish), it leaves nothing behind.
#[derive(Debug)]
pub struct Delivery {
    file: File,
    name: String,
    maildirs: Vec<Maildir>,
}

impl Delivery {
    /// Begins a delivery to all of `maildirs`, of which there must be one at least.
    pub async fn begin(maildirs: Vec<Maildir>) -> io::Result<Self> {
        let first = maildirs.first().ok_or_else(|| io::Error::other("nobody to deliver to"))?;
        let name = unique_name();
        let file = File::create_new(first.root.join("tmp").join(&name)).await?;
        Ok(Self { file, name, maildirs })
    }

    /// Appends to the message.
    pub async fn write(&mut self, octets: &[u8]) -> io::Result<()> {
        self.file.write_all(octets).await
    }

    /// Brings the message to the disk and into every Maildir. When this returns, the message is safe.
    pub async fn finish(mut self) -> io::Result<()> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        let first = self.tmp(&self.maildirs[0]);
        // The other Maildirs get links to the one file; the first gets it last, for it is where the file came from.
        for maildir in &self.maildirs[1..] {
            let tmp = self.tmp(maildir);
            fs::hard_link(&first, &tmp).await?;
            fs::rename(tmp, maildir.root.join("new").join(&self.name)).await?;
        }
        fs::rename(first, self.maildirs[0].root.join("new").join(&self.name)).await?;
        for maildir in &self.maildirs {
            sync_folder(&maildir.root.join("new")).await?;
        }
        self.maildirs.clear();
        Ok(())
    }

    fn tmp(&self, maildir: &Maildir) -> PathBuf {
        maildir.root.join("tmp").join(&self.name)
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        for maildir in &self.maildirs {
            let _ = std::fs::remove_file(self.tmp(maildir));
        }
    }
}

/// A rename is only on the disk when its folder is.
async fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder).await?.sync_all().await
}

/// A name that no other delivery has, and that sorts by time.
fn unique_name() -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    format!("{}.M{:06}P{}Q{count:06}.postoffice", now.as_secs(), now.subsec_micros(), std::process::id())
}
