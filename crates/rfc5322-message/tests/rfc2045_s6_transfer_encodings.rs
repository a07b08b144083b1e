//! RFC 2045 sections 6.7 and 6.8: decoders, against slow ones and at every split.

use proptest::prelude::*;
use rfc5322_message::{
    Message,
    codec::{BodyDecoder, Forgiven, base64, quoted_printable, uuencode},
    content::TransferEncoding,
};

fn decode(encoding: TransferEncoding, pieces: &[&[u8]]) -> (Vec<u8>, Forgiven) {
    let mut decoder = BodyDecoder::new(encoding);
    let mut out = Vec::new();
    for piece in pieces {
        decoder.push(piece, &mut out);
    }
    let forgiven = decoder.finish(&mut out);
    (out, forgiven)
}

fn base64_text(text: &str) -> (Vec<u8>, Forgiven) {
    decode(TransferEncoding::Base64, &[text.as_bytes()])
}

#[test]
fn base64_forgives_and_says_so() {
    assert_eq!(base64_text("aGVs\r\nbG8=\r\n"), (b"hello".to_vec(), Forgiven::default()));
    for (text, out) in [
        ("aGVsbG8", "hello"),
        ("aGVs*bG8=", "hello"),
        ("aGVs bG8=!", "hello"),
        ("aA==aA==", "h"),
        ("aGVsbG8=x", "hello"),
        ("=", ""),
        ("a", ""),
    ] {
        let (found, forgiven) = base64_text(text);
        assert_eq!(found, out.as_bytes(), "{text}");
        assert!(!forgiven.is_clean(), "{text}");
    }
}

#[test]
fn quoted_printable_forgives_and_says_so() {
    let quoted = |text: &str| decode(TransferEncoding::QuotedPrintable, &[text.as_bytes()]);
    assert_eq!(
        quoted("Now's the time =\r\nfor all folk to come=\r\n to the aid of their country.").0,
        b"Now's the time for all folk to come to the aid of their country."
    );
    assert_eq!(quoted("a \t\r\nb=20\r\nc= \t\nd=3d=3D"), (b"a\r\nb \r\ncd==".to_vec(), Forgiven::default()));
    for (text, out) in [("a==\r\nb", "a=b"), ("=ZZ", "=ZZ"), ("a=", "a"), ("=4", "=4"), ("a=\rb", "a=\rb")] {
        let (found, forgiven) = quoted(text);
        assert_eq!(String::from_utf8_lossy(&found), out, "{text:?}");
        assert!(!forgiven.is_clean(), "{text:?}");
    }
}

#[test]
fn a_long_run_of_blanks_is_text() {
    let text = [&b"word ".repeat(200)[..], &b" ".repeat(5000), b"\r\nword"].concat();
    for size in [1, 700, 4096, text.len()] {
        let pieces: Vec<&[u8]> = text.chunks(size).collect();
        assert_eq!(decode(TransferEncoding::QuotedPrintable, &pieces), (text.clone(), Forgiven::default()), "{size}");
    }
    // At the end of a body, too.
    let blanks = |count| " ".repeat(count);
    for (text, expected) in [
        (format!("word{}", blanks(1000)), "word".to_owned()),
        (format!("word{}", blanks(1001)), format!("word{}", blanks(1001))),
        (format!("word{}\r", blanks(1001)), format!("word{}\r", blanks(1001))),
        (format!("word{}\r ", blanks(1001)), format!("word{}\r", blanks(1001))),
        (format!("word={}", blanks(1001)), format!("word={}", blanks(1001))),
    ] {
        let mut whole = Vec::new();
        quoted_printable::decode_into(text.as_bytes(), &mut whole);
        assert_eq!(whole, expected.as_bytes(), "{}", text.escape_debug());
        for size in [1, 700, 4096, text.len()] {
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            let found = decode(TransferEncoding::QuotedPrintable, &pieces).0;
            assert_eq!(found, expected.as_bytes(), "{} by {size}", text.escape_debug());
        }
    }
}

#[test]
fn a_bad_escape_never_changes_the_tree() {
    let message = Message::parse(
        b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n==\r\n--B\r\n\r\nx\r\n--B--\r\n",
    );
    assert_eq!(message.parts().count(), 3);
}

/// Section 6.4: what nobody can decode is no text, but bytes of no known type.
#[test]
fn an_unknown_encoding_is_no_text() {
    let message = Message::parse(b"Content-Type: text/plain\r\nContent-Transfer-Encoding: x-zip\r\n\r\nUEsDBA\r\n");
    let root = message.root();
    assert_eq!((root.encoding(), root.text()), (TransferEncoding::Unknown, None));
    assert_eq!((root.is_leaf(), &root.decoded().bytes[..]), (true, &b"UEsDBA\r\n"[..]));
}

#[test]
fn uuencode_in_bodies_and_inside_text() {
    let text = b"hello\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nbye\r\n";
    let found = uuencode::attachments(text);
    assert_eq!((found.len(), found[0].name.as_slice(), found[0].data.as_slice()), (1, &b"cat.txt"[..], &b"Cat"[..]));
    assert_eq!(&text[found[0].end..], b"bye\r\n");
    let (out, forgiven) = decode(TransferEncoding::Uuencode, &[text]);
    assert_eq!((out.as_slice(), forgiven.is_clean()), (&b"Cat"[..], true));
    assert!(uuencode::attachments(b"begin 644 x\r\nno data\x7f\r\n").is_empty());
}

/// A file name may be longer than any line of data.
#[test]
fn a_long_name_of_a_uuencoded_file() {
    for name in [110, 116, 117, 118, 200, 5000] {
        let text = format!("begin 644 {}\r\n#0V%T\r\n`\r\nend\r\n", "x".repeat(name));
        assert_eq!(uuencode::attachments(text.as_bytes())[0].data, b"Cat");
        for size in [1, 10, 127, 128, 129, text.len()] {
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            let (out, forgiven) = decode(TransferEncoding::Uuencode, &pieces);
            assert_eq!((out.as_slice(), forgiven.is_clean()), (&b"Cat"[..], true), "{name} by {size}");
        }
    }
}

/// Of whatever kind its end is.
#[test]
fn a_line_of_uuencoded_data_has_one_longest_length() {
    for (length, is_data) in [(86, true), (127, true), (128, true), (129, false), (130, false), (200, false)] {
        for end in ["\n", "\r\n"] {
            let data = format!("#0V%T{}", "x".repeat(length - 5));
            let text = format!("begin 644 f{end}{data}{end}`{end}end{end}");
            assert_eq!(uuencode::attachments(text.as_bytes()).len(), usize::from(is_data), "{length} {end:?}");
            for size in [1, 10, 127, 128, 129, text.len()] {
                let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
                let (out, forgiven) = decode(TransferEncoding::Uuencode, &pieces);
                assert_eq!((out == b"Cat", forgiven.is_clean()), (is_data, is_data), "{length} {end:?} by {size}");
            }
        }
    }
}

/// Text as mailers write it, with something odd in it here and there.
fn long_quoted_printable() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        8 => "[a-z]{1,20}",
        8 => Just(" ".to_owned()),
        8 => "(=[0-9A-F]{2}){1,14}",
        4 => Just("\r\n".to_owned()),
        2 => Just("=\r\n".to_owned()),
        1 => "(=\n|\n|=20\r\n| \r\n|\t \n|= \r\n|\r|=[0-9A-F]=|=[a-f0-9][a-z]|==|=\r| {30,70}\r\n|[a-z]{60,200})",
    ];
    prop::collection::vec(token, 0..400).prop_map(|tokens| tokens.concat().into_bytes())
}

/// Each byte in each place of a block that is decoded by vectors, in the middle of text, blanks, lines and escapes.
#[test]
fn every_byte_everywhere_in_a_block() {
    for line in
        ["text and more of it ", "    \t\t    \t ", "a\r\nb\n \r\n\r\n", "=D0=A1=e3=20=3D=0D=0A=7f", "=\r\n=41=\r\nb ="]
    {
        let mut text = line.repeat(800 / line.len()).into_bytes();
        for place in 256..256 + 70 {
            for byte in [b'=', b'\r', b'\n', b' ', b'\t', b'A', b'g', b'9', 0, 0x80, 0xff] {
                let old = std::mem::replace(&mut text[place], byte);
                let mut out = Vec::new();
                let forgiven = quoted_printable::decode_into(&text, &mut out);
                assert_eq!(out, slow_quoted_printable(&text), "{byte} at {place}");
                let each: Vec<&[u8]> = text.chunks(1).collect();
                assert_eq!(decode(TransferEncoding::QuotedPrintable, &each).1, forgiven, "{byte} at {place}");
                text[place] = old;
            }
        }
    }
}

/// Each byte in each place of a line that is decoded by vectors.
#[test]
fn every_byte_everywhere_in_a_line() {
    let line = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\r\n";
    for place in 0..line.len() {
        for byte in 0..=255 {
            let mut text = line.repeat(3);
            text[line.len() + place] = byte;
            let mut out = Vec::new();
            let forgiven = base64::decode_into(&text, &mut out);
            assert_eq!(out, slow_base64(&text), "{byte} at {place}");
            let each: Vec<&[u8]> = text.chunks(1).collect();
            assert_eq!(decode(TransferEncoding::Base64, &each).1, forgiven, "{byte} at {place}");
        }
    }
}

/// One character at a time, as the RFC tells it.
fn slow_base64(input: &[u8]) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut out, mut group) = (Vec::new(), Vec::new());
    let mut flush = |group: &mut Vec<u32>| {
        let count = group.len();
        let bits = (0..4).fold(0u32, |bits, i| bits << 6 | group.get(i).copied().unwrap_or(0));
        out.extend_from_slice(&bits.to_be_bytes()[1..count.max(1)]);
        group.clear();
    };
    for byte in input {
        match ALPHABET.iter().position(|known| known == byte) {
            Some(value) => {
                group.push(value as u32);
                if group.len() == 4 {
                    flush(&mut group);
                }
            }
            None if *byte == b'=' && !group.is_empty() => {
                flush(&mut group);
                return out;
            }
            None => {}
        }
    }
    flush(&mut group);
    out
}

/// Line by line, as the RFC tells it.
fn slow_quoted_printable(input: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        let (text, end): (&[u8], &[u8]) = match line {
            [text @ .., b'\r', b'\n'] => (text, b"\r\n"),
            [text @ .., b'\n'] => (text, b"\n"),
            text => (text, b""),
        };
        let blank = |byte: &&u8| matches!(**byte, b' ' | b'\t');
        let trailing =
            if end.is_empty() && text.ends_with(b"\r") { 0 } else { text.iter().rev().take_while(blank).count() };
        let text = &text[..text.len() - trailing];
        let soft = text.ends_with(b"=");
        let mut at = 0;
        while at < text.len() {
            let digits = text.get(at + 1..at + 3).and_then(|pair| {
                pair.iter()
                    .all(u8::is_ascii_hexdigit)
                    .then(|| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            });
            match digits {
                Some(byte) if text[at] == b'=' => {
                    out.push(byte);
                    at += 3;
                }
                _ => {
                    if !(soft && at + 1 == text.len()) {
                        out.push(text[at]);
                    }
                    at += 1;
                }
            }
        }
        if !soft {
            out.extend_from_slice(end);
        }
    }
    out
}

/// Lines as mailers write them, of any length, with something odd in them here and there.
fn long_base64() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![6 => Just(76usize), 1 => Just(64), 1 => Just(72), 1 => Just(1100), 1 => 0..200usize];
    let ending = prop_oneof![6 => Just("\r\n"), 2 => Just("\n"), 1 => Just("")];
    let odd = prop_oneof![3 => any::<u8>(), 1 => Just(b'='), 1 => Just(b'\n'), 1 => Just(b'A')];
    let odd = prop::collection::vec((any::<prop::sample::Index>(), odd), 0..3);
    (line, ending, prop::collection::vec(any::<u8>(), 0..3000), odd).prop_map(|(line, ending, content, odd)| {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let characters: Vec<u8> = content.iter().map(|byte| ALPHABET[usize::from(byte & 63)]).collect();
        let mut text = Vec::new();
        for line in characters.chunks(line.max(1)) {
            text.extend_from_slice(line);
            text.extend_from_slice(ending.as_bytes());
        }
        for (at, byte) in odd {
            if !text.is_empty() {
                let at = at.index(text.len());
                text[at] = byte;
            }
        }
        text
    })
}

proptest! {
    #[test]
    fn long_base64_is_what_the_slow_decoder_says(input in long_base64(), size in 1..2000usize) {
        let whole = decode(TransferEncoding::Base64, &[&input]);
        prop_assert_eq!(&whole.0, &slow_base64(&input));
        let each: Vec<&[u8]> = input.chunks(1).collect();
        prop_assert_eq!(&decode(TransferEncoding::Base64, &each), &whole);
        let pieces: Vec<&[u8]> = input.chunks(size).collect();
        prop_assert_eq!(&decode(TransferEncoding::Base64, &pieces), &whole);
    }

    #[test]
    fn long_quoted_printable_is_what_the_slow_decoder_says(input in long_quoted_printable(), size in 1..2000usize) {
        let whole = decode(TransferEncoding::QuotedPrintable, &[&input]);
        prop_assert_eq!(&whole.0, &slow_quoted_printable(&input));
        let each: Vec<&[u8]> = input.chunks(1).collect();
        prop_assert_eq!(&decode(TransferEncoding::QuotedPrintable, &each), &whole);
        let pieces: Vec<&[u8]> = input.chunks(size).collect();
        prop_assert_eq!(&decode(TransferEncoding::QuotedPrintable, &pieces), &whole);
    }

    #[test]
    fn base64_is_what_the_slow_decoder_says(input in "[A-Za-z0-9+/=\r\n *]{0,120}") {
        let mut out = Vec::new();
        base64::decode_into(input.as_bytes(), &mut out);
        prop_assert_eq!(out, slow_base64(input.as_bytes()));
    }

    #[test]
    fn quoted_printable_is_what_the_slow_decoder_says(input in "([a-f]|=|\r\n|\n| |\t|=3D|=\r\n|[0-9A-F]){0,60}") {
        let mut out = Vec::new();
        quoted_printable::decode_into(input.as_bytes(), &mut out);
        prop_assert_eq!(out, slow_quoted_printable(input.as_bytes()));
    }

    #[test]
    fn pieces_decode_as_the_whole(input in "([a-f]|=|\r|\r\n|\n| |\t|=3D|=\r\n|`|begin 644 x\n|end\n|#0V%T\n){0,60}", cut in 0usize..80) {
        for encoding in [TransferEncoding::Base64, TransferEncoding::QuotedPrintable, TransferEncoding::Uuencode] {
            let bytes = input.as_bytes();
            let whole = decode(encoding, &[bytes]);
            let (first, second) = bytes.split_at(cut.min(bytes.len()));
            prop_assert_eq!(&decode(encoding, &[first, second]), &whole);
            let each: Vec<&[u8]> = bytes.chunks(1).collect();
            prop_assert_eq!(&decode(encoding, &each), &whole);
        }
    }
}
