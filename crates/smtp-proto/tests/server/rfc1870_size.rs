//! RFC 1870: the size of messages, announced and kept to.

use crate::policy::{HELLO, Policy, config, play, play_with, session};

#[test]
fn an_announced_size_over_the_limit() {
    let trace = play(&format!(
        r"{HELLO}
        C: MAIL FROM:<ann@client.example> SIZE=1001
        S: 552 5.3.4 message too big
        C: MAIL FROM:<ann@client.example> SIZE=99999999999999999999
        S: 552 5.3.4 message too big
        C: MAIL FROM:<ann@client.example> SIZE=100000000000000000000
        S: 501 5.5.4 syntax error in the arguments
        C: MAIL FROM:<ann@client.example> SIZE
        S: 501 5.5.4 syntax error in the arguments
        C: MAIL FROM:<ann@client.example> SIZE=1000
        S: 250 2.1.0 sender ok
        C: RCPT TO:<bob@mx.example> SIZE=1000
        S: 555 5.5.4 parameters not recognized
        "
    ));
    assert_eq!(trace.events().filter(|event| event.starts_with("Mail")).count(), 1);
}

/// Section 6.3: a message may be larger than it was announced, but not than the limit. It is discarded as it comes
/// and refused at its end; none of it is a command.
#[test]
fn a_message_over_the_limit() {
    let opening = b"HELO x\r\nMAIL FROM:<> SIZE=1\r\nRCPT TO:<a@b>\r\nDATA\r\n";
    for (length, fits) in [(1000, true), (1001, false), (100_000, false)] {
        let mut session = session(config(), Policy::default());
        session.feed(opening);
        session.output();
        let mut data = vec![b'x'; length - 2];
        data.extend_from_slice(b"\r\n.\r\n");
        session.feed(&data);
        if fits {
            assert_eq!(session.output_text(), "250 2.6.0 message accepted\r\n");
        } else {
            assert_eq!(session.output_text(), "552 5.3.4 message too big\r\n");
            assert!(session.trace.saw("MessageAborted(TooBig)"));
            assert!(!session.trace.saw("EndOfData"));
        }
        session.feed(b"NOOP\r\n");
        assert_eq!(session.output_text(), "250 2.0.0 ok\r\n");
    }
}

#[test]
fn commands_in_a_message_over_the_limit_are_none() {
    let lines = "C: VRFY smuggled\n".repeat(80);
    let trace = play(
        &format!(
            r"{HELLO}
        C: MAIL FROM:<>
        S: 250 2.1.0 sender ok
        C: RCPT TO:<bob@mx.example>
        S: 250 2.1.5 recipient ok
        C: DATA
        S: 354 start mail input; end with <CRLF>.<CRLF>
        {lines}
        C: .
        S: 552 5.3.4 message too big
        "
        )
        .replace("C: VRFY smuggled", "C: VRFY smuggled"),
    );
    assert!(!trace.saw("Verify"));
}

/// Section 3, item 3: zero announces that there is no limit, and there is none.
#[test]
fn no_limit() {
    let mut config = config();
    config.largest_message = 0;
    let trace = play_with(
        config,
        Policy::default(),
        r"
        S: 220 mx.example ESMTP
        C: EHLO client.example
        S: 250-mx.example
        S: 250-PIPELINING
        S: 250-SIZE 0
        S: 250-8BITMIME
        S: 250-HELP
        S: 250 ENHANCEDSTATUSCODES
        C: MAIL FROM:<> SIZE=99999999999999999999
        S: 250 2.1.0 sender ok
        C: RCPT TO:<bob@mx.example>
        S: 250 2.1.5 recipient ok
        C: DATA
        S: 354 start mail input; end with <CRLF>.<CRLF>
        C: hello
        C: .
        S: 250 2.6.0 message accepted
        ",
    );
    assert_eq!(trace.bodies().collect::<Vec<_>>(), [b"hello\r\n"]);
}
