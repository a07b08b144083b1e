//! Section 3.4: canonical forms.

use std::fs;

use mail_auth_spf_dkim::crypto::{HashAlgorithm, default_provider};
use mail_auth_spf_dkim::dkim::{BodyCanonicalizer, BodyDefects, Canonicalization, canonicalize_field};
use proptest::prelude::*;

use Canonicalization::{Relaxed, Simple};

fn body(form: Canonicalization, pieces: &[&[u8]]) -> (Vec<u8>, BodyDefects) {
    let mut canonical = Vec::new();
    let mut canonicalizer = BodyCanonicalizer::new(form);
    for piece in pieces {
        canonicalizer.update(piece, &mut |piece| canonical.extend_from_slice(piece));
    }
    canonicalizer.finish(&mut |piece| canonical.extend_from_slice(piece));
    (canonical, canonicalizer.defects())
}

/// The definition, line by line.
fn by_lines(form: Canonicalization, text: &[u8]) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut line = Vec::new();
    let mut octets = text.iter().copied().peekable();
    while let Some(octet) = octets.next() {
        if octet == b'\r' && octets.peek() == Some(&b'\n') {
            octets.next();
            lines.push(std::mem::take(&mut line));
        } else {
            line.push(octet);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    if form == Relaxed {
        for line in &mut lines {
            let mut relaxed = Vec::new();
            for octet in line.drain(..).map(|octet| if octet == b'\t' { b' ' } else { octet }) {
                if octet != b' ' || relaxed.last() != Some(&b' ') {
                    relaxed.push(octet);
                }
            }
            if relaxed.last() == Some(&b' ') {
                relaxed.pop();
            }
            *line = relaxed;
        }
    }
    while lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    if lines.is_empty() && form == Simple {
        lines.push(Vec::new());
    }
    lines.iter().flat_map(|line| [line, &b"\r\n"[..]].concat()).collect()
}

fn field(form: Canonicalization, raw: &str) -> String {
    let mut out = Vec::new();
    canonicalize_field(form, raw.as_bytes(), &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn the_examples_of_3_4_5() {
    assert_eq!(field(Relaxed, "A: X\r\n"), "a:X\r\n");
    assert_eq!(field(Relaxed, "B : Y\t\r\n\tZ  \r\n"), "b:Y Z\r\n");
    assert_eq!(field(Simple, "B : Y\t\r\n\tZ  \r\n"), "B : Y\t\r\n\tZ  \r\n");
    let text = b" C \r\nD \t E\r\n\r\n\r\n";
    assert_eq!(body(Relaxed, &[text]).0, b" C\r\nD E\r\n");
    assert_eq!(body(Simple, &[text]).0, b" C \r\nD \t E\r\n");
}

#[test]
fn odd_fields() {
    for (raw, relaxed) in [
        ("Subject:\r\n", "subject:\r\n"),
        ("Subject: \r\n \r\n", "subject:\r\n"),
        ("SUBJECT \t:\t a  b \t c\t", "subject:a b c\r\n"),
        ("X:\r\n a\r\n\tb", "x:a b\r\n"),
        ("X: a\rb\nc\r\n", "x:a\rb\nc\r\n"),
        ("X: a\r\r\n b\r\n", "x:a\r b\r\n"),
        ("X: a : b\r\n", "x:a : b\r\n"),
        ("no colon\r\n", "no colon\r\n"),
        ("", "\r\n"),
    ] {
        assert_eq!(field(Relaxed, raw), relaxed, "{raw:?}");
    }
    assert_eq!(field(Simple, "X: y"), "X: y\r\n");
}

/// The definition of section 3.4.2, step by step.
fn by_steps(raw: &str) -> String {
    let (name, value) = raw.strip_suffix("\r\n").unwrap_or(raw).split_once(':').unwrap();
    let unfolded = value.replace("\r\n", " ").replace('\t', " ");
    let words: Vec<&str> = unfolded.split(' ').filter(|word| !word.is_empty()).collect();
    format!("{}:{}\r\n", name.trim_end_matches([' ', '\t']).to_ascii_lowercase(), words.join(" "))
}

proptest! {
    #[test]
    fn every_field_is_the_definition(
        name in "[!-9;-~]{1,20}[ \t]{0,2}",
        parts in proptest::collection::vec(prop_oneof![
            4 => Just(" "), 2 => Just("\r\n "), 1 => Just("\r\n"), 1 => Just("\t"), 1 => Just("\r"), 1 => Just("\n"),
            3 => Just("a"), 3 => Just("some words that stay as they are"), 1 => Just(":"), 1 => Just("\u{e4}"),
        ], 0..16),
    ) {
        let raw = format!("{name}:{}", parts.concat());
        prop_assert_eq!(field(Relaxed, &raw), by_steps(&raw));
    }
}

#[test]
fn an_empty_body_is_a_line_end_or_nothing() {
    for text in ["", "\r\n", "\r\n\r\n\r\n"] {
        assert_eq!(body(Simple, &[text.as_bytes()]).0, b"\r\n", "{text:?}");
        assert_eq!(body(Relaxed, &[text.as_bytes()]).0, b"", "{text:?}");
    }
    assert_eq!(body(Relaxed, &[b" \t\r\n \r\n"]).0, b"");
    assert_eq!(body(Relaxed, &[b" \t"]).0, b"");
    assert_eq!(body(Simple, &[b" \r\n"]).0, b" \r\n");
}

#[test]
fn line_ends_that_are_none_are_octets_and_counted() {
    let (canonical, defects) = body(Relaxed, &[b"a\nb\rc\r\r\nd\n\r"]);
    assert_eq!(canonical, b"a\nb\rc\r\r\nd\n\r\r\n");
    assert_eq!((defects.bare_cr, defects.bare_lf), (3, 2));
}

#[test]
fn constant_memory_for_runs() {
    // A million line ends, and a million blanks, are numbers.
    for run in [&b"\r\n"[..], b" ", b"\t"] {
        let run = run.repeat(500_000);
        let whole = [&b"a"[..], &run, b"b"].concat();
        for form in [Simple, Relaxed] {
            // Not `assert_eq`, which would print megabytes.
            assert!(body(form, &[b"a", &run, b"b"]).0 == by_lines(form, &whole));
            assert!(body(form, &[b"a", &run]).0 == by_lines(form, &whole[..whole.len() - 1]));
        }
    }
}

proptest! {
    #[test]
    fn every_body_at_every_split_is_the_definition(
        pieces in proptest::collection::vec(
            proptest::collection::vec(prop_oneof![
                Just(b"\r\n".to_vec()), Just(b" ".to_vec()), Just(b"\t".to_vec()), Just(b"\r".to_vec()),
                Just(b"\n".to_vec()), Just(b"word".to_vec()), any::<u8>().prop_map(|octet| vec![octet]),
                Just(vec![b'x'; 3000]),
            ], 0..12).prop_map(|parts| parts.concat()),
            0..6,
        ),
    ) {
        let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        let whole = pieces.concat();
        for form in [Simple, Relaxed] {
            let (canonical, defects) = body(form, &pieces);
            prop_assert_eq!(&canonical, &by_lines(form, &whole));
            prop_assert_eq!(defects, body(form, &[&whole]).1);
            let crlf = whole.windows(2).filter(|two| two == b"\r\n").count() as u64;
            let count = |octet: u8| whole.iter().filter(|other| **other == octet).count() as u64;
            prop_assert_eq!(defects.bare_cr + crlf, count(b'\r'));
            prop_assert_eq!(defects.bare_lf + crlf, count(b'\n'));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Long enough that what is gathered is handed on between any two octets.
    #[test]
    fn long_bodies_in_pieces_of_any_size_are_the_definition(
        parts in proptest::collection::vec(prop_oneof![
            3 => Just("\r\n"), 4 => Just(" "), 2 => Just("  "), 1 => Just("\t"), 1 => Just("\t \t"), 1 => Just("   \r\n"),
            1 => Just("\r"), 1 => Just("\n"), 3 => Just("a"), 3 => Just("word"), 1 => Just("\r\n\r\n\r\n"),
            1 => Just("a line without any blank in it, but for these in its middle, and its end"),
        ], 1..40),
        length in 4_000_usize..20_000,
        piece in prop_oneof![1_usize..200, 1_000_usize..20_000],
    ) {
        let whole: Vec<u8> = parts.iter().flat_map(|part| part.bytes()).cycle().take(length).collect();
        let pieces: Vec<&[u8]> = whole.chunks(piece).collect();
        for form in [Simple, Relaxed] {
            let expected = by_lines(form, &whole);
            // Not `prop_assert_eq`, which would print it all.
            prop_assert!(body(form, &pieces).0 == expected, "{form} of {parts:?} up to {length}, in pieces of {piece}");
            prop_assert!(body(form, &[&whole]).0 == expected, "{form} of {parts:?} up to {length}");
        }
    }
}

/// What is done with one octet and with many depends on what stands there: so it is put at every place of a text.
#[test]
fn what_changes_may_stand_anywhere() {
    let odd = ["\t", "\t ", " \t", "  ", "\t\r\n", " \r\n", "\t  a\t", "\r", "\n", " \r ", "\t\n", " a  b  c\t\td  "];
    for (place, odd) in (0..270).flat_map(|place| odd.map(|odd| (place, odd))) {
        for behind in [0, 1, 62, 63, 64, 65, 127, 128, 129, 300] {
            let whole =
                ["x".repeat(place), odd.to_owned(), "y".repeat(behind), odd.to_owned(), "z".repeat(200)].concat();
            let expected = by_lines(Relaxed, whole.as_bytes());
            assert!(body(Relaxed, &[whole.as_bytes()]).0 == expected, "{odd:?} at {place}, and {behind} behind it");
        }
    }
}

/// Long text that stays as it is goes another way than the rest: it may end anywhere.
#[test]
fn text_that_stays_as_it_is_may_end_anywhere() {
    let ends = ["", "\r", "\r\n", "\r\n\r\n\r\n", "\r\n  a", "\r\n\r\n\r\n \tb\r\n", "  c\r\n", "\rd\t", "\r \r\n\n"];
    for (length, end) in (1000..1160).chain(3640..3910).flat_map(|length| ends.map(|end| (length, end))) {
        for line in ["xy", "a line that stays\r\n", "\r\n"] {
            // One octet in front, so that a block may end with a CR.
            let mut whole: Vec<u8> = core::iter::once(b'x').chain(line.bytes().cycle()).take(length).collect();
            whole.extend_from_slice(end.as_bytes());
            let expected = by_lines(Relaxed, &whole);
            assert!(body(Relaxed, &[&whole]).0 == expected, "{length} octets of {line:?}, then {end:?}");
            whole.extend_from_within(..);
            let expected = by_lines(Relaxed, &whole);
            assert!(body(Relaxed, &[&whole]).0 == expected, "{length} octets of {line:?}, then {end:?}, twice");
        }
    }
}

#[test]
fn what_the_sink_gets_is_not_in_tiny_pieces() {
    let text = b"a  b\tc \r\n".repeat(10_000);
    for form in [Simple, Relaxed] {
        for size in [1, 10, 100, 4_000, 100_000] {
            let mut sizes = Vec::new();
            let mut canonicalizer = BodyCanonicalizer::new(form);
            for piece in text.chunks(size) {
                canonicalizer.update(piece, &mut |piece| sizes.push(piece.len()));
            }
            canonicalizer.finish(&mut |piece| sizes.push(piece.len()));
            assert!(sizes.len() <= 2 + sizes.iter().sum::<usize>() / 2_000, "{form}, {size}: {sizes:?}");
        }
    }
}

#[test]
fn every_vector_at_every_split() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/suites/dkim/body-canon-vectors.json");
    let Ok(text) = fs::read_to_string(file) else {
        println!("skipped: {file} is absent");
        return;
    };
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let vectors = json.as_array().expect("a list of vectors");
    let mut other = Vec::new();
    for vector in vectors {
        let octets = |name: &str| from_base64(vector[name].as_str().unwrap());
        let text = octets("in");
        for (form, expected) in [(Simple, octets("simple")), (Relaxed, octets("relaxed"))] {
            if body(form, &[&text]).0 != expected {
                other.push((form, text.clone()));
                continue;
            }
            for at in 0..=text.len() {
                let (front, back) = text.split_at(at);
                assert_eq!(body(form, &[front, back]).0, expected, "{form} of {text:?}, split at {at}");
            }
            let octets: Vec<&[u8]> = text.chunks(1).collect();
            assert_eq!(body(form, &octets).0, expected, "{form} of {text:?}, octet by octet");
            let mut hasher = default_provider().hasher(HashAlgorithm::Sha256);
            hasher.update(&expected);
            let digest = from_base64(vector[format!("{form}_bh_sha256")].as_str().unwrap());
            assert_eq!(hasher.finish().as_ref(), digest);
        }
    }
    assert_eq!(vectors.len(), 142);
    // One vector drops a space in front of a bare LF. But that LF is an octet of the line, so the space is not at its
    // end (section 3.4.4), and stays.
    assert_eq!(other, [(Relaxed, b"a \n\r\n".to_vec())]);
    assert_eq!(body(Relaxed, &[b"a \n\r\n"]).0, b"a \n\r\n");
}

fn from_base64(text: &str) -> Vec<u8> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits =
        text.chars().filter_map(|c| ALPHABET.find(c)).flat_map(|value| (0..6).rev().map(move |bit| value >> bit & 1));
    let mut octets = Vec::new();
    loop {
        let octet: Vec<usize> = bits.by_ref().take(8).collect();
        if octet.len() < 8 {
            return octets;
        }
        octets.push(octet.iter().fold(0, |octet, bit| octet << 1 | u8::try_from(*bit).unwrap()));
    }
}
