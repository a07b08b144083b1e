//! RFC 5321, section 2.3.8: only CRLF ends a line. What is one line to us is one line to every strict host, so no
//! two hosts can disagree about what is a command.

use crate::policy::{HELLO, play};

#[test]
fn control_characters_in_commands() {
    let trace = play(&format!(
        r"{HELLO}
        C: VRFY a\nVRFY b
        S: 501 5.5.4 syntax error in the arguments
        C: VRFY a\rVRFY b
        S: 501 5.5.4 syntax error in the arguments
        C: NOOP a\nVRFY b
        S: 501 5.5.4 syntax error in the arguments
        C: VRFY\0 a
        S: 500 5.5.2 syntax error
        C: VRFY a\0
        S: 501 5.5.4 syntax error in the arguments
        C: \n
        S: 500 5.5.2 syntax error
        C: D\rA\rTA garbage
        S: 500 5.5.2 syntax error
        # Section 4.1.2: invalid characters in a command that is one are 501.
        C: VRFY a\x01b
        S: 501 5.5.4 syntax error in the arguments
        C: VRFY a\x7fb
        S: 501 5.5.4 syntax error in the arguments
        # Without SMTPUTF8 there is nothing but ASCII in a command.
        C: VRFY gr\xc3\xbcn
        S: 501 5.5.4 syntax error in the arguments
        C: VRFY gr\xfcn
        S: 501 5.5.4 syntax error in the arguments
        C: MAIL FROM:<gr\xc3\xbcn@client.example>
        S: 501 5.1.7 bad sender address syntax
        C: MAIL FROM:<gr\xfcn@client.example>
        S: 501 5.1.7 bad sender address syntax
        C: \xff\xfe
        S: 500 5.5.1 command not recognized
        C: XYZZY \xff
        S: 500 5.5.1 command not recognized
        # Section 4.1.1.9: what NOOP carries is ignored.
        C: NOOP gr\xfcn
        S: 250 2.0.0 ok
        C: NOOP gr\xc3\xbcn\x01
        S: 250 2.0.0 ok
        C: NOOP
        S: 250 2.0.0 ok
        "
    ));
    assert!(!trace.saw("Verify"));
}

#[test]
fn white_space_at_the_end_is_tolerated() {
    play(&format!(
        r"{HELLO}
        C: NOOP  
        S: 250 2.0.0 ok
        C: RSET \x09
        S: 250 2.0.0 ok
        "
    ));
}
