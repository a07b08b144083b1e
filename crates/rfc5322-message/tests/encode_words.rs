//! Encoded-words (RFC 2047).

use proptest::prelude::*;
use rfc5322_message::encode::{WordContext, encoded_words};

/// Decodes one encoded-word in UTF-8, which must hold whole characters.
fn decode(word: &str) -> String {
    let text = word.strip_prefix("=?utf-8?").unwrap().strip_suffix("?=").unwrap();
    let (method, text) = text.split_once('?').unwrap();
    let bytes = if method == "B" { base64(text) } else { q(text) };
    String::from_utf8(bytes).expect("a character was cut in two")
}

fn q(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'_' => b' ',
            b'=' => {
                let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            byte => byte,
        });
    }
    out
}

fn base64(text: &str) -> Vec<u8> {
    let value =
        |byte: u8| b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".iter().position(|c| *c == byte);
    let digits: Vec<u32> = text.bytes().filter_map(value).map(|digit| digit as u32).collect();
    let group = |group: &[u32]| {
        let bits = group.iter().fold(0, |bits, digit| bits << 6 | digit) << (6 * (4 - group.len()));
        bits.to_be_bytes()[1..group.len()].to_vec()
    };
    digits.chunks(4).flat_map(group).collect()
}

proptest! {
    #[test]
    fn words_are_read_back(text in "\\PC{0,200}", phrase in any::<bool>()) {
        let context = if phrase { WordContext::Phrase } else { WordContext::Text };
        let words: Vec<String> = encoded_words(&text, context).collect();
        prop_assert_eq!(words.iter().map(|word| decode(word)).collect::<String>(), text);
        for word in &words {
            prop_assert!(word.len() <= 75, "{word} is longer than 75");
            prop_assert!(word.bytes().all(|byte| byte.is_ascii_graphic()));
        }
    }
}

#[test]
fn the_shorter_method_is_taken() {
    let first = |text| encoded_words(text, WordContext::Text).next().unwrap();
    assert_eq!(first("Keld Jørn Simonsen"), "=?utf-8?Q?Keld_J=C3=B8rn_Simonsen?=");
    assert_eq!(first("日本語"), "=?utf-8?B?5pel5pys6Kqe?=");
}

#[test]
fn characters_stay_whole_at_the_end_of_a_word() {
    for character in ["ä", "語", "😀"] {
        for offset in 0..80 {
            let text = format!("{}{}", "a".repeat(offset), character.repeat(40));
            assert_eq!(encoded_words(&text, WordContext::Text).map(|word| decode(&word)).collect::<String>(), text);
        }
    }
}

#[test]
fn what_a_phrase_may_not_hold_is_escaped() {
    let word = encoded_words("ü(,;:<>@\"\\.[])=?_", WordContext::Phrase).map(|word| decode(&word)).collect::<String>();
    assert_eq!(word, "ü(,;:<>@\"\\.[])=?_");
    assert!(encoded_words("é a,b", WordContext::Phrase).all(|word| !word.contains(',')));
}
