//! RFC 5322 section 3.4: what is read out of any address list can be written, and is read as the same again.

use proptest::prelude::*;
use rfc5322_message::{Message, build::Field, value::Address};

/// Names and addresses, in order. A mailbox of neither says nothing, and is not written.
fn told(addresses: &[Address<'_>]) -> Vec<(String, String)> {
    let mailboxes = addresses.iter().flat_map(Address::mailboxes);
    let told = mailboxes.map(|mailbox| (mailbox.name().unwrap_or_default().to_owned(), mailbox.address().to_string()));
    told.filter(|(name, address)| !(name.is_empty() && address.is_empty())).collect()
}

/// Section 3.2.2: a comment is text in which a backslash quotes, and a quotation mark is only itself.
#[test]
fn a_name_in_a_comment_is_all_of_it() {
    for (comment, name) in [
        ("Jo", "Jo"),
        ("Jo \\(x\\) S", "Jo (x) S"),
        ("12\" LP", "12\" LP"),
        ("\"Jo\"  S.", "\"Jo\" S."),
        (" Jo (x\r\n (y))\t S ", "Jo S"),
        ("\"Jo\" (x\r\n (y))\t S ", "\"Jo\" S"),
        ("\\\"Jo\\\\", "\"Jo\\"),
        ("=?utf-8?Q?J=C3=B6?= =?utf-8?Q?rg?= \\(x\\)", "Jörg (x)"),
        ("J\\\u{f6}", "J\u{f6}"),
        ("Jo \\\r \\\0", "Jo"),
    ] {
        for address in ["a@b", "a"] {
            let input = format!("From: {address} ({comment}), c@d\r\n\r\n");
            let message = Message::parse(input.as_bytes());
            let names: Vec<_> = message.from().map(|from| from.name().unwrap_or_default().trim().to_owned()).collect();
            assert_eq!(names, [name, ""], "{input}");
        }
    }
}

/// Section 4.4: dots join words to a local-part, and blanks do not. Joined they would be another person's address.
#[test]
fn words_that_no_dot_joins_are_a_name() {
    for (list, name, address) in [
        ("Jo Doe x@e.org", "Jo Doe", "x@e.org"),
        ("\"Doe, Jo\" x@e.org", "Doe, Jo", "x@e.org"),
        ("=?utf-8?Q?J=C3=B6?= x@e.org", "J\u{f6}", "x@e.org"),
        ("Jo. Doe@e.org", "", "Jo.Doe@e.org"),
        ("Jo .Doe (x) . S@e.org", "", "Jo.Doe.S@e.org"),
        ("Jo S. Doe@e.org", "Jo", "S.Doe@e.org"),
        ("Dr. Jo \"a b\" . c@e.org (x)", "Dr. Jo", "\"a b.c\"@e.org"),
        ("\"a\".b@e.org", "", "a.b@e.org"),
        ("\"a.\" b@e.org", "a.", "b@e.org"),
        ("x : Jo Doe y@e.org;", "Jo Doe", "y@e.org"),
        ("Contact [ann@e.org]", "Contact [", "ann@e.org"),
        ("bob>ceo@e.org", "bob>", "ceo@e.org"),
        ("Jo <Doe x@e.org>", "Jo", "x@e.org"),
        ("Jo <D . oe@e.org>", "Jo", "D.oe@e.org"),
        ("Jo <<x@e.org>>", "Jo", "x@e.org"),
        ("< < x@e.org", "", "x@e.org"),
    ] {
        let input = format!("From: {list}\r\n\r\n");
        let message = Message::parse(input.as_bytes());
        let read: Vec<_> = message.from().collect();
        let [mailbox] = read.as_slice() else { panic!("one mailbox: {list}: {read:?}") };
        assert_eq!(
            (mailbox.name().unwrap_or_default(), mailbox.address().to_string().as_str()),
            (name, address),
            "{list}"
        );
    }
}

#[test]
fn nobody_is_overlooked_for_a_comma_that_is_not_there() {
    let all = |list: &str| {
        let input = format!("To: {list}\r\n\r\n");
        let told = |mailbox: rfc5322_message::value::Mailbox<'_>| {
            format!("{}|{}", mailbox.name().unwrap_or_default(), mailbox.address())
        };
        Message::parse(input.as_bytes()).to().map(told).collect::<Vec<_>>()
    };
    assert_eq!(all("x@e.org y@e.org (Y) Jo Doe z@e.org"), ["|x@e.org", "Y|y@e.org", "Jo Doe|z@e.org"]);
    assert_eq!(all("g: x@e.org y@e.org; z@e.org"), ["|x@e.org", "|y@e.org", "|z@e.org"]);
    // What is no address is none, and one in front of an angle bracket is a name.
    assert_eq!(all("x@e.org and others, y@e.org (z@e.org)"), ["|x@e.org", "z@e.org|y@e.org"]);
    assert_eq!(all("x@e.org y@e.org <z@e.org>"), ["x@e.org y@e.org|z@e.org"]);
    // Nor is one in a comment.
    assert_eq!(all("x@e.org y@e.org (Y <z@e.org>)"), ["|x@e.org", "Y <z@e.org>|y@e.org"]);
    assert_eq!(all("x@e.org and (see <z@e.org>)"), ["|x@e.org"]);
    assert_eq!(all("x@e.org y (, z@e.org)"), ["|x@e.org"]);
    assert_eq!(all(&"x@e.org ".repeat(20_000)).len(), 20_000);
    assert_eq!(all(&format!("{}<z@e.org>", "x@e.org ".repeat(20_000))).len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn what_was_read_is_written_and_read_as_the_same(
        body in "(a|b|@|\\.|,|;|:|<|>|\"|\\(|\\)|\\[|\\]|\\\\| |é|=\\?utf-8\\?q\\?x=2C\\?=|\r\n ){0,25}"
    ) {
        let input = format!("To: {body}\r\n\r\n");
        let message = Message::parse(input.as_bytes());
        let read = message.field("To").unwrap().addresses();
        let Ok(field) = Field::addresses("To", read.clone()) else { return Ok(()) };
        let written = field.to_vec();
        let again = Message::parse(&written);
        prop_assert_eq!(again.fields().count(), 1);
        prop_assert_eq!(told(&again.field("To").unwrap().addresses()), told(&read), "{}", written.escape_ascii());
    }
}
