//! What a session costs, counted: nothing is allocated while messages come, and little is held while none do.

use std::sync::Arc;
use std::time::Duration;

use allocation_counter::measure;
use mail_wire::Instant;
use pop3_proto::MessageNumber;
use pop3_proto::client::{self, Client};
use pop3_proto::server::{self, Event, Server};

const START: Instant = Instant::EPOCH;

fn transmit(client: &mut Client) {
    let written = client.poll_transmit().map_or(0, <[u8]>::len);
    client.handle_transmitted(START, written);
}

#[test]
fn fetching_messages_allocates_nothing_in_steady_state() {
    let mut client = Client::new(START, Arc::new(client::Config::default()));
    client.handle_input(START, b"+OK ready\r\n");
    while client.poll_event().is_some() {}
    let line = b"..An ordinary line of a message, as long as they are.\r\n";
    let reply: Vec<u8> =
        [b"+OK\r\n", &line.iter().cycle().take(line.len() * 2000).copied().collect::<Vec<u8>>()[..], b".\r\n"].concat();
    let mut fetch = || {
        client.retr(MessageNumber::new(1).unwrap()).unwrap();
        transmit(&mut client);
        let mut octets = 0;
        for read in reply.chunks(4096) {
            assert_eq!(client.handle_input(START, read), read.len());
            while let Some(event) = client.poll_event() {
                if let client::Event::Body(run) = event {
                    octets += run.len();
                }
            }
        }
        octets
    };
    // The first message makes the buffers grow to what they need.
    fetch();
    let mut octets = 0;
    let counted = measure(|| octets = fetch() + fetch());
    assert_eq!(octets, 2 * (line.len() - 1) * 2000);
    assert_eq!(counted.count_total, 0);
}

#[test]
fn an_idle_session_holds_less_than_a_kibibyte() {
    let config = Arc::new(server::Config::default());
    let counted = measure(|| {
        let mut now = START;
        let mut server = Box::new(Server::new(now, config.clone()));
        for command in [&b""[..], b"CAPA\r\n", b"NOOP\r\n"] {
            server.handle_input(now, command);
            while let Some(event) = server.poll_event() {
                if let Event::Request(_) = event {
                    server.accept().unwrap();
                }
            }
            let written = server.poll_transmit().map_or(0, <[u8]>::len);
            server.handle_transmitted(now, written);
        }
        now += Duration::from_secs(60);
        server.handle_timeout(now);
        assert!(!server.is_closed());
        // What is given back when the session is dropped is what it held.
        let held = measure(|| drop(server));
        assert!(-held.bytes_current < 1024, "{} bytes", -held.bytes_current);
    });
    assert!(counted.bytes_current <= 0);
}
