//! Who has a mailbox here: a small TOML file.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use mail_sasl::Credentials;
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
pub(crate) struct Config {
    /// The name that the servers greet with.
    #[serde(default = "localhost")]
    pub(crate) host: String,
    /// Where the Maildirs are, one folder for each user.
    #[serde(default = "mail")]
    pub(crate) maildirs: PathBuf,
    /// The certificate chain in PEM.
    pub(crate) certificate: Option<String>,
    /// Its key in PEM.
    pub(crate) key: Option<String>,
    /// Users by name.
    #[serde(default)]
    pub(crate) users: BTreeMap<String, User>,
}

/// One mailbox.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct User {
    /// What POP3 and submission ask for.
    pub(crate) password: String,
    /// The addresses that are delivered here.
    pub(crate) addresses: Vec<String>,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

impl Config {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
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
    pub(crate) fn sample(password: String) -> Self {
        let alice = User { password, addresses: vec!["alice@localhost".into(), "postmaster@localhost".into()] };
        Self {
            host: localhost(),
            maildirs: mail(),
            certificate: None,
            key: None,
            users: BTreeMap::from([("alice".into(), alice)]),
        }
    }

    /// Whether a user exists and has this password.
    pub(crate) fn password_is_right(&self, user: &str, password: &[u8]) -> bool {
        Credentials::new(user, &String::from_utf8_lossy(password)).is_ok_and(|given| self.lets_in(&given))
    }

    /// Whether these credentials let somebody in. Nobody acts as somebody else here.
    pub(crate) fn lets_in(&self, credentials: &Credentials) -> bool {
        let user = credentials.authentication_id();
        // `is` takes the same time whichever character is wrong.
        credentials.authorization_id().is_none_or(|other| other == user)
            && self.users.get(user).is_some_and(|known| credentials.password().is(&known.password))
    }

    /// Whose mailbox an address is delivered to. Local parts are compared without regard to case: a person who
    /// mistypes a capital should still be reached.
    pub(crate) fn owner_of(&self, address: &str) -> Option<&str> {
        let is_it = |known: &String| known.eq_ignore_ascii_case(address);
        self.users.iter().find(|(_, user)| user.addresses.iter().any(is_it)).map(|(name, _)| name.as_str())
    }

    /// Whether any user has an address in this domain.
    pub(crate) fn is_local(&self, domain: &str) -> bool {
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
