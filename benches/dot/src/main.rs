//! Taking the dots out of received bodies and finding their end.
#![forbid(unsafe_code)]

use harness::{Group, checksum, copying, corpus};
use mail_wire::{LineEnding, OutputQueue, dot};
use peer_smtp_proto::request::receiver::DataReceiver;

const READ: usize = 16 * 1024;

fn stuff(body: &[u8]) -> Vec<u8> {
    let mut wire = OutputQueue::new();
    let mut stuffer = dot::Stuffer::new(dot::BodyEnding::Normalise);
    stuffer.stuff(body, &mut wire).expect("normalised");
    stuffer.finish(&mut wire).expect("normalised");
    wire.pending().expect("at least the dot").to_vec()
}

/// Calls `sink` with each run of each body.
fn ours(wires: &[Vec<u8>], mut sink: impl FnMut(&[u8])) -> u64 {
    let mut octets = 0;
    for wire in wires {
        let mut unstuffer = dot::Unstuffer::new(LineEnding::Crlf);
        let mut rest = &wire[..];
        loop {
            // In reads of 16 KiB, as a machine would see them.
            let step = unstuffer.step(&rest[..rest.len().min(READ)]);
            sink(&rest[step.body.clone()]);
            octets += step.body.len() as u64;
            rest = &rest[step.consumed..];
            if step.end {
                break;
            }
        }
    }
    octets
}

fn peer(wires: &[Vec<u8>], body: &mut Vec<u8>, check: bool) -> u64 {
    let mut octets = 0;
    for wire in wires {
        let mut receiver = DataReceiver::new();
        body.clear();
        let ended = receiver.ingest(&mut wire.iter(), body);
        assert!(ended || !check, "the end was not found");
        octets += body.len() as u64;
    }
    octets
}

fn compare(name: &str, wires: &[Vec<u8>]) {
    let bytes = wires.iter().map(Vec::len).sum();
    // Both sides must read the same bodies, before anything is timed.
    let (mut mine, mut theirs) = (Vec::new(), Vec::new());
    for wire in wires {
        mine.clear();
        ours(std::slice::from_ref(wire), |run| mine.extend_from_slice(run));
        peer(std::slice::from_ref(wire), &mut theirs, true);
        let differ = mine.iter().zip(&theirs).position(|(a, b)| a != b);
        assert_eq!((mine.len(), checksum(&mine)), (theirs.len(), checksum(&theirs)), "first at {differ:?}");
    }
    let (mut mine, mut theirs) = (Vec::new(), Vec::new());
    Group::new(name, wires.len())
        .bytes(bytes)
        .same_work()
        .contender("mail-wire, borrowed runs", || ours(wires, |_| {}))
        .contender("mail-wire, runs copied to a Vec", || {
            mine.clear();
            ours(wires, |run| {
                if mine.len() > 1 << 20 {
                    mine.clear();
                }
                mine.extend_from_slice(run)
            })
        })
        .contender("smtp-proto 0.2.5 DataReceiver (copies)", || peer(wires, &mut theirs, false))
        .contender("limit: memcpy", copying(wires.iter().map(Vec::as_slice)))
        .run();
}

fn main() {
    let mail: Vec<Vec<u8>> = corpus().iter().map(|message| stuff(message)).collect();
    compare("DATA, 33 MB of real mail", &mail);
    let hot: Vec<Vec<u8>> = mail.iter().step_by(160).cloned().collect();
    compare("DATA, hot in cache", &hot);
    let dotted: Vec<u8> = (1..40_000)
        .flat_map(|n: u32| {
            if n.is_multiple_of(4) {
                &b".begins with a dot and goes on\r\n"[..]
            } else {
                b"an ordinary line of some text\r\n"
            }
        })
        .copied()
        .collect();
    compare("DATA, a quarter of the lines begin with a dot", &[stuff(&dotted)]);
}
