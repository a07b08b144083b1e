//! The dot codec: at every split the body is what the definition says, and stuffing is its inverse.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_wire::dot::{BodyEnding, Stuffer, Unstuffer};
use mail_wire::{LineEnding, OutputQueue};

/// The body and what follows its end, by whole lines.
fn definition(mut wire: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut body = Vec::new();
    loop {
        if let Some(rest) = wire.strip_prefix(b".\r\n") {
            return (body, rest);
        }
        let end = wire.windows(2).position(|pair| pair == b"\r\n").map_or(wire.len(), |at| at + 2);
        let (line, rest) = wire.split_at(end);
        body.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
        wire = rest;
    }
}

fn read(wire: &[u8], cut: usize) -> (Vec<u8>, Vec<u8>) {
    let mut unstuffer = Unstuffer::new(LineEnding::Crlf);
    let (mut body, mut held) = (Vec::new(), Vec::new());
    let mut pieces = wire.chunks(cut);
    loop {
        let step = unstuffer.step(&held);
        body.extend_from_slice(&held[step.body]);
        held.drain(..step.consumed);
        if step.end {
            held.extend(pieces.flatten());
            return (body, held);
        }
        if step.consumed == 0 {
            assert!(held.len() <= 2);
            held.extend_from_slice(pieces.next().expect("the wire ends"));
        }
    }
}

fuzz_target!(|input: (u16, Vec<u8>)| {
    let (cut, octets) = input;
    let cut = usize::from(cut).max(1);

    let wire = [&octets[..], b"\r\n.\r\n"].concat();
    let (body, rest) = definition(&wire);
    assert_eq!(read(&wire, cut), (body, rest.to_vec()));

    let mut queue = OutputQueue::new();
    let mut stuffer = Stuffer::new(BodyEnding::Normalise);
    for piece in octets.chunks(cut) {
        stuffer.stuff(piece, &mut queue).expect("anything can be normalised");
    }
    stuffer.finish(&mut queue).expect("anything can be normalised");
    let stuffed = queue.pending().expect("at least the dot").to_vec();
    let (body, rest) = read(&stuffed, cut);
    assert!(rest.is_empty(), "the body ended early");

    // What came out is clean, so it goes through strictly and unchanged.
    let mut queue = OutputQueue::new();
    let mut stuffer = Stuffer::new(BodyEnding::Strict);
    stuffer.stuff(&body, &mut queue).expect("a clean body");
    stuffer.finish(&mut queue).expect("a clean body");
    assert_eq!(queue.pending(), Some(&stuffed[..]));
});
