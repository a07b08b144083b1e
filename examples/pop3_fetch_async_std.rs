//! Prints what lies in a POP3 maildrop, and one message if asked, on async-std. Nothing is deleted.
#![forbid(unsafe_code)]

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use mail_futures_io::pop3::{Client, Error as Pop3Error, Options};
use mail_sasl::Credentials;
use pop3_proto::MessageNumber;
use programs::connection::{Connection, Tls, explain};
use programs::password;
use programs::terminal::{fail, say};

/// List the messages in a maildrop, or print one.
#[derive(Parser)]
#[command(name = "pop3_fetch_async_std", version)]
struct Arguments {
    #[command(flatten)]
    connection: Connection,
    /// Whose mail; the password comes from the environment variable MAIL_PASSWORD, or is asked for
    #[arg(long, value_name = "USER")]
    user: String,
    /// The number of the message to print
    message: Option<u32>,
}

fn main() -> ExitCode {
    match async_std::task::block_on(look(&Arguments::parse())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            let advice = match problem.downcast_ref() {
                Some(Pop3Error::Refused { .. }) => "are the user, the password and the number right?",
                _ => "--server, --tls and --ca say where to look and whom to trust",
            };
            fail(1, explain(problem.as_ref()), advice)
        }
    }
}

async fn look(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let mut options = Options::default();
    options.security = arguments.connection.security()?;
    options.plaintext_login = arguments.connection.tls() == Tls::None;
    let (server, port) = arguments.connection.address([110, 110, 995])?;
    let mut client = Client::connect(server, port, options).await?;
    let password = password::ask("MAIL_PASSWORD", &format!("Password of {} at {server}", arguments.user))?;
    client.login(&Credentials::new(&arguments.user, &password)?).await?;

    match arguments.message {
        None => {
            for listing in client.list().await? {
                say(format_args!("{:>6} {:>12} octets", listing.message, listing.octets.unwrap_or(0)));
            }
        }
        Some(number) => {
            let number = MessageNumber::new(number).ok_or("messages are counted from 1")?;
            let mut retrieval = client.retrieve(number).await?;
            while let Some(octets) = retrieval.chunk().await? {
                io::stdout().write_all(octets)?;
            }
        }
    }
    client.quit().await?;
    Ok(())
}
