//! RFC 5321, sections 3.5 and 4.1.1.8: VRFY, EXPN and HELP.

use crate::policy::{HELLO, config, play, session};
use smtp_proto::reply::{EnhancedCode, Reply, ReplyCode};
use smtp_proto::server::{Event, Misuse, Request, Server};

#[test]
fn the_usual_answers_tell_nothing() {
    let trace = play(&format!(
        r"{HELLO}
        C: VRFY bob
        S: 252 2.5.0 cannot verify the user, but will try the message
        C: EXPN staff
        S: 502 5.5.1 command not implemented
        C: HELP
        S: 214 2.0.0 EHLO HELO MAIL RCPT DATA RSET NOOP QUIT VRFY EXPN HELP AUTH STARTTLS; see RFC 5321
        C: HELP MAIL
        S: 214 2.0.0 EHLO HELO MAIL RCPT DATA RSET NOOP QUIT VRFY EXPN HELP AUTH STARTTLS; see RFC 5321
        C: VRFY
        S: 501 5.5.4 syntax error in the arguments
        "
    ));
    assert!(trace.saw(r#"Verify(Argument("bob"))"#));
    assert!(trace.saw(r#"Expand(Argument("staff"))"#));
    assert!(trace.saw(r#"Help(Some(Argument("MAIL")))"#));
}

#[test]
fn the_application_may_tell() {
    let now = mail_wire::Instant::EPOCH;
    let mut session = session(config(), |server: &mut Server, _, _: &mut _| {
        while let Some(event) = server.poll_event() {
            match event {
                Event::Request(Request::Verify(user)) => {
                    let text = format!("<{user}@mx.example>");
                    server.reply(Reply::new(ReplyCode::OK, EnhancedCode::new(2, 1, 5), text).unwrap()).unwrap();
                }
                Event::Request(Request::Rcpt { .. }) => {
                    // 251 is a success like 250 (section 3.4).
                    assert_eq!(server.reply(Reply::START_MAIL_INPUT), Err(Misuse::WrongReply));
                    let reply = Reply::new(ReplyCode::WILL_FORWARD, None, "will forward").unwrap();
                    server.reply(reply).unwrap();
                }
                Event::Request(Request::Data) => {
                    assert_eq!(server.reply(Reply::OK), Err(Misuse::WrongReply));
                    assert_eq!(server.reject(Reply::OK), Err(Misuse::WrongReply));
                    assert_eq!(server.challenge(b"x"), Err(Misuse::NotAuthenticating));
                    server.reply(Reply::START_MAIL_INPUT).unwrap();
                }
                Event::Request(Request::Hello { .. }) => {
                    assert_eq!(server.reply(Reply::OK), Err(Misuse::WrongReply));
                    server.accept().unwrap();
                }
                Event::Request(_) => server.accept().unwrap(),
                _ => {}
            }
        }
    });
    session.feed(b"VRFY bob\r\nHELO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n.\r\n");
    assert_eq!(
        session.output_text(),
        "220 mx.example ESMTP\r\n250 2.1.5 <bob@mx.example>\r\n250 mx.example\r\n250 2.1.0 sender ok\r\n\
         251 will forward\r\n354 start mail input; end with <CRLF>.<CRLF>\r\n250 2.6.0 message accepted\r\n"
    );
    assert_eq!(session.machine.handle_input(now, b""), 0);
}
