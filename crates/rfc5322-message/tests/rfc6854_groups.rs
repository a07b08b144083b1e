//! RFC 6854: groups in From and Sender, for messages that cannot be answered.

use rfc5322_message::{
    Message,
    build::{BuildError, MessageBuilder, Options},
    value::{AddrSpec, Address, DateTime, Group, Mailbox, MessageId, Zone},
};

fn address(text: &str) -> AddrSpec<'static> {
    text.parse().unwrap()
}

fn group(name: &'static str, members: &[&str]) -> Address<'static> {
    let members = members.iter().map(|member| Mailbox::new(address(member))).collect();
    Group::new(name, members).unwrap().into()
}

fn letter(from: Address<'static>) -> MessageBuilder<'static> {
    MessageBuilder::new()
        .date(DateTime::from_unix(1_795_449_300, Zone::Unknown).unwrap())
        .from([from])
        .message_id(MessageId::new("x@example.com").unwrap())
        .to([address("ann@example.net")])
}

/// Section 2.1: a group of several, and one of nobody.
#[test]
fn a_group_as_the_author() {
    let message = Message::parse(
        b"From: Managing Partners:ben@example.com,carol@example.com;\r\nSender: Nightly Monitor Robot:;\r\n\r\n",
    );
    let read = |name| message.field(name).unwrap().addresses();
    assert_eq!(read("From"), [group("Managing Partners", &["ben@example.com", "carol@example.com"])]);
    assert_eq!(read("Sender"), [group("Nightly Monitor Robot", &[])]);
    assert_eq!(message.from().count(), 2);
    assert_eq!(message.defects(), []);
}

#[test]
fn a_group_as_the_author_is_built() {
    for author in [group("Nightly Monitor Robot", &[]), group("Robot", &["robot@example.com"])] {
        let built = letter(author.clone()).finish(&Options::new([7; 16])).unwrap();
        assert_eq!(built.envelope().reverse_path().is_null(), author.mailboxes().is_empty());
        let bytes = built.to_vec().unwrap();
        assert_eq!(Message::parse(&bytes).field("From").unwrap().addresses(), [author]);
    }
    // Several authors need a Sender, in a group as well (RFC 5322 section 3.6.2).
    let several = group("Managing Partners", &["ben@example.com", "carol@example.com"]);
    assert_eq!(letter(several).finish(&Options::new([7; 16])).map(drop), Err(BuildError::SenderRequired));
}
