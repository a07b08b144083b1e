//! What a POP3 client reads and a server hears: whole machines of ours against pop3-codec's parsers, which are given
//! each reply whole.
#![forbid(unsafe_code)]

use std::fmt::Write as _;
use std::sync::Arc;

use harness::{Group, copying, corpus};
use mail_wire::{Instant, OutputQueue, dot};
use peer_pop3_codec::parse as peer;
use pop3_proto::client::{Client, Config, Event};
use pop3_proto::{Command, MessageNumber};

const READ: usize = 16 * 1024;
const NOW: Instant = Instant::EPOCH;

/// A client that has been greeted.
fn client() -> Client {
    let mut client = Client::new(NOW, Arc::new(Config::default()));
    client.handle_input(NOW, b"+OK ready\r\n");
    while client.poll_event().is_some() {}
    client
}

/// Feeds a reply to a client, in reads of 16 KiB, and sums up what `value` makes of the events.
fn read(client: &mut Client, reply: &[u8], value: impl Fn(&Event<'_>) -> u64) -> u64 {
    let written = client.poll_transmit().map_or(0, <[u8]>::len);
    client.handle_transmitted(NOW, written);
    let mut sum = 0;
    for piece in reply.chunks(READ) {
        client.handle_input(NOW, piece);
        while let Some(event) = client.poll_event() {
            sum += value(&event);
        }
    }
    sum
}

fn body_octets(event: &Event<'_>) -> u64 {
    match event {
        Event::Body(octets) => octets.len() as u64,
        Event::Closed(closed) => panic!("{closed}"),
        _ => 0,
    }
}

/// The octets of a message that the peer has read: it leaves the dots in, so they are taken out of the count.
fn peer_octets(reply: &[u8]) -> Option<u64> {
    let (_, reply) = peer::response_retr(reply).ok()?;
    Some(reply.unwrap().body.iter().map(|line| line.len() as u64 + 2 - u64::from(line.starts_with('.'))).sum())
}

fn retr(name: &str, replies: &[Vec<u8>]) {
    let one = MessageNumber::new(1).expect("not zero");
    let mut machine = client();
    Group::new(name, replies.len())
        .bytes(replies.iter().map(Vec::len).sum())
        .same_work()
        .contender("pop3-proto, the client machine", || {
            let mut sum = 0;
            for reply in replies {
                machine.retr(one).expect("a client that is not closed");
                sum += read(&mut machine, reply, body_octets);
            }
            sum
        })
        .contender("pop3-codec 0.3 (leaves the dots in)", || {
            replies.iter().map(|reply| peer_octets(reply).expect("read before")).sum()
        })
        .contender("limit: memcpy", copying(replies.iter().map(Vec::as_slice)))
        .run();
}

fn listings() {
    const MESSAGES: usize = 10_000;
    let (mut list, mut uidl) = (String::from("+OK\r\n"), String::from("+OK\r\n"));
    for n in 1..=MESSAGES {
        let _ = write!(list, "{n} {}\r\n", n * 7919 % 100_000);
        let _ = write!(uidl, "{n} {:016x}{:08x}\r\n", n * 0x9E37_79B9_7F4A, n * 31);
    }
    list.push_str(".\r\n");
    uidl.push_str(".\r\n");
    let mut machine = client();
    Group::new("LIST", MESSAGES)
        .bytes(list.len())
        .same_work()
        .contender("pop3-proto, the client machine", || {
            machine.list().expect("a client that is not closed");
            read(&mut machine, list.as_bytes(), |event| match event {
                Event::Listed(listing) => u64::from(listing.message.get()) + listing.octets.unwrap_or(0),
                _ => 0,
            })
        })
        .contender("pop3-codec 0.3", || {
            let (_, listing) = peer::response_list_all(list.as_bytes()).expect("a listing");
            listing.unwrap().body.iter().map(|line| u64::from(line.message_id) + u64::from(line.message_size)).sum()
        })
        .run();
    let mut machine = client();
    Group::new("UIDL", MESSAGES)
        .bytes(uidl.len())
        .same_work()
        .contender("pop3-proto, the client machine", || {
            machine.uidl().expect("a client that is not closed");
            read(&mut machine, uidl.as_bytes(), |event| match event {
                Event::Identified(listing) => u64::from(listing.message.get()) + listing.id.as_bytes().len() as u64,
                _ => 0,
            })
        })
        .contender("pop3-codec 0.3", || {
            let (_, listing) = peer::response_uidl_all(uidl.as_bytes()).expect("a listing");
            listing.unwrap().body.iter().map(|line| u64::from(line.message_id) + line.message_uid.len() as u64).sum()
        })
        .run();
}

fn commands() {
    let session = b"USER mrose\r\nPASS correct horse\r\nSTAT\r\nLIST\r\nUIDL\r\nRETR 12\r\nTOP 12 10\r\nDELE 12\r\n\
        NOOP\r\nQUIT\r\n";
    Group::new("Commands, as a server hears them", 10)
        .bytes(session.len())
        .same_work()
        .contender("pop3-proto, Command::parse", || {
            let (mut rest, mut heard) = (&session[..], 0);
            while let Some(lf) = memchr::memchr(b'\n', rest) {
                let command = Command::parse(&rest[..lf - 1]);
                heard += u64::from(std::hint::black_box(command).is_ok());
                rest = &rest[lf + 1..];
            }
            heard
        })
        .contender("pop3-codec 0.3", || {
            let (mut rest, mut heard) = (&session[..], 0);
            while let Ok((after, command)) = peer::command(rest) {
                std::hint::black_box(command);
                heard += 1;
                rest = after;
            }
            heard
        })
        .run();
}

fn main() {
    // The peer reads ASCII only, and refuses some of that: what it does not read is left out.
    let replies: Vec<Vec<u8>> = corpus()
        .iter()
        .map(|message| {
            let mut wire = OutputQueue::new();
            wire.push(b"+OK\r\n");
            let mut stuffer = dot::Stuffer::new(dot::BodyEnding::Normalise);
            stuffer.stuff(message, &mut wire).expect("normalised");
            stuffer.finish(&mut wire).expect("normalised");
            wire.pending().expect("at least the dot").to_vec()
        })
        .filter(|reply| peer_octets(reply).is_some())
        .collect();
    retr("RETR, real mail", &replies);
    let hot: Vec<Vec<u8>> = replies.iter().step_by(160).cloned().collect();
    retr("RETR, hot in cache", &hot);
    listings();
    commands();
}
