//! RFC 5321, section 4.5.2: what a message is turned into on its way out, and that nothing of it becomes a command.

use mail_testkit::Session;
use mail_wire::dot::{BodyEnding, Unstuffer};
use mail_wire::{LineEnding, OutputQueue};
use proptest::prelude::*;
use smtp_proto::client::{Client, Config, Event, Misuse, Verb};

use crate::sender::{Sender, Todo, envelope, session_with};

/// A session whose server waits for the message, under some rule for bare line endings.
fn at_the_body(ending: BodyEnding) -> Session<Client, Sender> {
    let mut config = Config::default();
    config.body_ending = ending;
    let mut session = session_with(config, Verb::Ehlo, &[Todo::Rest]);
    session.feed(b"220 mx\r\n");
    session.feed(b"250-mx\r\n250 PIPELINING\r\n");
    session.application.piece = 0;
    session.act(|client, _| client.send(envelope(&["bob@example.net"]))).unwrap();
    session.feed(b"250 ok\r\n250 ok\r\n354 go\r\n");
    session.output();
    session
}

/// What goes over the wire for a body that is given in pieces.
fn sent(body: &[u8], ending: BodyEnding, piece: usize) -> Result<Vec<u8>, Misuse> {
    let mut session = at_the_body(ending);
    for mut piece in body.chunks(piece) {
        while !piece.is_empty() {
            let taken = session.machine.send_body(piece)?;
            piece = &piece[taken..];
            session.settle();
        }
    }
    session.machine.finish_body()?;
    session.settle();
    Ok(session.output())
}

#[test]
fn bodies_on_the_wire() {
    for (body, wire) in [
        // An empty message is its end alone.
        (&b""[..], &b".\r\n"[..]),
        // A dot that begins the first line is doubled as any other.
        (b".\r\n", b"..\r\n.\r\n"),
        (b".first\r\n", b"..first\r\n.\r\n"),
        (b"..\r\n", b"...\r\n.\r\n"),
        (b"a\r\n.\r\nb\r\n", b"a\r\n..\r\nb\r\n.\r\n"),
        // The final CRLF is there once: kept if the message has it, added if not.
        (b"a\r\n", b"a\r\n.\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b"a\r\n\r\n", b"a\r\n\r\n.\r\n"),
        (b"\r\n", b"\r\n.\r\n"),
        // A dot elsewhere is a dot.
        (b"a.\r\nb .\r\n", b"a.\r\nb .\r\n.\r\n"),
        (b"caf\xe9 \xff\x00\r\n", b"caf\xe9 \xff\x00\r\n.\r\n"),
    ] {
        for piece in [1, 2, 3, 1000] {
            assert_eq!(sent(body, BodyEnding::Strict, piece).unwrap(), wire, "{}", body.escape_ascii());
        }
    }
}

/// Every way to hide an end of data: what stands before and behind the dot, up to three octets of CR and LF each.
#[test]
fn no_message_smuggles_another_out() {
    let mut around = vec![Vec::new()];
    for length in 1..=3usize {
        for bits in 0..1usize << length {
            around.push((0..length).map(|i| if bits >> i & 1 == 0 { b'\r' } else { b'\n' }).collect());
        }
    }
    for before in &around {
        for behind in &around {
            let body = [b"text", &before[..], b".", &behind[..], b"RSET\r\n"].concat();
            let strict = sent(&body, BodyEnding::Strict, 1000);
            let bare = has_bare(&body);
            assert_eq!(strict.is_err(), bare, "{}", body.escape_ascii());
            let wires = [strict.ok(), Some(sent(&body, BodyEnding::Normalise, 1000).unwrap())];
            for wire in wires.into_iter().flatten() {
                assert!(!has_bare(&wire), "{}", wire.escape_ascii());
                // However a receiver ends its lines, the message has one end, and that is the last thing sent.
                for ending in [LineEnding::Crlf, LineEnding::CrlfOrLf] {
                    assert_eq!(end_of_data(&wire, ending), Some(wire.len()), "{}", wire.escape_ascii());
                }
            }
        }
    }
}

fn has_bare(body: &[u8]) -> bool {
    let mut previous = 0;
    let bare = body.iter().any(|&byte| {
        let bare = (previous == b'\r') != (byte == b'\n');
        previous = byte;
        bare
    });
    bare || previous == b'\r'
}

fn end_of_data(wire: &[u8], ending: LineEnding) -> Option<usize> {
    let mut unstuffer = Unstuffer::new(ending);
    let mut at = 0;
    while at < wire.len() {
        let step = unstuffer.step(&wire[at..]);
        at += step.consumed;
        if step.end {
            return Some(at);
        }
        assert!(step.consumed > 0);
    }
    None
}

#[test]
fn a_bare_line_ending_changes_nothing_and_the_message_can_go_on() {
    let mut session = at_the_body(BodyEnding::Strict);
    session.machine.send_body(b"one\r\n").unwrap();
    session.settle();
    session.output();
    let refused = session.machine.send_body(b"two\nthree").unwrap_err();
    assert_eq!(refused.to_string(), "octet 8 of the body is a CR or LF that stands alone");
    assert_eq!(session.machine.poll_transmit(), None);
    session.machine.send_body(b"two\r").unwrap();
    assert!(matches!(session.machine.finish_body(), Err(Misuse::BareLineEnding(_))));
    session.machine.send_body(b"\n").unwrap();
    session.machine.finish_body().unwrap();
    session.settle();
    assert_eq!(session.output_text(), "two\r\n.\r\n");
}

#[test]
fn an_aborted_body_is_never_a_whole_message() {
    let mut session = at_the_body(BodyEnding::Strict);
    session.machine.send_body(b"half a message\r\n").unwrap();
    session.act(|client, _| client.abort());
    assert_eq!(session.output_text(), "");
    assert!(session.trace.saw("Closed(Aborted { safe_to_retry: true })"));
    assert_eq!(session.machine.send_body(b"x"), Err(Misuse::Closed));
    assert_eq!(session.machine.finish_body(), Err(Misuse::Closed));
    assert_eq!(session.machine.poll_transmit(), None);
}

#[test]
fn a_peer_that_does_not_read_holds_the_message_back() {
    let mut session = at_the_body(BodyEnding::Strict);
    let dots = b".\r\n".repeat(1 << 14);
    let mut given = 0;
    loop {
        let taken = session.machine.send_body(&dots).unwrap();
        given += taken;
        if taken == 0 {
            break;
        }
    }
    assert!(given <= OutputQueue::HIGH_WATER);
    assert!(session.machine.poll_transmit().unwrap().len() <= 2 * OutputQueue::HIGH_WATER + 2);
    while session.machine.poll_event().is_some() {}
    assert!(!session.machine.has_event());
    // When it reads again, the application is asked again.
    session.machine.handle_transmitted(session.now, usize::MAX);
    assert_eq!(session.machine.poll_event(), Some(Event::WantsBody { capacity: OutputQueue::HIGH_WATER }));
    // It is asked once, not again and again.
    assert_eq!(session.machine.poll_event(), None);
}

#[test]
fn a_message_larger_than_any_buffer_goes_through() {
    let line = b"a line of sixty-four octets, which is not long for one, you see\r\n";
    let body = line.repeat(20_000);
    let wire = sent(&body, BodyEnding::Strict, 50_000).unwrap();
    assert_eq!(wire.len(), body.len() + 3);
}

proptest! {
    #[test]
    fn what_is_sent_is_what_was_given(
        lines in proptest::collection::vec("[.a\u{e9}]{0,4}", 0..30),
        piece in 1..40usize,
    ) {
        let body = lines.iter().map(|line| format!("{line}\r\n")).collect::<String>();
        let wire = sent(body.as_bytes(), BodyEnding::Strict, piece).unwrap();
        let mut unstuffer = Unstuffer::new(LineEnding::Crlf);
        let (mut at, mut received) = (0, Vec::new());
        loop {
            let step = unstuffer.step(&wire[at..]);
            received.extend_from_slice(&wire[at..][step.body.clone()]);
            at += step.consumed;
            if step.end {
                break;
            }
            prop_assert!(step.consumed > 0);
        }
        prop_assert_eq!(at, wire.len());
        prop_assert_eq!(received, body.as_bytes());
    }
}
