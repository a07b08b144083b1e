//! RFC 5321, section 3.3: transactions, as a server sees them.

use smtp_proto::reply::Reply;

use crate::policy::{HELLO, Policy, config, play, play_with};

#[test]
fn a_session() {
    let trace = play(
        r"
        S: 220 mx.example ESMTP
        C: EHLO client.example
        S: 250-mx.example
        S: 250-PIPELINING
        S: 250-SIZE 1000
        S: 250-8BITMIME
        S: 250-HELP
        S: 250 ENHANCEDSTATUSCODES
        C: MAIL FROM:<ann@client.example> SIZE=42 BODY=8BITMIME
        S: 250 2.1.0 sender ok
        C: RCPT TO:<bob@mx.example>
        S: 250 2.1.5 recipient ok
        C: RCPT TO:<nobody@mx.example>
        S: 550 5.1.1 no such user here
        C: RCPT TO:<Postmaster>
        S: 250 2.1.5 recipient ok
        C: DATA
        S: 354 start mail input; end with <CRLF>.<CRLF>
        C: ..a dot
        C:
        C: gr\xfcn
        C: .
        S: 250 2.6.0 message accepted
        C: QUIT
        S: 221 2.0.0 closing the connection
        ",
    );
    assert_eq!(
        trace.events().collect::<Vec<_>>(),
        [
            "Connect",
            "Hello { greeting: Ehlo, host: Domain(Domain(client.example)) }",
            "Mail { from: Mailbox(Mailbox(ann@client.example)), parameters: Parameters(SIZE=42 BODY=8BITMIME) }",
            "Rcpt { to: Mailbox(Mailbox(bob@mx.example)), parameters: Parameters() }",
            "Rcpt { to: Mailbox(Mailbox(nobody@mx.example)), parameters: Parameters() }",
            "Rcpt { to: Postmaster, parameters: Parameters() }",
            "Data",
            "EndOfData { octets: 16, defects: BodyDefects { bare_cr: None, bare_lf: None, undoubled_dots: 0 } }",
            "Closed(Quit)",
        ]
    );
    assert_eq!(trace.bodies().collect::<Vec<_>>(), [b".a dot\r\n\r\ngr\xfcn\r\n"]);
}

#[test]
fn helo_and_two_transactions() {
    let trace = play(
        r"
        S: 220 mx.example ESMTP
        C: HELO client.example
        S: 250 mx.example
        C: MAIL FROM:<>
        S: 250 2.1.0 sender ok
        C: RCPT TO:<bob@mx.example>
        S: 250 2.1.5 recipient ok
        C: DATA
        S: 354 start mail input; end with <CRLF>.<CRLF>
        C: one
        C: .
        S: 250 2.6.0 message accepted
        # The first transaction is over: a second needs MAIL.
        C: RCPT TO:<bob@mx.example>
        S: 503 5.5.1 bad sequence of commands
        C: MAIL FROM:<>
        S: 250 2.1.0 sender ok
        C: RCPT TO:<bob@mx.example>
        S: 250 2.1.5 recipient ok
        C: DATA
        S: 354 start mail input; end with <CRLF>.<CRLF>
        C: two
        C: .
        S: 250 2.6.0 message accepted
        ",
    );
    assert_eq!(trace.bodies().collect::<Vec<_>>(), [b"one\r\n", b"two\r\n"]);
}

#[test]
fn a_message_that_is_rejected_ends_its_transaction() {
    let policy = Policy { end_of_data: Some(Reply::REFUSED_BY_POLICY), ..Policy::default() };
    play_with(
        config(),
        policy,
        &format!(
            r"{HELLO}
            C: MAIL FROM:<>
            S: 250 2.1.0 sender ok
            C: RCPT TO:<bob@mx.example>
            S: 250 2.1.5 recipient ok
            C: DATA
            S: 354 start mail input; end with <CRLF>.<CRLF>
            C: .
            S: 550 5.7.1 refused by policy
            C: DATA
            S: 503 5.5.1 bad sequence of commands
            "
        ),
    );
}

/// Section 4.1.1.5, and 4.1.4 for EHLO.
#[test]
fn rset_and_ehlo_void_a_transaction() {
    let trace = play(&format!(
        r"{HELLO}
        C: RSET
        S: 250 2.0.0 ok
        C: MAIL FROM:<>
        S: 250 2.1.0 sender ok
        C: RSET
        S: 250 2.0.0 ok
        C: RCPT TO:<bob@mx.example>
        S: 503 5.5.1 bad sequence of commands
        C: MAIL FROM:<>
        S: 250 2.1.0 sender ok
        C: EHLO client.example
        S: 250-mx.example
        S: 250-PIPELINING
        S: 250-SIZE 1000
        S: 250-8BITMIME
        S: 250-HELP
        S: 250 ENHANCEDSTATUSCODES
        C: RCPT TO:<bob@mx.example>
        S: 503 5.5.1 bad sequence of commands
        "
    ));
    assert_eq!(trace.events().filter(|event| *event == "Reset").count(), 1);
}

#[test]
fn source_routes_and_quoted_local_parts_reach_the_application_unharmed() {
    let trace = play(&format!(
        r#"{HELLO}
        C: MAIL FROM:<@relay.example:"a b"@client.example>
        S: 250 2.1.0 sender ok
        C: RCPT TO:<"bob@evil.example"@mx.example>
        S: 250 2.1.5 recipient ok
        C: RCPT TO: <bob@[IPv6:2001:db8::1]>
        S: 250 2.1.5 recipient ok
        C: RCPT TO:<"a
        S: 501 5.1.3 bad recipient address syntax
        C: RCPT TO:<>
        S: 501 5.1.3 bad recipient address syntax
        "#
    ));
    assert!(trace.saw(r#"Mail { from: Mailbox(Mailbox("a b"@client.example))"#));
    assert!(trace.saw(r#"Rcpt { to: Mailbox(Mailbox("bob@evil.example"@mx.example))"#));
    assert!(trace.saw("Rcpt { to: Mailbox(Mailbox(bob@[IPv6:2001:db8::1]))"));
}
