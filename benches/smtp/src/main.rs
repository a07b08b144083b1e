//! What a server hears: command lines, and whole messages through the whole machine.
#![forbid(unsafe_code)]

use std::sync::Arc;
use std::time::Duration;

use harness::{Group, copying, corpus};
use mail_wire::{Instant, OutputQueue, dot};
use peer_smtp_proto::request::receiver::DataReceiver;
use smtp_proto::Command;
use smtp_proto::server::{Config, Event, Server};

const NOW: Instant = Instant::EPOCH;
const READ: usize = 16 * 1024;

fn main() {
    commands(
        "commands, MAIL with SIZE and BODY",
        &["MAIL FROM:<ann.somebody@example.org> SIZE=48123 BODY=8BITMIME\r\n"],
    );
    commands("commands, RCPT", &["RCPT TO:<bob.somebody.else@mail.example.net>\r\n"]);
    commands(
        "commands, a session of eight",
        &[
            "EHLO client.example.org\r\n",
            "MAIL FROM:<ann@example.org> SIZE=48123 BODY=8BITMIME\r\n",
            "RCPT TO:<bob@example.net>\r\n",
            "RCPT TO:<cleo@example.net>\r\n",
            "DATA\r\n",
            "RSET\r\n",
            "NOOP\r\n",
            "QUIT\r\n",
        ],
    );

    let mail = corpus();
    data("DATA through the machine, 33 MB of real mail", &stuff(&mail.concat()));
    data(
        "DATA through the machine, hot in cache",
        &stuff(&mail.iter().step_by(160).flatten().copied().collect::<Vec<u8>>()),
    );
    idle();
}

fn commands(name: &str, lines: &[&str]) {
    const TIMES: usize = 100;
    let wire = lines.concat().repeat(TIMES);
    Group::new(name, lines.len() * TIMES)
        .same_work()
        .contender("smtp-proto, Command::parse", || {
            let mut rest = wire.as_bytes();
            let mut parsed = 0;
            while let Some(end) = memchr::memchr(b'\n', rest) {
                parsed += u64::from(Command::parse(&rest[..end - 1]).is_ok());
                rest = &rest[end + 1..];
            }
            parsed
        })
        .contender("smtp-proto 0.2.5, Request::parse", || {
            let mut bytes = wire.as_bytes().iter();
            let mut parsed = 0;
            while !bytes.as_slice().is_empty() {
                parsed += u64::from(peer_smtp_proto::Request::parse(&mut bytes).is_ok());
            }
            parsed
        })
        .contender("limit: one memchr a line", || memchr::memchr_iter(b'\n', wire.as_bytes()).count() as u64)
        .run();
}

fn stuff(body: &[u8]) -> Vec<u8> {
    let mut wire = OutputQueue::new();
    let mut stuffer = dot::Stuffer::new(dot::BodyEnding::Normalise);
    stuffer.stuff(body, &mut wire).expect("normalised");
    stuffer.finish(&mut wire).expect("normalised");
    wire.pending().expect("at least the dot").to_vec()
}

/// Polls and answers everything; counts the octets of bodies.
fn settle(server: &mut Server) -> u64 {
    let mut octets = 0;
    loop {
        match server.poll_event() {
            Some(Event::Request(_)) => server.accept().expect("each request is answered once"),
            Some(Event::Body(run)) => octets += run.len() as u64,
            Some(Event::MessageAborted(why)) => panic!("{why:?}"),
            Some(_) => {}
            None => match server.poll_transmit().map(<[u8]>::len) {
                Some(reply) => server.handle_transmitted(NOW, reply),
                None => return octets,
            },
        }
    }
}

fn feed(server: &mut Server, input: &[u8]) -> u64 {
    let mut octets = 0;
    for mut read in input.chunks(READ) {
        while !read.is_empty() {
            let taken = server.handle_input(NOW, read);
            octets += settle(server);
            read = &read[taken..];
        }
    }
    octets
}

/// One message of that much mail, so that what is compared is the reception of the data and nothing else.
fn data(name: &str, wire: &[u8]) {
    let mut server = Server::new(NOW, Arc::new(Config::default()));
    settle(&mut server);
    feed(&mut server, b"EHLO client.example\r\n");
    let mut body = Vec::new();
    Group::new(name, 1)
        .bytes(wire.len())
        .same_work()
        .contender("smtp-proto, the machine", || {
            feed(&mut server, b"MAIL FROM:<ann@example.org>\r\nRCPT TO:<bob@example.net>\r\nDATA\r\n");
            feed(&mut server, wire)
        })
        .contender("smtp-proto 0.2.5, DataReceiver", || {
            let mut receiver = DataReceiver::new();
            let mut octets = 0;
            for read in wire.chunks(READ) {
                // Its buffer is emptied after each read, as ours is: what becomes of the octets is not the question.
                body.clear();
                receiver.ingest(&mut read.iter(), &mut body);
                octets += body.len() as u64;
            }
            octets
        })
        .contender("limit: memcpy", copying(wire.chunks(READ)))
        .run();
}

/// What a session holds after a message and a minute of silence.
fn idle() {
    let config = Arc::new(Config::default());
    let mut server = Box::new(Server::new(NOW, config.clone()));
    settle(&mut server);
    feed(
        &mut server,
        b"EHLO client.example\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\nDATA\r\nx\r\n.\r\n",
    );
    server.handle_timeout(NOW + Duration::from_secs(60));
    let freed = allocation_counter::measure(|| drop(server));
    println!("\nan idle session holds {} bytes of heap, the machine itself included", -freed.bytes_current);
}
