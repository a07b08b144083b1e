//! Maildirs: a message is one file, written in `tmp`, brought to the disk, and renamed into `new` whole.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use pop3_proto::server::WireSize;
use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// One user's Maildir.
#[derive(Clone, Debug)]
pub(crate) struct Maildir {
    root: PathBuf,
}

/// A message that lies in a Maildir.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// Its file.
    pub(crate) path: PathBuf,
    /// The part of the file's name that never changes: POP3's unique id.
    pub(crate) unique_id: String,
    /// Its size in octets, as POP3 counts them: with CRLF at the end of each line.
    pub(crate) size: u64,
}

impl Maildir {
    /// Opens a Maildir, and makes its folders if they are not there.
    pub(crate) async fn open(root: PathBuf) -> io::Result<Self> {
        for folder in ["tmp", "new", "cur"] {
            fs::create_dir_all(root.join(folder)).await?;
        }
        Ok(Self { root })
    }

    /// What lies in it, oldest first.
    pub(crate) async fn list(&self) -> io::Result<Vec<Stored>> {
        let mut stored = Vec::new();
        for folder in ["cur", "new"] {
            let mut entries = fs::read_dir(self.root.join(folder)).await?;
            while let Some(entry) = entries.next_entry().await? {
                let name = entry.file_name().to_string_lossy().into_owned();
                if entry.file_type().await?.is_file() && !name.starts_with('.') {
                    let unique_id = name.split(':').next().unwrap_or(&name).to_owned();
                    let size = match size_in(&name) {
                        Some(size) => size,
                        None => wire_size(&entry.path()).await?,
                    };
                    stored.push(Stored { path: entry.path(), unique_id, size });
                }
            }
        }
        stored.sort_by(|a, b| a.unique_id.cmp(&b.unique_id));
        Ok(stored)
    }
}

/// A message on its way into one or more Maildirs. Dropped before [`finish`](Self::finish), it leaves nothing behind.
#[derive(Debug)]
pub(crate) struct Delivery {
    file: File,
    name: String,
    octets: u64,
    maildirs: Vec<Maildir>,
}

impl Delivery {
    /// Begins a delivery to all of `maildirs`, of which there must be one at least.
    pub(crate) async fn begin(maildirs: Vec<Maildir>) -> io::Result<Self> {
        let first = maildirs.first().ok_or_else(|| io::Error::other("nobody to deliver to"))?;
        let name = unique_name();
        let file = File::create_new(first.root.join("tmp").join(&name)).await?;
        Ok(Self { file, name, octets: 0, maildirs })
    }

    /// Appends to the message.
    pub(crate) async fn write(&mut self, octets: &[u8]) -> io::Result<()> {
        self.octets += octets.len() as u64;
        self.file.write_all(octets).await
    }

    /// Brings the message to the disk and into every Maildir. When this returns, the message is safe.
    pub(crate) async fn finish(mut self) -> io::Result<()> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        let first = self.tmp(&self.maildirs[0]);
        // The name says the size, so that nobody has to read the message to know it.
        let name = format!("{},W={}", self.name, self.octets);
        // The other Maildirs get links to the one file; the first gets it last, for it is where the file came from.
        for maildir in &self.maildirs[1..] {
            let tmp = self.tmp(maildir);
            fs::hard_link(&first, &tmp).await?;
            fs::rename(tmp, maildir.root.join("new").join(&name)).await?;
        }
        fs::rename(first, self.maildirs[0].root.join("new").join(&name)).await?;
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

/// The size that a message's name says, as Maildirs commonly have it.
fn size_in(name: &str) -> Option<u64> {
    name.split(':').next()?.split(',').find_map(|part| part.strip_prefix("W=")?.parse().ok())
}

/// The size of a message that somebody else has put there, perhaps with other line endings.
async fn wire_size(path: &Path) -> io::Result<u64> {
    let mut file = File::open(path).await?;
    let mut size = WireSize::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer).await? {
            0 => return Ok(size.octets()),
            read => size.push(&buffer[..read]),
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
