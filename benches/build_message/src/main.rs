//! Building messages: from values to the bytes that are sent.
//!
//! Before anything is timed, what the contenders made is read back and compared: the same names, the same texts, the same
//! files.
#![forbid(unsafe_code)]

use std::iter;

use harness::{Group, copying};
use peer_encodify as encodify;
use peer_mail_builder as peer;
use rfc5322_message::Message;
use rfc5322_message::build::{MessageBuilder, Options, Part};
use rfc5322_message::codec::BodyDecoder;
use rfc5322_message::content::TransferEncoding;
use rfc5322_message::encode::{Base64Encoder, QuotedPrintableEncoder};
use rfc5322_message::value::{AddrSpec, DateTime, Mailbox, Zone};

const UNIX: i64 = 1_795_449_300;
const IDENTIFIER: &str = "07070707070707070707070707070707@example.org";

/// The same values on both sides. Each is given a date and an identifier, so that neither asks a clock for them.
struct Letter<'a> {
    subject: &'a str,
    name: &'a str,
    text: &'a str,
    html: Option<&'a str>,
    file: Option<&'a [u8]>,
}

impl Letter<'_> {
    fn ours(&self, out: &mut Vec<u8>) {
        let address = |local: &'static str| AddrSpec::new(local, "example.org").expect("an address");
        let mut message = MessageBuilder::new()
            .date(DateTime::from_unix(UNIX, Zone::Offset(0)).expect("a date"))
            .from([Mailbox::named(self.name, address("jo")).expect("a name")])
            .to([Mailbox::named("Ann Example", address("ann")).expect("a name")])
            .subject(self.subject)
            .text(self.text);
        if let Some(html) = self.html {
            message = message.html(html);
        }
        if let Some(file) = self.file {
            message = message.attach(Part::bytes("application/pdf", file).filename("report.pdf"));
        }
        message.finish(&Options::new([7; 16])).expect("a message").write(out).expect("no sources");
    }

    fn peers(&self, out: &mut Vec<u8>) {
        let mut message = peer::MessageBuilder::new()
            .date(UNIX)
            .message_id(IDENTIFIER)
            .from((self.name, "jo@example.org"))
            .to(("Ann Example", "ann@example.org"))
            .subject(self.subject)
            .text_body(self.text);
        if let Some(html) = self.html {
            message = message.html_body(html);
        }
        if let Some(file) = self.file {
            message = message.attachment("application/pdf", "report.pdf", file);
        }
        message.write_to(out).expect("written");
    }

    /// What was built says what was asked for.
    fn check(&self, built: &[u8]) {
        let message = Message::parse(built);
        assert_eq!(message.subject().as_deref(), Some(self.subject));
        assert_eq!(message.date().map(|date| date.unix()), Some(UNIX));
        assert_eq!(message.message_id().map(|id| id.as_str().to_owned()).as_deref(), Some(IDENTIFIER));
        for (mut mailboxes, name, address) in
            [(message.from(), self.name, "jo@example.org"), (message.to(), "Ann Example", "ann@example.org")]
        {
            let mailbox = mailboxes.next().expect("a mailbox");
            assert_eq!((mailbox.name(), mailbox.address().to_string().as_str()), (Some(name), address));
        }
        let mut leaves = message.parts().filter(|part| part.is_leaf());
        for text in [Some(self.text), self.html].into_iter().flatten() {
            let part = leaves.next().expect("a text");
            // Some end every part with a line end of its own.
            let read = part.text().expect("text").into_owned();
            assert_eq!(read.trim_end(), text.trim_end());
        }
        if let Some(file) = self.file {
            let part = leaves.next().expect("a file");
            assert_eq!(part.file_name().as_deref(), Some("report.pdf"));
            assert!(part.decoded().bytes == file, "another file");
        }
        assert!(leaves.next().is_none());
    }

    fn compare(&self, name: &str) {
        let (mut mine, mut theirs) = (Vec::new(), Vec::new());
        let bytes = self.text.len() + self.html.map_or(0, str::len) + self.file.map_or(0, <[u8]>::len);
        let (mut whole, mut other) = (Vec::new(), Vec::new());
        self.ours(&mut whole);
        self.peers(&mut other);
        self.check(&whole);
        self.check(&other);
        Group::new(name, 1)
            .bytes(bytes)
            .contender("rfc5322-message", || {
                mine.clear();
                self.ours(&mut mine);
                mine.len() as u64
            })
            .contender("mail-builder 2.0.1", || {
                theirs.clear();
                self.peers(&mut theirs);
                theirs.len() as u64
            })
            .contender("limit: memcpy of the result", copying(iter::once(&*whole)))
            .run();
    }
}

type Encode = fn(&[u8], &mut Vec<u8>);

fn encoders(name: &str, encoding: TransferEncoding, content: &[u8], ours: Encode, peers: Encode) {
    let (mut mine, mut theirs) = (Vec::new(), Vec::new());
    for encode in [ours, peers] {
        let (mut encoded, mut decoded) = (Vec::new(), Vec::new());
        encode(content, &mut encoded);
        let mut decoder = BodyDecoder::new(encoding);
        decoder.push(&encoded, &mut decoded);
        assert!(decoder.finish(&mut decoded).is_clean() && decoded == content, "{name}: other content");
    }
    Group::new(name, 1)
        .bytes(content.len())
        .contender("rfc5322-message", || {
            mine.clear();
            ours(content, &mut mine);
            mine.len() as u64
        })
        .contender("encodify 1.0.2", || {
            theirs.clear();
            peers(content, &mut theirs);
            theirs.len() as u64
        })
        .contender("limit: memcpy of the content", copying(iter::once(content)))
        .run();
}

fn base64(name: &str, content: &[u8]) {
    let ours = |content: &[u8], out: &mut Vec<u8>| {
        let mut encoder = Base64Encoder::new();
        encoder.encode(content, out);
        encoder.finish(out);
    };
    let peers = |content: &[u8], out: &mut Vec<u8>| {
        encodify::base64::MIME.encode_append(content, out);
    };
    encoders(&format!("base64, {name}"), TransferEncoding::Base64, content, ours, peers);
}

fn quoted_printable(name: &str, content: &[u8]) {
    let ours = |content: &[u8], out: &mut Vec<u8>| {
        let mut encoder = QuotedPrintableEncoder::new();
        encoder.encode(content, out);
        encoder.finish(out);
    };
    let peers = |content: &[u8], out: &mut Vec<u8>| {
        encodify::qp::BODY.encode_append(content, out);
    };
    encoders(&format!("quoted-printable, {name}"), TransferEncoding::QuotedPrintable, content, ours, peers);
}

fn main() {
    let english = "The quick brown fox jumps over the lazy dog, and so on, until it ends.\r\n".repeat(30);
    let german = "Fünf Jäger übten früh am Fluß; schöne Grüße schickten sie größtenteils später.\r\n".repeat(28);
    let russian = "Съешь ещё этих мягких французских булок да выпей чаю.\r\n".repeat(28);
    let file: Vec<u8> = (0..1 << 20).map(|n: u32| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let plain = Letter { subject: "The report you asked for", name: "Jo Doe", text: &english, html: None, file: None };
    plain.compare("ASCII text, 2.2 kB");
    Letter { subject: "Schöne Grüße vom Fluß", name: "Jörg Groß", text: &german, ..plain }
        .compare("Latin text, 2.5 kB");
    Letter { subject: "Съешь булок", name: "Иван", text: &russian, ..plain }.compare("Cyrillic text, 2.7 kB");
    Letter { html: Some(&german), file: Some(&file[..10_000]), ..plain }.compare("text, HTML and 10 kB");
    Letter { file: Some(&file), ..plain }.compare("text and 1 MiB");

    base64("30 kB in cache", &file[..30_000]);
    base64("1 MiB", &file);
    for (name, text) in [("ASCII", &english), ("Latin", &german), ("Cyrillic", &russian)] {
        quoted_printable(&format!("{name}, 30 kB in cache"), text.repeat(12).as_bytes());
        quoted_printable(&format!("{name}, 1 MB"), text.repeat(400).as_bytes());
    }
    let paragraph = "The quick brown fox jumps over the lazy dog, and so on, without a line end. ".repeat(400);
    quoted_printable("lines that are broken, 30 kB", format!("{}\r\n", paragraph.trim_end()).as_bytes());
}
