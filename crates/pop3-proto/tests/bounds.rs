//! Whatever a peer sends, and whatever the application calls, a machine's memory has a limit; a session that has
//! gone quiet gives it back.

use std::sync::Arc;
use std::time::Duration;

use mail_wire::Instant;
use pop3_proto::client::{self, Client};
use pop3_proto::server::{self, Maildrop, Server};
use pop3_proto::{Mechanism, MessageNumber, Password, Reply, UniqueId, UserName};
use proptest::prelude::*;

/// What any session may hold at most, in bytes.
const MOST: usize = 256 * 1024;

fn input() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        Just("USER a\r\n".to_owned()),
        Just("PASS b\r\n".to_owned()),
        Just("AUTH PLAIN\r\n".to_owned()),
        Just("AUTH PLAIN =\r\n".to_owned()),
        Just("LIST\r\n".to_owned()),
        Just("UIDL\r\n".to_owned()),
        Just("RETR 1\r\n".to_owned()),
        Just("TOP 2 1\r\n".to_owned()),
        Just("STLS\r\n".to_owned()),
        Just("QUIT\r\n".to_owned()),
        Just("+OK\r\n".to_owned()),
        Just("-ERR\r\n".to_owned()),
        Just("+ YWJj\r\n".to_owned()),
        Just(".\r\n".to_owned()),
        Just("1 2\r\n".to_owned()),
        "[ -~]{0,30}\r?\n?",
    ];
    (line, 1usize..3000).prop_map(|(line, times)| line.repeat(times).into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_server_is_bounded(steps in prop::collection::vec((0u8..16, input()), 1..40)) {
        let mut config = server::Config::default();
        config.mechanisms = vec![Mechanism::new("PLAIN").unwrap()];
        config.stls = server::Stls::Offered;
        config.most_bad_commands = u32::MAX;
        config.most_failed_logins = u32::MAX;
        let mut now = Instant::EPOCH;
        let mut server = Server::new(now, Arc::new(config));
        for (step, input) in steps {
            match step {
                0 => _ = server.poll_event().is_some(),
                1 => server.handle_transmitted(now, input.len()),
                2 => _ = server.accept(),
                3 => _ = server.reject(&Reply::TRY_LATER),
                4 => _ = server.challenge(&input),
                5 => {
                    let mut maildrop = Maildrop::new();
                    for n in 0..2000 {
                        maildrop.push(n, UniqueId::new(b"id").unwrap()).unwrap();
                    }
                    _ = server.accept_login(maildrop);
                }
                6 => _ = server.send_body(&input),
                7 => _ = server.finish_body(),
                8 => {
                    now += Duration::from_secs(step.into());
                    server.handle_timeout(now);
                }
                9 if input.len() > 5000 => server.handle_tls(now, Default::default()),
                _ => {
                    let wanted = server.wants_input();
                    let taken = server.handle_input(now, &input);
                    prop_assert!(!wanted || taken >= input.len().min(16 * 1024), "{taken} of {}", input.len());
                }
            }
            prop_assert!(server.allocated() <= MOST, "{}", server.allocated());
        }
    }

    #[test]
    fn a_client_is_bounded(steps in prop::collection::vec((0u8..18, input()), 1..60)) {
        let mut config = client::Config::default();
        config.pipelining = client::Pipelining::Always;
        config.most_asked = 1000;
        let mut now = Instant::EPOCH;
        let mut client = Client::new(now, Arc::new(config));
        client.handle_input(now, b"+OK\r\n");
        let one = MessageNumber::new(1).unwrap();
        for (step, input) in steps {
            match step {
                0 | 1 => {
                    let had = client.has_event();
                    prop_assert_eq!(client.poll_event().is_some(), had);
                }
                2 => client.handle_transmitted(now, input.len()),
                3 => (0..2000).for_each(|_| _ = client.retr(one)),
                4 => _ = client.uidl(),
                5 => _ = client.list(),
                6 => _ = client.auth(Mechanism::new("PLAIN").unwrap(), Some(&input)),
                7 => _ = client.auth_response(&input),
                8 => _ = client.user_pass(UserName::new("a").unwrap(), Password::new(b"b").unwrap()),
                9 => _ = client.capa(),
                10 if input.len() > 10_000 => _ = client.stls(),
                11 => {
                    now += Duration::from_secs(step.into());
                    client.handle_timeout(now);
                }
                _ => {
                    let wanted = client.wants_input();
                    let taken = client.handle_input(now, &input);
                    prop_assert!(!wanted || taken >= input.len().min(16 * 1024), "{taken} of {}", input.len());
                }
            }
            prop_assert!(client.allocated() <= MOST, "{}", client.allocated());
        }
    }
}

/// After some quiet seconds an idle session holds next to nothing, and goes on as if nothing had been.
#[test]
fn quiet_sessions_give_memory_back() {
    let mut now = Instant::EPOCH;
    let mut server = Server::new(now, Default::default());
    assert!(server.poll_event().is_some());
    server.accept().unwrap();
    server.handle_input(now, b"CAPA\r\nUSER a\r\n");
    server.handle_transmitted(now, 10_000);
    assert!(server.allocated() > 0);
    now = server.poll_timeout().unwrap();
    assert_eq!(now, Instant::EPOCH + Duration::from_secs(10));
    server.handle_timeout(now);
    assert!(server.allocated() == 0 && !server.is_closed());
    server.handle_input(now, b"PASS b\r\n");
    assert!(server.has_event());

    let mut now = Instant::EPOCH;
    let mut client = Client::new(now, Default::default());
    client.handle_input(now, b"+OK\r\n");
    assert!(client.poll_event().is_some());
    client.noop().unwrap();
    client.handle_transmitted(now, 6);
    client.handle_input(now, b"+OK\r\n");
    assert!(client.poll_event().is_some());
    now = client.poll_timeout().unwrap();
    client.handle_timeout(now);
    assert!(client.allocated() == 0 && !client.is_closed() && client.poll_timeout().is_none());
}

/// A stream of messages needs no more memory than the first of them: nothing is allocated on the way.
#[test]
fn a_stream_of_messages_needs_no_more_memory_than_one() {
    let now = Instant::EPOCH;
    let one = MessageNumber::new(1).unwrap();
    let body = b"a line of a message, of no great length\r\n..with a dot\r\n".repeat(280);
    let reply = [b"+OK\r\n", &body[..], b".\r\n"].concat();
    let mut client = Client::new(now, Default::default());
    client.handle_input(now, b"+OK\r\n");
    assert!(client.poll_event().is_some());
    let mut first = None;
    for _ in 0..200 {
        client.retr(one).unwrap();
        client.handle_transmitted(now, 8);
        for piece in reply.chunks(16 * 1024) {
            assert_eq!(client.handle_input(now, piece), piece.len());
            while client.poll_event().is_some() {}
        }
        assert!(client.is_idle());
        assert_eq!(client.allocated(), *first.get_or_insert(client.allocated()));
    }

    let mut server = Server::new(now, Default::default());
    assert!(server.poll_event().is_some());
    server.accept().unwrap();
    server.handle_input(now, b"USER a\r\nPASS b\r\n");
    assert!(server.poll_event().is_some());
    let mut maildrop = Maildrop::new();
    maildrop.push(1, UniqueId::new(b"id").unwrap()).unwrap();
    server.accept_login(maildrop).unwrap();
    let mut first = None;
    for _ in 0..200 {
        server.handle_transmitted(now, 1 << 20);
        server.handle_input(now, b"RETR 1\r\n");
        assert!(matches!(server.poll_event(), Some(server::Event::Request(_))));
        server.accept().unwrap();
        let mut rest = &body[..];
        while !rest.is_empty() {
            while server.poll_event().is_some() {}
            rest = &rest[server.send_body(rest).unwrap()..];
            server.handle_transmitted(now, 1 << 20);
        }
        server.finish_body().unwrap();
        while server.poll_event().is_some() {}
        server.handle_transmitted(now, 1 << 20);
        assert_eq!(server.allocated(), *first.get_or_insert(server.allocated()));
    }
}
