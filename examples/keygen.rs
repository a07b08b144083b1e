//! Makes a key for DKIM: the private one into a file, the record to publish on standard output.
//! Try it: `keygen --type rsa --domain example.org --selector 2026a`
//!
//! The file has PKCS#8 in PEM, readable by its owner alone. Nothing is overwritten unless told. Exit code 0: made. 1: not.
//! 2: the command line is wrong.
#![forbid(unsafe_code)]

use std::error::Error;
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use mail_auth_spf_dkim::crypto::{NewKey, PrivateKey, Provider, PublicKey, rustcrypto};
use mail_auth_spf_dkim::dkim::KeyRecord;
use mail_auth_spf_dkim::dns::Name;
use programs::terminal::{fail, print};
use serde_json::json;

/// Make a key for DKIM, and the TXT record that publishes it.
#[derive(Parser)]
#[command(
    name = "keygen",
    version,
    after_help = "Publish the record first, sign when all the DNS has it. To be understood by everybody and ready for \
                  more, sign with two keys under two selectors: rsa and ed25519.\n\
                  Exit code 0: made. 1: not. 2: the command line is wrong."
)]
struct Arguments {
    /// What kind of key: all verifiers know rsa, many do not know ed25519 yet
    #[arg(long, value_name = "TYPE", default_value = "rsa")]
    r#type: Kind,
    /// The length of an RSA key, 2048 unless given; records of longer ones are often too long for the DNS
    #[arg(long, value_parser = clap::value_parser!(u16).range(1024..=8192))]
    bits: Option<u16>,
    /// The domain that will sign
    #[arg(long, value_parser = domain)]
    domain: Name,
    /// The name of the key in that domain, a new one for each key
    #[arg(long, value_parser = selector)]
    selector: Name,
    /// The file for the private key; without it SELECTOR.DOMAIN.pem in this folder
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Overwrite the file
    #[arg(long)]
    force: bool,
    /// Print the record as one line of JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Rsa,
    Ed25519,
}

fn domain(text: &str) -> Result<Name, String> {
    let name = Name::from_unicode(text).map_err(|error| error.to_string())?;
    if name.is_host() { Ok(name) } else { Err("a domain has letters, digits, hyphens and dots".into()) }
}

/// RFC 6376 section 3.1: labels, such as a host's.
fn selector(text: &str) -> Result<Name, String> {
    let name = Name::parse(text).map_err(|error| error.to_string())?;
    let good = |label: &str| !label.starts_with('-') && !label.ends_with('-') && !label.contains('_');
    if name.labels().all(good) {
        Ok(name)
    } else {
        Err("a selector has letters, digits, and hyphens between them".into())
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let name = match arguments.domain.prefixed(&format!("{}._domainkey", arguments.selector)) {
        Ok(name) => name,
        Err(error) => return fail(2, error, "choose a shorter --selector"),
    };
    let file = match &arguments.out {
        Some(file) => file.clone(),
        None => PathBuf::from(format!("{}.{}.pem", arguments.selector, arguments.domain)),
    };
    if let Err((problem, advice)) = can_be_written(&file, arguments.force) {
        return fail(1, format_args!("{}: {problem}", file.display()), advice);
    }
    let new_key = match (arguments.r#type, arguments.bits) {
        (Kind::Rsa, bits) => NewKey::Rsa { bits: bits.unwrap_or(2048).into() },
        (Kind::Ed25519, None) => NewKey::Ed25519,
        (Kind::Ed25519, Some(_)) => return fail(2, "all Ed25519 keys have one length", "leave out --bits"),
    };
    let (private_key, public_key) = match make(new_key) {
        Ok(keys) => keys,
        Err(error) => return fail(1, error, "nothing was written"),
    };
    if let Err(error) = keep(&file, private_key.to_pkcs8_pem().as_bytes(), arguments.force) {
        return fail(
            1,
            format_args!("{}: {error}", file.display()),
            "the private key was not written, and is lost: run this again",
        );
    }
    let shown = if arguments.json { json_line(&name, &public_key, &file) } else { zone_lines(&name, &public_key) };
    if let Err(error) = print(&shown) {
        return fail(1, error, "the private key is written, but its record could not be printed");
    }
    if !arguments.json {
        eprintln!("The private key is in {}.", file.display());
    }
    if matches!(new_key, NewKey::Rsa { bits: ..2048 }) {
        eprintln!("Some receivers do not trust keys under 2048 bits (RFC 8301 section 3.2).");
    }
    ExitCode::SUCCESS
}

/// Whether a key could be kept in a file; if not, why, and what to do.
fn can_be_written(file: &Path, force: bool) -> Result<(), (&'static str, &'static str)> {
    if file == Path::new("-") {
        return Err(("a private key is not for everybody who sees this", "name a file with --out"));
    }
    if let Ok(there) = fs::symlink_metadata(file) {
        // A link, a device or a pipe would be replaced, and what it stands for stay as it is.
        return match (there.is_file(), force) {
            (true, true) => Ok(()),
            (true, false) => Err((
                "it is there already",
                "a new key wants a new --selector; --out names another file, --force overwrites this one",
            )),
            (false, _) => Err(("it is there, and no file", "--out names another")),
        };
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if folder.is_dir() { Ok(()) } else { Err(("there is no such folder", "make it, or name another file with --out")) }
}

/// Makes a key, and tries it.
fn make(new_key: NewKey) -> Result<(PrivateKey, PublicKey), Box<dyn Error>> {
    let provider = &rustcrypto::PROVIDER;
    let private_key = provider.generate(new_key)?;
    let signing = provider.signing_key(&private_key)?;
    let algorithm = signing.key_type().algorithm();
    let signature = signing.sign(algorithm, b"a first message")?;
    let public_key = signing.public_key();
    provider.verifying_key(&public_key)?.verify(algorithm, b"a first message", &signature)?;
    Ok((private_key, public_key))
}

/// Writes a file that only its owner can read. What was there before stays until the new one is whole.
fn keep(file: &Path, octets: &[u8], force: bool) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut unfinished = file.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let place = if force { Path::new(&unfinished) } else { file };
    if force {
        // Left behind by a run that was killed.
        match fs::remove_file(place) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    let mut opened = options.open(place)?;
    let written = opened.write_all(octets).and_then(|()| opened.sync_all());
    let done = written.and_then(|()| if force { fs::rename(place, file) } else { Ok(()) });
    if done.is_err() {
        // What is there is half a key, or one that nobody looks for.
        let _ = fs::remove_file(place);
    }
    done
}

/// The record in the form of zone files (RFC 1035 section 5.1), in strings of at most 255 octets.
fn zone_lines(name: &Name, public_key: &PublicKey) -> String {
    let value = KeyRecord::new(public_key.clone()).to_string();
    let mut lines = format!("{name}. IN TXT (");
    for string in strings(&value) {
        // A key record has no quotes and no backslashes to be escaped.
        let _ = write!(lines, "\n    \"{string}\"");
    }
    lines.push_str(" )\n");
    lines
}

fn json_line(name: &Name, public_key: &PublicKey, file: &Path) -> String {
    let value = KeyRecord::new(public_key.clone()).to_string();
    let line = json!({
        "name": name.as_str(),
        "type": "TXT",
        "value": value,
        "strings": strings(&value),
        "algorithm": public_key.key_type().algorithm().as_str(),
        "bits": public_key.bits(),
        "private_key_file": file.display().to_string(),
    });
    format!("{line}\n")
}

/// The character-strings of a TXT record (RFC 1035 section 3.3.14) that have this value.
fn strings(value: &str) -> Vec<String> {
    value.as_bytes().chunks(255).map(|string| String::from_utf8_lossy(string).into_owned()).collect()
}
