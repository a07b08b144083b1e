//! RFC 5321, section 4.1.4: the order of commands.

use crate::policy::{HELLO, play};

#[test]
fn mail_wants_a_greeting_and_rcpt_a_sender_and_data_a_recipient() {
    let trace = play(
        r"
        S: 220 mx.example ESMTP
        C: MAIL FROM:<ann@client.example>
        S: 503 5.5.1 bad sequence of commands
        C: RCPT TO:<bob@mx.example>
        S: 503 5.5.1 bad sequence of commands
        C: DATA
        S: 503 5.5.1 bad sequence of commands
        C: HELO client.example
        S: 250 mx.example
        C: RCPT TO:<bob@mx.example>
        S: 503 5.5.1 bad sequence of commands
        C: DATA
        S: 503 5.5.1 bad sequence of commands
        C: MAIL FROM:<ann@client.example>
        S: 250 2.1.0 sender ok
        C: MAIL FROM:<ann@client.example>
        S: 503 5.5.1 bad sequence of commands
        C: DATA
        S: 503 5.5.1 bad sequence of commands
        ",
    );
    assert!(!trace.saw("Data"));
}

#[test]
fn noop_help_vrfy_and_rset_need_no_greeting() {
    play(
        r"
        S: 220 mx.example ESMTP
        C: NOOP
        S: 250 2.0.0 ok
        C: RSET
        S: 250 2.0.0 ok
        C: VRFY bob
        S: 252 2.5.0 cannot verify the user, but will try the message
        ",
    );
}

#[test]
fn commands_that_are_none() {
    let trace = play(&format!(
        r"{HELLO}
        C:
        S: 500 5.5.1 command not recognized
        C: XYZZY
        S: 500 5.5.1 command not recognized
        C: LHLO client.example
        S: 500 5.5.1 command not recognized
        C: EHLO
        S: 501 5.5.4 syntax error in the arguments
        C: EHLO -bad-
        S: 501 5.5.4 syntax error in the arguments
        C: MAIL FROM:ann@client.example
        S: 501 5.1.7 bad sender address syntax
        C: MAIL FROM:<ann>
        S: 501 5.1.7 bad sender address syntax
        C: MAIL FROM:<ann@>
        S: 501 5.1.7 bad sender address syntax
        C: MAIL FROM:<ann@client.example> SIZE=1 SIZE=2
        S: 501 5.5.4 syntax error in the arguments
        C: MAIL FROM:<ann@client.example> NOTIFY=NEVER,SUCCESS
        S: 555 5.5.4 parameters not recognized
        C: QUIT now
        S: 501 5.5.4 syntax error in the arguments
        "
    ));
    assert!(!trace.saw("Mail"));
}

#[test]
fn parameters_of_an_extension_reach_the_application() {
    let mut config = crate::policy::config();
    let extension = smtp_proto::server::Extension::new("X-COLOUR", "red blue").unwrap();
    config.extensions.push(extension.with_mail_parameter("X-COLOUR").with_rcpt_parameter("X-HUE"));
    let trace = crate::policy::play_with(
        config,
        crate::policy::Policy::default(),
        r"
        S: 220 mx.example ESMTP
        C: EHLO client.example
        S: 250-mx.example
        S: 250-PIPELINING
        S: 250-SIZE 1000
        S: 250-8BITMIME
        S: 250-X-COLOUR red blue
        S: 250-HELP
        S: 250 ENHANCEDSTATUSCODES
        C: MAIL FROM:<> x-colour=red
        S: 250 2.1.0 sender ok
        C: RCPT TO:<bob@mx.example> X-COLOUR=red
        S: 555 5.5.4 parameters not recognized
        C: RCPT TO:<bob@mx.example> X-HUE=dark
        S: 250 2.1.5 recipient ok
        ",
    );
    assert!(trace.saw("x-colour=red"));
    assert!(trace.saw("X-HUE=dark"));
}
