//! The runtimes' own sockets, on loopback.

use mail_futures_io::{Pop3Client, Security, SmtpClient, pop3, smtp};

use super::clients_pop3::number;
use super::clients_smtp::{MESSAGE, envelope};
use super::post_office::{self, Tls, ann};
use super::tls::certificate;
use super::{World, together};

pub(crate) async fn mail_is_sent_and_fetched_over_tcp<W: World>() {
    let (server, client) = certificate();

    let (port, connection) = W::listen().await;
    let mut options = smtp::Options::default();
    options.security = Security::StartTls(client.clone());
    let send = async {
        let mut client = SmtpClient::<W>::connect("localhost", port, options).await.unwrap();
        client.login(&ann()).await.unwrap();
        let sent = client.send(&envelope("ann@example.org", &["bob@example.net"]), MESSAGE).await.unwrap();
        assert!(sent.is_complete());
        client.quit().await.unwrap();
    };
    let tls = Tls::Offered(server.clone());
    let receive = async { post_office::smtp::<W>(connection.await, tls, |_| {}).await };
    let ((), mut received) = together(send, receive).await;
    let mail = received.mails.remove(0);

    let (port, connection) = W::listen().await;
    let mut options = pop3::Options::default();
    options.security = Security::Implicit(client);
    let fetch = async {
        let mut client = Pop3Client::<W>::connect("localhost", port, options).await.unwrap();
        client.login(&ann()).await.unwrap();
        let mut octets = Vec::new();
        client.retrieve_into(number(1), &mut octets).await.unwrap();
        client.delete(number(1)).await.unwrap();
        client.quit().await.unwrap();
        octets
    };
    let messages = [mail.body];
    let serve = async { post_office::pop3::<W>(connection.await, Tls::Implicit(server), &messages, |_| {}).await };
    let (octets, served) = together(fetch, serve).await;
    assert_eq!(octets, [MESSAGE, b"\r\n"].concat());
    assert_eq!(served.deleted, [1]);
}

pub(crate) async fn nobody_listens<W: World>() {
    let (port, connection) = W::listen().await;
    drop(connection);
    let failed = SmtpClient::<W>::connect("127.0.0.1", port, smtp::Options::default()).await;
    assert!(matches!(failed, Err(smtp::Error::Connect(_))), "{failed:?}");
}
