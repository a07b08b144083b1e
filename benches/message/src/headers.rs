//! Every field of every part, typed by its name: addresses, dates, message-ids, trace fields, media types, text.

use harness::Group;
use peer_mail_parser::{HeaderValue, MessageBuffers, MessageParser};
use rfc5322_message::{Field, Limits, Parser, fields::FieldName};

/// What a field is read as, in a number.
fn ours(field: &Field<'_>) -> u64 {
    let size = match field.known_name() {
        FieldName::Date | FieldName::ResentDate => field.date().map_or(0, |date| date.unix() as usize),
        FieldName::From
        | FieldName::To
        | FieldName::Cc
        | FieldName::Bcc
        | FieldName::ReplyTo
        | FieldName::Sender
        | FieldName::ResentFrom
        | FieldName::ResentTo
        | FieldName::ResentCc
        | FieldName::ResentBcc
        | FieldName::ResentSender => field
            .mailboxes()
            .map(|mailbox| {
                let address = mailbox.address();
                mailbox.name().map_or(0, str::len) + address.local().len() + address.domain().len() + 1
            })
            .sum(),
        FieldName::MessageId
        | FieldName::References
        | FieldName::InReplyTo
        | FieldName::ReturnPath
        | FieldName::ContentId
        | FieldName::ResentMessageId => field.message_ids().map(|id| id.as_str().len()).sum(),
        FieldName::ListArchive
        | FieldName::ListHelp
        | FieldName::ListOwner
        | FieldName::ListPost
        | FieldName::ListSubscribe
        | FieldName::ListUnsubscribe => field.list_urls().map(|url| url.len()).sum(),
        FieldName::ListId => field.list_id().map_or(0, |list| list.id.len()),
        FieldName::Received => {
            let received = field.received();
            let clauses = [received.from, received.by, received.with, received.id, received.for_recipient];
            clauses.iter().flatten().map(|clause| clause.len()).sum::<usize>()
                + received.date.map_or(0, |date| date.unix() as usize)
        }
        FieldName::ContentType => field
            .content_type()
            .map_or(0, |content_type| content_type.parameters().map(|(name, value)| name.len() + value.len()).sum()),
        FieldName::ContentDisposition => {
            field.disposition().parameters().map(|(name, value)| name.len() + value.len()).sum()
        }
        FieldName::Subject
        | FieldName::Comments
        | FieldName::Keywords
        | FieldName::ContentDescription
        | FieldName::ContentLocation
        | FieldName::ContentLanguage
        | FieldName::ContentTransferEncoding => field.text().len(),
        _ => field.body().trim_ascii().len(),
    };
    size as u64
}

fn theirs(value: HeaderValue<'_>) -> u64 {
    let size = match value {
        HeaderValue::Text(text) => text.len(),
        HeaderValue::TextList(list) => list.iter().map(str::len).sum(),
        HeaderValue::Address(list) => list
            .mailboxes()
            .map(|mailbox| mailbox.name().map_or(0, str::len) + mailbox.address().map_or(0, str::len))
            .sum(),
        HeaderValue::DateTime(date) => date.to_timestamp() as usize,
        HeaderValue::ContentType(content_type) => {
            content_type.attributes().map(|(name, value)| name.len() + value.len()).sum()
        }
        HeaderValue::Received(received) => {
            received.id().map_or(0, str::len)
                + received.for_().map_or(0, str::len)
                + received.date().map_or(0, |date| date.to_timestamp() as usize)
        }
        _ => 0,
    };
    size as u64
}

/// Both readers over every field; first says of how many fields the values have the same size.
pub fn every_header(mails: &[Vec<u8>]) {
    let mut parser = Parser::new(Limits::default());
    let peer = MessageParser::new();
    let mut buffers = MessageBuffers::new();
    let (mut fields, mut equal) = (0, 0);
    for mail in mails {
        let message = parser.parse(mail);
        let other = peer.parse_with(mail, &mut buffers).expect("a message");
        let typed = message.parts().flat_map(|part| part.fields().map(|field| ours(&field)).collect::<Vec<_>>());
        let others = other.parts().flat_map(|part| part.headers().iter().map(|header| theirs(header.value())));
        for (typed, other) in typed.zip(others) {
            fields += 1;
            equal += u32::from(typed == other);
        }
    }
    println!("of {fields} fields, {equal} have values of the same size");

    let bytes = mails.iter().map(Vec::len).sum();
    Group::new("every header typed", mails.len())
        .bytes(bytes)
        .contender("mail-parser 1.0.1", || {
            let mut total = 0;
            for mail in mails {
                let message = peer.parse_with(mail, &mut buffers).expect("a message");
                for part in message.parts() {
                    total ^= part.headers().iter().map(|header| theirs(header.value())).fold(0, u64::wrapping_add);
                }
                buffers = message.into_buffers();
            }
            total
        })
        .contender("rfc5322-message", || {
            let mut total = 0;
            for mail in mails {
                let message = parser.parse(mail);
                for part in message.parts() {
                    total ^= part.fields().map(|field| ours(&field)).fold(0, u64::wrapping_add);
                }
                parser.recycle(message);
            }
            total
        })
        .run();
}
