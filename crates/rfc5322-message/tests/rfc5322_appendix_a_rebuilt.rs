//! RFC 5322 appendix A: every example, taken to values, written from them, and read again as the same.

use rfc5322_message::{
    Field, Message,
    build::{self, MessageBuilder, Options},
    fields::FieldName,
};

/// The field built from its values.
fn rebuilt(field: &Field<'_>) -> Vec<u8> {
    let name = field.name().to_owned();
    match field.known_name() {
        FieldName::Date | FieldName::ResentDate => build::Field::date(name, field.date().unwrap()),
        FieldName::MessageId | FieldName::InReplyTo | FieldName::References | FieldName::ResentMessageId => {
            build::Field::identifiers(name, field.message_ids())
        }
        FieldName::Subject | FieldName::Comments => build::Field::text(name, field.text()),
        FieldName::Received => {
            let text: Vec<u8> = field.unfolded().flatten().copied().collect();
            build::Field::tokens(name, String::from_utf8(text).unwrap().trim().to_owned())
        }
        _ => build::Field::addresses(name, field.addresses()),
    }
    .unwrap()
    .to_vec()
}

/// What a field says.
fn told(field: &Field<'_>) -> String {
    let name = field.name().to_ascii_lowercase();
    match field.known_name() {
        FieldName::Date | FieldName::ResentDate => format!("{name} {:?}", field.date().unwrap()),
        FieldName::MessageId | FieldName::InReplyTo | FieldName::References | FieldName::ResentMessageId => {
            format!("{name} {:?}", field.message_ids().collect::<Vec<_>>())
        }
        FieldName::Subject | FieldName::Comments => format!("{name} {}", field.text()),
        FieldName::Received => format!("{name} {:?}", field.received()),
        _ => format!("{name} {:?}", field.addresses()),
    }
}

#[track_caller]
fn there_and_back(example: &str) {
    let input = example.replace('\n', "\r\n");
    let message = Message::parse(input.as_bytes());
    assert!(message.defects().is_empty(), "{:?}", message.defects());
    let mut output: Vec<u8> = message.fields().flat_map(|field| rebuilt(&field)).collect();
    output.extend_from_slice(b"\r\n");
    output.extend_from_slice(message.root().body());
    let again = Message::parse(&output);
    assert!(again.defects().is_empty());
    assert_eq!(again.root().body(), message.root().body());
    let told = |message: &Message<'_>| message.fields().map(|field| told(&field)).collect::<Vec<_>>();
    assert_eq!(told(&again), told(&message));
    // Written from values, the header is of the strict syntax: no comments, no folding of its own.
    assert!(output.split(|byte| *byte == b'\n').all(|line| line.len() <= 79));
}

const A_1_1: &str = "From: John Doe <jdoe@machine.example>
To: Mary Smith <mary@example.net>
Subject: Saying Hello
Date: Fri, 21 Nov 1997 09:55:06 -0600
Message-ID: <1234@local.machine.example>

This is a message just to say hello.
So, \"Hello\".
";

#[test]
fn a_1_1_a_message_from_one_person_to_another() {
    there_and_back(A_1_1);
    there_and_back(&A_1_1.replace("To: Mary", "Sender: Michael Jones <mjones@machine.example>\nTo: Mary"));
}

/// The whole message, by the builder.
#[test]
fn a_1_1_as_one_message() {
    let input = A_1_1.replace('\n', "\r\n");
    let message = Message::parse(input.as_bytes());
    let built = MessageBuilder::new()
        .date(message.date().unwrap())
        .from(message.from())
        .to(message.to())
        .subject(message.subject().unwrap())
        .message_id(message.message_id().unwrap())
        .text(message.root().text().unwrap())
        .finish(&Options::new([7; 16]))
        .unwrap()
        .to_vec()
        .unwrap();
    let again = Message::parse(&built);
    assert!(again.from().eq(message.from()) && again.to().eq(message.to()));
    assert_eq!((again.subject(), again.date()), (message.subject(), message.date()));
    assert_eq!(again.message_id(), message.message_id());
    assert_eq!(again.root().text(), message.root().text());
}

#[test]
fn a_1_2_different_types_of_mailboxes() {
    there_and_back(
        "From: \"Joe Q. Public\" <john.q.public@example.com>
To: Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>
Cc: <boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>
Date: Tue, 1 Jul 2003 10:52:37 +0200
Message-ID: <5678.21-Nov-1997@example.com>

Hi everyone.
",
    );
}

#[test]
fn a_1_3_group_addresses() {
    there_and_back(
        "From: Pete <pete@silly.example>
To: A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;
Cc: Undisclosed recipients:;
Date: Thu, 13 Feb 1969 23:32:54 -0330
Message-ID: <testabcd.1234@silly.example>

Testing.
",
    );
}

#[test]
fn a_2_reply_messages() {
    there_and_back(
        "From: Mary Smith <mary@example.net>
To: John Doe <jdoe@machine.example>
Reply-To: \"Mary Smith: Personal Account\" <smith@home.example>
Subject: Re: Saying Hello
Date: Fri, 21 Nov 1997 10:01:10 -0600
Message-ID: <3456@example.net>
In-Reply-To: <1234@local.machine.example>
References: <1234@local.machine.example>

This is a reply to your hello.
",
    );
    there_and_back(
        "To: \"Mary Smith: Personal Account\" <smith@home.example>
From: John Doe <jdoe@machine.example>
Subject: Re: Saying Hello
Date: Fri, 21 Nov 1997 11:00:00 -0600
Message-ID: <abcd.1234@local.machine.test>
In-Reply-To: <3456@example.net>
References: <1234@local.machine.example> <3456@example.net>

This is a reply to your reply.
",
    );
}

#[test]
fn a_3_resent_messages() {
    there_and_back(&format!(
        "Resent-From: Mary Smith <mary@example.net>
Resent-To: Jane Brown <j-brown@other.example>
Resent-Date: Mon, 24 Nov 1997 14:22:01 -0800
Resent-Message-ID: <78910@example.net>
{A_1_1}"
    ));
}

#[test]
fn a_4_messages_with_trace_fields() {
    there_and_back(&format!(
        "Received: from x.y.test
   by example.net
   via TCP
   with ESMTP
   id ABC12345
   for <mary@example.net>;  21 Nov 1997 10:05:43 -0600
Received: from node.example by x.y.test; 21 Nov 1997 10:01:22 -0600
{}",
        A_1_1.replace("1234@local.machine.example", "1234@local.node.example").replace("machine", "node")
    ));
}

#[test]
fn a_5_white_space_comments_and_other_oddities() {
    there_and_back(
        "From: Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>
To:A Group(Some people)
     :Chris Jones <c@(Chris's host.)public.example>,
         joe@example.org,
  John <jdoe@one.test> (my dear friend); (the end of the group)
Cc:(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;
Date: Thu,
      13
        Feb
          1969
      23:32
               -0330 (Newfoundland Time)
Message-ID:              <testabcd.1234@silly.test>

Testing.
",
    );
}

#[test]
fn a_6_1_obsolete_addressing() {
    there_and_back(
        "From: Joe Q. Public <john.q.public@example.com>
To: Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example
Date: Tue, 1 Jul 2003 10:52:37 +0200
Message-ID: <5678.21-Nov-1997@example.com>

Hi everyone.
",
    );
}

#[test]
fn a_6_2_obsolete_dates() {
    there_and_back(
        "From: John Doe <jdoe@machine.example>
To: Mary Smith <mary@example.net>
Subject: Saying Hello
Date: 21 Nov 97 09:55:06 GMT
Message-ID: <1234@local.machine.example>

This is a message just to say hello.
So, \"Hello\".
",
    );
}

#[test]
fn a_6_3_obsolete_white_space_and_comments() {
    there_and_back(
        "From  : John Doe <jdoe@machine(comment).  example>
To    : Mary Smith
 \u{20}
          <mary@example.net>
Subject     : Saying Hello
Date  : Fri, 21 Nov 1997 09(comment):   55  :  06 -0600
Message-ID  : <1234   @   local(blah)  .machine .example>

This is a message just to say hello.
So, \"Hello\".
",
    );
}
