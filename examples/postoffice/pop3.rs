//! One POP3 session: a user's Maildir as a maildrop.

mod lock;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use mail_sasl::{Mechanism, ServerMechanism, ServerStep};
use pop3_proto::server::{Event, Maildrop, Request};
use pop3_proto::{MessageNumber, Reply, UniqueId};
use tokio::fs::File;
use tokio::io::AsyncReadExt;
use tracing::{info, warn};

use crate::maildir::{self, Maildir};
use crate::office::{Office, Pop3Connection, closing_time};
use lock::Lock;

/// What is known of the session so far.
struct Session {
    office: Arc<Office>,
    peer: SocketAddr,
    mechanism: Option<Box<dyn ServerMechanism + Send + Sync>>,
    /// Nobody else's session has the maildrop.
    lock: Option<Lock>,
    /// The files behind the maildrop's messages, in its order.
    files: Vec<PathBuf>,
    /// The message that is being read.
    reading: Option<File>,
}

/// What to tell the machine when the event is done with.
enum Answer {
    None,
    Accept,
    Login(Maildrop),
    Challenge(Vec<u8>),
    Reject(Reply<'static>),
    Body(usize),
    StartTls,
}

/// Serves one client until the end of its session.
pub(crate) async fn serve(office: Arc<Office>, peer: SocketAddr, mut connection: Pop3Connection) -> io::Result<()> {
    let mut session = Session { office, peer, mechanism: None, lock: None, files: Vec::new(), reading: None };
    let mut buffer = Vec::new();
    let mut closing = session.office.closing.subscribe();
    loop {
        let event = tokio::select! {
            event = connection.next_event() => event?,
            () = closing_time(&mut closing) => {
                connection.machine_mut().abort();
                connection.next_event().await?
            }
        };
        let Some(event) = event else { return Ok(()) };
        let answer = match event {
            Event::Request(request) => session.request(request).await,
            Event::WantsBody { capacity } => Answer::Body(capacity),
            Event::BodySent { .. } => {
                session.reading = None;
                Answer::None
            }
            Event::AuthAborted => {
                session.mechanism = None;
                Answer::None
            }
            Event::UpgradeTls => Answer::StartTls,
            Event::Closed(why) => {
                info!(%peer, %why, "session ended");
                Answer::None
            }
            _ => Answer::None,
        };
        let pop3 = connection.machine_mut();
        match answer {
            Answer::None => {}
            Answer::Accept => pop3.accept().map_err(io::Error::other)?,
            Answer::Login(maildrop) => pop3.accept_login(maildrop).map_err(io::Error::other)?,
            Answer::Challenge(challenge) => pop3.challenge(&challenge).map_err(io::Error::other)?,
            Answer::Reject(reply) => pop3.reject(&reply).map_err(io::Error::other)?,
            Answer::Body(capacity) => {
                buffer.resize(capacity, 0);
                match session.read(&mut buffer).await {
                    Ok(0) => pop3.finish_body().map_err(io::Error::other)?,
                    Ok(read) => {
                        let taken = pop3.send_body(&buffer[..read]).map_err(io::Error::other)?;
                        debug_assert_eq!(taken, read, "the machine takes its capacity");
                    }
                    Err(problem) => {
                        // Half a message must not look like a whole one.
                        warn!(%problem, "cannot read mail");
                        pop3.abort();
                    }
                }
            }
            Answer::StartTls => connection.accept_tls(&session.office.tls).await?,
        }
    }
}

impl Session {
    async fn request(&mut self, request: Request<'_>) -> Answer {
        match request {
            Request::Login { user, password } => {
                let right = self.office.config.password_is_right(user, &password);
                self.login(user, right).await
            }
            Request::Auth { mechanism, initial } => {
                self.mechanism = Mechanism::from_name(mechanism.as_str()).map(Mechanism::server);
                self.authenticate(initial.as_deref()).await
            }
            Request::AuthResponse { response } => self.authenticate(Some(&response)).await,
            Request::Retrieve { message } | Request::Top { message, .. } => self.open(message).await,
            Request::Update { deletions } => {
                let files: Vec<_> = deletions.iter().filter_map(|(number, _)| self.file(number)).collect();
                self.update(files).await
            }
            _ => Answer::Accept,
        }
    }

    async fn authenticate(&mut self, response: Option<&[u8]>) -> Answer {
        let step = self.mechanism.as_mut().map(|mechanism| mechanism.step(response));
        match step {
            Some(Ok(ServerStep::Challenge(challenge))) => Answer::Challenge(challenge.into_owned()),
            Some(Ok(ServerStep::Verify(credentials))) => {
                let right = self.office.config.lets_in(&credentials);
                self.login(credentials.authentication_id(), right).await
            }
            _ => self.login("", false).await,
        }
    }

    async fn login(&mut self, user: &str, right: bool) -> Answer {
        self.mechanism = None;
        if !right {
            warn!(peer = %self.peer, "login failed");
            // Guessing should take time.
            tokio::time::sleep(Duration::from_secs(1)).await;
            return Answer::Reject(Reply::AUTHENTICATION_FAILED);
        }
        let path = self.office.config.maildirs.join(user);
        let Some(lock) = Lock::acquire(path.clone()) else {
            info!(peer = %self.peer, user, "another session has the maildrop");
            return Answer::Reject(Reply::MAILDROP_IN_USE);
        };
        match self.maildrop(path).await {
            Ok(maildrop) => {
                self.lock = Some(lock);
                info!(peer = %self.peer, user, messages = maildrop.len(), "logged in");
                Answer::Login(maildrop)
            }
            Err(problem) => {
                warn!(%problem, "cannot open the maildrop");
                Answer::Reject(Reply::TRY_LATER)
            }
        }
    }

    async fn maildrop(&mut self, path: PathBuf) -> io::Result<Maildrop> {
        let maildir = Maildir::open(path).await?;
        let mut maildrop = Maildrop::new();
        self.files.clear();
        for stored in maildir.list().await? {
            let Ok(id) = UniqueId::new(stored.unique_id.as_bytes()) else {
                warn!(file = %stored.path.display(), "passed over: its name is no unique id");
                continue;
            };
            maildrop.push(stored.size, id).map_err(io::Error::other)?;
            self.files.push(stored.path);
        }
        Ok(maildrop)
    }

    async fn open(&mut self, message: MessageNumber) -> Answer {
        let Some(path) = self.file(message) else { return Answer::Reject(Reply::NO_SUCH_MESSAGE) };
        match maildir::open(&path).await {
            Ok(file) => {
                self.reading = Some(file);
                Answer::Accept
            }
            Err(problem) => {
                warn!(%problem, "cannot read mail");
                Answer::Reject(Reply::NO_SUCH_MESSAGE)
            }
        }
    }

    async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.reading {
            Some(file) => file.read(buffer).await,
            None => Ok(0),
        }
    }

    async fn update(&mut self, files: Vec<PathBuf>) -> Answer {
        // The next session may come when this one has been answered, successful or not (RFC 1939, section 6).
        let _lock = self.lock.take();
        for file in files {
            if let Err(problem) = maildir::delete(&file).await {
                warn!(%problem, file = %file.display(), "cannot delete mail");
                return Answer::Reject(Reply::TRY_LATER);
            }
        }
        Answer::Accept
    }

    fn file(&self, message: MessageNumber) -> Option<PathBuf> {
        let number = usize::try_from(message.get()).ok()?;
        self.files.get(number.checked_sub(1)?).cloned()
    }
}
