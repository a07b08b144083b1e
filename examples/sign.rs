//! Signs a message with DKIM, by one key or several.
//! Try it: `sign --key may.example.org.pem --domain example.org --selector may message.eml`
#![forbid(unsafe_code)]

use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Parser;
use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::crypto::default_provider;
use mail_auth_spf_dkim::dkim::{Canonicalization, Identity, Signer, SignerError, SigningSettings};
use mail_auth_spf_dkim::dns::Name;
use programs::key;
use programs::message::{LineEnds, open_to_read_twice};
use programs::terminal::{fail, printable};
use rfc5322_message::fields::Fields;

/// Sign a message with DKIM, and write it with the signature in front.
#[derive(Parser)]
#[command(
    name = "sign",
    version,
    after_help = "Several keys sign at once: give --key and --selector as often, and --domain once or as often. `keygen` \
                  makes keys.\n\
                  A file whose first line ends with LF alone is signed as if all its lines ended with CRLF, as they will \
                  when it is sent, and written with LF again.\n\
                  Exit code 0: signed. 1: the message cannot be signed. 2: a key, a file or the command line is wrong."
)]
struct Arguments {
    /// A private key: PKCS#8, PKCS#1 or SEC 1, in PEM or DER, or the base64 of an Ed25519 seed
    #[arg(long, value_name = "FILE", required = true)]
    key: Vec<PathBuf>,
    /// The domain that signs
    #[arg(long, value_parser = domain, required = true)]
    domain: Vec<Name>,
    /// The name of the key in that domain
    #[arg(long, value_parser = selector, required = true)]
    selector: Vec<Name>,
    /// The fields to sign, with colons between them; one that is named twice is signed so that nobody can add
    /// another [default: those that a reader sees, so that nobody can add another]
    #[arg(long, value_name = "NAMES")]
    headers: Option<String>,
    /// How header and body are canonicalised: simple or relaxed for each
    #[arg(long, value_name = "HEADER/BODY", default_value = "relaxed/relaxed", value_parser = canonicalization)]
    canonicalization: (Canonicalization, Canonicalization),
    /// On whose behalf, for i=: an address within the domain
    #[arg(long, value_name = "ADDRESS")]
    identity: Option<String>,
    /// For how many seconds the signature holds [default: for ever]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    expires_after: Option<u64>,
    /// The time of signing, in seconds since 1970 [default: now]
    #[arg(long, value_name = "UNIX")]
    now: Option<u64>,
    /// Write the signature alone
    #[arg(long)]
    header_only: bool,
    /// The message, or - for standard input
    file: PathBuf,
}

fn domain(text: &str) -> Result<Name, String> {
    let name = Name::from_unicode(text).map_err(|error| error.to_string())?;
    if name.is_host() { Ok(name) } else { Err("a domain has letters, digits, hyphens and dots".into()) }
}

fn selector(text: &str) -> Result<Name, String> {
    Name::parse(text).map_err(|error| error.to_string())
}

/// As in `c=`: a body that is not named is simple (RFC 6376 section 3.5).
fn canonicalization(text: &str) -> Result<(Canonicalization, Canonicalization), String> {
    let (header, body) = text.split_once('/').unwrap_or((text, "simple"));
    let parse = |word| Canonicalization::parse(word).ok_or_else(|| format!("{word:?} is neither simple nor relaxed"));
    Ok((parse(header)?, parse(body)?))
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let identities = match identities(&arguments) {
        Ok(identities) => identities,
        Err(problem) => return fail(2, problem, "`sign --help` tells what can be given, and `keygen` makes keys"),
    };
    let settings = match settings(&arguments) {
        Ok(settings) => settings,
        Err(problem) => return fail(2, problem, "give names of fields, as in --headers from:to:subject"),
    };
    let mut file = match open_to_read_twice(&arguments.file) {
        Ok(file) => file,
        Err(problem) => {
            let problem = format_args!("{}: {problem}", arguments.file.display());
            return fail(2, problem, "give a file that can be read, or -");
        }
    };
    let since_1970 = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let date = UnixTime::new(arguments.now.unwrap_or_else(since_1970));
    let mut signer = Signer::new(date, default_provider(), identities, &settings);
    let mut line_ends = LineEnds::new();
    if let Err(problem) = feed(&mut signer, &mut file, &mut line_ends) {
        return fail(2, format_args!("{}: {problem}", arguments.file.display()), "");
    }
    let fields = match signer.fields() {
        Some(Ok(fields)) => fields,
        Some(Err(SignerError::MalformedHeader)) => {
            let line = line_that_is_no_field(&mut file).unwrap_or_else(|_| "a line of the header is no field".into());
            return fail(1, line, "nothing was signed; take that line away (an mbox has one in front of each message)");
        }
        Some(Err(problem)) => {
            return fail(1, problem, "nothing was signed; correct the message, or choose another key");
        }
        None => return fail(1, "a key gave no signature", "choose another key"),
    };
    if signer.has_bare_line_end_in_header() {
        eprintln!(
            "warning: a CR or LF stands alone in the header: most servers will change it, and break the signature"
        );
    }
    let defects = signer.body_defects();
    if defects.bare_cr + defects.bare_lf > 0 {
        eprintln!("warning: a CR or LF stands alone in the body: most servers will change it, and break the signature");
    }
    let fields = if line_ends.are_unix() { fields.replace("\r\n", "\n") } else { fields.to_owned() };
    match write(&fields, &mut file, arguments.header_only) {
        Err(problem) if problem.kind() != io::ErrorKind::BrokenPipe => fail(2, problem, ""),
        _ => ExitCode::SUCCESS,
    }
}

/// The first pass: what is to be signed.
fn feed(signer: &mut Signer, file: &mut File, line_ends: &mut LineEnds) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            length => signer.handle_input(line_ends.convert(&buffer[..length])),
        }
    }
    signer.handle_eof();
    Ok(())
}

/// Says which line of the header has no name and no colon.
fn line_that_is_no_field(file: &mut File) -> io::Result<String> {
    let mut header = Vec::new();
    file.rewind()?;
    file.take(1024 * 1024).read_to_end(&mut header)?;
    let mut fields = Fields::new(&header);
    // The line of an mbox is passed over.
    let start = match fields.offset() {
        0 => {
            fields.by_ref().for_each(drop);
            fields.offset()
        }
        _ => 0,
    };
    let number = header[..start].iter().filter(|octet| **octet == b'\n').count() + 1;
    let line = header[start..].split(|octet| *octet == b'\n').next().unwrap_or_default();
    let shown: String = printable(String::from_utf8_lossy(line).trim_end()).chars().take(60).collect();
    Ok(format!("line {number} of the header is no field: {shown}"))
}

/// The second pass: the signatures, and the message as it is.
fn write(fields: &str, file: &mut File, header_only: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(fields.as_bytes())?;
    if !header_only {
        file.rewind()?;
        io::copy(file, &mut out)?;
    }
    out.flush()
}

/// Who signs: each key with its selector and its domain.
fn identities(arguments: &Arguments) -> Result<Vec<Identity>, String> {
    let count = arguments.key.len();
    if arguments.selector.len() != count {
        return Err(format!("{count} keys need {count} selectors, not {}", arguments.selector.len()));
    }
    if !matches!(arguments.domain.len(), domains if domains == 1 || domains == count) {
        return Err(format!("{count} keys need one domain or {count}, not {}", arguments.domain.len()));
    }
    let domains = arguments.domain.iter().cycle();
    let mut identities = Vec::new();
    for ((file, selector), domain) in arguments.key.iter().zip(&arguments.selector).zip(domains) {
        let key = key::read(file).map_err(|problem| problem.to_string())?;
        let identity = Identity::new(domain.clone(), selector.clone(), key);
        let identity = match &arguments.identity {
            Some(address) => identity.and_then(|identity| identity.with_user(address)),
            None => identity,
        };
        identities.push(identity.map_err(|problem| problem.to_string())?);
    }
    Ok(identities)
}

fn settings(arguments: &Arguments) -> Result<SigningSettings, String> {
    let mut settings = SigningSettings::default();
    (settings.header_canonicalization, settings.body_canonicalization) = arguments.canonicalization;
    settings.expires_after = arguments.expires_after.map(Duration::from_secs);
    let Some(headers) = &arguments.headers else { return Ok(settings) };
    settings = settings.only_from();
    let names: Vec<&str> = headers.split([':', ',']).map(str::trim).collect();
    for (index, name) in names.iter().enumerate() {
        let again = names[..index].iter().any(|earlier| earlier.eq_ignore_ascii_case(name));
        let with = if again { settings.with_field_once_more(name) } else { settings.with_field(name) };
        settings = with.map_err(|problem| format!("{name:?}: {problem}"))?;
    }
    Ok(settings)
}
