//! Mail servers of other people's, started on free ports with one user and stopped when dropped.
//!
//! All need root: they drop privileges, deliver as other users, or chroot.

mod aiosmtpd;
mod dovecot;
mod exim;
mod opensmtpd;
mod postfix;

use std::os::unix::fs::chown;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::{Place, USER, wait_for_port};

/// The owner of the peers' Maildirs. It needs no entry in the list of users.
const MAIL_OWNER: u32 = 5000;

/// A running server.
pub struct Peer {
    /// Where its files are: `mail/alice` is the user's Maildir, `cert.pem` its certificate.
    pub place: Place,
    /// SMTP with STARTTLS, if it speaks SMTP.
    pub smtp: u16,
    /// SMTP with implicit TLS.
    pub smtps: u16,
    /// POP3 with STLS.
    pub pop3: u16,
    /// POP3 with implicit TLS.
    pub pop3s: u16,
    /// LMTP.
    pub lmtp: u16,
    child: Option<Child>,
    /// The file that names the daemon's process, where it is not our child.
    pid_file: Option<PathBuf>,
}

impl Peer {
    /// Starts Postfix, if it is installed.
    pub fn postfix() -> Option<Self> {
        postfix::start()
    }

    /// Starts Exim, if it is installed.
    pub fn exim() -> Option<Self> {
        exim::start()
    }

    /// Starts OpenSMTPD, if it is installed.
    pub fn opensmtpd() -> Option<Self> {
        opensmtpd::start()
    }

    /// Starts aiosmtpd, if it is installed.
    pub fn aiosmtpd() -> Option<Self> {
        aiosmtpd::start()
    }

    /// Starts Dovecot, if it is installed.
    pub fn dovecot() -> Option<Self> {
        dovecot::start()
    }

    fn new(name: &str) -> Self {
        let place = Place::new(name);
        for folder in ["", "/tmp", "/new", "/cur"] {
            let path = place.folder(&format!("mail/{USER}{folder}"));
            chown(path, Some(MAIL_OWNER), Some(MAIL_OWNER)).expect("to be root");
        }
        Self { place, smtp: 0, smtps: 0, pop3: 0, pop3s: 0, lmtp: 0, child: None, pid_file: None }
    }

    /// The user's Maildir, relative to the place.
    pub fn maildir(&self) -> String {
        format!("mail/{USER}")
    }

    /// Puts a message into the user's Maildir.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn put(&self, name: &str, message: &[u8]) {
        let path = self.place.path(&format!("mail/{USER}/new/{name}"));
        std::fs::write(&path, message).expect("a message");
        chown(path, Some(MAIL_OWNER), Some(MAIL_OWNER)).expect("to be root");
    }

    /// Starts the daemon in the foreground, as our child.
    fn spawn(mut self, command: &mut Command, log: &str, port: u16) -> Self {
        let log = std::fs::File::create(self.place.path(log)).expect("a log");
        let errors = log.try_clone().expect("a log");
        let child = command.stdin(Stdio::null()).stdout(log).stderr(errors).spawn();
        self.child = Some(child.unwrap_or_else(|problem| panic!("{command:?}: {problem}")));
        self.ready(port)
    }

    fn ready(self, port: u16) -> Self {
        if !wait_for_port(port) {
            let logs = std::fs::read_dir(self.place.path("")).into_iter().flatten().flatten();
            let logs = logs.filter(|entry| entry.file_name().to_string_lossy().contains("log"));
            let logs: Vec<_> = logs.filter_map(|entry| std::fs::read_to_string(entry.path()).ok()).collect();
            panic!("nothing listens on {port}: {}", logs.join("\n"));
        }
        self
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // TERM, so that a daemon takes its own children along.
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
        if let Some(pid) = self.pid_file.as_ref().and_then(|file| std::fs::read_to_string(file).ok()) {
            let _ = Command::new("kill").arg(pid.trim()).status();
        }
    }
}

/// Whether we are root. If not, says so, and fails the test where it must run.
fn root() -> bool {
    let id = Command::new("id").arg("-u").output();
    let root = id.is_ok_and(|id| id.stdout.trim_ascii() == b"0");
    if !root {
        assert!(std::env::var_os("INTEROP_REQUIRED").is_none(), "the interop suite must run as root");
        eprintln!("skipped: mail servers need root");
    }
    root
}

/// Where `install-peers.sh` unpacked a program that cannot be installed beside the others.
fn unpacked(path: &str) -> String {
    let root = std::env::var("INTEROP_PEERS").unwrap_or_else(|_| "/var/tmp/mail-interop".into());
    format!("{root}/{path}")
}
