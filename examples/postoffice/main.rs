//! A post office: SMTP and submission servers that deliver to Maildirs, and POP3 servers that hand out what lies there.
//! It checks who wrote what strangers bring, and signs what its users send.
//!
//! `postoffice demo` shows all of it at work in a few seconds; `postoffice serve` is for real use.
#![forbid(unsafe_code)]
// `say` is for that: a reader who goes away does not close an office.
#![deny(clippy::print_stdout)]

mod checking;
mod config;
mod demo;
mod maildir;
mod office;
mod pop3;
mod recorded;
mod signing;
mod smtp;

use std::io::{self, IsTerminal};
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use mail_auth_spf_dkim::dns::Name;
use mail_tokio::TlsServer;
use programs::certificate::SelfSigned;
use programs::resolver::Source;
use programs::terminal::{about, fail, say};
use programs::{key, private};
use tokio::signal::unix::{SignalKind, signal};
use tracing::warn;

use checking::Checking;
use config::Config;
use office::{Doors, Office, Service};
use signing::Keys;

/// SMTP in, POP3 out, Maildirs in between.
#[derive(Parser)]
#[command(name = "postoffice", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Submit, deliver, fetch and delete a message on loopback, and show the whole conversation
    Demo,
    /// Serve until SIGINT or SIGTERM
    Serve(Serve),
}

#[derive(clap::Args)]
#[command(after_help = config::help())]
struct Serve {
    /// Users, host name and certificate, as TOML (see below) [default: postoffice.toml, or one user made up on the spot]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The address to listen on
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// Port of SMTP with STARTTLS; 0 lets the system choose
    #[arg(long, default_value_t = 2525)]
    smtp: u16,
    /// Port of submission with implicit TLS
    #[arg(long, default_value_t = 2465)]
    submissions: u16,
    /// Port of POP3 with STLS
    #[arg(long, default_value_t = 2110)]
    pop3: u16,
    /// Port of POP3 with implicit TLS
    #[arg(long, default_value_t = 2995)]
    pop3s: u16,
    /// Answer the DNS questions of SPF, DKIM and DMARC from this JSON file [default: the system's name servers]
    #[arg(long, value_name = "FILE")]
    zone: Option<PathBuf>,
    /// Refuse mail that fails DMARC, if its author's domain wants that, and mail without exactly one author's domain; what
    /// may have to be refused and cannot be checked is to be sent again
    #[arg(long)]
    enforce_dmarc: bool,
    /// Sign what users send with this private key; several keys can be given, each with its selector
    #[arg(long, value_name = "FILE")]
    dkim_key: Vec<PathBuf>,
    /// The selector of the key
    #[arg(long, value_name = "NAME")]
    dkim_selector: Vec<Name>,
    /// The domain of the key, if not all domains that users have share it; given once for each key
    #[arg(long, value_name = "DOMAIN")]
    dkim_domain: Vec<Name>,
    /// How much to log: error, warn, info, debug, trace
    #[arg(long, default_value_t = tracing::Level::INFO)]
    log: tracing::Level,
    /// Log as JSON, one object a line
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Demo => demo::run().await,
        Command::Serve(arguments) => match serve(arguments).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(problem) => fail(1, problem, "`postoffice serve --help` names ports and files that can be chosen"),
        },
    }
}

async fn serve(arguments: Serve) -> io::Result<()> {
    let log = tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        // It would panic where nobody reads the log.
        .log_internal_errors(false)
        .with_max_level(arguments.log);
    if arguments.json {
        log.json().init();
    } else {
        log.init();
    }

    let default = PathBuf::from("postoffice.toml");
    let file = arguments.config.clone().or_else(|| default.exists().then_some(default));
    let config = match &file {
        Some(file) => Config::read(file)?,
        None => Config::sample(private::random_word()),
    };
    // All that may fail comes first, and the certificate is written behind the doors: an office that cannot open must not
    // take the certificate of one that is open.
    let keys = keys(&arguments)?;
    let checking = match Source::new(arguments.zone.as_deref()) {
        Ok(source) => Some(Checking::new(source, arguments.enforce_dmarc)),
        Err(problem) if arguments.zone.is_some() || arguments.enforce_dmarc => return Err(problem),
        Err(problem) => {
            warn!(%problem, "mail is not checked");
            None
        }
    };
    let ports = [
        (Service::Smtp, arguments.smtp),
        (Service::Submissions, arguments.submissions),
        (Service::Pop3, arguments.pop3),
        (Service::Pop3s, arguments.pop3s),
    ];
    let (tls, made) = match (&file, &config.certificate, &config.key) {
        (Some(file), Some(certificate), Some(key)) => (tls_of_files(file, certificate, key)?, None),
        _ => {
            let made = SelfSigned::new(&[&config.host, "localhost", "127.0.0.1"])?;
            let tls = TlsServer::from_pem(made.certificate.as_bytes(), made.key.as_bytes())?;
            (tls, Some(made.certificate))
        }
    };
    let office = Office::new(config, tls, checking, keys, false)?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let doors = Doors::open(arguments.listen, ports).await?;
    let trust = match made {
        Some(made) => publish(&made, &office.config.maildirs)?,
        None => office.config.certificate.clone().unwrap_or_default(),
    };
    doors.announce()?;
    say_how_to_try(&office.config, &doors, &trust, file.is_none())?;

    let closing = async {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    doors.serve(office, closing).await;
    Ok(())
}

/// What the configuration's `certificate` and `key` name.
fn tls_of_files(config: &Path, certificate: &str, key: &str) -> io::Result<TlsServer> {
    let of = |field: &str, problem| about(format_args!("{}: {field}", config.display()), problem);
    let read = |field, file| std::fs::read(file).map_err(|problem| of(&format!("`{field}` is {file:?}"), problem));
    TlsServer::from_pem(&read("certificate", certificate)?, &read("key", key)?)
        .map_err(|problem| of("`certificate` and `key`", problem))
}

/// Puts a certificate where clients find it, and says where that is.
fn publish(certificate: &str, maildirs: &Path) -> io::Result<String> {
    let file = maildirs.join("certificate.pem");
    std::fs::create_dir_all(maildirs)
        .and_then(|()| std::fs::write(&file, certificate))
        .map_err(|problem| about(file.display(), problem))?;
    Ok(file.display().to_string())
}

/// The keys that the command line names.
fn keys(arguments: &Serve) -> io::Result<Keys> {
    let Serve { dkim_key: files, dkim_selector: selectors, dkim_domain: domains, .. } = arguments;
    if selectors.len() != files.len() || !(domains.is_empty() || domains.len() == files.len()) {
        return Err(io::Error::other("each --dkim-key needs a --dkim-selector, and all or none a --dkim-domain"));
    }
    let mut keys = Keys::default();
    for (index, (file, selector)) in files.iter().zip(selectors).enumerate() {
        keys.add(domains.get(index).cloned(), selector.clone(), key::read(file)?);
    }
    Ok(keys)
}

/// Two lines to paste. A password is only shown if it was made up on the spot.
fn say_how_to_try(config: &Config, doors: &Doors, trust: &str, made_up: bool) -> io::Result<()> {
    let with_address = config.users.iter().find_map(|(name, user)| Some((name, user, user.addresses.first()?)));
    let Some((name, user, address)) = with_address else {
        say("\nNobody gets mail here: add a [users.NAME] with addresses to the configuration.");
        return Ok(());
    };
    let password = if made_up { &user.password } else { "PASSWORD" };
    let (smtp, pop3s) = (doors.address(Service::Smtp)?, doors.address(Service::Pop3s)?);
    say(format_args!("\nTry it (the certificate is {trust}):"));
    say(format_args!(
        "  printf 'Subject: hello\\n\\nfrom curl\\n' | curl --crlf --ssl-reqd --cacert {trust} smtp://localhost:{} \
         --mail-from you@example.org --mail-rcpt {address} -T -",
        smtp.port()
    ));
    say(format_args!("  curl --cacert {trust} -u '{name}:{password}' pop3s://localhost:{}/1", pop3s.port()));
    Ok(())
}
