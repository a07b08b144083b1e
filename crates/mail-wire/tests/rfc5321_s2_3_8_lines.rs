//! RFC 5321, section 2.3.8: lines end in CRLF and in nothing else; and the bounds of the buffers.

use mail_wire::{InputBuffer, LineDefect, LineEnding, OutputQueue};
use proptest::prelude::*;

/// All lines of `input` in pieces of `size`, with a limit of 20 octets, and the most memory that was ever in use.
fn lines(input: &[u8], size: usize, ending: LineEnding) -> (Vec<Result<Vec<u8>, LineDefect>>, Vec<u8>) {
    let mut buffer = InputBuffer::new(20);
    let mut found = Vec::new();
    for mut piece in input.chunks(size) {
        while !piece.is_empty() {
            let taken = buffer.push(piece);
            assert!(taken > 0, "a buffer without whole lines has room");
            piece = &piece[taken..];
            while let Some(line) = buffer.next_line(20, ending) {
                found.push(line.defect.map_or_else(|| Ok(buffer.get(line.range).to_vec()), Err));
            }
        }
    }
    (found, buffer.unparsed().to_vec())
}

fn strict(input: &str) -> Vec<Result<Vec<u8>, LineDefect>> {
    let whole = lines(input.as_bytes(), 99, LineEnding::Crlf);
    for size in 1..8 {
        assert_eq!(lines(input.as_bytes(), size, LineEnding::Crlf).0, whole.0, "in pieces of {size}");
    }
    whole.0
}

#[test]
fn only_crlf_ends_a_line() {
    assert_eq!(strict("a\r\nbc\r\n\r\nd"), [Ok(b"a".to_vec()), Ok(b"bc".to_vec()), Ok(vec![])]);
    assert_eq!(strict("a\nb\r\nc\r\n"), [Err(LineDefect::BareLf), Ok(b"c".to_vec())]);
    assert_eq!(strict("a\rb\r\nc\r\n"), [Err(LineDefect::BareCr), Ok(b"c".to_vec())]);
    assert_eq!(strict("a\r\r\n"), [Err(LineDefect::BareCr)]);
    assert_eq!(strict("\n\r\n"), [Err(LineDefect::BareLf)]);
    assert_eq!(strict("a\0b\r\n"), [Err(LineDefect::Nul)]);
}

#[test]
fn lf_ends_a_line_where_it_may() {
    let (found, rest) = lines(b"a\nb\r\nc", 99, LineEnding::CrlfOrLf);
    assert_eq!((found, rest), (vec![Ok(b"a".to_vec()), Ok(b"b".to_vec())], b"c".to_vec()));
}

#[test]
fn the_limit_counts_the_line_ending() {
    assert_eq!(strict("123456789012345678\r\n"), [Ok(b"123456789012345678".to_vec())]);
    assert_eq!(strict("1234567890123456789\r\nok\r\n"), [Err(LineDefect::TooLong), Ok(b"ok".to_vec())]);
}

#[test]
fn a_line_without_end_needs_no_memory_and_is_refused_once() {
    let mut buffer = InputBuffer::new(20);
    for _ in 0..10_000 {
        assert_eq!(buffer.push(&[b'x'; 1000]), 1000);
        assert_eq!(buffer.next_line(20, LineEnding::Crlf), None);
        assert!(buffer.unparsed_len() < 20 && buffer.has_room());
    }
    assert!(buffer.allocated() <= 2 * (20 + InputBuffer::CHUNK));
    buffer.push(b"\r");
    assert_eq!(buffer.next_line(20, LineEnding::Crlf), None);
    buffer.push(b"\nNOOP\r\n");
    assert_eq!(buffer.next_line(20, LineEnding::Crlf).unwrap().defect, Some(LineDefect::TooLong));
    let noop = buffer.next_line(20, LineEnding::Crlf).unwrap();
    assert_eq!((buffer.get(noop.range), noop.defect), (&b"NOOP"[..], None));
}

#[test]
fn a_buffer_takes_what_fits_and_says_so() {
    let mut buffer = InputBuffer::new(20);
    let flood = vec![b'\n'; 3 * InputBuffer::CHUNK];
    assert!(buffer.has_room());
    assert_eq!(buffer.push(&flood), InputBuffer::CHUNK + 20);
    assert!(!buffer.has_room());
    assert_eq!(buffer.push(&flood), 0);
    buffer.consume(21);
    assert_eq!(buffer.push(&flood), 21);
    assert_eq!(buffer.consume(usize::MAX).len(), InputBuffer::CHUNK + 20);
    assert_eq!(buffer.consume(usize::MAX).len(), 0);
}

#[test]
fn cleared_buffers_forget_and_released_buffers_cost_nothing() {
    let mut buffer = InputBuffer::new(20);
    buffer.push(b"STARTTLS\r\nNOOP\r\nhalf a li");
    buffer.next_line(20, LineEnding::Crlf);
    buffer.release();
    assert_eq!(buffer.clear(), 15, "what was not parsed is not released");
    assert_eq!(buffer.next_line(20, LineEnding::Crlf), None);
    buffer.release();
    assert_eq!(buffer.allocated(), 0);

    let mut queue = OutputQueue::new();
    queue.push(b"reply");
    queue.transmitted(2);
    assert_eq!(queue.pending(), Some(&b"ply"[..]));
    queue.transmitted(99);
    queue.release();
    assert_eq!((queue.pending(), queue.allocated()), (None, 0));
}

#[test]
fn nothing_shows_its_content() {
    let mut buffer = InputBuffer::new(20);
    buffer.push(b"PASS secret\r\n");
    let mut queue = OutputQueue::new();
    queue.push_secret(b"PASS secret\r\n");
    assert!(!format!("{buffer:?} {queue:?}").contains("secret"));
}

proptest! {
    #[test]
    fn lines_are_the_same_however_they_come(input in "[ab\r\n]{0,80}", size in 1..20usize) {
        for ending in [LineEnding::Crlf, LineEnding::CrlfOrLf] {
            // How much of an overlong line is gone already depends on the pieces; what is said of it does not.
            prop_assert_eq!(lines(input.as_bytes(), size, ending).0, lines(input.as_bytes(), 99, ending).0);
        }
    }

    /// What was pushed is what is consumed, whether it is a secret or not, and wherever the bytes have moved meanwhile.
    #[test]
    fn a_buffer_is_a_queue(steps in prop::collection::vec((0..300usize, 0..300usize, any::<bool>()), 1..60)) {
        let mut buffer = InputBuffer::new(20);
        let (mut pushed, mut consumed) = (0u32, 0u32);
        for (more, less, secret) in steps {
            let input = (0..more as u32).map(|n| ((pushed + n) % 251) as u8).collect::<Vec<_>>();
            pushed += buffer.push(&input) as u32;
            if secret {
                buffer.mark_secret();
            }
            let range = buffer.consume(less);
            for byte in buffer.get(range) {
                prop_assert_eq!(*byte, (consumed % 251) as u8);
                consumed += 1;
            }
            prop_assert_eq!(buffer.unparsed_len() as u32, pushed - consumed);
            prop_assert!(buffer.allocated() <= 20 + InputBuffer::CHUNK);
        }
    }

    /// The same for what is written.
    #[test]
    fn a_queue_is_written_as_it_was_filled(steps in prop::collection::vec((0..99usize, 0..99usize, any::<bool>()), 1..60)) {
        let mut queue = OutputQueue::new();
        let mut expected = Vec::new();
        for (n, (more, less, secret)) in steps.into_iter().enumerate() {
            let bytes = vec![n as u8; more];
            if secret { queue.push_secret(&bytes) } else { queue.push(&bytes) }
            expected.extend_from_slice(&bytes);
            prop_assert_eq!(queue.pending().unwrap_or_default(), &expected[..]);
            queue.transmitted(less);
            expected.drain(..less.min(expected.len()));
        }
    }
}
