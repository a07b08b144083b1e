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
    io::{self, BufReader, Read as _, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use programs::terminal::{Colour, fail, paint, printable, progress};
use rfc5322_message::{
    Mailboxes, Message, Part,
    mailbox::mbox::{Quoting, Reader},
    value::Zone,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Show what messages consist of.
#[derive(Parser)]
struct Arguments {
    /// Messages, mbox files, folders of messages, Maildirs.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// One line of JSON for each message.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut files = Vec::new();
    for path in &arguments.paths {
        if let Err(error) = collect(path, &mut files) {
            return fail(1, format_args!("{}: {error}", path.display()), "Give files or folders that can be read.");
        }
    }
    let bar = (files.len() > 1).then(|| progress(files.len() as u64, "files"));
    let mut out = io::BufWriter::new(io::stdout().lock());
    for file in &files {
        if let Err(error) = inspect(file, arguments.json, &mut out) {
            // Whoever reads the output may stop reading.
            if error.kind() == io::ErrorKind::BrokenPipe {
                return ExitCode::SUCCESS;
            }
            return fail(1, format_args!("{}: {error}", file.display()), "");
        }
        if let Some(bar) = &bar {
            bar.inc(1);
        }
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    match out.flush() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => fail(1, error, ""),
        _ => ExitCode::SUCCESS,
    }
}

/// The files at or below `path`, in the order of their names. Links to folders are not followed.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut open = vec![path.to_owned()];
    while let Some(path) = open.pop() {
        if !fs::metadata(&path)?.is_dir() {
            files.push(path);
            continue;
        }
        let mut entries = Vec::new();
        for entry in fs::read_dir(&path)? {
            let entry = entry?;
            let is_linked_folder = entry.file_type()?.is_symlink() && entry.path().is_dir();
            if !is_linked_folder {
                entries.push(entry.path());
            }
        }
        entries.sort();
        open.extend(entries.into_iter().rev());
    }
    Ok(())
}

/// One file: an mbox if it begins like one, or else one message.
fn inspect(path: &Path, as_json: bool, out: &mut impl Write) -> io::Result<()> {
    let mut start = Vec::new();
    File::open(path)?.take(5).read_to_end(&mut start)?;
    let name = path.display().to_string();
    if start != b"From " {
        let bytes = fs::read(path)?;
        return show(&name, &Message::parse(&bytes), as_json, out);
    }
    for (number, entry) in Reader::new(BufReader::new(File::open(path)?), Quoting::Mboxrd).enumerate() {
        let entry = entry?;
        show(&format!("{name}#{}", number + 1), &Message::parse(&entry.message), as_json, out)?;
    }
    Ok(())
}

fn show(name: &str, message: &Message<'_>, as_json: bool, out: &mut impl Write) -> io::Result<()> {
    if as_json { writeln!(out, "{}", to_json(name, message)) } else { draw(name, message, out) }
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
    for defect in message.defects() {
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
    let defects: Vec<_> = message
        .defects()
        .iter()
        .map(|defect| json!({ "kind": defect.kind().as_str(), "offset": defect.offset() }))
        .collect();
    json!({
        "file": name,
        "size": message.len(),
        "fields": message.fields().count(),
        "subject": message.subject(),
        "from": mailboxes(message.from()),
        "to": mailboxes(message.to()),
        "date": date,
        "message_id": message.message_id().map(|id| id.as_str().to_owned()),
        "parts": message.parts().filter(Part::is_leaf).map(|part| leaf(&part)).collect::<Vec<_>>(),
        "defects": defects,
    })
}

fn mailboxes(list: Mailboxes<'_>) -> Vec<Value> {
    list.map(|mailbox| json!({ "name": mailbox.name(), "address": mailbox.address().to_string() })).collect()
}

fn leaf(part: &Part<'_>) -> Value {
    let decoded = part.decoded().bytes;
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
