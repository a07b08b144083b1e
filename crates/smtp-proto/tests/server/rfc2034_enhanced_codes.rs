//! RFC 2034: every reply but the greeting, the answer to EHLO and HELO, and the 3yz begins with an enhanced code
//! whose class is the reply's.

use smtp_proto::reply::{Reply, ReplyCode};
use smtp_proto::server::{Event, Request, Server};

use crate::policy::{Policy, config, session};

#[test]
fn every_reply_has_its_code() {
    let mut config = config();
    config.starttls = true;
    let mut session = session(config, Policy::default());
    session.feed(b"HELO x\r\n");
    session.output();
    session.feed(
        b"NOOP\r\nRSET\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nRCPT TO:<nobody@b>\r\nMAIL\r\nXYZZY\r\nVRFY a\r\nEXPN a\r\nHELP\r\n\
          AUTH PLAIN =\r\nDATA\r\n",
    );
    session.feed(b"a\r\n.\r\nDATA\r\nQUIT\r\n");
    let said = session.output_text();
    assert_eq!(said.lines().count(), 15);
    for line in said.lines().filter(|line| !line.starts_with('3')) {
        assert_eq!(line.as_bytes()[0], line.as_bytes()[4], "{line}");
        assert_eq!(line.as_bytes()[5], b'.', "{line}");
    }
}

/// Also where the application gives none; but only to a client that was told of them.
#[test]
fn a_reply_without_a_code_is_given_one() {
    let reply = |code, text: &'static str| Reply::new(ReplyCode::new(code).unwrap(), None, text).unwrap();
    for (hello, codes) in [("EHLO client.example", ["2.0.0 ", "4.0.0 ", "5.0.0 "]), ("HELO client.example", [""; 3])] {
        let mut session = session(config(), |server: &mut Server, _, _: &mut _| {
            while let Some(event) = server.poll_event() {
                match event {
                    Event::Request(Request::Connect) => server.reply(reply(220, "hello")),
                    Event::Request(Request::Verify(_)) => {
                        server.reply(reply(252, "perhaps").with_line("or not").unwrap())
                    }
                    Event::Request(Request::Expand(_)) => server.reject(reply(550, "5.7.1 not for you")),
                    Event::Request(Request::Help(_)) => server.reject(reply(502, "no")),
                    Event::Request(Request::Data) => server.reply(reply(354, "go on")),
                    Event::Request(Request::EndOfData { .. }) => server.reject(reply(452, "full")),
                    Event::Request(_) => server.accept(),
                    _ => Ok(()),
                }
                .unwrap();
            }
        });
        assert_eq!(session.output_text(), "220 hello\r\n");
        session.feed(format!("{hello}\r\n").as_bytes());
        session.output();
        session.feed(b"VRFY a\r\nEXPN a\r\nHELP\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n");
        session.feed(b".\r\n");
        let [success, transient, permanent] = codes;
        assert_eq!(
            session.output_text(),
            format!(
                "252-{success}perhaps\r\n252 {success}or not\r\n550 5.7.1 not for you\r\n502 {permanent}no\r\n\
                 250 2.1.0 sender ok\r\n250 2.1.5 recipient ok\r\n354 go on\r\n452 {transient}full\r\n"
            )
        );
    }
}
