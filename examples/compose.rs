//! Builds a message from flags and files, and writes it to standard output: read it, keep it, or pipe it into `send`.
//!
//! Attachments are read while the message is written; none is held. Exit code 0: written. 2: not.
#![forbid(unsafe_code)]

use std::collections::hash_map::RandomState;
use std::error::Error;
use std::fs::File;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;
use programs::terminal::fail;
use rfc5322_message::Message;
use rfc5322_message::build::{Bcc, MessageBuilder, Options, Part, SourceId, Step};
use rfc5322_message::encode::Capabilities;
use rfc5322_message::value::{AddrSpec, DateTime, Mailbox, MessageId, Zone};

/// Build a message and write it to standard output.
#[derive(Parser)]
#[command(
    name = "compose",
    version,
    after_help = "To send it: compose --from jo@example.org --to ann@example.net --text Hello | \
                  send --server mx.example.net --from jo@example.org --to ann@example.net\n\
                  `send` without --to sends it to whom it names: with --keep-bcc to those in Bcc too, and without that field.\n\
                  Exit code 0: written. 2: not."
)]
struct Arguments {
    /// The author: `jo@example.org` or `Jo Doe <jo@example.org>`; may be repeated
    #[arg(long, value_name = "MAILBOX", required = true)]
    from: Vec<String>,
    /// Who sends it, if there are several authors
    #[arg(long, value_name = "MAILBOX")]
    sender: Option<String>,
    /// A recipient; may be repeated
    #[arg(long, value_name = "MAILBOX")]
    to: Vec<String>,
    /// Who gets a copy; may be repeated
    #[arg(long, value_name = "MAILBOX")]
    cc: Vec<String>,
    /// Who gets a copy in secret; in the envelope, not in the message
    #[arg(long, value_name = "MAILBOX")]
    bcc: Vec<String>,
    /// Where answers go
    #[arg(long, value_name = "MAILBOX")]
    reply_to: Vec<String>,
    /// The subject
    #[arg(long, default_value = "", allow_hyphen_values = true)]
    subject: String,
    /// The text; without it, standard input is read
    #[arg(long, allow_hyphen_values = true)]
    text: Option<String>,
    /// A file of HTML that says the same
    #[arg(long, value_name = "FILE")]
    html: Option<String>,
    /// Let readers wrap the text to their own width (format=flowed)
    #[arg(long)]
    flowed: bool,
    /// A file to attach; may be repeated
    #[arg(long, value_name = "FILE")]
    attach: Vec<String>,
    /// A file the HTML shows as `cid:NAME`, where NAME is an identifier like `logo@example.org`; may be repeated
    #[arg(long, value_name = "NAME=FILE")]
    inline: Vec<String>,
    /// The identifier of the message this one answers, without brackets
    #[arg(long, value_name = "ID")]
    in_reply_to: Option<String>,
    /// The time of writing in seconds since 1970, instead of now
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    date: Option<i64>,
    /// Thirty-two hexadecimal digits to make boundaries and the identifier of, instead of random ones
    #[arg(long, value_name = "DIGITS")]
    randomness: Option<String>,
    /// For a server that takes 8-bit text (8BITMIME)
    #[arg(long)]
    eight_bit: bool,
    /// For a server that takes addresses in UTF-8 (SMTPUTF8)
    #[arg(long)]
    utf8: bool,
    /// Write Bcc too, for a copy of one's own, or for `send`
    #[arg(long)]
    keep_bcc: bool,
    /// Print the envelope on standard error: the sender, then each recipient
    #[arg(long)]
    envelope: bool,
}

fn main() -> ExitCode {
    match compose(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => fail(2, problem, "nothing usable was written; `compose --help` tells what can be said"),
    }
}

fn compose(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let text = match &arguments.text {
        Some(text) => text.clone(),
        None => {
            if io::stdin().is_terminal() {
                eprintln!("reading the text from standard input; end it with Ctrl-D");
            }
            io::read_to_string(io::stdin()).map_err(|error| of_file("standard input", &error))?
        }
    };
    let mut message = MessageBuilder::new().date(date(arguments)?).from(mailboxes(&arguments.from)?);
    if let Some(sender) = &arguments.sender {
        message = message.sender(mailbox(sender)?);
    }
    if !arguments.reply_to.is_empty() {
        message = message.reply_to(mailboxes(&arguments.reply_to)?);
    }
    if !arguments.to.is_empty() {
        message = message.to(mailboxes(&arguments.to)?);
    }
    if !arguments.cc.is_empty() {
        message = message.cc(mailboxes(&arguments.cc)?);
    }
    if !arguments.bcc.is_empty() {
        message = message.bcc(mailboxes(&arguments.bcc)?);
    }
    if let Some(id) = &arguments.in_reply_to {
        let id = MessageId::new(id.as_str()).map_err(|error| format!("--in-reply-to {id}: {error}"))?;
        message = message.in_reply_to([id.clone()]).references([id]);
    }
    message = message.subject(arguments.subject.as_str());
    message = if arguments.flowed { message.flowed(&text) } else { message.text(text) };
    if let Some(html) = &arguments.html {
        message = message.html(std::fs::read_to_string(html).map_err(|error| of_file(html, &error))?);
    }
    for inline in &arguments.inline {
        let (name, path) = inline.split_once('=').ok_or("--inline wants NAME=FILE")?;
        let content = std::fs::read(path).map_err(|error| of_file(path, &error))?;
        let id = MessageId::new(name).map_err(|error| {
            format!("--inline {name}: {error}; write {name}@example.org, and cid:{name}@example.org in the HTML")
        })?;
        message = message.inline(Part::bytes(media_type(path), content).content_id(id));
    }
    let mut lengths = Vec::new();
    for (number, path) in (0..).zip(&arguments.attach) {
        let (part, length) = attachment(SourceId(number), path).map_err(|error| of_file(path, &error))?;
        let name = file_name(path);
        if name.contains(char::is_control) {
            return Err(format!("{path:?}: no name of a file has control characters in a message").into());
        }
        message = message.attach(part.filename(name));
        // A file may grow while it is read.
        lengths.push(length.unwrap_or(u64::MAX));
    }

    let mut capabilities = Capabilities::NONE;
    capabilities.eight_bit_mime = arguments.eight_bit;
    capabilities.smtp_utf8 = arguments.utf8;
    let bcc = if arguments.keep_bcc { Bcc::Keep } else { Bcc::Strip };
    let options = Options::new(randomness(arguments)?).with_capabilities(capabilities).with_bcc(bcc);
    let outgoing = message.finish(&options)?;
    if arguments.envelope {
        let envelope = outgoing.envelope();
        eprintln!("{}", envelope.reverse_path());
        envelope.recipients().iter().for_each(|recipient| eprintln!("{recipient}"));
    }

    let mut out = io::stdout().lock();
    let mut file: Option<io::Take<File>> = None;
    let mut buffer = vec![0; 48 * 1024];
    let mut writer = outgoing.writer();
    loop {
        match writer.step()? {
            Step::Write(bytes) => out.write_all(bytes)?,
            Step::Read(SourceId(number)) => {
                let path = &arguments.attach[number as usize];
                let of_this_file = |error: io::Error| of_file(path, &error);
                let open = match &mut file {
                    Some(open) => open,
                    None => file.insert(File::open(path).map_err(of_this_file)?.take(lengths[number as usize])),
                };
                match open.read(&mut buffer).map_err(of_this_file)? {
                    0 => {
                        writer.source_end().map_err(|error| format!("{path}: {error}"))?;
                        file = None;
                    }
                    length => writer.source_bytes(&buffer[..length]).map_err(|error| format!("{path}: {error}"))?,
                }
            }
            Step::Done => break,
        }
    }
    out.flush()?;
    Ok(())
}

/// A file to attach, whose octets stay as they are, and how many they are if that is known. Text in a regular file says in
/// which characters it is; what they are not is no text.
fn attachment(id: SourceId, path: &str) -> io::Result<(Part<'static>, Option<u64>)> {
    let (length, media) = (length_of(path)?, media_type(path));
    let Some(octets) = length.filter(|_| media.starts_with("text/")) else {
        return Ok((Part::source(media, id, length), length));
    };
    let part = match charset(File::open(path)?.take(octets))? {
        Some("us-ascii") => Part::source(media, id, length),
        Some(charset) => Part::source(media, id, length).parameter("charset", charset),
        None => Part::source("application/octet-stream", id, length),
    };
    Ok((part, length))
}

/// The characters of a text, if they are ASCII or UTF-8.
fn charset(mut text: impl Read) -> io::Result<Option<&'static str>> {
    let (mut buffer, mut held, mut charset) = (vec![0; 64 * 1024], 0, "us-ascii");
    loop {
        let read = text.read(&mut buffer[held..])?;
        let piece = &buffer[..held + read];
        if !piece.is_ascii() {
            charset = "utf-8";
        }
        let whole = match std::str::from_utf8(piece) {
            Ok(_) => piece.len(),
            // A character that is cut goes on with the next piece.
            Err(cut) if cut.error_len().is_none() && read > 0 => cut.valid_up_to(),
            Err(_) => return Ok(None),
        };
        if read == 0 {
            return Ok(Some(charset));
        }
        held = piece.len() - whole;
        buffer.copy_within(whole..whole + held, 0);
    }
}

/// How long a file is, which only a regular one knows. Some that are made as they are read say that they are empty.
fn length_of(path: &str) -> io::Result<Option<u64>> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    if !metadata.is_file() {
        return Ok(None);
    }
    File::open(path).map(|_| Some(metadata.len()).filter(|length| *length > 0))
}

fn of_file(path: &str, error: &io::Error) -> String {
    format!("{path}: {error}")
}

fn mailboxes(texts: &[String]) -> Result<Vec<Mailbox<'static>>, Box<dyn Error>> {
    texts.iter().map(|text| mailbox(text)).collect()
}

/// `jo@example.org` or `Jo Doe <jo@example.org>`.
fn mailbox(text: &str) -> Result<Mailbox<'static>, Box<dyn Error>> {
    let bad = |error| format!("{text}: {error}");
    let text = text.trim();
    match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, address)) => {
            let name = display_name(name.trim()).ok_or_else(|| format!("{text}: the name is not quoted right"))?;
            Ok(Mailbox::named(name, address.parse::<AddrSpec<'static>>().map_err(bad)?).map_err(bad)?)
        }
        None => Ok(Mailbox::new(text.trim().parse::<AddrSpec<'static>>().map_err(bad)?)),
    }
}

/// What a display name says: quotes are read as in a header, and a name without them is as it stands.
fn display_name(text: &str) -> Option<String> {
    if !text.contains('"') {
        return Some(text.to_owned());
    }
    let field = format!("From: {text} <a@b.example>\r\n\r\n");
    let message = Message::parse(field.as_bytes());
    let mut mailboxes = message.from();
    let (only, None) = (mailboxes.next()?, mailboxes.next()) else { return None };
    // A quote that is not closed takes the address with it.
    let is_whole = only.address().to_string() == "a@b.example";
    is_whole.then(|| only.name().unwrap_or_default().to_owned())
}

fn date(arguments: &Arguments) -> Result<DateTime, Box<dyn Error>> {
    let seconds = match arguments.date {
        Some(seconds) => seconds,
        None => i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?,
    };
    // The clock says nothing about where we are, and neither does the message.
    Ok(DateTime::from_unix(seconds, Zone::Unknown)?)
}

/// The randomness that was given, or that of the hash maps' keys, which the system gave.
fn randomness(arguments: &Arguments) -> Result<[u8; 16], Box<dyn Error>> {
    if let Some(digits) = &arguments.randomness {
        let is_right = digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = u128::from_str_radix(digits, 16).ok().filter(|_| is_right);
        return Ok(number.ok_or("--randomness wants thirty-two hexadecimal digits")?.to_be_bytes());
    }
    let half = || RandomState::new().build_hasher().finish().to_be_bytes();
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&half());
    bytes[8..].copy_from_slice(&half());
    Ok(bytes)
}

fn file_name(path: &str) -> String {
    Path::new(path).file_name().map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// What the end of the name says.
fn media_type(path: &str) -> &'static str {
    let extension = Path::new(path).extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    match extension.as_deref() {
        Some("txt" | "log" | "md") => "text/plain",
        Some("html" | "htm") => "text/html",
        Some("csv") => "text/csv",
        Some("ics") => "text/calendar",
        Some("pdf") => "application/pdf",
        Some("zip") => "application/zip",
        Some("gz") => "application/gzip",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("gif") => "image/gif",
        Some("svg") => "image/svg+xml",
        Some("mp3") => "audio/mpeg",
        Some("mp4") => "video/mp4",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_by_its_octets_wherever_pieces_are_cut() {
        let long = |end: &[u8]| [&[b'x'; 64 * 1024 - 1][..], end].concat();
        assert_eq!(charset(&b""[..]).unwrap(), Some("us-ascii"));
        assert_eq!(charset(&long(b"abc")[..]).unwrap(), Some("us-ascii"));
        assert_eq!(charset(&long("\u{e4}\u{1f600}".as_bytes())[..]).unwrap(), Some("utf-8"));
        assert_eq!(charset(&long(b"\xe4")[..]).unwrap(), None);
        assert_eq!(charset(&long(b"\xe4x")[..]).unwrap(), None);
    }

    #[test]
    fn quotes_are_not_part_of_a_name() {
        for (given, name) in [
            ("Jo Doe", "Jo Doe"),
            ("\"Jo \\\"The\\\" Doe\"", "Jo \"The\" Doe"),
            ("\"back\\\\slash\"", "back\\slash"),
            ("\"Doe, Jo\"", "Doe, Jo"),
            ("Doe, Jo", "Doe, Jo"),
            ("\"\"", ""),
            ("Jo \"The\" Doe", "Jo The Doe"),
            ("\"J\u{f6}\"", "J\u{f6}"),
        ] {
            let mailbox = mailbox(&format!("{given} <jo@example.org>")).unwrap();
            assert_eq!((mailbox.name(), mailbox.address().local()), (Some(name), "jo"), "{given}");
        }
        for given in ["\"Jo", "Jo\"", "\"Jo\\\"", "a@b, \"Jo\"", "\"x\"\r\nTo: \"y\"", "\"x\"\r\n\r\n\"y\""] {
            assert!(mailbox(&format!("{given} <jo@example.org>")).is_err(), "{given}");
        }
    }

    #[test]
    fn randomness_is_thirty_two_digits() {
        let given = |digits: &str| {
            let arguments = ["compose", "--from", "a@b", "--randomness", digits];
            randomness(&Arguments::try_parse_from(arguments).unwrap())
        };
        assert_eq!(
            given("000102030405060708090a0b0c0d0E0F").unwrap(),
            [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
        );
        for wrong in
            ["1", "+1", "+00102030405060708090a0b0c0d0e0f", "000102030405060708090a0b0c0d0e0g", &"0".repeat(33)]
        {
            assert!(given(wrong).is_err(), "{wrong}");
        }
    }
}
