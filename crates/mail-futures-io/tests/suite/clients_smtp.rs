//! The sequential SMTP client against our server, and against servers that are none.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_io::AsyncRead;
use mail_futures_io::smtp::{Envelope, Error, Options, Outcome, Protocol, RecipientResult, Sent};
use mail_futures_io::{BoxedStream, Security, SmtpClient, TlsClient};
use mail_sasl::{Credentials, NoMechanism};
use smtp_proto::client::{Closed, Misuse, Verb};
use smtp_proto::{Mailbox, ReversePath};

use super::pipe::{End, boxed_pipe, pipe};
use super::post_office::{self, Mail, Received, Tls, ann};
use super::{World, together};

/// A line that begins with a dot, a line of one dot, and octets that are not ASCII.
pub(crate) const MESSAGE: &[u8] = b"Subject: a test\r\n\r\n.hidden\r\n.\r\n..\r\nGr\xc3\xbc\xc3\x9fe\r\n.";

pub(crate) fn envelope(from: &str, to: &[&str]) -> Envelope {
    let mut envelope = Envelope::new(from.parse::<Mailbox<'_>>().unwrap());
    for to in to {
        envelope.recipient(to.parse::<Mailbox<'_>>().unwrap());
    }
    envelope
}

async fn over<W: World>(stream: BoxedStream, options: Options) -> SmtpClient<W> {
    SmtpClient::over("localhost", stream, options).await.unwrap()
}

/// Sends one message over a pipe that holds `capacity` bytes.
async fn exchange<W: World>(capacity: usize, options: Options, envelope: &Envelope, body: &[u8]) -> (Sent, Received) {
    let lmtp = options.protocol == Protocol::Lmtp;
    let (client, server) = boxed_pipe(capacity);
    let send = async {
        let mut client = over::<W>(client, options).await;
        let sent = client.send(envelope, body).await.unwrap();
        client.quit().await.unwrap();
        sent
    };
    together(send, post_office::smtp::<W>(server, Tls::None, |config| config.lmtp = lmtp)).await
}

pub(crate) async fn one_refused_recipient_does_not_keep_the_message_from_the_others<W: World>() {
    let envelope = envelope("ann@example.org", &["bob@example.net", "nobody@example.net", "cleo@example.net"]);
    let (sent, received) = exchange::<W>(64, Options::default(), &envelope, MESSAGE).await;
    assert_eq!(sent.outcome, Outcome::Accepted);
    let results = sent.recipients.iter().map(|recipient| match &recipient.result {
        Ok(reply) => (recipient.path.to_string(), true, reply.code().get()),
        Err(reply) => (recipient.path.to_string(), false, reply.code().get()),
    });
    let expected = [
        ("<bob@example.net>".to_owned(), true, 250),
        ("<nobody@example.net>".to_owned(), false, 550),
        ("<cleo@example.net>".to_owned(), true, 250),
    ];
    assert_eq!(results.collect::<Vec<_>>(), expected);
    assert!(!sent.is_complete() && !sent.is_nothing());
    let mail = Mail {
        from: "<ann@example.org>".to_owned(),
        to: vec!["<bob@example.net>".to_owned(), "<cleo@example.net>".to_owned()],
        body: [MESSAGE, b"\r\n"].concat(),
    };
    assert_eq!(received.mails, [mail]);
    assert_eq!(received.closed, Some(smtp_proto::server::Closed::Quit));
}

pub(crate) async fn a_large_message_passes_through_a_small_pipe<W: World>() {
    let body = b".a line that begins with a dot\r\n".repeat(10_000);
    let envelope = envelope("ann@example.org", &["bob@example.net"]);
    let (sent, received) = exchange::<W>(1000, Options::default(), &envelope, &body).await;
    assert!(sent.is_complete());
    assert!(received.mails[0].body == body, "the message has changed on its way");
}

pub(crate) async fn a_refused_sender_is_told_for_each_recipient<W: World>() {
    let envelope = envelope("spammer@example.org", &["bob@example.net", "cleo@example.net"]);
    let (sent, received) = exchange::<W>(64, Options::default(), &envelope, MESSAGE).await;
    assert_eq!(sent.outcome, Outcome::SenderRefused);
    assert!(sent.is_nothing() && received.mails.is_empty());
    for recipient in sent.recipients {
        assert_eq!(recipient.result.unwrap_err().code().get(), 550);
    }
}

pub(crate) async fn lmtp_answers_for_each_recipient<W: World>() {
    let mut options = Options::default();
    options.protocol = Protocol::Lmtp;
    let envelope = envelope("ann@example.org", &["nobody@example.net", "bob@example.net", "cleo@example.net"]);
    let (sent, received) = exchange::<W>(64, options, &envelope, MESSAGE).await;
    let results: Vec<_> = sent.recipients.iter().map(|recipient| recipient.result.is_ok()).collect();
    assert_eq!(results, [false, true, true]);
    assert_eq!(received.mails.len(), 1);
}

/// Half a message, and then an error.
struct Unreadable(bool);

impl AsyncRead for Unreadable {
    fn poll_read(mut self: Pin<&mut Self>, _context: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(Err(io::Error::other("the disk is gone")));
        }
        let half = b"Subject: half\r\n\r\nAll is well";
        buffer[..half.len()].copy_from_slice(half);
        Poll::Ready(Ok(half.len()))
    }
}

pub(crate) async fn a_body_that_cannot_be_read_is_not_delivered<W: World>() {
    let (client, server) = boxed_pipe(1000);
    let send = async {
        let mut client = over::<W>(client, Options::default()).await;
        let failed = client.send(&envelope("ann@example.org", &["bob@example.net"]), Unreadable(false)).await;
        assert!(matches!(failed, Err(Error::Message(error)) if error.to_string() == "the disk is gone"));
        assert!(matches!(client.noop().await, Err(Error::Misuse(_))));
    };
    let ((), received) = together(send, post_office::smtp::<W>(server, Tls::None, |_| {})).await;
    assert!(received.mails.is_empty());
    assert_eq!(received.closed, Some(smtp_proto::server::Closed::Disconnected));
}

/// A message that is written while it is read.
struct Slow {
    pieces: std::vec::IntoIter<&'static [u8]>,
    pending: bool,
}

impl AsyncRead for Slow {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        self.pending = !self.pending;
        if self.pending {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let piece = self.pieces.next().unwrap_or_default();
        buffer[..piece.len()].copy_from_slice(piece);
        Poll::Ready(Ok(piece.len()))
    }
}

pub(crate) async fn a_message_may_come_slowly<W: World>() {
    let (client, server) = boxed_pipe(10);
    let body = Slow { pieces: vec![&b"a\r"[..], b"\n.", b"\r\n..b"].into_iter(), pending: false };
    let send = async {
        let mut client = over::<W>(client, Options::default()).await;
        let sent = client.send(&envelope("ann@example.org", &["bob@example.net"]), body).await.unwrap();
        assert!(sent.is_complete());
        client.quit().await.unwrap();
    };
    let ((), received) = together(send, post_office::smtp::<W>(server, Tls::None, |_| {})).await;
    assert_eq!(received.mails[0].body, b"a\r\n.\r\n..b\r\n");
}

pub(crate) async fn a_bare_line_feed_is_not_sent<W: World>() {
    let (client, server) = boxed_pipe(1000);
    let send = async {
        let mut client = over::<W>(client, Options::default()).await;
        let smuggled = b"a\r\n\n.\r\nMAIL FROM:<>\r\n";
        let failed = client.send(&envelope("ann@example.org", &["bob@example.net"]), &smuggled[..]).await;
        assert!(matches!(failed, Err(Error::BareLineEnding(_))), "{failed:?}");
    };
    let ((), received) = together(send, post_office::smtp::<W>(server, Tls::None, |_| {})).await;
    assert!(received.mails.is_empty());
}

pub(crate) async fn no_password_travels_in_the_clear<W: World>() {
    let (client, server) = boxed_pipe(1000);
    let log_in = async {
        let mut client = over::<W>(client, Options::default()).await;
        let failed = client.login(&ann()).await;
        assert!(matches!(failed, Err(Error::NoMechanism(NoMechanism::NeedsTls))), "{failed:?}");
        client.quit().await.unwrap();
    };
    let ((), received) =
        together(log_in, post_office::smtp::<W>(server, Tls::None, |config| config.auth_without_tls = true)).await;
    assert!(!received.authenticated);
}

pub(crate) async fn a_wrong_password_is_refused<W: World>() {
    let (client, server) = boxed_pipe(1000);
    let mut options = Options::default();
    options.plaintext_login = true;
    let log_in = async {
        let mut client = over::<W>(client, options).await;
        let failed = client.login(&Credentials::new("ann", "wrong").unwrap()).await;
        assert!(matches!(failed, Err(Error::Refused { command: Verb::Auth, .. })), "{failed:?}");
        client.login(&ann()).await.unwrap();
        client.quit().await.unwrap();
    };
    let ((), received) =
        together(log_in, post_office::smtp::<W>(server, Tls::None, |config| config.auth_without_tls = true)).await;
    assert!(received.authenticated);
}

pub(crate) async fn starttls_is_required_but_not_offered<W: World>() {
    let (client, server) = boxed_pipe(1000);
    let mut options = Options::default();
    options.security = Security::StartTls(TlsClient::insecure().unwrap());
    let (refused, received) = together(
        SmtpClient::<W>::over("localhost", client, options),
        post_office::smtp::<W>(server, Tls::None, |_| {}),
    )
    .await;
    assert!(matches!(refused, Err(Error::TlsNotOffered)), "{refused:?}");
    assert!(received.mails.is_empty());
}

pub(crate) async fn starttls_is_used_if_offered<W: World>() {
    let mut options = Options::default();
    options.security = Security::Opportunistic(TlsClient::insecure().unwrap());
    let (sent, received) =
        exchange::<W>(100, options, &envelope("ann@example.org", &["bob@example.net"]), MESSAGE).await;
    assert!(sent.is_complete() && !received.tls);
}

/// Says a line each time it has heard one, until nothing is left; then goes away.
async fn script(end: End, lines: &[&[u8]]) {
    for line in lines {
        end.say(line);
        if !hears_a_line(&end).await {
            return;
        }
    }
}

/// The same, but the last line is said while going away.
async fn hang_up_with(end: End, lines: &[&[u8]]) {
    for (place, line) in lines.iter().enumerate() {
        if place > 0 && !hears_a_line(&end).await {
            return;
        }
        end.say(line);
    }
}

/// Whether a line comes before the other end goes away.
async fn hears_a_line(end: &End) -> bool {
    std::future::poll_fn(|context| {
        if end.is_closed() {
            return Poll::Ready(false);
        }
        if end.heard().ends_with(b"\r\n") {
            return Poll::Ready(true);
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

pub(crate) async fn plaintext_behind_starttls_is_not_parsed<W: World>() {
    let (client, server) = pipe(1000);
    let mut options = Options::default();
    options.security = Security::StartTls(TlsClient::insecure().unwrap());
    let lines: &[&[u8]] =
        &[b"220 mx\r\n", b"250-mx\r\n250 STARTTLS\r\n", b"220 go ahead\r\n250-mx\r\n250 AUTH PLAIN\r\n"];
    let (failed, ()) =
        together(SmtpClient::<W>::over("localhost", Box::new(client), options), script(server, lines)).await;
    assert!(matches!(failed, Err(Error::Closed { why: Closed::TlsResidue, .. })), "{failed:?}");
}

pub(crate) async fn a_message_whose_reply_never_came_is_in_doubt<W: World>() {
    let (client, server) = pipe(1000);
    let lines: &[&[u8]] = &[b"220 mx\r\n", b"250 mx\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go ahead\r\n"];
    let send = async {
        let mut client = over::<W>(Box::new(client), Options::default()).await;
        let mut envelope = Envelope::new(ReversePath::Null);
        envelope.recipient("bob@example.net".parse::<Mailbox<'_>>().unwrap());
        client.send(&envelope, &b"a\r\n"[..]).await.unwrap_err()
    };
    let (failed, ()) = together(send, script(server, lines)).await;
    assert!(matches!(failed, Error::Closed { why: Closed::ConnectionLost { .. }, .. }), "{failed:?}");
    assert!(!failed.safe_to_retry());
}

/// Sends a message to two recipients, by a server that says these lines behind the greeting and then hangs up.
async fn cut_off<W: World>(protocol: Protocol, lines: &[&[u8]]) -> (Result<Sent, Error>, SmtpClient<W>) {
    let (client, server) = pipe(1000);
    let mut options = Options::default();
    options.protocol = protocol;
    let send = async {
        let mut client = over::<W>(Box::new(client), options).await;
        let envelope = envelope("ann@example.org", &["bob@example.net", "cleo@example.net"]);
        (client.send(&envelope, &b"a\r\n"[..]).await, client)
    };
    let lines = [&[&b"220 mx\r\n"[..], b"250 mx\r\n"], lines].concat();
    together(send, hang_up_with(server, &lines)).await.0
}

/// Each recipient with the reply that decides about it, behind a `+` if that accepts it.
fn told(recipients: &[RecipientResult]) -> Vec<String> {
    let told = recipients.iter().map(|recipient| match &recipient.result {
        Ok(reply) => format!("{} +{reply}", recipient.path),
        Err(reply) => format!("{} {reply}", recipient.path),
    });
    told.collect()
}

pub(crate) async fn who_has_the_message_is_known_though_the_session_is_lost<W: World>() {
    let lines: &[&[u8]] =
        &[b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go ahead\r\n", b"250 2.0.0 delivered\r\n"];
    let failed = cut_off::<W>(Protocol::Lmtp, lines).await.0.unwrap_err();
    assert!(!failed.safe_to_retry());
    assert_eq!(told(failed.recipients()), ["<bob@example.net> +250 2.0.0 delivered"]);

    let lines: &[&[u8]] = &[b"250 ok\r\n", b"550 no\r\n", b"250 ok\r\n"];
    let failed = cut_off::<W>(Protocol::Smtp, lines).await.0.unwrap_err();
    assert!(failed.safe_to_retry());
    assert_eq!(told(failed.recipients()), ["<bob@example.net> 550 no"]);
}

pub(crate) async fn a_421_that_is_the_last_verdict_is_one<W: World>() {
    let last = b"250 2.0.0 delivered\r\n421 4.3.2 shutting down\r\n";
    let lines: &[&[u8]] = &[b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go ahead\r\n", last];
    let (sent, mut client) = cut_off::<W>(Protocol::Lmtp, lines).await;
    let sent = sent.unwrap();
    assert_eq!(sent.outcome, Outcome::Accepted);
    let expected = ["<bob@example.net> +250 2.0.0 delivered", "<cleo@example.net> 421 4.3.2 shutting down"];
    assert_eq!(told(&sent.recipients), expected);
    let closed = client.noop().await.unwrap_err();
    assert_eq!(closed.to_string(), "the server closes the session: 421 4.3.2 shutting down");

    let lines: &[&[u8]] = &[b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go ahead\r\n", b"421 later\r\n"];
    let sent = cut_off::<W>(Protocol::Smtp, lines).await.0.unwrap();
    assert_eq!(sent.outcome, Outcome::MessageRefused);
    assert_eq!(told(&sent.recipients), ["<bob@example.net> 421 later", "<cleo@example.net> 421 later"]);
}

pub(crate) async fn what_a_server_says_when_it_closes_is_told<W: World>() {
    let blocked = &b"421 4.7.0 blocked, see http://x\r\n"[..];
    let both =
        ["<bob@example.net> 421 4.7.0 blocked, see http://x", "<cleo@example.net> 421 4.7.0 blocked, see http://x"];
    for (lines, heard) in [
        (&[blocked][..], &both[..]),
        (&[b"250 ok\r\n", blocked], &both[..1]),
        (&[b"250 ok\r\n", b"250 ok\r\n", blocked], &both[1..]),
    ] {
        let failed = cut_off::<W>(Protocol::Smtp, lines).await.0.unwrap_err();
        assert!(matches!(failed, Error::Closed { why: Closed::Unavailable { safe_to_retry: true }, .. }), "{failed:?}");
        assert_eq!(failed.to_string(), "the server closes the session: 421 4.7.0 blocked, see http://x");
        assert_eq!(told(failed.recipients()), heard);
    }

    // To no command.
    let (client, server) = pipe(1000);
    let connect = async {
        let mut client = over::<W>(Box::new(client), Options::default()).await;
        client.noop().await.unwrap_err()
    };
    let (failed, ()) = together(connect, hang_up_with(server, &[b"220 mx\r\n", b"250 mx\r\n421 idle\r\n"])).await;
    assert_eq!(failed.to_string(), "the server closes the session: 421 idle");
}

/// Connects to a server that says these lines.
async fn greeted_by<W: World>(options: Options, lines: &[&[u8]]) -> Result<(), Error> {
    let (client, server) = pipe(1000);
    let connect = async { SmtpClient::<W>::over("localhost", Box::new(client), options).await.map(drop) };
    together(connect, script(server, lines)).await.0
}

pub(crate) async fn a_session_may_be_refused<W: World>() {
    let refused = greeted_by::<W>(Options::default(), &[b"554 not today\r\n"]).await;
    let Err(Error::Refused { command: Verb::Connect, reply }) = refused else { panic!("{refused:?}") };
    assert_eq!(reply.code().get(), 554);
    let refused = greeted_by::<W>(Options::default(), &[b"220 mx\r\n", b"421 go away\r\n"]).await;
    let Err(Error::Refused { command: Verb::Ehlo, reply }) = refused else { panic!("{refused:?}") };
    assert_eq!(reply.to_string(), "421 go away");
}

pub(crate) async fn a_server_without_ehlo_is_told_helo<W: World>() {
    let lines: &[&[u8]] = &[b"220 mx\r\n", b"500 what?\r\n", b"250 mx\r\n"];
    greeted_by::<W>(Options::default(), lines).await.unwrap();
    let lines: &[&[u8]] = &[b"220 mx\r\n", b"500 what?\r\n", b"500 what?\r\n"];
    let refused = greeted_by::<W>(Options::default(), lines).await;
    assert!(matches!(refused, Err(Error::Refused { command: Verb::Helo, .. })), "{refused:?}");
}

pub(crate) async fn a_server_offers_starttls_and_has_it_not<W: World>() {
    let lines: &[&[u8]] = &[b"220 mx\r\n", b"250-mx\r\n250 STARTTLS\r\n", b"454 not now\r\n"];
    let mut options = Options::default();
    options.security = Security::Opportunistic(TlsClient::insecure().unwrap());
    greeted_by::<W>(options.clone(), lines).await.unwrap();
    options.security = Security::StartTls(TlsClient::insecure().unwrap());
    let refused = greeted_by::<W>(options, lines).await;
    assert!(matches!(refused, Err(Error::Refused { command: Verb::StartTls, .. })), "{refused:?}");
}

/// Tries to log in to a server that says these lines, and then whether the session goes on.
async fn given_up_login<W: World>(credentials: Credentials, lines: &[&[u8]]) -> Error {
    let (client, server) = pipe(1000);
    let mut options = Options::default();
    options.plaintext_login = true;
    let log_in = async {
        let mut client = over::<W>(Box::new(client), options).await;
        let failed = client.login(&credentials).await.unwrap_err();
        client.noop().await.unwrap();
        failed
    };
    together(log_in, script(server, lines)).await.0
}

pub(crate) async fn a_server_that_asks_too_much_is_told_nothing<W: World>() {
    let lines: &[&[u8]] = &[
        b"220 mx\r\n",
        b"250-mx\r\n250 AUTH LOGIN\r\n",
        b"334 VXNlcm5hbWU6\r\n",
        b"334 UGFzc3dvcmQ6\r\n",
        b"334 UElOOg==\r\n",
        b"501 cancelled\r\n",
        b"250 ok\r\n",
    ];
    let failed = given_up_login::<W>(ann(), lines).await;
    assert!(matches!(failed, Error::Mechanism(_)), "{failed:?}");
}

pub(crate) async fn a_response_that_is_too_long_gives_the_login_up_and_no_more<W: World>() {
    let lines: &[&[u8]] = &[
        b"220 mx\r\n",
        b"250-mx\r\n250 AUTH LOGIN\r\n",
        b"334 VXNlcm5hbWU6\r\n",
        b"334 UGFzc3dvcmQ6\r\n",
        b"501 cancelled\r\n",
        b"250 ok\r\n",
    ];
    let credentials = Credentials::new("ann", &"x".repeat(10_000)).unwrap();
    let failed = given_up_login::<W>(credentials, lines).await;
    assert!(matches!(failed, Error::Misuse(Misuse::TooLong)), "{failed:?}");
}
