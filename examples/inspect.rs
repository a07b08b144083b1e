//! Draws the tree of a message: types, sizes, names, offsets, and what is wrong with it.
//!
//! ```text
//! inspect mail.eml                 one message
//! inspect inbox.mbox ~/Maildir     many
//! inspect --json corpus/           one line of JSON for each message
//! ```
#![forbid(unsafe_code)]

use std::{
    fs::{self, File},
    io::{self, IsTerminal as _, Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use indicatif::ProgressBar;
use programs::terminal::{Colour, fail, paint, printable, progress};
use rfc5322_message::{
    Defect, Field, Mailboxes, Message, Part,
    mailbox::mbox::{Quoting, Reader},
    value::Zone,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Show what messages consist of.
#[derive(Parser)]
#[command(
    name = "inspect",
    version,
    after_help = "A file that begins with `From ` is an mbox, and its messages are FILE#1, FILE#2 and so on. In a Maildir, \
                  what is being delivered is left out.\n\
                  A line of JSON has file, size, fields (how many), subject, from, to, date, message_id, parts and defects; \
                  parts are those with no parts inside, and offsets count in bytes from the beginning of the message.\n\
                  Exit code 0: all files could be read, whatever is in them. 1: not all; the others are shown."
)]
struct Arguments {
    /// Messages, mbox files, folders of messages, Maildirs; - for standard input
    #[arg(required = true, value_name = "FILE|DIR|MBOX")]
    paths: Vec<PathBuf>,
    /// One line of JSON for each message
    #[arg(long)]
    json: bool,
}

/// Why a file is not shown.
enum Trouble {
    Reading(io::Error),
    Writing(io::Error),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let (mut files, mut code) = (Vec::new(), ExitCode::SUCCESS);
    for path in &arguments.paths {
        collect(path, &mut files, &mut |path, error| code = unreadable(path, error));
    }
    // On a terminal that the messages go to as well they are progress enough.
    let bar = match files.len() {
        2.. if !io::stdout().is_terminal() => progress(files.len() as u64, "files"),
        _ => ProgressBar::hidden(),
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut shown = Ok(());
    for file in &files {
        match inspect(file, arguments.json, &mut out) {
            Ok(()) => {}
            Err(Trouble::Reading(error)) => bar.suspend(|| code = unreadable(file, &error)),
            Err(Trouble::Writing(error)) => {
                shown = Err(error);
                break;
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    match shown.and_then(|()| out.flush()) {
        // Whoever reads the output may stop reading.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => fail(1, error, ""),
        _ => code,
    }
}

fn unreadable(path: &Path, error: &io::Error) -> ExitCode {
    fail(1, format_args!("{}: {error}", path.display()), "")
}

/// The files at or below `path`, in the order of their names. Links to folders are not followed.
fn collect(path: &Path, files: &mut Vec<PathBuf>, failed: &mut impl FnMut(&Path, &io::Error)) {
    let mut open = vec![path.to_owned()];
    while let Some(path) = open.pop() {
        if !path.is_dir() {
            files.push(path);
            continue;
        }
        match entries(&path) {
            Ok(entries) => open.extend(entries.into_iter().rev()),
            Err(error) => failed(&path, &error),
        }
    }
}

/// The files and folders in a folder. Of a Maildir, the folders alone, but not that of what is being delivered.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let is_maildir = ["tmp", "new", "cur"].iter().all(|inside| folder.join(inside).is_dir());
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (kind, path) = (entry.file_type()?, entry.path());
        let is_folder = kind.is_dir() && !(is_maildir && path.ends_with("tmp"));
        let is_file = kind.is_file() || (kind.is_symlink() && path.is_file());
        if is_folder || (is_file && !is_maildir) {
            entries.push(path);
        }
    }
    entries.sort();
    Ok(entries)
}

/// One file: an mbox if it begins like one, or else one message.
fn inspect(path: &Path, as_json: bool, out: &mut impl Write) -> Result<(), Trouble> {
    let name = path.display().to_string();
    let mut input: Box<dyn Read> =
        if name == "-" { Box::new(io::stdin().lock()) } else { Box::new(File::open(path).map_err(Trouble::Reading)?) };
    let mut bytes = Vec::new();
    (&mut input).take(5).read_to_end(&mut bytes).map_err(Trouble::Reading)?;
    if bytes != b"From " {
        input.read_to_end(&mut bytes).map_err(Trouble::Reading)?;
        return show(&name, &Message::parse(&bytes), as_json, out).map_err(Trouble::Writing);
    }
    let input = io::BufReader::new(bytes.as_slice().chain(input));
    for (number, entry) in Reader::new(input, Quoting::Mboxrd).enumerate() {
        let entry = entry.map_err(Trouble::Reading)?;
        let message = Message::parse(&entry.message);
        show(&format!("{name}#{}", number + 1), &message, as_json, out).map_err(Trouble::Writing)?;
    }
    Ok(())
}

fn show(name: &str, message: &Message<'_>, as_json: bool, out: &mut impl Write) -> io::Result<()> {
    if as_json { writeln!(out, "{}", to_json(name, message)) } else { draw(name, message, out) }
}

/// What is wrong with the structure and with the values of fields, in document order.
fn defects(message: &Message<'_>) -> Vec<Defect> {
    let values = message.parts().flat_map(|part| part.fields()).filter_map(|field: Field<'_>| field.value_defect());
    let mut defects: Vec<_> = message.defects().iter().copied().chain(values).collect();
    defects.sort_by_key(Defect::offset);
    defects
}

fn draw(name: &str, message: &Message<'_>, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}  {} bytes", paint(Colour::Bold, printable(name)), message.len())?;
    for field in ["From", "To", "Subject", "Date"] {
        if let Some(field) = message.field(field) {
            writeln!(out, "  {:<8} {}", field.name(), printable(&field.text()))?;
        }
    }
    for part in message.parts() {
        draw_part(&part, out)?;
    }
    for defect in defects(message) {
        writeln!(out, "  {}", paint(Colour::Red, format_args!("! {defect}")))?;
    }
    writeln!(out)
}

fn draw_part(part: &Part<'_>, out: &mut impl Write) -> io::Result<()> {
    let indent = "  ".repeat(part.depth() + 1);
    let range = part.range();
    write!(out, "{indent}{}", paint(Colour::Cyan, printable(&part.content_type().to_string())))?;
    if let Some(charset) = part.charset() {
        write!(out, " {}", printable(&charset))?;
    }
    if part.is_leaf() {
        let decoded = part.decoded();
        write!(out, ", {}, {} bytes", part.encoding().as_str(), decoded.bytes.len())?;
        if !decoded.forgiven.is_clean() {
            write!(out, " {}", paint(Colour::Red, "! badly encoded"))?;
        }
    }
    if let Some(name) = part.file_name() {
        write!(out, " {}", paint(Colour::Green, format_args!("{name:?}")))?;
    }
    writeln!(out, "  {}", paint(Colour::Grey, format_args!("[{}..{}]", range.start, range.end)))
}

fn to_json(name: &str, message: &Message<'_>) -> Value {
    let date = message.date().map(|date| {
        let offset = (date.zone() != Zone::Missing).then(|| date.offset_minutes());
        json!({ "unix": date.unix(), "offset_minutes": offset })
    });
    let mut defects: Vec<_> = defects(message).iter().map(|defect| (defect.offset(), defect.kind().as_str())).collect();
    let leaves = message.parts().filter(Part::is_leaf).map(|part| leaf(&part, &mut defects)).collect::<Vec<_>>();
    defects.sort_by_key(|(offset, _)| *offset);
    let defects: Vec<_> = defects.iter().map(|(offset, kind)| json!({ "kind": kind, "offset": offset })).collect();
    json!({
        "file": name,
        "size": message.len(),
        "fields": message.fields().count(),
        "subject": message.subject(),
        "from": mailboxes(message.from()),
        "to": mailboxes(message.to()),
        "date": date,
        "message_id": message.message_id().map(|id| id.as_str().to_owned()),
        "parts": leaves,
        "defects": defects,
    })
}

fn mailboxes(list: Mailboxes<'_>) -> Vec<Value> {
    list.map(|mailbox| json!({ "name": mailbox.name(), "address": mailbox.address().to_string() })).collect()
}

/// One part, which is decoded for it; what is wrong with its encoding comes to light then.
fn leaf(part: &Part<'_>, defects: &mut Vec<(usize, &'static str)>) -> Value {
    let decoded = part.decoded();
    if !decoded.forgiven.is_clean() {
        defects.push((part.body_range().start, "badly-encoded"));
    }
    let decoded = decoded.bytes;
    // A message without parts inside is its own part 1.
    let path = if part.parent().is_none() { vec![1] } else { part.path() };
    let path: Vec<_> = path.iter().map(usize::to_string).collect();
    let sha256: String = Sha256::digest(&decoded).iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "path": path.join("."),
        "content_type": part.content_type().to_string(),
        "charset": part.charset(),
        "encoding": part.encoding().as_str(),
        "filename": part.file_name(),
        "header_start": part.header_range().start,
        "body_start": part.body_range().start,
        "body_end": part.body_range().end,
        "decoded_len": decoded.len(),
        "sha256": sha256,
    })
}
