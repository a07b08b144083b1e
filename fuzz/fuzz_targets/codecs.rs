//! The decoders against slow ones that are written by the letter here, at any split; and what is encoded decodes to itself.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use rfc5322_message::Message;
use rfc5322_message::codec::{self, BodyDecoder, Forgiven};
use rfc5322_message::content::TransferEncoding;
use rfc5322_message::encode::{Base64Encoder, QuotedPrintableEncoder, WordContext, encoded_words};

#[derive(Arbitrary, Debug)]
struct Input {
    cuts: Vec<u8>,
    bytes: Vec<u8>,
    text: String,
}

/// Pieces of the sizes that `cuts` says, then the rest.
fn pieces<'a>(bytes: &'a [u8], cuts: &[u8]) -> Vec<&'a [u8]> {
    let mut rest = bytes;
    let mut pieces = Vec::new();
    for cut in cuts {
        let (piece, after) = rest.split_at(usize::from(*cut).min(rest.len()));
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    pieces
}

fn decoded(encoding: TransferEncoding, bytes: &[u8], cuts: &[u8]) -> (Vec<u8>, Forgiven) {
    let mut out = Vec::new();
    let mut decoder = BodyDecoder::new(encoding);
    for piece in pieces(bytes, cuts) {
        decoder.push(piece, &mut out);
    }
    let forgiven = decoder.finish(&mut out);
    (out, forgiven)
}

/// RFC 2045 section 6.8: characters outside of the alphabet are stepped over, padding inside a group ends the data.
fn slow_base64(input: &[u8]) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits = Vec::new();
    for byte in input {
        if let Some(value) = ALPHABET.iter().position(|letter| letter == byte) {
            bits.extend((0..6).rev().map(|bit| value >> bit & 1));
        } else if *byte == b'=' && bits.len() % 24 != 0 {
            break;
        }
    }
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0u8, |all, bit| all << 1 | *bit as u8)).collect()
}

fn hexadecimal(byte: Option<&u8>) -> Option<u8> {
    char::from(*byte?).to_digit(16).map(|digit| digit as u8)
}

/// RFC 2045 section 6.7, line by line. Runs of blanks of more than a thousand are text.
fn slow_quoted_printable(input: &[u8]) -> Vec<u8> {
    const MOST_BLANKS: usize = 1000;
    let mut out = Vec::new();
    let mut lines = input.split_inclusive(|byte| *byte == b'\n');
    while let Some(line) = lines.next() {
        let (text, end): (&[u8], &[u8]) = if let Some(text) = line.strip_suffix(b"\r\n") {
            (text, b"\r\n")
        } else if let Some(text) = line.strip_suffix(b"\n") {
            (text, b"\n")
        } else {
            (line, b"")
        };
        // A CR at the very end belongs to no line end, and is text.
        let kept = text.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(0, |last| last + 1);
        let blanks = text.len() - kept;
        let last_line = end.is_empty();
        let mut at = 0;
        let mut soft = false;
        while let Some(&byte) = text.get(at) {
            if byte != b'=' {
                if at >= kept && (blanks <= MOST_BLANKS || last_line) {
                    break;
                }
                out.push(byte);
                at += 1;
            } else if let (Some(high), Some(low)) = (hexadecimal(text.get(at + 1)), hexadecimal(text.get(at + 2))) {
                out.push(high << 4 | low);
                at += 3;
            } else if at + 1 == kept && blanks <= MOST_BLANKS {
                soft = true;
                break;
            } else {
                out.push(b'=');
                at += 1;
            }
        }
        if !soft {
            out.extend_from_slice(end);
        }
    }
    out
}

/// POSIX: `begin`, lines of a length and groups of four, `end`.
fn slow_uuencode(input: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut inside = false;
    for line in input.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let overlong = line.len() > 128;
        if !inside {
            let text = String::from_utf8_lossy(line);
            let mut words = text.splitn(3, ' ');
            let begin = words.next() == Some("begin");
            let mode = words
                .next()
                .is_some_and(|mode| matches!(mode.len(), 3 | 4) && mode.bytes().all(|b| (b'0'..=b'7').contains(&b)));
            inside = begin && mode && words.next().is_some();
            continue;
        }
        if line == b"end" {
            break;
        }
        let Some((count, data)) = line.split_first() else { continue };
        if overlong || !(b' '..=b'`').contains(count) {
            continue;
        }
        let mut bits = Vec::new();
        for index in 0..84 {
            let value = data.get(index).map_or(0, |byte| byte.wrapping_sub(32) & 63);
            bits.extend((0..6).rev().map(|bit| value >> bit & 1));
        }
        let bytes = bits.chunks_exact(8).map(|byte| byte.iter().fold(0u8, |all, bit| all << 1 | *bit));
        out.extend(bytes.take(usize::from((count - 32) & 63)));
    }
    out
}

/// RFC 2047: one Q word's text.
fn slow_q(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match (text[at], hexadecimal(text.get(at + 1)), hexadecimal(text.get(at + 2))) {
            (b'=', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                at += 2;
            }
            (b'_', ..) => out.push(b' '),
            (byte, ..) => out.push(byte),
        }
        at += 1;
    }
    out
}

/// What a value shows of text: no control characters, no line or paragraph separators.
fn shown(text: &str) -> String {
    text.chars()
        .map(|c| if (c.is_control() && c != '\t') || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect()
}

fn subject(body: &[u8]) -> String {
    let header = [b"Subject: x ", body, b" y\r\n\r\n"].concat();
    Message::parse(&header).subject().expect("a subject").into_owned()
}

fn decoders(bytes: &[u8], cuts: &[u8]) {
    for (encoding, slow) in [
        (TransferEncoding::Base64, slow_base64 as fn(&[u8]) -> Vec<u8>),
        (TransferEncoding::QuotedPrintable, slow_quoted_printable),
        (TransferEncoding::Uuencode, slow_uuencode),
        (TransferEncoding::EightBit, <[u8]>::to_vec),
    ] {
        let (whole, forgiven) = decoded(encoding, bytes, &[]);
        assert_eq!(whole, slow(bytes), "{encoding:?}");
        assert_eq!(decoded(encoding, bytes, cuts), (whole.clone(), forgiven), "{encoding:?} by pieces");
        let mut at_once = b"before".to_vec();
        let told = match encoding {
            TransferEncoding::Base64 => codec::base64::decode_into(bytes, &mut at_once),
            TransferEncoding::QuotedPrintable => codec::quoted_printable::decode_into(bytes, &mut at_once),
            _ => continue,
        };
        assert_eq!((&at_once[6..], told), (&whole[..], forgiven), "{encoding:?} at once");
    }
}

fn encoders(bytes: &[u8], cuts: &[u8]) {
    let (mut base64, mut quoted) = (Vec::new(), Vec::new());
    let (mut one, mut two) = (Base64Encoder::new(), QuotedPrintableEncoder::new());
    for piece in pieces(bytes, cuts) {
        one.encode(piece, &mut base64);
        two.encode(piece, &mut quoted);
    }
    one.finish(&mut base64);
    two.finish(&mut quoted);
    assert_eq!(Base64Encoder::encoded_len(bytes.len() as u64), base64.len() as u64);
    for (encoding, encoded) in [(TransferEncoding::Base64, base64), (TransferEncoding::QuotedPrintable, quoted)] {
        assert!(
            encoded.iter().all(|byte| matches!(byte, b'\t' | b'\r' | b'\n' | b' '..=b'~')),
            "{encoding:?}: not ASCII"
        );
        for line in encoded.split(|byte| *byte == b'\n') {
            assert!(line.strip_suffix(b"\r").unwrap_or(line).len() <= 76, "{encoding:?}: a line too long");
        }
        let (back, forgiven) = decoded(encoding, &encoded, &[]);
        assert_eq!(back, bytes, "{encoding:?} there and back");
        assert!(forgiven.is_clean(), "{encoding:?} there and back");
    }
}

fn words(text: &str, bytes: &[u8]) {
    for context in [WordContext::Text, WordContext::Phrase] {
        let words: Vec<String> = encoded_words(text, context).collect();
        assert!(words.iter().all(|word| word.len() <= 75 && word.is_ascii()));
        if !words.is_empty() {
            assert_eq!(subject(words.join("\r\n ").as_bytes()), format!("x {} y", shown(text)));
        }
    }
    // One word with any bytes as its text that do not end it.
    let inside: Vec<u8> =
        bytes.iter().copied().filter(|byte| byte.is_ascii_graphic() && *byte != b'?').take(200).collect();
    let latin = |bytes: Vec<u8>| shown(&bytes.iter().map(|byte| char::from(*byte)).collect::<String>());
    // Only bytes that mean the same in ISO-8859-1 and in windows-1252, as which it is read.
    let same = |bytes: &[u8]| !bytes.iter().any(|byte| (0x80..0xa0).contains(byte));
    let q = slow_q(&inside);
    if same(&q) {
        assert_eq!(subject(&[b"=?iso-8859-1?Q?", &inside[..], b"?="].concat()), format!("x {} y", latin(q)));
    }
    let b = slow_base64(&inside);
    if same(&b) {
        assert_eq!(subject(&[b"=?iso-8859-1?b?", &inside[..], b"?="].concat()), format!("x {} y", latin(b)));
    }
}

/// RFC 2231: percent-encoded in one piece, and in numbered pieces in any order.
fn parameters(text: &str, cuts: &[u8]) {
    let name = |header: String| Message::parse(header.as_bytes()).root().file_name().expect("a file name").into_owned();
    let percent: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let expected = text.replace(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'), " ");
    assert_eq!(
        name(format!("Content-Disposition: attachment; filename*=utf-8''{}\r\n\r\n", percent.concat())),
        expected
    );
    let width = usize::from(cuts.first().copied().unwrap_or(7)).max(1);
    let mut sections: Vec<String> = percent
        .chunks(width)
        .take(300)
        .enumerate()
        .map(|(number, piece)| {
            let label = if number == 0 { "utf-8''" } else { "" };
            format!(";\r\n filename*{number}*={label}{}", piece.concat())
        })
        .collect();
    if !sections.is_empty() && percent.len() <= 300 * width {
        let turn = usize::from(cuts.get(1).copied().unwrap_or(0)) % sections.len();
        sections.rotate_left(turn);
        assert_eq!(name(format!("Content-Disposition: attachment{}\r\n\r\n", sections.concat())), expected);
    }
}

fuzz_target!(|input: Input| {
    decoders(&input.bytes, &input.cuts);
    encoders(&input.bytes, &input.cuts);
    words(&input.text, &input.bytes);
    parameters(&input.text, &input.cuts);
    // The same structure with the bytes that matter.
    const DENSE: &[u8] = b"=\r\n \t=3Da0AZz+/-_?%M`#e";
    let dense: Vec<u8> = input.bytes.iter().map(|byte| DENSE[usize::from(*byte) % DENSE.len()]).collect();
    decoders(&dense, &input.cuts);
    encoders(&dense, &input.cuts);
    let lines = [b"begin 644 f\r\n", &dense[..], b"\nend\n"].concat();
    decoders(&lines, &input.cuts);
});
