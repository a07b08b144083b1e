use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::{PASSWORD, Place, USER};

/// One of the example programs, built if it is not there yet.
///
/// # Panics
///
/// When it cannot be built.
pub fn example(name: &str) -> PathBuf {
    // This test runs from target/PROFILE/deps; the examples are beside that.
    let test = std::env::current_exe().expect("a path");
    let profile = test.parent().and_then(|deps| deps.parent()).expect("target/PROFILE");
    let program = profile.join("examples").join(name);
    if !program.exists() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(root).args(["build", "--quiet", "-p", "examples", "--example", name]);
        if profile.ends_with("release") {
            cargo.arg("--release");
        }
        assert!(cargo.status().is_ok_and(|status| status.success()), "{name} does not build");
    }
    program
}

/// A running `postoffice serve`, with one user and ports of its own.
pub struct Office {
    child: Child,
    /// Where its files are: `mail/alice` is the user's Maildir, `cert.pem` its certificate.
    pub place: Place,
    /// SMTP with STARTTLS.
    pub smtp: u16,
    /// Submission with implicit TLS.
    pub submissions: u16,
    /// POP3 with STLS.
    pub pop3: u16,
    /// POP3 with implicit TLS.
    pub pop3s: u16,
}

impl Office {
    /// Starts one.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn open() -> Self {
        let place = Place::new("postoffice");
        place.write(
            "postoffice.toml",
            &format!(
                "host = \"localhost\"\nmaildirs = \"{}\"\ncertificate = \"{}\"\nkey = \"{}\"\n\
                 [users.{USER}]\npassword = \"{PASSWORD}\"\naddresses = [\"alice@interop.test\"]\n",
                place.text("mail"),
                place.text("cert.pem"),
                place.text("key.pem"),
            ),
        );
        // Nobody is to be asked who the senders are.
        let zone = place.write("zone.json", "{}");
        let mut child = Command::new(example("postoffice"))
            .args(["serve", "--config", &place.text("postoffice.toml")])
            .args(["--smtp", "0", "--submissions", "0", "--pop3", "0", "--pop3s", "0", "--zone"])
            .arg(zone)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("postoffice serve");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut port = |service: &str| {
            let line = lines.by_ref().map_while(Result::ok).find(|line| line.starts_with(service));
            let line = line.unwrap_or_else(|| panic!("{service} was not announced"));
            let port = line.rsplit(':').next().and_then(|port| port.trim().parse().ok());
            port.unwrap_or_else(|| panic!("{line:?} names no port"))
        };
        let (smtp, submissions) = (port("SMTP "), port("submissions "));
        let (pop3, pop3s) = (port("POP3 "), port("POP3S "));
        // Read on, so that the office never blocks on its own announcements.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, place, smtp, submissions, pop3, pop3s }
    }

    /// Puts a message into the user's Maildir.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn put(&self, name: &str, message: &[u8]) {
        for folder in ["tmp", "new", "cur"] {
            self.place.folder(&format!("mail/{USER}/{folder}"));
        }
        std::fs::write(self.place.path(&format!("mail/{USER}/new/{name}")), message).expect("a message");
    }

    /// What has been delivered to the user.
    pub fn delivered(&self) -> Vec<Vec<u8>> {
        self.place.messages(&format!("mail/{USER}"))
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
