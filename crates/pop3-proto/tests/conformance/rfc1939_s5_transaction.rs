//! RFC 1939, section 5: STAT, LIST, RETR, DELE, NOOP, RSET, in the server.

use mail_testkit::{Role, Transcript};
use pop3_proto::server::Config;

use crate::post_office::PostOffice;

fn play(transcript: &str) -> mail_testkit::Trace {
    play_with(transcript, |_| {})
}

fn play_with(transcript: &str, prepare: impl Fn(&mut PostOffice)) -> mail_testkit::Trace {
    let login = "S: +OK POP3 server ready
         C: USER mrose
         C: PASS secret
         S: +OK Password, please
         ";
    Transcript::parse(&format!("{login}{transcript}")).play(Role::Server, || {
        let (server, mut office) = PostOffice::with(Config::default());
        prepare(&mut office);
        (server, office)
    })
}

/// Class: message 0 is taken for message 1.
#[test]
fn there_is_no_message_zero() {
    let trace = play(
        "S: +OK 2 messages (320 octets)
         C: RETR 0
         S: -ERR Not a message number
         C: DELE 0
         S: -ERR Not a message number
         C: LIST 0
         S: -ERR Not a message number
         C: UIDL 0
         S: -ERR Not a message number
         C: TOP 0 1
         S: -ERR Not a message number
         C: DELE -1
         S: -ERR Not a message number
         C: DELE 4294967297
         S: -ERR Not a message number
         C: RETR 99999999999999999999
         S: -ERR Not a message number
         C: RETR 3
         S: -ERR No such message, there are 2
         C: STAT
         S: +OK 2 320",
    );
    assert!(!trace.saw("Retrieve"), "{trace:?}");
}

/// Class: messages that are marked as deleted are still listed, counted, or fetched.
#[test]
fn a_deleted_message_is_nowhere() {
    let trace = play(
        "S: +OK 2 messages (320 octets)
         C: DELE 1
         S: +OK Message 1 will be deleted
         C: DELE 1
         S: -ERR The message is marked as deleted
         C: RETR 1
         S: -ERR The message is marked as deleted
         C: TOP 1 0
         S: -ERR The message is marked as deleted
         C: LIST 1
         S: -ERR The message is marked as deleted
         C: UIDL 1
         S: -ERR The message is marked as deleted
         C: LIST
         S: +OK 1 messages (200 octets)
         S: 2 200
         S: .
         C: UIDL
         S: +OK Unique ids follow
         S: 2 id-2
         S: .
         C: STAT
         S: +OK 1 200
         C: RSET
         S: +OK 2 messages
         C: STAT
         S: +OK 2 320
         C: LIST 1
         S: +OK 1 120",
    );
    assert!(!trace.saw("Retrieve"), "{trace:?}");
}

/// Class: sizes of 32 bits, with a sign or without.
#[test]
fn sizes_have_64_bits() {
    play_with(
        "S: +OK 2 messages (10737418240 octets)
         C: STAT
         S: +OK 2 10737418240
         C: LIST 2
         S: +OK 2 5368709120",
        |office| office.messages.iter_mut().for_each(|(octets, _)| *octets = 5 << 30),
    );
}

#[test]
fn an_empty_maildrop() {
    play_with(
        "S: +OK 0 messages (0 octets)
         C: STAT
         S: +OK 0 0
         C: LIST
         S: +OK 0 messages (0 octets)
         S: .
         C: UIDL
         S: +OK Unique ids follow
         S: .
         C: LIST 1
         S: -ERR No such message, there are 0
         C: NOOP
         S: +OK",
        |office| office.messages.clear(),
    );
}

/// Class: a dot is not doubled, or only in RETR, or only where CRLF stands before it.
#[test]
fn dots_are_doubled_whatever_ends_the_line_before() {
    for piece in 1..8 {
        play_with(
            "S: +OK 1 messages (3 octets)
             C: RETR 1
             S: +OK 3 octets
             S: ..
             S: ..a
             S: ...
             S: b.
             S: ..
             S: c
             S: .
             C: TOP 1 99
             S: +OK Top of message follows
             S: ..
             S: ..a
             S: ...
             S: b.
             S: ..
             S: c
             S: .",
            |office| {
                office.messages = vec![(3, b".\n.a\r\n..\rb.\n.\r\nc".to_vec())];
                office.piece = piece;
            },
        );
    }
}

/// An empty message ends at once, and the next reply follows.
#[test]
fn an_empty_message() {
    play_with(
        "S: +OK 1 messages (0 octets)
         C: RETR 1
         C: NOOP
         S: +OK 0 octets
         S: .
         S: +OK",
        |office| office.messages = vec![(0, Vec::new())],
    );
}

/// Class: 8-bit octets, NULs and long lines do not survive.
#[test]
fn any_octets_travel() {
    let line = "\\xFF\\0\\xC3 ".repeat(1000);
    let octets = b"\xFF\0\xC3 ".repeat(1000);
    play_with(
        &format!(
            "S: +OK 1 messages (4002 octets)
             C: RETR 1
             S: +OK 4002 octets
             S: {line}
             S: ."
        ),
        |office| office.messages = vec![(4002, octets.clone())],
    );
}

/// A refused RETR is one message's trouble, not the session's.
#[test]
fn a_message_that_cannot_be_read() {
    play_with(
        "S: +OK 2 messages (320 octets)
         C: RETR 1
         S: -ERR [SYS/TEMP] Temporary failure, try later
         C: STAT
         S: +OK 2 320",
        |office| office.refuses = "Request(Retrieve",
    );
}
