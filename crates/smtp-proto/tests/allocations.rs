//! What a session costs, counted: nothing is allocated while messages come, and little is held while none do.

use std::sync::Arc;
use std::time::Duration;

use allocation_counter::measure;
use mail_wire::Instant;
use smtp_proto::server::{Config, Event, Request, Server};

/// Polls and answers all there is, writes all there is, and counts the octets of bodies.
fn settle(server: &mut Server, now: Instant) -> usize {
    let mut octets = 0;
    loop {
        match server.poll_event() {
            Some(Event::Request(_)) => server.accept().unwrap(),
            Some(Event::Body(run)) => octets += run.len(),
            Some(_) => {}
            None => match server.poll_transmit() {
                Some(reply) => {
                    let written = reply.len();
                    server.handle_transmitted(now, written);
                }
                None => return octets,
            },
        }
    }
}

fn feed(server: &mut Server, now: Instant, mut input: &[u8]) -> usize {
    let mut octets = 0;
    while !input.is_empty() {
        let taken = server.handle_input(now, input);
        octets += settle(server, now);
        input = &input[taken..];
    }
    octets
}

const TRANSACTION: &[u8] = b"MAIL FROM:<ann@example.org> SIZE=100000 BODY=8BITMIME\r\n\
    RCPT TO:<bob@example.net>\r\nRCPT TO:<\"a quoted\"@[192.0.2.1]>\r\nDATA\r\n";

#[test]
fn receiving_messages_allocates_nothing_in_steady_state() {
    let now = Instant::EPOCH;
    let mut server = Server::new(now, Arc::new(Config::default()));
    let line = b"..An ordinary line of a message, as long as they are.\r\n";
    let message: Vec<u8> = line.iter().cycle().take(line.len() * 2000).copied().collect();
    settle(&mut server, now);
    feed(&mut server, now, b"EHLO client.example\r\n");
    let mut transaction = || {
        feed(&mut server, now, TRANSACTION);
        let mut octets = 0;
        for read in message.chunks(4096) {
            octets += feed(&mut server, now, read);
        }
        feed(&mut server, now, b".\r\n");
        octets
    };
    // The first message makes the buffers grow to what they need.
    transaction();
    let mut octets = 0;
    let counted = measure(|| octets = transaction() + transaction());
    assert_eq!(octets, 2 * (message.len() - 2000));
    assert_eq!(counted.count_total, 0);
}

#[test]
fn an_idle_session_holds_less_than_a_kibibyte() {
    let config = Arc::new(Config::default());
    let counted = measure(|| {
        let mut now = Instant::EPOCH;
        let mut server = Box::new(Server::new(now, config.clone()));
        settle(&mut server, now);
        feed(&mut server, now, b"EHLO client.example\r\n");
        feed(&mut server, now, TRANSACTION);
        feed(&mut server, now, b"Subject: hello\r\n\r\nhello\r\n.\r\n");
        now += Duration::from_secs(60);
        server.handle_timeout(now);
        assert!(!server.is_closed());
        let held = measure(|| drop(server));
        // What is given back when the session is dropped is what it held.
        assert!(-held.bytes_current < 1024, "{} bytes", -held.bytes_current);
    });
    assert!(counted.bytes_current <= 0);
}

#[test]
fn requests_are_lent_and_not_made() {
    let now = Instant::EPOCH;
    let mut server = Server::new(now, Arc::new(Config::default()));
    settle(&mut server, now);
    feed(&mut server, now, b"EHLO client.example\r\n");
    server.handle_input(now, b"MAIL FROM:<ann@example.org>\r\n");
    let counted = measure(|| {
        let Some(Event::Request(Request::Mail { from, .. })) = server.poll_event() else { panic!("MAIL is a request") };
        assert_eq!(from.mailbox().map(|mailbox| mailbox.as_str()), Some("ann@example.org"));
    });
    assert_eq!(counted.count_total, 0);
}
