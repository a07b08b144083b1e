//! Calls in any order, with anything the peer may send: bounded memory, no panic, one `Closed`, and nothing on the
//! wire that was not meant.

use std::sync::Arc;

use mail_wire::{InputBuffer, Instant, OutputQueue, TlsInfo};
use proptest::prelude::*;
use smtp_proto::client::{Client, Config, Event, Misuse};
use smtp_proto::{Argument, Domain, ForwardPath, Mailbox, Mechanism, Parameters, ReversePath};

use crate::sender::{Todo, domain, envelope, greeted};

/// Nothing that could carry a second line can be built, and so nothing can be sent.
#[test]
fn no_argument_injects_a_command() {
    for inside in ["\r\n", "\n", "\r", "\0", "\r\nRSET\r\n", "\u{2028}\r\n"] {
        assert!(format!("client{inside}.example").parse::<Domain<'_>>().is_err());
        assert!(format!("ann{inside}@example.org").parse::<Mailbox<'_>>().is_err());
        assert!(format!("\"ann{inside}\"@example.org").parse::<Mailbox<'_>>().is_err());
        assert!(format!("ann@example{inside}.org").parse::<Mailbox<'_>>().is_err());
        assert!(format!("<ann@example.org>{inside}").parse::<ReversePath<'_>>().is_err());
        assert!(format!("<ann@example.org{inside}>").parse::<ForwardPath<'_>>().is_err());
        assert!(Parameters::new().with("X", Some(&format!("y{inside}"))).is_err());
        assert!(Parameters::new().with(&format!("X{inside}"), None).is_err());
        assert!(Argument::parse(&format!("a{inside}b")).is_err());
        assert!(Mechanism::parse(&format!("PLAIN{inside}")).is_err());
    }
    // Two parameters cannot pretend to be one.
    assert!(Parameters::new().with("X", Some("y SIZE=1")).is_err());
}

#[test]
fn a_misused_call_changes_nothing() {
    let mut session = greeted(&["PIPELINING"], &[Todo::Rest]);
    session.output();
    let client = &mut session.machine;
    assert_eq!(client.send_body(b"x"), Err(Misuse::OutOfOrder));
    assert_eq!(client.finish_body(), Err(Misuse::OutOfOrder));
    assert_eq!(client.auth_cancel(), Err(Misuse::OutOfOrder));
    assert_eq!(client.data(), Err(Misuse::OutOfOrder));
    assert_eq!(client.send(envelope(&[])), Err(Misuse::NoRecipients));
    assert!(client.is_idle());
    client.send(envelope(&["bob@example.net"])).unwrap();
    for refused in [
        client.send(envelope(&["eve@example.net"])),
        client.mail(ReversePath::Null, Parameters::new()),
        client.rcpt(ForwardPath::Postmaster, Parameters::new()),
        client.data(),
        client.rset(),
        client.noop(),
        client.quit(),
        client.ehlo(domain()),
        client.starttls(),
    ] {
        assert_eq!(refused, Err(Misuse::Busy));
    }
    session.settle();
    let said = session.output_text();
    assert_eq!(said, "MAIL FROM:<ann@example.org>\r\nRCPT TO:<bob@example.net>\r\nDATA\r\n");
}

#[test]
fn a_quiet_session_gives_its_memory_back() {
    let mut session = greeted(&["PIPELINING"], &[Todo::Rest]);
    let due = session.machine.poll_timeout().expect("the moment to give memory back");
    session.machine.handle_timeout(due);
    assert_eq!(session.machine.poll_timeout(), None);
    assert!(session.machine.allocated() < 1024, "{}", session.machine.allocated());
}

#[test]
fn a_stream_of_messages_needs_no_more_memory_than_the_first() {
    const BODY: &[u8] = &[b'x'; 100_000];
    let todo = Todo::Send(envelope(&["bob@example.net"]), BODY);
    let mut session = greeted(&["PIPELINING"], &vec![todo; 10]);
    let mut settled = None;
    for _ in 0..10 {
        session.feed(b"250 ok\r\n250 ok\r\n354 go\r\n");
        session.feed(b"250 ok\r\n");
        let allocated = session.machine.allocated();
        assert_eq!(allocated, *settled.get_or_insert(allocated));
    }
    assert!(session.trace.events().filter(|event| *event == "Sent(Accepted)").count() == 10);
}

#[derive(Clone, Debug)]
enum Call {
    Input(Vec<u8>),
    Server(&'static str),
    Transmitted(usize),
    Eof,
    Tls,
    Timeout(u64),
    Poll,
    Ehlo,
    StartTls,
    Auth(usize),
    Response(usize),
    Cancel,
    Mail,
    Rcpt,
    Data,
    Rset,
    Noop,
    Quit,
    Send(usize),
    Body(Vec<u8>),
    Finish,
}

fn any_call() -> impl Strategy<Value = Call> {
    let lines = [
        "220 mx\r\n",
        "250 ok\r\n",
        "250-mx\r\n250-PIPELINING\r\n250-STARTTLS\r\n250-SIZE 1\r\n250 AUTH PLAIN\r\n",
        "354 go\r\n",
        "334 \r\n",
        "334 eA==\r\n",
        "235 ok\r\n",
        "550 no\r\n",
        "250 ok\r\n250 ok\r\n550 no\r\n354 go\r\n",
    ];
    prop_oneof![
        1 => proptest::collection::vec(any::<u8>(), 0..40).prop_map(Call::Input),
        12 => proptest::sample::select(lines.to_vec()).prop_map(Call::Server),
        6 => (0..200usize).prop_map(Call::Transmitted),
        1 => Just(Call::Eof),
        2 => Just(Call::Tls),
        1 => (0..400u64).prop_map(Call::Timeout),
        12 => Just(Call::Poll),
        3 => Just(Call::Ehlo),
        1 => Just(Call::StartTls),
        1 => (0..600usize).prop_map(Call::Auth),
        2 => (0..600usize).prop_map(Call::Response),
        1 => Just(Call::Cancel),
        3 => Just(Call::Mail),
        3 => Just(Call::Rcpt),
        3 => Just(Call::Data),
        1 => Just(Call::Rset),
        1 => Just(Call::Noop),
        1 => Just(Call::Quit),
        3 => (0..5usize).prop_map(Call::Send),
        4 => "[.a\r\n]{0,20}".prop_map(|body| Call::Body(body.into_bytes())),
        2 => Just(Call::Finish),
    ]
}

/// Makes a call; misuse is what is tested, so its answer does not matter.
fn make(client: &mut Client, now: &mut Instant, call: &Call) -> Result<(), Misuse> {
    let mailbox = || "bob@example.net".parse::<Mailbox<'static>>().unwrap();
    match call {
        Call::Input(octets) => assert!(client.handle_input(*now, octets) <= octets.len()),
        Call::Server(lines) => assert!(client.handle_input(*now, lines.as_bytes()) <= lines.len()),
        Call::Transmitted(n) => client.handle_transmitted(*now, *n),
        Call::Eof => client.handle_eof(*now),
        Call::Tls => client.handle_tls(*now, TlsInfo::default()),
        Call::Timeout(seconds) => {
            *now += std::time::Duration::from_secs(*seconds);
            client.handle_timeout(*now);
        }
        Call::Poll => {
            client.poll_event();
        }
        Call::Ehlo => client.ehlo(domain())?,
        Call::StartTls => client.starttls()?,
        Call::Auth(n) => client.auth(Mechanism::parse("PLAIN").unwrap(), Some(&vec![b'x'; *n]))?,
        Call::Response(n) => client.auth_response(&vec![b'x'; *n])?,
        Call::Cancel => client.auth_cancel()?,
        Call::Mail => client.mail(mailbox().into(), Parameters::new())?,
        Call::Rcpt => client.rcpt(mailbox().into(), Parameters::new())?,
        Call::Data => client.data()?,
        Call::Rset => client.rset()?,
        Call::Noop => client.noop()?,
        Call::Quit => client.quit()?,
        Call::Send(n) => client.send(envelope(&vec!["bob@example.net"; *n]))?,
        Call::Body(body) => assert!(client.send_body(body)? <= body.len()),
        Call::Finish => client.finish_body()?,
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_calls_in_any_order(calls in proptest::collection::vec(any_call(), 0..120)) {
        let mut now = Instant::EPOCH;
        let mut client = Client::new(now, Arc::new(Config::default()));
        client.handle_input(now, b"220 mx\r\n");
        let mut closed = 0;
        let bound = 4 * (OutputQueue::HIGH_WATER + InputBuffer::CHUNK);
        for call in &calls {
            let has_event = client.has_event();
            if matches!(call, Call::Poll) {
                let event = client.poll_event();
                prop_assert_eq!(has_event, event.is_some());
                prop_assert!(closed == 0 || event.is_none(), "an event behind Closed");
                closed += usize::from(matches!(event, Some(Event::Closed(_))));
            } else {
                let _ = make(&mut client, &mut now, call);
            }
            prop_assert!(client.poll_transmit().is_none_or(|bytes| bytes.len() <= bound));
            prop_assert!(!client.is_closed() || client.poll_transmit().is_none());
            prop_assert!(client.allocated() <= 2 * bound);
        }
        client.handle_eof(now);
        while let Some(event) = client.poll_event() {
            closed += usize::from(matches!(event, Event::Closed(_)));
        }
        prop_assert_eq!(closed, 1);
        prop_assert!(client.is_closed());
    }
}
