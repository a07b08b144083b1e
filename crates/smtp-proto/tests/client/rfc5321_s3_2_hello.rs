//! RFC 5321, section 3.2: EHLO, and HELO for those who do not know it.

use smtp_proto::client::{Config, Misuse, Verb};

use crate::sender::{Todo, envelope, greeted, play, play_with, session};

#[test]
fn a_server_that_does_not_know_ehlo_is_asked_with_helo() {
    let seen = play(
        "S: 220 old.example
         C: EHLO client.example
         S: 500 what?
         C: HELO client.example
         S: 250 hello
         C: MAIL FROM:<ann@example.org>
         S: 250 ok
         C: RCPT TO:<bob@example.net>
         S: 250 ok
         C: DATA
         S: 354 go
         C: hi
         C: .
         S: 250 ok
         C: QUIT
         S: 221 bye",
        &[Todo::Send(envelope(&["bob@example.net"]), b"hi\r\n")],
    );
    assert_eq!(seen[1], "Reply { command: Ehlo, reply: ReplyRef(500 what?) }");
    assert_eq!(seen[2], "Reply { command: Helo, reply: ReplyRef(250 hello) }");
    assert!(seen.contains(&"Sent(Accepted)".to_owned()));
}

#[test]
fn not_if_the_refusal_may_pass_and_not_against_the_configuration() {
    let mut session = session(&[Todo::Rest]);
    session.feed(b"220 mx\r\n");
    session.output();
    session.feed(b"450 later\r\n");
    assert_eq!(session.output_text(), "");

    let strict = || {
        let mut config = Config::default();
        config.helo_fallback = false;
        config
    };
    play_with(
        strict,
        Verb::Ehlo,
        "S: 220 old.example
         C: EHLO client.example
         S: 502 what?",
        &[Todo::Rest],
    );
}

#[test]
fn a_second_ehlo_forgets_the_first() {
    let mut session = greeted(&["PIPELINING", "SIZE 100", "STARTTLS"], &[Todo::Rest]);
    assert!(session.machine.capabilities().starttls());
    session.act(|client, _| client.ehlo(crate::sender::domain())).unwrap();
    session.feed(b"250-mx\r\n250 DSN\r\n");
    assert!(!session.machine.capabilities().starttls());
    assert!(session.machine.capabilities().offers("dsn"));
}

#[test]
fn what_is_not_offered_is_not_used() {
    let mut session = greeted(&["PIPELINING"], &[Todo::Rest]);
    assert_eq!(session.machine.starttls(), Err(Misuse::NotOffered("STARTTLS")));
    let plain = smtp_proto::Mechanism::parse("PLAIN").unwrap();
    assert_eq!(session.machine.auth(plain, None), Err(Misuse::NotOffered("AUTH")));
    session.output();
    let mut envelope = envelope(&["bob@example.net"]);
    envelope.size = Some(5);
    envelope.body = Some(smtp_proto::Body::EightBitMime);
    session.act(|client, _| client.send(envelope)).unwrap();
    assert!(session.output_text().starts_with("MAIL FROM:<ann@example.org>\r\n"));
}

#[test]
fn lower_case_keywords_are_offers_too() {
    let mut session = greeted(&["pipelining", "size 1000", "8bitmime", "starttls"], &[Todo::Rest]);
    let mut envelope = envelope(&["bob@example.net"]);
    envelope.size = Some(5);
    envelope.body = Some(smtp_proto::Body::EightBitMime);
    session.output();
    session.act(|client, _| client.send(envelope)).unwrap();
    let expected = "MAIL FROM:<ann@example.org> SIZE=5 BODY=8BITMIME\r\nRCPT TO:<bob@example.net>\r\nDATA\r\n";
    assert_eq!(session.output_text(), expected);
    assert!(session.machine.capabilities().starttls());
}
