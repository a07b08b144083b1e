//! A message by pieces of any sizes is the message as a whole: the same tree, fields, defects and decoded bodies, each
//! part announced before its body and each body ended once; and little is held meanwhile.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rfc5322_message::codec::Forgiven;
use rfc5322_message::push::{Event, PushParser};
use rfc5322_message::{Limits, Message, Parser, Part};

/// What came of one part.
#[derive(Default)]
struct Received {
    header: Option<Vec<u8>>,
    body: Vec<u8>,
    end: Option<Forgiven>,
}

fn keep(event: Event<'_>, received: &mut Vec<Received>) {
    match event {
        Event::Part { part, header } => {
            assert_eq!(part, received.len(), "parts come in document order");
            received.push(Received { header: Some(header.to_vec()), ..Received::default() });
        }
        Event::Body { part, bytes } => {
            assert!(!bytes.is_empty());
            assert!(received[part].end.is_none(), "a body goes on after its end");
            received[part].body.extend_from_slice(bytes);
        }
        Event::End { part, forgiven } => assert!(received[part].end.replace(forgiven).is_none(), "a body ends twice"),
        _ => {}
    }
}

fn same_part(pushed: &Part<'_>, whole: &Part<'_>, received: &Received) {
    assert_eq!((pushed.header_range(), pushed.body_range()), (whole.header_range(), whole.body_range()));
    assert_eq!((pushed.depth(), pushed.path(), pushed.is_leaf()), (whole.depth(), whole.path(), whole.is_leaf()));
    assert!(pushed.fields().map(|field| field.raw()).eq(whole.fields().map(|field| field.raw())));
    assert_eq!(pushed.content_type().to_string(), whole.content_type().to_string());
    assert_eq!(pushed.boundary(), whole.boundary());
    if whole.is_leaf() {
        let mut decoded = Vec::new();
        let forgiven = whole.decode_into(&mut decoded);
        assert_eq!(received.body, decoded);
        if let Some(end) = received.end {
            assert_eq!(end, forgiven);
        } else {
            assert!(decoded.is_empty() && whole.body().is_empty());
        }
    }
}

fuzz_target!(|input: (bool, Vec<u8>, Vec<u8>)| {
    let (narrow, cuts, bytes) = input;
    let mut limits = Limits::default();
    if narrow {
        limits.depth = 3;
        limits.parts = 6;
        limits.fields = 9;
        limits.header_bytes = 200;
    }
    let message: Message<'_> = Parser::new(limits.clone()).parse(&bytes);
    let mut received = Vec::new();
    let mut parser = PushParser::new(limits);
    // What it read before leaves nothing but memory.
    parser.push(&bytes[bytes.len() / 2..], |_| {});
    let before = parser.finish(|_| {});
    parser.recycle(before);
    let mut rest = &bytes[..];
    for cut in cuts {
        // Small pieces and now and then a large one.
        let size = if cut < 200 { usize::from(cut) } else { usize::from(cut - 199) * 64 };
        let (piece, after) = rest.split_at(size.min(rest.len()));
        parser.push(piece, |event| keep(event, &mut received));
        rest = after;
    }
    parser.push(rest, |event| keep(event, &mut received));
    let pushed = parser.finish(|event| keep(event, &mut received));
    assert_eq!(pushed.len(), bytes.len());
    assert_eq!(pushed.defects(), message.defects());
    assert_eq!(pushed.parts().count(), message.parts().count());
    assert_eq!(received.len(), message.parts().count());
    for ((pushed, whole), received) in pushed.parts().zip(message.parts()).zip(&received) {
        assert!(received.header.is_some());
        same_part(&pushed, &whole, received);
    }
});
