//! Structure with Subject, From and Date; every header typed; bodies decoded; pieces against the whole; bombs.
#![forbid(unsafe_code)]

mod bombs;
mod codecs;
mod headers;

use harness::{Group, copying, corpus};
use peer_mail_parser::{MessageBuffers, MessageParser, PartKind};
use rfc5322_message::{
    Limits, Parser,
    push::{Event, PushParser},
};

/// A number made of what was read, so that the work is done.
fn sum(subject: usize, from: usize, date: i64) -> u64 {
    (subject as u64) ^ ((from as u64) << 20) ^ ((date as u64) << 32)
}

fn main() {
    let mails = corpus();
    let bytes = mails.iter().map(Vec::len).sum();
    agreement(&mails);

    let mut parser = Parser::new(Limits::default());
    let peer = MessageParser::new();
    let mut buffers = MessageBuffers::new();
    Group::new("structure, Subject, From, Date", mails.len())
        .bytes(bytes)
        .contender("mail-parser 1.0.1 parse_with", || {
            let mut total = 0u64;
            for mail in &mails {
                let message = peer.parse_with(mail, &mut buffers).expect("a message");
                let from =
                    message.from().and_then(|from| from.first().map(|first| first.address().map_or(0, str::len)));
                total ^= sum(
                    message.subject().map_or(0, str::len),
                    from.unwrap_or(0),
                    message.date().map_or(0, |date| date.to_timestamp()),
                );
                buffers = message.into_buffers();
            }
            total
        })
        .contender("rfc5322-message Parser", || {
            let mut total = 0u64;
            for mail in &mails {
                let message = parser.parse(mail);
                let from = message
                    .from()
                    .next()
                    .map_or(0, |from| from.address().local().len() + from.address().domain().len() + 1);
                total ^= sum(
                    message.subject().map_or(0, |text| text.len()),
                    from,
                    message.date().map_or(0, |date| date.unix()),
                );
                parser.recycle(message);
            }
            total
        })
        .contender("limit: memcpy", copying(mails.iter().map(Vec::as_slice)))
        .run();

    let mut parser = Parser::new(Limits::default());
    let mut buffers = MessageBuffers::new();
    let mut out = Vec::new();
    Group::new("every leaf decoded", mails.len())
        .bytes(bytes)
        .contender("mail-parser 1.0.1", || {
            let mut total = 0u64;
            for mail in &mails {
                let message = peer.parse_with(mail, &mut buffers).expect("a message");
                for part in message.parts() {
                    if !matches!(part.kind(), PartKind::Multipart) {
                        total ^= part.decoded().len() as u64;
                    }
                }
                buffers = message.into_buffers();
            }
            total
        })
        .contender("rfc5322-message", || {
            let mut total = 0u64;
            for mail in &mails {
                let message = parser.parse(mail);
                for part in message.parts().filter(|part| part.is_leaf()) {
                    if part.encoding().is_identity() {
                        total ^= part.body().len() as u64;
                    } else {
                        out.clear();
                        part.decode_into(&mut out);
                        total ^= out.len() as u64;
                    }
                }
                parser.recycle(message);
            }
            total
        })
        .run();

    Group::new("by pieces of 16 KiB", mails.len())
        .bytes(bytes)
        .contender("whole", {
            let mut parser = Parser::new(Limits::default());
            let mails = &mails;
            move || {
                let mut total = 0u64;
                for mail in mails {
                    let message = parser.parse(mail);
                    for part in message.parts().filter(|part| part.is_leaf()) {
                        total += part.decoded().bytes.len() as u64;
                    }
                    parser.recycle(message);
                }
                total
            }
        })
        .contender("pieces", {
            let mut parser = PushParser::new(Limits::default());
            let mails = &mails;
            move || {
                let mut total = 0u64;
                for mail in mails {
                    let mut sink = |event: Event<'_>| {
                        if let Event::Body { bytes, .. } = event {
                            total += bytes.len() as u64;
                        }
                    };
                    for piece in mail.chunks(16 << 10) {
                        parser.push(piece, &mut sink);
                    }
                    let message = parser.finish(&mut sink);
                    parser.recycle(message);
                }
                total
            }
        })
        .run();

    headers::every_header(&mails);
    codecs::decoders();
    codecs::large_mails();
    bombs::bombs();
}

/// How often both read the same; where not, the names of the first few.
fn agreement(mails: &[Vec<u8>]) {
    let (mut subjects, mut froms, mut dates) = (0, 0, 0);
    let mut shown = 0;
    for (index, mail) in mails.iter().enumerate() {
        let ours = rfc5322_message::Message::parse(mail);
        let theirs = MessageParser::new().parse(mail).expect("a message");
        let subject = ours.subject().as_deref() == theirs.subject();
        let our_from = ours.from().next().map(|from| from.address().to_string());
        let their_from =
            theirs.from().and_then(|from| from.first().and_then(|first| first.address().map(str::to_owned)));
        let from = our_from == their_from;
        let date = ours.date().map(|date| date.unix()) == theirs.date().map(|date| date.to_timestamp());
        subjects += usize::from(subject);
        froms += usize::from(from);
        dates += usize::from(date);
        if !(from && date) && shown < 60 && std::env::var_os("SHOW").is_some() {
            shown += 1;
            println!(
                "{index}: {:?} / {:?}; {our_from:?} / {their_from:?}; {:?} / {:?}",
                ours.subject(),
                theirs.subject(),
                ours.date().map(|d| d.unix()),
                theirs.date().map(|d| d.to_timestamp())
            );
        }
    }
    println!("of {}: subjects agree {subjects}, first authors {froms}, dates {dates}", mails.len());
}
