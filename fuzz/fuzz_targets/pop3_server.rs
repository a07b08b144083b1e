//! A POP3 server under any sequence of calls: it never panics, its memory has a limit, events are what they are
//! announced to be, `Closed` comes once and last, and nothing is deleted without a QUIT. Then the same input whole
//! and byte by byte: the same events, the same replies.
#![no_main]

use std::sync::Arc;
use std::time::Duration;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use mail_testkit::{Session, Trace};
use mail_wire::Instant;
use pop3_proto::server::{Config, Event, Maildrop, Request, Server, Stls};
use pop3_proto::{Mechanism, Reply, UniqueId};

/// No session may hold more, in bytes.
const MOST: usize = 256 * 1024;

#[derive(Arbitrary, Debug)]
enum Operation {
    Input(Vec<u8>),
    Command(u8),
    Eof,
    Transmitted(u16),
    Tls,
    Wait(u16),
    Poll,
    Accept,
    Reject,
    AcceptLogin(u8),
    Challenge(Vec<u8>),
    SendBody(Vec<u8>),
    FinishBody,
    Abort,
}

const COMMANDS: [&str; 16] = [
    "USER mrose",
    "PASS secret",
    "AUTH PLAIN",
    "AUTH PLAIN =",
    "STAT",
    "LIST",
    "UIDL",
    "RETR 1",
    "TOP 1 2",
    "DELE 1",
    "RSET",
    "NOOP",
    "CAPA",
    "STLS",
    "QUIT",
    "*",
];

fn server() -> Server {
    let mut config = Config::default();
    config.stls = Stls::Offered;
    config.mechanisms = vec![Mechanism::new("PLAIN").expect("a mechanism")];
    Server::new(Instant::EPOCH, Arc::new(config))
}

fn maildrop(messages: u8) -> Maildrop {
    let mut maildrop = Maildrop::new();
    for n in 0..messages {
        maildrop.push(n.into(), UniqueId::new(b"id").expect("an id")).expect("few messages");
    }
    maildrop
}

fn any_calls(operations: &[Operation]) {
    let mut server = server();
    let mut now = Instant::EPOCH;
    let (mut heard, mut closed) = (Vec::new(), false);
    for operation in operations {
        match operation {
            Operation::Input(_) | Operation::Command(_) => {
                let input = match operation {
                    Operation::Input(input) => input.clone(),
                    Operation::Command(n) => format!("{}\r\n", COMMANDS[usize::from(n % 16)]).into_bytes(),
                    _ => continue,
                };
                let wanted = server.wants_input();
                let taken = server.handle_input(now, &input);
                assert!(taken == input.len() || !wanted || input.len() > 16 * 1024);
                heard.extend_from_slice(&input[..taken]);
            }
            Operation::Eof => server.handle_eof(now),
            Operation::Transmitted(n) => server.handle_transmitted(now, usize::from(*n)),
            Operation::Tls => server.handle_tls(now, Default::default()),
            Operation::Wait(seconds) => {
                now += Duration::from_secs((*seconds).into());
                server.handle_timeout(now);
            }
            Operation::Poll => {
                let announced = server.has_event();
                let event = server.poll_event();
                assert_eq!(announced, event.is_some());
                match event {
                    Some(_) if closed => panic!("an event behind the last one"),
                    Some(Event::Closed(_)) => closed = true,
                    Some(Event::Request(Request::Update { .. })) => {
                        assert!(heard.windows(4).any(|word| word.eq_ignore_ascii_case(b"QUIT")));
                    }
                    _ => {}
                }
            }
            Operation::Accept => _ = server.accept(),
            Operation::Reject => _ = server.reject(&Reply::TRY_LATER),
            Operation::AcceptLogin(messages) => _ = server.accept_login(maildrop(*messages)),
            Operation::Challenge(challenge) => _ = server.challenge(challenge),
            Operation::SendBody(octets) => _ = server.send_body(octets),
            Operation::FinishBody => _ = server.finish_body(),
            Operation::Abort => server.abort(),
        }
        assert!(server.allocated() <= MOST);
    }
}

/// Accepts everything; bodies are one line with a dot.
fn decide(server: &mut Server, _now: Instant, trace: &mut Trace) {
    while let Some(event) = server.poll_event() {
        trace.debug(&event);
        let _ = match event {
            Event::Request(Request::Login { .. } | Request::AuthResponse { .. }) => server.accept_login(maildrop(3)),
            Event::Request(Request::Auth { .. }) => server.challenge(b"?"),
            Event::Request(_) => server.accept(),
            Event::WantsBody { .. } => server.send_body(b".\n").and_then(|_| server.finish_body()),
            _ => Ok(()),
        };
    }
}

fn at_any_split(input: &[u8]) {
    let play = |size: usize| {
        let mut session = Session::new(server(), decide);
        session.feed_in_pieces(input.chunks(size));
        session.eof();
        (session.trace.clone(), session.output())
    };
    let whole = play(input.len().max(1));
    assert_eq!(whole, play(1));
    assert_eq!(whole, play(7));
}

fuzz_target!(|input: (Vec<Operation>, Vec<u8>)| {
    any_calls(&input.0);
    at_any_split(&input.1);
});
