//! The SMTP server under any sequence of calls, good or bad: memory keeps its bound, requests are answered once, the
//! end comes once and last. And under any cut of its input: the same events, the same replies.
#![no_main]

use std::sync::Arc;
use std::time::Duration;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use mail_wire::{InputBuffer, Instant, TlsInfo};
use smtp_proto::Mechanism;
use smtp_proto::reply::Reply;
use smtp_proto::server::{BareLineEndings, Config, Event, Request, Server};

const BOUND: usize = 256 * 1024;

#[derive(Arbitrary, Debug)]
enum Call {
    Input(Vec<u8>),
    /// A line of a dialogue that gets somewhere.
    Line(u8),
    Eof,
    Transmitted(u16),
    Tls,
    Wait(u16),
    Poll,
    Accept,
    Reject,
    Challenge(Vec<u8>),
    Shutdown,
}

#[derive(Arbitrary, Debug)]
struct Session {
    lmtp: bool,
    keep_bare: bool,
    calls: Vec<Call>,
    input: Vec<u8>,
    cut: u8,
}

const LINES: [&[u8]; 16] = [
    b"EHLO client.example\r\n",
    b"MAIL FROM:<ann@client.example> SIZE=10 BODY=8BITMIME\r\n",
    b"RCPT TO:<bob@mx.example>\r\n",
    b"DATA\r\n",
    b".\r\n",
    b"..\r\n",
    b"a\nb\rc\r\n",
    b"RSET\r\n",
    b"NOOP\r\n",
    b"STARTTLS\r\n",
    b"AUTH PLAIN AAAA\r\n",
    b"AUTH PLAIN\r\n",
    b"*\r\n",
    b"VRFY x\r\n",
    b"LHLO client.example\r\n",
    b"QUIT\r\n",
];

fn config(session: &Session) -> Arc<Config> {
    let mut config = Config::default();
    config.lmtp = session.lmtp;
    config.starttls = true;
    config.auth_without_tls = true;
    config.largest_message = 1000;
    config.mechanisms = vec![Mechanism::parse("PLAIN").expect("a mechanism")];
    if session.keep_bare {
        config.bare_line_endings = BareLineEndings::Keep;
    }
    Arc::new(config)
}

fn any_order(session: &Session) {
    let mut now = Instant::EPOCH;
    let mut server = Server::new(now, config(session));
    let (mut asked, mut closed) = (false, false);
    for call in &session.calls {
        let wanted = server.wants_input();
        let feed = |server: &mut Server, bytes: &[u8]| {
            let taken = server.handle_input(now, bytes);
            assert!(taken <= bytes.len());
            assert!(!wanted || bytes.len() > InputBuffer::CHUNK || taken == bytes.len());
        };
        match call {
            Call::Input(bytes) => feed(&mut server, bytes),
            Call::Line(n) => feed(&mut server, LINES[usize::from(*n) % LINES.len()]),
            Call::Eof => server.handle_eof(now),
            Call::Transmitted(n) => server.handle_transmitted(now, usize::from(*n)),
            Call::Tls => server.handle_tls(now, TlsInfo::default()),
            Call::Wait(seconds) => {
                now += Duration::from_secs((*seconds).into());
                server.handle_timeout(now);
            }
            Call::Poll => {
                let promised = server.has_event();
                let event = server.poll_event();
                assert_eq!(promised, event.is_some());
                if let Some(event) = event {
                    assert!(!closed && !asked);
                    let _ = format!("{event:?}");
                    asked = matches!(event, Event::Request(_));
                    closed = matches!(event, Event::Closed(_));
                }
            }
            Call::Accept => assert_eq!(server.accept().is_ok(), std::mem::take(&mut asked)),
            Call::Reject => assert_eq!(server.reject(Reply::REFUSED_BY_POLICY).is_ok(), std::mem::take(&mut asked)),
            Call::Challenge(challenge) => asked &= server.challenge(&challenge[..challenge.len().min(1000)]).is_err(),
            Call::Shutdown => server.shutdown(),
        }
        assert!(server.allocated() < BOUND);
        assert!(!closed || server.is_closed());
    }
}

/// What an application saw and a client heard. Runs of body are joined.
#[derive(Debug, Default, PartialEq)]
struct Record {
    events: Vec<String>,
    body: Vec<u8>,
    said: Vec<u8>,
}

fn play(config: &Arc<Config>, pieces: &mut dyn Iterator<Item = &[u8]>) -> Record {
    let now = Instant::EPOCH;
    let mut server = Server::new(now, Arc::clone(config));
    let mut record = Record::default();
    let mut settle = |server: &mut Server| loop {
        if let Some(event) = server.poll_event() {
            if let Event::Body(bytes) = event {
                record.body.extend_from_slice(bytes);
                continue;
            }
            record.events.push(format!("{event:?} after {} octets", record.body.len()));
            match event {
                Event::Request(Request::Auth { initial_response: None, .. }) => server.challenge(b"").expect("asked"),
                Event::Request(_) => server.accept().expect("asked"),
                _ => {}
            }
        } else if let Some(bytes) = server.poll_transmit() {
            record.said.extend_from_slice(bytes);
            let n = bytes.len();
            server.handle_transmitted(now, n);
        } else {
            return;
        }
    };
    settle(&mut server);
    for mut piece in pieces {
        while !piece.is_empty() {
            let taken = server.handle_input(now, piece);
            piece = &piece[taken..];
            settle(&mut server);
        }
    }
    server.handle_eof(now);
    settle(&mut server);
    assert_eq!(record.events.iter().filter(|event| event.starts_with("Closed")).count(), 1);
    assert!(record.events.last().is_some_and(|event| event.starts_with("Closed")));
    record
}

fuzz_target!(|session: Session| {
    any_order(&session);
    let mut input = Vec::new();
    // Some bytes stand for whole lines, so that the fuzzer gets somewhere.
    for &byte in &session.input {
        match LINES.get(usize::from(byte).wrapping_sub(0x80)) {
            // Whether plaintext follows STARTTLS depends on the cut, as it must.
            Some(line) if *line != LINES[9] => input.extend_from_slice(line),
            Some(_) => {}
            None => input.push(byte),
        }
    }
    let config = {
        let mut config = Config::clone(&config(&session));
        config.starttls = false;
        Arc::new(config)
    };
    let whole = play(&config, &mut std::iter::once(&input[..]));
    assert_eq!(whole, play(&config, &mut input.chunks(usize::from(session.cut).max(1))));
});
