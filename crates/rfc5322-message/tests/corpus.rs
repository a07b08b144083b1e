//! Thousands of messages that people and machines wrote: each parses, is its own bytes, and comes by pieces as it comes whole.
//!
//! `benches/fetch_corpus.sh` fetches them; says so and passes if they are not there. Every read size of every message is
//! what `benches/agreement` does; here each message meets four sizes, and each size some hundreds of messages.

use std::{fs, path::PathBuf, thread};

use rfc5322_message::{
    Limits, Message,
    edit::Edit,
    push::{Event, PushParser},
};

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../benches/corpus");

/// 1 to 64 bytes, and two sizes as programs read them.
const READ_SIZES: [usize; 66] = {
    let mut sizes = [0; 66];
    let mut index = 0;
    while index < 64 {
        sizes[index] = index + 1;
        index += 1;
    }
    sizes[64] = 1 << 10;
    sizes[65] = 4 << 10;
    sizes
};

fn check(name: &str, bytes: &[u8], sizes: impl Iterator<Item = usize>) {
    let message = Message::parse(bytes);
    assert!(message.as_bytes() == bytes, "{name} is not its own bytes");
    assert!(Edit::new(&message).finish().unwrap() == bytes, "{name} is changed by an edit that changes nothing");
    let mut covered = 0;
    for field in message.fields() {
        assert!(field.range().start >= covered, "{name}: fields overlap");
        assert!(field.raw() == &bytes[field.range()], "{name}: a field is not where it says");
        covered = field.range().end;
    }
    let leaves: Vec<_> =
        message.parts().filter(|part| part.is_leaf()).map(|part| (part.index(), part.decoded().bytes)).collect();
    for size in sizes {
        let mut bodies = vec![Vec::new(); message.parts().count()];
        let mut keep = |event: Event<'_>| {
            if let Event::Body { part, bytes } = event {
                bodies[part].extend_from_slice(bytes);
            }
        };
        let mut parser = PushParser::new(Limits::default());
        for piece in bytes.chunks(size) {
            parser.push(piece, &mut keep);
        }
        let pushed = parser.finish(&mut keep);
        assert_eq!(pushed.len(), bytes.len(), "{name} by {size}");
        assert_eq!(pushed.defects(), message.defects(), "{name} by {size}");
        assert_eq!(pushed.parts().count(), message.parts().count(), "{name} by {size}");
        for (pushed, whole) in pushed.parts().zip(message.parts()) {
            assert_eq!(pushed.header_range(), whole.header_range(), "{name} by {size}");
            assert_eq!(pushed.body_range(), whole.body_range(), "{name} by {size}");
            assert_eq!((pushed.depth(), pushed.is_leaf()), (whole.depth(), whole.is_leaf()), "{name} by {size}");
            let same = pushed.fields().map(|field| field.raw()).eq(whole.fields().map(|field| field.raw()));
            assert!(same, "{name} by {size}: other fields");
        }
        for (index, decoded) in &leaves {
            assert!(bodies[*index] == decoded[..], "{name} by {size}: part {index} is decoded differently");
        }
    }
}

#[test]
fn every_message_of_the_corpus() {
    let Ok(folder) = fs::read_dir(CORPUS) else {
        return println!("skipped: no corpus; benches/fetch_corpus.sh fetches it");
    };
    let mut paths: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert_eq!(paths.len(), 6_046);
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for worker in 0..workers {
            let paths = &paths;
            scope.spawn(move || {
                for (index, path) in paths.iter().enumerate().skip(worker).step_by(workers) {
                    let sizes = (0..4).map(|turn| READ_SIZES[(index + turn * 17) % READ_SIZES.len()]);
                    check(&path.display().to_string(), &fs::read(path).unwrap(), sizes);
                }
            });
        }
    });
}
