//! RFC 5321, section 4.1.2: what commands' arguments look like. What is parsed is what was written.

use std::hash::BuildHasher;

use proptest::prelude::*;
use smtp_proto::{
    Argument, Body, Command, Domain, ForwardPath, Host, InitialResponse, Mailbox, Mechanism, Parameters, ReversePath,
    SyntaxError, xtext,
};

fn parse(line: &str) -> Result<Command<'_>, SyntaxError> {
    Command::parse(line.as_bytes())
}

fn recipient(line: &str) -> Result<String, SyntaxError> {
    match parse(line)? {
        Command::Rcpt { path, .. } => Ok(path.to_string()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn verbs_in_any_case_and_trailing_white_space() {
    assert_eq!(parse("quit"), Ok(Command::Quit));
    assert_eq!(parse("DaTa \t "), Ok(Command::Data));
    assert_eq!(parse("StartTLS"), Ok(Command::StartTls));
    assert_eq!(parse("NOOP"), Ok(Command::Noop(None)));
    assert_eq!(parse("NOOP  so what "), Ok(Command::Noop(Some(Argument::parse("so what").unwrap()))));
}

#[test]
fn what_is_no_verb() {
    for line in
        ["", "Q", "QUI", "QUITT", "DATA:", "XYZZ", "STARTTL", "STARTTLSX", "D\rA\rTA garbage", "\u{0}\u{0}\u{0}\u{0}"]
    {
        assert_eq!(parse(line), Err(SyntaxError::UnknownCommand), "{line:?}");
    }
    // Every byte that differs from a letter by the bit that makes lower case.
    assert!(Command::parse(b"\xd1UIT").is_err());
    // What stands behind it does not matter.
    assert_eq!(Command::parse(b"XYZZ \xe9"), Err(SyntaxError::UnknownCommand));
}

#[test]
fn invalid_characters_in_an_argument() {
    for line in
        [&b"VRFY gr\xfcn"[..], b"EXPN a\x01b", b"HELP \x7f", b"QUIT \xff", b"MAIL FROM:<gr\xfcn@b>", b"AUTH \xe9"]
    {
        assert_eq!(Command::parse(line), Err(SyntaxError::Character), "{}", line.escape_ascii());
    }
    // Section 4.1.1.9: what NOOP carries is ignored.
    for line in [&b"NOOP \xe9"[..], b"NOOP a\x01b", "NOOP é".as_bytes()] {
        assert_eq!(Command::parse(line), Ok(Command::Noop(None)), "{}", line.escape_ascii());
    }
}

#[test]
fn an_argument_where_none_belongs() {
    for line in ["QUIT foo", "DATA x", "RSET x", "STARTTLS now"] {
        assert_eq!(parse(line), Err(SyntaxError::UnexpectedArgument), "{line:?}");
    }
}

#[test]
fn an_argument_that_is_missing() {
    for line in ["EHLO", "HELO ", "MAIL", "MAIL FROM", "MAIL <a@b>", "RCPT", "RCPT FROM:<a@b>", "VRFY", "EXPN", "AUTH"]
    {
        assert_eq!(parse(line), Err(SyntaxError::MissingArgument), "{line:?}");
    }
}

#[test]
fn paths() {
    assert_eq!(recipient("RCPT TO:<ann@example.org>").unwrap(), "<ann@example.org>");
    assert_eq!(recipient("rcpt to: <ann@[192.0.2.1]>").unwrap(), "<ann@[192.0.2.1]>");
    assert_eq!(recipient("RCPT TO:<ann@[IPv6:2001:db8::1]>").unwrap(), "<ann@[IPv6:2001:db8::1]>");
    assert_eq!(recipient("RCPT TO:<o'hara+tag=x/y@example.org>").unwrap(), "<o'hara+tag=x/y@example.org>");
    assert_eq!(
        parse("MAIL FROM:<>").unwrap(),
        Command::Mail { path: ReversePath::Null, parameters: Parameters::new() }
    );
}

#[test]
fn source_routes_are_parsed_and_dropped() {
    assert_eq!(recipient("RCPT TO:<@a.example,@b.example:ann@example.org>").unwrap(), "<ann@example.org>");
    assert_eq!(recipient("RCPT TO:<@a.example:\"x:y\"@example.org>").unwrap(), "<\"x:y\"@example.org>");
    for line in ["RCPT TO:<@a.example>", "RCPT TO:<@:a@b>", "RCPT TO:<@a,b:a@b>", "RCPT TO:<@a.example,:a@b>"] {
        assert!(parse(line).is_err(), "{line:?}");
    }
}

#[test]
fn postmaster_is_not_the_null_path() {
    assert_eq!(ForwardPath::parse("<POSTmaster>"), Ok(ForwardPath::Postmaster));
    assert!(ForwardPath::parse("<>").is_err());
    assert!(ReversePath::parse("<Postmaster>").is_err());
    assert_eq!(
        parse("RCPT TO:<Postmaster>").unwrap(),
        Command::Rcpt { path: ForwardPath::Postmaster, parameters: Parameters::new() }
    );
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    for (text, error) in [
        ("alice", SyntaxError::NoDomain),
        ("\"al ice\"", SyntaxError::NoDomain),
        ("alice@", SyntaxError::Domain),
        ("@example.org", SyntaxError::LocalPart),
        ("al ice@example.org", SyntaxError::LocalPart),
        ("<alice@example.org>", SyntaxError::LocalPart),
        ("alice@bad name", SyntaxError::Domain),
        ("alice@[1.2.3]", SyntaxError::AddressLiteral),
    ] {
        assert_eq!(Mailbox::parse(text), Err(error), "{text}");
    }
    assert_eq!(SyntaxError::NoDomain.to_string(), "no @domain behind the local part");
    assert_eq!(ForwardPath::parse("<alice>"), Err(SyntaxError::NoDomain));
    assert_eq!(ReversePath::parse("<alice>"), Err(SyntaxError::NoDomain));
    assert_eq!(ReversePath::parse("<alice@example.org"), Err(SyntaxError::Path));
    assert_eq!(ReversePath::parse("alice@example.org"), Err(SyntaxError::Path));
}

#[test]
fn quoted_local_parts_stay_quoted() {
    let confused = Mailbox::parse(r#""a@evil.example"@good.example"#).unwrap();
    assert_eq!(confused.local_part(), r#""a@evil.example""#);
    assert_eq!(confused.host(), Host::parse("GOOD.example").unwrap());
    assert_eq!(recipient(r#"RCPT TO:<"a b"@c>"#).unwrap(), r#"<"a b"@c>"#);
    assert_eq!(recipient(r#"RCPT TO:<"a\"> b\\"@c>"#).unwrap(), r#"<"a\"> b\\"@c>"#);
    assert_eq!(recipient(r#"RCPT TO:<""@c>"#).unwrap(), r#"<""@c>"#);
    for text in [r#""a@b"#, r#""a"b@c"#, r#""a\"@b"#, "\"a\u{1}\"@b", "\"a\u{7f}\"@b"] {
        assert!(Mailbox::parse(text).is_err(), "{text:?}");
    }
}

/// All quoted forms are the same local part, and the same as the form without quotes where there is one.
#[test]
fn mailboxes_are_equal_however_they_are_quoted() {
    let state = std::hash::RandomState::new();
    for (one, other, equal) in [
        (r#""ann"@example.org"#, "ann@EXAMPLE.org", true),
        (r#""a\nn"@example.org"#, "ann@example.org", true),
        (r#""a\ \b"@example.org"#, r#""a b"@example.org"#, true),
        (r#""a.b"@example.org"#, "a.b@example.org", true),
        (r#""a\"@example.org"@example.org"#, r#""a\"\@\e\x\ample.org"@example.org"#, true),
        (r#""ann"@example.org"#, "Ann@example.org", false),
        (r#""a\\nn"@example.org"#, r#""a\nn"@example.org"#, false),
        (r#""\"ann\""@example.org"#, r#""ann"@example.org"#, false),
        (r#""ann"@example.org"#, "ann@example.net", false),
        (r#""ann "@example.org"#, "ann@example.org", false),
        (r#""ann"@example.org"#, "an@example.org", false),
    ] {
        let (one, other) = (Mailbox::parse(one).unwrap(), Mailbox::parse(other).unwrap());
        assert_eq!(one == other, equal, "{one} {other}");
        assert_eq!(state.hash_one(&one) == state.hash_one(&other), equal, "{one} {other}");
        assert_eq!(ReversePath::from(one) == ReversePath::from(other), equal);
    }
    // What is passed on is what came.
    assert_eq!(Mailbox::parse(r#""a\nn"@example.org"#).unwrap().as_str(), r#""a\nn"@example.org"#);
}

#[test]
fn what_is_no_mailbox() {
    for text in [
        "",
        "@",
        "a",
        "a@",
        "@b",
        "a@b@c",
        "a..b@c",
        ".a@c",
        "a.@c",
        "a b@c",
        "a@b c",
        "a@-b",
        "a@b-",
        "a@b..c",
        "a@.b",
        "a@b.",
        "a@[1.2.3]",
        "a@[1.2.3.4",
        "a@[IPv6:1.2.3.4]",
        "a@[2001:db8::1]",
        "a@[x:y]",
        "a@[1.2.3.4]x",
        "<a@b>",
        "a@b>",
        "a@b\r\n",
        "a\r\nDATA@b",
        "a@b\0",
        "grün@b",
        "a@grün",
    ] {
        assert!(Mailbox::parse(text).is_err(), "{text:?}");
    }
    assert!(Mailbox::parse(&format!("{}@b", "a".repeat(255))).is_ok());
    assert!(Mailbox::parse(&format!("{}@b", "a".repeat(256))).is_err());
    assert!(Mailbox::parse(&format!("a@{}", "b".repeat(63))).is_ok());
    assert!(Mailbox::parse(&format!("a@{}", "b".repeat(64))).is_err());
    assert!(Mailbox::parse(&format!("a@{}", "b.".repeat(128) + "c")).is_err());
}

#[test]
fn what_is_no_path() {
    for line in [
        "MAIL FROM:a@b",
        "MAIL FROM:<a@b",
        "MAIL FROM:a@b>",
        "MAIL FROM:<<a@b>>",
        "MAIL FROM:<a@b>SIZE=1",
        "MAIL FROM:",
        "MAIL FROM:< >",
        "MAIL FROM:<a@b>>",
        "MAIL FROM :<a@b>",
    ] {
        assert!(parse(line).is_err(), "{line:?}");
    }
}

#[test]
fn parameters_are_kept_raw_and_never_twice() {
    let Command::Mail { parameters, .. } =
        parse("MAIL FROM:<> SIZE=12 body=8bitmime AUTH=<>  ENVID=a+3Db RET").unwrap()
    else {
        panic!("not MAIL");
    };
    assert_eq!(parameters.size(), Some(12));
    assert_eq!(parameters.body(), Some(Body::EightBitMime));
    assert_eq!(parameters.auth(), Some("<>"));
    assert_eq!(parameters.get("envid").unwrap().value, Some("a+3Db"));
    assert_eq!(parameters.get("RET").unwrap().value, None);
    assert_eq!(parameters.iter().count(), 5);
    assert_eq!(parse("MAIL FROM:<> SIZE=1 SIZE=2"), Err(SyntaxError::RepeatedParameter));
    assert_eq!(parse("MAIL FROM:<> x=1 Y=2 X"), Err(SyntaxError::RepeatedParameter));
    let many = |n| (0..n).fold("MAIL FROM:<>".to_owned(), |line, n| format!("{line} K{n}=1"));
    assert!(parse(&many(32)).is_ok());
    assert_eq!(parse(&many(33)), Err(SyntaxError::TooManyParameters));
    for text in [
        "SIZE",
        "SIZE=",
        "SIZE=x",
        "SIZE=-1",
        "SIZE=+1",
        "SIZE=123456789012345678901",
        "BODY",
        "BODY=9BIT",
        "AUTH",
        "AUTH=+4",
        "AUTH=a b=",
        "-X",
        "X=a=b",
        "X==",
        "X=\u{1}",
        "X=ä",
        "Ä=x",
        "X= Y",
        "=x",
        "X\t=1",
        "A;B",
    ] {
        assert!(Parameters::parse(text).is_err(), "{text:?}");
    }
    assert_eq!(Parameters::parse("SIZE=99999999999999999999").unwrap().size(), Some(u64::MAX));
}

#[test]
fn parameters_that_cannot_be_built() {
    for (keyword, value) in [
        ("", None),
        ("X Y", None),
        ("X", Some("")),
        ("X", Some("a b")),
        ("X", Some("a=b")),
        ("X", Some("a\r\nDATA")),
        ("X=1", None),
        ("X\r\n", None),
        ("SIZE", Some("many")),
    ] {
        assert!(Parameters::new().with(keyword, value).is_err(), "{keyword:?} {value:?}");
    }
    assert!(Parameters::new().with_size(1).with("size", Some("2")).is_err());
    let parameters = Parameters::new().with_size(1).with_body(Body::SevenBit).with_size(2);
    assert_eq!(parameters.as_str(), "BODY=7BIT SIZE=2");
    let submitter = Mailbox::parse("e=mc2@example.com").unwrap();
    let parameters = Parameters::new().with_auth(Some(&submitter));
    assert_eq!(parameters.as_str(), "AUTH=e+3Dmc2@example.com");
}

#[test]
fn hosts() {
    for text in [
        "localhost",
        "mx.example",
        "MX-1.example",
        "a--b.example",
        "my_host.local",
        "[127.0.0.1]",
        "[IPv6:::1]",
        "1.2.3.4",
    ] {
        assert_eq!(Host::parse(text).unwrap().to_string(), text);
    }
    for text in ["", " ", "-a", "a-.b", "[::1]", "[127.0.0.1", "a b", "a\r\n", "(none)", "grün.example"] {
        assert!(Host::parse(text).is_err(), "{text:?}");
    }
    // Section 4.1.3: a number has up to three digits, and is decimal.
    assert_eq!(Host::parse("[192.168.001.010]").unwrap(), Host::parse("[192.168.1.10]").unwrap());
    for text in ["[1.2.3.0004]", "[1.2.3.256]", "[1.2.3.+4]", "[1.2.3.]", "[1.2.3.4.5]", "[1.2.3. 4]", "[0x1.2.3.4]"] {
        assert!(Host::parse(text).is_err(), "{text:?}");
    }
    assert_eq!(Domain::parse("A.b").unwrap(), Domain::parse("a.B").unwrap());
}

#[test]
fn auth_arguments() {
    let Command::Auth { mechanism, initial_response } = parse("auth plain AGEAYg==").unwrap() else {
        panic!("not AUTH")
    };
    assert_eq!(mechanism, "PLAIN");
    let mut response = Vec::new();
    initial_response.clone().unwrap().decode(&mut response).unwrap();
    assert_eq!(response, b"\0a\0b");
    assert!(!format!("{initial_response:?}").contains("AGEAYg"));
    let Command::Auth { initial_response: Some(empty), .. } = parse("AUTH EXTERNAL =").unwrap() else {
        panic!("not AUTH")
    };
    let mut response = Vec::new();
    empty.decode(&mut response).unwrap();
    assert!(response.is_empty());
    for line in ["AUTH PLAIN a b", "AUTH PLAIN *", "AUTH PLAIN ", "AUTH A.B", "AUTH ABCDEFGHIJKLMNOPQRSTU"] {
        let result = parse(line);
        assert!(line == "AUTH PLAIN " || result.is_err(), "{line:?} {result:?}");
    }
    for text in ["====", "AGEAYg", "A", "AB=C"] {
        let mut response = b"kept".to_vec();
        assert!(InitialResponse::parse(text).unwrap().decode(&mut response).is_err(), "{text:?}");
        assert_eq!(response, b"kept");
    }
}

fn label() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9]([a-zA-Z0-9_-]{0,8}[a-zA-Z0-9])?"
}

fn host() -> impl Strategy<Value = Host<'static>> {
    prop_oneof![
        4 => prop::collection::vec(label(), 1..4).prop_map(|labels| labels.join(".").parse().unwrap()),
        1 => any::<std::net::Ipv4Addr>().prop_map(|address| std::net::IpAddr::V4(address).into()),
        1 => any::<std::net::Ipv6Addr>().prop_map(|address| std::net::IpAddr::V6(address).into()),
    ]
}

fn mailbox() -> impl Strategy<Value = Mailbox<'static>> {
    let local_part =
        prop_oneof!["[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,9}(\\.[a-z0-9+-]{1,9}){0,2}", "\"([ !#-Z^-~]|\\\\[ -~]){0,12}\""];
    (local_part, host()).prop_map(|(local_part, host)| format!("{local_part}@{host}").parse().unwrap())
}

fn parameters() -> impl Strategy<Value = Parameters<'static>> {
    let parameter = ("[A-Z0-9][A-Z0-9-]{0,9}", prop::option::of("[!-<>-~]{1,20}"));
    (prop::option::of(any::<u64>()), any::<bool>(), prop::collection::vec(parameter, 0..4)).prop_map(
        |(size, body, others)| {
            let mut parameters = Parameters::new();
            if let Some(size) = size {
                parameters = parameters.with_size(size);
            }
            if body {
                parameters = parameters.with_body(Body::EightBitMime);
            }
            for (keyword, value) in others {
                // A keyword may come twice or be one that has rules.
                parameters = parameters.clone().with(&keyword, value.as_deref()).unwrap_or(parameters);
            }
            parameters
        },
    )
}

fn command() -> impl Strategy<Value = Command<'static>> {
    let argument = || "[!-~]([ -~]{0,20}[!-~])?".prop_map(|text| Argument::parse(&text).unwrap().into_owned());
    let mechanism = "[A-Z0-9_-]{1,20}".prop_map(|name| Mechanism::parse(&name).unwrap().into_owned());
    let response = prop::option::of(prop::collection::vec(any::<u8>(), 0..40));
    prop_oneof![
        host().prop_map(Command::Ehlo),
        host().prop_map(Command::Helo),
        host().prop_map(Command::Lhlo),
        (prop::option::of(mailbox()), parameters()).prop_map(|(mailbox, parameters)| Command::Mail {
            path: mailbox.map_or(ReversePath::Null, ReversePath::Mailbox),
            parameters
        }),
        (prop::option::of(mailbox()), parameters()).prop_map(|(mailbox, parameters)| Command::Rcpt {
            path: mailbox.map_or(ForwardPath::Postmaster, ForwardPath::Mailbox),
            parameters
        }),
        Just(Command::Data),
        Just(Command::Rset),
        prop::option::of(argument()).prop_map(Command::Noop),
        Just(Command::Quit),
        argument().prop_map(Command::Vrfy),
        argument().prop_map(Command::Expn),
        prop::option::of(argument()).prop_map(Command::Help),
        Just(Command::StartTls),
        (mechanism, response).prop_map(|(mechanism, response)| Command::Auth {
            mechanism,
            initial_response: response.map(|response| InitialResponse::encode(&response)),
        }),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_parsed(command in command()) {
        let mut line = String::new();
        command.write(&mut line).unwrap();
        let text = line.strip_suffix("\r\n").unwrap();
        prop_assert!(!text.contains(['\r', '\n', '\0']));
        let parsed = Command::parse(text.as_bytes()).unwrap();
        prop_assert_eq!(&parsed, &command);
        // Mailboxes are equal however they are quoted; what is written is the same to the octet.
        let mut again = String::new();
        parsed.write(&mut again).unwrap();
        prop_assert_eq!(&again, &line);
    }

    #[test]
    fn what_is_parsed_is_written_to_the_same(verb in "(MAIL FROM:|RCPT TO:|EHLO |AUTH |NOOP )", text in "[<>@a-c.\"\\\\:,= \\[\\]1-]{0,20}") {
        let line = format!("{verb}{text}");
        if let Ok(command) = Command::parse(line.as_bytes()) {
            let mut written = String::new();
            command.write(&mut written).unwrap();
            prop_assert_eq!(Command::parse(written.trim_end().as_bytes()).unwrap(), command);
        }
    }

    #[test]
    fn any_line_is_parsed_or_refused(line in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = Command::parse(&line);
    }

    #[test]
    fn xtext_is_undone(text in "\\PC{0,30}") {
        let encoded = xtext::encode(&text).into_owned();
        prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'='));
        prop_assert_eq!(xtext::decode(&encoded).unwrap(), text);
    }
}
