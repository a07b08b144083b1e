//! The demonstration: a message from submission to deletion on real sockets, and the whole conversation.

mod strangers;

use std::error::Error;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, PoisonError};

use mail_sasl::Credentials;
use mail_tokio::{Security, TlsClient, TlsServer, pop3, smtp};
use programs::certificate::SelfSigned;
use programs::resolver::Source;
use programs::terminal::{Colour, fail, paint, say};
use smtp_proto::{Body, Mailbox};
use tokio::sync::oneshot;

use crate::checking::Checking;
use crate::config::{Config, User};
use crate::maildir::Maildir;
use crate::office::{Doors, Office, Service};
use crate::recorded::Line;
use crate::signing::Keys;

/// Text that is not ASCII, an attachment, and lines that begin with dots, a dot alone among them.
const MESSAGE: &str = "From: Alice <alice@office.example>\r\n\
     To: Bob <bob@office.example>, Alice <alice@office.example>\r\n\
     Subject: The post office runs\r\n\
     Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n\
     Message-ID: <demo@office.example>\r\n\
     MIME-Version: 1.0\r\n\
     Content-Type: multipart/mixed; boundary=\"=_demo\"\r\n\
     \r\n\
     --=_demo\r\n\
     Content-Type: text/plain; charset=utf-8\r\n\
     Content-Transfer-Encoding: 8bit\r\n\
     \r\n\
     Gr\u{fc}\u{df}e aus dem Postamt \u{2014} 8-bit text as it is.\r\n\
     .\r\n\
     .a line that begins with a dot\r\n\
     ..and one with two\r\n\
     --=_demo\r\n\
     Content-Type: application/octet-stream; name=\"bytes.bin\"\r\n\
     Content-Disposition: attachment; filename=\"bytes.bin\"\r\n\
     Content-Transfer-Encoding: base64\r\n\
     \r\n\
     AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v\r\n\
     --=_demo--\r\n";

const PASSWORD: &str = "correct horse battery staple";

/// Shows everything, and fails if any of it does.
pub(crate) async fn run() -> ExitCode {
    match demonstrate().await {
        Ok(()) => {
            let worked = "Every step worked. `postoffice serve` is the same server for real use.";
            say(format_args!("\n{}", paint(Colour::Green, worked)));
            ExitCode::SUCCESS
        }
        Err(problem) => {
            say(format_args!("{} {problem}", paint(Colour::Red, "failed:")));
            fail(1, problem, "please report this, with what is printed above")
        }
    }
}

async fn demonstrate() -> Result<(), Box<dyn Error>> {
    let place = Place::new()?;
    let user = |address: &str| User { password: PASSWORD.into(), addresses: vec![address.into()] };
    let config = Config {
        host: "localhost".into(),
        maildirs: place.0.clone(),
        certificate: None,
        key: None,
        users: [("alice".into(), user("alice@office.example")), ("bob".into(), user("bob@office.example"))].into(),
    };
    let made = SelfSigned::new(&["localhost"])?;
    let trust = TlsClient::trusting_pem(made.certificate.as_bytes())?;
    let tls = TlsServer::from_pem(made.certificate.as_bytes(), made.key.as_bytes())?;
    let (key, zone) = strangers::key_and_zone()?;
    let mut keys = Keys::default();
    keys.add(None, strangers::selector(), key);
    let checking = Checking::new(Source::Zone(Arc::new(zone)), true);
    let office = Office::new(config, tls, Some(checking), keys, true)?;
    let ports = [(Service::Smtp, 0), (Service::Submissions, 0), (Service::Pop3, 0), (Service::Pop3s, 0)];
    let doors = Doors::open(IpAddr::V4(Ipv4Addr::LOCALHOST), ports).await?;
    let (smtp, pop3) = (doors.address(Service::Smtp)?.port(), doors.address(Service::Pop3)?.port());
    let (close, closing) = oneshot::channel::<()>();
    let serving = tokio::spawn(doors.serve(office.clone(), async { drop(closing.await) }));
    step("open", format_args!("SMTP on port {smtp}, POP3 on port {pop3}, with a certificate made on the spot"));

    submit(smtp, trust.clone()).await?;
    delivered(&place).await?;
    let signed = fetch(pop3, trust.clone(), &place).await?;
    strangers::come(smtp, &trust, &place, &signed).await?;

    let _ = close.send(());
    serving.await?;
    for conversation in office.conversations() {
        say(format_args!("\n{}", paint(Colour::Bold, "The conversation, as the server heard and said it")));
        for line in conversation.lock().unwrap_or_else(PoisonError::into_inner).lines() {
            match line {
                Line::Client(said) => say(paint(Colour::Cyan, format_args!("C: {said}"))),
                Line::Server(said) => say(paint(Colour::Magenta, format_args!("S: {said}"))),
                Line::Tls => say(paint(Colour::Grey, "   TLS: the rest is encrypted on the wire")),
            }
        }
    }
    Ok(())
}

/// Three recipients, one of whom nobody knows here.
async fn submit(port: u16, trust: TlsClient) -> Result<(), Box<dyn Error>> {
    let mut envelope = smtp::Envelope::new("alice@office.example".parse::<Mailbox<'_>>()?);
    for to in ["bob@office.example", "nobody@office.example", "alice@office.example"] {
        envelope.recipient(to.parse::<Mailbox<'_>>()?);
    }
    envelope.size = Some(MESSAGE.len() as u64);
    envelope.body = Some(Body::EightBitMime);

    let mut options = smtp::Options::default();
    options.security = Security::StartTls(trust);
    let mut client = smtp::Client::connect("localhost", port, options).await?;
    let version = client.tls().and_then(|tls| tls.protocol.clone()).ok_or("there is no TLS")?;
    client.login(&Credentials::new("alice", PASSWORD)?).await?;
    step("log in", format_args!("as alice, over STARTTLS with {version}"));

    let sent = client.send(&envelope, MESSAGE.as_bytes()).await?;
    for recipient in &sent.recipients {
        let (Ok(reply) | Err(reply)) = &recipient.result;
        say(format_args!("         {}: {reply}", recipient.path));
    }
    let accepted: Vec<bool> = sent.recipients.iter().map(|recipient| recipient.result.is_ok()).collect();
    check(accepted == [true, false, true], "bob and alice are accepted and nobody is refused")?;
    client.quit().await?;
    step("submit", format_args!("{} octets; two recipients accepted, one refused", MESSAGE.len()));
    Ok(())
}

async fn delivered(place: &Place) -> Result<(), Box<dyn Error>> {
    for user in ["alice", "bob"] {
        let stored = Maildir::open(place.0.join(user)).await?.list().await?;
        check(stored.len() == 1, "one message lies in each Maildir")?;
        let file = tokio::fs::read(&stored[0].path).await?;
        check(file.ends_with(MESSAGE.as_bytes()), "what lies there ends with what was sent")?;
    }
    step("deliver", "into two Maildirs, octet for octet behind the trace fields and the signature");
    Ok(())
}

/// Gives the message back as it was signed.
async fn fetch(port: u16, trust: TlsClient, place: &Place) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut options = pop3::Options::default();
    options.security = Security::StartTls(trust);
    let mut client = pop3::Client::connect("localhost", port, options).await?;
    let version = client.tls().and_then(|tls| tls.protocol.clone()).ok_or("there is no TLS")?;
    client.login(&Credentials::new("bob", PASSWORD)?).await?;
    let messages = client.list().await?;
    check(messages.len() == 1, "one message is listed")?;
    let mut message = Vec::new();
    let mut retrieval = client.retrieve(messages[0].message).await?;
    while let Some(octets) = retrieval.chunk().await? {
        message.extend_from_slice(octets);
    }
    check(message.len() as u64 == messages[0].octets.unwrap_or(0), "the message is as long as LIST said")?;
    step("fetch", format_args!("as bob, over STLS with {version}: {} octets, as announced", message.len()));
    check(message.ends_with(MESSAGE.as_bytes()), "what was fetched ends with what was sent")?;
    let trace = String::from_utf8_lossy(&message[..message.len() - MESSAGE.len()]).into_owned();
    check(trace.starts_with("Return-Path: <alice@office.example>\r\n"), "the reverse-path is the sender's")?;
    step("compare", "the same octets that were submitted, dots and 8-bit text included");

    client.delete(messages[0].message).await?;
    client.quit().await?;
    check(Maildir::open(place.0.join("bob")).await?.list().await?.is_empty(), "bob's Maildir is empty")?;
    check(Maildir::open(place.0.join("alice")).await?.list().await?.len() == 1, "alice's is as it was")?;
    step("delete", "bob's copy is gone after QUIT, alice's is still there");

    let signature = trace.find("DKIM-Signature: ").ok_or("the message is not signed")?;
    step("sign", "by office.example, with an Ed25519 key made on the spot:");
    show(&trace[signature..]);
    Ok(message.split_off(signature))
}

fn step(name: &str, verdict: impl std::fmt::Display) {
    say(format_args!("{} {}", paint(Colour::Green, format_args!("ok {name:<8}")), verdict));
}

/// Shows a field of a header.
fn show(field: &str) {
    field.lines().for_each(|line| say(format_args!("         {}", paint(Colour::Grey, line))));
}

fn check(holds: bool, what: &str) -> Result<(), Box<dyn Error>> {
    if holds { Ok(()) } else { Err(format!("it should be so that {what}").into()) }
}

/// A folder for the demonstration's Maildirs, gone when it is over.
struct Place(PathBuf);

impl Place {
    fn new() -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("postoffice-demo-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
