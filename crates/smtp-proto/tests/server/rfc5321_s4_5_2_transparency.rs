//! RFC 5321, section 4.5.2: dots, and with them the smuggling of messages. No octet of a message becomes a command,
//! for every combination of CR, LF, CRLF and dots.

use smtp_proto::server::{BareLineEndings, Config};

use crate::policy::{HELLO, Policy, config, play, play_with, session};

const OPENING: &[u8] = b"HELO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<bob@mx.example>\r\nDATA\r\n";

/// What a message is, by the letter of the standard: the octets up to CRLF `.` CRLF, a dot at the beginning of each
/// line taken away. Returns the message and what lies behind it.
fn by_the_letter(data: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut body = Vec::new();
    let mut at = 0;
    let mut line_start = true;
    while at < data.len() {
        if line_start && data[at..].starts_with(b".\r\n") {
            return Some((body, &data[at + 3..]));
        }
        if !(line_start && data[at] == b'.') {
            body.push(data[at]);
        }
        at += 1;
        line_start = data[..at].ends_with(b"\r\n");
    }
    None
}

fn has_bare_line_ending(body: &[u8]) -> bool {
    let text: Vec<u8> = body.to_vec();
    let crlfs = text.windows(2).filter(|pair| pair == b"\r\n").count();
    text.iter().filter(|byte| **byte == b'\r').count() != crlfs
        || text.iter().filter(|byte| **byte == b'\n').count() != crlfs
}

fn combinations() -> Vec<Vec<u8>> {
    let alphabet = [&b""[..], b"\r", b"\n", b".", b"x"];
    let mut all: Vec<Vec<u8>> = Vec::new();
    for a in alphabet {
        for b in alphabet {
            for c in alphabet {
                all.push([a, b, c].concat());
            }
        }
    }
    all.sort();
    all.dedup();
    all
}

fn check(config: &Config, before: &[u8], after: &[u8], bytewise: bool) {
    let data = [b"hello", before, b".", after, b"VRFY smuggled\r\n.\r\nVRFY behind\r\n"].concat();
    let Some((body, rest)) = by_the_letter(&data) else { panic!("the message has an end") };
    let mut session = session(config.clone(), Policy::default());
    session.feed(OPENING);
    if bytewise {
        session.feed_in_pieces(data.chunks(1));
    } else {
        session.feed(&data);
    }
    let case = format!("{:?} {bytewise}", data.escape_ascii().to_string());
    // What lies behind the true end is commands, and nothing else is.
    let smuggled = rest.windows(8).any(|window| window == b"smuggled");
    assert_eq!(session.trace.saw("smuggled"), smuggled && rest.starts_with(b"VRFY"), "{case}");
    let refused = has_bare_line_ending(&body) && config.bare_line_endings == BareLineEndings::Refuse;
    assert_eq!(session.trace.saw("MessageAborted(BareLineEnding)"), refused, "{case}");
    assert_eq!(session.trace.saw("EndOfData"), !refused, "{case}");
    let said = session.output_text();
    assert_eq!(said.contains("550 5.6.0 the message has a bare CR or LF\r\n"), refused, "{case}");
    assert_eq!(said.contains("250 2.6.0"), !refused, "{case}");
    if !refused {
        assert_eq!(session.trace.bodies().collect::<Vec<_>>(), [&body[..]], "{case}");
    }
}

/// CVE-2023-51764, CVE-2023-51765, CVE-2023-51766 and every other combination: three octets before a dot and three
/// behind it, each a CR, an LF, a dot, a letter or nothing.
#[test]
fn cve_2023_51764_51765_51766_smuggling_table() {
    let combinations = combinations();
    let strict = config();
    let mut lax = config();
    lax.bare_line_endings = BareLineEndings::Keep;
    for before in &combinations {
        for after in &combinations {
            check(&strict, before, after, false);
            check(&lax, before, after, false);
        }
        // Cut at every octet, the other half of the table is spared.
        for after in combinations.iter().filter(|after| after.len() < 3) {
            check(&strict, before, after, true);
            check(&lax, before, after, true);
        }
    }
}

/// A class of defects: a receiver that begins in the middle of a line does not see a dot that comes first.
#[test]
fn a_message_may_begin_with_a_dot_or_be_empty() {
    let empty = play(&format!(
        r"{HELLO}
        C: MAIL FROM:<>
        S: 250 2.1.0 sender ok
        C: RCPT TO:<bob@mx.example>
        S: 250 2.1.5 recipient ok
        C: DATA
        S: 354 start mail input; end with <CRLF>.<CRLF>
        C: .
        S: 250 2.6.0 message accepted
        C: NOOP
        S: 250 2.0.0 ok
        "
    ));
    assert!(empty.saw("EndOfData { octets: 0"));
    let dot = play(&format!(
        r"{HELLO}
        C: MAIL FROM:<>
        S: 250 2.1.0 sender ok
        C: RCPT TO:<bob@mx.example>
        S: 250 2.1.5 recipient ok
        C: DATA
        S: 354 start mail input; end with <CRLF>.<CRLF>
        C: ..first
        C: ...
        C: .undoubled
        C: last
        C: .
        S: 250 2.6.0 message accepted
        "
    ));
    // The last CRLF belongs to the message.
    assert_eq!(dot.bodies().collect::<Vec<_>>(), [b".first\r\n..\r\nundoubled\r\nlast\r\n"]);
    assert!(dot.saw("undoubled_dots: 1"));
}

/// A class of defects: CRLF `.` CR CRLF taken for the end, with a CR left behind.
#[test]
fn a_cr_too_many_is_not_the_end() {
    let trace = play(&format!(
        r"{HELLO}
        C: MAIL FROM:<>
        S: 250 2.1.0 sender ok
        C: RCPT TO:<bob@mx.example>
        S: 250 2.1.5 recipient ok
        C: DATA
        S: 354 start mail input; end with <CRLF>.<CRLF>
        C: hello
        C: .\r
        C: VRFY smuggled
        C: .
        S: 550 5.6.0 the message has a bare CR or LF
        C: VRFY behind
        S: 252 2.5.0 cannot verify the user, but will try the message
        "
    ));
    assert!(!trace.saw("smuggled"));
    assert!(trace.saw("behind"));
}

#[test]
fn kept_and_reported_where_policy_says_so() {
    let mut config = config();
    config.bare_line_endings = BareLineEndings::Keep;
    let trace = play_with(
        config,
        Policy::default(),
        &format!(
            r"{HELLO}
            C: MAIL FROM:<>
            S: 250 2.1.0 sender ok
            C: RCPT TO:<bob@mx.example>
            S: 250 2.1.5 recipient ok
            C: DATA
            S: 354 start mail input; end with <CRLF>.<CRLF>
            C: a\n.\nVRFY smuggled
            C: b\rc
            C: .
            S: 250 2.6.0 message accepted
            "
        ),
    );
    assert_eq!(trace.bodies().collect::<Vec<_>>(), [b"a\n.\nVRFY smuggled\r\nb\rc\r\n"]);
    assert!(trace.saw("bare_cr: Some(20), bare_lf: Some(1)"));
}
