//! Who has a mailbox here: a small TOML file.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// What the file says.
///
/// ```toml
/// host = "mail.example.org"
/// maildirs = "/var/mail/postoffice"
/// certificate = "/etc/postoffice/chain.pem"   # with `key`; made on the spot if left out
/// key = "/etc/postoffice/key.pem"
///
/// [users.alice]
/// password = "a long one"
/// addresses = ["alice@example.org", "postmaster@example.org"]
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The name that the servers greet with.
    #[serde(default = "localhost")]
    pub host: String,
    /// Where the Maildirs are, one folder for each user.
    #[serde(default = "mail")]
    pub maildirs: PathBuf,
    /// The certificate chain in PEM.
    pub certificate: Option<String>,
    /// Its key in PEM.
    pub key: Option<String>,
    /// Users by name.
    #[serde(default)]
    pub users: BTreeMap<String, User>,
}

/// One mailbox.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// What POP3 and submission ask for.
    pub password: String,
    /// The addresses that are delivered here.
    pub addresses: Vec<String>,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

impl Config {
    /// Reads a file.
    pub fn read(path: &Path) -> io::Result<Self> {
        let explain = |problem: &dyn std::fmt::Display| io::Error::other(format!("{}: {problem}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|problem| explain(&problem))?;
        let config: Self = toml::from_str(&text).map_err(|problem| explain(&problem))?;
        if config.certificate.is_some() != config.key.is_some() {
            return Err(explain(&"`certificate` and `key` go together"));
        }
        for (name, user) in &config.users {
            // The name becomes a folder.
            if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', '\0']) {
                return Err(explain(&format!("{name:?} cannot be a user's name")));
            }
            if let Some(address) = user.addresses.iter().find(|address| !address.contains('@')) {
                return Err(explain(&format!("{address:?} is no address")));
            }
        }
        Ok(config)
    }

    /// A post office with one mailbox, for looking around.
    pub fn sample(password: String) -> Self {
        let alice = User { password, addresses: vec!["alice@localhost".into(), "postmaster@localhost".into()] };
        Self {
            host: localhost(),
            maildirs: mail(),
            certificate: None,
            key: None,
            users: BTreeMap::from([("alice".into(), alice)]),
        }
    }

    /// Whether a user exists and has this password. Takes the same time whichever character is wrong.
    pub fn password_is_right(&self, user: &str, password: &[u8]) -> bool {
        let Some(user) = self.users.get(user) else { return false };
        let right = user.password.as_bytes();
        let mut difference = right.len() ^ password.len();
        for (n, octet) in password.iter().enumerate() {
            difference |= usize::from(octet ^ right.get(n).copied().unwrap_or(0));
        }
        difference == 0
    }

    /// Whose mailbox an address is delivered to. Local parts are compared without regard to case: a person who
    /// mistypes a capital should still be reached.
    pub fn owner_of(&self, address: &str) -> Option<&str> {
        let is_it = |known: &String| known.eq_ignore_ascii_case(address);
        self.users.iter().find(|(_, user)| user.addresses.iter().any(is_it)).map(|(name, _)| name.as_str())
    }

    /// Whether any user has an address in this domain.
    pub fn is_local(&self, domain: &str) -> bool {
        let in_domain = |known: &String| known.rsplit_once('@').is_some_and(|(_, of)| of.eq_ignore_ascii_case(domain));
        self.users.values().any(|user| user.addresses.iter().any(in_domain))
    }
}

fn localhost() -> String {
    "localhost".into()
}

fn mail() -> PathBuf {
    "mail".into()
}
