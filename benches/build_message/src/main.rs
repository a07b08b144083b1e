//! Building messages: from values to the bytes that are sent.
#![forbid(unsafe_code)]

use harness::Group;
use peer_mail_builder as peer;
use rfc5322_message::build::{MessageBuilder, Options, Part};
use rfc5322_message::encode::{Base64Encoder, QuotedPrintableEncoder};
use rfc5322_message::value::{AddrSpec, DateTime, Mailbox, Zone};

const UNIX: i64 = 1_795_449_300;

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
            .message_id("07070707070707070707070707070707@example.org")
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

    fn compare(&self, name: &str) {
        let (mut mine, mut theirs, mut copy) = (Vec::new(), Vec::new(), Vec::new());
        let bytes = self.text.len() + self.html.map_or(0, str::len) + self.file.map_or(0, <[u8]>::len);
        let mut whole = Vec::new();
        self.ours(&mut whole);
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
            .contender("limit: memcpy of the result", || {
                copy.clear();
                copy.extend_from_slice(&whole);
                copy.len() as u64
            })
            .run();
    }
}

fn encoders(name: &str, content: &[u8], encode: impl Fn(&[u8], &mut Vec<u8>)) {
    let (mut out, mut copy) = (Vec::new(), Vec::new());
    Group::new(name, 1)
        .bytes(content.len())
        .contender("rfc5322-message", || {
            out.clear();
            encode(content, &mut out);
            out.len() as u64
        })
        .contender("limit: memcpy of the content", || {
            copy.clear();
            copy.extend_from_slice(content);
            copy.len() as u64
        })
        .run();
}

fn main() {
    let english = "The quick brown fox jumps over the lazy dog, and so on, until the line ends.\r\n".repeat(28);
    let german = "Fünf Jäger übten früh am Fluß; schöne Grüße schickten sie größtenteils später.\r\n".repeat(28);
    let russian = "Съешь ещё этих мягких французских булок да выпей чаю.\r\n".repeat(28);
    let file: Vec<u8> = (0..1 << 20).map(|n: u32| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let plain = Letter { subject: "The report you asked for", name: "Jo Doe", text: &english, html: None, file: None };
    plain.compare("ASCII text, 2.2 kB");
    Letter { subject: "Schöne Grüße vom Fluß", name: "Jörg Groß", text: &german, ..plain }.compare("Latin text, 2.5 kB");
    Letter { subject: "Съешь булок", name: "Иван", text: &russian, ..plain }.compare("Cyrillic text, 2.7 kB");
    Letter { html: Some(&german), file: Some(&file[..10_000]), ..plain }.compare("text, HTML and 10 kB");
    Letter { file: Some(&file), ..plain }.compare("text and 1 MiB");

    encoders("base64, 1 MiB", &file, |content, out| {
        let mut encoder = Base64Encoder::new();
        encoder.encode(content, out);
        encoder.finish(out);
    });
    for (name, text) in [("ASCII", &english), ("Latin", &german), ("Cyrillic", &russian)] {
        let text = text.repeat(400);
        encoders(&format!("quoted-printable, {name}"), text.as_bytes(), |content, out| {
            let mut encoder = QuotedPrintableEncoder::new();
            encoder.encode(content, out);
            encoder.finish(out);
        });
    }
}
