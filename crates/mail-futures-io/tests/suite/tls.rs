//! Both clients inside TLS.

use mail_futures_io::smtp::Error;
use mail_futures_io::{Pop3Client, Security, SmtpClient, TlsClient, TlsServer, pop3, smtp};

use super::clients_pop3::messages;
use super::clients_smtp::{MESSAGE, envelope};
use super::pipe::boxed_pipe;
use super::post_office::{self, Received, Tls, ann};
use super::{World, together};

/// A server for `localhost`, and a client that trusts it.
pub(crate) fn certificate() -> (TlsServer, TlsClient) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    let server = TlsServer::from_pem(certificate.as_bytes(), key.as_bytes()).unwrap();
    (server, TlsClient::trusting_pem(certificate.as_bytes()).unwrap())
}

/// Logs in and sends a message.
async fn submit<W: World>(name: &str, security: Security, tls: Tls) -> (Result<(), Error>, Received) {
    let (client, server) = boxed_pipe(500);
    let mut options = smtp::Options::default();
    options.security = security;
    let submit = async {
        let mut client = SmtpClient::<W>::over(name, client, options).await?;
        let info = client.tls().unwrap();
        assert_eq!(info.protocol.as_deref(), Some("TLSv1.3"));
        assert!(info.cipher_suite.as_deref().is_some_and(|suite| suite.starts_with("TLS_")));
        assert!(info.peer_certificate.is_some() && info.channel_binding.is_some());
        client.login(&ann()).await?;
        let sent = client.send(&envelope("ann@example.org", &["bob@example.net"]), MESSAGE).await?;
        assert!(sent.is_complete());
        client.quit().await
    };
    together(submit, post_office::smtp::<W>(server, tls, |_| {})).await
}

fn assert_submitted((client, server): (Result<(), Error>, Received)) {
    client.unwrap();
    assert!(server.tls && server.authenticated);
    assert_eq!(server.mails[0].body, [MESSAGE, b"\r\n"].concat());
    assert_eq!(server.closed, Some(smtp_proto::server::Closed::Quit));
}

pub(crate) async fn starttls_and_a_login<W: World>() {
    let (server, client) = certificate();
    let security = [Security::StartTls(client.clone()), Security::Opportunistic(client)];
    for security in security {
        assert_submitted(submit::<W>("localhost", security, Tls::Offered(server.clone())).await);
    }
}

pub(crate) async fn implicit_tls_and_a_login<W: World>() {
    let (server, client) = certificate();
    assert_submitted(submit::<W>("localhost", Security::Implicit(client), Tls::Implicit(server)).await);
}

pub(crate) async fn anybody_is_trusted_if_asked<W: World>() {
    let (server, _) = certificate();
    let security = Security::StartTls(TlsClient::insecure().unwrap());
    assert_submitted(submit::<W>("another.example", security, Tls::Offered(server)).await);
}

fn assert_distrusted((client, server): (Result<(), Error>, Received)) {
    assert!(matches!(client, Err(Error::Tls(_))), "{client:?}");
    assert!(server.mails.is_empty() && !server.authenticated);
}

pub(crate) async fn a_certificate_of_nobody_known_is_not_trusted<W: World>() {
    let (server, _) = certificate();
    let client = TlsClient::webpki().unwrap();
    let security = [Security::StartTls(client.clone()), Security::Opportunistic(client.clone())];
    for security in security {
        assert_distrusted(submit::<W>("localhost", security, Tls::Offered(server.clone())).await);
    }
    assert_distrusted(submit::<W>("localhost", Security::Implicit(client), Tls::Implicit(server)).await);
}

pub(crate) async fn a_certificate_for_another_name_is_not_trusted<W: World>() {
    let (server, client) = certificate();
    assert_distrusted(submit::<W>("another.example", Security::StartTls(client), Tls::Offered(server)).await);
}

async fn fetch<W: World>(security: Security, tls: Tls) {
    let (client, server) = boxed_pipe(500);
    let messages = messages();
    let mut options = pop3::Options::default();
    options.security = security;
    let fetch = async {
        let mut client = Pop3Client::<W>::over("localhost", client, options).await.unwrap();
        client.login(&ann()).await.unwrap();
        for listing in client.list().await.unwrap() {
            let mut octets = Vec::new();
            client.retrieve_into(listing.message, &mut octets).await.unwrap();
            assert!(octets == messages[listing.message.get() as usize - 1], "the message has changed on its way");
            client.delete(listing.message).await.unwrap();
        }
        client.quit().await.unwrap();
    };
    let ((), served) = together(fetch, post_office::pop3::<W>(server, tls, &messages, |_| {})).await;
    assert!(served.tls);
    assert_eq!(served.deleted, [1, 2, 3]);
}

pub(crate) async fn stls_and_a_login<W: World>() {
    let (server, client) = certificate();
    fetch::<W>(Security::StartTls(client), Tls::Offered(server)).await;
}

pub(crate) async fn pop3_inside_tls<W: World>() {
    let (server, client) = certificate();
    fetch::<W>(Security::Implicit(client), Tls::Implicit(server)).await;
}
