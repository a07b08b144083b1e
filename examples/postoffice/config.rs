//! Who has a mailbox here: a small TOML file.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use mail_sasl::Credentials;
use serde::Deserialize;
use smtp_proto::{Host, Mailbox};

/// A whole file.
const EXAMPLE: &str = r#"# What the servers call themselves: a host name or an address literal [localhost]
host = "mail.example.org"
# Where mail lies, a Maildir for each user [mail]
maildirs = "/var/mail/postoffice"
# The chain in PEM and its key, both or none [made on the spot; maildirs/certificate.pem has the certificate]
certificate = "/etc/postoffice/chain.pem"
key = "/etc/postoffice/key.pem"

# A mailbox: the name to log in with, the password, and all addresses that are delivered there
[users.alice]
password = "a long one"
addresses = ["alice@example.org", "postmaster@example.org"]

[users.bob]
password = "another"
addresses = ["bob@example.org"]
"#;

/// How the file is written, for those who ask the program.
pub(crate) fn help() -> String {
    let indented = EXAMPLE.trim_end().replace('\n', "\n  ").replace("\n  \n", "\n\n");
    format!(
        "The configuration: every field, with what it is without it in brackets. Nothing but users is needed, and without \
         users nobody gets mail.\n\n  {indented}"
    )
}

/// What the file says.
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
        Self::parse(&text).map_err(|problem| explain(&problem))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let config: Self = toml::from_str(text).map_err(|problem| problem.to_string())?;
        Host::parse(&config.host).map_err(|problem| format!("`host` is {:?}: {problem}", config.host))?;
        if config.certificate.is_some() != config.key.is_some() {
            return Err("`certificate` and `key` go together".into());
        }
        for (name, user) in &config.users {
            // The name becomes a folder.
            if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', '\0']) {
                return Err(format!("`users`: {name:?} cannot be a user's name"));
            }
            // No login succeeds with it.
            if user.password.is_empty() {
                return Err(format!("`users.{name}.password` is empty"));
            }
            for address in &user.addresses {
                address
                    .parse::<Mailbox<'_>>()
                    .map_err(|problem| format!("`users.{name}.addresses`: {address:?} is no address: {problem}"))?;
                // What comes for it goes to one of them.
                if let Some(other) = config.owner_of(address).filter(|owner| owner != name) {
                    return Err(format!("`users.{name}.addresses`: {address:?} is an address of {other:?} too"));
                }
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

    /// Who gets what comes for an address: its owner, or the postmaster of this host.
    pub(crate) fn recipient(&self, address: &str) -> Option<&str> {
        let is_postmaster = address.eq_ignore_ascii_case(&format!("postmaster@{}", self.host));
        self.owner_of(address).or_else(|| self.postmaster().filter(|_| is_postmaster))
    }

    /// Who is behind `<Postmaster>`, which has no domain (RFC 5321, section 4.5.1): the postmaster of the host if there is
    /// one, and of any domain otherwise.
    pub(crate) fn postmaster(&self) -> Option<&str> {
        let is_postmaster = |address: &String| address.to_ascii_lowercase().starts_with("postmaster@");
        let of_any_domain = || self.users.iter().find(|(_, user)| user.addresses.iter().any(is_postmaster));
        self.owner_of(&format!("postmaster@{}", self.host)).or_else(|| Some(of_any_domain()?.0.as_str()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_a_configuration() {
        let config = Config::parse(EXAMPLE).unwrap();
        assert_eq!((config.host.as_str(), config.users.len()), ("mail.example.org", 2));
        assert!(help().contains("  addresses = [\"bob@example.org\"]"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let user = "[users.alice]\npassword = \"x\"\naddresses";
        for (text, named) in [
            ("host = \"bad host\"".to_owned(), "`host` is \"bad host\""),
            ("host = \"\"".to_owned(), "`host` is \"\""),
            ("key = \"key.pem\"".to_owned(), "`certificate` and `key`"),
            (format!("{user} = [\"a@b.example\", \"alice\"]"), "`users.alice.addresses`: \"alice\""),
            ("[users.\"../alice\"]\npassword = \"x\"\naddresses = []".to_owned(), "`users`: \"../alice\""),
            (format!("{user} = [\"@b.example\"]"), "`users.alice.addresses`: \"@b.example\" is no address"),
            (format!("{user} = [\"a@b.example \"]"), "`users.alice.addresses`: \"a@b.example \" is no address"),
            (format!("{user} = [\"A <a@b.example>\"]"), "`users.alice.addresses`: \"A <a@b.example>\" is no address"),
            ("[users.alice]\npassword = \"\"\naddresses = []".to_owned(), "`users.alice.password` is empty"),
            (
                format!("{user} = [\"a@b.example\"]\n[users.bob]\npassword = \"x\"\naddresses = [\"A@B.example\"]"),
                "`users.bob.addresses`: \"A@B.example\" is an address of \"alice\" too",
            ),
        ] {
            let problem = Config::parse(&text).unwrap_err();
            assert!(problem.contains(named), "{problem}");
        }
        assert!(Config::parse("host = \"[192.0.2.1]\"").is_ok());
    }

    #[test]
    fn somebody_is_the_postmaster_if_anybody_is() {
        let config = |host: &str| Config::parse(&EXAMPLE.replace("mail.example.org", host)).unwrap();
        assert_eq!(config("mail.example.org").postmaster(), Some("alice"));
        assert_eq!(config("example.org").postmaster(), Some("alice"));
        assert_eq!(config("mail.example.org").recipient("Postmaster@MAIL.example.org"), Some("alice"));
        assert_eq!(config("mail.example.org").recipient("jo@mail.example.org"), None);
        assert_eq!(Config::parse("").unwrap().postmaster(), None);
    }
}
