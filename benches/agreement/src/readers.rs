//! What this project and mail-parser read, in the terms of [`Reading`].

use mail_testkit::messages::{Group, Leaf, Reading};
use peer_mail_parser::{self as peer, HeaderName, PartKind};
use rfc5322_message::{
    Message, Part,
    value::{Address, Mailbox, Zone},
};

/// What rfc5322-message reads.
pub fn ours(bytes: &[u8]) -> Reading {
    let message = Message::parse(bytes);
    let groups = |name: &str| {
        let addresses = message.field(name).map(|field| field.addresses()).unwrap_or_default();
        addresses.iter().map(group).collect()
    };
    let ids = |name: &str| -> Vec<String> {
        message.field(name).map_or(Vec::new(), |field| field.message_ids().map(|id| id.as_str().into()).collect())
    };
    Reading {
        subject: message.subject().unwrap_or_default().into(),
        date: message.date().map(|date| match date.zone() {
            Zone::Offset(minutes) => (date.unix(), Some(minutes)),
            Zone::Unknown | Zone::Missing => (date.unix(), None),
        }),
        from: groups("From"),
        sender: groups("Sender"),
        to: groups("To"),
        cc: groups("Cc"),
        reply_to: groups("Reply-To"),
        message_id: ids("Message-ID").into_iter().next().unwrap_or_default(),
        references: ids("References"),
        leaves: message.parts().filter(Part::is_leaf).map(|part| leaf(&part)).collect(),
        defects: message.defects().iter().map(|defect| format!("{:?}", defect.kind())).collect(),
    }
}

fn group(address: &Address<'_>) -> Group {
    let pair = |mailbox: &Mailbox<'_>| (mailbox.name().unwrap_or_default().into(), mailbox.address().to_string());
    let name = match address {
        Address::Mailbox(_) => None,
        Address::Group(group) => Some(group.name().into()),
    };
    Group { name, mailboxes: address.mailboxes().iter().map(pair).collect() }
}

fn leaf(part: &Part<'_>) -> Leaf {
    let content_type = part.content_type();
    let file_name = part.disposition().and_then(|disposition| disposition.parameter("filename").map(String::from));
    let id = part.field("Content-ID").and_then(|field| field.message_ids().next().map(|id| id.as_str().into()));
    Leaf {
        content_type: content_type.to_string(),
        parameters: content_type.parameters().into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
        file_name: file_name.unwrap_or_default(),
        content_id: id.unwrap_or_default(),
        description: part.field("Content-Description").map_or(String::new(), |field| field.text().into()),
        body: part.decoded().bytes.into(),
    }
}

/// What mail-parser reads.
pub fn peer(bytes: &[u8]) -> Reading {
    let Some(message) = peer::MessageParser::new().parse(bytes) else { return Reading::default() };
    let groups =
        |list: Option<peer::AddressList<'_>>| list.map_or(Vec::new(), |list| list.iter().map(peer_group).collect());
    let references = message.references().map_or(Vec::new(), |ids| ids.iter().map(String::from).collect());
    Reading {
        subject: message.subject().unwrap_or_default().into(),
        date: message.date().map(|date| {
            let minutes = i16::from(date.tz_hour) * 60 + i16::from(date.tz_minute);
            (date.to_timestamp(), Some(if date.tz_before_gmt { -minutes } else { minutes }))
        }),
        from: groups(message.from()),
        sender: groups(message.sender()),
        to: groups(message.to()),
        cc: groups(message.cc()),
        reply_to: groups(message.reply_to()),
        message_id: message.message_id().unwrap_or_default().into(),
        references,
        leaves: message
            .parts()
            .filter(|part| !matches!(part.kind(), PartKind::Multipart | PartKind::Message(_)))
            .map(|part| peer_leaf(&part))
            .collect(),
        defects: message.parts().flat_map(|part| part.flags().names().map(String::from).collect::<Vec<_>>()).collect(),
    }
}

fn peer_group(address: peer::Address<'_>) -> Group {
    let pair = |mailbox: peer::Mailbox<'_>| {
        (mailbox.name().unwrap_or_default().into(), mailbox.address().unwrap_or_default().into())
    };
    match address {
        peer::Address::Mailbox(mailbox) => Group { name: None, mailboxes: vec![pair(mailbox)] },
        peer::Address::Group(group) => Group {
            name: Some(group.name().unwrap_or_default().into()),
            mailboxes: group.mailboxes().map(pair).collect(),
        },
    }
}

fn peer_leaf(part: &peer::MessagePart<'_>) -> Leaf {
    let content_type = part.content_type();
    let disposition = part.content_disposition();
    let header = |name: HeaderName<'_>| {
        part.headers().value(name).and_then(|value| value.as_text()).unwrap_or_default().to_owned()
    };
    Leaf {
        content_type: content_type.map_or("text/plain".into(), |content_type| {
            format!("{}/{}", content_type.ctype(), content_type.subtype().unwrap_or_default()).to_lowercase()
        }),
        parameters: content_type.map_or(Default::default(), |content_type| {
            content_type.attributes().map(|(name, value)| (name.to_lowercase(), value.into())).collect()
        }),
        file_name: disposition.and_then(|disposition| disposition.attribute("filename")).unwrap_or_default().into(),
        content_id: header(HeaderName::ContentId),
        description: header(HeaderName::ContentDescription),
        body: part.decoded().into(),
    }
}
