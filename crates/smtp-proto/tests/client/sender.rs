//! An application as a user would write it: it carries out a plan and notes what it sees.

use std::collections::VecDeque;
use std::sync::Arc;

use mail_testkit::{Application, Role, Session, Trace, Transcript};
use mail_wire::{Instant, TlsInfo};
use smtp_proto::client::{Client, Config, Envelope, Event, Verb};
use smtp_proto::reply::ReplyCode;
use smtp_proto::{Domain, Mailbox};

/// One thing to do, once the server has answered what was before.
#[derive(Clone)]
pub(crate) enum Todo {
    /// Send a message.
    Send(Envelope, &'static [u8]),
    /// Start TLS, then say EHLO again.
    StartTls,
    /// Give one command.
    Call(fn(&mut Client)),
    /// Give a command that starts an authentication; then these responses, `None` being a cancellation.
    Auth(fn(&mut Client), Vec<Option<&'static [u8]>>),
    /// Say nothing more.
    Rest,
}

/// Says EHLO (or LHLO), carries out the plan, says QUIT.
pub(crate) struct Sender {
    hello: Verb,
    plan: VecDeque<Todo>,
    body: Vec<u8>,
    responses: VecDeque<Option<&'static [u8]>>,
    /// The largest piece of body that is given at once, in octets; zero is to give none, as yet.
    pub(crate) piece: usize,
}

impl Sender {
    pub(crate) fn new(hello: Verb, plan: &[Todo]) -> Self {
        Self {
            hello,
            plan: plan.iter().cloned().collect(),
            body: Vec::new(),
            responses: VecDeque::new(),
            piece: usize::MAX,
        }
    }

    fn say_hello(&self, client: &mut Client) {
        match self.hello {
            Verb::Lhlo => client.lhlo(domain()).unwrap(),
            _ => client.ehlo(domain()).unwrap(),
        }
    }

    fn proceed(&mut self, client: &mut Client) {
        match self.plan.pop_front() {
            Some(Todo::Send(envelope, body)) => {
                self.body = body.to_vec();
                client.send(envelope).unwrap();
            }
            Some(Todo::StartTls) => client.starttls().unwrap(),
            Some(Todo::Call(call)) => call(client),
            Some(Todo::Auth(call, responses)) => {
                self.responses = responses.into();
                call(client);
            }
            Some(Todo::Rest) => self.plan.push_front(Todo::Rest),
            None => client.quit().unwrap(),
        }
    }

    fn give_body(&mut self, client: &mut Client) {
        if self.piece == 0 {
            return;
        }
        let piece = self.body.len().min(self.piece);
        let taken = client.send_body(&self.body[..piece]).unwrap();
        self.body.drain(..taken);
        if self.body.is_empty() {
            client.finish_body().unwrap();
        }
    }

    fn respond(&mut self, client: &mut Client) {
        match self.responses.pop_front().expect("a response to the challenge") {
            Some(response) => client.auth_response(response).unwrap(),
            None => client.auth_cancel().unwrap(),
        }
    }
}

/// What an event asks of the application.
enum Then {
    Hello,
    Proceed,
    Quit,
    GiveBody,
    Respond,
    StartTls,
    Wait,
}

impl Then {
    fn after(event: &Event<'_>) -> Self {
        match event {
            Event::Greeting(reply) if reply.code() == ReplyCode::READY => Self::Hello,
            Event::Greeting(reply) if reply.code() != ReplyCode::NOT_AVAILABLE => Self::Quit,
            Event::Reply { command: Verb::Ehlo, reply } if !reply.code().is_success() => Self::Wait,
            Event::Reply { command: Verb::Helo | Verb::Lhlo, reply } if !reply.code().is_success() => Self::Quit,
            Event::Reply { command: Verb::Mail | Verb::Data | Verb::EndOfData | Verb::Rset | Verb::Quit, .. } => {
                Self::Wait
            }
            Event::Reply { .. } | Event::Sent(_) => Self::Proceed,
            Event::WantsBody { capacity } => {
                assert!(*capacity > 0, "asked for nothing");
                Self::GiveBody
            }
            Event::Challenge(_) => Self::Respond,
            Event::UpgradeTls => Self::StartTls,
            _ => Self::Wait,
        }
    }
}

impl Application<Client> for Sender {
    fn decide(&mut self, client: &mut Client, now: Instant, trace: &mut Trace) {
        while client.has_event() {
            let event = client.poll_event().expect("has_event said that there is one");
            match &event {
                Event::WantsBody { .. } => {}
                Event::Challenge(challenge) => trace.event(format!("Challenge({})", challenge.escape_ascii())),
                event => trace.debug(event),
            }
            match Then::after(&event) {
                _ if client.is_closed() => {}
                Then::Hello => self.say_hello(client),
                Then::Proceed => self.proceed(client),
                Then::Quit => client.quit().unwrap(),
                Then::GiveBody => self.give_body(client),
                Then::Respond => self.respond(client),
                Then::StartTls => {
                    client.handle_tls(now, TlsInfo::default());
                    self.say_hello(client);
                }
                Then::Wait => {}
            }
        }
    }
}

pub(crate) fn domain() -> Domain<'static> {
    "client.example".parse().unwrap()
}

pub(crate) fn envelope(recipients: &[&str]) -> Envelope {
    let mut envelope = Envelope::new("ann@example.org".parse::<Mailbox<'_>>().unwrap());
    for recipient in recipients {
        envelope.recipient(recipient.parse::<Mailbox<'_>>().unwrap());
    }
    envelope
}

/// A session under the default configuration, that has not been greeted.
pub(crate) fn session(plan: &[Todo]) -> Session<Client, Sender> {
    session_with(Config::default(), Verb::Ehlo, plan)
}

pub(crate) fn session_with(config: Config, hello: Verb, plan: &[Todo]) -> Session<Client, Sender> {
    Session::new(Client::new(Instant::EPOCH, Arc::new(config)), Sender::new(hello, plan))
}

/// A session that has said EHLO and knows these keywords; what it said so far is forgotten.
pub(crate) fn greeted(keywords: &[&str], plan: &[Todo]) -> Session<Client, Sender> {
    let mut session = session(plan);
    session.feed(b"220 mx.example\r\n");
    session.feed(ehlo(keywords).as_bytes());
    session
}

fn ehlo(keywords: &[&str]) -> String {
    let keywords = keywords.iter().map(|keyword| format!("250-{keyword}\r\n")).collect::<String>();
    format!("250-mx.example\r\n{keywords}250 HELP\r\n")
}

/// Plays a transcript at every split; returns the events behind the greeting, one a line.
pub(crate) fn play(transcript: &str, plan: &[Todo]) -> Vec<String> {
    play_with(Config::default, Verb::Ehlo, transcript, plan)
}

pub(crate) fn play_with(config: fn() -> Config, hello: Verb, transcript: &str, plan: &[Todo]) -> Vec<String> {
    let trace = Transcript::parse(transcript)
        .play(Role::Client, || (Client::new(Instant::EPOCH, Arc::new(config())), Sender::new(hello, plan)));
    trace.events().map(str::to_owned).collect()
}
