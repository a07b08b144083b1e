//! Sends a message by SMTP, submission or LMTP, and says what became of each recipient.
//!
//! Exit code 0: all accepted. 1: some refused. 2: nothing sent. 3: nobody knows.
#![forbid(unsafe_code)]

use std::error::Error;
use std::io::Read;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use mail_sasl::Credentials;
use mail_tokio::smtp::{Client, Envelope, Error as SmtpError, Options, Protocol, RecipientResult, Sent};
use mail_wire::dot::BodyEnding;
use programs::blind_copies::without_bcc;
use programs::connection::{Connection, Tls, explain};
use programs::terminal::{Colour, fail, paint, say};
use programs::{password, path};
use rfc5322_message::fields::Fields;
use rfc5322_message::{Message, build};
use smtp_proto::client::Config;
use smtp_proto::{Body, Host, Mailbox, ReversePath};

/// Send a message and print a result for each recipient.
#[derive(Parser)]
#[command(
    name = "send",
    version,
    after_help = "Exit code 0: all accepted. 1: some refused. 2: nothing sent, so that it may be sent again. 3: the connection \
                  broke when the server may have taken the message, for recipients of whom nothing is said."
)]
struct Arguments {
    #[command(flatten)]
    connection: Connection,
    /// Log in as this user; the password comes from the environment variable MAIL_PASSWORD, or is asked for
    #[arg(long, value_name = "USER")]
    auth: Option<String>,
    /// Speak LMTP, which answers for each recipient
    #[arg(long)]
    lmtp: bool,
    /// The name to introduce this host by
    #[arg(long, value_name = "HOST", default_value = "[127.0.0.1]")]
    helo: String,
    /// The sender; empty for the null reverse-path [default: the message's Sender or From]
    #[arg(long, value_name = "ADDRESS", value_parser = path::parse)]
    from: Option<String>,
    /// Recipients, one or several; may be repeated [default: To, Cc and Bcc of the message]. Bcc is never sent
    #[arg(long, value_name = "ADDRESS", num_args = 1..)]
    to: Vec<String>,
    /// Print one JSON object instead of lines
    #[arg(long)]
    json: bool,
    /// The message; `-` for standard input, as without it. Lines may end in LF or CRLF
    #[arg(value_name = "FILE")]
    file: Option<String>,
}

impl Arguments {
    /// What stands last behind `--to` is the file, if it can be nothing else.
    fn separate_file(mut self) -> Self {
        let is_file = |last: &String| last == "-" || !last.contains('@') || std::path::Path::new(last).is_file();
        if self.file.is_none() && self.to.len() > 1 {
            self.file = self.to.pop_if(|last| is_file(last));
        }
        self
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse().separate_file();
    match send(&arguments).await {
        Ok(sent) => {
            report(&arguments, &sent.recipients, None);
            ExitCode::from(if sent.is_complete() { 0 } else { u8::from(sent.is_nothing()) + 1 })
        }
        Err(problem) => {
            let session = problem.downcast_ref::<SmtpError>();
            let in_doubt = session.is_some_and(|problem| !problem.safe_to_retry());
            let heard = session.map_or(&[][..], SmtpError::recipients);
            let problem = explain(problem.as_ref());
            report(&arguments, heard, Some((&problem, in_doubt)));
            if in_doubt {
                return fail(3, &problem, "the message may have been taken: to send it again may send it twice");
            }
            fail(2, &problem, advice(&problem))
        }
    }
}

async fn send(arguments: &Arguments) -> Result<Sent, Box<dyn Error>> {
    let message = read(arguments.file.as_deref().unwrap_or("-"))?;
    let (mut envelope, message) = address(arguments, message)?;
    if !message.is_ascii() {
        envelope.body = Some(Body::EightBitMime);
    }
    envelope.size = Some(wire_length(&message));

    let mut config = Config::default();
    config.body_ending = BodyEnding::Normalise;
    let mut options = Options::default();
    options.security = arguments.connection.security()?;
    // Somebody who asks for no TLS has a reason: the server is on this machine.
    options.plaintext_login = arguments.connection.tls() == Tls::None;
    let host = Host::parse(&arguments.helo).map_err(|problem| format!("--helo {:?}: {problem}", arguments.helo))?;
    options.host = host.into_owned();
    options.machine = Arc::new(config);
    let usual = if arguments.lmtp { [24; 3] } else { [25, 587, 465] };
    if arguments.lmtp {
        options.protocol = Protocol::Lmtp;
    }

    let (server, port) = arguments.connection.address(usual)?;
    let mut client = Client::connect(server, port, options).await?;
    if let Some(user) = &arguments.auth {
        let password = password::ask("MAIL_PASSWORD", &format!("Password of {user} at {server}"))?;
        match client.login(&Credentials::new(user, &password)?).await {
            Err(SmtpError::NoMechanism(problem)) if client.tls().is_none() && client.capabilities().starttls() => {
                return Err(format!("{problem}, and offers STARTTLS").into());
            }
            login => login?,
        }
    }
    if envelope.body.is_some() && !client.capabilities().eight_bit_mime() {
        take_leave(client).await;
        return Err("the server takes no 8-bit text (8BITMIME)".into());
    }
    let sent = client.send(&envelope, &message[..]).await?;
    take_leave(client).await;
    Ok(sent)
}

/// Says goodbye. What was said before holds whatever becomes of that, and nobody waits long for it.
async fn take_leave(client: Client) {
    let _ = tokio::time::timeout(Duration::from_secs(5), client.quit()).await;
}

/// How long a message is on the wire, where all lines end with CRLF, dots that are doubled left aside (RFC 1870 section 3).
fn wire_length(message: &[u8]) -> u64 {
    let is_alone = |at: &usize| match message[*at] {
        b'\r' => message.get(at + 1) != Some(&b'\n'),
        _ => !message[..*at].ends_with(b"\r"),
    };
    let alone = memchr::memchr2_iter(b'\r', b'\n', message).filter(is_alone).count();
    let unfinished = if message.ends_with(b"\n") || message.ends_with(b"\r") { 0 } else { 2 };
    (message.len() + alone + unfinished) as u64
}

/// The envelope, as far as it is not given as the message's header has it, and the message as it is sent.
fn address(arguments: &Arguments, message: Vec<u8>) -> Result<(Envelope, Vec<u8>), String> {
    let parsed = Message::parse(&message);
    if parsed.fields().any(|field| !field.raw().is_ascii()) {
        eprintln!("warning: the header is not all ASCII, which servers may refuse: {NO_SMTPUTF8}");
    }
    let header = build::Envelope::of_message(&parsed);
    let mut envelope = Envelope::new(match arguments.from.as_deref() {
        Some("") => ReversePath::Null,
        Some(from) => mailbox(from)?.into(),
        None if header.reverse_path().is_null() => return Err("the message does not say who sends it".to_owned()),
        None => mailbox(&header.reverse_path().to_string())?.into(),
    });
    if !arguments.to.is_empty() {
        for to in &arguments.to {
            envelope.recipient(mailbox(to)?);
        }
        return Ok((envelope, without_bcc(&parsed)?));
    }
    if header.recipients().is_empty() {
        return Err("the message does not say to whom it goes".to_owned());
    }
    for recipient in header.recipients() {
        envelope.recipient(mailbox(&recipient.to_string())?);
    }
    Ok((envelope, without_bcc(&parsed)?))
}

/// Why what is not ASCII does not go.
const NO_SMTPUTF8: &str = "that wants SMTPUTF8, which this program does not speak";

fn mailbox(address: &str) -> Result<Mailbox<'static>, String> {
    let explain = |problem: &dyn std::fmt::Display| {
        let problem: &dyn std::fmt::Display = if address.is_ascii() { problem } else { &NO_SMTPUTF8 };
        format!("{address:?} is no address: {problem}")
    };
    path::parse(address).map_err(|problem| explain(&problem))?.parse().map_err(|problem| explain(&problem))
}

fn read(file: &str) -> Result<Vec<u8>, String> {
    let mut message = Vec::new();
    let read = match file {
        "-" => std::io::stdin().lock().read_to_end(&mut message),
        file => std::fs::File::open(file).and_then(|mut file| file.read_to_end(&mut message)),
    };
    read.map_err(|problem| format!("{file}: {problem}"))?;
    // The line of an mbox is no part of the message.
    message.drain(..Fields::new(&message).offset());
    if message.is_empty() { Err(format!("{file}: the message is empty")) } else { Ok(message) }
}

/// What is known of each recipient, and, in JSON, what went wrong and whether that leaves others in doubt.
fn report(arguments: &Arguments, recipients: &[RecipientResult], failed: Option<(&str, bool)>) {
    if arguments.json {
        let mut report = serde_json::Map::new();
        if let Some((problem, in_doubt)) = failed {
            report.insert("error".into(), problem.into());
            report.insert("safe_to_retry".into(), (!in_doubt).into());
        }
        let results = recipients.iter().map(|recipient| {
            let (Ok(reply) | Err(reply)) = &recipient.result;
            serde_json::json!({
                "to": recipient.path.to_string().trim_matches(['<', '>']),
                "accepted": recipient.result.is_ok(),
                "reply": reply.to_string(),
            })
        });
        report.insert("recipients".into(), results.collect());
        say(serde_json::Value::from(report));
        return;
    }
    for recipient in recipients {
        match &recipient.result {
            Ok(reply) => say(format_args!("{} {}: {reply}", paint(Colour::Green, "accepted"), recipient.path)),
            Err(reply) => say(format_args!("{}  {}: {reply}", paint(Colour::Red, "refused"), recipient.path)),
        }
    }
}

fn advice(problem: &str) -> &'static str {
    match problem {
        _ if problem.contains("and offers STARTTLS") => "log in inside TLS, with --tls starttls",
        _ if problem.contains("does not offer STARTTLS") => "try --tls implicit, or --tls none if you must",
        _ if problem.contains("certificate") => {
            "name its certificate with --ca, or give up checking it with --insecure"
        }
        _ if problem.contains("8BITMIME") => "write the message in 7 bits, as `compose` does without --eight-bit",
        _ if problem.contains("the message is empty") => "did what should have written it fail?",
        _ if problem.contains("does not say who sends it") => "name it with --from",
        _ if problem.contains("to whom it goes") => "name them with --to",
        _ if problem.contains("cannot connect") => "is the server running? --server HOST:PORT names it",
        _ if problem.contains("TLS") => "does the port speak that kind of TLS? see --tls",
        _ => "",
    }
}
