//! The smallest useful SMTP server on tokio: mail for anybody `@localhost` goes to a folder, one file a message.
//! `postoffice` is the same grown up.
#![forbid(unsafe_code)]

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Parser;
use programs::private;
use programs::terminal::{about, fail, say};
use smtp_proto::reply::Reply;
use smtp_proto::server::{Config, Event, Request, Server};
use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};

/// Receive mail for anybody at localhost into a folder.
#[derive(Parser)]
#[command(name = "smtp_server_tokio", version)]
struct Arguments {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:2525")]
    listen: String,
    /// The folder
    #[arg(default_value = "received")]
    folder: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    match listen(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => fail(1, problem, "--listen chooses another port, and the argument another folder"),
    }
}

async fn listen(arguments: Arguments) -> io::Result<()> {
    private::create_folder(&arguments.folder).map_err(|problem| about(arguments.folder.display(), problem))?;
    let listener = TcpListener::bind(&arguments.listen).await.map_err(|problem| about(&arguments.listen, problem))?;
    say(format_args!("listening on {}; mail goes to {}", listener.local_addr()?, arguments.folder.display()));
    let config = Arc::new(Config::default());
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(arrival) => arrival,
            Err(problem) => {
                // Most often there are too many open files, which is over when sessions end.
                eprintln!("cannot accept: {problem}");
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
        };
        let (config, folder) = (config.clone(), arguments.folder.clone());
        tokio::spawn(async move {
            if let Err(problem) = serve(stream, config, folder).await {
                eprintln!("{peer}: {problem}");
            }
        });
    }
}

async fn serve(stream: TcpStream, config: Arc<Config>, folder: PathBuf) -> io::Result<()> {
    static RECEIVED: AtomicU64 = AtomicU64::new(0);
    let mut session = mail_tokio::drive(stream, |now| Server::new(now, config));
    let mut message = Vec::new();
    while let Some(event) = session.next_event().await? {
        let here = |mailbox: &smtp_proto::Mailbox<'_>| mailbox.as_str().to_lowercase().ends_with("@localhost");
        let refusal = match event {
            // `<Postmaster>` has no domain and is always here.
            Event::Request(Request::Rcpt { to, .. }) if to.mailbox().is_none_or(here) => None,
            Event::Request(Request::Rcpt { .. }) => Some(Reply::NO_SUCH_USER),
            Event::Request(Request::EndOfData { .. }) => {
                let number = RECEIVED.fetch_add(1, Ordering::Relaxed);
                let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
                let file = folder.join(format!("{seconds}-{}-{number}.eml", std::process::id()));
                // Accepting takes responsibility, so the file comes first.
                match keep(&file, &message).await {
                    Ok(()) => {
                        say(format_args!("{}: {} octets", file.display(), message.len()));
                        None
                    }
                    Err(problem) => {
                        eprintln!("{}: {problem}", file.display());
                        Some(Reply::TRY_LATER)
                    }
                }
            }
            Event::Request(Request::Data) => {
                message.clear();
                None
            }
            Event::Request(_) => None,
            Event::Body(octets) => {
                message.extend_from_slice(octets);
                continue;
            }
            _ => continue,
        };
        let smtp = session.machine_mut();
        match refusal {
            None => smtp.accept(),
            Some(reply) => smtp.reject(reply),
        }
        .map_err(io::Error::other)?;
    }
    Ok(())
}

/// Brings a message to the disk, in a file that is not there yet. Of one that fails nothing stays.
async fn keep(path: &Path, message: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::from(private::options()).write(true).create_new(true).open(path).await?;
    let kept = async {
        file.write_all(message).await?;
        // What is written is only known to be when it is flushed.
        file.flush().await?;
        file.sync_all().await?;
        // A new file's name is only on the disk when its folder is.
        match path.parent() {
            Some(folder) => File::open(folder).await?.sync_all().await,
            None => Ok(()),
        }
    };
    match kept.await {
        Ok(()) => Ok(()),
        Err(problem) => {
            let _ = tokio::fs::remove_file(path).await;
            Err(problem)
        }
    }
}
