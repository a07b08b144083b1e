//! What the builder writes, read back by this crate's own parser: equal, and without a defect.

use proptest::prelude::*;
use rfc5322_message::Message;
use rfc5322_message::build::{MessageBuilder, Options, Part};
use rfc5322_message::encode::Capabilities;
use rfc5322_message::value::{AddrSpec, DateTime, Mailbox, MessageId, Zone};

/// Text with any characters but controls, and blanks where they hurt.
const TEXT: &str = "(\\PC| |ä|語|😀|=\\?|\"|\\\\|,){0,80}";

fn canonical(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn every_value_comes_back(
        subject in TEXT,
        name in TEXT,
        local in "(\\PC){1,20}",
        file_name in TEXT,
        text in "(\\PC|\n|\r\n|\r| |=|\\.|From |--=_){0,300}",
        html in "(\\PC|\n| ){0,200}",
        file in prop::collection::vec(any::<u8>(), 0..2000),
        ids in prop::collection::vec("[a-z0-9]{1,40}@[a-z0-9]{1,40}", 1..8),
        (eight_bit, binary) in any::<(bool, bool)>(),
    ) {
        let (Ok(address), Ok(named)) = (
            AddrSpec::new(local.as_str(), "example.org"),
            Mailbox::named(name.as_str(), AddrSpec::new("jo", "example.org").unwrap()),
        ) else { return Ok(()) };
        let date = DateTime::from_unix(1_795_449_300, Zone::Offset(-210)).unwrap();
        let mut capabilities = Capabilities::ALL;
        capabilities.eight_bit_mime = eight_bit;
        capabilities.binary_mime = binary;
        let built = MessageBuilder::new()
            .date(date)
            .from([named])
            .to([address.clone()])
            .references(ids.iter().map(|id| MessageId::new(id.as_str()).unwrap()))
            .subject(subject.as_str())
            .text(text.as_str())
            .html(html.as_str())
            .attach(Part::bytes("application/x-any", file.as_slice()).filename(file_name.as_str()))
            .finish(&Options::new([3; 16]).with_capabilities(capabilities));
        let Ok(built) = built else { return Ok(()) };
        let bytes = built.to_vec().unwrap();
        let message = Message::parse(&bytes);

        prop_assert_eq!(message.defects(), &[]);
        prop_assert_eq!(message.subject().unwrap_or_default(), subject.as_str());
        prop_assert_eq!(message.date(), Some(date));
        let from = message.from().next().unwrap();
        prop_assert_eq!(from.name().unwrap_or_default(), name.as_str());
        let to = message.to().next().unwrap();
        prop_assert_eq!(to.address(), &address);
        let references = message.field("References").unwrap();
        let read: Vec<String> = references.message_ids().map(|id| id.as_str().to_owned()).collect();
        prop_assert_eq!(read, ids);

        let leaves: Vec<_> = message.parts().filter(|part| part.is_leaf()).collect();
        prop_assert_eq!(leaves.len(), 3);
        let decoded = |index: usize| {
            let mut out = Vec::new();
            leaves[index].decode_into(&mut out);
            out
        };
        prop_assert_eq!(String::from_utf8(decoded(0)).unwrap(), canonical(&text));
        prop_assert_eq!(String::from_utf8(decoded(1)).unwrap(), canonical(&html));
        prop_assert_eq!(decoded(2), file);
        prop_assert_eq!(leaves[2].file_name().unwrap_or_default(), file_name.as_str());
    }
}
