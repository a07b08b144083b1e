//! Fetches mail by POP3 into a Maildir or an mbox file, and deletes on the server only what is safely on the disk.
//!
//! Exit code 0: all is fetched. 1: some messages could not be, or not be deleted. 2: nothing was fetched.
#![forbid(unsafe_code)]

use std::error::Error;
use std::future::pending;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use mail_sasl::Credentials;
use mail_tokio::pop3::{Client, Error as Pop3Error, Options};
use pop3_proto::client::{Asked, Outcome};
use programs::connection::{Connection, Tls, explain};
use programs::delivery::Delivery;
use programs::terminal::{fail, say};
use programs::{password, terminal};

/// Fetch mail, and delete on the server what has safely reached the disk.
#[derive(Parser)]
#[command(
    name = "fetch",
    version,
    after_help = "Exit code 0: all fetched. 1: some could not be, or not be deleted. 2: nothing was fetched."
)]
struct Arguments {
    #[command(flatten)]
    connection: Connection,
    /// Whose mail; the password comes from the environment variable MAIL_PASSWORD, or is asked for
    #[arg(long, value_name = "USER")]
    user: String,
    /// Leave everything on the server
    #[arg(long)]
    keep: bool,
    #[command(flatten)]
    into: Into,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Into {
    /// Deliver into this Maildir, which is made if it is not there
    #[arg(long, value_name = "DIR")]
    maildir: Option<PathBuf>,
    /// Append to this mbox file, which is locked (flock) while a message is written
    #[arg(long, value_name = "FILE")]
    mbox: Option<PathBuf>,
}

/// How many messages came, and how many did not.
#[derive(Default)]
struct Tally {
    fetched: usize,
    failed: usize,
}

impl Tally {
    /// The exit code if not all was fetched.
    const fn code(&self) -> u8 {
        if self.fetched > 0 { 1 } else { 2 }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let (arguments, mut tally) = (Arguments::parse(), Tally::default());
    // What is dropped half done leaves nothing behind.
    let fetched = tokio::select! {
        fetched = fetch(&arguments, &mut tally) => fetched,
        () = interrupted() => Err(Failure { problem: "interrupted".into(), advice: "what was fetched may come again" }),
    };
    match fetched {
        Ok(()) if tally.failed == 0 => {
            say(format_args!("{} fetched", tally.fetched));
            ExitCode::SUCCESS
        }
        Ok(()) => fail(
            tally.code(),
            format!("{} fetched, {} not fetched or not deleted", tally.fetched, tally.failed),
            "what was not is still there",
        ),
        Err(Failure { problem, advice: "" }) if tally.fetched > 0 && !arguments.keep => {
            fail(tally.code(), explain(problem.as_ref()), "what was fetched may come again")
        }
        Err(Failure { problem, advice }) => fail(tally.code(), explain(problem.as_ref()), advice),
    }
}

/// Waits until the program is told to end before its time.
async fn interrupted() {
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signals) => signals.recv().await,
            Err(_) => pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = pending::<Option<()>>();
    tokio::select! {
        Some(()) = terminated => {}
        Ok(()) = tokio::signal::ctrl_c() => {}
        else => pending().await,
    }
}

/// What went wrong, and what can be done about it.
struct Failure {
    problem: Box<dyn Error>,
    advice: &'static str,
}

impl<E: Error + 'static> From<E> for Failure {
    fn from(problem: E) -> Self {
        let problem: Box<dyn Error> = Box::new(problem);
        let advice = problem.downcast_ref().map_or("", advice);
        Self { problem, advice }
    }
}

async fn fetch(arguments: &Arguments, tally: &mut Tally) -> Result<(), Failure> {
    // Before anybody is asked for anything.
    drop(arguments.into.begin(0)?);
    let mut options = Options::default();
    options.security = arguments.connection.security()?;
    // Somebody who asks for no TLS has a reason: the server is on this machine.
    options.plaintext_login = arguments.connection.tls() == Tls::None;
    let (server, port) = arguments.connection.address([110, 110, 995])?;
    let mut client = Client::connect(server, port, options).await?;
    let password = password::ask("MAIL_PASSWORD", &format!("Password of {} at {server}", arguments.user))?;
    if let Err(problem) = client.login(&Credentials::new(&arguments.user, &password)?).await {
        let offers_tls = client.tls().is_none() && client.capabilities().is_some_and(|can| can.contains("STLS"));
        let advice = match &problem {
            // Before the password is said, there is little else that a server could mind.
            Pop3Error::Refused { command: Asked::User, .. } if offers_tls => {
                "the server offers TLS: try --tls starttls"
            }
            // The code says that it is about something else (RFC 2449 section 8, RFC 3206).
            Pop3Error::Refused { code: Some(code), .. } if code.eq_ignore_ascii_case("SYS/PERM") => {
                "ask who runs the server"
            }
            Pop3Error::Refused { code: Some(code), .. } if !code.eq_ignore_ascii_case("AUTH") => "try again later",
            Pop3Error::Refused { .. } if offers_tls => {
                "are the user and the password right? or does the server want TLS first: --tls starttls"
            }
            Pop3Error::Refused { .. } => "are the user and the password right?",
            problem => advice(problem),
        };
        return Err(Failure { problem: problem.into(), advice });
    }

    let messages = client.list().await?;
    let bar = terminal::progress(messages.iter().filter_map(|listing| listing.octets).sum(), "octets");
    for (n, listing) in messages.iter().enumerate() {
        bar.set_message(format!("message {} of {}", n + 1, messages.len()));
        // First, for it may have to wait for others who deliver.
        let mut delivery = arguments.into.begin(n);
        let mut retrieval = match client.retrieve(listing.message).await {
            Ok(retrieval) => retrieval,
            // This one cannot be had; the others may.
            Err(problem @ Pop3Error::Refused { .. }) => {
                bar.suspend(|| eprintln!("message {}: {}", listing.message, explain(&problem)));
                tally.failed += 1;
                continue;
            }
            Err(problem) => return Err(problem.into()),
        };
        while let Some(octets) = retrieval.chunk().await? {
            if let Ok(Err(problem)) = delivery.as_mut().map(|delivery| delivery.write(octets)) {
                delivery = Err(arguments.into.failed(&problem));
            }
            bar.inc(octets.len() as u64);
        }
        let finish = |delivery: Delivery| delivery.finish().map_err(|problem| arguments.into.failed(&problem));
        if let Err(failure) = delivery.and_then(finish) {
            // The disk will not take the others either. What it has taken is deleted, and does not come again.
            let _ = client.quit().await;
            return Err(failure);
        }
        tally.fetched += 1;
        if !arguments.keep {
            match client.delete(listing.message).await {
                // What has come is not to come again with each that cannot be deleted.
                Err(problem @ Pop3Error::Refused { .. }) => {
                    bar.suspend(|| eprintln!("message {}: {}; it will come again", listing.message, explain(&problem)));
                    tally.failed += 1;
                }
                deleted => deleted?,
            }
        }
    }
    bar.finish_and_clear();
    client.quit().await.map_err(|problem| {
        let advice = match problem.deletions() {
            Outcome::Committed => "",
            Outcome::NotCommitted => {
                "what was fetched is not deleted on the server, at least not all: it will come again"
            }
            Outcome::Unknown => "nobody knows whether what was fetched is deleted on the server: it may come again",
        };
        Failure { problem: problem.into(), advice }
    })
}

impl Into {
    fn begin(&self, number: usize) -> Result<Delivery, Failure> {
        match (&self.maildir, &self.mbox) {
            (Some(maildir), _) => Delivery::into_maildir(maildir, number),
            (_, Some(mbox)) => Delivery::into_mbox(mbox),
            _ => Err(io::ErrorKind::InvalidInput.into()),
        }
        .map_err(|problem| self.failed(&problem))
    }

    /// What the disk did not do.
    fn failed(&self, problem: &io::Error) -> Failure {
        let path = self.maildir.as_ref().or(self.mbox.as_ref()).map(|path| path.display());
        let problem = path.map_or_else(|| problem.to_string(), |path| format!("{path}: {problem}"));
        Failure {
            problem: problem.into(),
            advice: "what could not be written is still on the server; see --maildir and --mbox",
        }
    }
}

/// What can be done, whatever was asked of the server.
fn advice(problem: &Pop3Error) -> &'static str {
    match problem {
        Pop3Error::TlsNotOffered => "try --tls implicit, or --tls none if you must",
        Pop3Error::Tls(problem) if problem.to_string().contains("certificate") => {
            "name its certificate with --ca, or give up checking it with --insecure"
        }
        Pop3Error::Tls(_) => "does the port speak that kind of TLS? see --tls",
        Pop3Error::Connect(_) => "is the server running? --server HOST:PORT names it",
        _ => "",
    }
}
