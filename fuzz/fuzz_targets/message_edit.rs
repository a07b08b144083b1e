//! Edits are splices: whatever is not named by one stays as it was, to the byte, and what was written is found there.
#![no_main]

use std::ops::Range;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use rfc5322_message::Message;
use rfc5322_message::edit::{Edit, EditError, NewField};

#[derive(Arbitrary, Debug)]
enum Change {
    Prepend(u8),
    Append(u8),
    AppendTo(u8, u8),
    Replace(u8, u8, u8),
    Remove(u8, u8),
    ReplaceBody(u8, Vec<u8>),
    ReplaceContent(u8, Vec<u8>),
}

#[derive(Arbitrary, Debug)]
struct Input {
    fields: Vec<(String, String)>,
    changes: Vec<Change>,
    message: Vec<u8>,
}

/// What the change takes out, as far as it can be said from outside.
fn pick<T>(items: Vec<T>, choice: u8) -> Option<T> {
    let index = usize::from(choice) % items.len().max(1);
    items.into_iter().nth(index)
}

/// Checks that `edited` is made of the bytes between the cuts, in order, with anything in the places of the cuts.
fn keeps_the_rest(original: &[u8], edited: &[u8], mut cuts: Vec<Range<usize>>) {
    cuts.sort_by_key(|cut| (cut.start, cut.end));
    let mut at = 0;
    let mut rest = edited;
    for (number, cut) in cuts.iter().enumerate() {
        let between = &original[at.min(cut.start)..cut.start];
        if number == 0 {
            rest = rest.strip_prefix(between).expect("what stands before the first change stays");
        } else if !between.is_empty() {
            let found =
                rest.windows(between.len()).position(|window| window == between).expect("what stands between stays");
            rest = &rest[found + between.len()..];
        }
        at = at.max(cut.end);
    }
    assert!(rest.ends_with(&original[at..]), "what stands after the last change stays");
}

/// A field of ours in a message of its own, and what its value reads as.
fn reads_back(field: &NewField<'_>, name: &str, value: &str) {
    let message = Message::parse(b"A: b\r\n\r\nbody\r\n");
    let mut edit = Edit::new(&message);
    edit.prepend(field);
    let edited = edit.finish().expect("one field in front");
    assert!(edited.ends_with(b"A: b\r\n\r\nbody\r\n"));
    assert!(edited.split(|byte| *byte == b'\n').all(|line| line.len() <= 999), "a line too long");
    let again = Message::parse(&edited);
    assert_eq!(again.fields().count(), 2, "one field was written");
    let first = again.fields().next().expect("the field");
    assert_eq!(first.name(), name);
    let unfolded: Vec<u8> = first.unfolded().flatten().copied().collect();
    assert_eq!(unfolded.trim_ascii(), value.as_bytes().trim_ascii(), "the value is as it was given");
}

/// The field alone, as it is written.
fn written(field: &NewField<'_>) -> Vec<u8> {
    let message = Message::parse(b"");
    let mut edit = Edit::new(&message);
    edit.prepend(field);
    edit.finish().expect("one field in front")
}

fuzz_target!(|input: Input| {
    let new: Vec<NewField<'_>> = input
        .fields
        .iter()
        .filter_map(|(name, value)| {
            let field = NewField::new(name.as_str(), value.as_str()).ok()?;
            reads_back(&field, name, value);
            Some(field)
        })
        .chain([NewField::new("X-Fuzz", "a value").expect("a field")])
        .collect();
    let field = |choice: u8| &new[usize::from(choice) % new.len()];

    let message = Message::parse(&input.message);
    let root_header = message.root().header_range();
    let mut edit = Edit::new(&message);
    let mut cuts: Vec<Range<usize>> = Vec::new();
    let mut encoded = false;
    for change in &input.changes {
        match change {
            Change::Prepend(new) => {
                let at = message.fields().next().map_or(0, |first| first.range().start);
                cuts.push(at..at);
                edit.prepend(field(*new));
            }
            Change::Append(new) => {
                cuts.push(root_header.end..root_header.end);
                edit.append(field(*new));
            }
            Change::AppendTo(part, new) => {
                let Some(part) = pick(message.parts().collect(), *part) else { continue };
                cuts.push(part.header_range().end..part.header_range().end);
                edit.append_to(&part, field(*new));
            }
            Change::Replace(part, old, new) => {
                let Some(part) = pick(message.parts().collect(), *part) else { continue };
                let Some(old) = pick(part.fields().collect(), *old) else { continue };
                cuts.push(old.range());
                edit.replace(&old, field(*new));
            }
            Change::Remove(part, old) => {
                let Some(part) = pick(message.parts().collect(), *part) else { continue };
                let Some(old) = pick(part.fields().collect(), *old) else { continue };
                cuts.push(old.range());
                edit.remove(&old);
            }
            Change::ReplaceBody(part, body) => {
                let Some(part) = pick(message.parts().collect(), *part) else { continue };
                cuts.push(part.body_range());
                edit.replace_body(&part, body.clone());
            }
            Change::ReplaceContent(part, body) => {
                let Some(part) = pick(message.parts().collect(), *part) else { continue };
                encoded = true;
                edit.replace_content(&part, body);
            }
        }
    }
    match edit.finish() {
        Ok(edited) if !encoded => keeps_the_rest(&input.message, &edited, cuts),
        Ok(_) => {}
        Err(EditError::NotWhole) => panic!("the message is whole"),
        Err(_) => {}
    }

    // One change alone: exactly this.
    let mut alone = Edit::new(&message);
    alone.prepend(field(0));
    let edited = alone.finish().expect("one field in front");
    assert!(edited.ends_with(&input.message[message.fields().next().map_or(0, |first| first.range().start)..]));
    let (alone, again) = (written(field(0)), Message::parse(&edited));
    let alone = Message::parse(&alone);
    // The line ends are those of the message around it.
    let first = |message: &Message<'_>| {
        message.fields().next().map(|first| (first.name().to_owned(), first.text().into_owned()))
    };
    assert_eq!(first(&again), first(&alone));
    if let Some(old) = message.fields().next() {
        let mut alone = Edit::new(&message);
        alone.remove(&old);
        let mut expected = input.message.clone();
        expected.drain(old.range());
        assert_eq!(alone.finish().expect("one field removed"), expected);
    }
    const NEW: &[u8] = b"new content \xff";
    for part in message.parts().filter(|part| part.is_leaf()).take(3) {
        let mut alone = Edit::new(&message);
        alone.replace_content(&part, NEW);
        let Ok(edited) = alone.finish() else { continue };
        let again = Message::parse(&edited);
        let Some(changed) = again.part(part.index()) else { panic!("the part is gone") };
        assert_eq!(changed.decoded().bytes.as_ref(), NEW);
    }
});
