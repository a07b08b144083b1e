//! The application behind the server machine in these tests: one user, a maildrop in memory.

use std::sync::Arc;

use mail_testkit::{Application, Trace};
use mail_wire::{Instant, Secret};
use pop3_proto::server::{Config, Event, Maildrop, Request, Server};
use pop3_proto::{Mechanism, Reply, UniqueId};

/// One user, `mrose` with the password `secret`, and what is in the maildrop.
#[derive(Clone, Default)]
pub(crate) struct PostOffice {
    /// Sizes as they are announced, and messages as they are stored.
    pub(crate) messages: Vec<(u64, Vec<u8>)>,
    /// The message that is being read, and how far.
    reading: (usize, usize),
    /// How many octets are given at a time; 0 for as many as are taken.
    pub(crate) piece: usize,
    /// Requests whose `Debug` begins so are refused.
    pub(crate) refuses: &'static str,
}

impl PostOffice {
    /// Two messages that the RFC's examples have the sizes of.
    pub(crate) fn with_two_messages() -> (Server, Self) {
        Self::with(Config::default())
    }

    /// The same with a configuration.
    pub(crate) fn with(config: Config) -> (Server, Self) {
        let messages = vec![(120, b"Subject: one\r\n\r\n.dot\r\n".to_vec()), (200, b"Subject: two\r\n".to_vec())];
        (Server::new(Instant::EPOCH, Arc::new(config)), Self { messages, ..Self::default() })
    }

    /// A configuration with AUTH PLAIN and LOGIN.
    pub(crate) fn sasl() -> Config {
        let mut config = Config::default();
        config.mechanisms = ["PLAIN", "LOGIN"].map(|name| Mechanism::new(name).unwrap()).to_vec();
        config
    }

    fn maildrop(&self) -> Maildrop {
        let mut maildrop = Maildrop::new();
        for (n, (octets, _)) in self.messages.iter().enumerate() {
            let id = format!("id-{}", n + 1);
            maildrop.push(*octets, UniqueId::new(id.as_bytes()).unwrap()).unwrap();
        }
        maildrop
    }

    fn read_on(&mut self, server: &mut Server, capacity: usize) {
        let (message, at) = &mut self.reading;
        let rest = &self.messages[*message].1[*at..];
        if rest.is_empty() {
            return server.finish_body().unwrap();
        }
        let piece = if self.piece == 0 { capacity } else { self.piece.min(capacity) };
        *at += server.send_body(&rest[..rest.len().min(piece)]).unwrap();
    }

    fn log_in(&self, server: &mut Server, right: bool) {
        if right {
            server.accept_login(self.maildrop()).unwrap();
        } else {
            server.reject(&Reply::AUTHENTICATION_FAILED).unwrap();
        }
    }
}

impl Application<Server> for PostOffice {
    fn decide(&mut self, server: &mut Server, _now: Instant, trace: &mut Trace) {
        enum Answer {
            Accept,
            Reject,
            Login(bool),
            Challenge(&'static str),
            Send(usize),
            None,
        }
        while let Some(event) = server.poll_event() {
            if !matches!(event, Event::WantsBody { .. }) {
                trace.debug(&event);
            }
            let refused = !self.refuses.is_empty() && format!("{event:?}").contains(self.refuses);
            let answer = match event {
                Event::Request(_) if refused => Answer::Reject,
                Event::Request(Request::Login { user, password }) => {
                    Answer::Login(user == "mrose" && password.expose() == b"secret")
                }
                Event::Request(Request::Auth { mechanism, initial }) => match (mechanism.as_str(), initial) {
                    ("PLAIN", Some(initial)) => Answer::Login(initial.expose() == b"\0mrose\0secret"),
                    ("PLAIN", None) => Answer::Challenge(""),
                    (_, Some(initial)) if initial.expose() == b"mrose" => Answer::Challenge("Password:"),
                    _ => Answer::Challenge("User:"),
                },
                Event::Request(Request::AuthResponse { response }) => {
                    if response == Secret::new(b"mrose") {
                        Answer::Challenge("Password:")
                    } else {
                        Answer::Login(matches!(response.expose(), b"secret" | b"\0mrose\0secret"))
                    }
                }
                Event::Request(Request::Retrieve { message } | Request::Top { message, .. }) => {
                    self.reading = (message.get() as usize - 1, 0);
                    Answer::Accept
                }
                Event::Request(_) => Answer::Accept,
                Event::WantsBody { capacity } => Answer::Send(capacity),
                _ => Answer::None,
            };
            match answer {
                Answer::Accept => server.accept().unwrap(),
                Answer::Reject => server.reject(&Reply::TRY_LATER).unwrap(),
                Answer::Login(right) => self.log_in(server, right),
                Answer::Challenge(text) => server.challenge(text.as_bytes()).unwrap(),
                Answer::Send(capacity) => self.read_on(server, capacity),
                Answer::None => {}
            }
        }
    }
}
