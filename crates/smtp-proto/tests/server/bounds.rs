//! What holds whatever is done: bounded memory, one answer for each request, one end, and no order of calls that is
//! wrong.

use std::time::Duration;

use mail_wire::{Instant, TlsInfo};
use proptest::prelude::*;
use smtp_proto::Mechanism;
use smtp_proto::reply::Reply;
use smtp_proto::server::{Config, Event, Server};

use crate::policy::{Policy, config, session};

/// Buffers of one session: input of a line and a chunk, output up to its high-water mark and one batch of replies.
const BOUND: usize = 256 * 1024;

fn everything() -> Config {
    let mut config = config();
    config.starttls = true;
    config.auth_without_tls = true;
    config.mechanisms.push(Mechanism::parse("PLAIN").unwrap());
    config
}

/// One call of the machine's, good or bad.
#[derive(Clone, Debug)]
enum Call {
    Input(Vec<u8>),
    Eof,
    Transmitted(usize),
    Tls,
    Wait(u16),
    Poll,
    Accept,
    Reject,
    Challenge,
    Shutdown,
}

fn input() -> impl Strategy<Value = Vec<u8>> {
    let line = prop::sample::select(vec![
        &b"EHLO client.example\r\n"[..],
        b"MAIL FROM:<ann@client.example> SIZE=10\r\n",
        b"RCPT TO:<bob@mx.example>\r\n",
        b"DATA\r\n",
        b"hello\r\n",
        b"..\r\n",
        b".\r\n",
        b"a\nb\r\n",
        b"\r",
        b"\n",
        b".",
        b"RSET\r\n",
        b"NOOP\r\n",
        b"STARTTLS\r\n",
        b"AUTH PLAIN AAAA\r\n",
        b"AUTH PLAIN\r\n",
        b"AAAA\r\n",
        b"*\r\n",
        b"VRFY x\r\n",
        b"QUIT\r\n",
        b"XYZZY\r\n",
    ]);
    prop_oneof![
        8 => prop::collection::vec(line, 1..6).prop_map(|lines| lines.concat()),
        1 => prop::collection::vec(any::<u8>(), 0..40),
        1 => (0usize..40_000).prop_map(|length| vec![b'x'; length]),
    ]
}

fn call() -> impl Strategy<Value = Call> {
    prop_oneof![
        8 => input().prop_map(Call::Input),
        1 => Just(Call::Eof),
        4 => (0usize..5000).prop_map(Call::Transmitted),
        1 => Just(Call::Tls),
        1 => any::<u16>().prop_map(Call::Wait),
        12 => Just(Call::Poll),
        8 => Just(Call::Accept),
        2 => Just(Call::Reject),
        1 => Just(Call::Challenge),
        1 => Just(Call::Shutdown),
    ]
}

proptest! {
    #[test]
    fn no_order_of_calls_is_wrong(calls in prop::collection::vec(call(), 1..80)) {
        let mut now = Instant::EPOCH;
        let mut server = Server::new(now, everything().into());
        let (mut asked, mut closed) = (false, false);
        for call in calls {
            let wanted = server.wants_input();
            match call {
                Call::Input(bytes) => {
                    let taken = server.handle_input(now, &bytes);
                    prop_assert!(taken <= bytes.len());
                    if wanted && bytes.len() <= mail_wire::InputBuffer::CHUNK {
                        prop_assert_eq!(taken, bytes.len());
                    }
                }
                Call::Eof => server.handle_eof(now),
                Call::Transmitted(n) => server.handle_transmitted(now, n),
                Call::Tls => server.handle_tls(now, TlsInfo::default()),
                Call::Wait(seconds) => {
                    now += Duration::from_secs(seconds.into());
                    server.handle_timeout(now);
                }
                Call::Poll => {
                    let promised = server.has_event();
                    let event = server.poll_event();
                    prop_assert_eq!(promised, event.is_some());
                    if let Some(event) = event {
                        prop_assert!(!closed, "nothing comes behind the end");
                        prop_assert!(!asked, "one request at a time");
                        asked = matches!(event, Event::Request(_));
                        closed = matches!(event, Event::Closed(_));
                    }
                }
                Call::Accept => prop_assert_eq!(server.accept().is_ok(), core::mem::take(&mut asked)),
                Call::Reject => {
                    prop_assert_eq!(server.reject(Reply::REFUSED_BY_POLICY).is_ok(), core::mem::take(&mut asked));
                }
                Call::Challenge => {
                    if server.challenge(b"challenge").is_ok() {
                        prop_assert!(core::mem::take(&mut asked));
                    }
                }
                Call::Shutdown => server.shutdown(),
            }
            prop_assert!(server.allocated() < BOUND);
            prop_assert!(!closed || server.is_closed());
            if let Some(due) = server.poll_timeout() {
                // A deadline that was kept is not due again at the same moment.
                server.handle_timeout(due.min(now));
            }
        }
    }

    /// The same bytes, cut anywhere, give the same events and the same replies. STARTTLS is left out, where what
    /// has come already decides.
    #[test]
    fn cuts_mean_nothing(pieces in prop::collection::vec(input(), 1..8), cuts in prop::collection::vec(1usize..50, 1..20)) {
        let input = pieces.concat();
        let mut config = everything();
        config.starttls = false;
        let policy = Policy { challenges: vec![b"one", b"two"], ..Policy::default() };
        let mut whole = session(config.clone(), policy.clone());
        whole.feed(&input);
        whole.eof();
        let mut cut = session(config, policy);
        let mut rest = &input[..];
        for length in cuts.iter().cycle() {
            let (piece, after) = rest.split_at((*length).min(rest.len()));
            cut.feed(piece);
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        cut.eof();
        prop_assert_eq!(&whole.trace, &cut.trace);
        prop_assert_eq!(whole.output_text(), cut.output_text());
    }
}

/// After some seconds without input a session holds no memory but its own.
#[test]
fn a_quiet_session_holds_no_buffers() {
    let mut session = session(config(), Policy::default());
    session.feed(b"EHLO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n");
    session.feed(&[b'x'; 900]);
    session.feed(b"\r\n.\r\n");
    assert!(session.machine.allocated() > 0);
    session.wait(Duration::from_secs(10));
    assert_eq!(session.machine.allocated(), 0);
    assert!(core::mem::size_of::<Server>() < 1024);
    session.feed(b"NOOP\r\n");
    assert!(session.output_text().ends_with("250 2.0.0 ok\r\n"));
}

/// A stream of messages keeps to the memory of its first ones.
#[test]
fn a_stream_of_messages_needs_no_more_memory() {
    let mut session = session(config(), Policy::default());
    session.feed(b"EHLO client.example\r\n");
    let mut message = b"MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n".to_vec();
    message.extend_from_slice(&b"x".repeat(700));
    message.extend_from_slice(b"\r\n.\r\n");
    for _ in 0..3 {
        session.feed(&message);
    }
    let settled = session.machine.allocated();
    for _ in 0..100 {
        session.feed(&message);
        session.wait(Duration::from_secs(1));
        assert_eq!(session.machine.allocated(), settled);
    }
}
