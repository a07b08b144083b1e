//! RFC 1939, section 10: the example session, and the rest of the commands beside it.

use crate::post_office::PostOffice;
use mail_testkit::{Role, Transcript};

/// With this server's own words behind the statuses.
#[test]
fn the_example_session() {
    let trace = Transcript::parse(
        r"
        S: +OK POP3 server ready
        C: USER mrose
        S: +OK Password, please
        C: PASS secret
        S: +OK 2 messages (320 octets)
        C: STAT
        S: +OK 2 320
        C: LIST
        S: +OK 2 messages (320 octets)
        S: 1 120
        S: 2 200
        S: .
        C: RETR 1
        S: +OK 120 octets
        S: Subject: one
        S:
        S: ..dot
        S: .
        C: DELE 1
        S: +OK Message 1 will be deleted
        C: RETR 2
        S: +OK 200 octets
        S: Subject: two
        S: .
        C: DELE 2
        S: +OK Message 2 will be deleted
        C: QUIT
        S: +OK Bye
        ",
    )
    .play(Role::Server, PostOffice::with_two_messages);
    assert!(trace.saw("Update { deletions: [1, 2] }"), "{trace:?}");
    assert!(trace.saw("Closed(Updated)"), "{trace:?}");
}
