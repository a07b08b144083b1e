//! The transfer encoders against slow decoders written from RFC 2045, at every split.

use proptest::prelude::*;
use rfc5322_message::encode::{Base64Encoder, Capabilities, QuotedPrintableEncoder, Survey, TransferEncoding};

fn base64(input: &[u8], split: usize) -> Vec<u8> {
    let mut encoder = Base64Encoder::new();
    let mut out = Vec::new();
    for piece in input.chunks(split.max(1)) {
        encoder.encode(piece, &mut out);
    }
    encoder.finish(&mut out);
    out
}

fn quoted_printable(input: &[u8], split: usize) -> Vec<u8> {
    let mut encoder = QuotedPrintableEncoder::new();
    let mut out = Vec::new();
    for piece in input.chunks(split.max(1)) {
        encoder.encode(piece, &mut out);
    }
    encoder.finish(&mut out);
    out
}

fn decode_base64(text: &[u8]) -> Vec<u8> {
    let value =
        |byte: u8| b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".iter().position(|c| *c == byte);
    let digits: Vec<u32> = text.iter().filter_map(|byte| value(*byte)).map(|digit| digit as u32).collect();
    let mut out = Vec::new();
    for group in digits.chunks(4) {
        let bits = group.iter().fold(0, |bits, digit| bits << 6 | digit) << (6 * (4 - group.len()));
        out.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    out
}

fn decode_quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match &text[at..] {
            [b'=', b'\r', b'\n', ..] => at += 3,
            [b'=', high, low, ..] => {
                let digits = [*high, *low];
                out.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
                at += 3;
            }
            [byte, ..] => {
                out.push(*byte);
                at += 1;
            }
            [] => {}
        }
    }
    out
}

/// RFC 2045 section 6.7 by the letter, a byte at a time: lines of at most 75 characters and a soft break.
fn slow_quoted_printable(input: &[u8]) -> Vec<u8> {
    let (mut out, mut column, mut at) = (Vec::new(), 0, 0);
    while let Some(&byte) = input.get(at) {
        let rest = &input[at + 1..];
        if byte == b'\r' && rest.starts_with(b"\n") {
            out.extend_from_slice(b"\r\n");
            (column, at) = (0, at + 2);
            continue;
        }
        let literal = match byte {
            b' ' | b'\t' => !rest.is_empty() && !rest.starts_with(b"\r\n"),
            byte => byte.is_ascii_graphic() && byte != b'=',
        };
        let written = if literal { char::from(byte).to_string() } else { format!("={byte:02X}") };
        if column + written.len() > 75 {
            out.extend_from_slice(b"=\r\n");
            column = 0;
        }
        out.extend_from_slice(written.as_bytes());
        column += written.len();
        at += 1;
    }
    out
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    let text = std::str::from_utf8(text).unwrap();
    text.split("\r\n").map(str::as_bytes).collect()
}

/// Bytes that look like text with the odd trouble in it.
fn texts() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(
        prop_oneof![
            4 => Just(b"word".to_vec()),
            4 => Just(b" ".to_vec()),
            1 => Just(b"\t".to_vec()),
            2 => Just(b"\r\n".to_vec()),
            1 => Just(b"\r".to_vec()),
            1 => Just(b"\n".to_vec()),
            1 => Just(b"=".to_vec()),
            1 => Just("ü".as_bytes().to_vec()),
            1 => prop::collection::vec(any::<u8>(), 0..40),
        ],
        0..120,
    )
    .prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn base64_is_read_back(input in prop::collection::vec(any::<u8>(), 0..400), split in 1..130_usize) {
        let text = base64(&input, split);
        prop_assert_eq!(&decode_base64(&text), &input);
        prop_assert_eq!(&text, &base64(&input, usize::MAX));
        prop_assert_eq!(text.len() as u64, Base64Encoder::encoded_len(input.len() as u64));
        let lines = lines(&text);
        let (last, full) = lines.split_last().unwrap();
        prop_assert!(full.iter().all(|line| line.len() == 76));
        prop_assert!(last.len() <= 76 && (full.is_empty() || !last.is_empty()));
    }

    #[test]
    fn quoted_printable_is_read_back(input in texts(), split in 1..90_usize) {
        let text = quoted_printable(&input, split);
        prop_assert_eq!(&decode_quoted_printable(&text), &input);
        prop_assert_eq!(&text, &quoted_printable(&input, usize::MAX));
        prop_assert_eq!(&text, &slow_quoted_printable(&input));
        for line in lines(&text) {
            prop_assert!(line.len() <= 76);
            prop_assert!(!line.ends_with(b" ") && !line.ends_with(b"\t"));
            prop_assert!(line.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t')));
        }
    }

    /// What is chosen can hold the content, and asks no more of the server than it has.
    #[test]
    fn the_choice_fits(input in texts(), eight in any::<bool>(), binary in any::<bool>()) {
        let survey = Survey::of(&input);
        let mut capabilities = Capabilities::NONE;
        capabilities.eight_bit_mime = eight;
        capabilities.binary_mime = binary;
        let chosen = TransferEncoding::choose(&survey, capabilities);
        prop_assert!(chosen.can_hold(&survey));
        prop_assert!(eight || chosen != TransferEncoding::EightBit);
        prop_assert!(binary || chosen != TransferEncoding::Binary);

        let text = String::from_utf8_lossy(&input);
        let bare = text.replace("\r\n", "").contains(['\r', '\n']);
        let longest = input.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line).len()).max();
        prop_assert_eq!(survey.binary, bare || input.contains(&0) || longest > Some(998));
        prop_assert_eq!(survey.ends_with_line, input.is_empty() || input.ends_with(b"\r\n"));
        prop_assert_eq!(survey.eight_bit, !input.is_ascii());
        let mut encoded = quoted_printable(&input, usize::MAX);
        // A blank at the end is escaped only because it is there.
        if let [.., b'=', b'2', b'0'] | [.., b'=', b'0', b'9'] = *encoded {
            encoded.truncate(encoded.len() - 3);
        }
        let breaks = encoded.windows(3).filter(|three| three == b"=\r\n").count();
        prop_assert_eq!(survey.escapes, encoded.iter().filter(|byte| **byte == b'=').count() - breaks);
    }
}

#[test]
fn rfc4648_s10_vectors() {
    for (input, text) in
        [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE=")]
    {
        assert_eq!(base64(input.as_bytes(), 1), text.as_bytes());
    }
}

/// Pieces of a line are encoded one by one, and longer ones by vectors where the processor has them.
#[test]
fn base64_of_any_length_is_the_same_at_every_split() {
    let input: Vec<u8> = (0..700_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 11) as u8).collect();
    for length in 0..input.len() {
        let input = &input[..length];
        let line_by_line = base64(input, 57);
        assert_eq!(decode_base64(&line_by_line), input);
        for split in [1, 56, 58, 114, 115, 171, 342, usize::MAX] {
            assert_eq!(base64(input, split), line_by_line, "{length} bytes by {split}");
        }
    }
}

/// Short pieces are encoded byte by byte, and longer ones by blocks where the processor has vectors.
#[test]
fn quoted_printable_of_any_length_is_the_same_at_every_split() {
    let dense = "Съешь ещё этих мягких французских булок, да выпей чаю.\r\n \t\r\nab\r\r\n".repeat(4).into_bytes();
    let broken =
        "Fünf Jäger übten früh am Fluß; schöne Grüße schickten sie größtenteils später \r\n a=b".repeat(4).into_bytes();
    let plain = "The quick brown fox jumps over the lazy dog.\r\n And on.  \r\n".repeat(6).into_bytes();
    let long = b"a word and ".repeat(40);
    let nothing_literal = vec![0xff; 400];
    for input in [dense, broken, plain, long, nothing_literal] {
        for start in 0..input.len().min(80) {
            let input = &input[start..];
            let expected = slow_quoted_printable(input);
            for split in [1, 31, 33, 63, 64, 65, 127, 128, 129, usize::MAX] {
                assert_eq!(quoted_printable(input, split), expected, "from {start} by {split}");
            }
        }
        for length in 0..input.len() {
            let input = &input[..length];
            let expected = slow_quoted_printable(input);
            assert_eq!(quoted_printable(input, usize::MAX), expected, "{length} bytes");
            assert_eq!(quoted_printable(input, length / 2 + 1), expected, "{length} bytes in two");
        }
    }
}

#[test]
fn a_blank_at_the_end_is_escaped() {
    for (input, text) in [
        ("a ", "a=20"),
        ("a\t", "a=09"),
        ("a \r\nb", "a=20\r\nb"),
        ("a  \r\n", "a =20\r\n"),
        ("a \r", "a =0D"),
        ("a \rb", "a =0Db"),
        ("a\r\r\n", "a=0D\r\n"),
        ("\n", "=0A"),
    ] {
        for split in 1..=input.len() {
            assert_eq!(String::from_utf8(quoted_printable(input.as_bytes(), split)).unwrap(), text, "split {split}");
        }
    }
}

#[test]
fn what_a_server_can_take_decides() {
    let choose = |bytes: &[u8], capabilities| TransferEncoding::choose(&Survey::of(bytes), capabilities);
    let (none, all) = (Capabilities::NONE, Capabilities::ALL);
    assert_eq!(choose(b"plain\r\n", none), TransferEncoding::SevenBit);
    assert_eq!(choose("Grüße an alle, und so weiter\r\n".as_bytes(), none), TransferEncoding::QuotedPrintable);
    assert_eq!(choose("Grüße\r\n".as_bytes(), all), TransferEncoding::EightBit);
    assert_eq!(choose("Привет, мир\r\n".as_bytes(), none), TransferEncoding::Base64);
    assert_eq!(choose(&[0; 64], none), TransferEncoding::Base64);
    assert_eq!(choose(&[0; 64], all), TransferEncoding::Binary);
    assert_eq!(choose(&[b'a'; 998], none), TransferEncoding::SevenBit);
    assert_eq!(choose(&[b'a'; 999], none), TransferEncoding::QuotedPrintable);
}
