//! RFC 5321, section 4.2: replies. What a `Reply` writes, a `ReplyParser` reads; what cannot be a reply is refused,
//! on either side.

use mail_wire::{LineEnding, OutputQueue};
use proptest::prelude::*;
use smtp_proto::reply::{EnhancedCode, InvalidReply, Reply, ReplyCode, ReplyDefect, ReplyParser, Severity};

fn wire(reply: &Reply) -> Vec<u8> {
    let mut queue = OutputQueue::new();
    reply.encode(&mut queue);
    queue.pending().unwrap_or_default().to_vec()
}

fn parse(received: &[u8]) -> Result<Option<Reply>, ReplyDefect> {
    ReplyParser::default().parse(received).map(|found| found.map(|reply| reply.to_reply()))
}

/// Feeds `received` cut at every place, and octet by octet; every way must end alike.
fn parse_at_every_split(received: &[u8]) -> Result<Option<Reply>, ReplyDefect> {
    let whole = parse(received);
    for cut in 0..received.len() {
        let mut parser = ReplyParser::default();
        let mut outcome = parser.parse(&received[..cut]).map(|found| found.map(|reply| reply.to_reply()));
        if outcome == Ok(None) {
            outcome = parser.parse(received).map(|found| found.map(|reply| reply.to_reply()));
        }
        assert_eq!(outcome, whole, "cut at {cut}");
    }
    let mut parser = ReplyParser::default();
    let mut outcome = Ok(None);
    for end in 0..=received.len() {
        outcome = parser.parse(&received[..end]).map(|found| found.map(|reply| reply.to_reply()));
        if outcome != Ok(None) {
            break;
        }
    }
    assert_eq!(outcome, whole, "octet by octet");
    whole
}

#[test]
fn one_line() {
    assert_eq!(wire(&Reply::NO_SUCH_USER), b"550 5.1.1 no such user here\r\n");
    assert_eq!(parse_at_every_split(b"550 5.1.1 no such user here\r\n"), Ok(Some(Reply::NO_SUCH_USER)));
    assert_eq!(wire(&Reply::START_MAIL_INPUT), b"354 start mail input; end with <CRLF>.<CRLF>\r\n");
}

#[test]
fn many_lines_have_the_enhanced_code_on_each() {
    let reply = Reply::NO_SUCH_USER.with_line("").unwrap().with_line("third").unwrap();
    let text = b"550-5.1.1 no such user here\r\n550-5.1.1\r\n550 5.1.1 third\r\n";
    assert_eq!(wire(&reply), text);
    assert_eq!(parse_at_every_split(text), Ok(Some(reply)));
}

#[test]
fn a_reply_without_text_is_a_reply() {
    for text in [&b"250\r\n"[..], b"250 \r\n", b"250-\r\n250\r\n", b"250-\r\n250 \r\n"] {
        let reply = parse_at_every_split(text).unwrap().unwrap();
        assert_eq!(reply.code(), ReplyCode::OK);
        assert!(reply.lines().all(str::is_empty));
    }
    let reply = Reply::new(ReplyCode::OK, None, "").unwrap();
    assert_eq!(wire(&reply), b"250\r\n");
}

#[test]
fn two_replies_in_one_read_are_two() {
    let received = b"250 one\r\n251-two\r\n251 two\r\n";
    let mut parser = ReplyParser::default();
    let first = parser.parse(received).unwrap().unwrap();
    assert_eq!((first.code(), first.wire_len()), (ReplyCode::OK, 9));
    let second = parser.parse(&received[9..]).unwrap().unwrap();
    assert_eq!((second.code(), second.wire_len()), (ReplyCode::WILL_FORWARD, 18));
    assert_eq!(parser.parse(b""), Ok(None));
}

#[test]
fn the_enhanced_code_must_be_of_the_class_of_the_reply() {
    let received = b"550 2.1.1 hm\r\n";
    let mut parser = ReplyParser::default();
    let reply = parser.parse(received).unwrap().unwrap();
    assert_eq!(reply.enhanced_code(), None);
    assert_eq!(reply.lines().collect::<Vec<_>>(), [b"2.1.1 hm"]);
    let no = Reply::new(ReplyCode::OK, EnhancedCode::new(5, 0, 0), "");
    assert_eq!(no, Err(InvalidReply::CodesDisagree));
    let no = Reply::new(ReplyCode::START_MAIL_INPUT, EnhancedCode::new(2, 0, 0), "");
    assert_eq!(no, Err(InvalidReply::CodesDisagree));
}

#[test]
fn defects() {
    for (received, defect) in [
        (&b"hello\r\n"[..], ReplyDefect::NoCode),
        (b"\r\n", ReplyDefect::NoCode),
        (b"25\r\n", ReplyDefect::NoCode),
        (b"2500 x\r\n", ReplyDefect::NoCode),
        (b"150 x\r\n", ReplyDefect::NoCode),
        (b"600 x\r\n", ReplyDefect::NoCode),
        (b"250_x\r\n", ReplyDefect::NoCode),
        (b"250\tx\r\n", ReplyDefect::NoCode),
        (b"25O ok\r\n", ReplyDefect::NoCode),
        (b"+OK\r\n", ReplyDefect::NoCode),
        (b"250-a\r\n251 b\r\n", ReplyDefect::CodesDiffer),
        (b"250-a\r\n550 b\r\n", ReplyDefect::CodesDiffer),
        (b"250 a\n", ReplyDefect::BareLf),
        (b"250 a\n250 b\r\n", ReplyDefect::BareLf),
        (b"250 a\rb\r\n", ReplyDefect::BareCr),
        (b"250-a\rb\r\n250 c\r\n", ReplyDefect::BareCr),
        (b"250 a\r\r\n", ReplyDefect::BareCr),
        (b"250 a\0b\r\n", ReplyDefect::Nul),
    ] {
        assert_eq!(parse_at_every_split(received), Err(defect), "{}", received.escape_ascii());
    }
}

#[test]
fn an_endless_line_and_an_endless_reply_end_in_an_error() {
    let mut parser = ReplyParser::default();
    let mut received = b"250 ".to_vec();
    let defect = loop {
        match parser.parse(&received) {
            Ok(_) => received.extend_from_slice(&[b'x'; 100]),
            Err(defect) => break defect,
        }
    };
    assert_eq!(defect, ReplyDefect::TooLong);
    assert!(received.len() <= ReplyParser::LONGEST_LINE + 100);

    let mut parser = ReplyParser::default();
    let mut received = Vec::new();
    let defect = loop {
        match parser.parse(&received) {
            Ok(_) => received.extend_from_slice(b"250-more\r\n"),
            Err(defect) => break defect,
        }
    };
    assert_eq!(defect, ReplyDefect::TooLong);
    assert!(received.len() <= ReplyParser::LONGEST_REPLY + 10);
}

#[test]
fn the_limits_are_exact() {
    let mut parser = ReplyParser::new(8, 16, LineEnding::Crlf);
    assert!(parser.parse(b"250-ab\r\n250 ab\r\n").unwrap().is_some());
    assert_eq!(parser.parse(b"250 abc\r\n"), Err(ReplyDefect::TooLong));
    let mut parser = ReplyParser::new(8, 16, LineEnding::Crlf);
    assert_eq!(parser.parse(b"250-a\r\n250-a\r\n250 a\r\n"), Err(ReplyDefect::TooLong));
}

#[test]
fn lines_that_end_in_lf_are_read_by_policy_only() {
    let mut parser = ReplyParser::new(512, 4096, LineEnding::CrlfOrLf);
    let reply = parser.parse(b"250-a\n250 b\r\n").unwrap().unwrap();
    assert_eq!(reply.lines().collect::<Vec<_>>(), [b"a", b"b"]);
}

#[test]
fn no_line_break_passes_through_a_reply() {
    for text in ["a\r\n250 b", "a\nb", "a\rb", "a\0b", "a\x1bb", "a\x7fb", "a\u{80}b", "a\u{9f}"] {
        assert_eq!(Reply::new(ReplyCode::OK, None, text), Err(InvalidReply::ControlCharacter));
        assert_eq!(Reply::OK.with_line(text), Err(InvalidReply::ControlCharacter));
    }
    assert!(Reply::new(ReplyCode::OK, None, "größer\u{a0}→").is_ok());
    let long = "x".repeat(Reply::LONGEST_TEXT + 1);
    assert_eq!(Reply::OK.with_line(&long), Err(InvalidReply::TooLong));
    let longest = Reply::new(ReplyCode::OK, EnhancedCode::new(2, 999, 999), long[1..].to_owned()).unwrap();
    assert_eq!(wire(&longest).len(), 512);
}

#[test]
fn foreign_text_becomes_a_valid_reply() {
    let mut parser = ReplyParser::default();
    let reply = parser.parse(b"250 2.0.0 caf\xe9 \x1b[31m\r\n").unwrap().unwrap().to_reply();
    assert_eq!(reply.lines().collect::<Vec<_>>(), ["caf\u{fffd} \u{fffd}[31m"]);
    assert_eq!(reply.to_string(), "250 2.0.0 caf\u{fffd} \u{fffd}[31m");
}

/// What stands for a character may be longer than the character was.
#[test]
fn foreign_text_is_cut_off_where_it_is_too_long() {
    for last in ["\x1b", "\u{85}", "é", "xé"] {
        for short in 0..4 {
            let received = format!("250 {}{last}y\r\n", "x".repeat(Reply::LONGEST_TEXT - short));
            let mut parser = ReplyParser::default();
            let reply = parser.parse(received.as_bytes()).unwrap().unwrap().to_reply();
            let text = reply.lines().next().unwrap();
            assert!(text.len() <= Reply::LONGEST_TEXT, "{}", received.escape_debug());
            assert_eq!(Reply::new(ReplyCode::OK, None, text.to_owned()).as_ref(), Ok(&reply));
        }
    }
}

#[test]
fn severity_is_the_first_digit() {
    for (code, severity) in [
        (200, Severity::PositiveCompletion),
        (299, Severity::PositiveCompletion),
        (354, Severity::PositiveIntermediate),
        (450, Severity::TransientNegative),
        (599, Severity::PermanentNegative),
    ] {
        assert_eq!(ReplyCode::new(code).unwrap().severity(), severity);
    }
    assert_eq!(ReplyCode::new(199), None);
    assert_eq!(ReplyCode::new(600), None);
}

#[test]
fn enhanced_codes_are_three_small_numbers() {
    for (text, code) in [
        ("2.0.0", EnhancedCode::new(2, 0, 0)),
        ("5.999.123", EnhancedCode::new(5, 999, 123)),
        ("4.1", None),
        ("4.1.", None),
        ("4..1", None),
        ("3.1.1", None),
        ("5.1234.1", None),
        ("5.1.1234", None),
        ("5.1.1 ", None),
        ("5.1.x", None),
        ("", None),
    ] {
        assert_eq!(EnhancedCode::parse(text.as_bytes()), code, "{text}");
    }
    assert_eq!(EnhancedCode::new(5, 1000, 0), None);
}

fn any_enhanced(code: ReplyCode) -> impl Strategy<Value = Option<EnhancedCode>> {
    (any::<bool>(), 0..1000u16, 0..1000u16).prop_map(move |(some, subject, detail)| {
        some.then(|| EnhancedCode::new((code.get() / 100) as u8, subject, detail)).flatten()
    })
}

fn any_reply() -> impl Strategy<Value = Reply> {
    let text = "[\t -~é→]{0,60}";
    (200..600u16).prop_map(|code| ReplyCode::new(code).unwrap()).prop_flat_map(move |code| {
        (any_enhanced(code), proptest::collection::vec(text, 1..6)).prop_map(move |(enhanced, lines)| {
            let mut lines = lines.into_iter();
            let first = Reply::new(code, enhanced, lines.next().unwrap_or_default()).unwrap();
            lines.fold(first, |reply, line| reply.with_line(&line).unwrap())
        })
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(reply in any_reply(), cut in 0..400usize) {
        let text = wire(&reply);
        let mut parser = ReplyParser::default();
        let mut found = parser.parse(&text[..cut.min(text.len())]).unwrap();
        if found.is_none() {
            found = parser.parse(&text).unwrap();
        }
        let found = found.expect("whole");
        prop_assert_eq!(found.wire_len(), text.len());
        prop_assert_eq!(&wire(&found.to_reply()), &text);
        // Text that happens to look like an enhanced code is the one thing that reads otherwise.
        if reply.enhanced_code().is_some() {
            prop_assert_eq!(found.to_reply(), reply);
        }
    }

    #[test]
    fn no_octets_can_hurt(received in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut parser = ReplyParser::default();
        if let Ok(Some(reply)) = parser.parse(&received) {
            prop_assert!(reply.wire_len() <= received.len());
            let _ = reply.to_reply();
        }
    }
}
