//! RFC 6152: eight bits, announced by `BODY` and carried in any case.

use crate::policy::{HELLO, play};

#[test]
fn body() {
    let trace = play(&format!(
        r"{HELLO}
        C: MAIL FROM:<> BODY=8BITMIME
        S: 250 2.1.0 sender ok
        C: RSET
        S: 250 2.0.0 ok
        C: MAIL FROM:<> body=7bit
        S: 250 2.1.0 sender ok
        C: RSET
        S: 250 2.0.0 ok
        C: MAIL FROM:<> BODY=BINARYMIME
        S: 501 5.5.4 syntax error in the arguments
        C: MAIL FROM:<> BODY
        S: 501 5.5.4 syntax error in the arguments
        C: MAIL FROM:<>
        S: 250 2.1.0 sender ok
        C: RCPT TO:<bob@mx.example>
        S: 250 2.1.5 recipient ok
        C: DATA
        S: 354 start mail input; end with <CRLF>.<CRLF>
        C: \xff\xfe\x80\0
        C: .
        S: 250 2.6.0 message accepted
        "
    ));
    assert_eq!(trace.bodies().collect::<Vec<_>>(), [b"\xff\xfe\x80\0\r\n"]);
}
