//! One SMTP session: mail for the users from anybody, and everything from the users, once they have logged in.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mail_sasl::{Mechanism, ServerMechanism, ServerStep};
use programs::terminal::about;
use rfc5322_message::value::{DateTime, Zone};
use smtp_proto::reply::Reply;
use smtp_proto::server::{Aborted, Event, Greeting, Request};
use smtp_proto::{ForwardPath, ReversePath};
use tracing::{info, warn};

use crate::checking::Check;
use crate::maildir::{Delivery, Maildir};
use crate::office::{Office, Service, SmtpConnection, closing_time};
use crate::signing::Submission;

/// What is known of the session so far.
struct Session {
    office: Arc<Office>,
    service: Service,
    peer: SocketAddr,
    client: String,
    greeting: Greeting,
    tls: bool,
    mechanism: Option<Box<dyn ServerMechanism + Send + Sync>>,
    /// Who has logged in.
    user: Option<String>,
    sender: String,
    /// Whose mailboxes the message goes to.
    recipients: Vec<String>,
    delivery: Option<Delivery>,
    /// A stranger's message is checked,
    check: Option<Check>,
    /// and a user's is signed; what is neither loses what pretends to be a result of this office.
    submission: Option<Submission>,
}

/// What to tell the machine when the event is done with.
enum Answer {
    None,
    Accept,
    Reject(Reply),
    Challenge(Vec<u8>),
    StartTls,
}

/// Serves one client until the end of its session.
pub(crate) async fn serve(
    office: Arc<Office>,
    service: Service,
    peer: SocketAddr,
    mut connection: SmtpConnection,
) -> io::Result<()> {
    let mut session = Session {
        office,
        service,
        peer,
        client: String::new(),
        greeting: Greeting::Ehlo,
        tls: service.has_implicit_tls(),
        mechanism: None,
        user: None,
        sender: String::new(),
        recipients: Vec::new(),
        delivery: None,
        check: None,
        submission: None,
    };
    let mut closing = session.office.closing.subscribe();
    loop {
        let event = tokio::select! {
            event = connection.next_event() => event?,
            () = closing_time(&mut closing) => {
                connection.machine_mut().shutdown();
                connection.next_event().await?
            }
            // The client may take long.
            never = checked_meanwhile(&mut session.check) => match never {},
        };
        let Some(event) = event else { return Ok(()) };
        let answer = match event {
            Event::Request(request) => session.request(request).await,
            Event::Body(octets) => {
                session.body(octets).await;
                Answer::None
            }
            Event::MessageAborted(why) => {
                session.abort(why);
                Answer::None
            }
            Event::Reset => {
                session.forget_transaction();
                Answer::None
            }
            Event::AuthCancelled => {
                session.mechanism = None;
                Answer::None
            }
            Event::UpgradeTls => Answer::StartTls,
            Event::Closed(why) => {
                info!(%peer, ?why, "session ended");
                Answer::None
            }
            _ => Answer::None,
        };
        let smtp = connection.machine_mut();
        match answer {
            Answer::None => {}
            Answer::Accept => smtp.accept().map_err(io::Error::other)?,
            Answer::Reject(reply) => smtp.reject(reply).map_err(io::Error::other)?,
            Answer::Challenge(challenge) => smtp.challenge(&challenge).map_err(io::Error::other)?,
            Answer::StartTls => {
                session.tls = true;
                session.client.clear();
                connection.accept_tls(&session.office.tls).await?;
            }
        }
    }
}

/// The DNS works for a check, if there is one, while something else is waited for.
async fn checked_meanwhile(check: &mut Option<Check>) -> Infallible {
    match check {
        Some(check) => check.go_on().await,
        None => pending().await,
    }
}

impl Session {
    async fn request(&mut self, request: Request<'_>) -> Answer {
        match request {
            Request::Hello { greeting, host, .. } => {
                self.greeting = greeting;
                self.client = host.to_string();
                self.forget_transaction();
                Answer::Accept
            }
            Request::Auth { mechanism, initial_response, .. } => {
                self.mechanism = Mechanism::from_name(mechanism.as_str()).map(Mechanism::server);
                self.authenticate(initial_response.as_deref()).await
            }
            Request::AuthResponse(response) => self.authenticate(Some(&response)).await,
            Request::Mail { from, .. } => self.mail(&from),
            Request::Rcpt { to, .. } => self.rcpt(&to),
            Request::Data => self.data().await,
            Request::EndOfData { octets, .. } => self.end_of_data(octets).await,
            _ => Answer::Accept,
        }
    }

    async fn authenticate(&mut self, response: Option<&[u8]>) -> Answer {
        let step = self.mechanism.as_mut().map(|mechanism| mechanism.step(response));
        match step {
            Some(Ok(ServerStep::Challenge(challenge))) => return Answer::Challenge(challenge.into_owned()),
            Some(Ok(ServerStep::Verify(credentials))) if self.office.config.lets_in(&credentials) => {
                self.user = Some(credentials.authentication_id().to_owned());
                info!(peer = %self.peer, user = self.user, "logged in");
                self.mechanism = None;
                return Answer::Accept;
            }
            _ => {}
        }
        self.mechanism = None;
        warn!(peer = %self.peer, "login failed");
        // Guessing should take time.
        tokio::time::sleep(Duration::from_secs(1)).await;
        Answer::Reject(Reply::AUTHENTICATION_FAILED)
    }

    fn mail(&mut self, from: &ReversePath<'_>) -> Answer {
        if self.service == Service::Submissions && self.user.is_none() {
            return Answer::Reject(Reply::AUTHENTICATION_REQUIRED);
        }
        self.forget_transaction();
        self.sender = from.mailbox().map_or(String::new(), |mailbox| mailbox.as_str().to_owned());
        Answer::Accept
    }

    fn rcpt(&mut self, to: &ForwardPath<'_>) -> Answer {
        let (address, owner) = match to.mailbox() {
            Some(mailbox) => (mailbox.as_str().to_owned(), self.office.config.recipient(mailbox.as_str())),
            None => ("postmaster".to_owned(), self.office.config.postmaster()),
        };
        match owner {
            Some(owner) => {
                // Two addresses of one user are one mailbox.
                if !self.recipients.iter().any(|known| known == owner) {
                    self.recipients.push(owner.to_owned());
                }
                Answer::Accept
            }
            None => {
                let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
                info!(peer = %self.peer, address, "recipient refused");
                let here = to.mailbox().is_none() || self.office.config.is_local(domain);
                Answer::Reject(if here { Reply::NO_SUCH_USER } else { Reply::RELAY_DENIED })
            }
        }
    }

    /// The delivery begins before the client is told to go ahead: what cannot be stored need not be sent.
    async fn data(&mut self) -> Answer {
        let begun = async {
            let mut maildirs = Vec::new();
            for owner in &self.recipients {
                let maildir = self.office.config.maildirs.join(owner);
                let opened = Maildir::open(maildir.clone()).await;
                maildirs.push(opened.map_err(|problem| about(maildir.display(), problem))?);
            }
            Delivery::begin(maildirs).await
        };
        match begun.await {
            Ok(delivery) => {
                self.delivery = Some(delivery);
                self.begin_to_check_or_sign();
                Answer::Accept
            }
            Err(problem) => {
                warn!(%problem, "cannot store mail");
                Answer::Reject(Reply::TRY_LATER)
            }
        }
    }

    fn begin_to_check_or_sign(&mut self) {
        let Office { config, checking, keys, .. } = &*self.office;
        if let Some(user) = &self.user {
            let addresses = config.users.get(user).map_or(&[][..], |user| &user.addresses);
            self.submission = Some(keys.begin(&self.sender, addresses, &config.host));
            return;
        }
        if let Some(checking) = checking {
            let begun = checking.begin(self.peer.ip(), &self.client, &self.sender, &config.host);
            self.check = begun.inspect_err(|problem| warn!(%problem, "cannot check mail")).ok();
        }
        if self.check.is_none() {
            // Nothing is known of it, and no field in it may say that this office knows something.
            self.submission = Some(keys.begin("", &[], &config.host));
        }
    }

    async fn body(&mut self, octets: &[u8]) {
        if let Some(check) = &mut self.check {
            check.hear(octets);
        }
        if let Some(submission) = &mut self.submission {
            submission.hear(octets);
        }
        if let Some(delivery) = &mut self.delivery
            && let Err(problem) = delivery.write(octets).await
        {
            // The client learns of it at the end of the data.
            warn!(%problem, "cannot store mail");
            self.delivery = None;
        }
    }

    async fn end_of_data(&mut self, octets: u64) -> Answer {
        let Some(delivery) = self.delivery.take() else { return Answer::Reject(Reply::TRY_LATER) };
        let (mut results, mut signatures, mut cut) = (String::new(), String::new(), Vec::new());
        if let Some(check) = self.check.take() {
            let report = match check.finish().await {
                Ok(report) => report,
                Err(problem) => {
                    warn!(%problem, "cannot check mail");
                    return Answer::Reject(Reply::TRY_LATER);
                }
            };
            info!(peer = %self.peer, from = self.sender, spf = %report.spf.result, dmarc = %report.dmarc.result, "checked");
            if let Some(reply) = self.office.checking.as_ref().and_then(|checking| checking.objection(&report)) {
                warn!(peer = %self.peer, from = self.sender, %reply, dmarc = %report.dmarc.reason, "not taken");
                self.forget_transaction();
                return Answer::Reject(reply);
            }
            results = report.header.to_string();
            cut = report.cut;
        }
        if let Some(submission) = self.submission.take() {
            let Some(signed) = submission.finish() else {
                return Answer::Reject(Reply::REFUSED_BY_POLICY);
            };
            signatures = signed.fields.unwrap_or_else(|problem| {
                warn!(peer = %self.peer, from = self.sender, problem, "not signed");
                String::new()
            });
            cut = signed.cut;
        }
        let front = format!("{}{results}{}{signatures}", self.return_path(), self.received());
        match delivery.finish(front.as_bytes(), &cut).await {
            Ok(()) => {
                info!(peer = %self.peer, from = self.sender, to = ?self.recipients, octets, "delivered");
                self.forget_transaction();
                Answer::Accept
            }
            Err(problem) => {
                warn!(%problem, "cannot store mail");
                Answer::Reject(Reply::TRY_LATER)
            }
        }
    }

    fn abort(&mut self, why: Aborted) {
        warn!(peer = %self.peer, ?why, "message not received");
        self.forget_transaction();
    }

    fn forget_transaction(&mut self) {
        self.sender.clear();
        self.recipients.clear();
        self.delivery = None;
        self.check = None;
        self.submission = None;
    }

    /// What a server puts in front of a message that it delivers (RFC 5321, section 4.4).
    fn return_path(&self) -> String {
        format!("Return-Path: <{}>\r\n", self.sender)
    }

    /// What a server puts in front of a message that it takes (RFC 5321, section 4.4).
    fn received(&self) -> String {
        // The words of RFC 3848: with TLS, with a login, with both.
        let protocol = match (self.tls, self.user.is_some()) {
            _ if self.greeting == Greeting::Helo => "SMTP",
            (false, false) => "ESMTP",
            (true, false) => "ESMTPS",
            (false, true) => "ESMTPA",
            (true, true) => "ESMTPSA",
        };
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let date = DateTime::from_unix(i64::try_from(seconds).unwrap_or(0), Zone::Offset(0));
        let peer = match self.peer.ip().to_canonical() {
            IpAddr::V4(address) => format!("[{address}]"),
            IpAddr::V6(address) => format!("[IPv6:{address}]"),
        };
        format!(
            "Received: from {} ({peer})\r\n\tby {} with {protocol};\r\n\t{}\r\n",
            self.client,
            self.office.config.host,
            date.map_or(String::new(), |date| date.to_string()),
        )
    }
}
