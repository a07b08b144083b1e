//! RFC 5321, section 4.2: a reply belongs to the command that it answers, whatever its text.

use smtp_proto::client::{Config, Verb};

use crate::sender::{Todo, envelope, greeted, play, session_with};

#[test]
fn replies_without_text_are_replies() {
    let seen = play(
        "S: 220
         C: EHLO client.example
         S: 250
         C: MAIL FROM:<ann@example.org>
         S: 250
         C: RCPT TO:<bob@example.net>
         S: 250\\x20
         C: DATA
         S: 354
         C: hi
         C: .
         S: 250-
         S: 250
         C: QUIT
         S: 221",
        &[Todo::Send(envelope(&["bob@example.net"]), b"hi\r\n")],
    );
    assert!(seen.contains(&"Sent(Accepted)".to_owned()));
}

#[test]
fn the_text_of_a_reply_means_nothing() {
    let mut session = greeted(&["PIPELINING"], &[Todo::Send(envelope(&["bob@example.net"]), b"hi\r\n")]);
    session.output();
    session.feed(b"250-354 go\r\n250-STARTTLS\r\n250 221 bye\r\n250 550 no such user\r\n");
    assert!(session.trace.saw("Recipient { index: 0, reply: ReplyRef(250 550 no such user) }"));
    assert!(!session.machine.is_closed());
    assert!(!session.machine.capabilities().starttls());
}

#[test]
fn a_reply_to_no_command_closes_the_session() {
    for unsolicited in ["250 ok", "550 no", "220 hello again", "354 go on", "334 "] {
        let mut session = greeted(&[], &[Todo::Rest]);
        session.output();
        session.feed(format!("{unsolicited}\r\n").as_bytes());
        assert!(session.trace.saw("Unsolicited"));
        assert!(session.trace.saw("Closed(UnexpectedReply"));
        assert_eq!(session.output_text(), "");
    }
}

#[test]
fn one_reply_too_many_closes_the_session() {
    let mut session = greeted(&[], &[Todo::Send(envelope(&["bob@example.net"]), b"hi\r\n")]);
    session.output();
    session.feed(b"250 ok\r\n250 ok\r\n354 go\r\n");
    // Each reply makes the next command; none of them was injected, so far as can be known, but the session keeps
    // in step: three replies, three commands.
    assert_eq!(session.output_text(), "RCPT TO:<bob@example.net>\r\nDATA\r\nhi\r\n.\r\n");
    session.feed(b"250 ok\r\n250 ok\r\n250 ok\r\n");
    assert!(session.trace.saw("Closed(UnexpectedReply"));
}

#[test]
fn impossible_codes_close_the_session() {
    let plan = [Todo::Send(envelope(&["bob@example.net"]), b"hi\r\n")];
    for (replies, command) in [
        (&b"354 go\r\n"[..], Verb::Mail),
        (b"250 ok\r\n354 go\r\n", Verb::Rcpt),
        (b"250 ok\r\n250 ok\r\n250 go\r\n", Verb::Data),
        (b"250 ok\r\n250 ok\r\n334 go\r\n", Verb::Data),
        (b"250 ok\r\n250 ok\r\n354 go\r\n354 go\r\n", Verb::EndOfData),
    ] {
        let mut session = greeted(&["PIPELINING"], &plan);
        for reply in replies.split_inclusive(|octet| *octet == b'\n') {
            session.feed(reply);
        }
        assert!(session.trace.saw(&format!("Closed(ImpossibleReply {{ command: {command:?}")), "{:?}", session.trace);
        assert!(!session.trace.saw("Sent"));
    }
}

#[test]
fn a_defect_closes_the_session() {
    for (reply, defect) in [
        ("250-a\r\n550 b\r\n", "CodesDiffer"),
        ("ok\r\n", "NoCode"),
        ("250 a\n250 b\r\n", "BareLf"),
        ("250 a\rb\r\n", "BareCr"),
        ("250 \0\r\n", "Nul"),
    ] {
        let mut session = greeted(&[], &[Todo::Send(envelope(&["bob@example.net"]), b"hi\r\n")]);
        session.feed(reply.as_bytes());
        assert!(session.trace.saw(&format!("Closed(BadReply {{ defect: {defect}")), "{:?}", session.trace);
    }
}

#[test]
fn endless_lines_and_endless_replies_end_in_bounded_memory() {
    for piece in [&b"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"[..], b"250-more\r\n"] {
        let mut session = greeted(&[], &[Todo::Call(|client| client.noop().unwrap())]);
        let mut fed = 0;
        session.feed(b"250-");
        while !session.machine.is_closed() {
            session.feed(piece);
            fed += piece.len();
            assert!(fed < 64 * 1024);
        }
        assert!(session.trace.saw("Closed(BadReply { defect: TooLong"));
    }
}

#[test]
fn a_lax_line_ending_is_a_matter_of_configuration() {
    let mut config = Config::default();
    config.reply_line_ending = mail_wire::LineEnding::CrlfOrLf;
    let mut session = session_with(config, Verb::Ehlo, &[]);
    session.feed(b"220 mx\n");
    assert_eq!(session.output_text(), "EHLO client.example\r\n");
}
