//! RFC 5321, section 4.5.2: transparency. The dot codec against a slow definition, and against itself.

use mail_wire::dot::{BodyEnding, Stuffer, Unstuffer};
use mail_wire::{LineEnding, OutputQueue};
use proptest::prelude::*;

/// The whole of `wire` in pieces of `size`: the body, and what follows its end if it ended.
fn unstuff(wire: &[u8], size: usize) -> (Vec<u8>, Option<Vec<u8>>, Unstuffer) {
    let mut unstuffer = Unstuffer::new(LineEnding::Crlf);
    let (mut body, mut held) = (Vec::new(), Vec::new());
    for (n, piece) in wire.chunks(size).enumerate() {
        held.extend_from_slice(piece);
        loop {
            let step = unstuffer.step(&held);
            body.extend_from_slice(&held[step.body]);
            held.drain(..step.consumed);
            if step.end {
                held.extend(wire.chunks(size).skip(n + 1).flatten());
                return (body, Some(held), unstuffer);
            }
            if step.consumed == 0 {
                break;
            }
        }
        assert!(held.len() <= 2, "{held:?} was left over");
    }
    (body, None, unstuffer)
}

/// The definition, by whole lines: what a sender meant, and what is left behind the final dot.
fn reference(wire: &[u8]) -> (Vec<u8>, Option<Vec<u8>>) {
    let (mut body, mut rest) = (Vec::new(), wire);
    loop {
        if let Some(after) = rest.strip_prefix(b".\r\n") {
            return (body, Some(after.to_vec()));
        }
        let line = rest.windows(2).position(|w| w == b"\r\n").map_or(rest.len(), |at| at + 2);
        let (line, after) = rest.split_at(line);
        body.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
        rest = after;
        if rest.is_empty() {
            return (body, None);
        }
    }
}

fn stuff(body: &[u8], size: usize, ending: BodyEnding) -> Vec<u8> {
    let mut wire = OutputQueue::new();
    let mut stuffer = Stuffer::new(ending);
    for piece in body.chunks(size) {
        stuffer.stuff(piece, &mut wire).unwrap();
    }
    stuffer.finish(&mut wire).unwrap();
    wire.pending().unwrap().to_vec()
}

#[test]
fn an_empty_body_ends_at_once() {
    assert_eq!(unstuff(b".\r\nQUIT\r\n", 99).0, b"");
    assert_eq!(unstuff(b".\r\nQUIT\r\n", 1).1.unwrap(), b"QUIT\r\n");
    assert_eq!(stuff(b"", 1, BodyEnding::Strict), b".\r\n");
}

#[test]
fn a_body_may_begin_with_a_dot() {
    assert_eq!(unstuff(b"..x\r\n.\r\n", 1).0, b".x\r\n");
    assert_eq!(stuff(b".x\r\n", 1, BodyEnding::Strict), b"..x\r\n.\r\n");
    assert_eq!(stuff(b".\r\n", 1, BodyEnding::Strict), b"..\r\n.\r\n");
}

#[test]
fn every_octet_is_kept_the_last_line_ending_included() {
    assert_eq!(unstuff(b"a\r\n\r\n.\r\n", 3).0, b"a\r\n\r\n");
}

#[test]
fn a_last_line_without_an_ending_is_completed() {
    assert_eq!(stuff(b"a", 1, BodyEnding::Strict), b"a\r\n.\r\n");
}

#[test]
fn an_undoubled_dot_is_taken_away_and_counted() {
    let (body, _, unstuffer) = unstuff(b".x\r\n..y\r\n.\r\n", 99);
    assert_eq!((body.as_slice(), unstuffer.defects().undoubled_dots), (&b"x\r\n.y\r\n"[..], 1));

    let mut lenient = Unstuffer::new(LineEnding::Crlf).keep_undoubled(true);
    assert_eq!(lenient.step(b".x\r\n..y").body, 0..4);
}

#[test]
fn lone_line_endings_are_found_where_they_stand() {
    let long = [vec![b'x'; 5000], b"\n".to_vec(), vec![b'x'; 5000], b"\rx\r\n.\r\n\n\r".to_vec()].concat();
    for size in [1, 2, 255, 256, 4096, 99_999] {
        let (_, rest, unstuffer) = unstuff(&long, size);
        assert_eq!(unstuffer.defects().bare_lf, Some(5000), "in pieces of {size}");
        assert_eq!(unstuffer.defects().bare_cr, Some(10_001), "in pieces of {size}");
        assert_eq!(rest.unwrap(), b"\n\r", "what follows the end is not judged");
    }
}

/// Three octets on either side of a dot, each CR, LF, a dot or text: only CRLF `.` CRLF ever ends a body.
#[test]
fn smuggling_table() {
    let octets = [b'\r', b'\n', b'.', b'x'];
    for n in 0..4usize.pow(6) {
        let around: [u8; 6] = core::array::from_fn(|i| octets[n >> (2 * i) & 3]);
        let wire = [b"begin", &around[..3], b".", &around[3..], b"\r\nend\r\n.\r\nNEXT"].concat();
        let expected = reference(&wire);
        for size in [1, 2, 3, 7, 99] {
            let (body, rest, unstuffer) = unstuff(&wire, size);
            assert_eq!((&body, &rest), (&expected.0, &expected.1), "{wire:?} in pieces of {size}");
            let bare = expected.0.iter().enumerate().any(|(i, &byte)| match byte {
                b'\r' => expected.0.get(i + 1) != Some(&b'\n'),
                b'\n' => i == 0 || expected.0[i - 1] != b'\r',
                _ => false,
            });
            assert_eq!(unstuffer.defects().bare_line_ending(), bare, "{wire:?} in pieces of {size}");
        }
    }
}

#[test]
fn bare_endings_are_refused_when_sending_strictly() {
    for body in [&b"a\nb"[..], b"a\rb", b"\n", b"\n.\n", b"a\r\n\n", b"\r\r\n"] {
        for size in [1, 2, 3] {
            let mut wire = OutputQueue::new();
            let mut stuffer = Stuffer::new(BodyEnding::Strict);
            let result = body.chunks(size).try_for_each(|piece| stuffer.stuff(piece, &mut wire));
            assert!(result.and_then(|()| stuffer.finish(&mut wire)).is_err(), "{body:?}");
        }
    }
    let mut stuffer = Stuffer::new(BodyEnding::Strict);
    let mut wire = OutputQueue::new();
    stuffer.stuff(b"ab\r", &mut wire).unwrap();
    assert_eq!(stuffer.stuff(b"x", &mut wire).unwrap_err().offset, 2);
    assert_eq!(stuffer.finish(&mut wire).unwrap_err().offset, 2);
    assert_eq!(wire.pending(), Some(&b"ab\r"[..]));
    stuffer.stuff(b"\n", &mut wire).unwrap();
    stuffer.finish(&mut wire).unwrap();
}

#[test]
fn text_with_unix_lines_is_normalised() {
    for size in 1..20 {
        assert_eq!(stuff(b"a\n.b\rc\r\n\n.\n", size, BodyEnding::Normalise), b"a\r\n..b\r\nc\r\n\r\n..\r\n.\r\n");
        assert_eq!(stuff(b"\r.\r", size, BodyEnding::Normalise), b"\r\n..\r\n.\r\n");
        assert_eq!(stuff(b"\n", size, BodyEnding::Normalise), b"\r\n.\r\n");
    }
}

fn wire_text() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec!["\r\n", "\r", "\n", ".", "x", "\r\n.", "\r\n.\r\n", "some text", "\0é"]);
    (prop::collection::vec(pieces, 0..60), 0..600usize)
        .prop_map(|(pieces, pad)| [vec![b'x'; pad], pieces.concat().into_bytes()].concat())
}

proptest! {
    #[test]
    fn agrees_with_the_definition_at_every_size(wire in wire_text(), size in 1..700usize) {
        let wire = [&wire[..], b"\r\n.\r\nrest"].concat();
        let (body, rest, _) = unstuff(&wire, size);
        prop_assert_eq!((body, rest), reference(&wire));
    }

    #[test]
    fn unstuffing_inverts_stuffing(lines in prop::collection::vec("[.x]{0,4}", 0..40), size in 1..50usize, cut in 1..50usize) {
        let body = lines.iter().flat_map(|line| [line.as_bytes(), b"\r\n"]).flatten().copied().collect::<Vec<_>>();
        let wire = stuff(&body, size, BodyEnding::Strict);
        let (read, rest, unstuffer) = unstuff(&wire, cut);
        prop_assert_eq!((read, rest), (body, Some(vec![])));
        prop_assert_eq!(unstuffer.defects().undoubled_dots, 0);
    }

    #[test]
    fn normalised_bodies_are_clean_wherever_they_are_cut(text in wire_text(), size in 1..50usize) {
        let wire = stuff(&text, size, BodyEnding::Normalise);
        prop_assert_eq!(&wire, &stuff(&text, 100_000, BodyEnding::Normalise));
        let (_, rest, unstuffer) = unstuff(&wire, 99);
        prop_assert_eq!(rest, Some(vec![]));
        prop_assert!(!unstuffer.defects().bare_line_ending());
    }
}
