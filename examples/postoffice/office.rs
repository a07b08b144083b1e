//! The office as a whole: what its services share, its doors, and closing time.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mail_tokio::{Driver, TlsServer};
use pop3_proto::server::Stls;
use programs::terminal::{about, say};
use smtp_proto::Host;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tracing::{info, warn};

use crate::checking::Checking;
use crate::config::Config;
use crate::recorded::{Conversation, Recorded};
use crate::signing::Keys;
use crate::{pop3, smtp};

/// An SMTP session's driver.
pub(crate) type SmtpConnection = Driver<Recorded<smtp_proto::server::Server>>;
/// A POP3 session's driver.
pub(crate) type Pop3Connection = Driver<Recorded<pop3_proto::server::Server>>;

/// What is offered, each on a port of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    /// SMTP with STARTTLS.
    Smtp,
    /// Submission with implicit TLS, for those who log in (RFC 8314, section 3.3).
    Submissions,
    /// POP3 with STLS.
    Pop3,
    /// POP3 with implicit TLS.
    Pop3s,
}

impl Service {
    /// Whether TLS comes before everything else.
    pub(crate) fn has_implicit_tls(self) -> bool {
        matches!(self, Self::Submissions | Self::Pop3s)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Smtp => "SMTP",
            Self::Submissions => "submissions",
            Self::Pop3 => "POP3",
            Self::Pop3s => "POP3S",
        }
    }
}

/// What all sessions share.
pub(crate) struct Office {
    /// Who has a mailbox here.
    pub(crate) config: Config,
    /// The server's half of TLS.
    pub(crate) tls: TlsServer,
    /// How mail from strangers is checked, if it is.
    pub(crate) checking: Option<Checking>,
    /// What mail from users is signed with.
    pub(crate) keys: Keys,
    smtp: Arc<smtp_proto::server::Config>,
    pop3: Arc<pop3_proto::server::Config>,
    /// Whether it is closing time.
    pub(crate) closing: watch::Sender<bool>,
    /// Where the sessions are written down, if anybody wants to read them.
    conversations: Option<Mutex<Vec<Arc<Mutex<Conversation>>>>>,
}

impl Office {
    /// An office with these users and this certificate. `record` keeps every conversation, for the demonstration.
    pub(crate) fn new(
        config: Config,
        tls: TlsServer,
        checking: Option<Checking>,
        keys: Keys,
        record: bool,
    ) -> io::Result<Arc<Self>> {
        let mut smtp = smtp_proto::server::Config::default();
        smtp.host = Host::parse(&config.host).map_err(io::Error::other)?.into_owned();
        smtp.starttls = true;
        let mut pop3 = pop3_proto::server::Config::default();
        pop3.stls = Stls::Required;
        for name in ["PLAIN", "LOGIN"] {
            smtp.mechanisms.push(smtp_proto::Mechanism::parse(name).map_err(io::Error::other)?);
            pop3.mechanisms.push(pop3_proto::Mechanism::new(name).map_err(io::Error::other)?);
        }
        let conversations = record.then(Mutex::default);
        let (closing, _) = watch::channel(false);
        let (smtp, pop3) = (Arc::new(smtp), Arc::new(pop3));
        Ok(Arc::new(Self { config, tls, checking, keys, smtp, pop3, closing, conversations }))
    }

    /// The conversations so far, oldest first.
    pub(crate) fn conversations(&self) -> Vec<Arc<Mutex<Conversation>>> {
        let all = self.conversations.as_ref().map(|all| all.lock().unwrap_or_else(PoisonError::into_inner));
        all.map_or_else(Vec::new, |all| all.clone())
    }

    fn conversation(&self) -> Option<Arc<Mutex<Conversation>>> {
        let all = self.conversations.as_ref()?;
        let conversation = Arc::<Mutex<Conversation>>::default();
        all.lock().unwrap_or_else(PoisonError::into_inner).push(conversation.clone());
        Some(conversation)
    }

    async fn serve(self: Arc<Self>, service: Service, stream: TcpStream, peer: SocketAddr) -> io::Result<()> {
        // Replies are small and waited for.
        stream.set_nodelay(true)?;
        let conversation = self.conversation();
        match service {
            Service::Smtp | Service::Submissions => {
                let server = |now| smtp_proto::server::Server::new(now, self.smtp.clone());
                let machine = |now| Recorded::new(server(now), conversation);
                let mut session = mail_tokio::drive(stream, machine);
                if service.has_implicit_tls() {
                    session.accept_tls(&self.tls).await?;
                }
                smtp::serve(self, service, peer, session).await
            }
            Service::Pop3 | Service::Pop3s => {
                let server = |now| pop3_proto::server::Server::new(now, self.pop3.clone());
                let machine = |now| Recorded::new(server(now), conversation);
                let mut session = mail_tokio::drive(stream, machine);
                if service.has_implicit_tls() {
                    session.accept_tls(&self.tls).await?;
                }
                pop3::serve(self, peer, session).await
            }
        }
    }
}

/// Completes when the office closes.
pub(crate) async fn closing_time(closing: &mut watch::Receiver<bool>) {
    let _ = closing.wait_for(|closing| *closing).await;
}

/// Services that listen and do not yet answer.
pub(crate) struct Doors {
    listeners: Vec<(Service, TcpListener)>,
}

impl Doors {
    /// Listens on a port for each service; port 0 lets the system choose.
    pub(crate) async fn open(address: IpAddr, ports: [(Service, u16); 4]) -> io::Result<Self> {
        let mut listeners = Vec::new();
        for (service, port) in ports {
            let what = || format!("{} cannot listen on {address}:{port}", service.name());
            let listener = TcpListener::bind((address, port)).await.map_err(|problem| about(what(), problem))?;
            listeners.push((service, listener));
        }
        Ok(Self { listeners })
    }

    /// Where a service listens.
    pub(crate) fn address(&self, service: Service) -> io::Result<SocketAddr> {
        let of = self.listeners.iter().find(|(of, _)| *of == service);
        of.map_or_else(|| Err(io::ErrorKind::NotFound.into()), |(_, listener)| listener.local_addr())
    }

    /// Says where everything listens, one service a line.
    pub(crate) fn announce(&self) -> io::Result<()> {
        for (service, listener) in &self.listeners {
            say(format_args!("{:<12} on {}", service.name(), listener.local_addr()?));
        }
        Ok(())
    }

    /// Answers until `closing` completes; then tells the sessions that are going on, and gives them ten seconds. A
    /// message that was not accepted by then is still the client's, and will be sent again.
    pub(crate) async fn serve(self, office: Arc<Office>, closing: impl Future<Output = ()>) {
        let (connections, mut arrivals) = mpsc::channel(16);
        let mut doors = JoinSet::new();
        for (service, listener) in self.listeners {
            doors.spawn(answer(service, listener, connections.clone()));
        }
        let mut sessions = JoinSet::new();
        let mut closing = pin!(closing);
        loop {
            tokio::select! {
                () = &mut closing => break,
                Some((service, stream, peer)) = arrivals.recv() => {
                    let office = office.clone();
                    sessions.spawn(async move {
                        info!(%peer, service = service.name(), "session begins");
                        if let Err(problem) = office.serve(service, stream, peer).await {
                            warn!(%peer, %problem, "session broke off");
                        }
                    });
                }
                // Ended sessions are not kept.
                Some(_) = sessions.join_next() => {}
            }
        }
        info!(sessions = sessions.len(), "closing");
        doors.abort_all();
        office.closing.send_replace(true);
        let _ = tokio::time::timeout(Duration::from_secs(10), async { while sessions.join_next().await.is_some() {} })
            .await;
    }
}

/// Accepts connections for ever.
async fn answer(service: Service, listener: TcpListener, to: mpsc::Sender<(Service, TcpStream, SocketAddr)>) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if to.send((service, stream, peer)).await.is_err() {
                    return;
                }
            }
            Err(problem) => {
                // Out of file descriptors, most likely: some will be free soon.
                warn!(%problem, "cannot accept");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}
