//! The public corpus by pieces of every size, against each message whole.

use std::{fs, process::ExitCode};

use rfc5322_message::{
    Limits, Message, Part,
    push::{Event, PushParser},
};

use crate::corpus;

/// 1 to 64 octets, and two sizes as programs read them.
const SIZES: std::ops::RangeInclusive<usize> = 1..=64;
const LARGER_SIZES: [usize; 2] = [1 << 10, 4 << 10];

/// Reads every message by every size. Fails at the first that comes differently.
pub fn run() -> ExitCode {
    let Some(paths) = corpus::paths() else { return ExitCode::FAILURE };
    let mut parser = PushParser::new(Limits::default());
    for path in &paths {
        let bytes = fs::read(path).expect("a message");
        let whole = Message::parse(&bytes);
        let shape = |part: Part<'_>| (part.header_range(), part.body_range(), part.depth(), part.is_leaf());
        let shapes: Vec<_> = whole.parts().map(shape).collect();
        let leaves: Vec<_> =
            whole.parts().filter(Part::is_leaf).map(|part| (part.index(), part.decoded().bytes)).collect();
        for size in SIZES.chain(LARGER_SIZES) {
            let mut pushed = vec![Vec::new(); shapes.len()];
            let mut keep = |event: Event<'_>| {
                if let Event::Body { part, bytes } = event {
                    pushed[part].extend_from_slice(bytes);
                }
            };
            for piece in bytes.chunks(size) {
                parser.push(piece, &mut keep);
            }
            let message = parser.finish(&mut keep);
            let same = leaves.iter().all(|(index, body)| pushed[*index] == **body)
                && message.parts().map(shape).eq(shapes.iter().cloned());
            if !same || message.defects() != whole.defects() {
                println!("{} comes differently by pieces of {size}", path.display());
                return ExitCode::FAILURE;
            }
            parser.recycle(message);
        }
    }
    println!("{} messages come by pieces of 1 to 64, 1,024 and 4,096 octets as they come whole", paths.len());
    ExitCode::SUCCESS
}
