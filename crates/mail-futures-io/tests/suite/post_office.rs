//! An SMTP and a POP3 server for one connection each, with one user, Ann.

use std::sync::Arc;

use mail_futures_io::{BoxedStream, Driver, TlsServer};
use mail_sasl::{Credentials, Mechanism, ServerMechanism, ServerStep};
use pop3_proto::UniqueId;
use pop3_proto::server as pop3;
use smtp_proto::reply::Reply;
use smtp_proto::server as smtp;

use super::World;

pub(crate) const USER: &str = "ann";
pub(crate) const PASSWORD: &str = "correct horse \u{e9}";

pub(crate) fn ann() -> Credentials {
    Credentials::new(USER, PASSWORD).unwrap()
}

fn believes(credentials: &Credentials) -> bool {
    credentials.authorization_id().is_none()
        && credentials.authentication_id() == USER
        && credentials.password().is(PASSWORD)
}

/// What TLS there is.
#[derive(Clone, Default)]
pub(crate) enum Tls {
    #[default]
    None,
    Offered(TlsServer),
    Implicit(TlsServer),
}

/// A message as it was received.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Mail {
    pub from: String,
    pub to: Vec<String>,
    pub body: Vec<u8>,
}

/// What happened in an SMTP session.
#[derive(Debug, Default)]
pub(crate) struct Received {
    pub mails: Vec<Mail>,
    pub authenticated: bool,
    pub tls: bool,
    pub closed: Option<smtp::Closed>,
}

/// Serves one SMTP or LMTP session. Nobody named `nobody` is known, and nothing is taken from `spammer`.
pub(crate) async fn smtp<W: World>(stream: BoxedStream, tls: Tls, adjust: impl FnOnce(&mut smtp::Config)) -> Received {
    let mut config = smtp::Config::default();
    config.starttls = matches!(tls, Tls::Offered(_));
    config.mechanisms = ["PLAIN", "LOGIN"].map(|name| smtp_proto::Mechanism::parse(name).unwrap()).into();
    adjust(&mut config);
    let mut session = Driver::new(stream, W::timer(), |now| smtp::Server::new(now, Arc::new(config)));
    let mut received = Received::default();
    if let Tls::Implicit(tls) = &tls
        && session.accept_tls(tls).await.is_err()
    {
        return received;
    }
    let mut mail = Mail::default();
    let mut mechanism: Option<Box<dyn ServerMechanism + Send + Sync>> = None;
    while let Ok(Some(event)) = session.next_event().await {
        use smtp::{Event, Request};
        let answered = match event {
            Event::Request(Request::Mail { from, .. }) => {
                mail = Mail { from: from.to_string(), ..Mail::default() };
                match mail.from.contains("spammer") {
                    true => session.machine_mut().reject(Reply::REFUSED_BY_POLICY),
                    false => session.machine_mut().accept(),
                }
            }
            Event::Request(Request::Rcpt { to, .. }) => match to.to_string() {
                nobody if nobody.contains("nobody") => session.machine_mut().reject(Reply::NO_SUCH_USER),
                somebody => {
                    mail.to.push(somebody);
                    session.machine_mut().accept()
                }
            },
            Event::Body(octets) => {
                mail.body.extend_from_slice(octets);
                Ok(())
            }
            Event::Request(Request::EndOfData { .. }) => {
                received.mails.push(std::mem::take(&mut mail));
                session.machine_mut().accept()
            }
            Event::Request(Request::Auth { mechanism: name, initial_response, .. }) => {
                let mut begun = Mechanism::from_name(name.as_str()).unwrap().server();
                let step = begun.step(initial_response.as_deref());
                mechanism = Some(begun);
                answer_smtp(session.machine_mut(), step)
            }
            Event::Request(Request::AuthResponse(response)) => {
                let step = mechanism.as_mut().unwrap().step(Some(&response));
                answer_smtp(session.machine_mut(), step)
            }
            Event::Request(_) => session.machine_mut().accept(),
            Event::UpgradeTls => {
                let Tls::Offered(tls) = &tls else { panic!("nobody offered it") };
                // If this fails, the session's next event is its last.
                let _ = session.accept_tls(tls).await;
                Ok(())
            }
            Event::Closed(why) => {
                received.closed = Some(why);
                Ok(())
            }
            _ => Ok(()),
        };
        answered.unwrap();
    }
    received.authenticated = session.machine().is_authenticated();
    received.tls = session.machine().tls().is_some();
    received
}

fn answer_smtp(
    server: &mut smtp::Server,
    step: Result<ServerStep, mail_sasl::ServerError>,
) -> Result<(), smtp::Misuse> {
    match step {
        Ok(ServerStep::Challenge(challenge)) => server.challenge(&challenge),
        Ok(ServerStep::Verify(credentials)) if believes(&credentials) => server.accept(),
        _ => server.reject(Reply::AUTHENTICATION_FAILED),
    }
}

/// What happened in a POP3 session.
#[derive(Debug, Default)]
pub(crate) struct Served {
    /// Which messages were deleted, by their places from 1.
    pub deleted: Vec<u32>,
    pub tls: bool,
    pub closed: Option<pop3::Closed>,
}

/// Serves one POP3 session with these messages.
pub(crate) async fn pop3<W: World>(
    stream: BoxedStream,
    tls: Tls,
    messages: &[Vec<u8>],
    adjust: impl FnOnce(&mut pop3::Config),
) -> Served {
    let mut config = pop3::Config::default();
    config.stls = if matches!(tls, Tls::Offered(_)) { pop3::Stls::Required } else { pop3::Stls::Absent };
    config.mechanisms = ["PLAIN", "LOGIN"].map(|name| pop3_proto::Mechanism::new(name).unwrap()).into();
    adjust(&mut config);
    let mut session = Driver::new(stream, W::timer(), |now| pop3::Server::new(now, Arc::new(config)));
    let mut served = Served::default();
    if let Tls::Implicit(tls) = &tls
        && session.accept_tls(tls).await.is_err()
    {
        return served;
    }
    let mut mechanism: Option<Box<dyn ServerMechanism + Send + Sync>> = None;
    let mut sending: &[u8] = b"";
    while let Ok(Some(event)) = session.next_event().await {
        use pop3::{Event, Request};
        let answered = match event {
            Event::Request(Request::Login { user, password }) => {
                let right = user == USER && password.expose() == PASSWORD.as_bytes();
                log_in(session.machine_mut(), right, messages)
            }
            Event::Request(Request::Auth { mechanism: name, initial }) => {
                let mut begun = Mechanism::from_name(name.as_str()).unwrap().server();
                let step = begun.step(initial.as_deref());
                mechanism = Some(begun);
                answer_pop3(session.machine_mut(), step, messages)
            }
            Event::Request(Request::AuthResponse { response }) => {
                let step = mechanism.as_mut().unwrap().step(Some(&response));
                answer_pop3(session.machine_mut(), step, messages)
            }
            Event::Request(Request::Retrieve { message } | Request::Top { message, .. }) => {
                sending = &messages[message.get() as usize - 1];
                session.machine_mut().accept()
            }
            Event::WantsBody { .. } if sending.is_empty() => session.machine_mut().finish_body(),
            Event::WantsBody { capacity } => {
                let (now, later) = sending.split_at(capacity.min(sending.len()));
                sending = later;
                session.machine_mut().send_body(now).map(drop)
            }
            Event::Request(Request::Update { deletions }) => {
                served.deleted.extend(deletions.iter().map(|(message, _)| message.get()));
                session.machine_mut().accept()
            }
            Event::Request(_) => session.machine_mut().accept(),
            Event::UpgradeTls => {
                let Tls::Offered(tls) = &tls else { panic!("nobody offered it") };
                let _ = session.accept_tls(tls).await;
                Ok(())
            }
            Event::Closed(why) => {
                served.closed = Some(why);
                Ok(())
            }
            _ => Ok(()),
        };
        answered.unwrap();
    }
    served.tls = session.machine().is_tls();
    served
}

fn log_in(server: &mut pop3::Server, right: bool, messages: &[Vec<u8>]) -> Result<(), pop3::Misuse> {
    if !right {
        return server.reject(&pop3_proto::Reply::AUTHENTICATION_FAILED);
    }
    let mut maildrop = pop3::Maildrop::new();
    for (place, message) in messages.iter().enumerate() {
        let id = format!("id-{}", place + 1);
        maildrop.push(message.len() as u64, UniqueId::new(id.as_bytes()).unwrap()).unwrap();
    }
    server.accept_login(maildrop)
}

fn answer_pop3(
    server: &mut pop3::Server,
    step: Result<ServerStep, mail_sasl::ServerError>,
    messages: &[Vec<u8>],
) -> Result<(), pop3::Misuse> {
    match step {
        Ok(ServerStep::Challenge(challenge)) => server.challenge(&challenge),
        Ok(ServerStep::Verify(credentials)) => log_in(server, believes(&credentials), messages),
        _ => server.reject(&pop3_proto::Reply::AUTHENTICATION_FAILED),
    }
}
