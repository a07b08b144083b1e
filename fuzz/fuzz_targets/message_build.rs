//! Any values build a message or are refused with a reason; what is built is read back equal, with no defect, and keeps to the
//! lines that a server takes.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use rfc5322_message::Message;
use rfc5322_message::build::{MessageBuilder, Options, Outgoing, Part, SourceId, Step};
use rfc5322_message::encode::Capabilities;
use rfc5322_message::value::{AddrSpec, DateTime, Mailbox, MessageId, Zone};

#[derive(Arbitrary, Debug)]
struct Letter {
    unix: u32,
    offset: Option<i8>,
    from: (String, String),
    to: Vec<(Option<String>, String)>,
    subject: Option<String>,
    ids: Vec<String>,
    text: Option<String>,
    html: Option<String>,
    files: Vec<File>,
    eight_bit: bool,
    binary: bool,
    utf8: bool,
    pieces: u8,
    /// Repeats the first file, so that sizes are no limit.
    times: u16,
}

#[derive(Arbitrary, Debug, Clone)]
struct File {
    name: Option<String>,
    bytes: Vec<u8>,
    inline: bool,
    source: bool,
}

/// The whole message by pieces, with sources read a little at a time.
fn written(outgoing: &Outgoing<'_>, files: &[File], size: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut read = vec![0; files.len()];
    let mut writer = outgoing.writer();
    loop {
        match writer.step().expect("sources keep their promises") {
            Step::Write(bytes) => out.extend_from_slice(bytes),
            Step::Read(SourceId(id)) => {
                let id = id as usize;
                let rest = &files[id].bytes[read[id]..];
                let piece = &rest[..size.min(rest.len())];
                read[id] += piece.len();
                if piece.is_empty() {
                    writer.source_end().expect("the promised length");
                } else {
                    writer.source_bytes(piece).expect("the promised length");
                }
            }
            _ => return out,
        }
    }
}

fn address(local: &str) -> Option<AddrSpec<'_>> {
    AddrSpec::new(local, "example.org").ok()
}

fn mailbox<'a>(name: Option<&'a str>, local: &'a str) -> Option<Mailbox<'a>> {
    match name {
        Some(name) => Mailbox::named(name, address(local)?).ok(),
        None => address(local).map(Mailbox::new),
    }
}

/// Text is written with CRLF.
fn canonical(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

fuzz_target!(|letter: Letter| {
    let mut letter = letter;
    if let Some(first) = letter.files.first_mut() {
        first.bytes = first.bytes.repeat(usize::from(letter.times % 512).max(1)).into_iter().take(1 << 16).collect();
    }
    let letter = letter;
    let zone = letter.offset.map_or(Zone::Unknown, |offset| Zone::Offset(i16::from(offset) * 7));
    let Ok(date) = DateTime::from_unix(i64::from(letter.unix), zone) else { return };
    let Some(from) = mailbox(Some(&letter.from.0), &letter.from.1) else { return };
    let to: Vec<_> = letter.to.iter().filter_map(|(name, local)| mailbox(name.as_deref(), local)).collect();
    let ids: Vec<_> = letter.ids.iter().filter_map(|id| MessageId::new(id.as_str()).ok()).collect();
    let mut builder = MessageBuilder::new().date(date).from([from.clone()]);
    if !to.is_empty() {
        builder = builder.to(to.clone());
    }
    if !ids.is_empty() {
        builder = builder.references(ids.clone());
    }
    if let Some(subject) = &letter.subject {
        builder = builder.subject(subject.as_str());
    }
    if let Some(text) = &letter.text {
        builder = builder.text(text.as_str());
    }
    if let Some(html) = &letter.html {
        builder = builder.html(html.as_str());
    }
    for (index, file) in letter.files.iter().enumerate() {
        let mut part = if file.source {
            Part::source("application/x-any", SourceId(index as u32), Some(file.bytes.len() as u64))
        } else {
            Part::bytes("application/x-any", file.bytes.as_slice())
        };
        if let Some(name) = &file.name {
            part = part.filename(name.as_str());
        }
        builder = builder.attach(if file.inline { part.inline() } else { part.attachment() });
    }
    let mut capabilities = Capabilities::NONE;
    capabilities.eight_bit_mime = letter.eight_bit;
    capabilities.binary_mime = letter.binary;
    capabilities.smtp_utf8 = letter.utf8;
    let Ok(outgoing) = builder.finish(&Options::new([3; 16]).with_capabilities(capabilities)) else { return };

    let bytes = written(&outgoing, &letter.files, usize::from(letter.pieces).max(1) * 16);
    if let Some(length) = outgoing.encoded_len() {
        assert_eq!(length, bytes.len() as u64);
    }
    if !letter.files.iter().any(|file| file.source) {
        assert_eq!(outgoing.to_vec().expect("no sources"), bytes);
    }
    if !letter.binary {
        assert!(bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 999), "a line too long");
        assert!(!bytes.contains(&0));
        assert!(letter.eight_bit || letter.utf8 || bytes.is_ascii());
    }

    let message = Message::parse(&bytes);
    assert_eq!(message.defects(), &[]);
    assert_eq!(message.subject().unwrap_or_default(), letter.subject.as_deref().unwrap_or_default());
    assert_eq!(message.date(), Some(date));
    let read =
        |mailbox: &Mailbox<'_>| (mailbox.name().unwrap_or_default().to_owned(), mailbox.address().clone().into_owned());
    assert_eq!(message.from().map(|one| read(&one)).collect::<Vec<_>>(), [read(&from)]);
    assert_eq!(message.to().map(|one| read(&one)).collect::<Vec<_>>(), to.iter().map(read).collect::<Vec<_>>());
    if let Some(references) = message.field("References") {
        assert!(references.message_ids().map(|id| id.into_owned()).eq(ids.iter().map(|id| id.clone().into_owned())));
    } else {
        assert!(ids.is_empty());
    }

    let mut leaves = message.parts().filter(|part| part.is_leaf());
    for text in [&letter.text, &letter.html].into_iter().flatten() {
        let part = leaves.next().expect("a text");
        let (decoded, expected) = (part.decoded(), canonical(text));
        // The last line of a message is a whole line.
        let decoded = if part.parent().is_none() && !expected.ends_with("\r\n") {
            decoded.bytes.strip_suffix(b"\r\n").unwrap_or(&decoded.bytes)
        } else {
            &decoded.bytes
        };
        assert_eq!(String::from_utf8_lossy(decoded), expected);
    }
    for file in &letter.files {
        let part = leaves.next().expect("a file");
        let decoded = part.decoded();
        assert!(decoded.bytes == file.bytes && decoded.forgiven.is_clean());
        assert_eq!(part.file_name().unwrap_or_default(), file.name.as_deref().unwrap_or_default());
        assert_eq!(part.is_attachment(), !file.inline);
    }
});
