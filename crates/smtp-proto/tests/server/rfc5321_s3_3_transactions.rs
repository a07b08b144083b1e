//! RFC 5321, section 3: sessions and transactions, as a server sees them.

use crate::policy::play;

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
