//! SMTP replies: a single line, three lines, and the answer to EHLO with its keywords typed.

use harness::Group;
use memchr::memchr_iter;
use smtp_proto::capabilities::Capability;
use smtp_proto::reply::{ReplyParser, ReplyRef};

use peer_smtp_proto::EhloResponse;
use peer_smtp_proto::response::parser::ResponseReceiver;

/// How many replies each text has.
const REPLIES: usize = 100;

fn main() {
    let single: String =
        (0..REPLIES).map(|n| format!("250 2.1.{} recipient <user{n}@example.org> ok\r\n", n % 10)).collect();
    let three = "550-5.1.1 The email account that you tried to reach does not exist.\r\n\
                 550-5.1.1 Please try double-checking the address.\r\n\
                 550 5.1.1 See https://mx.example/no-such-user\r\n"
        .repeat(REPLIES);
    let ehlo = "250-mx.example.org at your service, [192.0.2.1]\r\n250-SIZE 157286400\r\n250-8BITMIME\r\n\
                250-STARTTLS\r\n250-ENHANCEDSTATUSCODES\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-SMTPUTF8\r\n\
                250-AUTH PLAIN LOGIN XOAUTH2\r\n250 DSN\r\n"
        .repeat(REPLIES);
    for (name, text) in [("a single line", &single), ("three lines", &three)] {
        Group::new(&format!("reply of {name}: code, enhanced code, text"), REPLIES)
            .same_work()
            .contender("smtp-proto (ours)", || ours(text.as_bytes(), text_of))
            .contender("crates.io's smtp-proto", || theirs(text.as_bytes()))
            .contender("limit: counting line ends", || memchr_iter(b'\n', text.as_bytes()).count() as u64)
            .run();
    }
    Group::new("answer to EHLO, 10 lines: the keywords, typed", REPLIES)
        .same_work()
        .contender("smtp-proto (ours)", || ours(ehlo.as_bytes(), capabilities_of))
        .contender("crates.io's smtp-proto", || their_capabilities(ehlo.as_bytes()))
        .contender("limit: counting line ends", || memchr_iter(b'\n', ehlo.as_bytes()).count() as u64)
        .run();
}

fn ours(mut received: &[u8], number: impl Fn(ReplyRef<'_>) -> u64) -> u64 {
    let mut parser = ReplyParser::default();
    let mut sum = 0;
    while let Ok(Some(reply)) = parser.parse(received) {
        sum += number(reply);
        received = &received[reply.wire_len()..];
    }
    sum
}

/// The code, the enhanced code, and how much text there is, as the peer counts it: with a break between lines.
fn text_of(reply: ReplyRef<'_>) -> u64 {
    let enhanced = reply.enhanced_code().map_or(0, |code| u64::from(code.subject()) * 10 + u64::from(code.detail()));
    let octets: usize = reply.lines().map(|line| line.len() + 1).sum();
    u64::from(reply.code().get()) + enhanced + octets as u64 - 1
}

fn theirs(received: &[u8]) -> u64 {
    let mut octets = received.iter();
    let mut receiver = ResponseReceiver::default();
    let mut sum = 0;
    while let Ok(reply) = receiver.parse(&mut octets) {
        let enhanced = u64::from(reply.esc[1]) * 10 + u64::from(reply.esc[2]);
        sum += u64::from(reply.code) + enhanced + reply.message.trim_end().len() as u64;
        receiver.reset();
    }
    sum
}

fn capabilities_of(reply: ReplyRef<'_>) -> u64 {
    reply.capabilities().fold(0, |sum, capability| {
        sum + 1
            + match capability {
                Capability::Size(limit) => limit.unwrap_or(0),
                Capability::Auth(mechanisms) => mechanisms.names().count() as u64,
                _ => 0,
            }
    })
}

fn their_capabilities(received: &[u8]) -> u64 {
    let mut octets = received.iter();
    let mut sum = 0;
    while let Ok(answer) = EhloResponse::parse(&mut octets) {
        sum += u64::from(answer.capabilities.count_ones()) + answer.size as u64;
        sum += u64::from(answer.auth_mechanisms.count_ones());
    }
    sum
}
