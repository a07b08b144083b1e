//! RFC 1939, section 7: TOP and UIDL, in the server. USER and PASS are with section 4.

use mail_testkit::{Role, Transcript};
use pop3_proto::server::{Config, WireSize};
use proptest::prelude::*;

use crate::post_office::PostOffice;

const MESSAGE: &[u8] = b"Subject: top\nX: 1\n\none\n.two\n\nfour\n";

fn play(commands: &str, piece: usize) -> mail_testkit::Trace {
    let transcript = format!(
        "S: +OK POP3 server ready
         C: USER mrose
         C: PASS secret
         S: +OK Password, please
         S: +OK 1 messages (42 octets)
         {commands}"
    );
    Transcript::parse(&transcript).play(Role::Server, || {
        let (server, mut office) = PostOffice::with(Config::default());
        office.messages = vec![(42, MESSAGE.to_vec())];
        office.piece = piece;
        (server, office)
    })
}

/// Class: TOP counts the header's lines, or takes 0 for all.
#[test]
fn top_counts_lines_of_the_body() {
    for piece in [0, 1, 2, 3, 7, 20] {
        let trace = play(
            "C: TOP 1 0
             S: +OK Top of message follows
             S: Subject: top
             S: X: 1
             S:
             S: .
             C: TOP 1 2
             S: +OK Top of message follows
             S: Subject: top
             S: X: 1
             S:
             S: one
             S: ..two
             S: .
             C: TOP 1 1000
             S: +OK Top of message follows
             S: Subject: top
             S: X: 1
             S:
             S: one
             S: ..two
             S:
             S: four
             S: .
             C: TOP 1 99999999999999999999
             S: +OK Top of message follows
             S: Subject: top
             S: X: 1
             S:
             S: one
             S: ..two
             S:
             S: four
             S: .
             C: TOP 1
             S: -ERR An argument is missing
             C: TOP 1 -1
             S: -ERR Not a number of lines
             C: TOP 1 2 3
             S: -ERR Too many arguments
             C: NOOP
             S: +OK",
            piece,
        );
        assert_eq!(trace.events().filter(|event| event.contains("BodySent")).count(), 4);
    }
}

#[test]
fn uidl_of_one_and_of_all() {
    play(
        "C: UIDL 1
         S: +OK 1 id-1
         C: UIDL
         S: +OK Unique ids follow
         S: 1 id-1
         S: .
         C: UIDL 2
         S: -ERR No such message, there are 1
         C: UIDL x
         S: -ERR Not a message number",
        0,
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Class: octets are counted as they lie in the file. The size counted is the size sent, at any cut.
    #[test]
    fn the_size_is_what_is_sent(body in "(\r|\n|\r\n|\\.|x){0,30}", cut in 1usize..8) {
        let mut size = WireSize::new();
        body.as_bytes().chunks(cut).for_each(|piece| size.push(piece));
        let (mut server, mut office) = PostOffice::with(Config::default());
        office.messages = vec![(size.octets(), body.into_bytes())];
        office.piece = cut;
        let mut session = mail_testkit::Session::new(
            { server.handle_timeout(mail_wire::Instant::EPOCH); server },
            office,
        );
        session.feed(b"USER mrose\r\nPASS secret\r\nRETR 1\r\n");
        let output = session.output();
        let wire = output.split(|octet| *octet == b'\n').skip(4).collect::<Vec<_>>().join(&b'\n');
        let mut unstuffer = mail_wire::dot::Unstuffer::new(mail_wire::LineEnding::Crlf);
        let mut rest = &wire[..];
        while let step = unstuffer.step(rest) && !step.end {
            prop_assert!(step.consumed > 0, "no end in {:?}", wire.escape_ascii().to_string());
            rest = &rest[step.consumed..];
        }
        prop_assert_eq!(unstuffer.octets(), size.octets());
        prop_assert!(!unstuffer.defects().bare_line_ending());
    }
}
