//! Defects that readers of mail were found to have, by class: each a test that this one does not.

use rfc5322_message::{
    Defect, DefectKind, Message, jmap,
    value::{Address, Zone},
};

fn from(body: &str) -> Vec<(Option<String>, String)> {
    let input = format!("From: {body}\r\n\r\n");
    let message = Message::parse(input.as_bytes());
    message.from().map(|m| (m.name().map(str::to_owned), m.address().to_string())).collect()
}

fn one(name: &str, address: &str) -> Vec<(Option<String>, String)> {
    vec![((!name.is_empty()).then(|| name.to_owned()), address.to_owned())]
}

#[test]
fn quoted_local_parts_are_no_names() {
    assert_eq!(from("\"quoted local\"@x.org"), one("", "\"quoted local\"@x.org"));
    assert_eq!(from("N <\"a b\"@x.org>"), one("N", "\"a b\"@x.org"));
    assert_eq!(from("a . b @ x . org"), one("", "a.b@x.org"));
}

#[test]
fn routes_are_dropped() {
    assert_eq!(from("<@a,@b:joe@c>"), one("", "joe@c"));
    assert_eq!(from("<@a , , @b : joe@c>"), one("", "joe@c"));
}

#[test]
fn nested_comments_do_not_leak() {
    assert_eq!(from("a@b (c(d)e)"), one("c e", "a@b"));
    assert_eq!(from("a@b (Name)"), one("Name", "a@b"));
    assert_eq!(from("a@b((()))")[0].1, "a@b");
}

#[test]
fn empty_elements_and_what_follows_groups() {
    assert_eq!(from("a@x, , b@x,"), [one("", "a@x"), one("", "b@x")].concat());
    let message = Message::parse(b"To: G: a@b;, e@f\r\n\r\n");
    let to = message.field("to").unwrap().addresses();
    assert!(matches!(to.as_slice(), [Address::Group(_), Address::Mailbox(_)]), "{to:?}");
    assert_eq!(to[1].to_string(), "e@f");
}

/// A group has no group inside, and no address is made of what stands on both sides of a colon.
#[test]
fn a_colon_inside_a_group_joins_nothing() {
    assert_eq!(from("G: H: a@b;, c@d"), [one("", "a@b"), one("", "c@d")].concat());
    assert_eq!(from("G: \"x@y\": a@b;"), one("", "a@b"));
    assert_eq!(from("G: H:;, c@d").last(), one("", "c@d").last());
}

#[test]
fn an_address_as_a_name() {
    assert_eq!(from("me@x <me@y>"), one("me@x", "me@y"));
    assert_eq!(from("\"me@x\" <me@y>"), one("me@x", "me@y"));
    assert_eq!(from("me@x <me@y> <me@z>"), [one("me@x", "me@y"), one("", "me@z")].concat());
}

#[test]
fn one_bad_element_does_not_hide_the_others() {
    assert_eq!(from("root, Foo Bar, <>, a@b").last(), one("", "a@b").last());
    assert_eq!(from("root"), one("", "root"));
    assert_eq!(from("undisclosed-recipients:;"), []);
}

#[test]
fn control_characters_never_come_out_of_an_address() {
    for body in
        ["\"a\0b\"@x", "\"a\\\rb\"@x", "\"=?utf-8?Q?=0D=0A?=\" <a@b>", "a@[1\x01]", "=?utf-8?Q?=00=0A?= <\"\x07\"@b>"]
    {
        for (name, address) in from(body) {
            assert!(!address.chars().chain(name.unwrap_or_default().chars()).any(char::is_control), "{body:?}");
        }
    }
}

#[test]
fn zones_missing_unknown_and_named() {
    let date = |body: &str| {
        let input = format!("Date: {body}\r\n\r\n");
        Message::parse(input.as_bytes()).date().map(|d| (d.unix(), d.zone()))
    };
    let at = 880_106_106;
    assert_eq!(date("Fri, 21 Nov 1997 09:55:06 +0000"), Some((at, Zone::Offset(0))));
    assert_eq!(date("21 Nov 1997 09:55:06 -0000"), Some((at, Zone::Unknown)));
    assert_eq!(date("21 Nov 1997 09:55:06"), Some((at, Zone::Missing)));
    assert_eq!(date("21 Nov 97 09:55 EST"), Some((at - 6 + 5 * 3600, Zone::Offset(-300))));
    assert_eq!(date("21 Nov 1997 09(comment):   55  :  06 GMT"), Some((at, Zone::Offset(0))));
    assert_eq!(date("21 Nov 97 09:55:06 Z"), Some((at, Zone::Unknown)));
    assert_eq!(date("21 Nov 097 09:55:06 XYZ"), Some((at, Zone::Unknown)));
    assert_eq!(date("21 Nov 1997 09:55:06 0530"), Some((at - 19_800, Zone::Offset(330))));
    assert_eq!(date("21 Nov 1997 09:55:06.250 +0100"), Some((at - 3600, Zone::Offset(60))));
    assert_eq!(date("Fri Nov 21 09:55:06 1997"), Some((at, Zone::Missing)));
    assert_eq!(date("Fri, 21-Nov-1997 09:55:06 GMT+02:00"), Some((at - 7200, Zone::Offset(120))));
    for bad in [
        "",
        "x",
        "31 Feb 2000 00:00:00 +0000",
        "1 Jan 2000",
        "1 Jan 2000 24:00:00",
        "99999999999 Jan 1 1:1",
        "1 Jan 99999 1:1",
    ] {
        assert_eq!(date(bad), None, "{bad}");
    }
}

#[test]
fn hours_of_half_a_day() {
    let time = |body: &str| Message::parse(format!("Date: {body}\r\n\r\n").as_bytes()).date().map(|d| d.to_string());
    for (written, meant) in [
        ("Nov 21, 1997 9:55 PM -0500", "21:55:00 -0500"),
        ("Fri, 21 Nov 1997 09:55:06 AM +0100", "09:55:06 +0100"),
        ("Fri Nov 21 12:00:01 AM 1997", "00:00:01 -0000"),
        ("21 Nov 1997 12:30 pm EST", "12:30:00 -0500"),
        ("21 Nov 1997 21:55:06 PM GMT", "21:55:06 +0000"),
        ("21 Nov 1997 00:55:06 AM GMT", "00:55:06 +0000"),
    ] {
        assert_eq!(time(written), Some(format!("Fri, 21 Nov 1997 {meant}")), "{written}");
    }
}

#[test]
fn odd_identifiers_are_kept() {
    let message = Message::parse(b"Message-ID: <[1A2B@microsoft.com]>\r\nReferences: <<a@b>> junk \"<q>\" <c\r\n d@e>\r\nIn-Reply-To: x@y\r\n\r\n");
    assert_eq!(message.message_id().unwrap().as_str(), "[1A2B@microsoft.com]");
    let ids = |name| message.field(name).unwrap().message_ids().map(|id| id.as_str().to_owned()).collect::<Vec<_>>();
    assert_eq!(ids("references"), ["a@b", "cd@e"]);
    assert_eq!(ids("in-reply-to"), ["x@y"]);
}

#[test]
fn a_forgotten_empty_line_keeps_the_body() {
    let message = Message::parse(b"Subject: x\r\nHello\r\nworld: y\r\n");
    assert_eq!(message.root().body(), b"Hello\r\nworld: y\r\n");
    let defects: Vec<_> = message.defects().iter().map(Defect::kind).collect();
    assert_eq!((defects, message.defects()[0].offset()), (vec![DefectKind::MissingEmptyLine], 12));
}

#[test]
fn every_prefix_of_a_message_is_a_message() {
    let input = b"From: \"a\\\"b\" (c) <@r:d@e>, g: h@i;\r\nDate: Thu, 1 Jan 1970 00:00:00 +0000 (x)\r\nSubject: =?utf-8?B?w6k=?=\r\n\
        Content-Type: multipart/mixed; boundary*0=\"B\"\r\n\r\n--B\r\nContent-Type: message/rfc822\r\n\r\nA: b\r\n\r\n--B--\r\n";
    for end in 0..=input.len() {
        let message = Message::parse(&input[..end]);
        let _ = (message.subject(), message.date(), message.from().count(), message.message_id());
        let _ = (jmap::preview(&message, 10), jmap::has_attachment(&message));
        assert_eq!(message.as_bytes(), &input[..end]);
    }
}

#[test]
fn received_with_tls() {
    let message = Message::parse(
        b"Received: from a.example (b.example [192.0.2.1]) (using TLSv1.3) by c.example (Postfix) with ESMTPS id 4AB for <x@y>; Fri, 21 Nov 1997 09:55:06 -0600\r\n\r\n",
    );
    let received = message.field("received").unwrap().received();
    assert_eq!(received.from.as_deref(), Some("a.example"));
    assert_eq!(received.from_info.as_deref(), Some("b.example [192.0.2.1]"));
    assert_eq!(received.by_info.as_deref(), Some("Postfix"));
    assert!(received.is_tls());
}

#[test]
fn list_fields() {
    let message = Message::parse(
        b"List-Unsubscribe: <mailto:u@x?subject=unsub>,\r\n <https://x.example/\r\n u>\r\nList-Id: The \"list\" <l.example.org>\r\n\r\n",
    );
    let urls: Vec<_> = message.field("list-unsubscribe").unwrap().list_urls().collect();
    assert_eq!(urls, ["mailto:u@x?subject=unsub", "https://x.example/u"]);
    let list = message.field("list-id").unwrap().list_id().unwrap();
    assert_eq!((list.name.as_deref(), list.id.as_ref()), (Some("The list"), "l.example.org"));
}

#[test]
fn bodies_for_jmap() {
    let message = Message::parse(
        b"Content-Type: multipart/mixed; boundary=A\r\n\r\n--A\r\nContent-Type: multipart/alternative; boundary=B\r\n\r\n\
          --B\r\nContent-Type: text/plain\r\n\r\nHello  there\r\n--B\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>\r\n--B--\r\n\
          --A\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=x.png\r\n\r\npng\r\n--A--\r\n",
    );
    let lists = jmap::BodyLists::of(&message);
    let indexes = |parts: &[rfc5322_message::Part<'_>]| parts.iter().map(|part| part.index()).collect::<Vec<_>>();
    assert_eq!(indexes(&lists.text_body), [2]);
    assert_eq!(indexes(&lists.html_body), [3]);
    assert_eq!(indexes(&lists.attachments), [4]);
    assert_eq!(jmap::preview(&message, 100), "Hello there");
    assert!(jmap::has_attachment(&message));
}
