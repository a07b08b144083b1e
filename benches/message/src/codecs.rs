//! The decoders alone, and whole mails that are nearly all base64.

use std::iter;

use harness::{Group, checksum, copying};
use peer_mail_parser::{Encoding, MessageBuffers, MessageParser};
use rfc5322_message::{
    Limits, Parser,
    codec::{base64, quoted_printable},
    encode::{Base64Encoder, QuotedPrintableEncoder},
};

/// Bytes that look random.
fn noise(length: usize) -> Vec<u8> {
    (0..length as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

fn base64_lines(content: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut encoder = Base64Encoder::new();
    encoder.encode(content, &mut text);
    encoder.finish(&mut text);
    text.extend_from_slice(b"\r\n");
    text
}

fn quoted_lines(content: &str) -> Vec<u8> {
    let mut text = Vec::new();
    let mut encoder = QuotedPrintableEncoder::new();
    encoder.encode(content.as_bytes(), &mut text);
    encoder.finish(&mut text);
    text
}

/// Both decoders on one body; what they decode is the same.
fn decoder(name: &str, encoded: &[u8], theirs: Encoding, ours: impl Fn(&[u8], &mut Vec<u8>)) {
    let (mut out, mut other) = (Vec::new(), Vec::new());
    ours(encoded, &mut out);
    theirs.decode_append(encoded, &mut other);
    assert_eq!(checksum(&out), checksum(&other), "{name}: the decoders differ");
    Group::new(name, 1)
        .bytes(encoded.len())
        .same_work()
        .contender("mail-parser 1.0.1's decoder", || {
            other.clear();
            theirs.decode_append(encoded, &mut other);
            other.len() as u64
        })
        .contender("rfc5322-message", || {
            out.clear();
            ours(encoded, &mut out);
            out.len() as u64
        })
        .contender("limit: memcpy", copying(iter::once(encoded)))
        .run();
}

pub(crate) fn decoders() {
    let decode_base64 = |text: &[u8], out: &mut Vec<u8>| assert!(base64::decode_into(text, out).is_clean());
    for (name, length) in [("base64, 10 kB", 7_500), ("base64, 1 MB", 750_000), ("base64, 4 MB", 3_000_000)] {
        decoder(name, &base64_lines(&noise(length)), Encoding::Base64, decode_base64);
    }
    let lf: Vec<u8> = base64_lines(&noise(750_000)).into_iter().filter(|byte| *byte != b'\r').collect();
    decoder("base64, 1 MB, LF only", &lf, Encoding::Base64, decode_base64);
    let flat: Vec<u8> = lf.iter().copied().filter(|byte| *byte != b'\n').collect();
    decoder("base64, 1 MB, without line ends", &flat, Encoding::Base64, decode_base64);

    let decode_quoted = |text: &[u8], out: &mut Vec<u8>| assert!(quoted_printable::decode_into(text, out).is_clean());
    let english = "The quick brown fox jumps over the lazy dog, and so on, until the line ends.\r\n";
    let german = "Fünf Jäger übten früh am Fluß; schöne Grüße schickten sie größtenteils später.\r\n";
    let html = "<p class=\"a\" style=\"color: #102030\"><a href=\"https://example.org/?a=1&amp;b=2\">Grüße</a></p>\r\n";
    let russian = "Съешь ещё этих мягких французских булок да выпей чаю.\r\n";
    let soft = "the quick brown fox jumps over the lazy dog and then goes home to sleep and=\r\n";
    decoder(
        "quoted-printable, 1 MB of soft line breaks",
        soft.repeat(13_000).as_bytes(),
        Encoding::QuotedPrintable,
        decode_quoted,
    );
    for (name, text) in [
        ("quoted-printable, 1 MB of English", english),
        ("quoted-printable, 1 MB of German", german),
        ("quoted-printable, 1 MB of HTML", html),
        ("quoted-printable, 1 MB of Russian", russian),
    ] {
        let mut encoded = quoted_lines(&text.repeat(13_000));
        encoded.truncate(1_000_000);
        let end = encoded.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        encoded.truncate(end);
        decoder(name, &encoded, Encoding::QuotedPrintable, decode_quoted);
    }
}

/// From the bytes of a mail to those of its attachment.
pub(crate) fn large_mails() {
    let attachment = noise(3_000_000);
    let mails: Vec<Vec<u8>> = (0..4)
        .map(|number| {
            let mut mail = format!(
                "From: Jo <jo@example.org>\r\nTo: ann@example.org\r\nSubject: The scans {number}\r\n\
                 Date: Mon, 23 Nov 2026 12:00:00 +0000\r\nMIME-Version: 1.0\r\n\
                 Content-Type: multipart/mixed; boundary=\"=_frontier\"\r\n\r\n\
                 --=_frontier\r\nContent-Type: text/plain\r\n\r\nHere they are.\r\n\
                 --=_frontier\r\nContent-Type: application/pdf; name=scan.pdf\r\n\
                 Content-Transfer-Encoding: base64\r\n\r\n"
            )
            .into_bytes();
            mail.extend_from_slice(&base64_lines(&attachment));
            mail.extend_from_slice(b"--=_frontier--\r\n");
            mail
        })
        .collect();
    let mut parser = Parser::new(Limits::default());
    let peer = MessageParser::new();
    let mut buffers = MessageBuffers::new();
    let (mut out, mut other) = (Vec::new(), Vec::new());
    Group::new("4 MB of base64: parsed, and the attachment decoded", mails.len())
        .bytes(mails.iter().map(Vec::len).sum())
        .same_work()
        .contender("mail-parser 1.0.1", || {
            let mut total = 0;
            for mail in &mails {
                let message = peer.parse_with(mail, &mut buffers).expect("a message");
                let part = message.parts().nth(2).expect("an attachment");
                other.clear();
                part.encoding().decode_append(part.raw_body(), &mut other);
                total += other.len() as u64 + message.subject().map_or(0, str::len) as u64;
                buffers = message.into_buffers();
            }
            total
        })
        .contender("rfc5322-message", || {
            let mut total = 0;
            for mail in &mails {
                let message = parser.parse(mail);
                let part = message.parts().nth(2).expect("an attachment");
                out.clear();
                assert!(part.decode_into(&mut out).is_clean());
                total += out.len() as u64 + message.subject().map_or(0, |text| text.len()) as u64;
                parser.recycle(message);
            }
            total
        })
        .contender("limit: memcpy", copying(mails.iter().map(Vec::as_slice)))
        .run();
}
