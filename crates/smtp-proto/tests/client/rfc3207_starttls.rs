//! RFC 3207: STARTTLS. Nothing that was said in the clear is believed inside TLS.

use mail_wire::TlsInfo;
use smtp_proto::client::{Event, Misuse};
use smtp_proto::{ForwardPath, Parameters, ReversePath};

use crate::sender::{Todo, domain, envelope, greeted, play, session};

#[test]
fn tls_and_then_ehlo_again() {
    let seen = play(
        "S: 220 mx.example
         C: EHLO client.example
         S: 250-mx.example
         S: 250 STARTTLS
         C: STARTTLS
         S: 220 2.0.0 go ahead
         C: EHLO client.example
         S: 250-mx.example
         S: 250 AUTH PLAIN
         C: QUIT
         S: 221 bye",
        &[Todo::StartTls],
    );
    assert_eq!(seen[2], "UpgradeTls");
}

#[test]
fn everything_learnt_before_is_forgotten() {
    let mut session = greeted(&["STARTTLS", "PIPELINING", "AUTH PLAIN"], &[Todo::Rest]);
    session.machine.starttls().unwrap();
    session.settle();
    session.machine.handle_input(session.now, b"220 go\r\n");
    assert_eq!(session.machine.poll_event(), Some(Event::UpgradeTls));
    assert!(!session.machine.wants_input());
    assert_eq!(session.machine.noop(), Err(Misuse::Busy));
    session.machine.handle_tls(session.now, TlsInfo::default());
    assert!(session.machine.capabilities().is_empty());
    assert_eq!(session.machine.send(envelope(&["bob@example.net"])), Err(Misuse::HelloFirst));
    assert_eq!(session.machine.starttls(), Err(Misuse::HelloFirst));
    session.act(|client, _| client.ehlo(domain())).unwrap();
    session.feed(b"250-mx\r\n250 STARTTLS\r\n");
    assert_eq!(session.machine.starttls(), Err(Misuse::AlreadyTls));
}

/// Section 4.2: the server knows nothing any more, neither of a transaction.
#[test]
fn a_transaction_that_was_begun_in_the_clear_is_forgotten() {
    let sender = || ReversePath::Mailbox("ann@example.org".parse().unwrap());
    let mut session = greeted(&["STARTTLS"], &[Todo::Rest]);
    session.machine.mail(sender(), Parameters::new()).unwrap();
    session.feed(b"250 ok\r\n");
    session.act(|client, _| client.rcpt(ForwardPath::Postmaster, Parameters::new())).unwrap();
    session.feed(b"250 ok\r\n");
    session.act(|client, _| client.starttls()).unwrap();
    session.machine.handle_input(session.now, b"220 go\r\n");
    assert_eq!(session.machine.poll_event(), Some(Event::UpgradeTls));
    session.machine.handle_tls(session.now, TlsInfo::default());
    assert_eq!(session.machine.rcpt(ForwardPath::Postmaster, Parameters::new()), Err(Misuse::OutOfOrder));
    assert_eq!(session.machine.data(), Err(Misuse::OutOfOrder));
    session.act(|client, _| client.ehlo(domain())).unwrap();
    session.feed(b"250 mx\r\n");
    session.output();
    session.act(|client, _| client.mail(sender(), Parameters::new())).unwrap();
    assert_eq!(session.output_text(), "MAIL FROM:<ann@example.org>\r\n");
}

/// CVE-2011-0411 and its class: what follows the 220 in the clear would answer the EHLO inside TLS.
#[test]
fn injected_replies_behind_the_220_close_the_session() {
    for injected in ["250-evil\r\n250 AUTH PLAIN\r\n", "2", "\r\n", "\0", "421 bye\r\n"] {
        let mut session = greeted(&["STARTTLS"], &[Todo::StartTls]);
        session.output();
        session.feed(format!("220 go\r\n{injected}").as_bytes());
        assert!(session.trace.saw("Closed(TlsResidue)"));
        assert!(!session.trace.saw("UpgradeTls"));
        assert!(!session.trace.saw("evil"));
        assert_eq!(session.output_text(), "");
    }
}

#[test]
fn injected_replies_in_a_read_of_their_own_close_the_session_too() {
    for polled in [false, true] {
        let mut session = greeted(&["STARTTLS"], &[Todo::Rest]);
        session.act(|client, _| client.starttls()).unwrap();
        session.machine.handle_input(session.now, b"220 go\r\n");
        if polled {
            assert_eq!(session.machine.poll_event(), Some(Event::UpgradeTls));
        }
        session.machine.handle_input(session.now, b"250 AUTH PLAIN\r\n");
        session.settle();
        assert!(session.trace.saw("Closed(TlsResidue)"));
        assert!(!session.trace.saw("UpgradeTls"));
        session.machine.handle_tls(session.now, TlsInfo::default());
        assert!(session.machine.is_closed() && session.machine.tls().is_none());
    }
}

#[test]
fn a_greeting_in_the_clear_before_implicit_tls_is_residue() {
    let mut session = session(&[]);
    session.feed(b"220 ev");
    session.tls(TlsInfo::default());
    assert!(session.trace.saw("Closed(TlsResidue)"));
}

#[test]
fn a_refusal_leaves_the_session_as_it_was() {
    let mut session = greeted(&["STARTTLS", "DSN"], &[Todo::StartTls, Todo::Rest]);
    session.output();
    session.feed(b"454 not now\r\n");
    assert!(session.trace.saw("Reply { command: StartTls, reply: ReplyRef(454 not now) }"));
    assert!(session.machine.capabilities().offers("DSN"));
    assert!(session.machine.is_idle());
}

#[test]
fn only_220_agrees_to_tls() {
    let mut session = greeted(&["STARTTLS"], &[Todo::StartTls]);
    session.feed(b"250 sure\r\n");
    assert!(session.trace.saw("Closed(ImpossibleReply { command: StartTls, code: 250 })"));
}

#[test]
fn an_end_instead_of_tls_is_a_lost_connection() {
    let mut session = greeted(&["STARTTLS"], &[Todo::Rest]);
    session.act(|client, _| client.starttls()).unwrap();
    session.machine.handle_input(session.now, b"220 go\r\n");
    session.machine.poll_event();
    session.eof();
    assert!(session.trace.saw("Closed(ConnectionLost { safe_to_retry: true })"));
}
