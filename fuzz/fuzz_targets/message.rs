//! Any bytes are a message: everything in it can be asked for, what comes by pieces is what comes whole, and an edit
//! leaves every other byte alone.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use rfc5322_message::build::Envelope;
use rfc5322_message::edit::{Edit, NewField};
use rfc5322_message::push::{Event, PushParser};
use rfc5322_message::{Limits, Message};

fn ask_everything(message: &Message<'_>) {
    let _ = (message.subject(), message.date(), message.message_id());
    let envelope = Envelope::of_message(message);
    assert!(envelope.recipients().iter().all(|address| !address.to_string().contains(['\r', '\n', '\0'])));
    for part in message.parts() {
        for field in part.fields() {
            let _ = (
                field.text(),
                field.addresses(),
                field.date(),
                field.content_type(),
                field.disposition(),
                field.list_id(),
            );
            field.mailboxes().for_each(drop);
            field.message_ids().for_each(drop);
            field.list_urls().for_each(drop);
            let _ = format!("{:?}", field.received());
        }
        let _ = (part.path(), part.file_name(), part.decoded(), part.text(), part.encoded_message());
    }
}

fuzz_target!(|input: (u16, Vec<u8>)| {
    let (cut, bytes) = input;
    let message = Message::parse(&bytes);
    assert_eq!(message.as_bytes(), &bytes[..]);
    ask_everything(&message);

    let mut bodies: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
    let mut keep = |event: Event<'_>| {
        if let Event::Body { part, bytes } = event {
            bodies.entry(part).or_default().extend_from_slice(bytes);
        }
    };
    let mut parser = PushParser::new(Limits::default());
    for piece in bytes.chunks(usize::from(cut).max(1)) {
        parser.push(piece, &mut keep);
    }
    let pushed = parser.finish(&mut keep);
    assert_eq!(pushed.defects(), message.defects());
    assert_eq!(pushed.parts().count(), message.parts().count());
    for (pushed, whole) in pushed.parts().zip(message.parts()) {
        assert_eq!((pushed.header_range(), pushed.body_range()), (whole.header_range(), whole.body_range()));
        if whole.is_leaf() {
            let mut decoded = Vec::new();
            whole.decode_into(&mut decoded);
            assert_eq!(bodies.get(&whole.index()).map_or(&[][..], Vec::as_slice), &decoded[..]);
        }
    }

    let field = NewField::new("X-Fuzz", "prepended").expect("a field");
    let mut edit = Edit::new(&message);
    edit.prepend(&field);
    if let Ok(edited) = edit.finish() {
        assert!(edited.ends_with(&bytes));
    }
});
