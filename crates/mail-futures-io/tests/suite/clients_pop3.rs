//! The sequential POP3 client against our server, and against servers that are none.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use mail_futures_io::pop3::{Error, MessageNumber, Options};
use mail_futures_io::{BoxedStream, Pop3Client, Security, TlsClient};
use mail_sasl::{Credentials, NoMechanism};
use pop3_proto::client::{Asked, Reason, Waiting};

use super::pipe::{End, boxed_pipe, pipe};
use super::post_office::{self, Tls, ann};
use super::{World, together};

pub(crate) fn messages() -> Vec<Vec<u8>> {
    vec![
        b"Subject: one\r\n\r\n.\r\n..\r\n.hidden\r\n".to_vec(),
        b"Subject: two\r\n\r\n".iter().copied().chain(b".a long one\r\n".repeat(20_000)).collect(),
        b"Subject: three\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n".to_vec(),
    ]
}

pub(crate) fn number(number: u32) -> MessageNumber {
    MessageNumber::new(number).unwrap()
}

fn plaintext() -> Options {
    let mut options = Options::default();
    options.plaintext_login = true;
    options
}

/// Greets with the first of these, and answers each line with the next, until the client goes.
async fn recite<'a>(server: &End, replies: impl IntoIterator<Item = &'a [u8]>) {
    let mut replies = replies.into_iter();
    server.say(replies.next().unwrap_or_default());
    poll_fn(|context| {
        if server.is_closed() {
            return Poll::Ready(());
        }
        if server.heard().ends_with(b"\r\n") {
            server.say(replies.next().unwrap_or_default());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Polls a future so often, with time for others in between, and drops it.
async fn abandon(future: impl Future, mut polls: usize) {
    let mut future = pin!(future);
    poll_fn(|context| {
        if polls == 0 || future.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        polls -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

async fn logged_in<W: World>(stream: BoxedStream) -> Pop3Client<W> {
    let mut client = Pop3Client::over("localhost", stream, plaintext()).await.unwrap();
    client.login(&ann()).await.unwrap();
    client
}

pub(crate) async fn a_maildrop_is_listed_fetched_and_emptied<W: World>() {
    // By AUTH, and by USER and PASS.
    for sasl in [true, false] {
        let (client, server) = boxed_pipe(300);
        let messages = messages();
        let fetch = async {
            let mut client = logged_in::<W>(client).await;
            let stat = client.stat().await.unwrap();
            assert_eq!(stat.messages, 3);
            assert_eq!(stat.octets, Some(messages.iter().map(|message| message.len() as u64).sum()));
            let ids = client.unique_ids().await.unwrap();
            assert_eq!(ids.iter().map(|listing| &*listing.id).collect::<Vec<_>>(), [b"id-1", b"id-2", b"id-3"]);
            for listing in client.list().await.unwrap() {
                let mut octets = Vec::new();
                let written = client.retrieve_into(listing.message, &mut octets).await.unwrap();
                assert_eq!((Some(written), written), (listing.octets, octets.len() as u64));
                assert!(octets == messages[listing.message.get() as usize - 1], "the message has changed on its way");
                if listing.message != number(3) {
                    client.delete(listing.message).await.unwrap();
                }
            }
            let gone = client.retrieve(number(1)).await.map(drop).unwrap_err();
            assert!(matches!(gone, Error::Refused { command: Asked::Retr(_), .. }), "{gone:?}");
            client.quit().await.unwrap();
        };
        let serve = post_office::pop3::<W>(server, Tls::None, &messages, |config| {
            if !sasl {
                config.mechanisms.clear();
            }
        });
        let ((), served) = together(fetch, serve).await;
        assert_eq!(served.deleted, [1, 2]);
    }
}

pub(crate) async fn nothing_is_deleted_without_quit<W: World>() {
    let (client, server) = boxed_pipe(300);
    let messages = messages();
    let fetch = async {
        let mut client = logged_in::<W>(client).await;
        client.delete(number(1)).await.unwrap();
    };
    let ((), served) = together(fetch, post_office::pop3::<W>(server, Tls::None, &messages, |_| {})).await;
    assert!(served.deleted.is_empty());
    assert_eq!(served.closed, Some(pop3_proto::server::Closed::Eof));
}

pub(crate) async fn a_message_that_is_not_read_to_its_end_is_skipped<W: World>() {
    let (client, server) = boxed_pipe(300);
    let messages = messages();
    let fetch = async {
        let mut client = logged_in::<W>(client).await;
        let mut left = client.retrieve(number(2)).await.unwrap();
        assert!(left.chunk().await.unwrap().is_some());
        assert_eq!(left.octets(), None);
        assert_eq!(client.list().await.unwrap().len(), 3);
        client.retrieve(number(2)).await.unwrap();
        let mut top = client.top(number(3), 0).await.unwrap();
        let mut octets = Vec::new();
        while let Some(chunk) = top.chunk().await.unwrap() {
            octets.extend_from_slice(chunk);
        }
        assert_eq!(octets, b"Subject: three\r\n\r\n");
        assert_eq!(top.octets(), Some(octets.len() as u64));
        client.quit().await.unwrap();
    };
    let ((), served) = together(fetch, post_office::pop3::<W>(server, Tls::None, &messages, |_| {})).await;
    assert!(served.deleted.is_empty());
}

pub(crate) async fn a_login_is_refused<W: World>() {
    for sasl in [true, false] {
        let (client, server) = boxed_pipe(300);
        let log_in = async {
            let mut client = Pop3Client::<W>::over("localhost", client, plaintext()).await.unwrap();
            let failed = client.login(&Credentials::new("ann", "wrong").unwrap()).await.unwrap_err();
            assert!(matches!(&failed, Error::Refused { code: Some(code), .. } if **code == *"AUTH"), "{failed:?}");
            client.login(&ann()).await.unwrap();
            client.quit().await.unwrap();
        };
        let serve = post_office::pop3::<W>(server, Tls::None, &[], |config| {
            if !sasl {
                config.mechanisms.clear();
            }
        });
        together(log_in, serve).await;
    }
}

pub(crate) async fn no_password_goes_to_a_server_without_tls<W: World>() {
    for sasl in [true, false] {
        let (client, server) = boxed_pipe(300);
        let log_in = async {
            let mut client = Pop3Client::<W>::over("localhost", client, Options::default()).await.unwrap();
            let failed = client.login(&ann()).await;
            assert!(matches!(failed, Err(Error::NoMechanism(NoMechanism::NeedsTls))), "{failed:?}");
        };
        let serve = post_office::pop3::<W>(server, Tls::None, &[], |config| {
            if !sasl {
                config.mechanisms.clear();
            }
        });
        together(log_in, serve).await;
    }
}

pub(crate) async fn plaintext_behind_stls_is_not_parsed<W: World>() {
    let (client, server) = pipe(1000);
    let mut options = Options::default();
    options.security = Security::StartTls(TlsClient::insecure().unwrap());
    let lines = [&b"+OK\r\n"[..], b"+OK\r\nSTLS\r\n.\r\n", b"+OK\r\n+OK\r\nSASL PLAIN\r\n.\r\n"];
    let serve = recite(&server, lines);
    let (failed, ()) = together(Pop3Client::<W>::over("localhost", Box::new(client), options), serve).await;
    let Err(Error::Closed(closed)) = failed else { panic!("{failed:?}") };
    assert_eq!(closed.reason, Reason::TlsResidue);
}

pub(crate) async fn a_maildrop_may_be_refused<W: World>() {
    let (client, server) = pipe(1000);
    server.say(b"-ERR [SYS/TEMP] not today\r\n");
    let refused = Pop3Client::<W>::over("localhost", Box::new(client), Options::default()).await;
    let Err(Error::Unwelcome { code, text }) = refused else { panic!("{refused:?}") };
    assert_eq!((code.as_deref(), &*text), (Some("SYS/TEMP"), "not today"));
}

pub(crate) async fn the_answer_to_an_abandoned_command_is_not_taken_for_another<W: World>() {
    let messages = vec![b"Subject: x\r\n".to_vec(); 500];
    for polls in [1, 2, 3, 5, 8, 13, 21] {
        let (client, server) = boxed_pipe(300);
        let fetch = async {
            let mut client = logged_in::<W>(client).await;
            abandon(client.unique_ids(), polls).await;
            abandon(client.unique_ids(), polls).await;
            let ids = client.unique_ids().await.unwrap();
            assert!(ids.iter().map(|listing| listing.message.get()).eq(1..=500), "after {polls} polls: {ids:?}");
            abandon(client.list(), polls).await;
            let sizes = client.list().await.unwrap();
            assert!(sizes.iter().map(|listing| listing.message.get()).eq(1..=500), "after {polls} polls: {sizes:?}");
            abandon(client.stat(), 1).await;
            abandon(client.delete(number(1)), polls.max(2)).await;
            assert_eq!(client.stat().await.unwrap().messages, 499);
            abandon(client.retrieve(number(2)), polls).await;
            assert_eq!(client.retrieve_into(number(2), Vec::new()).await.unwrap(), 12);
            abandon(client.reset(), polls).await;
            client.quit().await.unwrap();
        };
        let ((), served) = together(fetch, post_office::pop3::<W>(server, Tls::None, &messages, |_| {})).await;
        assert!(served.deleted.is_empty(), "{served:?}");
    }
}

pub(crate) async fn a_listing_without_end_is_broken_off<W: World>() {
    let long = [b"+OK\r\n1 ".to_vec(), vec![b'x'; 141], b"\r\n.\r\n".to_vec()].concat();
    for (listing, is_uidl, length) in [
        (&b"+OK\r\n1 5\r\n2 5\r\n.\r\n"[..], false, Some(2)),
        (b"+OK\r\n1 5\r\n2 5\r\n3 5\r\n", false, None),
        (b"+OK\r\n1 a\r\n2 b\r\n.\r\n", true, Some(2)),
        (b"+OK\r\n1 a\r\n2 b\r\n3 c\r\n", true, None),
        // More than two ids of 70 octets.
        (&long, true, None),
    ] {
        let (client, server) = pipe(1000);
        let mut options = plaintext();
        options.most_messages = 2;
        let fetch = async {
            let mut client = Pop3Client::<W>::over("localhost", Box::new(client), options).await.unwrap();
            let (asked, listed) = match is_uidl {
                true => (Asked::Uidl(None), client.unique_ids().await.map(|ids| ids.len())),
                false => (Asked::List(None), client.list().await.map(|messages| messages.len())),
            };
            match (listed, length) {
                (Ok(listed), Some(length)) => assert_eq!(listed, length),
                (Err(Error::TooManyMessages(of)), None) => {
                    assert_eq!(of, asked);
                    let over = client.noop().await;
                    assert!(matches!(over, Err(Error::Closed(closed)) if closed.reason == Reason::Aborted));
                }
                (listed, _) => panic!("{listed:?}"),
            }
        };
        together(fetch, recite(&server, [&b"+OK\r\n"[..], b"-ERR what?\r\n", listing])).await;
    }
}

pub(crate) async fn an_abandoned_login_is_given_up<W: World>() {
    for polls in 1..12 {
        for again in [true, false] {
            let (client, server) = boxed_pipe(300);
            let log_in = async {
                let mut client = Pop3Client::<W>::over("localhost", client, plaintext()).await.unwrap();
                abandon(client.login(&ann()), polls).await;
                if again {
                    // The first may have been far enough to succeed.
                    let login = client.login(&ann()).await;
                    assert!(matches!(login, Ok(()) | Err(Error::Refused { .. })), "{login:?}");
                    client.stat().await.unwrap();
                }
                client.quit().await.unwrap();
            };
            let serve = post_office::pop3::<W>(server, Tls::None, &[], |config| {
                config.mechanisms = vec![pop3_proto::Mechanism::new("LOGIN").unwrap()];
            });
            together(log_in, serve).await;
        }
    }
}

pub(crate) async fn a_login_ends_whatever_the_server_asks<W: World>() {
    let capa = &b"+OK\r\nSASL LOGIN\r\n.\r\n"[..];
    let more = std::iter::repeat_n(&b"+ \r\n"[..], 100);
    let early = &b"+ \r\n+OK\r\n"[..];
    for (replies, reason) in [
        (
            [&b"+OK\r\n"[..], capa].into_iter().chain(more).collect::<Vec<_>>(),
            Reason::NotAReply(Waiting::Reply(Asked::Auth)),
        ),
        (vec![b"+OK\r\n", capa, early], Reason::Unsolicited),
    ] {
        let (client, server) = pipe(1000);
        let log_in = async {
            let mut client = Pop3Client::<W>::over("localhost", Box::new(client), plaintext()).await.unwrap();
            client.login(&ann()).await
        };
        let (failed, ()) = together(log_in, recite(&server, replies)).await;
        let Err(Error::Closed(closed)) = failed else { panic!("{failed:?}") };
        assert_eq!(closed.reason, reason);
    }
}
