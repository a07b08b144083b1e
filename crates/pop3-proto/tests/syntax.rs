//! What one role builds, the other reads: the syntax against itself.

use pop3_proto::*;
use proptest::prelude::*;

fn encoded(command: Command<'_>) -> Vec<u8> {
    let mut line = Vec::new();
    command.encode(|piece| line.extend_from_slice(piece));
    line
}

fn message() -> impl Strategy<Value = MessageNumber> {
    (1..=u32::MAX).prop_map(|number| MessageNumber::new(number).unwrap())
}

proptest! {
    #[test]
    fn commands_are_what_they_were(message in message(), lines: u64) {
        for command in [
            Command::Stat, Command::List(None), Command::List(Some(message)), Command::Retr(message),
            Command::Dele(message), Command::Noop, Command::Rset, Command::Quit, Command::Top { message, lines },
            Command::Uidl(None), Command::Uidl(Some(message)), Command::Capa, Command::Stls, Command::AuthList,
        ] {
            let line = encoded(command);
            prop_assert!(line.len() <= LONGEST_COMMAND);
            let text = line.strip_suffix(b"\r\n").unwrap();
            prop_assert_eq!(Command::parse(text), Ok(command));
            let lower = text.to_ascii_lowercase();
            prop_assert_eq!(Command::parse(&lower), Ok(command));
            prop_assert_eq!(command.to_string().into_bytes(), text);
        }
    }

    #[test]
    fn logins_are_what_they_were(name in "(?s).{0,12}", password in prop::collection::vec(any::<u8>(), 0..12)) {
        if let Ok(user) = UserName::new(&name) {
            let line = encoded(Command::User(user));
            prop_assert_eq!(Command::parse(line.strip_suffix(b"\r\n").unwrap()), Ok(Command::User(user)));
        }
        if let Ok(password) = Password::new(&password) {
            let line = encoded(Command::Pass(password));
            prop_assert_eq!(Command::parse(line.strip_suffix(b"\r\n").unwrap()), Ok(Command::Pass(password)));
        }
    }

    #[test]
    fn auth_is_what_it_was(name in "[A-Z0-9_-]{1,20}", response in prop::option::of("=|([a-zA-Z0-9+/]{4}){1,9}")) {
        let line = match &response {
            Some(response) => format!("AUTH {name} {response}"),
            None => format!("AUTH {name}"),
        };
        let command = Command::parse(line.as_bytes()).unwrap();
        prop_assert_eq!(encoded(command), format!("{line}\r\n").into_bytes());
        let Command::Auth { mechanism, initial } = command else { panic!("{command:?}") };
        prop_assert_eq!(mechanism, Mechanism::new(&name).unwrap());
        prop_assert_eq!(initial.is_some(), response.is_some());
        prop_assert!(initial.is_none_or(|initial| initial.decode().is_some()));
    }

    /// Class: a CR or LF in an argument makes two commands of one. Whatever parses, or can be built, is one line.
    #[test]
    fn no_command_is_two(line in prop::collection::vec(any::<u8>(), 0..40)) {
        if let Ok(command) = Command::parse(&line) {
            let line = encoded(command);
            prop_assert!(line.ends_with(b"\r\n"));
            prop_assert!(!line[..line.len() - 2].iter().any(|octet| matches!(octet, b'\r' | b'\n' | 0)));
        }
    }

    #[test]
    fn listings_are_what_they_were(message in message(), octets: u64, id in "[!-~]{1,70}") {
        let mut line = Vec::new();
        let listing = ScanListing { message, octets: Some(octets) };
        listing.encode(|piece| line.extend_from_slice(piece));
        prop_assert_eq!(ScanListing::parse(line.strip_suffix(b"\r\n").unwrap()), Ok(listing));
        line.clear();
        let listing = UniqueIdListing { message, id: UniqueId::new(id.as_bytes()).unwrap() };
        listing.encode(|piece| line.extend_from_slice(piece));
        prop_assert_eq!(UniqueIdListing::parse(line.strip_suffix(b"\r\n").unwrap()), Ok(listing));
    }

    /// None of what a peer says is a panic, and none of it becomes an id that would break a line.
    #[test]
    fn any_line(line in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = (Command::parse(&line), DropListing::parse(&line), ScanListing::parse(&line), StatusLine::parse(&line));
        if let Ok(listing) = UniqueIdListing::parse(&line) {
            prop_assert!(!listing.id.as_bytes().iter().any(|octet| matches!(octet, b'\r' | b'\n' | 0)));
        }
        if let Ok(text) = str::from_utf8(&line) && let Some(capability) = Capability::parse(text) {
            prop_assert!(!capability.to_string().contains(['\r', '\n', '\0']));
        }
    }
}

#[test]
fn what_cannot_be_built() {
    assert_eq!(MessageNumber::new(0), None);
    for name in ["", "a\r\nDELE 1", "a\n", "a\0", "a\x07", &"x".repeat(249)] {
        assert!(UserName::new(name).is_err(), "{name:?}");
    }
    for password in ["", "a\r\nDELE 1", "\n", "\0"] {
        assert!(Password::new(password.as_bytes()).is_err(), "{password:?}");
    }
    assert!(UserName::new(&"x".repeat(248)).is_ok() && Password::new(&[0xFF; 248]).is_ok());
    for text in ["a\r\n+OK", "[AUTH] no", "  [AUTH] no", "\u{e9}", "\x7f", &"x".repeat(Text::LONGEST + 1)] {
        assert!(Text::new(text).is_err(), "{text:?}");
    }
    for id in ["", "two words", "a\r\n", "\u{e9}", &"x".repeat(71)] {
        assert!(UniqueId::new(id.as_bytes()).is_err(), "{id:?}");
    }
    let long = Reply::new(Text::new("x".repeat(Text::LONGEST)).unwrap());
    let code = "y".repeat(ResponseCode::LONGEST);
    let reply = long.with_code(ResponseCode::Other(OtherCode::new(&code).unwrap()));
    assert!(format!("-ERR {reply}\r\n").len() <= LONGEST_STATUS_LINE);
    assert_eq!(OtherCode::new(&"y".repeat(65)), None);
}

#[test]
fn errors_say_what_is_wrong() {
    for (line, error) in [
        ("", CommandError::Unknown),
        ("XYZZ", CommandError::Unknown),
        ("TOPP 1 1", CommandError::Unknown),
        ("TO", CommandError::Unknown),
        ("STATUS", CommandError::Unknown),
        ("RETR", CommandError::MissingArgument),
        ("RETR ", CommandError::MissingArgument),
        ("RETR 0", CommandError::MessageNumber),
        ("RETR x", CommandError::MessageNumber),
        ("RETR 4294967296", CommandError::MessageNumber),
        ("RETR 1 2", CommandError::UnexpectedArgument),
        ("TOP 1", CommandError::MissingArgument),
        ("TOP 1 x", CommandError::Lines),
        ("TOP 1 18446744073709551616x", CommandError::Lines),
        ("USER", CommandError::MissingArgument),
        ("USER ", CommandError::Argument(InvalidArgument::Empty)),
        ("AUTH PL@IN", CommandError::Sasl),
        ("AUTH PLAIN a*", CommandError::Sasl),
        ("AUTH PLAIN a b", CommandError::UnexpectedArgument),
    ] {
        assert_eq!(Command::parse(line.as_bytes()), Err(error), "{line:?}");
    }
}

/// Class: a reply of a server that says a little more than it must is an error.
#[test]
fn what_follows_a_number_is_ignored() {
    for (text, messages, octets) in [
        ("2 320", 2, Some(320)),
        ("2 320 foo", 2, Some(320)),
        ("2  5368709120\t", 2, Some(5_368_709_120)),
        ("2 18446744073709551616", 2, None),
        ("2 -1", 2, None),
        ("2", 2, None),
        ("0 0", 0, Some(0)),
    ] {
        assert_eq!(DropListing::parse(text.as_bytes()), Ok(DropListing { messages, octets }), "{text:?}");
    }
    for text in ["", "x", "-1 2", "4294967296 1", "2x 1"] {
        assert_eq!(DropListing::parse(text.as_bytes()), Err(ListingError), "{text:?}");
    }
    let listing = UniqueIdListing::parse(b"3   an id\xFF ").unwrap();
    assert_eq!((listing.message.get(), listing.id.as_bytes()), (3, &b"an id\xFF"[..]));
}
