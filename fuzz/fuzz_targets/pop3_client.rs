//! A POP3 client under any sequence of calls: it never panics, its memory has a limit, events are what they are
//! announced to be, `Closed` comes once and last, and says `Committed` only of a QUIT that was answered. Then the same
//! replies whole and byte by byte: the same events.
#![no_main]

use std::sync::Arc;
use std::time::Duration;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use mail_testkit::{Session, Trace};
use mail_wire::{Instant, LineEnding};
use pop3_proto::client::{Asked, Client, Config, Event, Outcome, Pipelining};
use pop3_proto::{Mechanism, MessageNumber, Password, UserName};

/// No session may hold more, in bytes.
const MOST: usize = 256 * 1024;

#[derive(Arbitrary, Debug)]
enum Operation {
    Input(Vec<u8>),
    Line(u8),
    Eof,
    Transmitted(u16),
    Tls,
    Wait(u16),
    Poll,
    Ask(u8),
    Auth(Vec<u8>),
    Respond(Vec<u8>),
    Cancel,
    Abort,
}

const LINES: [&str; 8] = ["+OK", "-ERR [AUTH] no", "+ YWJj", "1 120", "1 an-id", ".", "..a", "PIPELINING"];

fn ask(client: &mut Client, what: u8) {
    let one = MessageNumber::new(u32::from(what) + 1).expect("not zero");
    let _ = match what % 14 {
        0 => client.capa(),
        1 => client.stls(),
        2 => client.stat(),
        3 => client.list(),
        4 => client.list_one(one),
        5 => client.uidl(),
        6 => client.uidl_one(one),
        7 | 8 => client.retr(one),
        9 => client.top(one, 1),
        10 => client.dele(one),
        11 => client.rset(),
        12 => client.user_pass(UserName::new("a").expect("a name"), Password::new(b"b").expect("a password")),
        _ => client.quit(),
    };
}

fn any_calls(operations: &[Operation], lenient: bool) {
    let mut config = Config::default();
    config.most_asked = 1000;
    config.leading_blanks = lenient;
    if lenient {
        config.line_ending = LineEnding::CrlfOrLf;
    }
    let mut client = Client::new(Instant::EPOCH, Arc::new(config));
    let mut now = Instant::EPOCH;
    let (mut closed, mut quit) = (false, false);
    for operation in operations {
        match operation {
            Operation::Input(_) | Operation::Line(_) => {
                let input = match operation {
                    Operation::Input(input) => input.clone(),
                    Operation::Line(n) => format!("{}\r\n", LINES[usize::from(n % 8)]).into_bytes(),
                    _ => continue,
                };
                let wanted = client.wants_input();
                let taken = client.handle_input(now, &input);
                assert!(taken == input.len() || !wanted || input.len() > 16 * 1024);
            }
            Operation::Eof => client.handle_eof(now),
            Operation::Transmitted(n) => client.handle_transmitted(now, usize::from(*n)),
            Operation::Tls => client.handle_tls(now, Default::default()),
            Operation::Wait(seconds) => {
                now += Duration::from_secs((*seconds).into());
                client.handle_timeout(now);
            }
            Operation::Poll => {
                let announced = client.has_event();
                let event = client.poll_event();
                assert_eq!(announced, event.is_some());
                match event {
                    Some(_) if closed => panic!("an event behind the last one"),
                    Some(Event::Done { asked: Asked::Quit, .. }) => quit = true,
                    Some(Event::Closed(last)) => {
                        closed = true;
                        assert_eq!(last.outcome == Outcome::Committed, quit);
                    }
                    _ => {}
                }
            }
            Operation::Ask(what) => ask(&mut client, *what),
            Operation::Auth(initial) => _ = client.auth(Mechanism::new("X").expect("a name"), Some(initial)),
            Operation::Respond(response) => _ = client.auth_response(response),
            Operation::Cancel => _ = client.auth_cancel(),
            Operation::Abort => client.abort(),
        }
        assert!(client.allocated() <= MOST);
    }
}

/// All that is asked is on its way before the first reply, so that none of them is early.
fn at_any_split(asked: &[u8], replies: &[u8]) {
    let play = |size: usize| {
        let mut config = Config::default();
        config.pipelining = Pipelining::Always;
        let mut client = Client::new(Instant::EPOCH, Arc::new(config));
        for what in asked.iter().take(50).filter(|what| !matches!(**what % 14, 1 | 12 | 13)) {
            ask(&mut client, *what);
        }
        let mut session = Session::new(client, |client: &mut Client, _now: Instant, trace: &mut Trace| {
            while let Some(event) = client.poll_event() {
                match event {
                    Event::Body(octets) => trace.body(octets),
                    event => trace.debug(event),
                }
            }
        });
        session.feed(b"+OK\r\n");
        session.feed_in_pieces(replies.chunks(size));
        session.eof();
        (session.trace.clone(), session.output())
    };
    let whole = play(replies.len().max(1));
    assert_eq!(whole, play(1));
    assert_eq!(whole, play(5));
}

fuzz_target!(|input: (Vec<Operation>, bool, Vec<u8>, Vec<u8>)| {
    any_calls(&input.0, input.1);
    at_any_split(&input.2, &input.3);
});
