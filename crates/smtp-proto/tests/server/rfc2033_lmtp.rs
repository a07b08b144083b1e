//! RFC 2033: LMTP, as far as the greeting and the number of replies go.

use crate::policy::{Policy, config, play_with};

#[test]
fn a_reply_for_each_recipient() {
    let mut config = config();
    config.lmtp = true;
    play_with(
        config,
        Policy::default(),
        r"
        S: 220 mx.example LMTP
        C: EHLO client.example
        S: 500 5.5.1 command not recognized
        C: HELO client.example
        S: 500 5.5.1 command not recognized
        C: LHLO client.example
        S: 250-mx.example
        S: 250-PIPELINING
        S: 250-SIZE 1000
        S: 250-8BITMIME
        S: 250-HELP
        S: 250 ENHANCEDSTATUSCODES
        C: MAIL FROM:<>
        C: RCPT TO:<a@mx.example>
        C: RCPT TO:<nobody@mx.example>
        C: RCPT TO:<b@mx.example>
        C: DATA
        S: 250 2.1.0 sender ok
        S: 250 2.1.5 recipient ok
        S: 550 5.1.1 no such user here
        S: 250 2.1.5 recipient ok
        S: 354 start mail input; end with <CRLF>.<CRLF>
        C: hello
        C: .
        S: 250 2.6.0 message accepted
        S: 250 2.6.0 message accepted
        C: MAIL FROM:<>
        C: RCPT TO:<a@mx.example>
        C: RCPT TO:<b@mx.example>
        C: DATA
        S: 250 2.1.0 sender ok
        S: 250 2.1.5 recipient ok
        S: 250 2.1.5 recipient ok
        S: 354 start mail input; end with <CRLF>.<CRLF>
        C: bare\nlf
        C: .
        S: 550 5.6.0 the message has a bare CR or LF
        S: 550 5.6.0 the message has a bare CR or LF
        ",
    );
}

/// Section 4.2: 503 and not 554, and no mistake of a client that pipelines.
#[test]
fn data_when_all_recipients_were_refused() {
    let mut config = config();
    config.lmtp = true;
    config.most_errors = 0;
    play_with(
        config,
        Policy::default(),
        r"
        S: 220 mx.example LMTP
        C: LHLO client.example
        S: 250-mx.example
        S: 250-PIPELINING
        S: 250-SIZE 1000
        S: 250-8BITMIME
        S: 250-HELP
        S: 250 ENHANCEDSTATUSCODES
        C: MAIL FROM:<>
        C: RCPT TO:<nobody@mx.example>
        C: DATA
        C: NOOP
        S: 250 2.1.0 sender ok
        S: 550 5.1.1 no such user here
        S: 503 5.5.1 bad sequence of commands
        S: 250 2.0.0 ok
        ",
    );
}
