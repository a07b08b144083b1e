//! Fetches mail by POP3 into a Maildir or an mbox file, and deletes on the server only what is safely on the disk.
//!
//! Exit code 0: all is fetched. 1: some messages could not be. 2: nothing was.
#![forbid(unsafe_code)]

use std::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;
use mail_sasl::Credentials;
use mail_tokio::pop3::{Client, Error as Pop3Error, Options};
use programs::connection::{Connection, Tls, explain};
use programs::terminal::{fail, say};
use programs::{password, terminal};

/// Fetch mail, and delete on the server what has safely reached the disk.
#[derive(Parser)]
#[command(name = "fetch", version, after_help = "Exit code 0: all fetched. 1: some could not be. 2: nothing was.")]
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
    /// Append to this mbox file
    #[arg(long, value_name = "FILE")]
    mbox: Option<PathBuf>,
}

/// How many messages came, and how many did not.
#[derive(Default)]
struct Tally {
    fetched: usize,
    failed: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut tally = Tally::default();
    match fetch(&Arguments::parse(), &mut tally).await {
        Ok(()) if tally.failed == 0 => {
            say(format_args!("{} fetched", tally.fetched));
            ExitCode::SUCCESS
        }
        Ok(()) => fail(1, format!("{} fetched, {} not", tally.fetched, tally.failed), "what was not is still there"),
        Err(problem) => {
            let problem = explain(problem.as_ref());
            let code = if tally.fetched > 0 { 1 } else { 2 };
            fail(code, &problem, advice(&problem))
        }
    }
}

async fn fetch(arguments: &Arguments, tally: &mut Tally) -> Result<(), Box<dyn Error>> {
    let mut options = Options::default();
    options.security = arguments.connection.security()?;
    // Somebody who asks for no TLS has a reason: the server is on this machine.
    options.plaintext_login = arguments.connection.tls() == Tls::None;
    let (server, port) = arguments.connection.address([110, 110, 995])?;
    let mut client = Client::connect(server, port, options).await?;
    let password = password::ask("MAIL_PASSWORD", &format!("Password of {} at {server}", arguments.user))?;
    client.login(&Credentials::new(&arguments.user, &password)?).await?;

    let messages = client.list().await?;
    let bar = terminal::progress(messages.iter().filter_map(|listing| listing.octets).sum(), "octets");
    for (n, listing) in messages.iter().enumerate() {
        bar.set_message(format!("message {} of {}", n + 1, messages.len()));
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
        let mut delivery = arguments.into.begin(n)?;
        while let Some(octets) = retrieval.chunk().await? {
            delivery.write(octets)?;
            bar.inc(octets.len() as u64);
        }
        delivery.finish()?;
        tally.fetched += 1;
        if !arguments.keep {
            client.delete(listing.message).await?;
        }
    }
    bar.finish_and_clear();
    client.quit().await?;
    Ok(())
}

impl Into {
    fn begin(&self, number: usize) -> io::Result<Delivery> {
        match (&self.maildir, &self.mbox) {
            (Some(maildir), _) => Delivery::into_maildir(maildir, number),
            (_, Some(mbox)) => Delivery::into_mbox(mbox),
            _ => Err(io::ErrorKind::InvalidInput.into()),
        }
    }
}

/// A message on its way to the disk. Dropped before [`finish`](Self::finish), it leaves nothing behind.
struct Delivery {
    file: BufWriter<File>,
    into: Form,
    finished: bool,
}

enum Form {
    /// A file of its own, which gets its real name when it is whole.
    Maildir { tmp: PathBuf, new: PathBuf },
    /// Behind the others, from `start` on. The line that has not come to its end is held.
    Mbox { start: u64, line: Vec<u8> },
}

impl Delivery {
    fn into_maildir(maildir: &Path, number: usize) -> io::Result<Self> {
        for folder in ["tmp", "new", "cur"] {
            fs::create_dir_all(maildir.join(folder))?;
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let name = format!("{}.M{:06}P{}Q{number}.fetch", now.as_secs(), now.subsec_micros(), std::process::id());
        let (tmp, new) = (maildir.join("tmp").join(&name), maildir.join("new").join(name));
        let file = BufWriter::new(File::create_new(&tmp)?);
        Ok(Self { file, into: Form::Maildir { tmp, new }, finished: false })
    }

    fn into_mbox(mbox: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(mbox)?;
        let start = file.metadata()?.len();
        let mut file = BufWriter::new(file);
        file.write_all(b"From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n")?;
        Ok(Self { file, into: Form::Mbox { start, line: Vec::new() }, finished: false })
    }

    fn write(&mut self, octets: &[u8]) -> io::Result<()> {
        let Form::Mbox { line, .. } = &mut self.into else { return self.file.write_all(octets) };
        for piece in octets.split_inclusive(|octet| *octet == b'\n') {
            line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                write_mbox_line(&mut self.file, line)?;
                line.clear();
            }
        }
        Ok(())
    }

    /// Brings the message to the disk. When this returns, a power failure does not take it away.
    fn finish(mut self) -> io::Result<()> {
        if let Form::Mbox { line, .. } = &self.into {
            if !line.is_empty() {
                write_mbox_line(&mut self.file, line)?;
            }
            self.file.write_all(b"\n")?;
        }
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        if let Form::Maildir { tmp, new } = &self.into {
            fs::rename(tmp, new)?;
            if let Some(folder) = new.parent() {
                File::open(folder)?.sync_all()?;
            }
        }
        self.finished = true;
        Ok(())
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        // Half a message must not look like a whole one.
        match &self.into {
            Form::Maildir { tmp, .. } => drop(fs::remove_file(tmp)),
            Form::Mbox { start, .. } => {
                let _ = self.file.flush();
                let _ = self.file.get_ref().set_len(*start);
            }
        }
    }
}

/// In the form of mbox that can be undone: a line of any number of `>` and `From ` gets one `>` more.
fn write_mbox_line(file: &mut impl Write, line: &[u8]) -> io::Result<()> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let quotes = line.iter().take_while(|octet| **octet == b'>').count();
    if line[quotes..].starts_with(b"From ") {
        file.write_all(b">")?;
    }
    file.write_all(line)?;
    file.write_all(b"\n")
}

fn advice(problem: &str) -> &'static str {
    match problem {
        _ if problem.contains("STLS") || problem.contains("STARTTLS") => {
            "try --tls implicit, or --tls none if you must"
        }
        _ if problem.contains("certificate") => {
            "name its certificate with --ca, or give up checking it with --insecure"
        }
        _ if problem.contains("cannot connect") => "is the server running? --server HOST:PORT names it",
        _ if problem.contains("AUTH") => "are the user and the password right?",
        _ => "",
    }
}
