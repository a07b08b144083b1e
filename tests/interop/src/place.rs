use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use programs::certificate::SelfSigned;

/// A folder of one test's own, with a certificate for `localhost` in it. Removed when dropped.
pub struct Place {
    root: PathBuf,
}

impl Place {
    /// Makes a place that daemons running as other users can read.
    ///
    /// # Panics
    ///
    /// When the folder cannot be made.
    pub fn new(name: &str) -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        // Not under /tmp: some daemons have a /tmp of their own.
        let root = Path::new("/var/tmp").join(format!("interop-{}-{number}-{name}", std::process::id()));
        fs::create_dir_all(&root).expect("a folder to work in");
        fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).expect("a readable folder");
        let certificate = SelfSigned::new(&["localhost", "127.0.0.1"]).expect("a certificate");
        fs::write(root.join("cert.pem"), &certificate.certificate).expect("a certificate on disk");
        fs::write(root.join("key.pem"), &certificate.key).expect("a key on disk");
        fs::set_permissions(root.join("key.pem"), fs::Permissions::from_mode(0o600)).expect("a secret key");
        Self { root }
    }

    /// A path in this place.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The same as text.
    pub fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// Writes a file and returns its path.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a path in a folder")).expect("a folder");
        fs::write(&path, content).expect("a file to write");
        path
    }

    /// Makes a folder, readable by all, and returns its path.
    ///
    /// # Panics
    ///
    /// When it cannot be made.
    pub fn folder(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(&path).expect("a folder");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a readable folder");
        path
    }

    /// Every message in a Maildir below this place, read.
    pub fn messages(&self, maildir: &str) -> Vec<Vec<u8>> {
        let mut messages = Vec::new();
        for folder in ["new", "cur"] {
            let entries = fs::read_dir(self.path(maildir).join(folder)).into_iter().flatten().flatten();
            messages.extend(entries.filter_map(|entry| fs::read(entry.path()).ok()));
        }
        messages
    }

    /// Waits until a Maildir holds so many messages: servers deliver in their own time.
    ///
    /// # Panics
    ///
    /// When they have not come after twenty seconds.
    pub fn wait_for_messages(&self, maildir: &str, count: usize) -> Vec<Vec<u8>> {
        let patience = Instant::now() + Duration::from_secs(20);
        loop {
            let messages = self.messages(maildir);
            if messages.len() >= count {
                return messages;
            }
            assert!(Instant::now() < patience, "{} of {count} messages came to {maildir}", messages.len());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if std::env::var_os("INTEROP_KEEP").is_none() {
            let _ = fs::remove_dir_all(&self.root);
        }
    }
}

/// A port that nothing listens on, and that this process has not been given before.
///
/// It is below those that the system gives to outgoing connections: one of these could take it before a server does.
///
/// # Panics
///
/// When there is none.
pub fn free_port() -> u16 {
    const PORTS: std::ops::Range<u16> = 20_000..32_000;
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let ports = std::iter::repeat_with(|| {
        let number = std::process::id().wrapping_mul(37).wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed));
        PORTS.start + (number % u32::from(PORTS.end - PORTS.start)) as u16
    });
    ports.take(PORTS.len()).find(is_free).expect("a free port")
}

/// Waits until something listens on a port.
pub fn wait_for_port(port: u16) -> bool {
    let patience = Instant::now() + Duration::from_secs(20);
    while Instant::now() < patience {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}
