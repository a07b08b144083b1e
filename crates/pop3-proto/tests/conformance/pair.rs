//! Our client against our server, whatever the schedule of partial writes, ends in what was asked for.

use mail_testkit::{Outcome, Pair, Schedule};
use mail_wire::{Instant, TlsInfo};
use pop3_proto::client::{Client, Config as ClientConfig, Event as ClientEvent, Pipelining};
use pop3_proto::server::{Config, Event, Server, Stls};
use proptest::prelude::*;

use crate::post_office::PostOffice;
use crate::reader::Reader;

fn client_config(pipelining: Pipelining) -> ClientConfig {
    let mut config = ClientConfig::default();
    config.pipelining = pipelining;
    config
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What is fetched is what is stored, dots and all, at any sizes of pipes and pieces.
    #[test]
    fn messages_arrive_as_they_are(
        bodies in prop::collection::vec("(\\.|x|\r\n|\r\n\\.\r\n|[ -~]){0,60}", 1..5),
        seed in any::<u64>(),
        capacity in 1usize..3000,
        piece in 0usize..40,
        always in any::<bool>(),
    ) {
        // What a file holds: whole lines.
        let messages: Vec<Vec<u8>> = bodies.iter().map(|body| {
            let whole = body.is_empty() || body.ends_with("\r\n");
            [body.as_bytes(), if whole { b"" } else { b"\r\n" }].concat()
        }).collect();
        let (server, mut office) = PostOffice::with(Config::default());
        office.messages = messages.iter().map(|message| (message.len() as u64, message.clone())).collect();
        office.piece = piece;
        let retrievals: Vec<String> = (1..=messages.len()).map(|n| format!("retr {n}")).collect();
        let commands = format!("login | list, uidl, {}, dele 1, quit", retrievals.join(", "));
        let pipelining = if always { Pipelining::Always } else { Pipelining::Never };
        let (client, reader) = Reader::with(client_config(pipelining), &commands);
        let mut pair = Pair::new((client, reader), (server, office), capacity);
        prop_assert_eq!(pair.run(&mut Schedule::seeded(seed, capacity)), Outcome::Closed);
        let fetched: Vec<&[u8]> = pair.left_trace.bodies().collect();
        let expected: Vec<&[u8]> = messages.iter().map(Vec::as_slice).filter(|message| !message.is_empty()).collect();
        prop_assert_eq!(fetched, expected);
        prop_assert!(pair.left_trace.saw("outcome: Committed"), "{:?}", pair.left_trace);
        prop_assert!(pair.right_trace.saw("Update { deletions: [1] }"), "{:?}", pair.right_trace);
        for (n, message) in messages.iter().enumerate() {
            let end = format!("EndOfBody {{ asked: Retr({}), octets: {},", n + 1, message.len());
            prop_assert!(pair.left_trace.saw(&end), "{:?}", pair.left_trace);
        }
    }
}

/// Both sides upgrade when they are told to; what is asked behind STLS is said inside TLS.
#[test]
fn stls_then_login() {
    for seed in 0..50 {
        let mut config = PostOffice::sasl();
        config.stls = Stls::Required;
        let (server, mut office) = PostOffice::with(config);
        let (client, mut reader) = Reader::asking("capa, stls, capa, auth PLAIN ~mrose~secret | stat, dele 2, quit");
        let mut pair = Pair::new(
            (client, move |client: &mut Client, now: Instant, trace: &mut mail_testkit::Trace| {
                mail_testkit::Application::decide(&mut reader, client, now, trace);
                if trace.saw("UpgradeTls") && client.tls().is_none() {
                    client.handle_tls(now, TlsInfo::default());
                }
            }),
            (server, move |server: &mut Server, now: Instant, trace: &mut mail_testkit::Trace| {
                mail_testkit::Application::decide(&mut office, server, now, trace);
                if trace.saw("UpgradeTls") && !server.is_tls() {
                    server.handle_tls(now, TlsInfo::default());
                }
            }),
            64,
        );
        assert_eq!(pair.run(&mut Schedule::seeded(seed, 64)), Outcome::Closed, "{:?}", pair.left_trace);
        assert!(pair.left_trace.saw("outcome: Committed"), "{:?}", pair.left_trace);
        assert!(pair.right_trace.saw("Update { deletions: [2] }"), "{:?}", pair.right_trace);
    }
}

/// A client that is dropped, or breaks off, deletes nothing.
#[test]
fn without_quit_nothing_is_deleted() {
    let (server, office) = PostOffice::with_two_messages();
    let (client, reader) = Reader::asking("login | dele 1, dele 2 | abort");
    let mut pair = Pair::new((client, reader), (server, office), 100);
    assert_eq!(pair.run(&mut Schedule::whole()), Outcome::Closed);
    assert!(pair.left_trace.saw("outcome: NotCommitted"), "{:?}", pair.left_trace);
    assert!(!pair.right_trace.saw("Update"), "{:?}", pair.right_trace);
    assert!(pair.right_trace.saw("Closed(Eof)"), "{:?}", pair.right_trace);
}

/// Events are what the machines say they are: none is lost by being asked for twice.
#[test]
fn has_event_is_poll_event() {
    let (mut server, _) = PostOffice::with_two_messages();
    assert!(server.has_event() && matches!(server.poll_event(), Some(Event::Request(_))));
    assert!(!server.has_event() && server.poll_event().is_none());
    let (mut client, _) = Reader::asking("");
    assert!(!client.has_event() && client.poll_event().is_none());
    assert_eq!(client.handle_input(Instant::EPOCH, b"+OK hello\r\n"), 11);
    assert!(client.has_event() && matches!(client.poll_event(), Some(ClientEvent::Greeting(_))));
    assert!(!client.has_event() && client.poll_event().is_none());
}
