//! DKIM by software that nobody here wrote: dkimpy, Mail::DKIM and OpenDKIM, each given a folder of messages at once.

mod letters;

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

pub use letters::Letters;

use crate::{Place, have, run};

/// Debian's own interpreter, which has Debian's packages.
const PYTHON: &str = "/usr/bin/python3";

/// The keys of the suite: they sign nothing else.
pub const RSA_1024: &str = include_str!("rsa1024.pem");
/// A key of 2048 bits.
pub const RSA_2048: &str = include_str!("rsa2048.pem");
/// A key of 3072 bits.
pub const RSA_3072: &str = include_str!("rsa3072.pem");
/// A key of 4096 bits.
pub const RSA_4096: &str = include_str!("rsa4096.pem");
/// An Ed25519 key, in base64: the bare seed that RFC 8463 shows.
pub const ED25519: &str = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";

/// A program that verifies and signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// The library for Python.
    Dkimpy,
    /// The library for Perl.
    MailDkim,
    /// The milter, in its test mode.
    OpenDkim,
}

impl Peer {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Dkimpy, Self::MailDkim, Self::OpenDkim];

    /// Whether it is installed. If not, says so, and fails the test where it must be.
    pub fn is_here(self) -> bool {
        let (program, arguments) = match self {
            Self::Dkimpy => (PYTHON, ["-c", "import dkim, nacl"]),
            Self::MailDkim => ("/usr/bin/perl", ["-MMail::DKIM", "-e1"]),
            Self::OpenDkim => ("/usr/sbin/opendkim", ["-V", "-V"]),
        };
        if !have(&[program]) {
            return false;
        }
        let found = run(Command::new(program).args(arguments)).code == Some(0);
        assert!(found || std::env::var_os("INTEROP_REQUIRED").is_none(), "{self:?} is not installed");
        if !found {
            eprintln!("skipped: {self:?} is not installed (tests/interop/install-peers.sh installs it)");
        }
        found
    }

    /// Whether it knows Ed25519 (RFC 8463), as Debian has it.
    pub const fn knows_ed25519(self) -> bool {
        matches!(self, Self::Dkimpy)
    }

    /// Verifies messages, and says of each `pass` or what is wrong.
    ///
    /// # Panics
    ///
    /// When the program fails as a whole.
    pub fn verify(self, messages: &[Vec<u8>], key_name: &str, record: &str) -> Vec<String> {
        let place = folder(messages);
        place.write("keys.json", &format!("{{{key_name:?}: {record:?}}}"));
        let keys = place.write("keys.txt", &format!("{key_name} {record}\n"));
        let folder = place.text("").trim_end_matches('/').to_owned();
        let said = match self {
            Self::Dkimpy => {
                let script = place.write("verify.py", include_str!("verify_dkimpy.py"));
                run(Command::new(PYTHON).arg(script).arg(folder)).expect(0).said
            }
            Self::MailDkim => {
                let script = place.write("verify.pl", include_str!("verify_mail_dkim.pl"));
                run(Command::new("/usr/bin/perl").arg(script).arg(folder)).expect(0).said
            }
            Self::OpenDkim => {
                let settings = format!("Mode v\nSyslog no\nTestPublicKeys {}\nMinimumKeyBits 1024\n", keys.display());
                let settings = place.write("opendkim.conf", &settings);
                let files: Vec<String> = (0..messages.len()).map(|number| place.text(&file(number))).collect();
                run(Command::new("/usr/sbin/opendkim").arg("-x").arg(settings).args(["-t", &files.join(",")])).said
            }
        };
        let mut verdicts: BTreeMap<usize, String> = BTreeMap::new();
        for line in said.lines() {
            if let Some((number, verdict)) = verdict(self, line) {
                verdicts.insert(number, verdict);
            }
        }
        (0..messages.len())
            .map(|number| verdicts.remove(&number).unwrap_or_else(|| format!("nothing: {said}")))
            .collect()
    }

    /// Signs messages: each comes back with its signature in front.
    ///
    /// # Panics
    ///
    /// When the program fails.
    pub fn sign(
        self,
        messages: &[Vec<u8>],
        key: &str,
        selector: &str,
        domain: &str,
        form: (&str, &str),
    ) -> Vec<Vec<u8>> {
        let place = folder(messages);
        let key_file = place.write("signing.key", key);
        let folder = place.text("").trim_end_matches('/').to_owned();
        match self {
            Self::Dkimpy => {
                let algorithm = if key == ED25519 { "ed25519-sha256" } else { "rsa-sha256" };
                let script = place.write("sign.py", include_str!("sign_dkimpy.py"));
                let mut command = Command::new(PYTHON);
                command.arg(script).arg(folder).arg(key_file).args([algorithm, selector, domain, form.0, form.1]);
                run(&mut command).expect(0);
            }
            Self::MailDkim => {
                let script = place.write("sign.pl", include_str!("sign_mail_dkim.pl"));
                let mut command = Command::new("/usr/bin/perl");
                command.arg(script).arg(folder).arg(key_file).args([
                    selector,
                    domain,
                    &format!("{}/{}", form.0, form.1),
                ]);
                run(&mut command).expect(0);
            }
            Self::OpenDkim => {
                let settings = format!(
                    "Mode s\nSyslog no\nRequireSafeKeys no\nInternalHosts 0.0.0.0/0\nDomain {domain}\nSelector {selector}\n\
                     KeyFile {}\nSignatureAlgorithm rsa-sha256\nCanonicalization {}/{}\n",
                    key_file.display(),
                    form.0,
                    form.1,
                );
                let settings = place.write("opendkim.conf", &settings);
                for number in 0..messages.len() {
                    let said = run(Command::new("/usr/sbin/opendkim")
                        .arg("-x")
                        .arg(&settings)
                        .args(["-t", &place.text(&file(number))]))
                    .said;
                    let start = said.find("DKIM-Signature:").unwrap_or_else(|| panic!("no signature: {said}"));
                    place.write(
                        &format!("{number:04}.field"),
                        &(said[start..].trim_end().replace('\r', "").replace('\n', "\r\n") + "\r\n"),
                    );
                }
            }
        }
        let signed = |(number, message): (usize, &Vec<u8>)| {
            let field = fs::read(place.path(&format!("{number:04}.field"))).expect("a signature");
            [field.as_slice(), message].concat()
        };
        messages.iter().enumerate().map(signed).collect()
    }
}

fn folder(messages: &[Vec<u8>]) -> Place {
    let place = Place::new("dkim");
    for (number, message) in messages.iter().enumerate() {
        fs::write(place.path(&file(number)), message).expect("a message on disk");
    }
    place
}

fn file(number: usize) -> String {
    format!("{number:04}.eml")
}

/// What a line says, and of which message.
fn verdict(peer: Peer, line: &str) -> Option<(usize, String)> {
    if peer == Peer::OpenDkim {
        let (front, verdict) = line.split_once(".eml: ")?;
        let number = front.get(front.len().checked_sub(4)?..)?.parse().ok()?;
        let passed = verdict.contains("verification") && verdict.ends_with("succeeded");
        return Some((number, if passed { "pass".to_owned() } else { verdict.to_owned() }));
    }
    let (number, verdict) = line.split_once(' ')?;
    Some((number.parse().ok()?, verdict.to_owned()))
}
