//! RFC 5321, section 4.5.3.1: limits. What is over one is discarded as it comes and answered clearly.

use crate::policy::{HELLO, Policy, config, play_with, session};

#[test]
fn a_command_line_over_the_limit() {
    let mut config = config();
    config.longest_command = 512;
    for (length, fits) in [(512, true), (513, false), (12288, false), (12289, false), (100_000, false)] {
        let mut session = session(config.clone(), Policy::default());
        session.output();
        let mut line = b"VRFY ".to_vec();
        line.resize(length - 2, b'x');
        line.extend_from_slice(b"\r\nNOOP\r\n");
        session.feed(&line);
        let expected =
            if fits { "252 2.5.0 cannot verify the user, but will try the message" } else { "500 5.5.2 line too long" };
        assert_eq!(session.output_text(), format!("{expected}\r\n250 2.0.0 ok\r\n"), "{length}");
    }
}

#[test]
fn a_line_without_end_needs_no_memory() {
    let mut session = session(config(), Policy::default());
    for _ in 0..1000 {
        session.feed(&[b'x'; 16 * 1024]);
        assert!(session.machine.allocated() < 64 * 1024);
    }
    session.output();
    session.feed(b"\r\nNOOP\r\n");
    assert_eq!(session.output_text(), "500 5.5.2 line too long\r\n250 2.0.0 ok\r\n");
}

#[test]
fn too_many_recipients() {
    let mut config = config();
    config.most_recipients = 2;
    let trace = play_with(
        config,
        Policy::default(),
        &format!(
            r"{HELLO}
            C: MAIL FROM:<>
            S: 250 2.1.0 sender ok
            C: RCPT TO:<a@mx.example>
            S: 250 2.1.5 recipient ok
            C: RCPT TO:<nobody@mx.example>
            S: 550 5.1.1 no such user here
            C: RCPT TO:<b@mx.example>
            S: 250 2.1.5 recipient ok
            C: RCPT TO:<c@mx.example>
            S: 452 4.5.3 too many recipients
            C: DATA
            S: 354 start mail input; end with <CRLF>.<CRLF>
            "
        ),
    );
    assert!(!trace.saw("c@mx.example"));
}

#[test]
fn ten_thousand_unknown_commands() {
    let mut session = session(config(), Policy::default());
    for _ in 0..10_000 {
        session.feed(b"XYZZY\r\n");
    }
    let said = session.output_text();
    assert_eq!(said.matches("500 5.5.1").count(), 21);
    assert!(said.ends_with("421 4.7.0 too many errors, closing the connection\r\n"));
    assert_eq!(session.trace.events().collect::<Vec<_>>(), ["Connect", "Closed(TooManyErrors)"]);
}

#[test]
fn refused_recipients_are_no_errors() {
    let mut session = session(config(), Policy::default());
    session.feed(b"HELO x\r\nMAIL FROM:<>\r\n");
    for _ in 0..100 {
        session.feed(b"RCPT TO:<nobody@mx.example>\r\n");
    }
    session.output();
    session.feed(b"NOOP\r\n");
    assert_eq!(session.output_text(), "250 2.0.0 ok\r\n");
}

/// A class of defects: a limit that holds until the first RSET, or the first message.
#[test]
fn limits_outlive_transactions() {
    let mut config = config();
    config.most_recipients = 1;
    config.longest_command = 512;
    let mut session = session(config, Policy::default());
    session.feed(b"HELO x\r\n");
    let too_long = [&b"VRFY "[..], &b"x".repeat(600), b"\r\n"].concat();
    for ending in [&b"RSET\r\n"[..], b"DATA\r\nhello\r\n.\r\n"] {
        for _ in 0..2 {
            session.output();
            session.feed(b"MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nRCPT TO:<c@b>\r\n");
            session.feed(&too_long);
            assert!(session.output_text().ends_with("452 4.5.3 too many recipients\r\n500 5.5.2 line too long\r\n"));
            session.feed(ending);
        }
    }
}

/// A configuration may allow longer commands than AUTH needs.
#[test]
fn a_limit_beyond_the_usual() {
    let mut config = config();
    config.longest_command = 50_000;
    let mut session = session(config, Policy::default());
    session.output();
    session.feed(&[&b"VRFY "[..], &b"x".repeat(40_000), b"\r\n"].concat());
    assert!(session.output_text().starts_with("252 "));
}
