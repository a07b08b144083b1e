//! RFC 2047 section 8 and what real mail does to encoded-words.

use rfc5322_message::Message;

fn subject(body: &str) -> String {
    Message::parse(format!("Subject: {body}\r\n\r\n").as_bytes()).subject().unwrap().into_owned()
}

#[test]
fn the_examples_of_the_section() {
    for (body, text) in [
        ("=?ISO-8859-1?Q?a?=", "a"),
        ("=?ISO-8859-1?Q?a?= b", "a b"),
        ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"),
        ("=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"),
        ("=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=", "ab"),
        ("=?ISO-8859-1?Q?a_b?=", "a b"),
        ("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b"),
        (
            "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
            "If you can read this you understand the example.",
        ),
    ] {
        assert_eq!(subject(body), text, "{body}");
    }
    let m = Message::parse(
        b"From: =?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>\r\nTo: =?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?= <keld@dkuug.dk>\r\n\
          CC: =?ISO-8859-1?Q?Andr=E9?= Pirard <PIRARD@vm1.ulg.ac.be>\r\n\r\n",
    );
    assert_eq!(m.from().next().unwrap().name(), Some("Keith Moore"));
    assert_eq!(m.to().next().unwrap().name(), Some("Keld Jørn Simonsen"));
    assert_eq!(m.cc().next().unwrap().name(), Some("André Pirard"));
}

#[test]
fn a_character_cut_in_two_is_joined() {
    assert_eq!(subject("=?utf-8?B?Y2Fmww==?= =?utf-8?B?qQ==?="), "café");
    assert_eq!(subject("=?utf-8?Q?caf=C3?=\r\n =?UTF-8?Q?=A9!?="), "café!");
}

#[cfg(feature = "encoding_rs")]
#[test]
fn words_with_shift_states_are_converted_one_by_one() {
    assert_eq!(subject("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=\r\n =?iso-2022-jp?B?GyRCOGwbKEI=?="), "日本語");
    assert_eq!(subject("=?gb2312?B?1tDOxA==?= =?koi8-r?Q?=F0?="), "中文П");
}

#[test]
fn decoded_line_ends_cannot_make_a_field() {
    assert_eq!(subject("=?utf-8?Q?x=0D=0ABcc:_e@v?="), "x  Bcc: e@v");
    let m = Message::parse(b"From: =?utf-8?Q?=0D=0ABcc:_e@v=00?= <a@b>\r\n\r\n");
    let from = m.from().next().unwrap();
    assert!(!from.name().unwrap().contains(['\r', '\n', '\0']));
}

#[test]
fn what_is_no_encoded_word_stays() {
    for body in ["=?utf-8?X?a?=", "=?utf-8?Q?a", "=?a b?Q?x?=", "=??Q?x?=", "=?utf-8?Q?=", "a =? b ?= c"] {
        assert_eq!(subject(body), body);
    }
    assert_eq!(subject("=?utf-8?Q?what's up??="), "=?utf-8?Q?what's up??=");
    assert_eq!(subject("=?utf-8?Q?what's_up??="), "what's up?");
    assert_eq!(subject("=?utf-8*en?Q?a=ZZ?="), "a=ZZ");
    assert_eq!(subject("(=?utf-8?Q?a?=)"), "(a)");
}

#[test]
fn unlabelled_bytes_are_guessed() {
    assert_eq!(Message::parse("Subject: caf\u{e9}\r\n\r\n".as_bytes()).subject().unwrap(), "café");
    assert_eq!(Message::parse(b"Subject: caf\xe9 \x80\r\n\r\n").subject().unwrap(), "café €");
}
