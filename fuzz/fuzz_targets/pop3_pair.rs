//! A POP3 client against a POP3 server over narrow pipes: whatever the messages, and however few bytes move at a
//! time, each is fetched as it should be, and what was asked to be deleted is, once.
#![no_main]

use std::sync::Arc;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use mail_testkit::{Outcome, Pair, Schedule, Trace};
use mail_wire::Instant;
use pop3_proto::client::{self, Client, Pipelining};
use pop3_proto::server::{self, Maildrop, Request, Server, WireSize};
use pop3_proto::{MessageNumber, Password, UniqueId, UserName};

#[derive(Arbitrary, Debug)]
struct Case {
    messages: Vec<Vec<u8>>,
    seed: u64,
    capacity: u16,
    piece: u8,
    pipelining: bool,
}

/// A message as it should arrive: each line ends in CRLF, the last one too.
fn on_the_wire(message: &[u8]) -> Vec<u8> {
    let (mut wire, mut rest) = (Vec::new(), message);
    while let Some((octet, after)) = rest.split_first() {
        rest = after;
        match octet {
            b'\r' => {
                rest = rest.strip_prefix(b"\n").unwrap_or(rest);
                wire.extend_from_slice(b"\r\n");
            }
            b'\n' => wire.extend_from_slice(b"\r\n"),
            octet => wire.push(*octet),
        }
    }
    if !wire.is_empty() && !wire.ends_with(b"\r\n") {
        wire.extend_from_slice(b"\r\n");
    }
    wire
}

fuzz_target!(|case: Case| {
    let messages: Vec<Vec<u8>> = case.messages.into_iter().take(20).collect();
    let expected: Vec<Vec<u8>> = messages.iter().map(|message| on_the_wire(message)).collect();
    let mut config = client::Config::default();
    config.pipelining = if case.pipelining { Pipelining::Always } else { Pipelining::Never };
    let mut pop3 = Client::new(Instant::EPOCH, Arc::new(config));
    pop3.user_pass(UserName::new("a").expect("a name"), Password::new(b"b").expect("a password")).expect("asked");
    let count = u32::try_from(messages.len()).expect("few");
    for message in (1..=count).filter_map(MessageNumber::new) {
        pop3.retr(message).expect("asked");
        pop3.dele(message).expect("asked");
    }
    pop3.quit().expect("asked");

    let (mut reading, mut piece) = ((0, 0), usize::from(case.piece) + 1);
    let stored = messages.clone();
    let serve = move |server: &mut Server, _now: Instant, trace: &mut Trace| {
        while let Some(event) = server.poll_event() {
            match event {
                server::Event::Request(Request::Login { .. }) => {
                    let mut maildrop = Maildrop::new();
                    for message in &stored {
                        let mut size = WireSize::new();
                        size.push(message);
                        maildrop.push(size.octets(), UniqueId::new(b"id").expect("an id")).expect("few");
                    }
                    server.accept_login(maildrop).expect("a login");
                }
                server::Event::Request(request) => {
                    if let Request::Retrieve { message } = request {
                        reading = (message.get() as usize - 1, 0);
                    } else if let Request::Update { deletions } = request {
                        trace.event(format!("{} deleted", deletions.len()));
                    }
                    server.accept().expect("a request");
                }
                server::Event::WantsBody { .. } => {
                    let rest = &stored[reading.0][reading.1..];
                    if rest.is_empty() {
                        server.finish_body().expect("a body");
                    } else {
                        reading.1 += server.send_body(&rest[..rest.len().min(piece)]).expect("a body");
                        piece = piece % 100 + 1;
                    }
                }
                _ => {}
            }
        }
    };
    let fetch = |client: &mut Client, _now: Instant, trace: &mut Trace| {
        while let Some(event) = client.poll_event() {
            match event {
                client::Event::Body(octets) => trace.body(octets),
                event => trace.debug(event),
            }
        }
    };
    let server = Server::new(Instant::EPOCH, Arc::new(server::Config::default()));
    let capacity = usize::from(case.capacity) + 1;
    let mut pair = Pair::new((pop3, fetch), (server, serve), capacity);
    assert_eq!(pair.run(&mut Schedule::seeded(case.seed, capacity)), Outcome::Closed);
    let fetched: Vec<&[u8]> = pair.left_trace.bodies().collect();
    let expected: Vec<&[u8]> = expected.iter().map(Vec::as_slice).filter(|message| !message.is_empty()).collect();
    assert_eq!(fetched, expected);
    assert!(pair.left_trace.saw("outcome: Committed"));
    assert!(pair.right_trace.saw(&format!("{} deleted", messages.len())));
});
