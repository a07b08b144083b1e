//! RFC 2231: continuations, charsets, languages; and what senders write instead.

use proptest::prelude::*;
use rfc5322_message::{
    ContentType, Message,
    build::{MessageBuilder, Options, Part},
    content::Disposition,
    value::{AddrSpec, DateTime, Zone},
};

fn parameter(body: &str, name: &str) -> Option<String> {
    ContentType::parse(body.as_bytes()).unwrap().parameter(name).map(|value| value.into_owned())
}

#[test]
fn the_examples_of_the_rfc() {
    assert_eq!(
        parameter(" message/external-body; access-type=URL;\r\n URL*0=\"ftp://\";\r\n URL*1=\"cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"", "url").unwrap(),
        "ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar"
    );
    assert_eq!(
        parameter(" application/x-stuff;\r\n title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", "title")
            .unwrap(),
        "This is ***fun***"
    );
    assert_eq!(
        parameter(
            " application/x-stuff\r\n ;title*0*=us-ascii'en'This%20is%20even%20more%20\r\n ;title*1*=%2A%2A%2Afun%2A%2A%2A%20\r\n ;title*2=\"isn't it!\"",
            "title"
        )
        .unwrap(),
        "This is even more ***fun*** isn't it!"
    );
    let message = Message::parse(b"Subject: =?US-ASCII*EN?Q?Keith_Moore?=\r\n\r\n");
    assert_eq!(message.subject().unwrap(), "Keith Moore");
}

#[test]
fn continuations_in_any_order_and_cut_inside_a_character() {
    assert_eq!(parameter("a/b; n*2=c; n*0*=utf-8''%C3; n*1*=%A9", "n").unwrap(), "éc");
    assert_eq!(parameter("a/b; n*1=b; n*3=d; n*0=a", "n").unwrap(), "ab");
    assert_eq!(parameter("a/b; n*1=b", "n").unwrap(), "");
    assert_eq!(parameter("a/b; n*1=b; n=plain", "n").unwrap(), "plain");
    assert_eq!(parameter("a/b; n=plain; n*1=b; n*0=a", "n").unwrap(), "ab");
}

#[test]
fn extended_wins_over_plain_and_encoded_words_are_read() {
    assert_eq!(parameter("a/b; name=plain; name*=utf-8''ext", "name").unwrap(), "ext");
    assert_eq!(parameter("a/b; name=\"=?utf-8?Q?caf=C3=A9.txt?=\"", "name").unwrap(), "café.txt");
    assert_eq!(parameter("a/b; name==?utf-8?B?Y2Fmw6k=?=", "name").unwrap(), "café");
}

#[test]
fn what_senders_forget() {
    assert_eq!(parameter("text/plain; name=two words.txt; charset=x", "name").unwrap(), "two words.txt");
    assert_eq!(parameter("text/plain charset=utf-8", "charset").unwrap(), "utf-8");
    assert_eq!(parameter("text/plain;;; charset = \"utf-8\" (comment)", "charset").unwrap(), "utf-8");
    assert_eq!(parameter("text/plain; name=\"a\\\"b\\\\c\"", "name").unwrap(), "a\"b\\c");
    assert_eq!(parameter("text/plain; name=\"unclosed", "name").unwrap(), "unclosed");
    assert_eq!(Disposition::parse(b" filename=x.txt").parameter("filename").unwrap(), "x.txt");
}

/// A boundary that some readers see and others do not hides parts from the one or the other.
#[test]
fn nothing_in_a_comment_is_a_parameter() {
    for body in [
        "multipart/mixed; type=x (old; boundary=A); boundary=B",
        "multipart/mixed; type=x(old;\r\n boundary=A);\r\n boundary=B",
        "multipart/mixed; type=x (a) y (; boundary=A (; boundary=A) \\); boundary=A); boundary=B",
        "multipart/mixed; type=\"x\" (old; boundary=A); boundary=B",
        "multipart/mixed (; boundary=A); (; boundary=A) boundary (; boundary=A) = (; boundary=A) B (; boundary=A)",
        "multipart/mixed; boundary=B (; boundary=A",
    ] {
        assert_eq!(parameter(body, "boundary").unwrap(), "B", "{body}");
        let message = format!("Content-Type: {body}\r\n\r\n--A\r\n\r\n--B\r\n\r\n--B--\r\n");
        assert_eq!(Message::parse(message.as_bytes()).root().boundary(), b"B", "{body}");
    }
    assert_eq!(parameter("a/b; name=report (1).pdf; x=y", "name").unwrap(), "report");
    assert_eq!(parameter("a/b; name=report (1).pdf; x=y", "x").unwrap(), "y");
}

#[test]
fn no_line_end_comes_out_of_a_parameter() {
    for body in ["a/b; n*=utf-8''x%0D%0ABcc:%20y", "a/b; n=\"=?utf-8?Q?x=0D=0AB?=\"", "a/b; n*0*=%0a; n*1=\"\r\n\0\""] {
        assert!(!parameter(body, "n").unwrap().contains(['\r', '\n', '\0']), "{body}");
    }
}

/// Written from its meaning, every example of the RFC is read as the same.
#[test]
fn the_examples_built_again() {
    for (name, value) in [
        ("URL", "ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar"),
        ("title", "This is ***fun***"),
        ("title", "This is even more ***fun*** isn't it!"),
        ("title", "Γειά σου, \"κόσμε\""),
    ] {
        let date = DateTime::from_unix(0, Zone::Unknown).unwrap();
        let written = MessageBuilder::new()
            .date(date)
            .from(["jo@example.org".parse::<AddrSpec<'_>>().unwrap()])
            .to(["jo@example.org".parse::<AddrSpec<'_>>().unwrap()])
            .body(Part::bytes("application/x-stuff", b"stuff").parameter(name, value))
            .finish(&Options::new([7; 16]))
            .unwrap()
            .to_vec()
            .unwrap();
        let message = Message::parse(&written);
        assert_eq!(message.root().content_type().parameter(name).unwrap(), value);
        assert!(message.field("Content-Type").unwrap().raw().is_ascii());
    }
}

proptest! {
    /// A few parameters are kept where they are, more are looked up; what they say is the same.
    #[test]
    fn few_are_read_as_many(
        given in prop::collection::vec(("[ab]|A|Charset|NAME|\u{e9}", r"|\*|\*0|\*0\*|\*1|\*1\*", "[xy]|%41|utf-8''%C3%A9|\"q \\\\w\""), 0..=8),
    ) {
        let given: String = given.iter().map(|(name, section, value)| format!("; {name}{section}={value}")).collect();
        let others: String = (0..9).map(|number| format!("; other{number}=z")).collect();
        let (few, many) = (format!("a/b{given}"), format!("a/b{given}{others}"));
        let (few, many) = (ContentType::parse(few.as_bytes()).unwrap(), ContentType::parse(many.as_bytes()).unwrap());
        let many = many.parameters().filter(|(name, _)| !name.starts_with("other"));
        prop_assert_eq!(few.parameters().collect::<Vec<_>>(), many.collect::<Vec<_>>());
    }
}
