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
