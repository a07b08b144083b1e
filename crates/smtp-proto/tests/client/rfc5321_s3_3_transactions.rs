//! RFC 5321, section 3.3: mail transactions, and what becomes of each recipient.

use smtp_proto::client::{Config, Verb};

use crate::sender::{Todo, envelope, greeted, play, play_with};

const BOTH: &[&str] = &["bob@example.net", "eve@example.net"];

fn one_by_one() -> Config {
    let mut config = Config::default();
    config.pipelining = false;
    config
}

#[test]
fn one_refused_recipient_does_not_abort_the_others() {
    let expected = [
        "Reply { command: Mail, reply: ReplyRef(250 2.1.0 ok) }",
        "Recipient { index: 0, reply: ReplyRef(550 5.1.1 who?) }",
        "Recipient { index: 1, reply: ReplyRef(250 2.1.5 ok) }",
        "Reply { command: EndOfData, reply: ReplyRef(250 2.0.0 queued as 7) }",
        "Sent(Accepted)",
    ];
    let seen = play(
        "S: 220 mx.example
         C: EHLO client.example
         S: 250-mx.example
         S: 250 PIPELINING
         C: MAIL FROM:<ann@example.org>
         C: RCPT TO:<bob@example.net>
         C: RCPT TO:<eve@example.net>
         C: DATA
         S: 250 2.1.0 ok
         S: 550 5.1.1 who?
         S: 250 2.1.5 ok
         S: 354 go
         C: hi
         C: .
         S: 250 2.0.0 queued as 7
         C: QUIT
         S: 221 bye",
        &[Todo::Send(envelope(BOTH), b"hi\r\n")],
    );
    assert_eq!(seen[2..7], expected);
    let seen = play_with(
        one_by_one,
        Verb::Ehlo,
        "S: 220 mx.example
         C: EHLO client.example
         S: 250-mx.example
         S: 250 PIPELINING
         C: MAIL FROM:<ann@example.org>
         S: 250 2.1.0 ok
         C: RCPT TO:<bob@example.net>
         S: 550 5.1.1 who?
         C: RCPT TO:<eve@example.net>
         S: 250 2.1.5 ok
         C: DATA
         S: 354 go
         C: hi
         C: .
         S: 250 2.0.0 queued as 7
         C: QUIT
         S: 221 bye",
        &[Todo::Send(envelope(BOTH), b"hi\r\n")],
    );
    assert_eq!(seen[2..7], expected);
}

#[test]
fn codes_251_and_252_accept_a_recipient() {
    for code in ["251 will forward", "252 cannot verify", "200 well"] {
        let mut session = greeted(&[], &[Todo::Send(envelope(&["bob@example.net"]), b"hi\r\n")]);
        session.feed(b"250 ok\r\n");
        session.output();
        session.feed(format!("{code}\r\n").as_bytes());
        assert_eq!(session.output_text(), "DATA\r\n", "{code}");
    }
}

#[test]
fn without_a_recipient_there_is_no_message_and_the_next_transaction_begins_with_rset() {
    let seen = play(
        "S: 220 mx.example
         C: EHLO client.example
         S: 250 mx.example
         C: MAIL FROM:<ann@example.org>
         S: 250 ok
         C: RCPT TO:<bob@example.net>
         S: 550 no
         C: RCPT TO:<eve@example.net>
         S: 450 not now
         C: RSET
         S: 250 ok
         C: MAIL FROM:<ann@example.org>
         S: 250 ok
         C: RCPT TO:<cat@example.net>
         S: 250 ok
         C: DATA
         S: 354 go
         C: .
         S: 250 ok
         C: QUIT
         S: 221 bye",
        &[Todo::Send(envelope(BOTH), b"no\r\n"), Todo::Send(envelope(&["cat@example.net"]), b"")],
    );
    assert_eq!(seen[5], "Sent(RecipientsRefused)");
    assert_eq!(seen[6], "Reply { command: Rset, reply: ReplyRef(250 ok) }");
    assert!(seen.contains(&"Sent(Accepted)".to_owned()));
}

#[test]
fn a_refused_sender_ends_the_transaction() {
    let seen = play(
        "S: 220 mx.example
         C: EHLO client.example
         S: 250 mx.example
         C: MAIL FROM:<ann@example.org>
         S: 550 5.7.1 go away
         C: QUIT
         S: 221 bye",
        &[Todo::Send(envelope(BOTH), b"hi\r\n")],
    );
    assert_eq!(seen[2..4], ["Reply { command: Mail, reply: ReplyRef(550 5.7.1 go away) }", "Sent(SenderRefused)"]);
}

#[test]
fn data_or_the_message_may_be_refused() {
    let to_the_body = b"250 ok\r\n250 ok\r\n250 ok\r\n";
    let plan = [Todo::Send(envelope(BOTH), b"hi\r\n")];
    let mut session = greeted(&["PIPELINING"], &plan);
    session.feed(to_the_body);
    session.feed(b"451 not now\r\n");
    assert!(session.trace.saw("Reply { command: Data, reply: ReplyRef(451 not now) }"));
    assert!(session.trace.saw("Sent(DataRefused)"));

    let mut session = greeted(&["PIPELINING"], &plan);
    session.feed(to_the_body);
    session.feed(b"354 go\r\n");
    session.feed(b"552 5.3.4 too big\r\n");
    assert!(session.trace.saw("Reply { command: EndOfData, reply: ReplyRef(552 5.3.4 too big) }"));
    assert!(session.trace.saw("Sent(MessageRefused)"));
}

#[test]
fn the_single_commands_make_a_transaction_too() {
    use smtp_proto::client::{Client, Misuse};
    use smtp_proto::{ForwardPath, Mailbox, Parameters, ReversePath};
    fn recipient(client: &mut Client, mailbox: &str) -> Result<(), Misuse> {
        client.rcpt(ForwardPath::Mailbox(mailbox.parse::<Mailbox<'_>>().unwrap()), Parameters::new())
    }
    let mut session = greeted(&[], &[Todo::Rest]);
    session.output();
    let client = &mut session.machine;
    assert_eq!(recipient(client, "bob@example.net"), Err(Misuse::OutOfOrder));
    assert_eq!(client.data(), Err(Misuse::OutOfOrder));
    client.mail(ReversePath::Null, Parameters::new()).unwrap();
    assert_eq!(recipient(client, "bob@example.net"), Err(Misuse::Busy));
    session.feed(b"250 ok\r\n");
    assert_eq!(session.machine.mail(ReversePath::Null, Parameters::new()), Err(Misuse::OutOfOrder));
    assert_eq!(session.machine.data(), Err(Misuse::OutOfOrder));
    for (mailbox, reply) in [("bob@example.net", b"250 ok\r\n"), ("eve@example.net", b"550 no\r\n")] {
        session.act(|client, _| recipient(client, mailbox)).unwrap();
        session.feed(reply);
    }
    assert!(session.trace.saw("Recipient { index: 1, reply: ReplyRef(550 no) }"));
    session.act(|client, _| client.data()).unwrap();
    session.feed(b"354 go\r\n");
    let said = session.output_text();
    assert_eq!(said, "MAIL FROM:<>\r\nRCPT TO:<bob@example.net>\r\nRCPT TO:<eve@example.net>\r\nDATA\r\n.\r\n");
    session.feed(b"250 ok\r\n");
    assert!(session.machine.is_idle());
    session.act(|client, _| client.mail(ReversePath::Null, Parameters::new())).unwrap();
    session.feed(b"250 ok\r\n");
    session.act(|client, _| client.rset()).unwrap();
    session.feed(b"250 ok\r\n");
    assert_eq!(session.machine.mail(ReversePath::Null, Parameters::new()), Ok(()));
}
