//! Maildirs: a message is one file, written in `tmp`, brought to the disk, and renamed into `new` whole.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use pop3_proto::server::WireSize;
use programs::private;
use tokio::fs::{self, File, OpenOptions};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

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
            private::create_folder(root.join(folder))?;
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

/// Opens a message, wherever others may have moved it meanwhile, as those who mark messages do.
pub(crate) async fn open(path: &Path) -> io::Result<File> {
    match File::open(path).await {
        Err(problem) if problem.kind() == io::ErrorKind::NotFound => match moved(path).await?.first() {
            Some(path) => File::open(path).await,
            None => Err(problem),
        },
        opened => opened,
    }
}

/// Deletes a message, wherever others may have moved it meanwhile; what is nowhere is deleted.
pub(crate) async fn delete(path: &Path) -> io::Result<()> {
    match fs::remove_file(path).await {
        Err(problem) if problem.kind() == io::ErrorKind::NotFound => {
            for path in moved(path).await? {
                fs::remove_file(path).await?;
            }
            Ok(())
        }
        deleted => deleted,
    }
}

/// Where a message lies that is no more where it was: what never changes in its name is found again.
async fn moved(path: &Path) -> io::Result<Vec<PathBuf>> {
    let unique = |path: &Path| path.file_name()?.to_str()?.split(':').next().map(str::to_owned);
    let mut found = Vec::new();
    let Some(root) = path.parent().and_then(Path::parent) else { return Ok(found) };
    for folder in ["cur", "new"] {
        let mut entries = fs::read_dir(root.join(folder)).await?;
        while let Some(entry) = entries.next_entry().await? {
            if unique(&entry.path()) == unique(path) {
                found.push(entry.path());
            }
        }
    }
    Ok(found)
}

/// A message on its way into one or more Maildirs. Dropped before [`finish`](Self::finish), it leaves nothing behind.
///
/// What has to be said about a message stands in front of it and is known when it has ended: it is written as it comes,
/// and copied then.
#[derive(Debug)]
pub(crate) struct Delivery {
    /// The message as it comes.
    arriving: File,
    name: String,
    maildirs: Vec<Maildir>,
}

impl Delivery {
    /// Begins a delivery to all of `maildirs`, of which there must be one at least.
    pub(crate) async fn begin(maildirs: Vec<Maildir>) -> io::Result<Self> {
        let first = maildirs.first().ok_or_else(|| io::Error::other("nobody to deliver to"))?;
        let name = unique_name();
        let path = first.root.join("tmp").join(arriving(&name));
        let arriving = new_file(&path).await?;
        Ok(Self { arriving, name, maildirs })
    }

    /// Appends to the message.
    pub(crate) async fn write(&mut self, octets: &[u8]) -> io::Result<()> {
        self.arriving.write_all(octets).await
    }

    /// Brings `front` and the message without the octets of `cut` to the disk and into every Maildir. When this returns,
    /// the message is safe.
    pub(crate) async fn finish(mut self, front: &[u8], cut: &[Range<usize>]) -> io::Result<()> {
        let first = self.tmp(&self.maildirs[0]);
        let octets = self.compose(&first, front, cut).await?;
        // The name says the size, so that nobody has to read the message to know it.
        let name = format!("{},W={octets}", self.name);
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
        self.forget_arriving();
        self.maildirs.clear();
        Ok(())
    }

    /// Writes the message as it is to be stored, and tells its size.
    async fn compose(&mut self, path: &Path, front: &[u8], cut: &[Range<usize>]) -> io::Result<u64> {
        let mut file = new_file(path).await?;
        file.write_all(front).await?;
        let mut octets = front.len() as u64;
        self.arriving.flush().await?;
        self.arriving.rewind().await?;
        let mut at = 0;
        for range in cut {
            let kept = (range.start as u64).saturating_sub(at);
            octets += tokio::io::copy(&mut (&mut self.arriving).take(kept), &mut file).await?;
            at = range.end as u64;
            self.arriving.seek(io::SeekFrom::Start(at)).await?;
        }
        octets += tokio::io::copy(&mut self.arriving, &mut file).await?;
        file.flush().await?;
        file.sync_all().await?;
        Ok(octets)
    }

    fn forget_arriving(&self) {
        if let Some(first) = self.maildirs.first() {
            let _ = std::fs::remove_file(first.root.join("tmp").join(arriving(&self.name)));
        }
    }

    fn tmp(&self, maildir: &Maildir) -> PathBuf {
        maildir.root.join("tmp").join(&self.name)
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        self.forget_arriving();
        for maildir in &self.maildirs {
            let _ = std::fs::remove_file(self.tmp(maildir));
        }
    }
}

/// A file that only this office can read, and that is not there yet.
async fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::from(private::options()).read(true).write(true).create_new(true).open(path).await
}

/// The name of a message that has not ended.
fn arriving(name: &str) -> String {
    format!("{name}.arriving")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_others_have_moved_is_read() {
        let root = std::env::temp_dir().join(format!("maildir-moved-{}", std::process::id()));
        Maildir::open(root.clone()).await.unwrap();
        let new = root.join("new/1.a,W=3");
        std::fs::write(root.join("cur/1.a,W=3:2,S"), "abc").unwrap();
        let mut text = String::new();
        open(&new).await.unwrap().read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "abc");
        assert_eq!(open(&root.join("new/2.b")).await.unwrap_err().kind(), io::ErrorKind::NotFound);
        std::fs::remove_dir_all(root).unwrap();
    }

    #[tokio::test]
    async fn what_others_have_moved_is_deleted_and_what_they_have_deleted_too() {
        let root = std::env::temp_dir().join(format!("maildir-{}", std::process::id()));
        let maildir = Maildir::open(root.clone()).await.unwrap();
        let (new, cur) = (root.join("new/1.a,W=3"), root.join("cur/1.a,W=3:2,S"));
        std::fs::write(&cur, "abc").unwrap();
        std::fs::write(root.join("cur/1.ab:2,"), "abc").unwrap();
        delete(&new).await.unwrap();
        delete(&new).await.unwrap();
        let left = maildir.list().await.unwrap();
        assert_eq!(left.iter().map(|stored| stored.unique_id.as_str()).collect::<Vec<_>>(), ["1.ab"]);
        std::fs::remove_dir_all(root).unwrap();
    }
}
