//! RFC 5322 appendix A: every example address, date and identifier.

use rfc5322_message::{
    Message,
    value::{Address, Zone},
};

fn message(fields: &str) -> Message<'static> {
    Message::parse_owned(format!("{}\r\nBody.\r\n", fields.replace('\n', "\r\n")).into_bytes())
}

fn mailboxes(message: &Message<'_>, name: &str) -> Vec<(String, String)> {
    let field = message.field(name).unwrap();
    field.mailboxes().map(|m| (m.name().unwrap_or_default().to_owned(), m.address().to_string())).collect()
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

#[test]
fn a_1_1_simple_addresses() {
    let m = message(
        "From: John Doe <jdoe@machine.example>\nSender: Michael Jones <mjones@machine.example>\nTo: Mary Smith <mary@example.net>\n\
         Subject: Saying Hello\nDate: Fri, 21 Nov 1997 09:55:06 -0600\nMessage-ID: <1234@local.machine.example>\n",
    );
    assert_eq!(mailboxes(&m, "from"), pairs(&[("John Doe", "jdoe@machine.example")]));
    assert_eq!(mailboxes(&m, "Sender"), pairs(&[("Michael Jones", "mjones@machine.example")]));
    assert_eq!(m.subject().as_deref(), Some("Saying Hello"));
    let date = m.date().unwrap();
    assert_eq!((date.unix(), date.zone()), (880_127_706, Zone::Offset(-360)));
    assert_eq!(date.to_string(), "Fri, 21 Nov 1997 09:55:06 -0600");
    assert_eq!(m.message_id().unwrap().as_str(), "1234@local.machine.example");
    assert_eq!(m.root().body(), b"Body.\r\n");
    assert!(m.defects().is_empty());
}

#[test]
fn a_1_2_different_types_of_mailboxes() {
    let m = message(
        "From: \"Joe Q. Public\" <john.q.public@example.com>\nTo: Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>\n\
         Cc: <boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>\n",
    );
    assert_eq!(mailboxes(&m, "From"), pairs(&[("Joe Q. Public", "john.q.public@example.com")]));
    assert_eq!(
        mailboxes(&m, "To"),
        pairs(&[("Mary Smith", "mary@x.test"), ("", "jdoe@example.org"), ("Who?", "one@y.test")])
    );
    assert_eq!(mailboxes(&m, "Cc"), pairs(&[("", "boss@nil.test"), ("Giant; \"Big\" Box", "sysservices@example.net")]));
}

#[test]
fn a_1_3_group_addresses() {
    let m = message(
        "From: Pete <pete@silly.example>\nTo: A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;\n\
         Cc: Undisclosed recipients:;\n",
    );
    let to = m.field("To").unwrap().addresses();
    let [Address::Group(group)] = to.as_slice() else { panic!("{to:?}") };
    assert_eq!(group.name(), "A Group");
    assert_eq!(group.members().len(), 3);
    assert_eq!(group.members()[1].address().to_string(), "joe@where.test");
    let cc = m.field("Cc").unwrap().addresses();
    let [Address::Group(group)] = cc.as_slice() else { panic!("{cc:?}") };
    assert_eq!((group.name(), group.members().len()), ("Undisclosed recipients", 0));
}

#[test]
fn a_2_and_a_3_replies_and_resent_blocks() {
    let m = message(
        "Resent-From: Mary Smith <mary@example.net>\nResent-To: Jane Brown <j-brown@other.example>\n\
         Resent-Date: Mon, 24 Nov 1997 14:22:01 -0800\nResent-Message-ID: <78910@example.net>\n\
         From: John Doe <jdoe@machine.example>\nIn-Reply-To: <3456@example.net>\n\
         References: <1234@local.machine.example> <3456@example.net>\n",
    );
    assert_eq!(m.field("Resent-Date").unwrap().date().unwrap().to_string(), "Mon, 24 Nov 1997 14:22:01 -0800");
    let ids: Vec<_> = m.field("References").unwrap().message_ids().map(|id| id.to_string()).collect();
    assert_eq!(ids, ["<1234@local.machine.example>", "<3456@example.net>"]);
}

#[test]
fn a_4_trace_fields() {
    let m = message(
        "Received: from x.y.test\n  by example.net\n  via TCP\n  with ESMTP\n  id ABC12345\n  for <mary@example.net>;  21 Nov 1997 10:05:43 -0600\n\
         Received: from node.example by x.y.test; 21 Nov 1997 10:01:22 -0600\n",
    );
    let received = m.field("Received").unwrap().received();
    assert_eq!(received.from.as_deref(), Some("x.y.test"));
    assert_eq!(received.by.as_deref(), Some("example.net"));
    assert_eq!(received.via.as_deref(), Some("TCP"));
    assert_eq!(received.with.as_deref(), Some("ESMTP"));
    assert_eq!(received.id.as_deref(), Some("ABC12345"));
    assert_eq!(received.for_recipient.as_deref(), Some("mary@example.net"));
    assert_eq!(received.date.unwrap().to_string(), "Fri, 21 Nov 1997 10:05:43 -0600");
    assert_eq!(m.root().fields_named("received").count(), 2);
}

#[test]
fn a_5_white_space_comments_and_other_oddities() {
    let m = message(
        "From: Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>\n\
         To:A Group(Some people)\n     :Chris Jones <c@(Chris's host.)public.example>,\n         joe@example.org,\n  John <jdoe@one.test> (my dear friend); (the end of the group)\n\
         Cc:(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;\n\
         Date: Thu,\n      13\n        Feb\n          1969\n      23:32\n               -0330 (Newfoundland Time)\n\
         Message-ID:              <testabcd.1234@silly.test>\n",
    );
    assert_eq!(mailboxes(&m, "From"), pairs(&[("Pete", "pete@silly.test")]));
    assert_eq!(
        mailboxes(&m, "To"),
        pairs(&[("Chris Jones", "c@public.example"), ("", "joe@example.org"), ("John", "jdoe@one.test")])
    );
    let cc = m.field("Cc").unwrap().addresses();
    let [Address::Group(group)] = cc.as_slice() else { panic!("{cc:?}") };
    assert_eq!((group.name(), group.members().len()), ("Hidden recipients", 0));
    assert_eq!(m.date().unwrap().to_string(), "Thu, 13 Feb 1969 23:32:00 -0330");
    assert_eq!(m.message_id().unwrap().as_str(), "testabcd.1234@silly.test");
}

#[test]
fn a_6_1_obsolete_addressing() {
    let m = message(
        "From: Joe Q. Public <john.q.public@example.com>\nTo: Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example\n",
    );
    assert_eq!(mailboxes(&m, "From"), pairs(&[("Joe Q. Public", "john.q.public@example.com")]));
    assert_eq!(mailboxes(&m, "To"), pairs(&[("Mary Smith", "mary@example.net"), ("", "jdoe@test.example")]));
}

#[test]
fn a_6_2_and_a_6_3_obsolete_dates_white_space_and_comments() {
    let m = message("Date: 21 Nov 97 09:55:06 GMT\n");
    assert_eq!(m.date().unwrap().to_string(), "Fri, 21 Nov 1997 09:55:06 +0000");
    let m = message(
        "From  : John Doe <jdoe@machine(comment).  example>\nTo    : Mary Smith\n\n__\n          <mary@example.net>\n\
         Subject     : Saying Hello\nDate  : Fri, 21 Nov 1997 09(comment):   55  :  06 -0600\n"
            .replace("\n\n__\n", "\n  \n")
            .as_str(),
    );
    assert_eq!(mailboxes(&m, "From"), pairs(&[("John Doe", "jdoe@machine.example")]));
    assert_eq!(mailboxes(&m, "To"), pairs(&[("Mary Smith", "mary@example.net")]));
    assert_eq!(m.date().unwrap().to_string(), "Fri, 21 Nov 1997 09:55:06 -0600");
}
