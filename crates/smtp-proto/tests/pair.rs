//! Our client against our server: whatever the schedule of partial writes, what was asked for is what comes out.

use std::sync::Arc;

use mail_testkit::{Application, Outcome as Rest, Pair, Schedule, Trace};
use mail_wire::{Instant, TlsInfo};
use proptest::prelude::*;
use smtp_proto::client::{self, Client, Envelope, Outcome, Verb};
use smtp_proto::reply::{EnhancedCode, Reply, ReplyCode};
use smtp_proto::server::{self, Request, Server};
use smtp_proto::{Domain, ForwardPath, Mailbox, Mechanism};

/// How a session is to go.
#[derive(Clone, Debug)]
struct Plan {
    lmtp: bool,
    starttls: bool,
    authenticate: bool,
    pipelining: bool,
    /// The most octets that the client lets be in flight.
    most_in_flight: usize,
    messages: Vec<Message>,
}

#[derive(Clone, Debug)]
struct Message {
    sender_is_refused: bool,
    /// For each recipient, whether the server takes it.
    recipients: Vec<bool>,
    body: Vec<u8>,
    /// The pieces in which the body is given.
    piece: usize,
    /// The server refuses it when it is complete.
    is_refused: bool,
}

impl Message {
    fn envelope(&self) -> Envelope {
        let sender = if self.sender_is_refused { "refused" } else { "ann" };
        let mut envelope = Envelope::new(mailbox(sender, 0));
        for (n, accepted) in self.recipients.iter().enumerate() {
            envelope.recipient(mailbox(if *accepted { "user" } else { "refused" }, n));
        }
        envelope.size = Some(self.body.len() as u64);
        envelope
    }

    fn outcome(&self) -> Outcome {
        match (self.sender_is_refused, self.recipients.contains(&true), self.is_refused) {
            (true, ..) => Outcome::SenderRefused,
            (_, false, _) => Outcome::RecipientsRefused,
            (_, _, true) => Outcome::MessageRefused,
            _ => Outcome::Accepted,
        }
    }

    fn is_delivered(&self) -> bool {
        self.outcome() == Outcome::Accepted
    }
}

fn mailbox(name: &str, n: usize) -> Mailbox<'static> {
    format!("{name}-{n}@example.net").parse().unwrap()
}

/// The client's side: carries out the plan and checks each answer against it.
struct Sender {
    plan: Plan,
    next: usize,
    given: usize,
    tls: bool,
    authenticated: bool,
    outcomes: Vec<Outcome>,
    recipients: usize,
}

impl Sender {
    fn hello(&self, client: &mut Client) {
        let domain: Domain<'static> = "client.example".parse().unwrap();
        if self.plan.lmtp { client.lhlo(domain) } else { client.ehlo(domain) }.unwrap();
    }

    fn proceed(&mut self, client: &mut Client) {
        if self.plan.starttls && !self.tls {
            return client.starttls().unwrap();
        }
        if self.plan.authenticate && !self.authenticated {
            return client.auth(Mechanism::parse("LOGIN").unwrap(), None).unwrap();
        }
        (self.given, self.recipients) = (0, 0);
        match self.plan.messages.get(self.next) {
            Some(message) => client.send(message.envelope()).unwrap(),
            None => client.quit().unwrap(),
        }
    }
}

impl Application<Client> for Sender {
    fn decide(&mut self, client: &mut Client, now: Instant, trace: &mut Trace) {
        use client::Event;
        while let Some(event) = client.poll_event() {
            trace.debug(&event);
            match event {
                Event::Greeting(_) => self.hello(client),
                Event::Reply { command: Verb::Ehlo | Verb::Lhlo, reply } => {
                    assert!(reply.code().is_success());
                    self.proceed(client);
                }
                Event::Reply { command: Verb::Auth, reply } => {
                    self.authenticated = reply.code().is_success();
                    assert!(self.authenticated);
                    self.proceed(client);
                }
                Event::Challenge(challenge) => {
                    let response: &[u8] = if &*challenge == b"User Name" { b"ann" } else { b"\xff\0secret" };
                    client.auth_response(response).unwrap();
                }
                Event::UpgradeTls => {
                    self.tls = true;
                    client.handle_tls(now, TlsInfo::default());
                    self.hello(client);
                }
                Event::Recipient { index, reply } => {
                    assert_eq!(index, self.recipients);
                    let message = &self.plan.messages[self.next];
                    let accepted = message.recipients[index] && !message.sender_is_refused;
                    assert_eq!(reply.code().is_success(), accepted);
                    self.recipients += 1;
                }
                Event::WantsBody { capacity } => {
                    let message = &self.plan.messages[self.next];
                    let rest = &message.body[self.given..];
                    self.given += client.send_body(&rest[..rest.len().min(capacity).min(message.piece)]).unwrap();
                    if self.given == message.body.len() {
                        client.finish_body().unwrap();
                    }
                }
                Event::Sent(outcome) => {
                    self.outcomes.push(outcome);
                    self.next += 1;
                    self.proceed(client);
                }
                _ => {}
            }
        }
    }
}

/// The server's side: refuses whoever is called so, and keeps what it accepted.
#[derive(Default)]
struct Keeper {
    recipients: usize,
    body: Vec<u8>,
    refused_messages: Vec<bool>,
    kept: Vec<(usize, Vec<u8>)>,
}

impl Application<Server> for Keeper {
    fn decide(&mut self, server: &mut Server, now: Instant, trace: &mut Trace) {
        use server::Event;
        while let Some(event) = server.poll_event() {
            if !matches!(event, Event::Body(_)) {
                trace.debug(&event);
            }
            match event {
                Event::Request(Request::Mail { from, .. }) => {
                    (self.recipients, self.body) = (0, Vec::new());
                    let refused = from.to_string().starts_with("<refused");
                    if refused { server.reject(Reply::REFUSED_BY_POLICY) } else { server.accept() }.unwrap();
                }
                Event::Request(Request::Rcpt { to: ForwardPath::Mailbox(to), .. }) => {
                    let refused = to.local_part().starts_with("refused");
                    self.recipients += usize::from(!refused);
                    if refused { server.reject(several_lines()) } else { server.accept() }.unwrap();
                }
                Event::Body(octets) => self.body.extend_from_slice(octets),
                Event::Request(Request::EndOfData { octets, .. }) => {
                    assert_eq!(octets, self.body.len() as u64);
                    if self.refused_messages.remove(0) {
                        server.reject(Reply::TRANSACTION_FAILED).unwrap();
                    } else {
                        self.kept.push((self.recipients, core::mem::take(&mut self.body)));
                        server.accept().unwrap();
                    }
                }
                Event::Request(Request::Auth { .. }) => server.challenge(b"User Name").unwrap(),
                Event::Request(Request::AuthResponse(response)) => match response.expose() {
                    b"ann" => server.challenge(b"Password").unwrap(),
                    b"\xff\0secret" => server.accept().unwrap(),
                    other => panic!("not what was sent: {}", other.escape_ascii()),
                },
                Event::Request(_) => server.accept().unwrap(),
                Event::UpgradeTls => server.handle_tls(now, TlsInfo::default()),
                Event::MessageAborted(why) => panic!("a message was aborted: {why:?}"),
                _ => {}
            }
        }
    }
}

fn several_lines() -> Reply {
    Reply::new(ReplyCode::MAILBOX_UNAVAILABLE, EnhancedCode::new(5, 1, 1), "no such user")
        .and_then(|reply| reply.with_line("250 ok"))
        .and_then(|reply| reply.with_line(""))
        .unwrap()
}

fn run(plan: &Plan, schedule: &mut Schedule, capacity: usize) {
    let mut client_config = client::Config::default();
    client_config.pipelining = plan.pipelining;
    client_config.most_in_flight = plan.most_in_flight;
    let mut server_config = server::Config::default();
    server_config.lmtp = plan.lmtp;
    server_config.starttls = plan.starttls;
    server_config.auth_without_tls = true;
    // Whatever is refused, our client makes no mistakes.
    server_config.most_errors = 0;
    server_config.mechanisms.push(Mechanism::parse("LOGIN").unwrap());
    let sender = Sender {
        plan: plan.clone(),
        next: 0,
        given: 0,
        tls: false,
        authenticated: false,
        outcomes: Vec::new(),
        recipients: 0,
    };
    let reaches_its_end = |message: &&Message| matches!(message.outcome(), Outcome::Accepted | Outcome::MessageRefused);
    let keeper = Keeper {
        refused_messages: plan.messages.iter().filter(reaches_its_end).map(|message| message.is_refused).collect(),
        ..Keeper::default()
    };
    // The applications are lent, so that what they have gathered can be looked at.
    let (mut sender, mut keeper) = (sender, keeper);
    let mut pair = Pair::new(
        (Client::new(Instant::EPOCH, Arc::new(client_config)), |client: &mut Client, now, trace: &mut Trace| {
            sender.decide(client, now, trace);
        }),
        (Server::new(Instant::EPOCH, Arc::new(server_config)), |server: &mut Server, now, trace: &mut Trace| {
            keeper.decide(server, now, trace);
        }),
        capacity,
    );
    let rest = pair.run(schedule);
    let seen = format!("client:\n{:?}server:\n{:?}", pair.left_trace, pair.right_trace);
    drop(pair);
    assert_eq!(rest, Rest::Closed, "{seen}");
    let outcomes: Vec<_> = plan.messages.iter().map(Message::outcome).collect();
    assert_eq!(sender.outcomes, outcomes, "{seen}");
    let delivered: Vec<_> = plan
        .messages
        .iter()
        .filter(|message| message.is_delivered())
        .map(|message| (message.recipients.iter().filter(|accepted| **accepted).count(), message.body.clone()))
        .collect();
    assert_eq!(keeper.kept, delivered, "{seen}");
}

fn any_message() -> impl Strategy<Value = Message> {
    let line = "(\\.{0,3}[a-zé]{0,20}\\.?\r\n)";
    (
        proptest::bool::weighted(0.1),
        proptest::collection::vec(proptest::bool::weighted(0.7), 1..12),
        proptest::collection::vec(line, 0..40),
        1..60usize,
        proptest::bool::weighted(0.2),
    )
        .prop_map(|(sender_is_refused, recipients, lines, piece, is_refused)| Message {
            sender_is_refused,
            recipients,
            body: lines.concat().into_bytes(),
            piece,
            is_refused,
        })
}

fn any_plan() -> impl Strategy<Value = Plan> {
    (any::<[bool; 4]>(), 1..2000usize, proptest::collection::vec(any_message(), 0..4)).prop_map(
        |([lmtp, starttls, authenticate, pipelining], most_in_flight, messages)| Plan {
            lmtp,
            starttls,
            authenticate,
            pipelining,
            most_in_flight,
            messages,
        },
    )
}

proptest! {
    #[test]
    fn what_was_asked_for_comes_out(
        plan in any_plan(),
        seed in any::<u64>(),
        largest in 1..200usize,
        capacity in 1..500usize,
    ) {
        run(&plan, &mut Schedule::seeded(seed, largest), capacity);
        run(&plan, &mut Schedule::whole(), usize::MAX);
    }
}

/// A permanent refusal is told as one, however many recipients were pipelined behind it.
#[test]
fn a_refused_sender_with_many_recipients() {
    let message = Message {
        sender_is_refused: true,
        recipients: vec![true; 100],
        body: b"hello\r\n".to_vec(),
        piece: usize::MAX,
        is_refused: false,
    };
    let plan = Plan {
        lmtp: false,
        starttls: false,
        authenticate: false,
        pipelining: true,
        most_in_flight: 16 * 1024,
        messages: vec![message.clone(), Message { sender_is_refused: false, ..message }],
    };
    run(&plan, &mut Schedule::whole(), usize::MAX);
}

/// A message far larger than all buffers, through pipes far smaller, with commands and replies by the hundred.
#[test]
fn much_through_little() {
    let line = b".a line that begins with a dot and is as long as lines of mail mostly are, more or less\r\n";
    let message = Message {
        sender_is_refused: false,
        recipients: (0..600).map(|n| n % 3 != 0).collect(),
        body: line.repeat(4000),
        piece: usize::MAX,
        is_refused: false,
    };
    let plan = Plan {
        lmtp: false,
        starttls: true,
        authenticate: true,
        pipelining: true,
        most_in_flight: 16 * 1024,
        messages: vec![message.clone(), message],
    };
    run(&plan, &mut Schedule::seeded(1, 2000), 1000);
    run(&plan, &mut Schedule::whole(), usize::MAX);
}
