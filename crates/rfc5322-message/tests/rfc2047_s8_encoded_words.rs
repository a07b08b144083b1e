//! RFC 2047 section 8 and what real mail does to encoded-words.

use rfc5322_message::{
    Message,
    build::Field,
    charset,
    value::{AddrSpec, Address, Group, Mailbox},
};

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

/// Section 5: a blank stands between an encoded-word and a special, also the colon of a group.
#[test]
fn an_encoded_name_is_set_off_from_what_follows() {
    let ann = Mailbox::named("Änn", AddrSpec::new("ann", "example.org").unwrap()).unwrap();
    let group = |name| Address::from(Group::new(name, vec![ann.clone()]).unwrap());
    let field = Field::addresses("To", [group("Écoliers"), group("Pupils")]).unwrap().to_vec();
    assert_eq!(
        String::from_utf8(field.clone()).unwrap(),
        "To: =?utf-8?B?w4ljb2xpZXJz?= : =?utf-8?Q?=C3=84nn?= <ann@example.org>;,\r\n \
         Pupils: =?utf-8?Q?=C3=84nn?= <ann@example.org>;\r\n"
    );
    let message = Message::parse(&field);
    assert_eq!(message.field("To").unwrap().addresses(), [group("Écoliers"), group("Pupils")]);
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

/// Written from its meaning, every example of the section is read as the same.
#[test]
fn the_examples_built_again() {
    for text in ["a", "a b", "ab", "If you can read this you understand the example.", "¡Hola, señor!", "(ab)"] {
        let field = Field::text("Subject", text).unwrap().to_vec();
        assert!(field.is_ascii());
        assert_eq!(Message::parse(&field).subject().unwrap(), text);
    }
    let names = [
        ("Keith Moore", "moore@cs.utk.edu"),
        ("Keld Jørn Simonsen", "keld@dkuug.dk"),
        ("André Pirard", "PIRARD@vm1.ulg.ac.be"),
        ("Olle Järnefors", "ojarnef@admin.kth.se"),
        ("Patrik Fältström", "paf@nada.kth.se"),
        ("Nathaniel Borenstein (נתניאל)", "nsb@thumper.bellcore.com"),
    ];
    for (name, address) in names {
        let mailbox = Mailbox::named(name, address.parse::<AddrSpec<'_>>().unwrap()).unwrap();
        let field = Field::addresses("To", [mailbox.clone()]).unwrap().to_vec();
        assert!(field.is_ascii());
        assert_eq!(Message::parse(&field).to().next().unwrap(), mailbox);
    }
}

/// The messages of the section, as far as their charsets are built in.
#[test]
fn the_messages_of_the_section() {
    let message = Message::parse(
        b"From: =?ISO-8859-1?Q?Olle_J=E4rnefors?= <ojarnef@admin.kth.se>\r\n\
          To: ietf-822@dimacs.rutgers.edu, ojarnef@admin.kth.se\r\n\
          Subject: Time for ISO 10646?\r\n\r\n",
    );
    assert_eq!(message.from().next().unwrap().name(), Some("Olle Järnefors"));
    assert_eq!(message.to().count(), 2);
    let message = Message::parse(
        b"To: Dave Crocker <dcrocker@mordor.stanford.edu>\r\nCc: ietf-822@dimacs.rutgers.edu, paf@comsol.se\r\n\
          From: =?ISO-8859-1?Q?Patrik_F=E4ltstr=F6m?= <paf@nada.kth.se>\r\n\
          Subject: Re: RFC-HDR care and feeding\r\n\r\n",
    );
    assert_eq!(message.from().next().unwrap().name(), Some("Patrik Fältström"));
}

#[cfg(feature = "encoding_rs")]
#[test]
fn the_message_with_hebrew_in_a_comment() {
    let message = Message::parse(
        b"From: Nathaniel Borenstein <nsb@thumper.bellcore.com>\r\n      (=?iso-8859-8?b?7eXs+SDv4SDs6Pj08A==?=)\r\n\
          To: Greg Vaudreuil <gvaudre@NRI.Reston.VA.US>, Ned Freed\r\n      <ned@innosoft.com>, Keith Moore <moore@cs.utk.edu>\r\n\
          Subject: Test of new header generator\r\nMIME-Version: 1.0\r\nContent-type: text/plain; charset=ISO-8859-1\r\n\r\n",
    );
    let from = message.from().next().unwrap();
    assert_eq!(
        (from.name(), from.address().to_string().as_str()),
        (Some("Nathaniel Borenstein"), "nsb@thumper.bellcore.com")
    );
    assert_eq!(message.to().count(), 3);
    assert_eq!(
        subject("=?iso-8859-8?b?7eXs+SDv4SDs6Pj08A==?=").chars().filter(|c| ('א'..='ת').contains(c)).count(),
        11
    );
}

/// Section 3: each encoded-word of a charset with shift states begins in the first of them, whatever the charset is called.
#[cfg(feature = "encoding_rs")]
#[test]
fn shift_states_end_with_their_word() {
    for name in ["ISO-2022-JP", "csISO2022JP"] {
        assert_eq!(subject(&format!("=?{name}?B?GyRCRnxLXBsoQg==?= =?{name}?B?GyRCOGwbKEI=?=")), "日本語");
        assert_eq!(subject(&format!("=?{name}?B?GyRCRnxLXA==?= =?{name}?B?GyRCOGw=?= =?{name}?Q?a?=")), "日本語a");
    }
}

/// Of text in a charset that nothing can read, something is better than nothing.
#[test]
fn a_charset_that_is_refused_is_one_that_is_not_known() {
    for name in ["ISO-2022-KR", "ISO-2022-CN", "HZ-GB-2312", "csISO2022KR", "replacement", "x-none"] {
        assert_eq!(subject(&format!("Re: =?{name}?Q?Meeting_=7E=7B;a=7E=7D?=")), "Re: Meeting ~{;a~}");
        assert_eq!(charset::decode(name.as_bytes(), b"abc"), None);
        let message = format!("Content-Type: text/plain; charset={name}\r\n\r\nHello\r\n");
        assert_eq!(Message::parse(message.as_bytes()).root().text().unwrap(), "Hello\r\n");
    }
}
