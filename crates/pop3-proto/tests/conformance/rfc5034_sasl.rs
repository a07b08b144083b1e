//! RFC 5034: AUTH, in the server.

use mail_testkit::{Role, Transcript};

use crate::post_office::PostOffice;

fn play(transcript: &str) -> mail_testkit::Trace {
    Transcript::parse(transcript).play(Role::Server, || PostOffice::with(PostOffice::sasl()))
}

/// Section 6: an initial response, none, and one that is wrong.
#[test]
fn s6_the_examples() {
    play(
        "S: +OK POP3 server ready
         C: AUTH PLAIN AG1yb3NlAHNlY3JldA==
         S: +OK 2 messages (320 octets)",
    );
    play(
        "S: +OK POP3 server ready
         C: AUTH plain
         S: +\\x20
         C: AG1yb3NlAHNlY3JldA==
         S: +OK 2 messages (320 octets)",
    );
    play(
        "S: +OK POP3 server ready
         C: AUTH PLAIN AG1yb3NlAHdyb25n
         S: -ERR [AUTH] Authentication failed
         C: QUIT
         S: +OK Bye",
    );
}

/// Section 4: `*` cancels, and the session goes on.
#[test]
fn s4_a_star_cancels() {
    let trace = play(
        "S: +OK POP3 server ready
         C: AUTH PLAIN
         S: +\\x20
         C: *
         S: -ERR Authentication cancelled
         C: AUTH LOGIN
         S: + VXNlcjo=
         C: bXJvc2U=
         S: + UGFzc3dvcmQ6
         C: c2VjcmV0
         S: +OK 2 messages (320 octets)
         C: QUIT
         S: +OK Bye",
    );
    assert!(trace.saw("AuthAborted"), "{trace:?}");
}

/// Section 4: an empty initial response is `=`, and is not the same as none.
#[test]
fn s4_an_equals_sign_is_an_empty_response() {
    let trace = play(
        "S: +OK POP3 server ready
         C: AUTH LOGIN =
         S: + VXNlcjo=
         C: !!
         S: -ERR Not base64
         C: AUTH LOGIN !!
         S: -ERR Not a mechanism, or not base64
         C: AUTH LOGIN abc
         S: -ERR Not base64
         C: AUTH NONE
         S: -ERR No such mechanism
         C: AUTH
         S: +OK Mechanisms follow
         S: PLAIN
         S: LOGIN
         S: .",
    );
    assert!(trace.saw("initial: Some(Secret(0 bytes))"), "{trace:?}");
}
