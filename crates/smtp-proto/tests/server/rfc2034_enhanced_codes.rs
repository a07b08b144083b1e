//! RFC 2034: every reply but the greeting, the answer to EHLO and HELO, and the 3yz begins with an enhanced code
//! whose class is the reply's.

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
