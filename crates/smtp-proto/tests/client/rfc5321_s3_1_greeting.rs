//! RFC 5321, section 3.1: how a session begins.

use smtp_proto::client::{Closed, Misuse};

use crate::sender::{Todo, domain, play, session};

#[test]
fn the_server_speaks_first() {
    let mut session = session(&[]);
    assert_eq!(session.output_text(), "");
    assert_eq!(session.machine.ehlo(domain()), Err(Misuse::NotGreeted));
    assert_eq!(session.machine.quit(), Err(Misuse::NotGreeted));
    session.feed(b"220 mx.example ESMTP\r\n");
    assert_eq!(session.output_text(), "EHLO client.example\r\n");
}

#[test]
fn a_greeting_of_many_lines_is_one_greeting() {
    let seen = play(
        "S: 220-mx.example ESMTP
         S: 220-no spam here
         S: 220
         C: EHLO client.example
         S: 250 mx.example
         C: QUIT
         S: 221 bye",
        &[],
    );
    assert_eq!(seen[0], "Greeting(ReplyRef(220 mx.example ESMTP / no spam here / ))");
    assert_eq!(seen.last().unwrap(), "Closed(Quit)");
}

#[test]
fn after_a_greeting_of_554_there_is_only_quit() {
    let seen = play(
        "S: 554 no SMTP service here
         C: QUIT
         S: 221 bye",
        &[],
    );
    let expected =
        ["Greeting(ReplyRef(554 no SMTP service here))", "Reply { command: Quit, reply: ReplyRef(221 bye) }"];
    assert_eq!(seen[..2], expected);

    let mut session = session(&[Todo::Rest]);
    session.feed(b"554 no\r\n");
    assert_eq!(session.machine.noop(), Err(Misuse::NotGreeted));
    assert_eq!(session.machine.ehlo(domain()), Err(Misuse::NotGreeted));
}

#[test]
fn a_greeting_of_421_is_the_end() {
    let seen = play("S: 421 4.3.2 too busy", &[]);
    assert_eq!(seen, ["Greeting(ReplyRef(421 4.3.2 too busy))", "Closed(Unavailable { safe_to_retry: true })"]);
}

#[test]
fn something_else_than_smtp_is_noticed() {
    for greeting in ["+OK POP3\r\n", "* OK IMAP\r\n", "SSH-2.0-x\r\n", "HTTP/1.1 400 Bad Request\r\n", "354 go\r\n"] {
        let mut session = session(&[]);
        session.feed(greeting.as_bytes());
        assert!(session.machine.is_closed(), "{greeting}");
        assert_eq!(session.output_text(), "");
    }
    let mut session = session(&[]);
    session.eof();
    assert!(session.trace.saw(&format!("{:?}", Closed::ConnectionLost { safe_to_retry: true })));
}
