//! RFC 5321 section 4.4: what a Received field says.

use rfc5322_message::{Limits, Message, Parser, charset::Unlabelled};

/// Line 5 of the crate's law, for what other servers wrote.
#[test]
fn no_line_end_comes_out_of_a_clause() {
    let message = Message::parse(
        b"Received: from a\0.example (b.example\r\n\t[192.0.2.1]\0)\r\n by c.example (Post\n fix\r)\r\n with \"ES\r\n MTP\"\
          (TLS\x7f\xc2\x85\xe2\x80\xa8v) id 1\r2 for <\"x\r\n y\"@d.example>; Fri, 21 Nov 1997 09:55:06 -0600\r\n\r\n",
    );
    let received = message.field("Received").unwrap().received();
    assert_eq!(received.from.unwrap(), "a .example");
    assert_eq!(received.from_info.unwrap(), "b.example\t[192.0.2.1]");
    assert_eq!((received.by.unwrap(), received.by_info.unwrap()), ("c.example".into(), "Post fix".into()));
    assert_eq!((received.with.unwrap(), received.with_info.unwrap()), ("\"ES MTP\"".into(), "TLS   v".into()));
    assert_eq!((received.id.unwrap(), received.for_recipient.unwrap()), ("1".into(), "\"x y\"@d.example".into()));
    assert!(received.date.is_some());
    // So it is where some of it is no UTF-8.
    let input = b"Received: from \xe9\0 (b\r\n \xe9) by \xc3\xa9\r\n\r\n";
    for (unlabelled, odd) in [(Unlabelled::Windows1252, "\u{e9}"), (Unlabelled::Utf8, "\u{fffd}")] {
        let mut limits = Limits::default();
        limits.unlabelled = unlabelled;
        let message = Parser::new(limits).parse(input);
        let received = message.field("Received").unwrap().received();
        assert_eq!(received.from.unwrap(), format!("{odd} "));
        assert_eq!((received.from_info.unwrap(), received.by.unwrap()), (format!("b {odd}").into(), "\u{e9}".into()));
    }
}

#[test]
fn the_date_is_after_the_semicolon_that_is_in_no_quotes() {
    for (path, recipient) in [
        ("<\"a;b\"@example.org>", "\"a;b\"@example.org"),
        ("<\"a \\\"(;\"@example.org>", "\"a \\\"(;\"@example.org"),
        ("<a@example.org>", "a@example.org"),
        ("a@example.org", "a@example.org"),
        // A quotation mark that is alone quotes nothing.
        ("<\"a@example.org>", "\"a@example.org"),
    ] {
        let input = format!("Received: from x by y for {path}; Fri, 21 Nov 1997 09:55:06 -0600\r\n\r\n");
        let message = Message::parse(input.as_bytes());
        let received = message.field("Received").unwrap().received();
        assert_eq!(received.for_recipient.as_deref(), Some(recipient));
        assert_eq!(received.date.map(|date| date.to_string()).as_deref(), Some("Fri, 21 Nov 1997 09:55:06 -0600"));
    }
}
